"""Macros that are lists: they give each row to a macro that a program names (``#define LIST(ROW) ROW(A) ROW(B)``)."""

from __future__ import annotations

import re
from itertools import pairwise

from abidiff.surfaces.headers.code.decide import Decision, unknown
from abidiff.surfaces.headers.model import Macro

_ROW = re.compile(r"(?:#|__arg)(\d+) \( ((?:\w+|\"[^\"\\]*\"|[-+*/|,. ])*) \)(?: |\Z)")
_NAME = re.compile(r"(\w+)(?: ,|\Z)")
MAX_ROWS = 2_000


def decide(old: Macro, new: Macro) -> Decision | None:
    """Decide about two lists: rows behind the others are more, those between them move others; a row may go.

    None for what is no list.
    """
    if old.parameters is None or new.parameters is None or old.parameters[1:] or new.parameters[1:]:
        return None
    before, after = rows_of(old.body), rows_of(new.body)
    if not before or not after:
        return None
    if before == after[: len(before)]:
        return Decision("longer" if len(after) > len(before) else "same")
    names = [_NAME.match(row) for row in before]
    others = [found[1] if (found := _NAME.match(row)) else "" for row in after]
    words = [found[1] if found else "" for found in names]
    if "" in words or len(set(words)) < len(words) or len(set(others)) < len(others):
        return None
    gone = next((word for word in words if word not in others), None)
    if gone is None:
        alike = sorted(before) == sorted(row for row in after if row in set(before))
        return Decision("reordered") if alike else unknown("its rows give other values")
    program = (
        "#define WITNESS_ROW(a, ...) witness_##a,\n"
        f"enum {{ {old.name}(WITNESS_ROW) }};\n"
        f"int witness = witness_{gone};\n"
    )
    return Decision("value", f"the row {gone} of {old.name}", program=program)


def rows_of(body: str) -> list[str]:
    """Return what a list gives to its parameter, row by row; empty for what is none."""
    if body.count("(") > MAX_ROWS:
        return []
    found = list(_ROW.finditer(body))
    ends = [0, *(match.end() for match in found)]
    if not found or ends[-1] != len(body) or any(match.start() != end for match, end in zip(found, ends, strict=False)):
        return []
    if any(one[1] != two[1] for one, two in pairwise(found)):
        return []
    return [match[2].strip() for match in found]
