"""What exceptions and their handlers in Python programs let pass."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

from abidiff.requires.languages.python_index import statements
from abidiff.requires.model import Guard

ATTRIBUTE = frozenset(("AttributeError", "NameError", "Exception", "BaseException"))
IMPORT = frozenset(("ImportError", "ModuleNotFoundError", "Exception", "BaseException"))
ENDING = frozenset(("exit", "_exit", "quit", "abort", "die", "fatal", "fail"))


def exceptions(handler: ast.ExceptHandler) -> set[str]:
    """Return the exceptions that a handler catches."""
    if handler.type is None:
        return {"BaseException"}
    return names_of(handler.type)


def names_of(node: ast.expr) -> set[str]:
    """Return the exceptions that an expression names."""
    several = node.elts if isinstance(node, ast.Tuple) else [node]
    return {each.id if isinstance(each, ast.Name) else getattr(each, "attr", "") for each in several}


def suppressing(manager: ast.expr, body: Sequence[ast.stmt], suppressors: Collection[str]) -> tuple[str, set[str]]:
    """Return what a module calls ``contextlib``, or ``suppress``, and the missing names that it lets pass in a block.

    ``suppressors``  what the module calls ``suppress``.
    """
    match manager:
        case ast.Call(func=ast.Name(id=name), args=args):
            is_known = name in suppressors
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="suppress"), args=args):
            is_known = name == "contextlib"
        case _:
            return "", set()
    names = {name for each in args for name in names_of(each)} if is_known else set()
    only_imports = all(isinstance(each, ast.Import | ast.ImportFrom) for each in body)
    return name, names & (IMPORT if only_imports else ATTRIBUTE)


def later(guards: tuple[Guard, ...]) -> tuple[Guard, ...]:
    """Return the checks that still hold when something runs later: no handler of an exception does."""
    return tuple(each for each in guards if not each.handles)


def raises(body: Sequence[ast.stmt]) -> bool:
    """Tell whether a block raises, itself or by a context manager that does it when it is left, or ends the program."""
    for each in statements(body):
        if isinstance(each, ast.Raise):
            return True
        if isinstance(each, ast.Expr) and isinstance(each.value, ast.Call):
            function = each.value.func
            if (function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")) in ENDING:
                return True
        if isinstance(each, ast.With | ast.AsyncWith) and any(
            "reraise" in ast.unparse(item.context_expr) for item in each.items
        ):
            return True
    return False


def whole(pattern: ast.pattern) -> str | None:
    """Return what a pattern that takes everything calls it, which may be nothing; None for any other pattern."""
    return (pattern.name or "") if isinstance(pattern, ast.MatchAs) and pattern.pattern is None else None


def exits(node: ast.stmt) -> bool:
    """Tell whether a statement is ``raise SystemExit``, which ends the program."""
    raised = node.exc if isinstance(node, ast.Raise) else None
    raised = raised.func if isinstance(raised, ast.Call) else raised
    return isinstance(raised, ast.Name) and raised.id == "SystemExit"


def demanded(node: ast.stmt) -> ast.expr | None:
    """Return what has to hold for a program to come past a statement; None where that is not known."""
    match node:
        case ast.Assert(test=test):
            return test
        case ast.If(test=test, body=body, orelse=[]) if ends_all(body):
            return ast.UnaryOp(ast.Not(), test)
    return None


def ends_all(body: Sequence[ast.stmt]) -> bool:
    """Tell whether a block of a module ends the program; who imports it may go on after ``ImportError``."""
    match body[-1]:
        case ast.Raise(exc=ast.Name(id=name) | ast.Call(func=ast.Name(id=name))):
            return name not in IMPORT
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="sys" | "os"), attr="exit" | "_exit"))):
            return True
    return False
