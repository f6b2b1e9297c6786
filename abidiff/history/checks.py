"""What a whole history shows: changes for the rules over histories."""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from abidiff.finding import Finding, Severity
from abidiff.history.change import CameBack, Composed, Outlived, Refuted
from abidiff.history.lives import History, Named, Phase
from abidiff.history.pairs import Stored, found_between
from abidiff.history.since import refuted
from abidiff.pipeline.options import Options
from abidiff.surface_names import HEADERS, SYMBOLS, XDR

CLAIMS = ("breaking", "undecided")
NAMES = (HEADERS, SYMBOLS, XDR)
"""Surfaces whose findings are about names; elsewhere only a whole unit tells that its steps are silent."""


def lifetimes(history: History, *, releases: int, months: int) -> Iterator[CameBack | Refuted | Outlived]:
    """Yield what lifetimes show.  ``releases`` and ``months``: how long something has to have been deprecated."""
    for item, phases in history.every():
        yield from _came_back(history, item, phases)
        stated = next((phase.since for phase in reversed(phases) if phase.since), "")
        found = refuted(history, item, phases, stated)
        if found is not None:
            version, there = found
            yield Refuted(item.unit, item.name, item.surface, item.kind, stated, version, there)
        if phases[-1].there and phases[-1].deprecated:
            yield from _outlived(history, item, phases, releases, months)


def grouped(changes: Iterable[CameBack | Refuted | Outlived]) -> list[CameBack | Refuted | Outlived]:
    """Return changes of one cause as one: a release that lost many names, a tag that many names have."""
    groups: dict[Hashable, list[CameBack | Refuted | Outlived]] = {}
    for change in changes:
        match change:
            case CameBack():
                key: Hashable = (change.surface, change.unit, change.gone, change.back, change.same)
            case Refuted():
                key = (change.surface, change.unit, change.kind, change.stated, change.version, change.there)
            case Outlived():
                key = (change.surface, change.unit, change.kind, change.subject)
        groups.setdefault((type(change), key), []).append(change)
    out = []
    for several in groups.values():
        several.sort(key=lambda each: (each.kind, each.subject))
        first = several[0]
        names = tuple(each.subject for each in several[1:])
        out.append(first if isinstance(first, Outlived) else replace(first, others=names))
    return out


def _came_back(history: History, item: Named, phases: Sequence[Phase]) -> Iterator[CameBack]:
    version = [release.version for release in history.releases]
    for n, phase in enumerate(phases):
        if phase.there or n + 1 == len(phases):
            continue
        before, after = phases[n - 1], phases[n + 1]
        yield CameBack(
            item.unit,
            item.name,
            item.surface,
            item.kind,
            last=version[phase.start - 1],
            gone=version[phase.start],
            back=version[after.start],
            same=before.shape == after.shape,
        )


def _outlived(history: History, item: Named, phases: Sequence[Phase], releases: int, months: int) -> Iterator[Outlived]:
    start = phases[-1].start
    for phase in reversed(phases):
        if not (phase.there and phase.deprecated):
            break
        start = phase.start
    passed = len(history.releases) - 1 - start
    since, newest = history.releases[start], history.releases[-1]
    length = _months(since.date, newest.date)
    if passed >= releases and (not months or (length is not None and length >= months)):
        yield Outlived(item.unit, item.name, item.surface, item.kind, since.version, passed, length)


def _months(first: str, last: str) -> int | None:
    """Return the whole months between two days, None where one is not known."""
    try:
        start, end = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
    except ValueError:
        return None
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def wide_pairs(count: int) -> list[tuple[int, int]]:
    """Return pairs of positions further apart than one: the newest with those 2, 4, 8 ... before it, and all in all."""
    last = count - 1
    pairs = []
    step = 2
    while step <= last:
        pairs.append((last - step, last))
        step *= 2
    if last >= 2 and (0, last) not in pairs:
        pairs.append((0, last))
    return pairs


def composed(history: History, pairs: Sequence[tuple[int, int]], options: Options) -> Iterator[Composed]:
    """Yield the breaks between releases of pairs that no neighbours between them show."""
    stored = Stored(history.connection)
    for old, new in pairs:
        first, last = history.releases[old], history.releases[new]
        options.progress(f"compare {first.version} with {last.version}")
        found = found_between(stored.reading(first.number), stored.reading(last.number), options)
        breaking = [each for each in found if each.severity is Severity.BREAKING]
        shown = _shown(history, old, new) if breaking else {}
        for finding in breaking:
            if not _told(finding, shown.get((finding.surface, finding.unit), set())):
                yield Composed(finding.unit, finding.subject, first.version, last.version, finding)


def _shown(history: History, old: int, new: int) -> dict[tuple[str, str], set[str]]:
    """Return (surface, unit) → subjects of what the neighbours from one release to another show."""
    out: dict[tuple[str, str], set[str]] = {}
    for before, after in pairwise(range(old, new + 1)):
        values = (history.releases[before].number, history.releases[after].number, *CLAIMS)
        query = "SELECT surface, unit, subject FROM finding WHERE old = ? AND new = ? AND severity IN (?, ?)"
        for surface, unit, subject in history.connection.execute(query, values):
            out.setdefault((surface, unit), set()).add(subject)
    return out


def _told(finding: Finding, subjects: set[str]) -> bool:
    """Tell whether a step shows a break of the same thing."""
    if not subjects or finding.surface not in NAMES:
        return bool(subjects)
    base = finding.subject.partition(".")[0]
    return any(subject.partition(".")[0] == base for subject in subjects)


def not_compared(history: History) -> int:
    """Return how many neighbours were not compared."""
    known = set(history.connection.execute("SELECT old, new FROM compared").fetchall())
    numbers = [release.number for release in history.releases]
    return sum(pair not in known for pair in pairwise(numbers))


def has_models(history: History) -> bool:
    """Tell whether the releases can be had again."""
    query = "SELECT count(*) FROM releases WHERE head IS NULL"
    return bool(history.releases) and history.connection.execute(query).fetchone()[0] == 0
