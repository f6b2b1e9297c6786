"""Pragmas that say something about the declarations behind them, and which of them is in force where.

``push_macro``, ``pop_macro`` and ``once`` are the preprocessor's.  ``pack``, ``scalar_storage_order``,
``GCC visibility``, ``redefine_extname`` and ``weak`` are modelled.  Those of ``UNMODELLED`` touch the ABI and are not:
what stands in their reach is undecided when they change.  All others only talk to the compiler, or are none to GCC.
"""

from __future__ import annotations

import re
from bisect import bisect_right

import msgspec

from abidiff.surfaces.headers.read.expression import unescape
from abidiff.surfaces.headers.read.lexer import Token

_PACK = re.compile(r"pack\s*\(\s*([^)]*)\)")
_ORDER = re.compile(r"scalar_storage_order\s+(big-endian|little-endian|default)\b")
_VISIBILITY = re.compile(r"GCC\s+visibility\s+(?:push\s*\(\s*(\w+)\s*\)|(pop))")
_RENAME = re.compile(r"redefine_extname\s+([\w$]+)\s+([\w$.]+)")
_WEAK = re.compile(r"weak\s+([\w$]+)")
# What opens a stretch, and what closes it.
_UNMODELLED = re.compile(
    r"(?P<on>GCC\s+target\b.*|clang\s+attribute\s+push\b.*|clang\s+attribute\s*\(.*|ms_struct\s+on\b|options\s+align\s*=.*"
    r"|align\b.*|extern_prefix\b.*|vtordisp\b.*)"
    r"|(?P<off>GCC\s+(?:pop|reset)_options\b|clang\s+attribute\s+pop\b|ms_struct\s+(?:off|reset)\b)"
)
_WARNS = re.compile(r"\s*(?:(?:GCC|clang)\s+(?:warning|diagnostic)|message)\b")


class InForce(msgspec.Struct, frozen=True):
    """What pragmas say at one place.

    ``pack`` the value of ``#pragma pack`` (0: natural alignment), ``order`` the scalar storage order (empty: the
    target's), ``visibility`` what ``GCC visibility`` pushed, ``unmodelled`` the others that are open.
    """

    pack: int = 0
    order: str = ""
    visibility: str = ""
    unmodelled: tuple[str, ...] = ()


NOTHING = InForce()


class Pragmas(msgspec.Struct):
    """Token number → what is in force from there on.

    ``renamed``: name → symbol of ``redefine_extname``; ``weak``: the names that ``weak`` makes so, wherever it stands.
    """

    starts: list[int] = msgspec.field(default_factory=list)
    values: list[InForce] = msgspec.field(default_factory=list)
    renamed: dict[str, str] = msgspec.field(default_factory=dict)
    weak: set[str] = msgspec.field(default_factory=set)
    _packs: list[tuple[str, int]] = msgspec.field(default_factory=list)
    _visible: list[str] = msgspec.field(default_factory=list)

    def at(self, token: int) -> InForce:
        """Return what is in force at a token."""
        found = bisect_right(self.starts, token) - 1
        return self.values[found] if found >= 0 else NOTHING

    @classmethod
    def take(cls, tokens: list[Token]) -> tuple[list[Token], Pragmas]:
        """Take the pragmas out of the tokens."""
        found = cls()
        if "P" not in {t[0] for t in tokens} and "_Pragma" not in {t[1] for t in tokens}:
            return tokens, found
        out: list[Token] = []
        at = 0
        while at < len(tokens):
            kind, text, _, _, _ = tokens[at]
            if kind == "P":
                at += 1
            elif text == "_Pragma" and at + 3 < len(tokens) and tokens[at + 2][0] == "s":
                text = unescape(tokens[at + 2][1].partition('"')[2][:-1]).strip()
                at += 4
            else:
                out.append(tokens[at])
                at += 1
                continue
            before = found.values[-1] if found.values else NOTHING
            after = found._carried_out(text, before)
            if after != before:
                found.starts.append(len(out))
                found.values.append(after)
        return out, found

    def _carried_out(self, text: str, before: InForce) -> InForce:
        replace = msgspec.structs.replace
        if match := _PACK.match(text):
            return replace(before, pack=_packed(match.group(1), before.pack, self._packs))
        if match := _ORDER.match(text):
            return replace(before, order=match.group(1).replace("default", ""))
        if match := _VISIBILITY.match(text):
            if match.group(1):
                self._visible.append(before.visibility)
                return replace(before, visibility=match.group(1).strip("_"))
            return replace(before, visibility=self._visible.pop() if self._visible else "")
        if match := _RENAME.match(text):
            self.renamed[match.group(1)] = match.group(2)
        elif match := _WEAK.match(text):
            self.weak.add(match.group(1))
        elif match := _UNMODELLED.match(text):
            word = text.split()[0]
            if match["on"]:
                return replace(before, unmodelled=(*before.unmodelled, " ".join(text.split())))
            kept = [other for other in before.unmodelled if other.split()[0] != word]
            return replace(before, unmodelled=tuple(kept))
        return before


def unwarned(tokens: list[Token]) -> tuple[list[Token], str | None]:
    """Take ``_Pragma`` operators out that only make the compiler talk; return the text of one about deprecation."""
    if not any(token[1] == "_Pragma" for token in tokens):
        return tokens, None
    out: list[Token] = []
    told = None
    at = 0
    while at < len(tokens):
        if tokens[at][1] == "_Pragma" and [t[0] for t in tokens[at + 1 : at + 4]] == ["p", "s", "p"]:
            text = unescape(tokens[at + 2][1].partition('"')[2][:-1])
            if _WARNS.match(text):
                told = text.partition('"')[2].rpartition('"')[0] if "deprecat" in text.lower() else told
                at += 4
                continue
        out.append(tokens[at])
        at += 1
    return out, told


def _packed(arguments: str, current: int, stack: list[tuple[str, int]]) -> int:
    """Carry out one ``pack(...)`` as gcc does; return the new value."""
    words = [word.strip() for word in arguments.split(",")]
    if words == [""]:
        return 0
    numbers = [int(word) for word in words if word.isdecimal() and len(word) < 5]
    names = [word for word in words[1:] if not word.isdigit()]
    if words[0] == "push":
        stack.append((names[0] if names else "", current))
        return numbers[0] if numbers else current
    if words[0] == "pop":
        while stack:
            name, value = stack.pop()
            if not names or name == names[0]:
                return value
        return 0
    return numbers[0] if numbers else current
