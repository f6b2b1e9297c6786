"""The statements of a Python module, found in one walk: no check needs to go through its expressions for them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

Function = ast.FunctionDef | ast.AsyncFunctionDef
BLOCKS = ("body", "orelse", "finalbody")


class Inside:
    """A module or a function, and the statements in it that are in no function inside of it.

    ``decides``  its ``return`` and ``if`` statements.
    """

    def __init__(self, node: ast.Module | Function) -> None:
        self.node = node
        self.assigns: list[ast.Assign] = []
        self.decides: list[ast.Return | ast.If] = []


class Index:
    """What a module defines, imports and assigns; ``names`` are those of its functions and classes."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.functions: list[Inside] = []
        self.names: set[str] = set()
        self.imports: list[ast.Import | ast.ImportFrom] = []
        self.top = Inside(tree)
        pending: list[tuple[ast.stmt, Inside]] = [(node, self.top) for node in tree.body]
        while pending:
            node, inside = pending.pop()
            match node:
                case ast.Assign():
                    inside.assigns.append(node)
                case ast.Return():
                    inside.decides.append(node)
                case ast.If():
                    inside.decides.append(node)
                case ast.Import() | ast.ImportFrom():
                    self.imports.append(node)
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    inside = Inside(node)
                    self.functions.append(inside)
                    self.names.add(node.name)
                case ast.ClassDef(name=name):
                    self.names.add(name)
            pending += [(each, inside) for each in blocks(node)]

    @property
    def assigns(self) -> Iterator[ast.Assign]:
        """All assignments."""
        for each in (self.top, *self.functions):
            yield from each.assigns


def blocks(node: ast.AST) -> list[ast.stmt]:
    """Return the statements right inside of a statement, a handler or a case; the last one first."""
    found: list[ast.stmt] = []
    for name in BLOCKS:
        found += getattr(node, name, ())
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        found += part.body
    found.reverse()
    return found


def statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield all statements of a block and of the blocks in it."""
    pending = list(reversed(body))
    while pending:
        node = pending.pop()
        yield node
        pending += blocks(node)
