"""Decorators of Python programs that run a function only where the release has what it needs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import reduce

from abidiff.requires.facts import Facts, common, together
from abidiff.requires.languages.python_conditions import Conditions, Known
from abidiff.requires.languages.python_helpers import defaults
from abidiff.requires.languages.python_index import Function, is_nothing
from abidiff.requires.languages.python_ways import Way, conditions, inner, steps

WRAPPING = frozenset(("wraps", "update_wrapper"))
SKIPS = {"skipIf": False, "skipif": False, "skipUnless": True}
"""Decorators of test frameworks → whether the test runs where their condition holds."""


def skipped(decorator: ast.expr) -> tuple[ast.expr, bool] | None:
    """Return the condition of a decorator that skips tests, and whether they run where it holds."""
    match decorator:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=[test, *_]) if name in SKIPS:
            return test, SKIPS[name]
    return None


def behind(decorator: ast.expr, known: Conditions) -> Facts:
    """Return what holds wherever a function runs that a decorator of the application wraps."""
    call = decorator if isinstance(decorator, ast.Call) else None
    named = call.func if call is not None else decorator
    name = named.id if isinstance(named, ast.Name) else named.attr if isinstance(named, ast.Attribute) else ""
    outer = known.versions.function(name)
    if outer is None or not isinstance(outer.node, ast.FunctionDef):
        return Facts()
    taking = outer.node if call is None else _returned(outer.node)
    if taking is None or not taking.args.args:
        return Facts()
    scopes = [outer, *known.versions.inside(outer)]
    function = taking.args.args[0].arg
    if sum(function in each.bound for each in scopes) != 1:
        return Facts()
    given = _given(outer.node, call) if call is not None else {}
    for each in scopes:
        for variable, values in each.bound.items():
            if len(values) == 1 and isinstance(values[0], ast.expr):
                given[variable] = values[0]
    for variable in list(given):
        if sum(len(each.bound.get(variable, ())) for each in scopes) != 1:
            del given[variable]
    hidden = frozenset(each for scope in scopes for each in scope.hidden())
    told = {
        variable
        for each in scopes
        for variable, values in each.bound.items()
        if all(value is not None and (is_nothing(value) or known.versions.tells(value)) for value in values)
    }
    fakes = frozenset(each for scope in scopes for each in known.versions.fakes_in(scope))
    place = Known({}, told, hidden - given.keys() | told, fakes)
    known.versions.given = given
    try:
        ways = list(_runs(taking, function))
        found = [reduce(together, (known.of(each, place).yes for each in conditions(way)), Facts()) for way in ways]
    finally:
        known.versions.given = {}
    return reduce(common, found) if found else Facts()


def _returned(node: ast.FunctionDef) -> ast.FunctionDef | None:
    """Return the function inside of another one that it returns in the end."""
    last = node.body[-1]
    name = last.value.id if isinstance(last, ast.Return) and isinstance(last.value, ast.Name) else ""
    found = [each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == name]
    return found[0] if len(found) == 1 else None


def _given(node: ast.FunctionDef, call: ast.Call) -> dict[str, ast.expr]:
    """Return parameter → what a call gives it; those that are not known are left out."""
    if any(isinstance(each, ast.Starred) for each in call.args) or any(each.arg is None for each in call.keywords):
        return {}
    names = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
    found = defaults(node) | dict(zip(names, call.args, strict=False))
    found |= {each.arg: each.value for each in call.keywords if each.arg is not None}
    if node.args.vararg is not None:
        found[node.args.vararg.arg] = ast.Tuple(call.args[len(names) :], ast.Load())
    return found


def _runs(node: ast.FunctionDef, name: str) -> Iterator[Way | None]:
    """Yield the ways to the statements that name a function, but for those that only copy what it is called."""
    pending = steps(node.body)
    while pending:
        each, way = pending.pop()
        if isinstance(each, Function):
            pending += steps(each.body, way)
            if any(_names(value, name) for value in each.decorator_list):
                yield way
        else:
            pending += inner(each, way)
            values = [value for value in ast.iter_child_nodes(each) if isinstance(value, ast.expr | ast.withitem)]
            if any(_names(value, name) for value in values):
                yield way


def _names(node: ast.AST, name: str) -> bool:
    """Tell whether an expression names a function, other than to copy what it is called."""
    match node:
        case ast.Name(id=found):
            return found == name
        case ast.Call(func=ast.Attribute(attr=by) | ast.Name(id=by)) if by in WRAPPING:
            return False
        case ast.Attribute(value=ast.Name(), attr=attribute) if attribute.startswith("__"):
            return False
    return any(_names(each, name) for each in ast.iter_child_nodes(node))
