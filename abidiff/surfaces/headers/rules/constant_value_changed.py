"""A constant has another value."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import COUNTS_VERSIONS, Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.build.version_macros import counts_versions
from abidiff.surfaces.headers.code_change import ConstantChanged
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import finding, value_text


def _counts_versions(change: ConstantChanged) -> bool:
    """Tell whether a number grew with the library: programs that were built with the old one ask for no more."""
    old, new = change.old.value, change.new
    grew = old.number is not None and new.number is not None and old.number < new.number
    return grew and counts_versions(change.subject)


def _check(change: ConstantChanged) -> Iterable[Finding]:
    if change.version:
        yield finding(
            RULE,
            change,
            f"{change.subject} is {value_text(change.new)}, was {value_text(change.old.value)}: the release's version",
            breaks="nobody: it follows the release",
            old=change.old.mark.location,
            new=change.location,
            affects=(),
            severity=Severity.NOTICE,
        )
        return
    yield finding(
        RULE,
        change,
        f"{change.subject} is {value_text(change.new)}, was {value_text(change.old.value)}",
        breaks="programs already built use the old value, and those compiled anew the other one",
        old=change.old.mark.location,
        new=change.location,
        traits=(COUNTS_VERSIONS,) if _counts_versions(change) else (),
        witness=witness.constant_value(change, change.subject, change.old.value, change.new),
    )


RULE = Rule(
    id="headers/constant-value-changed",
    summary="a constant (macro) has another value",
    why=(
        "The value is compiled into programs: the name of a parameter, a flag, the size of a buffer. "
        "Values are compared, not spellings; include guards and version numbers are no constants. "
        "A number that counts the versions of the interface (`SHIP_API_VERSION`) is one; that it grew is no reason for "
        "another SONAME."
    ),
    clause="values",
    severity=Severity.BREAKING,
    on=(ConstantChanged,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example("another number", "#define SHIP_MAX 12\n", "#define SHIP_MAX 16\n", fires=("SHIP_MAX",)),
        Example("another text", '#define SHIP_FIELD "speed"\n', '#define SHIP_FIELD "knots"\n', fires=("SHIP_FIELD",)),
        Example(
            "a text of the same length",
            '#define SHIP_FIELD "a.b"\n',
            '#define SHIP_FIELD "a-b"\n',
            fires=("SHIP_FIELD",),
        ),
        Example("another fraction", "#define SHIP_PART 0.5\n", "#define SHIP_PART 0.25\n", fires=("SHIP_PART",)),
        Example(
            "computed from the version",
            "#define SHIP_MAJOR 3\n#define SHIP_MINOR 10\n#define SHIP_LEVEL (SHIP_MAJOR * 100 + SHIP_MINOR)\n",
            "#define SHIP_MAJOR 3\n#define SHIP_MINOR 14\n#define SHIP_LEVEL (SHIP_MAJOR * 100 + SHIP_MINOR)\n",
            fires=("SHIP_LEVEL",),
        ),
        Example(
            "spelled differently",
            '#define SHIP_MAX 12\n#define SHIP_BIT (1 << 3)\n#define SHIP_FIELD "ab\\x41"\n',
            '#define SHIP_MAX 0xc\n#define SHIP_BIT 8\n#define SHIP_FIELD "a" "bA"\n',
        ),
    ),
)
