"""What a Python file calls the bindings of the library."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import NamedTuple

from abidiff.requires.languages.python_index import Index
from abidiff.requires.languages.python_modules import Modules
from abidiff.requires.languages.python_names import MODULES

DEPTH = 8
"""Modules that hand the bindings on to each other are followed so far."""


IMPORTING = frozenset(("__import__", "import_module"))
"""Functions that give a module by its name."""


class File(NamedTuple):
    """A file, the names that it gives to the bindings, what it imports from them, and other modules.

    ``attributes``  attributes that hold the bindings; ``all_names``: it imports every name of them.
    ``handed``      other modules, as they are called here → what these call the bindings; ``given`` → what they import
                    from them, each with its name there.
    ``plain``       names that ``import`` gives to the bindings.
    """

    path: str
    aliases: frozenset[str]
    imported: Mapping[str, str]
    others: frozenset[str]
    attributes: frozenset[str]
    all_names: bool
    handed: Mapping[str, frozenset[str]] = {}
    given: Mapping[str, Mapping[str, str]] = {}
    plain: frozenset[str] = frozenset()

    def is_bindings(self, node: ast.expr) -> bool:
        """Tell whether an expression is the bindings themselves."""
        match node:
            case ast.Name(id=name):
                return name in self.aliases
            case ast.Attribute(value=of, attr=name):
                return name in self.attributes or name in self.handed.get(dotted(of), ())
            case ast.Subscript(value=ast.Attribute(attr="modules") as table, slice=ast.Constant(value=name)):
                return name in MODULES and dotted(table) == "sys.modules"
            case ast.Call(func=ast.Name(id=by) | ast.Attribute(attr=by), args=[ast.Constant(value=name), *_]):
                return name in MODULES and by in IMPORTING
        return False

    def handed_on(self, node: ast.expr, name: str) -> str:
        """Return what a name in another module is called in the bindings, or nothing."""
        return self.given.get(dotted(node), {}).get(name, "")


def dotted(node: ast.expr) -> str:
    """Return names with dots between them, or nothing for another expression."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=of, attr=name):
            before = dotted(of)
            return f"{before}.{name}" if before else ""
    return ""


def files_of(modules: Mapping[str, Index], known: Modules) -> dict[str, File]:
    """Find what all files call the bindings, those too that have them from another one."""
    found = {path: file_of(path, module) for path, module in modules.items()}
    for _ in range(DEPTH):
        before = dict(found)
        for path, module in modules.items():
            found[path] = _handed(found[path], module, known, found)
        if found == before:
            break
    return found


def given_on(files: Mapping[str, File], modules: Mapping[str, Index]) -> set[str]:
    """Return the names by which another module may have the bindings, or something in them, from one of these."""
    return {name for path, file in files.items() for part in _tops(file, modules[path]) for name in part}


def _handed(file: File, module: Index, known: Modules, files: Mapping[str, File]) -> File:
    """Return a file with what it has from others."""
    aliases, imported = set(file.aliases), dict(file.imported)
    all_names = file.all_names
    handed, given = dict(file.handed), dict(file.given)
    for node in module.imports:
        if isinstance(node, ast.Import):
            for each in node.names if not MODULES.issuperset(one.name for one in node.names) else ():
                for other in known.named(each.name):
                    _take(files[other], known.modules[other], each.asname or each.name, handed, given)
            continue
        for each in node.names if node.module not in MODULES else ():
            name = each.asname or each.name
            for other in known.of(file.path, node, each.name):
                _take(files[other], known.modules[other], name, handed, given)
            for other in known.of(file.path, node):
                tops = _tops(files[other], known.modules[other])
                if each.name == "*":
                    aliases |= tops[0]
                    imported |= tops[1]
                    all_names |= files[other].all_names
                elif each.name in tops[0]:
                    aliases.add(name)
                elif each.name in tops[1]:
                    imported[name] = tops[1][each.name]
    others = file.others - aliases - imported.keys()
    return File(file.path, frozenset(aliases), imported, others, file.attributes, all_names, handed, given, file.plain)


def _take(
    other: File,
    module: Index,
    name: str,
    handed: dict[str, frozenset[str]],
    given: dict[str, Mapping[str, str]],
) -> None:
    """Take in what another module, which is called ``name`` here, has of the bindings."""
    aliases, imported = _tops(other, module)
    if aliases:
        handed[name] = handed.get(name, frozenset()) | aliases
    if imported:
        given[name] = {**given.get(name, {}), **imported}


def _tops(file: File, module: Index) -> tuple[frozenset[str], dict[str, str]]:
    """Return what a module calls the bindings, and what is in them, where all of it sees that name and nothing else."""
    bound = module.top.bound
    stars = any(isinstance(each, ast.ImportFrom) for each in bound.get("*", ()))
    aliases = frozenset(name for name in file.aliases if name in bound or stars)
    imported = {
        name: of
        for name, of in file.imported.items()
        if stars or (name in bound and all(isinstance(each, ast.ImportFrom) for each in bound[name]))
    }
    return aliases, imported


def file_of(path: str, module: Index) -> File:
    """Find what a file calls the bindings: ``import libvirt as X``, ``X = import_module("libvirt")``."""
    aliases: set[str] = set()
    plain: set[str] = set()
    others: set[str] = set()
    imported: dict[str, str] = {}
    for node in module.imports:
        of = node.module if isinstance(node, ast.ImportFrom) else None
        for each in node.names:
            if isinstance(node, ast.Import):
                bound = each.asname or each.name.partition(".")[0]
                (aliases if each.name in MODULES else others).add(bound)
                if each.name in MODULES and each.name != "libvirtmod":
                    plain.add(bound)
            elif of in MODULES:
                imported[each.asname or each.name] = each.name
            else:
                (aliases if each.name in MODULES else others).add(each.asname or each.name)
    for assigned in module.assigns:
        match assigned.value:
            case ast.Call(args=[ast.Constant(value=str(name)), *_]) if name in MODULES:
                aliases |= {target.id for target in assigned.targets if isinstance(target, ast.Name)}
    attributes: set[str] = set()
    for assigned in module.assigns:
        if isinstance(assigned.value, ast.Name) and assigned.value.id in aliases:
            aliases |= {target.id for target in assigned.targets if isinstance(target, ast.Name)}
            attributes |= {target.attr for target in assigned.targets if isinstance(target, ast.Attribute)}
    for inside in module.classes:
        held = (
            name for name, values in inside.bound.items() for value in values if getattr(value, "id", "") in aliases
        )
        attributes.update(held)
    all_names = imported.pop("*", None) is not None
    free = frozenset(others - aliases)
    return File(
        path,
        frozenset(aliases),
        imported,
        free,
        frozenset(attributes),
        all_names,
        plain=frozenset(plain),
    )
