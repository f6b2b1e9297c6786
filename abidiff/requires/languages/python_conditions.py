"""What a condition of a Python program says about the release of the library that is there."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from functools import reduce
from typing import NamedTuple

from abidiff.requires.catalogue import Catalogue
from abidiff.requires.facts import (
    UNKNOWN,
    Condition,
    compared,
    conjunction,
    disjunction,
    has,
    negated,
)
from abidiff.requires.languages.python_helpers import OPERATORS, argument
from abidiff.requires.languages.python_index import Index, Inside
from abidiff.requires.languages.python_versions import Versions, yields

DEPTH = 50
"""Levels of one condition that are looked at."""


class Known(NamedTuple):
    """What is known of the names at one place.

    ``conditions``  variables that hold a condition, ``versions`` those that hold the library's version.
    ``hidden``      names that mean no constant, no function and nothing built in: they are bound to something else.
    ``fakes``       variables that hold an object of an own class with a ``getLibVersion`` of its own.
    """

    conditions: Mapping[str, Condition]
    versions: Collection[str]
    hidden: frozenset[str]
    fakes: frozenset[str]


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

    def _predicate(self, function: Inside) -> tuple[bool, Condition]:
        """Return whether a function is a property, and the condition that it returns."""
        node = function.node
        returns = [each for each in function.decides if isinstance(each, ast.Return)]
        if not isinstance(node, ast.FunctionDef) or len(returns) != 1 or node.body[-1] is not returns[0]:
            return False, UNKNOWN
        is_property = any("property" in ast.unparse(each) for each in node.decorator_list)
        if returns[0].value is None or yields(node):
            return is_property, UNKNOWN
        known = Known({}, frozenset(), function.hidden(), self.versions.fakes_in(function))
        return is_property, self.of(returns[0].value, known)

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
                return known.conditions.get(name, UNKNOWN)
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
