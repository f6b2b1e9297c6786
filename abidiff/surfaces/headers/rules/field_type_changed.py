"""A field has another type."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import FieldTypeChanged
from abidiff.surfaces.headers.layout.spell import on, spell
from abidiff.surfaces.headers.model import Member
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import (
    ALIKE,
    SIGNS,
    SOURCE,
    affected,
    finding,
    on_targets,
    qualifiers_break,
    qualifiers_severity,
)


def _check(change: FieldTypeChanged) -> Iterable[Finding]:
    before, after = (replace(side, type=on(side.type, change.targets)) for side in (change.old, change.new))
    old, new = _text(before), _text(after)
    same = change.same_size and change.old.bits == change.new.bits
    if change.sign:
        yield finding(
            RULE,
            change,
            f"field {change.path} of {change.record} is {new}, was {old} (of the same size)"
            + on_targets(change.targets),
            breaks=SIGNS[change.sign],
            old=change.old.location,
            new=change.new.location,
            affects=SOURCE,
            targets=change.targets,
            severity=Severity.WARNING if change.sign == "signed" else None,
            witness=witness.negative(change, f"(({change.name} *)0)->{change.path}", change.sign, change.path),
        )
        return
    if change.lost or change.gained:
        object_ = f"(({change.name} *)0)->{change.path}"
        severity = qualifiers_severity(change.lost, change.gained)
        proof = (
            witness.field_type(change, change.name, before, after)
            if change.gained
            else witness.qualified(change, object_, change.old.type)
        )
        if change.old.bits is not None:  # which has no address
            proof = witness.assigned(change, change.name, change.path) if "const" in change.gained else None
            severity = Severity.NOTICE if change.gained == ("volatile",) else severity
        yield finding(
            RULE,
            change,
            f"field {change.path} of {change.record} is {new}, was {old}",
            breaks=qualifiers_break(change.lost, change.gained),
            old=change.old.location,
            new=change.new.location,
            affects=SOURCE,
            severity=severity,
            witness=proof,
        )
        return
    yield finding(
        RULE,
        change,
        f"field {change.path} of {change.record} is {new}, was {old}"
        + (" (of the same size)" if same else "")
        + on_targets(change.targets),
        breaks=_breaks(change, same=same),
        old=change.old.location,
        new=change.new.location,
        affects=affected(binary=change.binary),
        targets=change.targets,
        witness=witness.field_type(change, change.name, before, after, constant=change.constant),
    )


def _breaks(change: FieldTypeChanged, *, same: bool) -> str:
    if not change.binary:
        return f"programs that use the field may no longer compile{ALIKE}"
    built = (
        "; those already built take its bytes for the old type"
        if same
        else ", and those already built read another size"
    )
    return f"programs that use the field may no longer compile{built}"


def _text(member: Member) -> str:
    return spell(member.type) + (f" : {member.bits}" if member.bits is not None else "")


RULE = Rule(
    id="headers/field-type-changed",
    summary="a field has another type or width",
    why=(
        "A same-size change keeps the layout, but programs take the bytes for something else (a fraction, "
        "a pointer); of an integer that became unsigned, `if (x < 0)` never holds any more, and one that became signed "
        "is a warning. With another size the fields behind it move as well."
    ),
    clause="types",
    severity=Severity.BREAKING,
    on=(FieldTypeChanged,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example(
            "of the same size",
            "struct ship { int id; };\n",
            "struct ship { float id; };\n",
            fires=("struct ship.id",),
        ),
        Example(
            "unsigned now",
            "struct ship { int id; };\n",
            "struct ship { unsigned int id; };\n",
            fires=("struct ship.id",),
        ),
        Example(
            "signed now",
            "enum kind { SHIP_A };\nstruct ship { enum kind id; };\n",
            "enum kind { SHIP_A };\nstruct ship { int id; };\n",
            fires=("struct ship.id",),
        ),
        Example(
            "larger",
            "struct ship { int id; };\n",
            "struct ship { long long id; };\n",
            fires=("struct ship.id",),
            also=("headers/record-layout-changed",),
        ),
        Example(
            "a narrower bit-field",
            "struct ship { unsigned a : 4; };\n",
            "struct ship { unsigned a : 3; };\n",
            fires=("struct ship.a",),
        ),
        Example(
            "a wider bit-field",
            "struct ship { int a : 3; };\n",
            "struct ship { int a : 4; };\n",
            fires=("struct ship.a",),
        ),
        Example(
            "volatile no more",
            "struct ship { volatile int go; };\n",
            "struct ship { int go; };\n",
            fires=("struct ship.go",),
        ),
        Example(
            "const now",
            "struct ship { int id; };\n",
            "struct ship { const int id; };\n",
            fires=("struct ship.id",),
        ),
        Example("const no more", "struct ship { const int id; };\n", "struct ship { int id; };\n"),
        Example(
            "a typedef for the same",
            "struct ship { unsigned short id; };\n",
            "#include <stdint.h>\nstruct ship { uint16_t id; };\n",
        ),
    ),
)
