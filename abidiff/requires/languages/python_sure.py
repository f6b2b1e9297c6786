"""Functions of a Python module that run whenever the module does, and whose exceptions nobody catches."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from abidiff.requires.languages.python_index import Function, Index, blocks
from abidiff.requires.languages.python_ways import LATER

PLAIN = (ast.Expr, ast.Assign, ast.AnnAssign, ast.Raise)


def surely_run(index: Index) -> frozenset[ast.AST]:
    """Return the functions that the module calls outside of ``try``, conditions and loops, and those that they call so.

    ``if __name__ == "__main__"`` is no condition: that is how a program begins.
    """
    found: set[ast.AST] = set()
    pending = [index.tree.body]
    while pending:
        for name in _called(unconditional(pending.pop())):
            for node in _functions(index, name):
                if node not in found:
                    found.add(node)
                    pending.append(node.body)
    return frozenset(found)


def unconditional(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a block that run whenever it does: those up to one that may return."""
    for each in body:
        match each:
            case ast.If(test=ast.Compare(left=ast.Name(id="__name__")), body=inner):
                yield from unconditional(inner)
            case _:
                yield each
        if not isinstance(each, Function | ast.ClassDef) and _returns(each):
            return


def _returns(node: ast.stmt) -> bool:
    """Tell whether a statement, or one in its blocks, leaves the function around."""
    pending = [node]
    while pending:
        each = pending.pop()
        if isinstance(each, ast.Return):
            return True
        if not isinstance(each, Function | ast.ClassDef):
            pending += blocks(each)
    return False


def _called(body: Iterator[ast.stmt]) -> Iterator[str]:
    """Yield the names of the functions that plain statements call."""
    for statement in body:
        pending: list[ast.AST] = [statement] if isinstance(statement, (*PLAIN, ast.Return)) else []
        while pending:
            each = pending.pop()
            match each:
                case ast.Call(func=ast.Name(id=name)):
                    yield name
                case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id=name)), attr=method)):
                    yield f"{name}.{method}"
            if not isinstance(each, LATER):
                pending += ast.iter_child_nodes(each)


def _functions(index: Index, name: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the functions of the module that a call runs: that of a name, or what makes an object of a class."""
    first, _, method = name.partition(".")
    bound = index.top.bound.get(first, ())
    node = bound[0] if len(bound) == 1 else None
    if isinstance(node, Function) and not method and not node.decorator_list:
        yield node
    elif isinstance(node, ast.ClassDef):
        for each in node.body:
            if isinstance(each, Function) and each.name == (method or "__init__"):
                yield each
