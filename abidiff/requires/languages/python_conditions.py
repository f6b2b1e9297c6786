"""What a condition of a Python program says about the release of the library that is there."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence
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
from abidiff.requires.languages.python_versions import Versions, yields

DEPTH = 50
"""Levels of one condition that are looked at."""


CHECKS = (ast.Compare, ast.BoolOp, ast.Call, ast.UnaryOp)
"""Values that may be conditions."""


class Known(NamedTuple):
    """What is known of the names at one place.

    ``conditions``  variables that hold a condition, ``versions`` those that hold the library's version.
    ``hidden``      names that mean no constant, no function and nothing built in: they are bound to something else.
    ``fakes``       variables that hold an object of an own class with a ``getLibVersion`` of its own.
    ``own``         attributes of ``self`` that hold a condition.
    ``modules``     names that stand for other modules.
    """

    conditions: Mapping[str, Condition]
    versions: Collection[str]
    hidden: frozenset[str]
    fakes: frozenset[str]
    own: Mapping[str, Condition] = {}
    modules: Collection[str] = ()


def either(conditions: Sequence[Condition], values: Sequence[ast.AST | None]) -> Condition:
    """Return what something says that holds one of several conditions, or is false: of ``values`` some are."""
    is_false = [isinstance(each, ast.Constant) and not each.value for each in values]
    told = [each for each, never in zip(conditions, is_false, strict=True) if not never]
    if not told:
        return UNKNOWN
    no = Facts() if any(is_false) else reduce(common, (each.no for each in told))
    return Condition(reduce(common, (each.yes for each in told)), no)


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
        self._learn_constants(modules)
        self._learn_attributes(modules)

    def _learn_constants(self, modules: list[Index]) -> None:
        """Find the names of modules that hold a condition; all modules that bind the name do so alike."""
        found: dict[str, Condition] = {}
        for module in modules:
            for name, values in module.top.bound.items():
                own = [each for each in values if not isinstance(each, ast.ImportFrom)]
                if own:
                    told = UNKNOWN
                    if any(isinstance(each, CHECKS) for each in own):
                        told = either([self._stored(each, module.top) for each in own], own)
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
        fakes = self.versions.fakes_in(inside)
        versions = {
            name
            for name, several in inside.bound.items()
            if all(each is not None and (is_nothing(each) or self.versions.tells(each, (), fakes)) for each in several)
        }
        return self.of(value, Known({}, versions, inside.hidden(), fakes))

    def _predicate(self, function: Inside) -> tuple[bool, Condition]:
        """Return whether a function is a property, and the condition that it returns."""
        node = function.node
        returns = [each for each in function.decides if isinstance(each, ast.Return)]
        if not isinstance(node, ast.FunctionDef) or len(returns) != 1 or node.body[-1] is not returns[0]:
            return False, UNKNOWN
        is_property = any("property" in ast.unparse(each) for each in node.decorator_list)
        if returns[0].value is None:
            return is_property, UNKNOWN
        known = Known({}, frozenset(), function.hidden(), self.versions.fakes_in(function))
        found = self.of(returns[0].value, known)
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
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                return self._comparison(left, OPERATORS.get(type(operator), ""), right, known)
            case ast.Call(func=ast.Name(id="hasattr"), args=[_, ast.Constant(value=str(name))]):
                return self._has(name) if "hasattr" not in known.hidden else UNKNOWN
            case ast.Call():
                return self._call(node, known)
            case ast.Name(id=name):
                held = UNKNOWN if name in known.hidden else self.constants.get(name, UNKNOWN)
                return known.conditions.get(name, held)
            case ast.Attribute(value=ast.Name(id=of), attr=name) if name in self.constants:
                is_known = of not in known.hidden and of not in self.versions.unread and of not in ("self", "cls")
                return self.constants[name] if is_known and of in known.modules else UNKNOWN
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if name in known.own and "self" not in known.fakes:
                return known.own[name]
            case ast.Attribute(attr=name):
                return self.properties.get(name, UNKNOWN)
        return UNKNOWN

    def _comparison(self, left: ast.expr, operator: str, right: ast.expr, known: Known) -> Condition:
        for one, other, swapped in ((left, right, False), (right, left, True)):
            told = self.versions.tells(one, known.versions, known.fakes)
            if told and (version := self.versions.value(other, known.hidden)):
                return compared(operator, version, swapped=swapped)
        return UNKNOWN

    def _has(self, name: str) -> Condition:
        names = (name,) if self.catalogue.get(name) else self.methods.get(name, ())
        entry = self.catalogue.earliest(names)
        return has(entry.name) if entry is not None else UNKNOWN

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
