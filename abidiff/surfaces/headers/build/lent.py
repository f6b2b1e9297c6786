"""What headers of others lend: names that a program gets through a library's header without its declaring them.

A library may leave a constant, a function or a type to a system header that it includes: for
programs nothing changes.  So the names that foreign headers provide are kept, with the headers
of the library that lead to each of them.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from abidiff.files import OTHERS
from abidiff.profile.globs import compiled
from abidiff.surfaces.headers.build.macro_values import MacroReader
from abidiff.surfaces.headers.build.tables import Tables
from abidiff.surfaces.headers.layout.spell import declared, value_of
from abidiff.surfaces.headers.layout.system import SYSTEM
from abidiff.surfaces.headers.model import ForeignName
from abidiff.surfaces.headers.read.files import Files
from abidiff.surfaces.headers.read.lexer import SourceFile
from abidiff.surfaces.headers.read.macros import Definition

MOST = 20_000


def is_foreign(path: str) -> bool:
    """Tell whether a file is none of the release's."""
    return path.startswith((SYSTEM, OTHERS))


def lent(files: Files, tables: Tables, macros: Iterable[Definition], reader: MacroReader) -> dict[str, ForeignName]:
    """Return name → what a foreign header provides under it."""
    found: dict[str, ForeignName] = {}
    for kind, table in (("typedef", tables.typedefs), ("function", tables.functions)):
        for name, item in table.items():
            if is_foreign(item.mark.location.path):
                found[name] = ForeignName(kind, item.mark.location.path, declared(item))
    for definition in macros:
        if definition.parameters is not None or not definition.place or len(found) >= MOST:
            continue
        file = files.file_of(definition.place)
        if file is not None and is_foreign(file.path):
            text = value_of(reader.read(definition, file))
            if text:
                found[definition.name] = ForeignName("constant", file.path, text)
    return found


def included(edges: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return includer → what it includes."""
    below: dict[str, list[str]] = {}
    for includer, path in edges:
        below.setdefault(includer, []).append(path)
    return below


def brought(
    below: Mapping[str, list[str]],
    starts: Iterable[tuple[str, str]],
    seen: Mapping[str, SourceFile],
    apart: Container[str],
    left_out: Iterable[str],
) -> dict[str, str]:
    """Return the files of the release that are no public headers and that these include: path → unit.

    What a public header includes is what programs see, whatever it is called and wherever it lies.  ``starts``: public
    headers with their units; ``seen``: what was included; ``apart``: what is some unit's by itself, or nobody's;
    ``left_out``: globs of what the profile or the user leaves out by name.
    """
    excluded = compiled(tuple(left_out)).fullmatch
    found: dict[str, str] = {}
    done = set[str]()
    for start, unit in starts:
        pending = [start]
        while pending:
            for path in sorted(below.get(pending.pop(), ())):
                file = seen.get(path)
                if path in done or file is None or file.system:
                    continue
                done.add(path)
                pending.append(path)
                if path not in apart and excluded(path) is None:
                    found[path] = unit
    return found


def reached(below: Mapping[str, list[str]], path: str) -> tuple[str, ...]:
    """Return the foreign files that a header leads to."""
    return tuple(sorted(filter(is_foreign, reached_by(below, path))))


def reached_by(below: Mapping[str, list[str]], path: str) -> set[str]:
    """Return a header with all files that it leads to."""
    seen, pending = {path}, [path]
    while pending:
        for other in below.get(pending.pop(), ()):
            if other not in seen:
                seen.add(other)
                pending.append(other)
    return seen
