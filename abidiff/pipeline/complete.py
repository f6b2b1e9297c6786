"""Fail closed: what was looked at, and whatever keeps that from being all of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from abidiff.change import Change
from abidiff.finding import Problem, ProblemKind, SurfaceSummary
from abidiff.pipeline.reading import Reading
from abidiff.profile import load, predates
from abidiff.rule import load as rules_of
from abidiff.sources.together import is_package
from abidiff.surface import Surface

EMPTY_HINT = "an empty surface is never a success"
NOTHING_HINT = f"{EMPTY_HINT}, nor proof that things are gone: is this the folder of the release?"
ABSENT_HINT = (
    f"{EMPTY_HINT}, nor proof that things are gone: give the package that holds them now beside this one, with +"
)


def name_of(reading: Reading) -> str:
    """Return how a message names a side: its label, and what the user gave."""
    label = reading.side.label
    return f"{label} ({reading.side.origin})" if label else reading.side.origin


def summary_of(surface: Surface, before: Reading, after: Reading) -> SurfaceSummary:
    """Return what was looked at on both sides of a surface."""
    units = dict.fromkeys(unit.name for side in (before, after) for unit in side.units if unit.surface == surface.name)
    one, other = before.parts[surface.name], after.parts[surface.name]
    counts = dict(one.census), dict(other.census)
    counted = any((*one.census.values(), *other.census.values()))
    found = tuple(surface.libraries(one.model, other.model)) if surface.libraries is not None and counted else ()
    return SurfaceSummary(surface.name, surface.title, tuple(units), *counts, linked=surface.linked, libraries=found)


def empty(surface: Surface, summary: SurfaceSummary, before: Reading, after: Reading) -> list[Problem]:
    """Report a surface that has units but nothing in them, or that is only on one side."""
    out = []
    sides = (("old", before, summary.old, summary.new), ("new", after, summary.new, summary.old))
    for side, reading, here, there in sides:
        units = [unit.name for unit in reading.units if unit.surface == surface.name]
        hint = EMPTY_HINT
        if any(items_of(surface, here)):
            continue
        if units and not surface.optional:
            message, kind = f"{surface.title}: nothing was found in {', '.join(units)}", ProblemKind.EMPTY
        elif side == "old" and predates(load(reading.profile), surface.name, reading.side.version):
            continue
        elif any(there.values()) and not surface.optional:
            message, kind = (
                f"{surface.title}: there are none on this side, and there are on the other",
                ProblemKind.UNREAD,
            )
            if side == "new" and absent(surface, summary, after):
                hint = ABSENT_HINT if is_package(after.side.origin) else NOTHING_HINT
        else:
            continue
        out.append(Problem(surface.name, message, side=side, hint=hint, kind=kind))
    return out


def absent(surface: Surface, summary: SurfaceSummary, after: Reading) -> bool:
    """Tell whether the new side is a package with no file of a surface that the old side has something of.

    Another package may hold it now (Debian's ``libglib2.0-dev`` only depends on others): nothing is proved to be gone.
    In a tree, a commit or an archive of sources what is not there is gone, unless nothing of any surface is there: that
    is a folder of something else, or a work tree that was not checked out.
    """
    if surface.optional or (after.units and not is_package(after.side.origin)):
        return False
    if any(unit.surface == surface.name for unit in after.units):
        return False
    return any(items_of(surface, summary.old)) and not any(items_of(surface, summary.new))


def items_of(surface: Surface, census: Mapping[str, int]) -> list[int]:
    """Return how many of each kind there are: of what is in the files, not of the files."""
    return [count for kind, count in census.items() if kind != surface.files]


def unjudged(surface: Surface, changes: Iterable[Change]) -> list[Problem]:
    """Report changes that no rule looks at: what nobody judged is not compatible."""
    known = {kind for rule in rules_of(surface.rules) for kind in rule.on}
    kinds: dict[str, list[Change]] = {}
    for change in changes:
        if type(change) not in known:
            kinds.setdefault(type(change).__name__, []).append(change)
    return [
        Problem(
            surface.name,
            f"{surface.title}: no rule judges {len(found)} of the changes ({kind}, first {found[0].subject})",
            hint="this is a gap in abidiff: please report it",
            unit=found[0].unit,
        )
        for kind, found in sorted(kinds.items())
    ]


def nothing_in(surface: Surface, units: Iterable[str], census: Mapping[str, int]) -> list[Problem]:
    """Report a surface of one release that has units but nothing in them."""
    names = ", ".join(units)
    if any(items_of(surface, census)) or not names:
        return []
    message = f"{surface.title}: nothing was found in {names}"
    return [Problem(surface.name, message, side="new", hint=EMPTY_HINT, kind=ProblemKind.EMPTY)]


def nothing(summaries: list[SurfaceSummary], problems: list[Problem]) -> list[Problem]:
    """Report that there was nothing to look at, on any surface."""
    looked = any(any(s.old.values()) or any(s.new.values()) for s in summaries)
    if looked or any(problem.kind is ProblemKind.EMPTY for problem in problems):
        return []
    hint = (
        "no headers, symbol maps, protocols or schemas that a profile knows: name them (--headers GLOB), see --profile"
    )
    return [Problem("", "nothing was looked at: there is nothing to compare", hint=hint, kind=ProblemKind.NOTHING)]


def apart(summaries: Iterable[SurfaceSummary]) -> list[Problem]:
    """Report sides that have no surface in common: the one is no later state of the other."""
    one = [s.title for s in summaries if any(s.old.values())]
    other = [s.title for s in summaries if any(s.new.values())]
    if not one or not other or set(one) & set(other):
        return []
    message = f"the old side holds {', '.join(one)}, the new one {', '.join(other)}: nothing was compared"
    return [Problem("", message, hint="give two releases of one project", kind=ProblemKind.NOTHING)]
