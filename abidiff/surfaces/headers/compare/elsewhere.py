"""Constants that are one number on x86_64 and another one on other targets, where ``long`` or a pointer has 32 bits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from abidiff import limits
from abidiff.surfaces.headers.code.decide import Budget, Side
from abidiff.surfaces.headers.code.evaluate import BITS, NotValue
from abidiff.surfaces.headers.code.standard import KEYWORDS
from abidiff.surfaces.headers.code_change import ConstantChanged
from abidiff.surfaces.headers.compare.code import Code, names_of, whole_text
from abidiff.surfaces.headers.compare.kinds import as_wide
from abidiff.surfaces.headers.compare.matching import Pair
from abidiff.surfaces.headers.compare.signedness import UNSIGNED_CHAR
from abidiff.surfaces.headers.layout.kinds import TARGET_NAMES, standard_kind
from abidiff.surfaces.headers.model import Library, Macro, MacroValue
from abidiff.surfaces.headers.read.predefined import macros_of

UNDEFINED = MacroValue("code", "undefined")
MAX_DEPTH = 20
_CHARACTER = re.compile(r"(?<![\w'])'\\(x[89a-fA-F][0-9a-fA-F]|[23][0-7][0-7])'")
_NAME = re.compile(r"\b[A-Za-z_]\w*")
# What the C library makes of the compiler's macros.
_DERIVED = {
    "LONG_MIN": "(-{LONG} - 1)", "LONG_MAX": "{LONG}", "ULONG_MAX": "({LONG} * 2UL + 1UL)", "SSIZE_MAX": "{LONG}",
    "SIZE_MAX": "{SIZE}", "PTRDIFF_MAX": "{PTRDIFF}", "PTRDIFF_MIN": "(-{PTRDIFF} - 1)", "INTPTR_MAX": "{INTPTR}",
    "INTPTR_MIN": "(-{INTPTR} - 1)", "UINTPTR_MAX": "{UINTPTR}", "WCHAR_MAX": "{WCHAR}",
}  # fmt: skip


def elsewhere(pair: Pair, code: Code, old: Macro, new: Macro, include: str) -> ConstantChanged | None:
    """Return that a constant of the same number on x86_64 is another one on a target.

    It is made of sizes, of the bounds of types or of numbers that are ``long``: ``~0UL`` and ``0xffffffffffffffff``.
    """
    if old.value.kind != "integer" or old.value.number != new.value.number or old.body == new.body:
        return None
    for target in TARGET_NAMES:
        if target == "x86_64" or target not in pair.types.targets:
            continue
        before = number_on(target, old, pair.old, code.budget)
        after = number_on(target, new, pair.new, code.budget) if isinstance(before, int) else None
        if isinstance(before, int) and after is not None and before != after:
            was = msgspec.structs.replace(old, value=MacroValue("integer", str(before), before, old.value.type))
            value = UNDEFINED if after == "" else MacroValue("integer", str(after), int(after), new.value.type)
            return ConstantChanged(
                pair.unit, old.name, include=include, old=was, new=value, location=new.mark.location, target=target
            )
    return None


def number_on(target: str, macro: Macro, library: Library, budget: Budget) -> int | str | None:
    """Return the number that a constant is on a target, empty where C defines none, None where it is not known."""
    text = _text_on(target, macro, library)
    if not text or len(text) > limits.now().code_text:
        return None
    side = Side(text, names_of(library, target), budget)
    tree = side.tree(text)
    try:
        if tree is None:
            return None
        side.trees[text] = _on(tree, target)
        found = side.value(text)
    except NotValue:
        return None
    if found is None:
        return ""
    return int(found[0]) if found[1] in BITS else None


def _text_on(target: str, macro: Macro, library: Library) -> str:
    """Return what a constant stands for on a target, macros in it expanded; empty where that is not known."""
    names = set(_names(macro, library))
    bounds = _bounds(target)
    calls = any(name in library.macros and library.macros[name].parameters is not None for name in names)
    if calls:  # their complete expansion is the one of x86_64
        known = names_of(library).known
        open_ = any(not known(name) and name not in library.macros and name not in KEYWORDS for name in names)
        return "" if open_ or not names.isdisjoint(bounds) else whole_text(macro)
    text = macro.body if target not in UNSIGNED_CHAR else _CHARACTER.sub(_positive, macro.body)
    for _ in range(MAX_DEPTH):
        before, text = text, _NAME.sub(lambda found: _meaning(found[0], library, bounds), text)
        if text == before or len(text) > limits.now().code_text:
            break
    return text


def _positive(literal: re.Match[str]) -> str:
    """Return a character constant as the number that it is where ``char`` has no sign (§6.4.4.4)."""
    digits = literal[1]
    return str(int(digits[1:], 16) if digits[0] == "x" else int(digits, 8))


def _meaning(name: str, library: Library, bounds: dict[str, str]) -> str:
    if name in bounds:
        return bounds[name]
    macro = library.macros.get(name)
    return f"( {macro.body} )" if macro is not None and macro.parameters is None else name


def _names(macro: Macro, library: Library) -> Iterator[str]:
    """Yield the names in a macro and in all macros of the library that it expands."""
    seen: set[str] = set()
    waiting = [macro]
    while waiting:
        for name in _NAME.findall(waiting.pop().body):
            if name not in seen:
                seen.add(name)
                yield name
                if name in library.macros:
                    waiting.append(library.macros[name])


@cache
def _bounds(target: str) -> dict[str, str]:
    """Return the macros of the compiler that are not the same numbers on all targets, and what C makes of them."""
    there, here = macros_of(target), macros_of("x86_64")
    own = {name: value for name, value in there.items() if value != here.get(name)}
    given = {
        name: there.get(f"__{name}_MAX__", "") for name in ("LONG", "SIZE", "PTRDIFF", "INTPTR", "UINTPTR", "WCHAR")
    }
    wide = {
        f"{sign}INT{size}_MAX": f"0x{first}fffffffffffffff{sign}LL"
        for sign, first in (("", 7), ("U", "f"))
        for size in (64, "MAX")
    }
    return own | wide | {name: text.format(**given) for name, text in _DERIVED.items()}


def _on(tree: Any, target: str) -> Any:
    """Return an expression with the types that its numbers and sizes have on a target (§6.4.4.1, §6.5.3.4)."""
    if not isinstance(tree, tuple):
        return tree
    match tree:
        case ("num", number, ("long" | "unsigned long") as kind) if as_wide(kind, target) != kind:
            return ("num", number, _literal(number, kind))
        case (("sizeof" | "alignof"), _):
            return ("cast", ("type", tuple(sorted(standard_kind("size_t", target).split()))), tree)
    return tuple(_on(part, target) for part in tree)


def _literal(number: int, kind: str) -> str:
    """Return the kind of a literal that is ``long`` where that has 64 bits."""
    if kind == "unsigned long":
        return "unsigned int" if number < 1 << 32 else "unsigned long long"
    if 1 << 31 <= number < 1 << 32:
        raise NotValue("its type depends on how it is written")
    return "int" if number < 1 << 31 else "long long"
