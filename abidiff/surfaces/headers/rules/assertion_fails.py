"""A static assertion of a header fails."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import AssertionFails
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import SOURCE, finding, on_targets


def _check(change: AssertionFails) -> Iterable[Finding]:
    if change.targets:
        yield finding(
            RULE,
            change,
            f"<{change.include}> asserts what does not hold{on_targets(change.targets)}: {change.subject}",
            breaks="programs that include it no longer compile",
            old=change.old,
            new=change.new,
            affects=SOURCE,
            targets=change.targets,
            witness=witness.includes(change, change.include),
        )
    else:
        yield finding(
            RULE,
            change,
            f"<{change.include}> asserts what could not be evaluated: {change.subject}",
            breaks="not known: where it does not hold, programs that include it no longer compile",
            old=change.old,
            new=change.new,
            affects=SOURCE,
            severity=Severity.UNDECIDED,
        )


RULE = Rule(
    id="headers/assertion-fails",
    summary="a static assertion of a header fails, or may fail",
    why=(
        "What _Static_assert asserts has to hold in every program that includes the header. Where it does not, "
        "nothing is compiled, whatever is used of the header."
    ),
    clause="names",
    severity=Severity.BREAKING,
    on=(AssertionFails,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "of the size of a struct",
            "struct ship { char name[6]; };\n",
            'struct ship { char name[6]; };\n_Static_assert(sizeof(struct ship) == 8, "packed");\n',
            fires=("sizeof(struct ship) == 8",),
        ),
        Example(
            "on machines with pointers of four bytes",
            "struct ship { void *next; };\n",
            "#include <assert.h>\nstruct ship { void *next; };\nstatic_assert(sizeof(struct ship) == 8);\n",
            fires=("sizeof(struct ship) == 8",),
        ),
        Example(
            "of what only compilers know",
            "int shipOpen(int a);\n",
            'int shipOpen(int a);\n_Static_assert(__builtin_ship(2), "a ship");\n',
            fires=("__builtin_ship(2)",),
        ),
        Example(
            "that holds",
            "struct ship { char name[6]; };\n",
            'struct ship { char name[6]; };\n_Static_assert(sizeof(struct ship) == 6, "packed");\n',
        ),
        Example(
            "that failed before",
            'int shipOpen(int a);\n#ifdef SHIP_OLD\n_Static_assert(0, "too old");\n#endif\n',
            'int shipOpen(int a);\n#ifdef SHIP_OLD\n_Static_assert(0, "too old by far");\n#endif\n',
        ),
    ),
)
