"""The text of a small library, for examples: what `readelf -d --dyn-syms -W` prints."""

from __future__ import annotations


def dump(*symbols: str, soname: str = "libship.so.1") -> str:
    """Return the text of a library; ``symbols`` are `name`, `name@@node` or `size OBJECT name`."""
    rows = [f" 0x000000000000000e (SONAME)             Library soname: [{soname}]"]
    for number, given in enumerate(symbols, 1):
        *more, name = given.split()
        size, kind = more or ("16", "FUNC")
        rows.append(f"  {number:4}: 0000000000001000 {size:>5} {kind:<7} GLOBAL DEFAULT   12 {name}")
    return "\n".join(rows) + "\n"
