"""Names that a C program declares itself: for all of it, for a file, or for a block (ISO C 6.2.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace

from abidiff.location import Location
from abidiff.requires.facts import guard_of
from abidiff.requires.languages.c_conditions import otherwise
from abidiff.requires.languages.conditionals import Groups, Tokens
from abidiff.requires.model import Guard, Use

HEADERS = (".h", ".hpp", ".hh", ".hxx", ".H", ".inl")
DEFINES = frozenset(("preproc_def", "preproc_function_def"))
BLOCKS = frozenset(("compound_statement", "for_statement", "function_definition"))
BEFORE = frozenset(("type_definition", "enumerator", *DEFINES))
"""What counts from where it stands on; a function counts wherever a program has it."""

MOST_DEFINITIONS = 50
"""Of one name; further ones serve nothing."""

MOST_SPECIFIERS = 8
"""Specifiers of a declaration, which stand in front of what it declares."""


class Declared(NamedTuple):
    """A name that is declared: as what, whether for one file, and for a block its end; 0 outside of blocks."""

    kind: str
    static: bool = False
    end: int = 0


class Definition(NamedTuple):
    """A definition: its place, the condition around it, and whether it counts in its file alone, and from there on."""

    location: Location
    path: Tokens
    groups: Groups
    static: bool
    ordered: bool

    def counts(self, use: Use) -> bool:
        """Tell whether a use is one of what is defined here, where the condition holds."""
        if self.location.path != use.location.path:
            return not self.static
        return not self.ordered or self.location.line <= use.location.line


class Own:
    """The definitions of an application."""

    def __init__(self) -> None:
        self.known: dict[str, list[Definition]] = {}

    def add(self, name: str, found: Definition) -> None:
        """Take in a definition."""
        several = self.known.setdefault(name, [])
        if len(several) < MOST_DEFINITIONS:
            several.append(found)

    def left(self, uses: Sequence[Use]) -> Iterator[Use]:
        """Yield the uses that need the library, each behind the conditions of definitions that would do instead."""
        served: dict[tuple[str, tuple[int, ...]], tuple[Guard, ...] | None] = {}
        for use in uses:
            several = [each for each in self.known.get(use.name, ()) if each.counts(use)]
            if any(not each.path for each in several):
                continue
            key = use.name, tuple(map(id, several))
            if key not in served:
                served[key] = _checks(use.name, several)
            guards = served[key]
            if guards is not None:
                yield replace(use, guards=(*use.guards, *guards)) if guards else use


def _checks(name: str, several: Sequence[Definition]) -> tuple[Guard, ...] | None:
    """Return the check that definitions make for uses, none where they say nothing; None where one counts always."""
    if not several:
        return ()
    given: list[str] = []
    for path in dict.fromkeys(each.path for each in several):
        given += [*(("||",) if given else ()), "(", *path, ")"]
    groups = several[0].groups
    others = {each: macro for each, macro in groups.known.items() if each != name}
    told = otherwise(given, groups.catalogue, others, groups.steps)
    if told is None:
        return None
    return (guard_of(told, f"own {name}", several[0].location),) if told else ()


def declared(node: Any) -> Declared | None:
    """Return as what a name is declared where it stands; None where it is used, or declared for the library's own."""
    parent = node.parent
    if parent is None:
        return None
    if parent.type in DEFINES or parent.type == "enumerator":
        return Declared(parent.type) if parent.child_by_field_name("name") == node else None
    if parent.type == "parameter_list":
        return Declared("parameter", end=_end(parent))
    is_pointer = is_function = False
    while parent.type.endswith("_declarator"):
        inner = parent.child_by_field_name("declarator") or parent.named_child(0)
        if inner != node:
            return None
        is_pointer |= parent.type in ("pointer_declarator", "parenthesized_declarator")
        is_function |= parent.type == "function_declarator" and not is_pointer
        node, parent = parent, parent.parent
        if parent is None:
            return None
    if parent.child_by_field_name("type") == node:
        return None
    match parent.type:
        case "function_definition" if is_function:
            return Declared(parent.type, static=_has(parent, b"static"))
        case "type_definition":
            return Declared(parent.type)
        case "parameter_declaration":
            return Declared("parameter", end=_end(parent))
        case "declaration" if not is_function and not _has(parent, b"extern"):
            return Declared("variable", _has(parent, b"static"), _end(parent))
    return None


def _has(declaration: Any, keyword: bytes) -> bool:
    several = (declaration.child(n) for n in range(min(declaration.child_count, MOST_SPECIFIERS)))
    return any(each.type == "storage_class_specifier" and each.text == keyword for each in several)


def _end(node: Any) -> int:
    """Return where the block ends that a declaration is for; 0 outside of blocks."""
    start = node
    while (node := node.parent) is not None:
        if node.type in BLOCKS:
            return int(node.end_byte)
    return int(start.end_byte) if start.type.startswith("parameter") else 0
