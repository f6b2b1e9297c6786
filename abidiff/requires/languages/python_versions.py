"""Versions in Python sources: constants across modules, and functions that compare with the library's version."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from abidiff.requires.encoding import decoded
from abidiff.requires.languages.python_index import Index, Inside
from abidiff.requires.languages.python_names import MODULES
from abidiff.requires.model import Version, parsed

OPERATORS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
SWAPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
ROUNDS = 8
"""Functions that call each other to compare a version are followed so deep."""


class Helper(NamedTuple):
    """A function that is true when the library's version compares so with one of its parameters.

    ``position`` is that of the parameter without ``self``.
    """

    parameter: str
    position: int
    operator: str


class Candidate(NamedTuple):
    """A function that may be a helper: its parameters, what decides that it is true or false, and its variables that
    hold the library's version."""

    name: str
    parameters: list[str]
    tests: list[tuple[bool, ast.Compare | ast.Call]]
    held: frozenset[str]


class Versions:
    """What an application says of versions.

    ``constants``  name → value, of all modules; a name that two modules give another value has none.
    ``helpers``    name of a function → how it compares.
    ``attributes`` names of attributes and variables that the library's version is assigned to.
    """

    def __init__(self, modules: list[Index]) -> None:
        self.constants: dict[str, ast.expr] = {}
        self.helpers: dict[str, Helper] = {}
        self.attributes: set[str] = set()
        clashing: set[str] = set()
        for module in modules:
            for node in module.tree.body:
                for name, value in _assigned(node):
                    old = self.constants.get(name)
                    if old is not None and ast.dump(old) != ast.dump(value):
                        clashing.add(name)
                    self.constants[name] = value
            self._versions_kept(module)
        for name in clashing:
            del self.constants[name]
        self._find_helpers([function for module in modules for function in module.functions])

    def _versions_kept(self, module: Index) -> None:
        for node in module.assigns:
            if self.tells(node.value):
                self.attributes |= {target.attr for target in node.targets if isinstance(target, ast.Attribute)}

    def tells(self, node: ast.AST, names: frozenset[str] = frozenset()) -> bool:
        """Tell whether an expression is the library's version; ``names``: variables that are."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "getLibVersion":
                return True
            receiver = node.func.value
            return node.func.attr == "getVersion" and isinstance(receiver, ast.Name) and receiver.id in MODULES
        if isinstance(node, ast.Name):
            return node.id in names
        return isinstance(node, ast.Attribute) and node.attr in self.attributes

    def value(self, node: ast.expr, depth: int = 0) -> Version:
        """Return the version that an expression stands for; empty when it is not known."""
        if depth > ROUNDS:
            return ()
        match node:
            case ast.Constant(value=int(number)) if not isinstance(number, bool):
                return decoded(number) if 1000 <= number < 10**10 else ()
            case ast.Constant(value=str(text)):
                return parsed(text) if text[:1].isdigit() and "." in text else ()
            case ast.Tuple(elts=several) | ast.List(elts=several):
                return _numbers(several)
            case ast.Name(id=name) | ast.Attribute(attr=name):
                held = self.constants.get(name)
                return self.value(held, depth + 1) if held is not None else ()
            case ast.Call(args=[first, *_]):
                return self.value(first, depth + 1)
        return ()

    def _find_helpers(self, functions: list[Inside]) -> None:
        asked = (self._candidate(function) for function in functions)
        candidates = [each for each in asked if each is not None]
        for _ in range(ROUNDS):
            before = len(self.helpers)
            for candidate in candidates:
                if candidate.name not in self.helpers and (found := self._helper(candidate)) is not None:
                    self.helpers[candidate.name] = found
            if len(self.helpers) == before:
                return

    def _candidate(self, function: Inside) -> Candidate | None:
        """Return what may make a function a helper: comparisons and calls that decide what it returns."""
        node = function.node
        if isinstance(node, ast.Module):
            return None
        names = [each.arg for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        tests: list[tuple[bool, ast.Compare | ast.Call]] = []
        for statement in function.decides:
            outcome = _outcome(statement)
            test = statement.test if isinstance(statement, ast.If) else statement.value
            if test is not None and outcome is not None:
                tests += [(outcome, each) for each in ast.walk(test) if isinstance(each, ast.Compare | ast.Call)]
        held = {
            target.id
            for each in function.assigns
            if self.tells(each.value)
            for target in each.targets
            if isinstance(target, ast.Name)
        }
        return Candidate(node.name, names, tests, frozenset(held)) if names and tests else None

    def _helper(self, found: Candidate) -> Helper | None:
        for outcome, test in found.tests:
            for name, operator in self._compares(test, found.held, found.parameters):
                position = found.parameters.index(name) - (found.parameters[0] in ("self", "cls"))
                return Helper(name, position, operator if outcome else OPPOSITE[operator])
        return None

    def _compares(
        self, node: ast.Compare | ast.Call, held: frozenset[str], names: list[str]
    ) -> Iterator[tuple[str, str]]:
        """Yield (parameter, operator) where a test compares the library's version with a parameter."""
        if isinstance(node, ast.Compare):
            operator = OPERATORS.get(type(node.ops[0]), "") if len(node.ops) == 1 else ""
            for one, other, found in (
                (node.left, node.comparators[0], operator),
                (node.comparators[0], node.left, SWAPPED.get(operator, operator)),
            ):
                if found and self.tells(one, held) and (name := _parameter(other, names)):
                    yield name, found
        elif len(node.args) == 2 and self.tells(node.args[0], held):
            if name := _parameter(node.args[1], names):
                yield name, _operator_of(node.func)
        elif (helper := self.called(node)) is not None:
            given = argument(node, helper)
            if given is not None and (name := _parameter(given, names)):
                yield name, _given_operator(node) or helper.operator

    def called(self, node: ast.Call) -> Helper | None:
        """Return the helper that a call calls."""
        match node.func:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                return self.helpers.get(name)
        return None


