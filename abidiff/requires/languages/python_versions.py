"""Versions in Python sources: constants across modules, what holds the library's version, and what compares it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from functools import partial

from abidiff.requires.encoding import decoded
from abidiff.requires.languages.python_helpers import PICKING, Helper, Paths, argument, defaults, operator_of
from abidiff.requires.languages.python_index import Index, Inside, is_nothing
from abidiff.requires.languages.python_names import MODULES
from abidiff.requires.model import Version, parsed

TELL = frozenset(("getLibVersion", "getVersion"))
ROUNDS = 8
"""Functions that call each other to compare a version are followed so deep."""

NONE: frozenset[str] = frozenset()


class Versions:
    """What an application says of versions.

    ``constants``  name → value, of all modules; a name that is bound a second time, in whatever way, has none.
    ``helpers``    name of a function → how it compares; all functions of the name do so.
    ``attributes`` names of attributes that hold the library's version, or nothing, whenever they are set.
    ``fakes``      own classes with a ``getLibVersion`` of their own that does not give the library's version;
                   ``faked`` the attributes that hold an object of one.
    ``unread``     names that stand for modules that were not read, or for what is in them.
    ``changed``    names that something sets from outside, as attributes of a module or an object.
    ``given``      variables whose values are known while one call is looked at.
    """

    def __init__(self, modules: list[Index], unread: Collection[str] = NONE) -> None:
        self.unread = unread
        self.given: Mapping[str, ast.expr] = {}
        self.constants: dict[str, ast.expr] = {}
        self.helpers: dict[str, Helper] = {}
        self.attributes: set[str] = set()
        self.fakes: set[str] = set()
        self.faked: set[str] = set()
        self._functions: dict[str, list[Inside]] = {}
        for module in modules:
            for function in module.functions:
                name = getattr(function.node, "name", "")
                self._functions.setdefault(name, []).append(function)
        self._inside: dict[Inside, list[Inside]] | None = None
        self.rebound = _rebound(modules)
        self.changed = {name for module in modules for of, name, _ in module.stored if not _is_self(of)}
        self._find_fakes(modules)
        self._find_constants(modules)
        self._find_attributes(modules)
        self._find_helpers()

    def names(self) -> set[str]:
        """Return the names that stand for a version, or for what tells or compares one."""
        constants = {name for name, held in self.constants.items() if self.value(held)}
        return {*constants, *self.helpers, *self.attributes}

    def _find_constants(self, modules: list[Index]) -> None:
        clashing: set[str] = set()
        for module in modules:
            for node in module.tree.body:
                for name, value in _assigned(node):
                    if isinstance(value, ast.Name) and value.id in module.top.foreign:
                        clashing.add(name)
                    old = self.constants.get(name)
                    if old is not None and not _same(old, value):
                        clashing.add(name)
                    self.constants[name] = value
        for module in modules:
            for name, values in module.top.bound.items():
                own = [each for each in values if not isinstance(each, ast.ImportFrom)]
                if name in self.constants and own and (len(values) > 1 or not _same(own[0], self.constants[name])):
                    clashing.add(name)
        clashing |= self.changed
        for name in clashing:
            self.constants.pop(name, None)

    def _find_attributes(self, modules: list[Index]) -> None:
        values: dict[str, list[ast.AST | None]] = {}
        for module in modules:
            for _, name, value in module.stored:
                values.setdefault(name, []).append(value)
            for each in module.classes:
                for name, several in each.bound.items():
                    values.setdefault(name, []).extend(several)
        for name, several in values.items():
            told = [value is not None and self.tells(value) for value in several]
            if any(told) and all(t or is_nothing(v) for t, v in zip(told, several, strict=True)):
                self.attributes.add(name)

    def _find_fakes(self, modules: list[Index]) -> None:
        classes = [each.node for module in modules for each in module.classes if isinstance(each.node, ast.ClassDef)]
        for node in classes:
            for each in node.body:
                if isinstance(each, ast.FunctionDef) and each.name in TELL and not self._hands_on(each):
                    self.fakes.add(node.name)
        for _ in range(ROUNDS):
            for node in classes:
                if any(_name(base) in self.fakes for base in node.bases):
                    self.fakes.add(node.name)
        for module in modules:
            self.faked |= {name for _, name, value in module.stored if value is not None and self.is_fake(value, NONE)}

    def _hands_on(self, node: ast.FunctionDef) -> bool:
        """Tell whether a method gives what it asks another object for."""
        calls = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
        return any(isinstance(each, ast.Attribute) and each.attr in TELL for each in calls)

    def is_fake(self, node: ast.AST | None, fakes: Collection[str]) -> bool:
        """Tell whether an expression is an object of one of the ``fakes``; ``fakes``: variables that are."""
        match node:
            case ast.Call(func=function):
                return _name(function) in self.fakes
            case ast.Name(id=name):
                return name in fakes
            case ast.Attribute(attr=name):
                return name in self.faked
        return False

    def fakes_in(self, function: Inside) -> frozenset[str]:
        """Return the variables of a function that hold an object of one of the ``fakes``."""
        found = {name for name, values in function.bound.items() if any(self.is_fake(each, NONE) for each in values)}
        node, outer = function.node, function.outer
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found |= {name for name in MODULES if None in function.bound.get(name, [node])[:1]}
            several = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
            found |= {
                each.arg for each in several if each.annotation is not None and _name(each.annotation) in self.fakes
            }
        if outer is not None and isinstance(outer.node, ast.ClassDef) and outer.node.name in self.fakes:
            found.add("self")
        return frozenset(found)

    def tells(self, node: ast.AST, names: Collection[str] = NONE, fakes: Collection[str] = NONE) -> bool:
        """Tell whether an expression is the library's version; ``names``: variables that are."""
        match node:
            case ast.Call(func=ast.Attribute(value=receiver, attr="getLibVersion")):
                return not self.is_fake(receiver, fakes)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="getVersion")):
                return name in MODULES and name not in fakes
            case ast.Name(id=name):
                return name in names
            case ast.NamedExpr(value=value):
                return self.tells(value, names, fakes)
            case ast.Attribute(attr=name):
                return name in self.attributes
        return False

    def value(self, node: ast.expr, hidden: Collection[str] = NONE, depth: int = 0) -> Version:
        """Return the version that an expression stands for; empty when it is not known.

        ``hidden``: names that mean no constant of a module where the expression stands.
        """
        if depth > ROUNDS:
            return ()
        match node:
            case ast.Constant(value=int(number)) if not isinstance(number, bool):
                return decoded(number) if 1000 <= number < 10**10 else ()
            case ast.Constant(value=str(text)):
                return parsed(text) if text[:1].isdigit() and "." in text else ()
            case ast.Tuple(elts=several) | ast.List(elts=several):
                return _numbers([self._held(each) for each in several])
            case ast.Name(id=name) if name in self.given:
                return self.value(self.given[name], hidden, depth + 1)
            case ast.Starred(value=inner):
                return self.value(inner, hidden, depth + 1)
            case ast.BinOp():
                found = _number(node, self.given)
                return decoded(found) if found is not None and 1000 <= found < 10**10 else ()
            case ast.Name(id=name) if name not in hidden:
                return self._constant(name, depth)
            case ast.Attribute(value=of, attr=name) if not (
                _is_self(of) or _root(of) in hidden or _root(of) in self.unread
            ):
                return self._constant(name, depth)
            case ast.Call(func=ast.Name(id=name)) if name in PICKING:
                return ()
            case ast.Call(args=[first, *_]):
                return self.value(first, hidden, depth + 1)
        return ()

    def _held(self, node: ast.expr) -> ast.expr:
        """Return what a variable holds, where that is known."""
        return self.given.get(node.id, node) if isinstance(node, ast.Name) else node

    def function(self, name: str) -> Inside | None:
        """Return the function of a name, where it is the only one and nothing else is bound to the name."""
        found = self._functions.get(name, ())
        return found[0] if len(found) == 1 and name not in self.rebound and name not in self.unread else None

    def inside(self, outer: Inside) -> list[Inside]:
        """Return the functions inside of a function."""
        if self._inside is None:
            self._inside = {}
            for each in (one for several in self._functions.values() for one in several):
                around = each.outer
                while around is not None:
                    self._inside.setdefault(around, []).append(each)
                    around = around.outer
        return self._inside.get(outer, [])

    def _constant(self, name: str, depth: int) -> Version:
        held = self.constants.get(name)
        return self.value(held, NONE, depth + 1) if held is not None else ()

    def _find_helpers(self) -> None:
        for _ in range(ROUNDS):
            before = len(self.helpers)
            for name in self._functions:
                if name not in self.helpers and (found := self._helper(name, {})) is not None:
                    self.helpers[name] = found
            if len(self.helpers) == before:
                return

    def _helper(self, name: str, given: dict[str, str]) -> Helper | None:
        """Return how the functions of a name compare, where all do alike; ``given``: operators that a call hands in."""
        if name in self.rebound:
            return None
        found: Helper | None = None
        for function in self._functions[name]:
            node = function.node
            if not isinstance(node, ast.FunctionDef) or not (node.args.args or node.args.kwonlyargs):
                return None
            operators = {key: text for key, value in defaults(node).items() if (text := operator_of(value))}
            fakes = self.fakes_in(function)
            one = Paths(function, partial(self.tells, fakes=fakes), self.called, operators | given).helper()
            if one is None or (found is not None and one != found) or yields(node):
                return None
            found = one
        return found

    def is_unread(self, node: ast.expr) -> bool:
        """Tell whether an expression is a module that was not read, or something in it."""
        return isinstance(node, ast.Name) and node.id in self.unread

    def called(self, node: ast.Call, hidden: Collection[str] = NONE) -> Helper | None:
        """Return the helper that a call calls, as it compares with the operator that it is given."""
        match node.func:
            case ast.Name(id=name) if name not in hidden:
                pass
            case ast.Attribute(value=of, attr=name) if not self.is_unread(of):
                pass
            case _:
                return None
        function = next((each.node for each in self._functions.get(name, ())), None)
        if name not in self.helpers or not isinstance(function, ast.FunctionDef):
            return None
        given = {}
        for parameter, default in defaults(function).items():
            if operator_of(default):
                order = [each.arg for each in function.args.args]
                at = order.index(parameter) if parameter in order else -1
                probe = Helper(parameter, at - (order[:1] in (["self"], ["cls"])), "", "")
                value = argument(node, probe)
                if value is not None and not (text := operator_of(value)):
                    return None
                if value is not None:
                    given[parameter] = text
        return self._helper(name, given) if given else self.helpers[name]


