"""The names that a shared library exports: its dynamic symbol table (ELF gABI, chapter 5; GNU versions: LSB 10.7).

Only sections are read (``.dynsym``, ``.dynstr``, ``.gnu.version``, ``.gnu.version_d``), every offset is
checked against the size of the file, and the number of symbols is bounded.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from abidiff.limits import now

MAGIC = b"\x7fELF"
_MAX_SECTIONS = 4096
_MAX_NAME = 1 << 14

_DYNSYM, _VERDEF, _VERSYM = 11, 0x6FFFFFFD, 0x6FFFFFFF
_GLOBAL, _WEAK, _UNIQUE = 1, 2, 10
_TYPES = frozenset((0, 1, 2, 6, 10))  # NOTYPE, OBJECT, FUNC, TLS, GNU_IFUNC
_BASE = 1


class Exports(NamedTuple):
    """What a library exports.

    ``names``  the names that programs can link with.
    ``nodes``  the version nodes that it defines, its own name left out.
    """

    names: frozenset[str]
    nodes: frozenset[str]


class _Section(NamedTuple):
    kind: int
    offset: int
    size: int
    link: int
    info: int


class NotReadableError(ValueError):
    """The file is no shared library that reads completely."""


def exports(data: bytes) -> Exports:
    """Return what a library exports; raises :class:`NotReadableError`."""
    try:
        return _exports(data)
    except (struct.error, IndexError, OverflowError) as error:
        raise NotReadableError(str(error)) from None


def _exports(data: bytes) -> Exports:
    if data[:4] != MAGIC or data[4] not in (1, 2) or data[5] not in (1, 2):
        raise NotReadableError("no ELF file")
    wide, order = data[4] == 2, "<" if data[5] == 1 else ">"
    sections = list(_sections(data, order, wide=wide))
    symbols = next((found for found in sections if found.kind == _DYNSYM), None)
    if symbols is None or symbols.link >= len(sections):
        raise NotReadableError("no dynamic symbols")
    strings = _bytes(data, sections[symbols.link])
    versions = next((_bytes(data, found) for found in sections if found.kind == _VERSYM), b"")
    names = set()
    for number, name, exported in _symbols(_bytes(data, symbols), order, wide=wide):
        hidden = versions and struct.unpack_from(f"{order}H", versions, 2 * number)[0] & 0x7FFF == 0
        if exported and not hidden:
            names.add(_text(strings, name))
    nodes: set[str] = set()
    for found in sections:
        if found.kind == _VERDEF and found.link < len(sections):
            nodes.update(_defined(data, found, _bytes(data, sections[found.link]), order))
    return Exports(frozenset(names - {""}) - nodes, frozenset(nodes))


def _sections(data: bytes, order: str, *, wide: bool) -> Iterator[_Section]:
    if wide:
        (start,) = struct.unpack_from(f"{order}Q", data, 40)
        size, count = struct.unpack_from(f"{order}HH", data, 58)
    else:
        (start,) = struct.unpack_from(f"{order}I", data, 32)
        size, count = struct.unpack_from(f"{order}HH", data, 46)
    if not start or not 0 < count <= _MAX_SECTIONS:
        raise NotReadableError("no sections")
    layout = f"{order}IIQQQQII" if wide else f"{order}IIIIIIII"
    for number in range(count):
        _, kind, _, _, offset, length, link, info = struct.unpack_from(layout, data, start + number * size)
        yield _Section(kind, offset, length, link, info)


def _bytes(data: bytes, section: _Section) -> bytes:
    if section.offset + section.size > len(data):
        raise NotReadableError("a section reaches beyond the end of the file")
    return data[section.offset : section.offset + section.size]


def _symbols(table: bytes, order: str, *, wide: bool) -> Iterator[tuple[int, int, bool]]:
    """Yield (number, offset of the name, whether it is defined for others)."""
    size = 24 if wide else 16
    if len(table) // size > now().map_symbols:
        raise NotReadableError(f"more than {now().map_symbols} symbols (limit map-symbols)")
    for number in range(1, len(table) // size):
        if wide:
            name, info, other, index = struct.unpack_from(f"{order}IBBH", table, number * size)
        else:
            name, _, _, info, other, index = struct.unpack_from(f"{order}IIIBBH", table, number * size)
        bound = info >> 4 in (_GLOBAL, _WEAK, _UNIQUE) and info & 15 in _TYPES
        yield number, name, bool(index) and bound and other & 3 in (0, 3)


def _defined(data: bytes, section: _Section, strings: bytes, order: str) -> Iterator[str]:
    """Yield the names of the version definitions (``vd_aux``'s first is the name itself)."""
    at, end = section.offset, section.offset + section.size
    for _ in range(min(section.info, 1 << 16)):
        if at + 20 > end:
            return
        _, flags, _, _, _, auxiliary, following = struct.unpack_from(f"{order}HHHHIII", data, at)
        if not flags & _BASE:
            yield _text(strings, struct.unpack_from(f"{order}I", data, at + auxiliary)[0])
        if not following:
            return
        at += following


def _text(strings: bytes, offset: int) -> str:
    end = strings.find(b"\0", offset, offset + _MAX_NAME)
    if end < 0:
        raise NotReadableError("a name without an end")
    return strings[offset:end].decode("utf-8", "surrogateescape")
