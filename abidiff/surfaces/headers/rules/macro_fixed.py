"""Programs can no longer define a macro before they include the header."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.code_change import MacroFixed
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import finding


def _check(change: MacroFixed) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"the header defines {change.subject} whatever a program has defined before",
        breaks="programs that define it before they include the header: theirs is replaced, with a diagnostic",
        old=change.old.mark.location,
        new=change.new.mark.location,
        witness=witness.overrides(change, change.old),
    )


RULE = Rule(
    id="headers/macro-fixed",
    summary="a macro that programs could define themselves is always defined by the header",
    why=(
        "What stands behind #ifndef of its own name is a default: a program that defines the macro first keeps its own "
        "definition. Without the condition the header replaces it, which ISO C 6.10.3 does not allow."
    ),
    clause="values",
    severity=Severity.BREAKING,
    on=(MacroFixed,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "no default any more",
            "#ifndef SHIP_MAX\n#define SHIP_MAX 12\n#endif\n",
            "#define SHIP_MAX 12\n",
            fires=("SHIP_MAX",),
        ),
        Example(
            "defined anew",
            "#ifndef SHIP_SAY\n#define SHIP_SAY(x) (x)\n#endif\n",
            "#undef SHIP_SAY\n#define SHIP_SAY(x) (x)\n",
            fires=("SHIP_SAY",),
        ),
        Example(
            "a default from now on", "#define SHIP_MAX 12\n", "#if !defined(SHIP_MAX)\n#define SHIP_MAX 12\n#endif\n"
        ),
    ),
)
