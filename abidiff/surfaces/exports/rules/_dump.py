"""The text of a small library, for examples: what `readelf -d --dyn-syms -W` prints."""

from __future__ import annotations


def dump(*symbols: str, soname: str = "libship.so.1") -> str:
    """Return a library as text; ``symbols``: `name`, `name@@node`, `size OBJECT name`, `size OBJECT PROTECTED name`."""
    rows = [f" 0x000000000000000e (SONAME)             Library soname: [{soname}]"]
    for number, given in enumerate(symbols, 1):
        *more, name = given.split()
        size, kind, *seen = more or ("16", "FUNC")
        visibility = seen[0] if seen else "DEFAULT"
        rows.append(f"  {number:4}: 0000000000001000 {size:>5} {kind:<7} GLOBAL {visibility:<9} 12 {name}")
    return "\n".join(rows) + "\n"
