"""Names of the bindings that a Python program has as texts: ``vars(libvirt)["…"]``, ``getattr`` over a list of names.

What the standard library says of each: ``operator.attrgetter`` takes several names, with dots for attributes of
attributes; ``operator.methodcaller`` takes one; ``getattr`` and ``dict.get`` give a default where there is none.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from abidiff.location import Location
from abidiff.requires.languages.python_bindings import File
from abidiff.requires.languages.python_handlers import ATTRIBUTE, exceptions
from abidiff.requires.languages.python_index import Index, Inside
from abidiff.requires.languages.python_types import is_none

DEPTH = 8
"""Expressions that a text comes through are followed so far."""

MOST = 1000
"""Texts of one expression that are looked at."""

GETTERS = frozenset(("attrgetter", "methodcaller"))
ORDERED = frozenset(("list", "tuple", "set", "frozenset", "sorted", "reversed", "iter"))
"""Functions that give what they are given."""

KEY = frozenset(("KeyError", "LookupError"))
NOBODY = ast.Name("", ast.Load())
"""Stands for an object of which nothing is known."""

Texts = tuple[str, ...]
Loops = Mapping[str, Texts]


class Lookup(NamedTuple):
    """Names that are asked of an object.

    ``handled``  where one is missing there is something else, or the program looks first.
    ``missing``  exceptions that are raised where one is missing, beside those that an attribute raises.
    """

    receiver: ast.expr
    names: Texts
    handled: bool
    missing: frozenset[str] = frozenset()


def lookup(node: ast.expr, getters: Mapping[str, str], inside: Inside, loops: Loops) -> Lookup | None:
    """Return what an expression asks an object for by texts, but for ``getattr`` with one that is written there."""
    match node:
        case ast.Call(func=ast.Name(id="getattr"), args=[receiver, name, *default]):
            return Lookup(receiver, texts(name, inside, loops), bool(default) or _is_asked(name, inside))
        case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[name, *_]):
            of = _table(table)
            return Lookup(of, texts(name, inside, loops), handled=True) if of is not None else None
        case ast.Subscript(value=table, slice=name, ctx=ast.Load()):
            of = _table(table)
            if of is None:
                return None
            return Lookup(of, texts(name, inside, loops), _is_asked(name, inside), KEY)
        case ast.Call(func=ast.Call() as getter, args=[receiver, *_]) if names := _getter(getter, getters):
            return Lookup(receiver, names, handled=False)
        case ast.Call() if names := _getter(node, getters):
            return Lookup(NOBODY, names, handled=False)
    return None


def _is_asked(node: ast.expr, inside: Inside) -> bool:
    """Tell whether the function around asks if what a variable names is there: ``hasattr``, ``in dir(libvirt)``."""
    if not isinstance(node, ast.Name):
        return False
    if "asked" not in inside.memory:
        inside.memory["asked"] = frozenset(_asked(inside))
    return node.id in inside.memory["asked"]


def _asked(inside: Inside) -> Iterator[str]:
    """Yield the variables of which a function asks if what they name is there."""
    for each in ast.walk(inside.node):
        match each:
            case ast.Call(func=ast.Name(id="hasattr"), args=[_, ast.Name(id=asked)]):
                yield asked
            case ast.Compare(left=ast.Name(id=asked), ops=[ast.In() | ast.NotIn()], comparators=[table]):
                if any(_names_all(one) for one, _ in _values(table, inside)):
                    yield asked


def _names_all(node: ast.expr) -> bool:
    """Tell whether an expression gives the names of something."""
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("dir", "vars")
    return is_call or _table(node) is not None


def getters(index: Index) -> dict[str, str]:
    """Return what a module calls ``attrgetter`` and ``methodcaller``, or the module that they are in."""
    found: dict[str, str] = {}
    for node in index.imports:
        for each in node.names:
            bound = each.asname or each.name
            if isinstance(node, ast.Import) and each.name == "operator":
                found[bound] = "operator"
            elif isinstance(node, ast.ImportFrom) and node.module == "operator" and each.name in GETTERS:
                found[bound] = each.name
    return found


def _getter(node: ast.Call, getters: Mapping[str, str]) -> Texts:
    """Return the names that a call of ``attrgetter`` or ``methodcaller`` asks for."""
    match node.func:
        case ast.Name(id=name) if getters.get(name) in GETTERS:
            which = getters[name]
        case ast.Attribute(value=ast.Name(id=of), attr=which) if getters.get(of) == "operator" and which in GETTERS:
            pass
        case _:
            return ()
    several = node.args if which == "attrgetter" else node.args[:1]
    return tuple(each.value for each in several if isinstance(each, ast.Constant) and isinstance(each.value, str))


def _table(node: ast.expr) -> ast.expr | None:
    """Return the object whose names a table has: ``vars(libvirt)``, ``libvirt.__dict__``."""
    match node:
        case ast.Call(func=ast.Name(id="vars"), args=[of]) | ast.Attribute(value=of, attr="__dict__"):
            return of
    return None


def texts(node: ast.expr | None, inside: Inside, loops: Loops, depth: int = 0) -> Texts:
    """Return the texts that an expression may be, or nothing where they are not all written."""
    if depth > DEPTH:
        return ()
    match node:
        case ast.Constant(value=str(text)):
            return (text,)
        case ast.Name(id=name) if name in loops:
            return loops[name]
        case ast.Name():
            return _joined(texts(each, scope, {}, depth + 1) for each, scope in _values(node, inside))
        case ast.IfExp(body=body, orelse=orelse):
            return _joined(texts(each, inside, loops, depth + 1) for each in (body, orelse))
    return ()


def looped(target: ast.expr | None, over: ast.expr, inside: Inside) -> dict[str, Texts]:
    """Return the texts that the variables of a loop have, one after the other; nothing of those that it binds else."""
    match target:
        case ast.Name(id=name):
            return {name: _each(over, inside, -1)}
        case ast.Tuple(elts=several):
            names = [each.id if isinstance(each, ast.Name) else "" for each in several]
            return {name: _each(over, inside, at) for at, name in enumerate(names) if name}
    return {}


def _each(over: ast.expr, inside: Inside, at: int, depth: int = 0) -> Texts:
    """Return the texts in a list, or with ``at`` those that stand there in each of its tuples."""
    if depth > DEPTH:
        return ()
    match over:
        case ast.Name():
            return _joined(_each(each, scope, at, depth + 1) for each, scope in _values(over, inside))
        case ast.Tuple(elts=several) | ast.List(elts=several) | ast.Set(elts=several):
            parts = [_part(each, at) for each in several[:MOST]]
            return _joined(texts(each, inside, {}, depth + 1) for each in parts)
        case ast.Call(func=ast.Name(id="enumerate"), args=[of, *_]) if at == 1:
            return _each(of, inside, -1, depth + 1)
        case ast.Call(func=ast.Name(id=name), args=[of, *_]) if name in ORDERED:
            return _each(of, inside, at, depth + 1)
        case ast.Call(func=ast.Attribute(value=of, attr="items" | "keys" | "values" as part), args=[]):
            wanted = at if part == "items" else ("keys", "values").index(part) if at < 0 else -1
            return _joined(_of_table(each, scope, wanted, depth) for each, scope in _values(of, inside))
        case ast.Dict() if at < 0:
            return _of_table(over, inside, 0, depth)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _joined(_each(each, inside, at, depth + 1) for each in (left, right))
    return ()


def _part(node: ast.expr, at: int) -> ast.expr | None:
    if at < 0:
        return node
    return node.elts[at] if isinstance(node, ast.Tuple | ast.List) and at < len(node.elts) else None


def _of_table(node: ast.expr, inside: Inside, at: int, depth: int) -> Texts:
    """Return the keys (0) or values (1) of a table that is written out."""
    if not isinstance(node, ast.Dict) or at not in (0, 1):
        return ()
    several = node.keys if at == 0 else node.values
    return _joined(texts(each, inside, {}, depth + 1) for each in several[:MOST])


def _values(node: ast.expr, inside: Inside) -> list[tuple[ast.expr, Inside]]:
    """Return what a name holds, whenever it is set, with the scope of that; nothing where it is not all known."""
    if not isinstance(node, ast.Name):
        return [(node, inside)]
    scope: Inside | None = inside
    while scope is not None and node.id not in scope.bound:
        scope = scope.outer
    values = scope.bound[node.id] if scope is not None else []
    known = [(each, scope) for each in values if scope is not None and isinstance(each, ast.expr)]
    return known if len(known) == len(values) else []


def _joined(several: Iterator[Texts]) -> Texts:
    """Return the texts of all that are known; what is not a text is no name."""
    return tuple(dict.fromkeys(each for one in several for each in one))[:MOST]


def asked_in_vain(node: ast.expr, inside: Inside) -> tuple[ast.expr, str] | None:
    """Return object and name where something is used that ``getattr`` may have given its default for, without a look.

    The default is a constant, which can be neither called nor asked for anything of the library.
    """
    match node:
        case ast.Call(func=ast.Name(id="getattr"), args=[receiver, ast.Constant(value=str(name)), ast.Constant()]):
            return receiver, name
        case ast.Name(id=variable):
            scope: Inside | None = inside
            while scope is not None and variable not in scope.bound:
                scope = scope.outer
            values = [each for each in scope.bound[variable] if not is_none(each)] if scope is not None else []
            if scope is None or len(values) != 1 or not isinstance(values[0], ast.Call):
                return None
            found = asked_in_vain(values[0], inside)
            return found if found is not None and not _is_looked_at(variable, scope) else None
    return None


def _is_looked_at(variable: str, scope: Inside) -> bool:
    """Tell whether anything but calls has a variable."""
    if "looked at" not in scope.memory:
        nodes = list(ast.walk(scope.node))
        called = {id(each.func) for each in nodes if isinstance(each, ast.Call)}
        several = (each for each in nodes if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load))
        scope.memory["looked at"] = frozenset(each.id for each in several if id(each) not in called)
    return variable in scope.memory["looked at"]


def provided(modules: Mapping[str, Index], files: Mapping[str, File]) -> dict[str, Location]:
    """Return the names that the application gives the bindings where these have not got them, with the place.

    ``libvirt.NAME = 1`` of a module itself counts, and where ``hasattr`` or a handler says that the name is missing.
    """
    found: dict[str, Location] = {}
    for path, index in modules.items():
        for name, line in _given(index.tree.body, files[path], index, {}):
            found.setdefault(name, Location(path, line))
    return found


def _given(body: Sequence[ast.stmt], file: File, index: Index, loops: Loops) -> Iterator[tuple[str, int]]:
    """Yield the names that a block of a module, and those that it always comes to, gives the bindings."""
    for node in body:
        match node:
            case ast.Assign(targets=[ast.Attribute(value=of, attr=name)]) if file.is_bindings(of):
                yield name, node.lineno
            case ast.Expr(value=ast.Call(func=ast.Name(id="setattr"), args=[of, given, _])) if file.is_bindings(of):
                for name in texts(given, index.top, loops):
                    yield name, node.lineno
            case ast.If(test=ast.UnaryOp(op=ast.Not(), operand=ast.Call(func=ast.Name(id="hasattr")))):
                yield from _given(node.body, file, index, loops)
            case ast.Try() | ast.TryStar():
                for handler in node.handlers:
                    if exceptions(handler) & ATTRIBUTE:
                        yield from _given(handler.body, file, index, loops)
            case ast.For(target=target, iter=over):
                yield from _given(node.body, file, index, {**loops, **looped(target, over, index.top)})
