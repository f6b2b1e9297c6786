"""Which expressions of a Python program are objects of the bindings, and of which class."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from abidiff.requires.catalogue import Catalogue
from abidiff.requires.languages.python_bindings import File, dotted
from abidiff.requires.languages.python_index import Function, Index, Inside
from abidiff.requires.languages.python_names import CLASSES

DEPTH = 8
"""Expressions and variables that an object comes through are followed so far."""

ROUNDS = 3
"""Attributes and functions that hand an object on to each other are followed so often."""

SEVERAL = frozenset(("list", "tuple", "set", "sorted", "reversed", "iter", "filter"))
"""Functions that give the objects that they are given."""

COLLECTIONS = frozenset(
    ("list", "List", "set", "Set", "tuple", "Tuple", "Sequence", "Iterable", "Iterator", "Collection", "Generator")
)
LISTED = {
    "Devices": "NodeDevice",
    "Volumes": "StorageVol",
    "Snapshots": "DomainSnapshot",
    "Checkpoints": "DomainCheckpoint",
    "Ports": "NetworkPort",
}
"""What ``listAll…`` gives where that is not called like its class."""


class Kind(NamedTuple):
    """A class of the bindings; ``many``: several objects of it; ``sure``: it is known to come from the bindings."""

    name: str
    many: bool = False
    sure: bool = True


def owner(name: str) -> str:
    """Return the type in the name of a C function: ``Domain`` of virDomainCreate."""
    bare = name.removeprefix("vir")
    return next((each for each in CLASSES if bare.startswith(each)), "")


class Types:
    """What the attributes and the functions of an application are known to give.

    ``attributes``, ``results``  name → the class, where all attributes and all functions of the name have that one.
    """

    def __init__(
        self,
        modules: Mapping[str, Index],
        files: Mapping[str, File],
        catalogue: Catalogue,
        called: Mapping[str, tuple[str, ...]],
        own: Collection[str],
    ) -> None:
        self.catalogue = catalogue
        self.called = called
        self.own = own
        self.attributes: dict[str, Kind] = {}
        self.results: dict[str, Kind] = {}
        for _ in range(ROUNDS):
            before = (dict(self.attributes), dict(self.results))
            self._learn([(index, files[path]) for path, index in modules.items()])
            if before == (self.attributes, self.results):
                break

    def _learn(self, modules: Iterable[tuple[Index, File]]) -> None:
        attributes: dict[str, set[Kind | None]] = {}
        results: dict[str, set[Kind | None]] = {}
        for index, file in modules:
            for name, values in index.holders.items():
                several = [self.of(value, file, inside) for value, inside in values if not is_none(value)]
                attributes.setdefault(name, set()).update(several)
            for inside in index.classes:
                for each in getattr(inside.node, "body", ()):
                    if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
                        attributes.setdefault(each.target.id, set()).add(annotated(each.annotation, file))
            for inside in index.functions:
                found = results.setdefault(getattr(inside.node, "name", ""), set())
                found.update(self._result(inside, file))
        self.results, self.attributes = _single(results), _single(attributes)

    def _result(self, inside: Inside, file: File) -> Iterable[Kind | None]:
        node = inside.node
        if isinstance(node, Function) and node.returns is not None and (kind := annotated(node.returns, file)):
            return [kind]
        values = [each.value for each, _ in inside.returns if each.value is not None and not is_none(each.value)]
        return [self.of(value, file, inside) for value in values] or [None]

    def of(
        self, node: ast.AST | None, file: File, inside: Inside, local: Mapping[str, Kind] | None = None, depth: int = 0
    ) -> Kind | None:
        """Return the class of an expression; ``local``: variables of which it is known at this place."""
        if depth > DEPTH or node is None:
            return None

        def of(each: ast.AST | None) -> Kind | None:
            return self.of(each, file, inside, local, depth + 1)

        match node:
            case ast.Name(id=name):
                held = local.get(name) if local is not None else None
                return held or self._variable(name, file, inside, depth)
            case ast.Attribute(value=value, attr=name):
                if name.startswith("vir") and file.is_bindings(value):
                    return Kind(name)
                return self.attributes.get(name)
            case ast.Call():
                return self._called(node, file, inside, local, depth)
            case ast.Await(value=value) | ast.NamedExpr(value=value):
                return of(value)
            case ast.Subscript(value=value, slice=index):
                kind = of(value)
                return kind._replace(many=isinstance(index, ast.Slice)) if kind is not None and kind.many else None
            case ast.IfExp(body=body, orelse=orelse):
                return _same(of(each) for each in (body, orelse) if not is_none(each))
            case ast.BoolOp(values=values):
                return _same(of(each) for each in values if not is_none(each))
            case ast.List(elts=[first, *rest]) | ast.Tuple(elts=[first, *rest]):
                kind = _same(of(each) for each in (first, *rest))
                return kind._replace(many=True) if kind is not None and not kind.many else None
            case ast.ListComp(
                elt=ast.Name(id=name), generators=[ast.comprehension(target=ast.Name(id=one), iter=over)]
            ):
                kind = of(over)
                return kind if kind is not None and kind.many and name == one else None
        return None

    def _variable(self, name: str, file: File, inside: Inside, depth: int) -> Kind | None:
        """Return the class of a variable that has the same one whenever it is set."""
        scope: Inside | None = inside
        while scope is not None and name not in scope.bound:
            scope = scope.outer
        if scope is None:
            return Kind(file.imported[name]) if file.imported.get(name, "").startswith("vir") else None
        if isinstance(scope.node, Function) and scope.bound[name] == [None]:
            return self.parameter(scope.node, name, file)
        values = [each for each in scope.bound[name] if not is_none(each)]
        if all(isinstance(each, ast.ImportFrom) for each in values):
            return Kind(file.imported[name]) if file.imported.get(name, "").startswith("vir") else None
        return _same(self.of(each, file, scope, None, depth + 1) for each in values)

    def parameter(self, node: ast.FunctionDef | ast.AsyncFunctionDef, name: str, file: File) -> Kind | None:
        """Return the class that a parameter is said to have."""
        several = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
        found = next((each.annotation for each in several if each.arg == name), None)
        return annotated(found, file) if found is not None else None

    def _called(
        self, node: ast.Call, file: File, inside: Inside, local: Mapping[str, Kind] | None, depth: int
    ) -> Kind | None:
        """Return the class of what a call gives."""
        match node.func:
            case ast.Name(id=name) if name in SEVERAL and node.args:
                kind = self.of(node.args[-1], file, inside, local, depth + 1)
                return kind if kind is not None and kind.many else None
            case ast.Name(id="next") if node.args:
                kind = self.of(node.args[0], file, inside, local, depth + 1)
                return kind._replace(many=False) if kind is not None and kind.many else None
            case ast.Name(id=name):
                if file.imported.get(name, "").startswith("vir"):
                    return Kind(file.imported[name])
                if name in file.imported or (file.all_names and name not in self.own):
                    return self._method(file.imported.get(name, name), None, sure=True)
                return self.results.get(name)
            case ast.Attribute(value=receiver, attr=name):
                if file.is_bindings(receiver):
                    return Kind(name) if name.startswith("vir") else self._method(name, None, sure=True)
                kind = self.of(receiver, file, inside, local, depth + 1)
                if kind is not None:
                    return None if kind.many else self._method(name, kind, sure=kind.sure)
                return self.results.get(name) if name in self.own else self._method(name, None, sure=False)
        return None

    def _method(self, name: str, kind: Kind | None, *, sure: bool) -> Kind | None:
        """Return the class of what a method gives, by the C function that it stands for."""
        if name.startswith("listAll"):
            last = name.removeprefix("listAll")
            listed = f"vir{LISTED.get(last, last.removesuffix('s'))}"
            return Kind(listed, many=True, sure=sure) if last != "Children" else kind and kind._replace(many=True)
        entry = self.catalogue.earliest(self.chosen(name, kind) or self.called.get(name, ()))
        return Kind(entry.result, sure=sure) if entry is not None and entry.result else None

    def chosen(self, name: str, kind: Kind | None) -> tuple[str, ...]:
        """Return the C functions that a method of a class stands for."""
        if kind is None or kind.many:
            return ()
        entries = [self.catalogue.entries[each] for each in self.called.get(name, ())]
        return tuple(each.name for each in entries if kind.name in (each.owner, f"vir{owner(each.name)}"))


def annotated(node: ast.expr, file: File, depth: int = 0) -> Kind | None:
    """Return the class that an annotation names; ``X | None`` and ``Optional[X]`` are X."""
    if depth > DEPTH:
        return None
    match node:
        case ast.Constant(value=str(text)):
            try:
                return annotated(ast.parse(text, mode="eval").body, file, depth + 1)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return None
        case ast.Attribute(value=value, attr=name):
            return Kind(name) if name.startswith("vir") and file.is_bindings(value) else None
        case ast.Name(id=name):
            named = file.imported.get(name, "")
            return Kind(named) if named.startswith("vir") else None
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _same(annotated(each, file, depth + 1) for each in (left, right) if not is_none(each))
        case ast.Subscript(value=value, slice=inner):
            outer = dotted(value).rpartition(".")[2]
            first = inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner
            kind = annotated(first, file, depth + 1)
            if kind is None or outer not in COLLECTIONS:
                return kind if outer in ("Optional", "Annotated", "Final", "ClassVar") else None
            is_mixed = isinstance(inner, ast.Tuple) and outer in ("tuple", "Tuple") and not _is_open(inner)
            return None if kind.many or is_mixed else kind._replace(many=True)
    return None


def _is_open(node: ast.Tuple) -> bool:
    """Tell whether a tuple of types is ``X, ...``."""
    return len(node.elts) == 2 and isinstance(node.elts[1], ast.Constant) and node.elts[1].value is ...


def _single(several: Mapping[str, set[Kind | None]]) -> dict[str, Kind]:
    """Return what has one class and no other value."""
    found = {}
    for name, kinds in several.items():
        kind = next(iter(kinds), None)
        if kind is not None and len(kinds) == 1:
            found[name] = kind
    return found


def _same(several: Iterable[Kind | None]) -> Kind | None:
    """Return the class that all of several have."""
    found = set(several)
    return found.pop() if len(found) == 1 else None


def is_none(node: ast.AST | None) -> bool:
    """Tell whether a value is ``None``."""
    return isinstance(node, ast.Constant) and node.value is None
