"""Names that a Python program puts together while it runs, and calls: what is run so can't be seen."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from abidiff.requires.languages.python_index import Index, Inside, class_of
from abidiff.requires.languages.python_names import MODULES

TABLES = frozenset(("globals", "locals", "vars", "eval", "exec", "getmembers", "methodcaller", "attrgetter"))
"""Functions by which everything in a module or an object may be run without its name."""

DYNAMIC = re.compile(
    rb"\bgetattr\((?!\s*[\w.]+\s*,\s*['\"][^'\"\n]*['\"]\s*[,)])|__dict__|\b(?:%s)\b"
    % "|".join(sorted(TABLES)).encode()
)
"""What a module has in it that puts names together."""

OWN = frozenset(("self", "cls"))
ASKED = frozenset(("methodcaller", "attrgetter"))
RUNNING = frozenset(("target", "func", "function", "callback", "fn"))
"""What parameters are called that take something to run."""


class Composed(NamedTuple):
    """A name that is not written out: how it begins and ends, as far as that is known, and what has it.

    ``inside``  the class whose object it is asked of (``self``), or nothing where it may be any.
    """

    start: str = ""
    end: str = ""
    inside: str = ""


def composed(module: Index, data: bytes) -> Iterator[Composed]:
    """Yield the names that a module puts together and may run, but for those that it asks the bindings for.

    What an object is only asked for, by a name of which nothing is known, is taken for a value of it.
    """
    others = _others(module)
    lines = [data.count(b"\n", 0, match.start()) + 1 for match in DYNAMIC.finditer(data)]
    for scope in (module.top, *module.classes, *module.functions):
        first, last = getattr(scope.node, "lineno", 0), getattr(scope.node, "end_lineno", len(data)) or len(data)
        if not any(first <= line <= last for line in lines):
            continue
        nodes = list(_own(scope))
        run = _run(nodes)
        for node in nodes:
            match node:
                case ast.Call(func=ast.Name(id="getattr"), args=[ast.Name(id=name), *_]) if name in others:
                    continue
                case ast.Call(func=ast.Name(id="getattr"), args=[receiver, name, *_]) if not _is_text(name):
                    start, end = _ends(name)
                    if isinstance(receiver, ast.Name) and receiver.id in OWN:
                        yield Composed(start, end, class_of(scope))
                    elif start or end or node in run:
                        yield Composed(start, end)
                case ast.Call(func=ast.Name(id=function) | ast.Attribute(attr=function), args=args):
                    if function in ASKED and not all(map(_is_text, args)):
                        yield Composed(*_ends(args[0]))
                    elif function in TABLES - ASKED and not _is_harmless(function, args):
                        yield Composed()
                case ast.Attribute(value=ast.Attribute(value=of, attr="__dict__"), attr="items" | "values" | "get"):
                    if not _is_own(of):
                        yield Composed()
                case ast.Subscript(value=ast.Attribute(value=of, attr="__dict__"), slice=key):
                    if not _is_own(of) and not _is_text(key):
                        yield Composed(*_ends(key))


def _run(nodes: Iterable[ast.AST]) -> set[ast.AST]:
    """Return the expressions of a scope whose values it calls, or hands to something that runs them."""
    found: set[ast.AST] = set()
    given: list[tuple[str, ast.AST]] = []
    called: set[str] = set()
    for node in nodes:
        match node:
            case ast.Call(func=function, keywords=keywords):
                found |= {function, *(each.value for each in keywords if each.arg in RUNNING)}
                called |= {
                    each.id for each in (function, *(one.value for one in keywords)) if isinstance(each, ast.Name)
                }
            case ast.Assign(targets=targets, value=value):
                given += [(each.id, value) for each in targets if isinstance(each, ast.Name)]
            case ast.NamedExpr(target=ast.Name(id=name), value=value):
                given.append((name, value))
    return found | {value for name, value in given if name in called}


def _is_harmless(function: str, args: Sequence[ast.expr]) -> bool:
    """Tell whether what a function gives, or runs, has none of the application's functions."""
    match function, args:
        case "vars", [one]:
            return _is_own(one)
        case (("eval" | "exec"), [one, *_]):
            return _is_text(one)
        case "getmembers", [_, ast.Attribute(attr="isclass") | ast.Name(id="isclass")]:
            return True
    return False


def _is_own(node: ast.expr) -> bool:
    """Tell whether an expression is the object itself, whose variables are no methods."""
    return isinstance(node, ast.Name) and node.id in OWN


def run_by(names: Iterable[str], several: Collection[Composed], owners: Mapping[str, Collection[str]]) -> set[str]:
    """Return the functions that a name which was put together may mean.

    ``owners``  method → the classes of which an object has it.
    """
    return {
        name
        for name in names
        for each in several
        if name.startswith(each.start)
        and name.endswith(each.end)
        and len(name) >= len(each.start) + len(each.end)
        and (not each.inside or each.inside in owners.get(name, ()))
    }


def _others(module: Index) -> set[str]:
    """Return what a module calls the bindings, and modules that come with Python."""
    return {
        each.asname or each.name
        for node in module.imports
        if isinstance(node, ast.Import)
        for each in node.names
        if each.name in MODULES or each.name.partition(".")[0] in sys.stdlib_module_names
    }


def _own(scope: Inside) -> Iterator[ast.AST]:
    """Yield what stands in a scope and in no class or function inside of it."""
    pending: list[ast.AST] = list(ast.iter_child_nodes(scope.node))
    while pending:
        each = pending.pop()
        if not isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield each
            pending += ast.iter_child_nodes(each)
        else:
            pending += each.decorator_list


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _ends(node: ast.expr) -> tuple[str, str]:
    """Return how a text begins and ends that an expression gives, as far as that is written."""
    match node:
        case ast.Constant(value=str(text)):
            return text, text
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _ends(left)[0], _ends(right)[1]
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod()):
            return text.partition("%")[0], ""
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format")):
            return text.partition("{")[0], ""
        case ast.JoinedStr(values=[first, *rest]):
            return _ends(first)[0], _ends(rest[-1])[1] if rest else ""
        case ast.IfExp(body=body, orelse=orelse) if _ends(body) == _ends(orelse):
            return _ends(body)
    return "", ""
