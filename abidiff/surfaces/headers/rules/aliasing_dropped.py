"""A type lost the attribute may_alias."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.prove import attributes
from abidiff.surfaces.headers.rules._common import SOURCE, finding
from abidiff.surfaces.headers.use_change import (
    AliasingDropped,
)


def _check(change: AliasingDropped) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} may no longer be used for objects of other types (no may_alias)",
        breaks="programs compiled anew that reach other objects through it: what they write or read may be missed",
        old=change.old,
        new=change.new,
        witness=attributes.aliasing(change),
    )


RULE = Rule(
    id="headers/aliasing-dropped",
    summary="a type lost the attribute may_alias",
    why=(
        "A type with may_alias is made for reaching objects of other types, as a character type may. Without it "
        "compilers take it that nothing else is read or written through it, and keep what they know (C11 6.5)."
    ),
    clause="names",
    severity=Severity.BREAKING,
    on=(AliasingDropped,),
    check=_check,
    affects=SOURCE,
    examples=(
        Example(
            "a typedef, a struct",
            "typedef unsigned short __attribute__((may_alias)) ship_word;\n"
            "struct ship { short a; } __attribute__((may_alias));\n",
            "typedef unsigned short ship_word;\nstruct ship { short a; };\n",
            fires=("ship_word", "struct ship"),
        ),
        Example(
            "characters may anyway, and it comes",
            "typedef char __attribute__((may_alias)) ship_byte;\ntypedef short ship_word;\n",
            "typedef char ship_byte;\ntypedef short __attribute__((may_alias)) ship_word;\n",
        ),
    ),
)
