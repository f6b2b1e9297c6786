"""The signature of a callback changed."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import CallbackChanged
from abidiff.surfaces.headers.layout.spell import on
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import affected, finding, types_text


def _check(change: CallbackChanged) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"callback {change.subject} is {types_text(change.old.type, change.new.type, change.targets)}",
        breaks="functions that programs pass as this callback no longer fit; those already built get "
        + ("other arguments" if change.binary else "the same arguments"),
        old=change.old.mark.location,
        new=change.new.mark.location,
        affects=affected(binary=change.binary),
        targets=change.targets,
        witness=witness.same_type(
            change, change.subject, on(change.old.type, change.targets), on(change.new.type, change.targets)
        ),
    )


RULE = Rule(
    id="headers/callback-changed",
    summary="the signature of a callback changed",
    why=(
        "Programs have written functions to the old signature and pass them in. The library calls them in "
        "the new way. Here const matters too: a function that takes `char *` is no `const char *` "
        "callback."
    ),
    clause="types",
    severity=Severity.BREAKING,
    on=(CallbackChanged,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example(
            "a parameter more",
            "typedef void (*shipSunk)(int ship);\n",
            "typedef void (*shipSunk)(int ship, int reason);\n",
            fires=("shipSunk",),
        ),
        Example(
            "const in what it is given",
            "typedef void (*shipCall)(char *name);\n",
            "typedef void (*shipCall)(const char *name);\n",
            fires=("shipCall",),
        ),
        Example(
            "names of parameters", "typedef void (*shipSunk)(int ship);\n", "typedef void (*shipSunk)(int which);\n"
        ),
    ),
)
