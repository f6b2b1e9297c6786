"""An include path went of which no header is known."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.packages.change import FolderDropped
from abidiff.surfaces.packages.rules._text import pc, tree
from abidiff.wording import listed


def _check(change: FolderDropped) -> Iterable[Finding]:
    needs = listed([f"<{name}>" for name in change.includes], 3)
    who = f"its headers include {needs}, which the release does not hold: whether they are found there is not decided"
    yield finding(
        RULE,
        change,
        f"-I/{change.folder} is gone from {change.subject}; the headers below it are not given",
        key=change.folder,
        breaks=who if change.includes else "programs that include headers of another package from there",
        old=change.old,
        new=change.new,
        severity=Severity.UNDECIDED if change.includes else Severity.WARNING,
    )


RULE = Rule(
    id="packages/include-path-dropped",
    summary="an include path went whose headers are not given",
    why=(
        "The headers of the folder are another package's, or were not given. When headers of the release include what "
        "the release does not hold, they may need the folder: that is undecided. Else it is programs that relied on "
        "finding another package's headers."
    ),
    clause="packages",
    severity=Severity.UNDECIDED,
    on=(FolderDropped,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "a header includes what is not there",
            tree({"ship.h": "#include <dock.h>\n"}, ship=pc(cflags="-I/usr/include/dock")),
            tree({"ship.h": "#include <dock.h>\n"}, ship=pc()),
            fires=("ship",),
        ),
        Example(
            "no header does",
            tree({"ship.h": "#include <stdio.h>\n"}, ship=pc(cflags="-I/usr/include/dock")),
            tree({"ship.h": "#include <stdio.h>\n"}, ship=pc()),
            fires=("ship",),
        ),
        Example("kept", tree(ship=pc(cflags="-I/usr/include/dock")), tree(ship=pc(cflags="-I /usr/include/dock"))),
    ),
)
