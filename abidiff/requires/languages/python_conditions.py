"""What a condition of a Python program says about the release of the library that is there."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import reduce
from typing import NamedTuple

from abidiff.requires.catalogue import Catalogue
from abidiff.requires.facts import (
    UNKNOWN,
    Condition,
    Facts,
    common,
    compared,
    conjunction,
    disjunction,
    has,
    negated,
)
from abidiff.requires.languages.python_helpers import OPERATORS, argument
from abidiff.requires.languages.python_index import Index, Inside, class_of, is_nothing
from abidiff.requires.languages.python_names import MODULES
from abidiff.requires.languages.python_versions import Versions, yields
from abidiff.requires.languages.python_ways import conditions as held_on

DEPTH = 50
"""Levels of one condition that are looked at."""


CHECKS = (ast.Compare, ast.BoolOp, ast.Call, ast.UnaryOp, ast.IfExp, ast.Attribute)
"""Values that may be conditions."""

NONE = ast.Constant(None)

TABLES = frozenset(("dir", "vars"))
"""Functions that give the names in a module."""


def _nothing(_receiver: ast.expr, _name: str) -> tuple[str, ...]:
    """Return no function: nothing is known of objects."""
    return ()


class Known(NamedTuple):
    """What is known of the names at one place.

    ``conditions``  variables that hold a condition, ``versions`` those that hold the library's version.
    ``hidden``      names that mean no constant, no function and nothing built in: they are bound to something else.
    ``fakes``       variables that hold an object of an own class with a ``getLibVersion`` of its own.
    ``own``         attributes of ``self`` that hold a condition.
    ``modules``     names that stand for other modules.
    ``chosen``      gives the C functions that an attribute of an object is known to stand for.
    """

    conditions: Mapping[str, Condition]
    versions: Collection[str]
    hidden: frozenset[str]
    fakes: frozenset[str]
    own: Mapping[str, Condition] = {}
    modules: Collection[str] = ()
    chosen: Callable[[ast.expr, str], tuple[str, ...]] = _nothing


def is_false(value: ast.AST | None) -> bool:
    """Tell whether a value is false as it stands."""
    return isinstance(value, ast.Constant) and not value.value


def either(conditions: Sequence[Condition], values: Sequence[ast.AST | None]) -> Condition:
    """Return what something says that holds one of several conditions, or is false: of ``values`` some are."""
    never = [is_false(each) for each in values]
    told = [each for each, is_never in zip(conditions, never, strict=True) if not is_never]
    if not told:
        return UNKNOWN
    no = Facts() if any(never) else reduce(common, (each.no for each in told))
    return Condition(reduce(common, (each.yes for each in told)), no)


def negative(node: ast.expr) -> ast.expr:
    """Return the opposite of a condition."""
    return ast.UnaryOp(ast.Not(), node)


def is_table(node: ast.expr, hidden: Collection[str]) -> bool:
    """Tell whether an expression gives the names of something: ``dir(libvirt)``, ``libvirt.__dict__``."""
    match node:
        case ast.Call(func=ast.Name(id=name), args=[_]):
            return name in TABLES and name not in hidden
    return isinstance(node, ast.Attribute) and node.attr == "__dict__"


def _is_optional(value: ast.AST | None) -> bool:
    match value:
        case ast.Constant(value=None) | ast.Attribute(value=ast.Name(id="libvirt" | "libvirt_qemu" | "libvirt_lxc")):
            return value is not None
        case ast.Call(func=ast.Name(id="getattr"), args=[_, _, ast.Constant(value=None)]):
            return True
    return isinstance(value, ast.ImportFrom) and value.module in MODULES


class Conditions:
    """Reads conditions of an application.

    ``predicates``: functions without a version that return a condition; ``properties``: those that are not called.
    """

    def __init__(self, catalogue: Catalogue, versions: Versions, methods: dict[str, tuple[str, ...]]) -> None:
        self.catalogue = catalogue
        self.versions = versions
        self.methods = methods
        self.predicates: dict[str, Condition] = {}
        self.properties: dict[str, Condition] = {}
        self.constants: dict[str, Condition] = {}
        self.attributes: dict[str, dict[str, Condition]] = {}
        self.optional: frozenset[str] = frozenset()
        self._scopes: dict[Inside, tuple[set[str], frozenset[str], frozenset[str]]] = {}

    def learn(self, modules: list[Index]) -> None:
        """Find the functions that do nothing but return a condition; all functions of one name return the same."""
        found: dict[str, tuple[bool, Condition]] = {}
        for function in (each for module in modules for each in module.functions):
            name = getattr(function.node, "name", "")
            one = self._predicate(function)
            found[name] = one if found.get(name, one) == one else (False, UNKNOWN)
        for name, (is_property, condition) in found.items():
            if (condition.yes or condition.no) and name not in self.versions.rebound:
                (self.properties if is_property else self.predicates)[name] = condition
        self._learn_optional(modules)
        self._learn_constants(modules)
        self._learn_attributes(modules)

    def names(self) -> set[str]:
        """Return the names that stand for a condition, wherever they do."""
        own = (name for several in self.attributes.values() for name in several)
        return {*self.predicates, *self.properties, *self.constants, *self.optional, *own}

    def _learn_optional(self, modules: list[Index]) -> None:
        """Find the names that are something of the bindings, or ``None``, wherever they are bound."""
        values: dict[str, list[ast.AST | None]] = {}
        for module in modules:
            for inside in (module.top, *module.classes, *module.functions):
                for name, several in inside.bound.items():
                    if name not in MODULES:
                        values.setdefault(name, []).extend(several)
            for name, held in module.holders.items():
                values.setdefault(name, []).extend(value for value, _ in held)
        self.optional = frozenset(
            name
            for name, several in values.items()
            if len(several) > 1 - isinstance(several[0], ast.Call) and all(map(_is_optional, several))
        )

    def _learn_constants(self, modules: list[Index]) -> None:
        """Find the names of modules that hold a condition; all modules that bind the name do so alike."""
        found: dict[str, Condition] = {}
        for module in modules:
            for name, values in module.top.bound.items():
                given = [each for each in values if isinstance(each, ast.ImportFrom) and each.module in MODULES]
                own = [each for each in values if not isinstance(each, ast.ImportFrom)]
                if own:
                    told = UNKNOWN
                    if given or any(isinstance(each, CHECKS) for each in own):
                        told = either(
                            [self._stored(each, module.top) for each in own]
                            + [self._given(each, name) for each in given],
                            [*own, *given],
                        )
                    found[name] = told if found.get(name, told) == told else UNKNOWN
        stored = {name for module in modules for name in (*module.holders, *module.names)}
        self.constants = {name: told for name, told in found.items() if any(told) and name not in stored}

    def _learn_attributes(self, modules: list[Index]) -> None:
        """Find the attributes of ``self`` that hold a condition, or are false, whenever one of their name is set."""
        held: dict[str, list[tuple[ast.AST | None, Inside]]] = {}
        for module in modules:
            for name, several in module.holders.items():
                held.setdefault(name, []).extend(several)
        classes = [each for module in modules for each in module.classes]
        for inside in classes:
            for name in held.keys() & inside.bound:
                held[name] += [(value, inside) for value in inside.bound[name]]
        for name, values in held.items():
            if any(isinstance(value, CHECKS) for value, _ in values):
                condition = either([self._stored(*each) for each in values], [value for value, _ in values])
                if condition.yes or condition.no:
                    for _, inside in values:
                        self.attributes.setdefault(class_of(inside), {})[name] = condition
        for _ in range(DEPTH if self.attributes else 0):
            before = sum(map(len, self.attributes.values()))
            for node in (each.node for each in classes):
                assert isinstance(node, ast.ClassDef)
                for base in node.bases:
                    if isinstance(base, ast.Name) and base.id in self.attributes:
                        self.attributes[node.name] = self.attributes[base.id] | self.attributes.get(node.name, {})
            if sum(map(len, self.attributes.values())) == before:
                break
        self.attributes.pop("", None)

    def _stored(self, value: ast.AST | None, inside: Inside) -> Condition:
        """Return what a value says that an attribute is given in a class or a function."""
        if not isinstance(value, CHECKS):
            return UNKNOWN
        versions, hidden, fakes = self._names_of(inside)
        return self.of(value, Known({}, versions, hidden, fakes))

    def _names_of(self, inside: Inside) -> tuple[set[str], frozenset[str], frozenset[str]]:
        """Return the names of a scope that hold the version, those that are hidden, and those of other objects."""
        found = self._scopes.get(inside)
        if found is None:
            fakes = self.versions.fakes_in(inside)
            versions = {
                name
                for name, several in inside.bound.items()
                if all(
                    each is not None and (is_nothing(each) or self.versions.tells(each, (), fakes)) for each in several
                )
            }
            found = self._scopes[inside] = (versions, inside.hidden(), fakes)
        return found

    def _predicate(self, function: Inside) -> tuple[bool, Condition]:
        """Return whether a function is a property, and the condition that it returns."""
        node = function.node
        if not isinstance(node, ast.FunctionDef) or not function.returns:
            return False, UNKNOWN
        is_property = any("property" in ast.unparse(each) for each in node.decorator_list)
        values: list[ast.expr] = []
        for each, way in function.returns:
            value = each.value if each.value is not None else NONE
            around = list(held_on(way)) if way is not None and not is_false(value) else []
            values.append(ast.BoolOp(ast.And(), [*around, value]) if around else value)
        if not isinstance(node.body[-1], ast.Return):
            values.append(NONE)
        found = either([self._stored(each, function) for each in values], values)
        return is_property, UNKNOWN if any(found) and yields(node) else found

    def of(self, node: ast.expr, known: Known, depth: int = 0) -> Condition:
        """Return what a condition says."""
        if depth > DEPTH:
            return UNKNOWN
        match node:
            case ast.BoolOp(op=operator, values=values):
                parts = [self.of(each, known, depth + 1) for each in values]
                return reduce(conjunction if isinstance(operator, ast.And) else disjunction, parts)
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return negated(self.of(inner, known, depth + 1))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                ways = [ast.BoolOp(ast.And(), [test, body]), ast.BoolOp(ast.And(), [negative(test), orelse])]
                return either([self.of(each, known, depth + 1) for each in ways], [body, orelse])
            case ast.NamedExpr(value=value):
                return self.of(value, known, depth + 1)
            case ast.Compare(left=ast.Constant(value=str(name)), ops=[ast.In() | ast.NotIn() as operator]):
                there = self._has(name) if is_table(node.comparators[0], known.hidden) else UNKNOWN
                return there if isinstance(operator, ast.In) else negated(there)
            case ast.Compare(
                left=left, ops=[ast.Is() | ast.IsNot() as operator], comparators=[ast.Constant(value=None)]
            ):
                there = Condition(self.of(left, known, depth + 1).yes) if self._is_value(left) else UNKNOWN
                return there if isinstance(operator, ast.IsNot) else negated(there)
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                return self._comparison(left, OPERATORS.get(type(operator), ""), right, known)
            case ast.Compare(left=left, ops=[operator, *operators], comparators=[right, *others]):
                first = self._comparison(left, OPERATORS.get(type(operator), ""), right, known)
                rest = ast.Compare(right, operators, others)
                return conjunction(first, self.of(rest, known, depth + 1))
            case ast.Call(func=ast.Name(id="hasattr"), args=[of, ast.Constant(value=str(name))]):
                return self._has(name, known.chosen(of, name)) if "hasattr" not in known.hidden else UNKNOWN
            case ast.Call(func=ast.Name(id="getattr"), args=[of, ast.Constant(value=str(name)), default]):
                is_asked = is_false(default) and "getattr" not in known.hidden
                return Condition(self._has(name, known.chosen(of, name)).yes) if is_asked else UNKNOWN
            case ast.Call(func=ast.Name(id="bool"), args=[one]) if "bool" not in known.hidden:
                return self.of(one, known, depth + 1)
            case ast.Call():
                return self._call(node, known)
            case ast.Name(id=name):
                held = UNKNOWN if name in known.hidden else self.constants.get(name, UNKNOWN)
                return known.conditions.get(name, held)
            case ast.Attribute(value=ast.Name(id=of), attr=name) if of in MODULES and of not in known.hidden:
                return Condition(self._has(name).yes) if name.startswith(("VIR_", "vir")) else UNKNOWN
            case ast.Attribute(value=ast.Name(id=of), attr=name) if name in self.constants:
                is_known = of not in known.hidden and of not in self.versions.unread and of not in ("self", "cls")
                return self.constants[name] if is_known and of in known.modules else UNKNOWN
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if name in known.own and "self" not in known.fakes:
                return known.own[name]
            case ast.Attribute(attr=name):
                return self.properties.get(name, UNKNOWN)
        return UNKNOWN

    def _given(self, node: ast.ImportFrom, name: str) -> Condition:
        """Return what a name says that is imported from the bindings, where it is something."""
        found = next((each.name for each in node.names if (each.asname or each.name) == name), "")
        return Condition(self._has(found).yes)

    def _is_value(self, node: ast.expr) -> bool:
        """Tell whether an expression is something of the bindings, or ``None``, and nothing else."""
        match node:
            case ast.Call(func=ast.Name(id="getattr"), args=[_, _, ast.Constant(value=None)]):
                return True
            case ast.Name(id=name):
                return name in self.optional
            case ast.Attribute(attr=name):
                return name in self.optional
        return False

    def _comparison(self, left: ast.expr, operator: str, right: ast.expr, known: Known) -> Condition:
        for one, other, swapped in ((left, right, False), (right, left, True)):
            told = self.versions.tells(one, known.versions, known.fakes)
            if told and (version := self.versions.value(other, known.hidden)):
                return compared(operator, version, swapped=swapped)
        return UNKNOWN

    def _has(self, name: str, chosen: tuple[str, ...] = ()) -> Condition:
        """Return that a name is there; one that no release has is known to be there where somebody looked."""
        names = (name,) if self.catalogue.get(name) else chosen or self.methods.get(name, ())
        entry = self.catalogue.earliest(names)
        return has(entry.name if entry is not None else name)

    def _call(self, node: ast.Call, known: Known) -> Condition:
        helper = self.versions.called(node, known.hidden)
        if helper is None:
            match node.func:
                case ast.Name(id=name) if name not in known.hidden:
                    return self.predicates.get(name, UNKNOWN)
                case ast.Attribute(value=of, attr=name) if not self.versions.is_unread(of):
                    return self.predicates.get(name, UNKNOWN)
            return UNKNOWN
        given = argument(node, helper)
        version = self.versions.value(given, known.hidden) if given is not None else ()
        return Condition(compared(helper.yes, version).yes, compared(helper.no, version).yes) if version else UNKNOWN
