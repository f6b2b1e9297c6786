"""Programs refer to a symbol weakly, or no longer do."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.prove import attributes
from abidiff.surfaces.headers.rules._common import SOURCE, finding
from abidiff.surfaces.headers.use_change import (
    WeakChanged,
)


def _check(change: WeakChanged) -> Iterable[Finding]:
    if change.weak:
        text = f"programs refer to {change.subject} weakly now"
        breaks = (
            "programs linked to a static library, or with --as-needed: nothing asks for it, and its address is null"
        )
    else:
        text = f"programs no longer refer to {change.subject} weakly"
        breaks = "programs that ask whether it is there: it always is, and without it they do not start"
    yield finding(
        RULE,
        change,
        text,
        breaks=breaks,
        old=change.old.mark.location,
        new=change.new.mark.location,
        witness=attributes.weak(change) if change.weak else None,
        severity=None if change.weak else Severity.WARNING,
    )


RULE = Rule(
    id="headers/symbol-weak",
    summary="the attribute weak came to what a header declares, or went",
    why=(
        "The linker takes no member of a static library, and with --as-needed no shared one, for a symbol that is only "
        "referred to weakly. Its address is null then, and a call of it crashes."
    ),
    clause="symbols",
    severity=Severity.BREAKING,
    on=(WeakChanged,),
    check=_check,
    affects=SOURCE,
    examples=(
        Example(
            "weak now",
            "int shipOpen(int a);\nextern int shipCount;\n",
            "int shipOpen(int a) __attribute__((weak));\nextern int shipCount __attribute__((weak));\n",
            fires=("shipOpen", "shipCount"),
        ),
        Example(
            "no longer weak: a warning",
            "int shipOpen(int a) __attribute__((weak));\n",
            "int shipOpen(int a);\n",
            fires=("shipOpen",),
        ),
        Example(
            "what the header defines itself",
            "static inline int shipOpen(int a) { return a; }\n",
            "static inline __attribute__((unused)) int shipOpen(int a) { return a; }\n",
        ),
    ),
)
