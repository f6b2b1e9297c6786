"""Functions of a Python program that compare the library's version: what is known on every path that returns."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from abidiff.requires.languages.python_index import Inside, is_nothing, parameters

OPERATORS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
SWAPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
NAMED = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<", "eq": "==", "ne": "!="}
PICKING = frozenset(("max", "min", "getattr", "len", "bool", "abs"))
"""Functions whose value is not the one that they are given first, converted."""

Facts = frozenset[tuple[str, str]]
"""(parameter, operator): the library's version compares so with the parameter."""

EVERY = tuple(OPPOSITE)


class Helper(NamedTuple):
    """A function that tells how the library's version compares with one of its parameters.

    ``position`` is that of the parameter without ``self``; ``yes`` how the version compares where the function is
    true, ``no`` where it is false; empty where that is not known.
    """

    parameter: str
    position: int
    yes: str
    no: str


class Truth(NamedTuple):
    """What is known where an expression is true, and where it is false; None where it never is."""

    yes: Facts | None
    no: Facts | None


OPEN = Truth(frozenset(), frozenset())


class Paths:
    """Follows the paths of one function.

    ``tells``   tells whether an expression is the library's version, given the variables that hold it.
    ``called``  returns the helper that a call calls, as it is called.
    """

    def __init__(
        self,
        function: Inside,
        tells: Callable[[ast.AST, frozenset[str]], bool],
        called: Callable[[ast.Call], Helper | None],
        operators: Mapping[str, str],
    ) -> None:
        self.tells = tells
        self.called = called
        self.operators = operators
        self.true: list[Facts] = []
        self.false: list[Facts] = []
        assert isinstance(function.node, ast.FunctionDef)
        names = parameters(function.node.args)
        self.parameters = frozenset(name for name in names if _is_kept(name, function.bound[name]))
        self.function = function
        self.held = self._held()

    def _held(self) -> frozenset[str]:
        """Find the variables that hold the library's version, or nothing, whenever they are set."""
        found: set[str] = set()
        for name, values in self.function.bound.items():
            told = [value is not None and self.tells(value, frozenset()) for value in values]
            if any(told) and all(t or is_nothing(v) for t, v in zip(told, values, strict=True)):
                found.add(name)
        return frozenset(found)

    def helper(self) -> Helper | None:
        """Return what the function tells, where all paths to its truth or to its falsehood agree."""
        node = self.function.node
        assert isinstance(node, ast.FunctionDef)
        end = self.block(node.body, frozenset())
        if end is not None:
            self.false.append(end)
        yes = frozenset.intersection(*self.true) if self.true else frozenset()
        no = frozenset.intersection(*self.false) if self.false else frozenset()
        order = [each.arg for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        for position, name in enumerate(order):
            when, otherwise = _only(yes, name), _only(no, name)
            if when or otherwise:
                return Helper(name, position - (order[0] in ("self", "cls")), when, otherwise)
        return None

    def block(self, body: Sequence[ast.stmt], facts: Facts) -> Facts | None:
        """Follow a block; return what is known at its end, None where it is never reached."""
        known: Facts | None = facts
        for statement in body:
            if known is None:
                return None
            known = self.statement(statement, known)
        return known

    def statement(self, node: ast.stmt, facts: Facts) -> Facts | None:
        """Follow a statement."""
        match node:
            case ast.Return(value=value):
                self._returned(value, facts)
                return None
            case ast.Raise() | ast.Continue() | ast.Break():
                return None
            case ast.If(test=test, body=body, orelse=orelse):
                truth = self.truth(test)
                ends = [
                    self.block(part, facts | known)
                    for part, known in ((body, truth.yes), (orelse, truth.no))
                    if known is not None
                ]
                return _joined(ends)
            case ast.Try() | ast.TryStar():
                end = self.block([*node.body, *node.orelse], facts)
                end = _joined([end, *(self.block(each.body, facts) for each in node.handlers)])
                return end if self.block(node.finalbody, facts) is not None else None
            case ast.While(body=body, orelse=orelse) | ast.For(body=body, orelse=orelse):
                self.block(body, facts)
                return _joined([facts, self.block(orelse, facts)])
            case ast.With(body=body, items=items):
                end = self.block(body, facts)
                quiet = any("suppress" in ast.unparse(item.context_expr) for item in items)
                return _joined([facts, end]) if quiet else end
            case ast.Match(cases=cases):
                return _joined([facts, *(self.block(each.body, facts) for each in cases)])
        return facts

    def _returned(self, value: ast.expr | None, facts: Facts) -> None:
        truth = self.truth(value) if value is not None else Truth(None, frozenset())
        if truth.yes is not None:
            self.true.append(facts | truth.yes)
        if truth.no is not None:
            self.false.append(facts | truth.no)

    def truth(self, node: ast.expr) -> Truth:
        """Return what is known where an expression is true and where it is false."""
        match node:
            case ast.Constant(value=value):
                return Truth(frozenset(), None) if value else Truth(None, frozenset())
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                found = self.truth(inner)
                return Truth(found.no, found.yes)
            case ast.BoolOp(op=operator, values=values):
                parts = [self.truth(each) for each in values]
                if isinstance(operator, ast.And):
                    return Truth(_together([each.yes for each in parts]), _joined([each.no for each in parts]))
                return Truth(_joined([each.yes for each in parts]), _together([each.no for each in parts]))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                when, one, other = self.truth(test), self.truth(body), self.truth(orelse)
                return Truth(
                    _joined([_together([when.yes, one.yes]), _together([when.no, other.yes])]),
                    _joined([_together([when.yes, one.no]), _together([when.no, other.no])]),
                )
            case ast.Name(id=name) if name in self.parameters:
                return Truth(frozenset(), _every(name))
            case ast.Compare(left=ast.Name(id=name), ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
                return Truth(_every(name), frozenset()) if name in self.parameters else OPEN
            case ast.Compare(left=ast.Name(id=name), ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
                return Truth(frozenset(), _every(name)) if name in self.parameters else OPEN
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                return self._compared(left, OPERATORS.get(type(operator), ""), right)
            case ast.Call():
                return self._call(node)
        return OPEN

    def _compared(self, left: ast.expr, operator: str, right: ast.expr) -> Truth:
        for one, other, found in ((left, right, operator), (right, left, SWAPPED.get(operator, ""))):
            if found and self.tells(one, self.held) and (name := self._parameter(other)):
                return Truth(frozenset([(name, found)]), frozenset([(name, OPPOSITE[found])]))
        return OPEN

    def _call(self, node: ast.Call) -> Truth:
        operator = self._operator(node.func)
        if operator and len(node.args) == 2:
            return self._compared(node.args[0], operator, node.args[1])
        helper = self.called(node)
        given = argument(node, helper) if helper is not None else None
        if helper is not None and given is not None and (name := self._parameter(given)):
            yes, no = (frozenset([(name, each)] if each else []) for each in (helper.yes, helper.no))
            return Truth(yes, no)
        return OPEN

    def _operator(self, node: ast.expr) -> str:
        """Return how ``operator.lt``, or a parameter that stands for it, compares."""
        if isinstance(node, ast.Name):
            return self.operators.get(node.id, "") if node.id in self.parameters else ""
        return operator_of(node)

    def _parameter(self, node: ast.expr) -> str:
        """Return the parameter that an expression is, as it stands or converted by a function."""
        match node:
            case ast.Name(id=name):
                return name if name in self.parameters else ""
            case ast.Call(func=ast.Name(id=function)) if function in PICKING:
                return ""
            case ast.Call(args=[first, *_]):
                return self._parameter(first)
        return ""


def argument(node: ast.Call, helper: Helper) -> ast.expr | None:
    """Return what a call gives for the version of a helper."""
    for keyword in node.keywords:
        if keyword.arg == helper.parameter:
            return keyword.value
    if any(isinstance(each, ast.Starred) for each in node.args):
        return None
    return node.args[helper.position] if 0 <= helper.position < len(node.args) else None


def operator_of(node: ast.expr | None) -> str:
    """Return how ``operator.lt`` and the like compare."""
    match node:
        case ast.Attribute(value=ast.Name(id="operator"), attr=name):
            return NAMED.get(name, "")
    return ""


def defaults(node: ast.FunctionDef) -> dict[str, ast.expr]:
    """Return parameter → its default."""
    several = [*node.args.posonlyargs, *node.args.args]
    found = dict(
        zip([each.arg for each in several[len(several) - len(node.args.defaults) :]], node.args.defaults, strict=True)
    )
    pairs = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    return found | {each.arg: default for each, default in pairs if default is not None}


def _is_kept(name: str, values: Sequence[ast.AST | None]) -> bool:
    """Tell whether a parameter keeps what it was given, or is only converted: ``v = convert(v)``."""
    if values[0] is not None:
        return False
    return all(
        isinstance(value, ast.Call)
        and bool(value.args)
        and isinstance(value.args[0], ast.Name)
        and value.args[0].id == name
        and not (isinstance(value.func, ast.Name) and value.func.id in PICKING)
        for value in values[1:]
    )


def _only(facts: Facts, name: str) -> str:
    """Return how the version compares with a parameter where exactly that is known."""
    found = {operator for of, operator in facts if of == name}
    return next(iter(found)) if len(found) == 1 else ""


def _every(name: str) -> Facts:
    """Return what holds on a path that a call with a version never takes."""
    return frozenset((name, operator) for operator in EVERY)


def _joined(several: Sequence[Facts | None]) -> Facts | None:
    """Return what is known where one of several ends is reached."""
    known = [each for each in several if each is not None]
    return frozenset.intersection(*known) if known else None


def _together(several: Sequence[Facts | None]) -> Facts | None:
    """Return what is known where all of several hold."""
    found: Facts = frozenset()
    for each in several:
        if each is None:
            return None
        found |= each
    return found
