"""A header declares what the symbol map does not export."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.consistency.change import NotExported


def _check(change: NotExported) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} is declared in a public header and not exported by {change.says[0]}",
        breaks="programs that use it: they compile and do not link",
        new=change.place,
        details=(("not exported in", str(change.other)),) if change.other else (),
    )


_HEADER = "int shipOpen(void);\nint shipSink(int ship);\n"
_MAP = "LIBSHIP_1.0 { global: shipOpen; local: *; };\n"
_BOTH = "LIBSHIP_1.0 { global: shipOpen; shipSink; local: *; };\n"

RULE = Rule(
    id="consistency/declared-not-exported",
    summary="a public header declares a function that the library does not export",
    why=(
        "The header promises the function; the linker does not find it. Most often the line in the symbol map was "
        "forgotten, and the first user of the new function finds out."
    ),
    clause="what-documentation-says",
    severity=Severity.WARNING,
    internal=True,
    on=(NotExported,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "the map was forgotten",
            {"ship.h": "int shipOpen(void);\n", "ship.syms": _MAP},
            {"ship.h": _HEADER, "ship.syms": _MAP},
            fires=("shipSink",),
        ),
        Example(
            "an exported variable",
            {"ship.h": "int shipOpen(void);\n", "ship.syms": _MAP},
            {"ship.h": "int shipOpen(void);\nextern int shipCount;\n", "ship.syms": _MAP},
            fires=("shipCount",),
        ),
        Example(
            "both were done",
            {"ship.h": "int shipOpen(void);\n", "ship.syms": _MAP},
            {"ship.h": _HEADER, "ship.syms": _BOTH},
        ),
        Example(
            "defined in the header",
            {"ship.h": "int shipOpen(void);\n", "ship.syms": _MAP},
            {"ship.h": "int shipOpen(void);\nstatic inline int shipTwo(void) { return 2; }\n", "ship.syms": _MAP},
        ),
        Example(
            "it was so before",
            {"ship.h": _HEADER, "ship.syms": _MAP},
            {"ship.h": "/* new */\n" + _HEADER, "ship.syms": _MAP},
        ),
    ),
)
