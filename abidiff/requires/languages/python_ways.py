"""What holds where a statement of a Python program runs: the tests and the statements that it comes after."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from abidiff.requires.languages.python_names import MODULES

LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
SKIPPING = frozenset(("skipTest", "skip"))
"""Functions of test frameworks that end a test."""

BLOCKS = ("body", "orelse", "finalbody")
PLAIN = (ast.Expr, ast.Assign, ast.AnnAssign, ast.ImportFrom)
LATER = (ast.Lambda, ast.IfExp, ast.BoolOp, ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp)
"""Expressions of which some parts may never run."""


MOST = 200
"""Steps of a way, and statements of a step, that are looked at."""


class Way(NamedTuple):
    """The last step on the way to a statement, and those before it.

    ``test``    a condition that held, or did not; None where ``passed`` are statements that went through.
    """

    before: Way | None
    test: ast.expr | None
    holds: bool = True
    passed: Sequence[ast.stmt] = ()


Steps = list[tuple[ast.stmt, "Way | None"]]


def steps(body: Sequence[ast.stmt], way: Way | None = None, *, caught: bool = False) -> Steps:
    """Return the statements of a block, each with the way to it; ``caught``: something goes on where one fails."""
    found: Steps = []
    for each in body:
        found.append((each, way))
        if isinstance(each, ast.If):
            if leaves(each.body):
                way = Way(way, each.test, holds=False)
            if leaves(each.orelse):
                way = Way(way, each.test)
        elif isinstance(each, ast.Assert):
            way = Way(way, each.test)
        elif isinstance(each, ast.Try | ast.TryStar):
            if goes_on(each):
                way = Way(way, None, passed=each.body)
        elif caught and isinstance(each, PLAIN):
            way = Way(way, None, passed=[each])
    return found


def inner(node: ast.stmt, way: Way | None) -> Steps:
    """Return the statements right inside of a statement, a handler or a case, each with the way to it."""
    match node:
        case ast.If(test=test, body=body, orelse=orelse):
            return steps(body, Way(way, test)) + steps(orelse, Way(way, test, holds=False))
        case (
            ast.Try(body=body, orelse=orelse, handlers=handlers, finalbody=finalbody)
            | ast.TryStar(body=body, orelse=orelse, handlers=handlers, finalbody=finalbody)
        ):
            found = steps(body, way, caught=True) + steps(orelse, Way(way, None, passed=body))
            for handler in handlers:
                found += steps(handler.body, way)
            return found + steps(finalbody, way)
        case ast.With(body=body):
            return steps(body, way, caught=True)
    found = []
    for name in BLOCKS:
        found += steps(getattr(node, name, ()), way)
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        found += steps(part.body, way)
    return found


def goes_on(node: ast.Try | ast.TryStar) -> bool:
    """Tell whether what follows ``try`` runs only where all of its block did: every handler leaves."""
    return bool(node.handlers) and all(leaves(each.body) for each in node.handlers)


def leaves(body: Sequence[ast.stmt]) -> bool:
    """Tell whether what follows a block does not run after it."""
    if not body:
        return False
    match body[-1]:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name))):
            return name in SKIPPING
    return isinstance(body[-1], LEAVING)


def told(value: ast.expr, way: Way | None) -> ast.expr:
    """Return what a value that is given on a way says: ``True`` says what holds there."""
    if way is None or not isinstance(value, ast.Constant) or value.value is not True:
        return value
    tests = list(conditions(way))
    return ast.BoolOp(ast.And(), tests) if tests else value


def conditions(way: Way | None) -> Iterator[ast.expr]:
    """Yield what holds at the end of a way, by its last steps."""
    for _ in range(MOST):
        if way is None:
            return
        if way.test is not None:
            yield way.test if way.holds else ast.UnaryOp(ast.Not(), way.test)
        for each in way.passed[:MOST]:
            yield from presences(each)
        way = way.before


def presences(node: ast.stmt) -> Iterator[ast.expr]:
    """Yield ``hasattr`` for the names of the bindings without which a statement fails, wherever it is called."""
    if isinstance(node, ast.ImportFrom):
        for given in node.names if node.module in MODULES else ():
            yield _presence(given.name)
        return
    pending: list[ast.AST] = [node] if isinstance(node, PLAIN) else []
    while pending:
        each = pending.pop()
        match each:
            case ast.Attribute(value=ast.Name(id=of), attr=name) if of in MODULES or name.startswith(("VIR_", "vir")):
                yield _presence(name)
            case _ if not isinstance(each, LATER):
                pending += ast.iter_child_nodes(each)


def _presence(name: str) -> ast.expr:
    return ast.Call(ast.Name("hasattr", ast.Load()), [ast.Name("libvirt", ast.Load()), ast.Constant(name)], [])
