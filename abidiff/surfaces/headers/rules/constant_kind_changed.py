"""A constant is of another kind."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff import limits
from abidiff.finding import Finding, Severity, Witness
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.code_change import ConstantKindChanged
from abidiff.surfaces.headers.model import CONSTANT_KINDS, EXPANSION, Macro
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import finding, value_text


def _check(change: ConstantKindChanged) -> Iterable[Finding]:
    if any(_is_open(macro) for macro in (change.old, change.new)):
        yield finding(
            RULE,
            change,
            f"what {change.subject} stands for was not found out (limit {EXPANSION}; {limits.raising(EXPANSION)})",
            severity=Severity.UNDECIDED,
            old=change.old.mark.location,
            new=change.new.mark.location,
        )
        return
    marker = change.old.value.kind == "empty"
    yield finding(
        RULE,
        change,
        f"{change.subject} is {_kind(change.new)}, was {_kind(change.old)}",
        breaks="nobody who asks whether it is defined; programs that write it where it was nothing"
        if marker
        else "programs that use it as before no longer compile",
        severity=Severity.WARNING if marker else None,
        old=change.old.mark.location,
        new=change.new.mark.location,
        witness=_witness(change),
    )


def _is_open(macro: Macro) -> bool:
    """Tell whether a macro counts as code only because a limit was passed before it was evaluated."""
    return macro.value.kind == "code" and macro.limit == EXPANSION


def _witness(change: ConstantKindChanged) -> Witness | None:
    before, after = change.old.value, change.new.value
    if before.kind == "float" and after.kind == "integer" and float(before.text.rstrip("L")) == after.number:
        name = change.subject
        return witness.asserts(change, f"(2 * ({name}) + 1) / 2 != ({name})", f"divides {name}, which is a fraction")
    if before.kind == "integer" and after.kind == "float" and float(after.text.rstrip("L")) == before.number:
        return witness.enumerator_value(change, change.subject)
    if before.kind in CONSTANT_KINDS:
        return witness.constant_value(change, change.subject, before)
    if before.kind == "name" and after.kind in ("integer", "float"):
        return witness.address(change, change.subject)
    return witness.not_constant(change, change.subject, change.new.value)


_KINDS = {"integer": "the number", "string": "the text", "float": "the number"}


def _kind(macro: Macro) -> str:
    if macro.value.kind in _KINDS:
        return f"{_KINDS[macro.value.kind]} {value_text(macro.value)}"
    return f"`{macro.raw or macro.body}`" if macro.body else "empty"


RULE = Rule(
    id="headers/constant-kind-changed",
    summary="a constant is of another kind (a number, a text, code)",
    why=(
        "A number that became a text does not compile where a number was used; a constant that became "
        "code is none in an array size or a case label."
    ),
    clause="values",
    severity=Severity.BREAKING,
    on=(ConstantKindChanged,),
    check=_check,
    affects=("source",),
    examples=(
        Example("a text now", "#define SHIP_MAX 12\n", '#define SHIP_MAX "12"\n', fires=("SHIP_MAX",)),
        Example(
            "code now",
            "#define SHIP_MAX 12\n",
            "int shipMax(void);\n#define SHIP_MAX shipMax()\n",
            fires=("SHIP_MAX",),
            also=("headers/function-added",),
        ),
        Example(
            "a marker got a value", "#define SHIP_HAS_SAILS\n", "#define SHIP_HAS_SAILS 1\n", fires=("SHIP_HAS_SAILS",)
        ),
        Example("a number as before", "#define SHIP_MAX 12\n", "#define SHIP_MAX (3 * 4)\n"),
    ),
)
