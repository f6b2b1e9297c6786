"""The dynamic symbols of a shared library (System V gABI, chapters 4 and 5; symbol versions: LSB 10.7).

pyelftools reads headers and sections; symbols, of which there are many, are unpacked here.  Every offset is held
against the size of the file, the number of symbols, of sections and of versions is bounded, and so is the length of a
name.  Nothing is ever loaded or run.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

from abidiff.limits import now

MAGIC = b"\x7fELF"
STV_DEFAULT, STV_PROTECTED = 0, 3
_MAX_SECTIONS = 4096
_MAX_VERSIONS = 1 << 14
_MAX_NAME = 1 << 14
_TYPES = {0: "NOTYPE", 1: "OBJECT", 2: "FUNC", 5: "OBJECT", 6: "TLS", 10: "IFUNC"}  # STT_*; 5 is STT_COMMON
_BINDINGS = {1: "GLOBAL", 2: "WEAK", 10: "UNIQUE"}  # STB_*
_OTHERS = (
    (b"\xcf\xfa\xed\xfe", "a Mach-O library (macOS)"),
    (b"\xce\xfa\xed\xfe", "a Mach-O library (macOS)"),
    (b"\xfe\xed\xfa\xcf", "a Mach-O library (macOS)"),
    (b"\xfe\xed\xfa\xce", "a Mach-O library (macOS)"),
    (b"\xca\xfe\xba\xbe", "a Mach-O universal library (macOS)"),
    (b"MZ", "a PE library (Windows)"),
    (b"!<arch>\n", "a static archive"),
)


class NotReadableError(ValueError):
    """The file is no shared library that reads completely; the text says why."""


class _Entry(NamedTuple):
    """A row of the symbol table (gABI, figure 4-15)."""

    name: int
    info: int
    other: int
    section: int
    value: int
    size: int


class _Layout(NamedTuple):
    """How rows are laid out in one of the two classes of files."""

    format: str
    order: tuple[int, ...]

    def rows(self, little: str, body: bytes) -> Iterator[_Entry]:
        """Yield the rows of a table."""
        for row in struct.iter_unpack(little + self.format, body):
            yield _Entry(*(row[at] for at in self.order))


_SYMBOL_64 = _Layout("IBBHQQ", (0, 1, 2, 3, 4, 5))
_SYMBOL_32 = _Layout("IIIBBH", (0, 3, 4, 5, 1, 2))


class DynamicSymbol(NamedTuple):
    """A symbol that a library defines for others.

    ``version``  its version node, empty for none; ``default`` whether programs that are linked anew get it (``@@``).
    ``binding``  ``GLOBAL``, ``WEAK`` or ``UNIQUE``.
    ``type``     ``FUNC``, ``OBJECT``, ``TLS``, ``IFUNC`` or ``NOTYPE``.
    ``size``     in bytes.
    ``protected``  the library itself always uses its own (``STV_PROTECTED``).
    """

    name: str
    version: str
    default: bool
    binding: str
    type: str
    size: int
    protected: bool = False


class SharedObject(NamedTuple):
    """A shared library: ``DT_SONAME`` (or empty), its machine, and what it exports.

    ``nodes``  the version nodes that it defines, its base version left out.
    ``absolute``  those that have a symbol of their own, which older linkers make.
    ``versioned``  rows have marks of versions (``DT_VERSYM``): its own ones, or those of libraries that it uses.
    ``debug``  it holds debug information (`.debug_info`).
    """

    soname: str
    machine: str
    nodes: tuple[str, ...]
    absolute: tuple[str, ...]
    symbols: tuple[DynamicSymbol, ...]
    versioned: bool = True
    debug: bool = False


def foreign(data: bytes) -> str:
    """Return what kind of library of another format a file is; empty for none that is known."""
    return next((what for magic, what in _OTHERS if data.startswith(magic)), "")


def read(data: bytes) -> SharedObject:
    """Return what a shared library exports; raises :class:`NotReadableError`."""
    if data[:4] != MAGIC:
        raise NotReadableError(f"{foreign(data)}: only ELF is read" if foreign(data) else "no ELF file")
    try:
        from elftools.common.exceptions import ELFError
        from elftools.construct import ConstructError
        from elftools.elf.elffile import ELFFile
    except ImportError:
        raise NotReadableError("pyelftools is not installed (pip install pyelftools)") from None
    try:
        return _ElfReader(data, ELFFile(io.BytesIO(data))).read()
    except NotReadableError:
        raise
    except (ELFError, ConstructError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise NotReadableError(f"damaged, or cut off ({type(error).__name__})") from None


class _ElfReader:
    def __init__(self, data: bytes, file: Any) -> None:
        self.data, self.file = data, file

    def read(self) -> SharedObject:
        header = self.file.header
        if header["e_type"] != "ET_DYN":
            raise NotReadableError(f"no shared library but {header['e_type']}")
        if isinstance(header["e_machine"], int) or header["e_machine"] == "EM_NONE":
            raise NotReadableError(f"no machine that is known: e_machine {self._machine():#06x}")
        if not header["e_shoff"] or not 0 < self.file.num_sections() <= _MAX_SECTIONS:
            raise NotReadableError("it has no section headers, or too many")
        sections = [self.file._get_section_header(n) for n in range(self.file.num_sections())]
        table = self._of(sections, "SHT_DYNSYM")
        if table is None:
            raise NotReadableError("it has no dynamic symbols")
        names = self._bytes(sections[table["sh_link"]])
        nodes = dict(self._versions(sections))
        versym = self._of(sections, "SHT_GNU_versym")
        found = sorted(self._symbols(table, names, versym, nodes))
        bits = self.file.elfclass
        machine = f"{header['e_machine']} {bits} {'LSB' if self.file.little_endian else 'MSB'}"
        own = tuple(sorted(set(nodes.values()) - {""}))
        symbols = tuple(dict.fromkeys(symbol for symbol in found if symbol.name not in own))
        marks = {symbol.name for symbol in found if symbol.name == symbol.version}
        absolute = tuple(name for name in own if name in marks)
        debug = self._debug(sections, header["e_shstrndx"])
        return SharedObject(self._soname(sections), machine, own, absolute, symbols, versym is not None, debug)

    def _debug(self, sections: list[Any], at: int) -> bool:
        """Tell whether a section is named as that of debug information; what has no names has none."""
        if not 0 < at < len(sections) or sections[at]["sh_offset"] + sections[at]["sh_size"] > len(self.data):
            return False
        names = self._bytes(sections[at])
        return any(names.startswith(b".debug_info\0", section["sh_name"]) for section in sections)

    def _machine(self) -> int:
        """Return the number of the machine as the file states it (gABI, e_machine)."""
        return int.from_bytes(self.data[18:20], "little" if self.file.little_endian else "big")

    @staticmethod
    def _of(sections: list[Any], kind: str) -> Any:
        return next((found for found in sections if found["sh_type"] == kind), None)

    def _bytes(self, section: Any) -> bytes:
        start, size = section["sh_offset"], section["sh_size"]
        if start + size > len(self.data):
            raise NotReadableError("a section reaches beyond the end of the file: it is cut off")
        return self.data[start : start + size]

    def _soname(self, sections: list[Any]) -> str:
        section = self._of(sections, "SHT_DYNAMIC")
        if section is None:
            raise NotReadableError("it has no dynamic section")
        names, body = self._bytes(sections[section["sh_link"]]), self._bytes(section)
        size = 16 if self.file.elfclass == 64 else 8
        for at in range(0, len(body) - size + 1, size):
            entry = self.file.structs.Elf_Dyn.parse(body[at : at + size])
            if entry["d_tag"] == "DT_NULL":
                break
            if entry["d_tag"] == "DT_SONAME":
                return _text(names, entry["d_val"])
        return ""

    def _versions(self, sections: list[Any]) -> Iterator[tuple[int, str]]:
        """Yield (number, name) of the version definitions; the base version (the library itself) has no name."""
        section = self._of(sections, "SHT_GNU_verdef")
        if section is None:
            return
        names, body = self._bytes(sections[section["sh_link"]]), self._bytes(section)
        structs, at = self.file.structs, 0
        for _ in range(min(section["sh_info"], _MAX_VERSIONS)):
            entry = structs.Elf_Verdef.parse(body[at : at + 20])
            first = structs.Elf_Verdaux.parse(body[at + entry["vd_aux"] : at + entry["vd_aux"] + 8])
            yield entry["vd_ndx"] & 0x7FFF, "" if entry["vd_flags"] & 1 else _text(names, first["vda_name"])
            if not entry["vd_next"]:
                return
            at += entry["vd_next"]

    def _symbols(self, table: Any, names: bytes, versym: Any, nodes: dict[int, str]) -> Iterator[DynamicSymbol]:
        body, size = self._bytes(table), 24 if self.file.elfclass == 64 else 16
        count = len(body) // size
        if count > now().map_symbols:
            raise NotReadableError(f"more than {now().map_symbols} symbols (limit map-symbols)")
        little = "<" if self.file.little_endian else ">"
        marks = self._bytes(versym) if versym is not None else b""
        versions = [one for (one,) in struct.iter_unpack(f"{little}H", marks[: len(marks) & ~1])]
        if versym is not None and len(versions) < count:
            raise NotReadableError("fewer versions than symbols")
        layout = _SYMBOL_64 if self.file.elfclass == 64 else _SYMBOL_32
        for number, entry in enumerate(layout.rows(little, body[: count * size])):
            binding, kind = _BINDINGS.get(entry.info >> 4), _TYPES.get(entry.info & 15)
            seen = entry.other & 3 in (STV_DEFAULT, STV_PROTECTED)
            if not number or binding is None or kind is None or not seen or not entry.section:
                continue
            raw = versions[number] if versions else 1
            if raw & 0x7FFF == 0:  # VER_NDX_LOCAL
                continue
            node, name = nodes.get(raw & 0x7FFF, ""), _text(names, entry.name)
            if name:
                protected = entry.other & 3 == STV_PROTECTED
                yield DynamicSymbol(name, node, not raw & 0x8000, binding, kind, entry.size, protected)


def _text(names: bytes, start: int) -> str:
    end = names.find(b"\0", start, start + _MAX_NAME)
    if end < 0 or start > len(names):
        raise NotReadableError("a name without an end")
    return names[start:end].decode("utf-8", "backslashreplace")
