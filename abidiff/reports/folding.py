"""What a report tells in short without ``--all``: a break always has its line, additions have their number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from abidiff.finding import Finding, Report, Severity
from abidiff.reports import Style, view
from abidiff.wording import plural

ADDITIONS = 60
"""A rule's additions in a unit are listed up to this number; more are told by their places."""
PLACES = 6
"""So many places are named, those with the most."""
FINDINGS = 30
"""The findings of a unit are told whole up to this number."""
WHOLE = 2
"""So many of each rule are told whole where a unit has more."""
_MILD = (Severity.WARNING, Severity.NOTICE)


class Spot(NamedTuple):
    """A place (or what is said of several), the shortest subject that stands there, and how many others do."""

    place: str
    subject: str
    more: int

    @property
    def others(self) -> str:
        """Say how many there are beside the subject."""
        return f"and {self.more} more" if self.more else ""


class Folded(NamedTuple):
    """Findings of one rule by their places; ``rest`` is how many are left out, at ``others`` more places."""

    spots: tuple[Spot, ...]
    rest: int
    others: int

    @property
    def many(self) -> int:
        """How many findings there are."""
        return sum(spot.more + 1 for spot in self.spots) + self.rest

    @property
    def ending(self) -> str:
        """Say what is left out."""
        if not self.rest:
            return "see --all for each of them"
        return f"{self.rest} more at {plural(self.others, 'other place')}: see --all"


class Batch(NamedTuple):
    """The findings of one severity and rule in a unit.

    ``whole``   told with all that is known.
    ``lines``   told in a line each.
    ``folded``  told by their places, or None.
    """

    whole: tuple[Finding, ...]
    lines: tuple[Finding, ...] = ()
    folded: Folded | None = None

    @property
    def rest(self) -> str:
        """Say what stands here in short."""
        first = self.whole[0]
        many = self.folded.many if self.folded is not None else len(self.lines)
        return f"{many} more {first.severity}, {first.rule}, told whole by --all"


def crowded(groups: Sequence[view.Group], style: Style) -> frozenset[tuple[str, str]]:
    """Return the units, with their surfaces, that have too many findings to be told whole."""
    counted: Counter[tuple[str, str]] = Counter()
    for group in groups:
        counted[group.surface, group.unit] += len(group.findings)
    return frozenset(unit for unit, number in counted.items() if number > FINDINGS and not style.everything)


def batches(report: Report, group: view.Group, units: frozenset[tuple[str, str]]) -> Iterator[Batch]:
    """Return the findings of a unit in order; ``units`` are those that have too many.

    Breaking and undecided ones have a line each; of more warnings or notices than are listed, the places.
    """
    if (group.surface, group.unit) not in units:
        yield Batch(group.findings)
        return
    for (severity, _), found in groupby(group.findings, key=lambda f: (f.severity, f.rule)):
        listed = tuple(found)
        whole, rest = listed[:WHOLE], listed[WHOLE:]
        if severity in _MILD and len(rest) > ADDITIONS:
            messages = gathered(rest, lambda f: f.message)
            yield Batch(whole, folded=by_place(report, rest) if len(messages) > len(rest) // 2 else _ranked(messages))
        else:
            yield Batch(whole, rest)


def told_by_place(listed: Sequence[Finding], style: Style) -> bool:
    """Whether a rule's additions are too many to be listed."""
    return len(listed) > ADDITIONS and not style.everything


def by_place(report: Report, listed: Sequence[Finding]) -> Folded:
    """Return the places with the most findings, each with one of them."""
    places = gathered(listed, lambda f: where(report, f))
    if len(places) > len(listed) // 2:
        places = gathered(listed, lambda f: file(report, f))
    return _ranked(places)


def _ranked(places: Mapping[str, Sequence[Finding]]) -> Folded:
    ranked = sorted(places.items(), key=lambda one: (-len(one[1]), one[0]))
    spots = []
    for place, found in ranked[:PLACES]:
        first = min((f.subject for f in found), key=lambda subject: (len(subject), subject))
        spots.append(Spot(place, first, len(found) - 1))
    left = [len(found) for _, found in ranked[PLACES:]]
    return Folded(tuple(spots), sum(left), len(left))


def gathered(listed: Sequence[Finding], key: Callable[[Finding], str]) -> dict[str, list[Finding]]:
    """Return the findings by a key, in the order in which the keys come."""
    found: dict[str, list[Finding]] = {}
    for finding in listed:
        found.setdefault(key(finding), []).append(finding)
    return found


def where(report: Report, finding: Finding) -> str:
    """Return the place in the new release, or that in the old one."""
    return view.new_place(report, finding) or view.old_place(report, finding)


def file(report: Report, finding: Finding) -> str:
    """Return the file of that place."""
    side, location = (report.new, finding.new) if finding.new else (report.old, finding.old)
    return view.place(side, location._replace(line=0, column=0)) if location else ""
