"""Binaries and extension modules: the undefined symbols of the dynamic symbol table (ELF gABI; GNU versions: LSB)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from abidiff.errors import SourceError
from abidiff.finding import Problem
from abidiff.limits import now
from abidiff.location import Location
from abidiff.requires.catalogue import Catalogue
from abidiff.requires.model import Guard, Reading, Use

HINT = "install what reads binaries, C and Go: pip install 'abidiff[requires]'"


def read(files: Mapping[str, bytes], catalogue: Catalogue) -> Reading:
    """Return the symbols of the library that each binary asks for.

    Of symbols that the library gives and the catalogue does not know (private ones) the version node is the use.
    A weak undefined symbol need not be there: it is zero then (gABI, symbol binding).
    """
    try:
        from elftools.common.exceptions import ELFError, ELFParseError
        from elftools.elf.elffile import ELFFile
    except ImportError:
        raise SourceError("binaries can't be read here", hint=HINT) from None
    uses: list[Use] = []
    problems = []
    for path, data in files.items():
        try:
            uses += _uses(ELFFile(io.BytesIO(data)), path, catalogue)
        except (ELFError, ELFParseError, ValueError, KeyError, IndexError, AttributeError, OverflowError) as error:
            problems.append(Problem("requires", f"not a readable ELF file: {error}", Location(path)))
        except (AssertionError, TypeError, UnicodeError, MemoryError, RecursionError, OSError, ArithmeticError):
            problems.append(Problem("requires", "not a readable ELF file", Location(path)))
    return Reading(tuple(uses), (), tuple(problems))


def _uses(elf: Any, path: str, catalogue: Catalogue) -> list[Use]:
    table = elf.get_section_by_name(".dynsym")
    if table is None:
        return []
    most = now().map_symbols
    if table.num_symbols() > most:
        raise ValueError(f"more than {most} symbols (limit map-symbols)")
    versions = _needed(elf)
    names: dict[str, bool] = {}  # whether the symbol has to be there
    own: set[str] = set()  # libraries that give a name which is known
    strange: dict[str, set[str]] = {}  # library → nodes of names that are not
    for number, symbol in enumerate(table.iter_symbols()):
        if symbol["st_shndx"] != "SHN_UNDEF":
            continue
        library, node = versions.get(number, ("", ""))
        strong = symbol["st_info"]["bind"] != "STB_WEAK"
        if symbol.name in catalogue.entries:
            names[symbol.name] = strong or names.get(symbol.name, False)
            own.add(library)
        elif library and strong:
            strange.setdefault(library, set()).add(node)
    nodes = {node for library in own for node in strange.get(library, ())}
    place = Location(path)
    found = [
        Use(name, (name,), place, () if strong else (_weak(name, place),), linked=True)
        for name, strong in sorted(names.items())
    ]
    return [*found, *(Use(node, (node,), place) for node in sorted(nodes))]


def _weak(name: str, place: Location) -> Guard:
    return Guard(f"weak {name}", place, names=(name,), handles=True)


def _needed(elf: Any) -> dict[int, tuple[str, str]]:
    """Return number of a symbol → the library and version node that the linker bound it to (LSB, symbol versioning)."""
    table, needed = elf.get_section_by_name(".gnu.version"), elf.get_section_by_name(".gnu.version_r")
    if table is None or needed is None:
        return {}
    nodes = {aux["vna_other"]: (file.name, aux.name) for file, every in needed.iter_versions() for aux in every}
    every = ((number, table.get_symbol(number)["ndx"]) for number in range(table.num_symbols()))
    return {number: nodes[index] for number, index in every if index in nodes}
