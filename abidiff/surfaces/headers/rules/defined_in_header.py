"""A header defines what it declared, or what is static no more."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.prove import attributes
from abidiff.surfaces.headers.rules._common import SOURCE, finding
from abidiff.surfaces.headers.use_change import (
    DefinedInHeader,
)


def _check(change: DefinedInHeader) -> Iterable[Finding]:
    name = change.subject
    text = f"{name} is an inline definition now, was static" if change.inline else f"the header defines {name} now"
    breaks = "programs of several files that include it do not link: each of them defines the symbol"
    if change.inline:
        breaks = "not known: programs built without optimisation link only when the library has the symbol"
    yield finding(
        RULE,
        change,
        text,
        breaks=breaks,
        old=change.old.mark.location if change.old is not None else None,
        new=change.new.mark.location,
        witness=None if change.inline else attributes.once(change),
        severity=Severity.UNDECIDED if change.inline else None,
    )


RULE = Rule(
    id="headers/defined-in-header",
    summary="a header defines a symbol in each file that includes it",
    why=(
        "A function without static and inline, or a variable without extern, is defined in each file that includes the "
        "header; the linker takes one (C11 6.9). An inline definition that is not static is none: without optimisation "
        "the symbol has to be somewhere else (C11 6.7.4), which headers do not tell."
    ),
    clause="symbols",
    severity=Severity.BREAKING,
    on=(DefinedInHeader,),
    check=_check,
    affects=SOURCE,
    examples=(
        Example(
            "no longer static",
            "static inline int shipOpen(int a) { return a; }\nextern int shipCount;\n",
            "int shipOpen(int a) { return a; }\nint shipCount;\n",
            fires=("shipOpen", "shipCount"),
        ),
        Example(
            "a new function that is not static",
            "int shipOpen(int a);\n",
            "int shipOpen(int a);\nint shipClose(int a) { return a; }\n",
            fires=("shipClose",),
            also=("headers/function-added",),
        ),
        Example(
            "external by the attribute that went",
            "extern inline __attribute__((gnu_inline)) int shipOpen(int a) { return a; }\n",
            "extern inline int shipOpen(int a) { return a; }\n",
            fires=("shipOpen",),
        ),
        Example(
            "an inline definition: undecided",
            "static inline int shipOpen(int a) { return a; }\n",
            "inline int shipOpen(int a) { return a; }\n",
            fires=("shipOpen",),
        ),
        Example(
            "weak, or in the library alone",
            "static inline int shipOpen(int a) { return a; }\nstatic inline int shipStart(int a) { return a; }\n",
            "__attribute__((weak)) int shipOpen(int a) { return a; }\nint shipStart(int a);\n",
        ),
        Example(
            "glibc's way",
            "int shipOpen(int a);\n",
            "int shipOpen(int a);\nextern inline __attribute__((gnu_inline)) int shipOpen(int a) { return a; }\n",
        ),
    ),
)
