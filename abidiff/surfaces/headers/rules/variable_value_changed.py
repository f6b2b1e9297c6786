"""A constant object that a header defines has another value."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from abidiff.finding import Finding, Severity, Witness
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.code_change import VariableValueChanged
from abidiff.surfaces.headers.model import Builtin
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import finding

_NUMBER = re.compile(r"-?[0-9][0-9.e+-]*")


def _check(change: VariableValueChanged) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} is {_short(change.new.value)}, was {_short(change.old.value)}",
        breaks="programs that are compiled anew use another value than those already built",
        old=change.old.mark.location,
        new=change.new.mark.location,
        witness=_witness(change),
    )


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


def _witness(change: VariableValueChanged) -> Witness | None:
    """Return a program that looks at the first part that is another one."""
    found = change.difference
    path, old = f"{change.subject}{found.path}", found.old
    if found.counts is not None:
        condition = f"sizeof({path}) != {found.counts[0]} * sizeof({path}[0])"
        return witness.optimised(change, condition, f"takes the size of {path}")
    if old[:1] == found.new[:1] == '"':
        return _text(change, path, old, found.new)
    if not _NUMBER.fullmatch(old):
        return None
    cast = "(float)" if found.type == Builtin("float") else ""
    number = witness.c_integer(int(old)) if re.fullmatch(r"-?[0-9]+", old) else old
    return witness.optimised(change, f"{path} != {cast}{number}", f"reads {path}")


def _text(change: VariableValueChanged, path: str, old: str, new: str) -> Witness | None:
    before, after = json.loads(old), json.loads(new)
    at = next((n for n in range(len(before)) if before[n : n + 1] != after[n : n + 1]), len(before))
    if not before.isascii() or not after.isascii():
        return None
    code = ord(before[at]) if at < len(before) else 0
    return witness.optimised(change, f"{path}[{at}] != {code}", f"reads {path}")


RULE = Rule(
    id="headers/variable-value-changed",
    summary="a constant object that a header defines has another value",
    why=(
        "Each program has its own copy of what `static const` defines, like the value of a macro: those already built "
        "go on with the old one."
    ),
    clause="values",
    severity=Severity.BREAKING,
    on=(VariableValueChanged,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example("a number", "static const int shipMax = 3;\n", "static const int shipMax = 4;\n", fires=("shipMax",)),
        Example(
            "a fraction",
            "static const double shipPart = 1e-6;\n",
            "static const double shipPart = 1e-7;\n",
            fires=("shipPart",),
        ),
        Example(
            "in an array",
            "static const int shipList[3] = { 1, 2, 3 };\n",
            "static const int shipList[3] = { 1, 2, 4 };\n",
            fires=("shipList",),
        ),
        Example(
            "a text",
            'static const char shipName[] = "ship";\n',
            'static const char shipName[] = "shop";\n',
            fires=("shipName",),
        ),
        Example(
            "spelled differently",
            "enum { SHIP_TWO = 2 };\nstatic const int shipList[3] = { 1, 2, };\n",
            "enum { SHIP_TWO = 2 };\nstatic const int shipList[3] = { 0x1, SHIP_TWO, 0 };\n",
        ),
    ),
)
