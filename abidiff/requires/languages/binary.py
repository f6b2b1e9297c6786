"""Binaries, extension modules and object files: what they ask of shared libraries.

Of ELF files the symbols are read (``elf_references``).  Other formats are not; one in which a name of the library
stands is a problem.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping

from abidiff.errors import SourceError
from abidiff.finding import Problem
from abidiff.location import Location
from abidiff.requires.catalogue import Catalogue
from abidiff.requires.languages.elf_references import Reference, references
from abidiff.requires.model import Guard, Reading, Use

HINT = "install what reads binaries, C and Go: pip install 'abidiff[requires]'"
ELF = b"\x7fELF"
FORMATS = {
    b"\xfe\xed\xfa\xce": "a Mach-O file",
    b"\xfe\xed\xfa\xcf": "a Mach-O file",
    b"\xce\xfa\xed\xfe": "a Mach-O file",
    b"\xcf\xfa\xed\xfe": "a Mach-O file",
    b"!<arch>\n": "an archive of object files",
    b"!<thin>\n": "an archive of object files",
    b"BC\xc0\xde": "a file of LLVM bitcode",
    b"\xde\xc0\x17\x0b": "a file of LLVM bitcode",
}
"""How files begin that hold code and are not read (Mach-O's loader.h; ar; LLVM's bitcode)."""

COFF = frozenset((b"\x64\x86", b"\x4c\x01", b"\x64\xaa"))
COFF_HEADER = 20
"""An object file of Windows begins with its machine; it has no optional header (PE format, "COFF File Header")."""

FAT = b"\xca\xfe\xba\xbe"
MOST_FAT = 40
"""A Mach-O file for several machines begins as a class of Java does, and then says for how many: that is few."""

WORD = re.compile(rb"[A-Za-z_]\w{3,}")
GIVEN = frozenset(("function", "variable", "symbol"))


def format_of(data: bytes) -> str:
    """Return what a file is that holds code, or nothing."""
    if data.startswith(ELF):
        return "an ELF file"
    found = next((name for start, name in FORMATS.items() if data.startswith(start)), "")
    if data.startswith(FAT) and int.from_bytes(data[4:8], "big") < MOST_FAT:
        return "a Mach-O file"
    if data.startswith(b"MZ"):
        at = int.from_bytes(data[60:64], "little")
        return "a PE file" if data[at : at + 4] == b"PE\0\0" else ""
    if data[:2] in COFF and data[16:18] == b"\0\0" and len(data) >= COFF_HEADER:
        return "a COFF object file"
    return found


def read(files: Mapping[str, bytes], catalogue: Catalogue) -> Reading:
    """Return the symbols of the library that each binary asks for.

    Of symbols that the library gives and the catalogue does not know (private ones) the version node is the use.
    A weak undefined symbol need not be there: it is zero then (gABI, symbol binding).
    """
    uses: list[Use] = []
    problems: list[Problem] = []
    for path, data in files.items():
        if data.startswith(ELF):
            uses += _elf(path, data, catalogue, problems)
        elif _names(data, catalogue):
            message = f"{format_of(data)}, which is not read, with names of the library in it"
            hint = "give its sources, or a build for ELF; or leave it out"
            problems.append(Problem("requires", message, Location(path), hint=hint))
    return Reading(tuple(uses), (), tuple(problems))


def _elf(path: str, data: bytes, catalogue: Catalogue, problems: list[Problem]) -> list[Use]:
    try:
        from elftools.common.exceptions import ELFError, ELFParseError
        from elftools.elf.elffile import ELFFile
    except ImportError:
        raise SourceError("binaries can't be read here", hint=HINT) from None
    try:
        return list(_uses(list(references(ELFFile(io.BytesIO(data)), catalogue.entries)), path, catalogue))
    except (ELFError, ELFParseError, ValueError, KeyError, IndexError, AttributeError, OverflowError) as error:
        problems.append(Problem("requires", f"not a readable ELF file: {error}", Location(path)))
    except (AssertionError, TypeError, UnicodeError, MemoryError, RecursionError, OSError, ArithmeticError):
        problems.append(Problem("requires", "not a readable ELF file", Location(path)))
    return []


def _names(data: bytes, catalogue: Catalogue) -> bool:
    """Tell whether a function or variable of the library stands in a file; Mach-O puts a line before it."""
    for found in WORD.finditer(data):
        name = found[0].decode()
        entry = catalogue.get(name) or catalogue.get(name.removeprefix("_"))
        if entry is not None and entry.kind in GIVEN:
            return True
    return False


def _uses(several: list[Reference], path: str, catalogue: Catalogue) -> Iterator[Use]:
    """Yield the uses of one file: names, symbols in a node that is newer, nodes that have to be there."""
    place = Location(path)
    own = _own(several, catalogue)
    names: dict[str, bool] = {}  # whether it has to be there
    nodes: set[str] = set()
    for each in several:
        if not _is_asked(each, own, catalogue):
            continue
        nodes.update((each.node,) if each.needed and not each.strong and each.node in catalogue.nodes.every else ())
        is_bound = each.node and each.name in catalogue.nodes.of
        if each.name in catalogue.entries and (not is_bound or catalogue.nodes.has(each.name, each.node)):
            title = catalogue.bound(each.name, each.node) if is_bound else each.name
            for name in {each.name, title}:
                names[name] = each.strong or names.get(name, False)
        elif each.strong:
            names[f"{each.name}@{each.node}" if each.node in catalogue.nodes.every or is_bound else each.node] = True
    for name, strong in sorted(names.items()):
        yield Use(name, (name,), place, () if strong else (_weak(name, place),), linked=True)
    for node in sorted(nodes):
        if title := catalogue.bound("", node):
            yield Use(title, (title,), place)


def _own(several: Iterable[Reference], catalogue: Catalogue) -> set[str]:
    """Return the libraries, as a file asks for them, that are the one of the catalogue.

    A library is this one that is called so, or gives a known name in a node which it has there.  Where neither nodes
    nor such a library are known, it is one that gives a known name.
    """
    nodes = catalogue.nodes
    bound = [each for each in several if each.library]
    own = {each.library for each in bound if nodes.is_called(each.library) or nodes.has(each.name, each.node)}
    if own or nodes.every:
        return own
    return {each.library for each in bound if each.name in catalogue.entries}


def _is_asked(each: Reference, own: set[str], catalogue: Catalogue) -> bool:
    """Tell whether a symbol is asked of the library: by what it is bound to, else by its name."""
    return each.library in own if each.library else each.name in catalogue.entries


def _weak(name: str, place: Location) -> Guard:
    return Guard(f"weak {name}", place, names=(name,), handles=True)
