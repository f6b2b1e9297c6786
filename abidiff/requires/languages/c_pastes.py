"""Names in C that are put together: ``a##b`` in macros (ISO C 6.10.3.3), and lines that go on (5.1.1.2)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from abidiff import limits

DEFINED = re.compile(
    rb"^[ \t]*#[ \t]*define[ \t]+(\w+)(?:\(([^()\n]*)\))?((?:[^\\\n]|\\\r?\n|\\[^\r\n])*)", re.MULTILINE
)
CHAIN = re.compile(rb"\w+(?:\s*##\s*\w+)+")
SPLIT = re.compile(rb"(?<!\w)[A-Za-z_]\w*(?:\\\r?\n\w+)+")
DEFINING = re.compile(rb"define[ \t]+\Z")
NAME = re.compile(rb"\b[A-Za-z_]\w*")
MOST_WRITTEN_OUT = 50
"""So many names are looked for by a pattern of their own."""

BYTES_OF_A_TOKEN = 8
OPENING, CLOSING = b"([{", b")]}"


class TooManyError(Exception):
    """What macros make of their arguments costs more than a limit lets a file; the text says which."""


class Pasting(NamedTuple):
    """A macro whose body puts names together; no parameters where it is not called."""

    parameters: tuple[bytes, ...]
    chains: tuple[tuple[bytes, ...], ...]


class Pasted(NamedTuple):
    """A name that is put together, and where: the first byte of the macro's name, or of its own."""

    name: bytes
    start: int


def pasting(files: Mapping[str, bytes]) -> dict[bytes, list[Pasting]]:
    """Return the macros whose bodies put names together, with all of their definitions."""
    found: dict[bytes, dict[Pasting, None]] = {}
    for data in files.values():
        for match in DEFINED.finditer(data) if b"##" in data else ():
            chains = [tuple(re.findall(rb"\w+", each)) for each in CHAIN.findall(match[3].replace(b"\\\n", b" "))]
            if chains:
                parameters = tuple(each.strip() for each in (match[2] or b"").split(b","))
                made = Pasting(parameters if match[2] is not None else (), tuple(dict.fromkeys(chains)))
                found.setdefault(match[1], {})[made] = None
    return {name: list(several) for name, several in found.items()}


def words(macros: Mapping[bytes, list[Pasting]]) -> re.Pattern[bytes] | None:
    """Return what finds the names of macros, and other names where there are many; None where there are none."""
    if len(macros) > MOST_WRITTEN_OUT:
        return NAME
    return re.compile(rb"\b(?:" + b"|".join(sorted(macros)) + rb")\b") if macros else None


def pasted(
    data: bytes, macros: Mapping[bytes, list[Pasting]], pattern: re.Pattern[bytes] | None, known: Collection[bytes]
) -> Iterator[Pasted]:
    """Yield the known names that a file puts together; raise TooManyError when that costs more than a header may."""
    for match in SPLIT.finditer(data) if b"\\\n" in data or b"\\\r\n" in data else ():
        name = re.sub(rb"\\\r?\n", b"", match[0])
        if name in known:
            yield Pasted(name, match.start())
    left = limits.now().header_expansion
    for match in pattern.finditer(data) if pattern is not None else ():
        several = macros.get(match[0])
        if several is None or DEFINING.search(data, max(0, match.start() - 20), match.start()):
            continue
        given, size, cut = _arguments(data, match.end())
        left -= size // BYTES_OF_A_TOKEN
        for macro in several:
            values = dict(zip(macro.parameters, given, strict=False))
            for chain in macro.chains:
                left -= len(chain)
                if left < 0:
                    most = limits.now().header_expansion
                    raise TooManyError(f"more than {most} tokens (limit header-expansion)")
                if cut and not values.keys() >= {*chain} & {*macro.parameters}:
                    most = limits.now().call_bytes
                    raise TooManyError(f"arguments of more than {most} bytes (limit call-bytes)")
                name = b"".join(values.get(each, each) for each in chain)
                if name in known:
                    yield Pasted(name, match.start())


def _arguments(data: bytes, at: int) -> tuple[list[bytes], int, bool]:
    """Return the arguments of a macro that is called at a place, the bytes looked at, and whether there are more."""
    most = limits.now().call_bytes
    text = data[at : at + most].lstrip()
    found, depth, start, n = list[bytes](), 0, 1, 0
    for n, byte in enumerate(text if text[:1] == b"(" else b""):
        depth += (byte in OPENING) - (byte in CLOSING)
        if depth == 0 or (depth == 1 and byte == ord(",")):
            found.append(text[start:n].strip())
            start = n + 1
        if depth == 0:
            break
    return found, n, text[:1] == b"(" and depth > 0 and len(data) > at + most
