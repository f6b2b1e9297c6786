"""Headers that are still there are no longer found by who asks for a package."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.packages.change import HeadersUnreachable
from abidiff.surfaces.packages.rules._text import pc, tree
from abidiff.surfaces.packages.witness import unreachable
from abidiff.wording import listed

_SHIP = {"ship/ship.h": "#include <conf.h>\n", "ship/priv/conf.h": "\n"}


def _check(change: HeadersUnreachable) -> Iterable[Finding]:
    gone = f"-I/{change.folder} is gone from" if not change.gone else f"{change.gone} is no longer required by"
    who = f"programs that include {listed([f'<{name}>' for name in change.names], 3)} do not compile"
    details: list[tuple[str, str]] = []
    if change.by is not None:
        who = f"programs that include <{change.by[1]}> do not compile: it includes <{change.by[2]}>"
        details.append(("needed by", change.by[0]))
    yield finding(
        RULE,
        change,
        f"{gone} {change.subject}: `pkg-config --cflags` no longer leads to {listed(change.names, 3)}",
        key=change.folder,
        breaks=f"{who}: no such file",
        old=change.old,
        new=change.new,
        details=tuple(details),
        reaches=change.names if len(change.names) > 1 else (),
        witness=unreachable(change),
    )


RULE = Rule(
    id="packages/headers-unreachable",
    summary="an include path went, and headers below it are no longer found",
    why=(
        "A program finds headers in the folders that `pkg-config --cflags` names: the package's own `-I`, and those of "
        "what it requires, privately too. A header that lies where it did is lost when no folder leads to it any more, "
        "and with it whatever includes it. Where no package of the release names the folder any more, the surface of "
        "headers tells each name that is gone (`headers/header-removed`)."
    ),
    clause="packages",
    severity=Severity.BREAKING,
    on=(HeadersUnreachable,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "a header needs it",
            tree(_SHIP, ship=pc(cflags="-I${includedir}/ship -I${includedir}/ship/priv")),
            tree(_SHIP, ship=pc(cflags="-I${includedir}/ship")),
            fires=("ship",),
        ),
        Example(
            "of another package that is no longer required",
            tree(_SHIP, ship=pc(requires="dock"), dock=pc(cflags="-I${includedir}/ship/priv")),
            tree(_SHIP, ship=pc(), dock=pc(cflags="-I${includedir}/ship/priv")),
            fires=("ship",),
        ),
        Example(
            "required privately",
            tree(_SHIP, ship=pc(requires="dock"), dock=pc(cflags="-I${includedir}/ship/priv")),
            tree(_SHIP, ship=pc(requires_private="dock"), dock=pc(cflags="-I${includedir}/ship/priv")),
        ),
        Example(
            "the headers moved along",
            tree({"ship/ship.h": "\n"}, ship=pc(cflags="-I${includedir}/ship")),
            tree({"ship-2/ship.h": "\n"}, ship=pc(cflags="-I${includedir}/ship-2")),
        ),
        Example(
            "spelled otherwise",
            tree(_SHIP, ship=pc(cflags="-I${includedir}/ship -I${includedir}/ship/priv")),
            tree(_SHIP, ship=pc(cflags="-I/usr/include/ship/priv -I${prefix}/include/ship")),
        ),
        Example(
            "a compiler looks there by itself",
            tree({"ship.h": "\n"}, ship=pc(cflags="-I${includedir}")),
            tree({"ship.h": "\n"}, ship=pc()),
        ),
    ),
)
