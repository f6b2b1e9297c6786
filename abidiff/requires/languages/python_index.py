"""The statements of a Python module and the names that each of its scopes binds, found in one walk."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from abidiff.requires.languages.python_names import MODULES
from abidiff.requires.languages.python_ways import BLOCKS, Way, inner, steps, told

Function = ast.FunctionDef | ast.AsyncFunctionDef
NOTHING = (None, False, 0, -1)


class Inside:
    """A module, a class or a function, and the statements in it that are in no class or function inside of it.

    ``returns``  its ``return`` statements, each with the way to it.
    ``bound``    name → what binds it, once for each time: the value where ``name = value`` does, the statement where a
                 definition or an import does, nothing where it is bound in another way (a parameter, ``for``, ``+=``).
                 ``True`` stands there as the conditions under which it is given.
    ``foreign``  of a module: names that it imports from modules that were not read.
    ``memory``   what was found by walks through all of it, which are made once.
    """

    def __init__(self, node: ast.Module | ast.ClassDef | Function, outer: Inside | None = None) -> None:
        self.node = node
        self.outer = outer
        self.assigns: list[ast.Assign] = []
        self.returns: list[tuple[ast.Return, Way | None]] = []
        self.bound: dict[str, list[ast.AST | None]] = {}
        self.declared: list[ast.Global | ast.Nonlocal] = []
        self.foreign: frozenset[str] = frozenset()
        self.memory: dict[str, frozenset[str]] = {}
        if isinstance(node, Function):
            for name in parameters(node.args):
                self.bind(name, None)

    def bind(self, name: str, by: ast.AST | None) -> None:
        """Take in that a name is bound."""
        self.bound.setdefault(name, []).append(by)

    def hidden(self) -> frozenset[str]:
        """The names whose meaning is not one of what was read, or its own: all but its functions and the bindings."""
        own = frozenset(name for name in self.bound if not self._is_plain(name))
        outer: Inside | None = self
        while outer is not None:
            own |= outer.foreign
            outer = outer.outer
        return own

    def _is_plain(self, name: str) -> bool:
        by = self.bound[name]
        if len(by) == 1 and isinstance(by[0], ast.FunctionDef):
            return True
        return all(isinstance(each, ast.Import) and name in MODULES for each in by)


class Index:
    """What a module defines, imports and assigns; ``names`` are those of its functions and classes.

    ``walrus``  whether any of its expressions may bind a name.
    ``stored``  (object, attribute, value): what is assigned to attributes, no value where it is not plain.
    ``holders`` attribute → the values that it is given, each with the class or function where it is.
    """

    def __init__(self, tree: ast.Module, *, walrus: bool = True) -> None:
        self.tree = tree
        self.walrus = walrus
        self.functions: list[Inside] = []
        self.classes: list[Inside] = []
        self.scopes: dict[ast.AST, Inside] = {}
        self.names: set[str] = set()
        self.imports: list[ast.Import | ast.ImportFrom] = []
        self.stored: list[tuple[ast.expr, str, ast.expr | None]] = []
        self.holders: dict[str, list[tuple[ast.AST | None, Inside]]] = {}
        self.top = Inside(tree)
        pending: list[tuple[ast.stmt, Way | None, Inside]] = [(*each, self.top) for each in steps(tree.body)]
        while pending:
            node, way, inside = pending.pop()
            self._bindings(node, way, inside)
            match node:
                case ast.Assign():
                    inside.assigns.append(node)
                case ast.Return():
                    inside.returns.append((node, way))
                case ast.Import() | ast.ImportFrom():
                    self.imports.append(node)
                case ast.Expr(value=ast.Call() as call):
                    self._told(call, inside)
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    inside = self.scopes[node] = Inside(node, inside)
                    self.functions.append(inside)
                    self.names.add(node.name)
                    way = None
                case ast.ClassDef(name=name):
                    inside = self.scopes[node] = Inside(node, inside)
                    self.classes.append(inside)
                    self.names.add(name)
            pending += [(*each, inside) for each in reversed(inner(node, way))]
        for inside in self.functions:
            self._hand_out(inside)

    def suppressors(self) -> frozenset[str]:
        """Return what the module calls ``contextlib.suppress``."""
        several = (node for node in self.imports if isinstance(node, ast.ImportFrom) and node.module == "contextlib")
        return frozenset(each.asname or each.name for node in several for each in node.names if each.name == "suppress")

    @property
    def assigns(self) -> Iterator[ast.Assign]:
        """All assignments."""
        for each in (self.top, *self.classes, *self.functions):
            yield from each.assigns

    def _bindings(self, node: ast.stmt, way: Way | None, inside: Inside) -> None:
        """Take in the names that a statement binds itself."""
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._target(target, told(value, way), inside)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._target(target, told(value, way), inside)
            case ast.AugAssign(target=target) | ast.For(target=target) | ast.AsyncFor(target=target):
                self._target(target, None, inside)
            case ast.With(items=items) | ast.AsyncWith(items=items):
                for item in items:
                    if item.optional_vars is not None:
                        self._target(item.optional_vars, None, inside)
            case ast.Delete(targets=targets):
                for target in targets:
                    self._target(target, None, inside)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                for each in names:
                    inside.bind(each.asname or each.name.partition(".")[0], node)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                inside.bind(name, node)
            case ast.Global() | ast.Nonlocal():
                inside.declared.append(node)
        for handler in getattr(node, "handlers", ()):
            if handler.name:
                inside.bind(handler.name, None)
        for case in getattr(node, "cases", ()):
            for name in _captured(case.pattern):
                inside.bind(name, None)
        for name in _walruses(node) if self.walrus else ():
            inside.bind(name, None)

    def _target(self, target: ast.expr, value: ast.expr | None, inside: Inside) -> None:
        match target:
            case ast.Name(id=name):
                inside.bind(name, value)
            case ast.Attribute(value=of, attr=name):
                self.stored.append((of, name, value))
                self.holders.setdefault(name, []).append((value, inside))
            case ast.Subscript(value=table, slice=ast.Constant(value=str(name))) if _is_table(table):
                self._target(ast.Attribute(table, name, ast.Store()), None, inside)
            case ast.Tuple(elts=several) | ast.List(elts=several):
                for each in several:
                    self._target(each, None, inside)
            case ast.Starred(value=inner):
                self._target(inner, None, inside)

    def _told(self, call: ast.Call, inside: Inside) -> None:
        """Take in an attribute that is set by what it is called: ``setattr(x, "name", value)``."""
        match call:
            case ast.Call(
                func=ast.Name(id="setattr" | "delattr") | ast.Attribute(attr="setattr" | "delattr"),
                args=[of, ast.Constant(value=str(name)), *_],
            ):
                self._target(ast.Attribute(of, name, ast.Store()), None, inside)

    def _hand_out(self, inside: Inside) -> None:
        """Take in what a function binds outside of itself: ``global`` and ``nonlocal``."""
        for node in inside.declared:
            outside: Inside | None = self.top
            if isinstance(node, ast.Nonlocal):
                outside = inside.outer
                while outside is not None and not isinstance(outside.node, Function):
                    outside = outside.outer
            for name in node.names:
                if outside is not None and name in inside.bound:
                    outside.bound.setdefault(name, []).extend([None, None])


def class_of(inside: Inside) -> str:
    """Return the name of the class whose method a place stands in, or nothing."""
    while inside.outer is not None and not isinstance(inside.node, ast.ClassDef):
        inside = inside.outer
    return inside.node.name if isinstance(inside.node, ast.ClassDef) else ""


def parameters(args: ast.arguments) -> list[str]:
    """Return the names of all parameters."""
    several = [*args.posonlyargs, *args.args, *args.kwonlyargs]
    return [each.arg for each in (*several, args.vararg, args.kwarg) if each is not None]


def targets(node: ast.expr) -> list[str]:
    """Return the variables in the target of a comprehension."""
    return [each.id for each in ast.walk(node) if isinstance(each, ast.Name)]


def _is_table(node: ast.expr) -> bool:
    """Tell whether an expression is a table of variables: ``globals()``, ``x.__dict__``."""
    match node:
        case ast.Call(func=ast.Name(id="globals" | "vars")) | ast.Attribute(attr="__dict__"):
            return True
    return False


def is_nothing(node: ast.AST | None) -> bool:
    """Tell whether a value stands for no version: what a variable is set to before, or where there is no library."""
    match node:
        case ast.Constant(value=value):
            return value in NOTHING
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)):
            return True
    return False


def _captured(pattern: ast.pattern) -> Iterator[str]:
    for each in ast.walk(pattern):
        name = getattr(each, "rest", None) if isinstance(each, ast.MatchMapping) else getattr(each, "name", None)
        if isinstance(name, str):
            yield name


def _walruses(node: ast.stmt) -> Iterator[str]:
    """Yield the names that the expressions of a statement bind."""
    pending: list[ast.AST] = [
        each
        for value in _values(node)
        for each in (value if isinstance(value, list) else [value])
        if isinstance(each, ast.expr | ast.withitem | ast.keyword | ast.arguments)
    ]
    while pending:
        each = pending.pop()
        if isinstance(each, ast.NamedExpr):
            yield each.target.id
        pending += ast.iter_child_nodes(each)


def _values(node: ast.stmt) -> Iterator[object]:
    for _, value in ast.iter_fields(node):
        yield value


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
