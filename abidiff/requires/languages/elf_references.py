"""What an ELF file asks of shared libraries: symbols, with the library and the version node that each is bound to.

Undefined symbols of the dynamic symbol table, or an object file's (ELF gABI, "Symbol Table"); variables that a program
has its own copy of (psABI, ``R_X86_64_COPY`` and its like); nodes that have to be there (LSB, "Symbol Versioning").
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from abidiff.limits import now

COPY = {
    "EM_X86_64": 5,
    "EM_386": 5,
    "EM_AARCH64": 1024,
    "EM_ARM": 20,
    "EM_PPC": 19,
    "EM_PPC64": 19,
    "EM_S390": 9,
    "EM_RISCV": 4,
    "EM_LOONGARCH": 4,
    "EM_MIPS": 126,
    "EM_SPARC": 19,
    "EM_SPARCV9": 19,
}
"""Machine → the number of its relocation that copies a variable of a library."""

VER_FLG_WEAK = 2


class Reference(NamedTuple):
    """A symbol that a file asks for.

    ``library``, ``node``  what it is bound to, or nothing; ``strong``: it has to be there.
    ``needed``             the node has to be there, whether the symbol is weak or not.
    """

    name: str
    strong: bool
    library: str = ""
    node: str = ""
    needed: bool = False


def references(elf: Any, known: Collection[str]) -> Iterator[Reference]:
    """Yield the symbols that a file asks for; of variables that it has copies of those with a known name."""
    table = elf.get_section_by_name(".symtab" if elf["e_type"] == "ET_REL" else ".dynsym")
    if table is None:
        return
    most = now().map_symbols
    if table.num_symbols() > most:
        raise ValueError(f"more than {most} symbols (limit map-symbols)")
    bound = _bound(elf)
    defined: dict[int, Reference] = {}
    for number, symbol in enumerate(table.iter_symbols()):
        if symbol.name:
            found = bound.get(number, ("", "", False))
            reference = Reference(symbol.name, symbol["st_info"]["bind"] != "STB_WEAK", *found)
            if symbol["st_shndx"] == "SHN_UNDEF":
                yield reference
            elif symbol["st_info"]["type"] in ("STT_OBJECT", "STT_TLS") and symbol.name in known:
                defined[number] = reference
    if defined:
        yield from (defined[number] for number in sorted(_copied(elf)) if number in defined)


def _bound(elf: Any) -> Mapping[int, tuple[str, str, bool]]:
    """Return number of a symbol → library and version node that it is bound to, and whether that has to be there."""
    table, needed = elf.get_section_by_name(".gnu.version"), elf.get_section_by_name(".gnu.version_r")
    if table is None or needed is None:
        return {}
    nodes = {
        aux["vna_other"]: (file.name, aux.name, not aux["vna_flags"] & VER_FLG_WEAK)
        for file, every in needed.iter_versions()
        for aux in every
    }
    every = ((number, table.get_symbol(number)["ndx"]) for number in range(table.num_symbols()))
    return {number: nodes[index] for number, index in every if index in nodes}


def _copied(elf: Any) -> set[int]:
    """Return the numbers of the symbols that are copied when the program starts."""
    kind = COPY.get(elf["e_machine"])
    found: set[int] = set()
    for name in (".rela.dyn", ".rel.dyn", ".rela.bss", ".rel.bss"):
        section = elf.get_section_by_name(name)
        if section is None or kind is None:
            continue
        words = 3 if name.startswith(".rela") else 2
        order, wide = "<" if elf.little_endian else ">", elf.elfclass == 64
        layout = struct.Struct(order + ("Q" if wide else "I") * words)
        data = section.data()
        for _, info, *_ in layout.iter_unpack(data[: len(data) - len(data) % layout.size]):
            number, of = (info >> 32, info & 0xFFFFFFFF) if wide else (info >> 8, info & 0xFF)
            if of == kind:
                found.add(number)
    return found
