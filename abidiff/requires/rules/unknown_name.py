"""A name of the library that no release has."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.requires.change import Unknown
from abidiff.requires.model import shown
from abidiff.requires.places import also
from abidiff.requires.samples import NEW, OLD
from abidiff.rule import Example, Rule, finding


def check(change: Unknown) -> Iterable[Finding]:
    """Say up to which release the history was asked."""
    newest = shown(change.newest)
    told = f"no release up to {newest} takes {change.subject}: {change.why}"
    yield finding(
        RULE,
        change,
        told if change.why else f"no release up to {newest} has {change.subject}, so no release is known to do",
        new=change.places[0],
        details=also(change.places),
    )


RULE = Rule(
    id="requires/unknown-name",
    summary="A name of the library is used without a check, and no release of the history has it.",
    why="""It is misspelt, or newer than the newest release of the history, or it comes from somewhere else.  Which
    release the application needs is not known as long as that is open.""",
    clause="requirements",
    severity=Severity.UNDECIDED,
    on=(Unknown,),
    check=check,
    examples=(
        Example(
            "a constant that the bindings never had",
            OLD,
            {**NEW, "app.py": "import libvirt\nprint(libvirt.VIR_SHIP_SINKS)\n"},
            fires=("VIR_SHIP_SINKS",),
        ),
        Example(
            "a look-up with a default",
            OLD,
            {**NEW, "app.py": "import libvirt\nprint(getattr(libvirt, 'VIR_SHIP_SINKS', 0))\n"},
        ),
    ),
)
