"""The smallest program that loads with one library and not with the other.

The library is a stub with one function, linked twice: once with each symbol map, cut
down to what matters.  Nothing of the compared project is compiled or run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from abidiff.finding import Witness
from abidiff.surfaces.symbols.change import MapRemoved, SymbolAdded, SymbolMoved, SymbolRemoved

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.$]*")

_LIBRARY = """\
/* A stand-in for the library: the symbol in question, and one that stays. */
int stub(void) __asm__("{symbol}");
int stub(void) {{ return 0; }}
int abi_diff_stays(void) {{ return 0; }}
"""

_PROGRAM = """\
/* {summary} */
extern int wanted(void) __asm__("{symbol}");
int main(void) {{ return wanted(); }}
"""

_SCRIPT = """\
#!/bin/sh
# Links one stub library with each symbol map and the program with {built};
# then starts the program with either library.  It fails with {fails}.
cd "$(dirname "$0")" || exit 2
cc=${{CC:-cc}}
for side in old new; do
    mkdir -p $side
    $cc -shared -fPIC -o $side/libwitness.so library.c \\
        -Wl,--version-script=$side.map -Wl,-soname,libwitness.so || exit 2
done
$cc -o program program.c -L{built} -lwitness || exit 2
for side in old new; do
    LD_BIND_NOW=1 LD_LIBRARY_PATH=$side ./program && echo "$side: starts" || echo "$side: does not start"
done
"""


@dataclass(frozen=True, slots=True)
class Case:
    """The two maps of a witness, and the side that the program is linked with."""

    symbol: str
    old: str
    new: str
    built: str = "old"

    def witness(self, summary: str) -> Witness | None:
        """Return the witness, or None for a name that the assembler would not take as it is."""
        if not _PLAIN.fullmatch(self.symbol):
            return None
        fails = "new" if self.built == "old" else "old"
        program = _PROGRAM.format(summary=summary.replace("*/", "* /"), symbol=self.symbol)
        texts = {
            "program.c": program,
            "library.c": _LIBRARY.format(symbol=self.symbol),
            "old.map": self.old,
            "new.map": self.new,
            "run.sh": _SCRIPT.format(built=self.built, fails=fails),
        }
        shown = f"{program}\n/* old.map */\n{self.old}\n/* new.map */\n{self.new}"
        return Witness(
            "c-program", summary, shown, tuple((n, t.encode("utf-8", "surrogateescape")) for n, t in texts.items())
        )


def _node(name: str, *symbols: str) -> str:
    listed = " ".join(f"{symbol};" for symbol in (*symbols, "abi_diff_stays"))
    return f"{name} {{ global: {listed} local: *; }};\n".lstrip()


def _map(nodes: dict[str, tuple[str, ...]]) -> str:
    """Return a version script; only its last node hides what is not listed (ld wants one `*`)."""
    if len(nodes) == 1:
        return "".join(_node(name, *symbols) for name, symbols in nodes.items())
    *first, last = nodes
    text = "".join(" ".join((n, "{", *(f"{s};" for s in nodes[n]), "};\n")) for n in first)
    return text + _node(last, *nodes[last])


# Built-in types and pointers to them, as the Itanium C++ ABI (5.1.5) encodes them.
_TYPES = {
    "void": "v", "bool": "b", "char": "c", "signed char": "a", "unsigned char": "h", "short": "s",
    "unsigned short": "t", "int": "i", "unsigned int": "j", "long": "l", "unsigned long": "m", "long long": "x",
    "unsigned long long": "y", "float": "f", "double": "d", "void*": "Pv", "char*": "Pc", "char const*": "PKc",
    "void const*": "PKv", "int*": "Pi",
}  # fmt: skip
_FUNCTION = re.compile(r"([A-Za-z_]\w*(?:::[A-Za-z_]\w*)*)\(([^()]*)\)")


def mangled(name: str) -> str | None:
    """Return the symbol of a C++ function with at most one parameter of a built-in type; None for others."""
    match = _FUNCTION.fullmatch(name)
    code = _TYPES.get(match[2].strip() or "void") if match else None
    if match is None or code is None:
        return None
    parts = "".join(f"{len(part)}{part}" for part in match[1].split("::"))
    return f"_ZN{parts}E{code}" if "::" in match[1] else f"_Z{parts}{code}"


def _names(language: str, name: str) -> tuple[str, str] | None:
    """Return (symbol, entry of a map) for a name; None when no stub can be made for it."""
    if language == "C":
        return name, name
    symbol = mangled(name) if language == "C++" else None
    return (symbol, f'extern "C++" {{ "{name}"; }}') if symbol else None


def removed(change: SymbolRemoved) -> Witness | None:
    """Return a program that uses a symbol which is gone."""
    names = _names(change.language, change.subject)
    if names is None:
        return None
    left = "abi_diff_new" if change.node_gone else change.node
    old, new = _map({change.node: (names[1],)}), _map({left: ()})
    return Case(names[0], old, new).witness("linked with the old library, it does not start with the new")


def moved(change: SymbolMoved) -> Witness | None:
    """Return a program that asks for a symbol by the node it was in."""
    names = _names(change.language, change.subject)
    if names is None or not change.now:
        return None
    symbol, entry = names
    now = change.now[0]
    if not now:
        new = _map({"": (entry,)})
    elif change.node_gone:
        new = _map({now: (entry,)})
    else:
        new = _map({change.node: (), now: (entry,)})
    old = _map({change.node: (entry,)})
    return Case(symbol, old, new).witness("linked with the old library, it does not start with the new")


def added_to_released(change: SymbolAdded) -> Witness | None:
    """Return a program that is linked with the new library and passes the old one's version check."""
    names = _names(change.language, change.subject)
    if names is None or not change.node:
        return None
    old, new = _map({change.node: ()}), _map({change.node: (names[1],)})
    return Case(names[0], old, new, built="new").witness(
        "linked with the new library; the old one has the node, so the loader lets it start, and the symbol is missing"
    )


def node_removed(node: str, symbols: tuple[str, ...]) -> Witness | None:
    """Return a program that asks for a node which is gone, though its symbol is still there."""
    symbol = next((s for s in symbols if _PLAIN.fullmatch(s)), "")
    if not symbol:
        return None
    old, new = _map({node: (symbol,)}), _map({"abi_diff_new": (symbol,)})
    return Case(symbol, old, new).witness(f"linked with the old library, it does not start: no version `{node}'")


def map_removed(change: MapRemoved) -> Witness | None:
    """Return a program that asks for a node of a library that has none any more."""
    symbol = change.symbols[0] if change.symbols else ""
    if not change.node:
        return None
    old, new = _map({change.node: (symbol,)}), _map({"": (symbol,)})
    return Case(symbol, old, new).witness("linked with the old library, it does not start with one without versions")
