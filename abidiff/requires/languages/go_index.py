"""What the files of a Go application declare at the level of a package: constants, functions, fields, types."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from abidiff.requires.languages.go_names import BINDINGS, CLIENTS, TYPES
from abidiff.requires.languages.go_tables import Tables, text

LIBRARY = "@"
"""Begins the name of a type of the bindings: ``@Domain``."""

DOUBLES = re.compile(r"mock|fake|stub|dummy|test", re.IGNORECASE)
"""In the names of files and types that stand in for others in tests."""

RENAMED = 8
"""Names of a type are followed so far."""

WRAPPERS = frozenset(("pointer_type", "slice_type", "array_type", "parenthesized_type", "channel_type"))


class File(NamedTuple):
    """A parsed file.

    ``imports``  name in the file → path of the package; the last part of the path where the file gives none.
    ``aliases``  those of ``imports`` that are a client of libvirt → whether it speaks the protocol itself; ``.`` is
                 the one whose names stand in the file without it.
    ``package``  its folder and the name of its package.
    """

    path: str
    root: Any
    imports: Mapping[str, str]
    aliases: Mapping[str, bool]
    package: str


class Function(NamedTuple):
    """A function or method with a body.  ``result``: the type of its first result, as in the scope of its file."""

    name: str
    parameters: tuple[str, ...]
    body: Any
    result: str
    node: Any
    file: File


class Index:
    """The declarations of all files; a name that two declarations give another meaning has none.

    ``functions``   name → function or method.
    ``placed``      package and name → function; ``bodies``: name → method; ``several``: all of a name, but for those
                    that stand in for others in tests.
    ``fields``      name of a field of a struct → its type.
    ``renamed``     name of a type → the one that it is another name of, or whose lists or maps it stands for.
    ``embedded``    struct → the types that it embeds; ``owned``: (type, method) of the application.
    ``interfaces``  names of interfaces, ``methods`` those of the application's own methods and functions.
    ``tables``      what all names are bound to.
    """

    def __init__(self, files: list[File]) -> None:
        self.functions: dict[str, Function] = {}
        self.placed: dict[str, Function] = {}
        self.bodies: dict[str, Function] = {}
        self.fields: dict[str, str] = {}
        self.renamed: dict[str, str] = {}
        self.embedded: dict[str, tuple[str, ...]] = {}
        self.owned: set[tuple[str, str]] = set()
        self.interfaces: set[str] = set()
        self.methods: set[str] = set()
        self.folders = frozenset(file.package for file in files)
        self.tables = Tables()
        self.several: dict[str, list[Function]] = {}
        self._order: dict[str, list[str]] = {}
        self._clashing: set[tuple[str, str]] = set()
        for file in files:
            self.tables.read(file)
            for node in file.root.named_children:
                self._declaration(node, file)
        for spec, file in self.tables.types:
            self._type(spec, file)
        for name, at, bound, table in self.tables.placed:
            for field in self._order.get(name, [])[at : at + 1]:
                self.tables.fields.setdefault(field, []).append((bound, table))
        self.tables.settle()
        for kind, name in self._clashing:
            held: dict[str, Any] = getattr(self, kind)
            held.pop(name, None)

    def _declaration(self, node: Any, file: File) -> None:
        match node.type:
            case "type_declaration":
                for spec in _within(node, "type_spec", "type_alias"):
                    self._type(spec, file)
            case "function_declaration" | "method_declaration":
                self._function(node, file)

    def _type(self, spec: Any, file: File) -> None:
        kind, own = spec.child_by_field_name("type"), text(spec.child_by_field_name("name"))
        if kind is not None and kind.type == "interface_type":
            self.interfaces.add(own)
        if kind is not None and (spec.type == "type_alias" or kind.type in (*WRAPPERS, "map_type")):
            self._keep("renamed", own, type_name(kind, file))
        embedded: list[str] = []
        for field in _within(kind, "field_declaration") if kind is not None and kind.type == "struct_type" else ():
            of = type_name(field.child_by_field_name("type"), file)
            names = [text(name) for name in field.children_by_field_name("name")]
            if not names:
                embedded.append(of)
            for name in names or [of.rpartition(".")[2].lstrip("@")]:
                self._keep("fields", name, of)
                self._order.setdefault(own, []).append(name)
        if embedded:
            self.embedded[own] = (*self.embedded.get(own, ()), *embedded)

    def _function(self, node: Any, file: File) -> None:
        name, body = text(node.child_by_field_name("name")), node.child_by_field_name("body")
        receiver = node.child_by_field_name("receiver")
        if "mock" not in (file.path if receiver is None else f"{file.path} {text(receiver)}").lower():
            self.methods.add(name)
        for each in receiver.named_children if receiver is not None else ():
            self.owned.add((type_name(each.child_by_field_name("type"), file), name))
        if body is None:
            return
        parameters = tuple(name for name, _ in parameters_of(node.child_by_field_name("parameters"), file))
        result = node.child_by_field_name("result")
        if result is not None and result.type == "parameter_list":
            first = next((each for each in result.named_children if each.type == "parameter_declaration"), None)
            result = first.child_by_field_name("type") if first is not None else None
        found = Function(name, parameters, body, type_name(result, file), node, file)
        places = {"functions": name, "bodies": name} if receiver is not None else {"functions": name}
        if receiver is not None and DOUBLES.search(f"{file.path} {text(receiver)}") is None:
            self.several.setdefault(name, []).append(found)
        if receiver is None:
            places["placed"] = f"{file.package} {name}"
        for kind, key in places.items():
            self._keep(kind, key, found, same=lambda a, b: a.body.text == b.body.text)

    def resolved(self, kind: str) -> str:
        """Return the type that a name of a type stands for."""
        for _ in range(RENAMED):
            last = kind.rpartition(".")[2]
            if kind.startswith(LIBRARY) or last not in self.renamed:
                break
            kind = self.renamed[last]
        return kind

    def holder(self, kind: str, method: str) -> str:
        """Return the type that a method belongs to: one that a struct embeds, where it has none of its own."""
        level, seen = [self.resolved(kind)], {kind}
        while level:
            following: list[str] = []
            for each in level:
                last = each.rpartition(".")[2]
                if each.startswith(LIBRARY) or (last, method) in self.owned or last in self.interfaces:
                    return each
                following += [self.resolved(one) for one in self.embedded.get(last, ()) if one not in seen]
            seen.update(following)
            level = list(dict.fromkeys(following))
        return kind

    def has_field(self, kind: str, name: str) -> bool:
        """Tell whether a struct of the application, in the package that names it so, has a field."""
        return name in self._order.get(kind, ())

    def package(self, path: str) -> str:
        """Return the package of the application that an import names, or nothing."""
        found = [each for each in self.folders if _names(path, each.rpartition(" ")[0])]
        found = [each for each in found if not each.endswith("_test")]
        return max(found, key=len) if found else ""

    def _keep(self, kind: str, name: str, value: Any, same: Any = lambda a, b: a == b) -> None:
        held: dict[str, Any] = getattr(self, kind)
        if name in held and not same(held[name], value):
            self._clashing.add((kind, name))
        held[name] = value


def file_of(path: str, root: Any) -> File:
    """Return what a file imports."""
    imports: dict[str, str] = {}
    for node in root.named_children:
        for spec in _within(node, "import_spec") if node.type == "import_declaration" else ():
            of = text(spec.child_by_field_name("path")).strip('"`')
            given = spec.child_by_field_name("name")
            imports[text(given) if given is not None else _package(of)] = of
    clients = {name: _client(of) for name, of in imports.items()}
    clause = next((node for node in root.named_children if node.type == "package_clause"), None)
    package = f"{path.rpartition('/')[0]} {text(clause).removeprefix('package').strip()}"
    return File(path, root, imports, {name: found for name, found in clients.items() if found is not None}, package)


def _names(path: str, folder: str) -> bool:
    """Tell whether the path of an import ends as a folder of the application does, or the folder as the path."""
    return folder != "" and (path == folder or path.endswith(f"/{folder}") or folder.endswith(f"/{path}"))


def _package(path: str) -> str:
    """Return what a package is called that a file imports without a name."""
    return "libvirt" if _client(path) is not None else path.rpartition("/")[2]


def _client(path: str) -> bool | None:
    """Return whether a package speaks the protocol itself (True), calls the C library (False), or is none of these."""
    if path.startswith(CLIENTS):
        return True if path in CLIENTS else None
    return False if path in BINDINGS else None


def parameters_of(node: Any, file: File) -> Iterator[tuple[str, str]]:
    """Yield name and type of each parameter."""
    for each in node.named_children if node is not None else ():
        if each.type in ("parameter_declaration", "variadic_parameter_declaration"):
            of = type_name(each.child_by_field_name("type"), file)
            for name in each.children_by_field_name("name"):
                yield text(name), of


def type_name(node: Any, file: File) -> str:
    """Return the name of a type without pointers and slices; ``@Domain`` where it is one of the bindings."""
    while node is not None and node.type in WRAPPERS:
        node = node.child_by_field_name("element") or (node.named_children[-1] if node.named_children else None)
    if node is None:
        return ""
    if node.type == "map_type":
        return type_name(node.child_by_field_name("value"), file)
    if node.type == "qualified_type":
        package, name = text(node.child_by_field_name("package")), text(node.child_by_field_name("name"))
        return LIBRARY + name if package in file.aliases else f"{package}.{name}"
    if node.type == "type_identifier":
        return LIBRARY + text(node) if "." in file.aliases and text(node) in TYPES else text(node)
    return ""


def _within(node: Any, *kinds: str) -> Iterator[Any]:
    """Yield the nodes of some kinds below a declaration or its list."""
    for each in node.named_children:
        if each.type in kinds:
            yield each
        elif each.type.endswith("_list"):
            yield from _within(each, *kinds)
