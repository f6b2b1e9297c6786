"""Versions in Python sources: constants across modules, and functions that compare with the library's version."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from abidiff.requires.encoding import decoded
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

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Helper(NamedTuple):
    """A function that is true when the library's version compares so with one of its parameters.

    ``position`` is that of the parameter without ``self``.
    """

    parameter: str
    position: int
    operator: str


class Versions:
    """What an application says of versions.

    ``constants``  name → value, of all modules; a name that two modules give another value has none.
    ``helpers``    name of a function → how it compares.
    ``attributes`` names of attributes and variables that the library's version is assigned to.
    """

    def __init__(self, trees: list[ast.Module]) -> None:
        self.constants: dict[str, ast.expr] = {}
        self.helpers: dict[str, Helper] = {}
        self.attributes: set[str] = set()
        clashing: set[str] = set()
        functions: list[Function] = []
        for tree in trees:
            for node in tree.body:
                for name, value in _assigned(node):
                    old = self.constants.get(name)
                    if old is not None and ast.dump(old) != ast.dump(value):
                        clashing.add(name)
                    self.constants[name] = value
            functions += [node for node in ast.walk(tree) if isinstance(node, Function)]
            self._versions_kept(tree)
        for name in clashing:
            del self.constants[name]
        self._find_helpers(functions)

    def _versions_kept(self, tree: ast.Module) -> None:
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and self.tells(node.value):
                for target in node.targets:
                    if isinstance(target, ast.Attribute):
                        self.attributes.add(target.attr)

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

    def _find_helpers(self, functions: list[Function]) -> None:
        counts: dict[str, int] = {}
        for function in functions:
            counts[function.name] = counts.get(function.name, 0) + 1
        for _ in range(ROUNDS):
            before = len(self.helpers)
            for function in functions:
                if function.name not in self.helpers and (found := self._helper(function)) is not None:
                    self.helpers[function.name] = found
            if len(self.helpers) == before:
                return

    def _helper(self, function: Function) -> Helper | None:
        names = [each.arg for each in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
        held = frozenset(
            target.id
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and self.tells(node.value)
            for target in node.targets
            if isinstance(target, ast.Name)
        )
        for statement in ast.walk(function):
            if not isinstance(statement, ast.Return | ast.If):
                continue
            outcome = _outcome(statement)
            test = statement.test if isinstance(statement, ast.If) else statement.value
            if test is None or outcome is None:
                continue
            for name, operator in self._compares(test, held, names):
                position = names.index(name) - (names[0] in ("self", "cls"))
                return Helper(name, position, operator if outcome else OPPOSITE[operator])
        return None

    def _compares(self, test: ast.expr, held: frozenset[str], names: list[str]) -> Iterator[tuple[str, str]]:
        """Yield (parameter, operator) where a test compares the library's version with a parameter."""
        for node in ast.walk(test):
            if isinstance(node, ast.Compare) and len(node.ops) == 1:
                operator = OPERATORS.get(type(node.ops[0]), "")
                for one, other, found in (
                    (node.left, node.comparators[0], operator),
                    (node.comparators[0], node.left, SWAPPED.get(operator, operator)),
                ):
                    if found and self.tells(one, held) and (name := _parameter(other, names)):
                        yield name, found
            elif isinstance(node, ast.Call):
                if len(node.args) == 2 and self.tells(node.args[0], held):
                    name = _parameter(node.args[1], names)
                    if name:
                        yield name, _operator_of(node.func)
                elif (helper := self.called(node)) is not None and (given := argument(node, helper)) is not None:
                    name = _parameter(given, names)
                    if name:
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
