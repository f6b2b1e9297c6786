"""What a Python file calls the bindings of the library."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import NamedTuple

from abidiff.requires.languages.python_index import Index
from abidiff.requires.languages.python_names import MODULES


class File(NamedTuple):
    """A file, the names that it gives to the bindings, what it imports from them, and other modules.

    ``attributes``  attributes that hold the bindings; ``all_names``: it imports every name of them.
    """

    path: str
    aliases: frozenset[str]
    imported: Mapping[str, str]
    others: frozenset[str]
    attributes: frozenset[str]
    all_names: bool


def file_of(path: str, module: Index) -> File:
    """Find what a file calls the bindings: ``import libvirt as X``, ``X = import_module("libvirt")``."""
    aliases: set[str] = set()
    others: set[str] = set()
    imported: dict[str, str] = {}
    for node in module.imports:
        of = node.module if isinstance(node, ast.ImportFrom) else None
        for each in node.names:
            if isinstance(node, ast.Import):
                bound = each.asname or each.name.partition(".")[0]
                (aliases if each.name in MODULES else others).add(bound)
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
    return File(path, frozenset(aliases), imported, frozenset(others - aliases), frozenset(attributes), all_names)