def yields(node: ast.FunctionDef) -> bool:
    """Tell whether a function is a generator, which is true whatever it gives."""
    return any(isinstance(each, ast.Yield | ast.YieldFrom) for each in ast.walk(node))


def _rebound(modules: list[Index]) -> set[str]:
    """Find the names of functions that something else is bound to as well: no call of such a name is understood."""
    found: set[str] = set()
    for module in modules:
        for inside in (module.top, *module.classes):
            for name, values in inside.bound.items():
                plain = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ImportFrom, ast.Import)
                if any(not isinstance(each, plain) for each in values):
                    found.add(name)
        found |= {name for _, name, _ in module.stored}
    return found


def _assigned(node: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            pass
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            targets = [target]
        case _:
            return
    if isinstance(value, ast.Constant | ast.Tuple | ast.Name | ast.Attribute | ast.BinOp):
        for each in targets:
            if isinstance(each, ast.Name):
                yield each.id, value


def _same(one: ast.AST | None, other: ast.AST) -> bool:
    """Tell whether two values are written alike."""
    if one is other:
        return True
    match one, other:
        case ast.Constant(value=value), ast.Constant(value=given):
            return type(value) is type(given) and bool(value == given)
        case ast.Name(id=name), ast.Name(id=given):
            return name == given
        case ast.Attribute(value=of, attr=name), ast.Attribute(value=by, attr=given):
            return name == given and _same(of, by)
        case ast.Tuple(elts=several), ast.Tuple(elts=others):
            return len(several) == len(others) and all(map(_same, several, others))
    return type(one) is type(other) and ast.dump(one) == ast.dump(other) if one is not None else False


def _number(node: ast.expr, given: Mapping[str, ast.expr], depth: int = 0) -> int | None:
    """Return what a sum of products of numbers gives."""
    match node:
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            return number
        case ast.Name(id=name) if name in given and depth < ROUNDS:
            return _number(given[name], given, depth + 1)
        case ast.BinOp(left=left, op=ast.Add() | ast.Mult() as operator, right=right) if depth < ROUNDS:
            one, other = _number(left, given, depth + 1), _number(right, given, depth + 1)
            if one is None or other is None or max(abs(one), abs(other)) >= 10**10:
                return None
            return one + other if isinstance(operator, ast.Add) else one * other
    return None


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _numbers(nodes: list[ast.expr]) -> Version:
    numbers = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, int)]
    if len(numbers) != len(nodes) or not 2 <= len(numbers) <= 4:
        return ()
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
