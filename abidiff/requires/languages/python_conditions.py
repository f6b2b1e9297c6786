"""What a condition of a Python program says about the release of the library that is there."""

from __future__ import annotations

import ast
from functools import reduce

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
from abidiff.requires.languages.python_index import Index
from abidiff.requires.languages.python_versions import OPERATORS, Versions, argument

DEPTH = 50
"""Levels of one condition that are looked at."""


class Conditions:
    """Reads conditions of an application.  ``predicates``: functions without a version that return a condition."""

    def __init__(self, catalogue: Catalogue, versions: Versions, methods: dict[str, tuple[str, ...]]) -> None:
        self.catalogue = catalogue
        self.versions = versions
        self.methods = methods
        self.predicates: dict[str, Condition] = {}

    def learn(self, modules: list[Index]) -> None:
        """Find the functions that do nothing but return a condition."""
        clashing = set()
        for function in (each for module in modules for each in module.functions):
            node = function.node
            if isinstance(node, ast.Module):
                continue
            returns = [each for each in function.decides if isinstance(each, ast.Return)]
            if node.name in self.predicates:
                clashing.add(node.name)
            if len(returns) == 1 and returns[0].value is not None and node.body[-1] is returns[0]:
                found = self.of(returns[0].value, {}, frozenset())
                if found.yes or found.no:
                    self.predicates[node.name] = found
        for name in clashing:
            del self.predicates[name]

    def of(self, node: ast.expr, held: dict[str, Condition], versions: frozenset[str], depth: int = 0) -> Condition:
        """Return what a condition says.

        ``held``: variables that hold a condition; ``versions``: those that hold the library's version.
        """
        if depth > DEPTH:
            return UNKNOWN
        match node:
            case ast.BoolOp(op=operator, values=values):
                parts = [self.of(each, held, versions, depth + 1) for each in values]
                return reduce(conjunction if isinstance(operator, ast.And) else disjunction, parts)
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return negated(self.of(inner, held, versions, depth + 1))
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                return self._comparison(left, OPERATORS.get(type(operator), ""), right, versions)
            case ast.Call(func=ast.Name(id="hasattr"), args=[_, ast.Constant(value=str(name))]):
                return self._has(name)
            case ast.Call():
                return self._call(node)
            case ast.Name(id=name):
                return held.get(name, UNKNOWN)
            case ast.Attribute(attr=name):
                return self.predicates.get(name, UNKNOWN)
        return UNKNOWN

    def _comparison(self, left: ast.expr, operator: str, right: ast.expr, versions: frozenset[str]) -> Condition:
        for one, other, swapped in ((left, right, False), (right, left, True)):
            if self.versions.tells(one, versions) and (version := self.versions.value(other)):
                return compared(operator, version, swapped=swapped)
        return UNKNOWN

    def _has(self, name: str) -> Condition:
        names = (name,) if self.catalogue.get(name) else self.methods.get(name, ())
        entry = self.catalogue.earliest(names)
        return has(entry.name) if entry is not None else UNKNOWN

    def _call(self, node: ast.Call) -> Condition:
        helper = self.versions.called(node)
        if helper is None:
            match node.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    return self.predicates.get(name, UNKNOWN)
            return UNKNOWN
        given = argument(node, helper)
        version = self.versions.value(given) if given is not None else ()
        return compared(helper.operator, version) if version else UNKNOWN
