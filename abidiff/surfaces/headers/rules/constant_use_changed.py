"""A constant of the same value can be used otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.code_change import ConstantUseChanged
from abidiff.surfaces.headers.rules._common import SOURCE, finding


def _check(change: ConstantUseChanged) -> Iterable[Finding]:
    if change.kind == "type":
        same = "the same number" if change.new.value.number == change.old.value.number else "the same bits"
        message = f"{change.subject} is of type {change.new.value.type}, was {change.old.value.type}: {same}"
        breaks = "nobody in general; expressions with it may have another type when compiled anew"
    elif change.kind == "object":
        message = f"{change.subject} is a constant object of the same number, and no constant expression any more"
        breaks = "programs that write it in a case label, as the size of an array, or in #if"
    else:
        message = f"{change.subject} is the same number, but can't be used in #if any more"
        breaks = "programs that ask for it in #if"
    yield finding(
        RULE,
        change,
        message,
        breaks=breaks,
        old=change.old.mark.location,
        new=change.new.mark.location,
        affects=SOURCE,
    )


RULE = Rule(
    id="headers/constant-use-changed",
    summary="a constant has the same value, but another type, or no use in #if or where C asks for a constant",
    why=(
        "The value is what most programs take. Its type has a part in what expressions with it are, and #if takes "
        "neither casts nor sizeof nor enumerators."
    ),
    clause="values",
    severity=Severity.WARNING,
    on=(ConstantUseChanged,),
    check=_check,
    affects=("source",),
    examples=(
        Example("of another type", "#define SHIP_MAX 12\n", "#define SHIP_MAX 12u\n", fires=("SHIP_MAX",)),
        Example(
            "a fraction of another type", "#define SHIP_PART 0.5\n", "#define SHIP_PART 0.5f\n", fires=("SHIP_PART",)
        ),
        Example("a cast", "#define SHIP_MAX 12\n", "#define SHIP_MAX ((int)12)\n", fires=("SHIP_MAX",)),
        Example(
            "a number that warns is none in #if",
            "#define SHIP_MAX 12\n",
            '#define SHIP_MAX _Pragma("GCC warning \\"deprecated\\"") 12\n',
            fires=("SHIP_MAX",),
        ),
        Example(
            "an object",
            "enum { SHIP_MAX = 12 };\n",
            "static const int SHIP_MAX = 12;\n",
            fires=("SHIP_MAX",),
            also=("headers/variable-added",),
        ),
        Example("spelled differently", "#define SHIP_MAX 12\n", "#define SHIP_MAX (0xc)\n"),
    ),
)
