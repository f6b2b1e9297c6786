"""Programs reach a variable of threads otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.prove import attributes
from abidiff.surfaces.headers.rules._common import SOURCE, finding
from abidiff.surfaces.headers.use_change import (
    ThreadModelChanged,
)


def _check(change: ThreadModelChanged) -> Iterable[Finding]:
    local = change.after == "local-exec"
    breaks = "programs do not link: the variable is not their own"
    if not local:
        breaks = "plug-ins that are built anew: one that is loaded late may find no room, or not link"
    yield finding(
        RULE,
        change,
        f"{change.subject} is reached by the model {change.after} now, was {change.before or 'the usual one'}",
        breaks=breaks,
        old=change.old.mark.location,
        new=change.new.mark.location,
        witness=attributes.thread_model(change) if local else None,
        severity=None if local else Severity.WARNING,
    )


RULE = Rule(
    id="headers/thread-model-changed",
    summary="a variable of threads has a narrower model (tls_model)",
    why=(
        "initial-exec asks for room that is set aside when a program starts, local-exec that the variable is in the "
        "program itself. A wider model asks nothing of anybody."
    ),
    clause="symbols",
    severity=Severity.BREAKING,
    on=(ThreadModelChanged,),
    check=_check,
    affects=SOURCE,
    examples=(
        Example(
            "in the program itself",
            "extern __thread int ship_errno;\n",
            'extern __thread int ship_errno __attribute__((tls_model("local-exec")));\n',
            fires=("ship_errno",),
        ),
        Example(
            "room from the start: a warning",
            "extern __thread int ship_errno;\n",
            'extern __thread int ship_errno __attribute__((tls_model("initial-exec")));\n',
            fires=("ship_errno",),
        ),
        Example(
            "wider again",
            'extern __thread int ship_errno __attribute__((tls_model("initial-exec")));\n',
            "extern __thread int ship_errno;\n",
        ),
    ),
)