def argument(node: ast.Call, helper: Helper) -> ast.expr | None:
    """Return what a call gives for the version of a helper."""
    for keyword in node.keywords:
        if keyword.arg == helper.parameter:
            return keyword.value
    return node.args[helper.position] if 0 <= helper.position < len(node.args) else None


def _assigned(node: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant | ast.Tuple | ast.Name | ast.Attribute):
        for target in node.targets:
            if isinstance(target, ast.Name):
                yield target.id, node.value


def _numbers(nodes: list[ast.expr]) -> Version:
    numbers = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, int)]
    if len(numbers) != len(nodes) or not 2 <= len(numbers) <= 4:
        return ()
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def _outcome(statement: ast.Return | ast.If) -> bool | None:
    """Return what a function returns where the test of a statement holds, None where that is not plain."""
    if isinstance(statement, ast.Return):
        return True
    match statement.body:
        case [*_, ast.Return(value=ast.Constant(value=bool(found)))]:
            return found
        case [*_, ast.Raise()]:
            return False
    return None


def _parameter(node: ast.expr, names: list[str]) -> str:
    """Return the parameter that an expression is, as it stands or converted by a function."""
    match node:
        case ast.Name(id=name):
            return name if name in names else ""
        case ast.Call(args=[first, *_]):
            return _parameter(first, names)
    return ""


def _operator_of(function: ast.expr) -> str:
    """Return how ``operator.lt`` and the like compare; a function that was handed in is taken for ``lt``."""
    name = function.attr if isinstance(function, ast.Attribute) else ""
    return {"ge": ">=", "gt": ">", "le": "<=", "lt": "<", "eq": "==", "ne": "!="}.get(name, "<")


def _given_operator(node: ast.Call) -> str:
    """Return how a helper compares that is told by ``op=operator.ne`` which difference makes it false."""
    for keyword in node.keywords:
        if isinstance(keyword.value, ast.Attribute) and keyword.value.attr in ("lt", "ne", "gt", "le", "eq", "ge"):
            return OPPOSITE[_operator_of(keyword.value)]
    return ""
