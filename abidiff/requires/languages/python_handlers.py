"""What exceptions and their handlers in Python programs let pass."""

from __future__ import annotations

import ast
from collections.abc import Sequence

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
