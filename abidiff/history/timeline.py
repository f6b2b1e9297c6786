"""What a page about a whole history shows: growth, what came and went with each release, and what broke."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from abidiff.history.lives import History, Named, Phase, ReleaseRow
from abidiff.surface_names import DRIVERS, HEADERS, RNG, XDR

TITLES = {
    (HEADERS, "function"): "functions",
    (HEADERS, "callback"): "callbacks",
    (HEADERS, "typedef"): "types",
    (HEADERS, "struct"): "structs",
    (HEADERS, "enumerator"): "enumerators",
    (HEADERS, "constant"): "constants",
    (HEADERS, "macro"): "macros",
    (HEADERS, "variable"): "variables",
    (XDR, "procedure"): "procedures",
    (XDR, "event"): "events",
    (RNG, "element"): "elements",
    (RNG, "attribute"): "attributes",
    (RNG, "value"): "values",
    (DRIVERS, "support"): "driver functions",
}
"""(surface, kind) → how the page calls several of them; what is not here is not listed."""
GROWTH = ("functions", "enumerators", "procedures", "elements", "attributes", "driver functions")


class Came(msgspec.Struct, frozen=True):
    """A name that a release brought; ``until``: the position of the first release without it, or -1."""

    name: str
    until: int
    again: bool


class Finding(msgspec.Struct, frozen=True):
    """A break between a release and the one before."""

    surface: str
    rule: str
    unit: str
    subject: str
    message: str


class Step(msgspec.Struct):
    """One release: what it brought and dropped, by title, and what broke."""

    release: ReleaseRow
    problems: int = 0
    added: dict[str, list[Came]] = msgspec.field(default_factory=dict)
    gone: dict[str, list[str]] = msgspec.field(default_factory=dict)
    breaks: list[Finding] = msgspec.field(default_factory=list)


class Timeline(msgspec.Struct):
    """A history as a page shows it; ``growth``: title → how many there are in each release."""

    steps: list[Step]
    growth: dict[str, list[int]]


def timeline(history: History) -> Timeline:
    """Put together what a page shows."""
    steps = [Step(release) for release in history.releases]
    spans: dict[tuple[str, str], list[tuple[int, int]]] = {}
    documents = _documents(history)
    for item, phases in history.every():
        title = TITLES.get((item.surface, item.kind))
        if title is not None and not _inside(item, documents):
            name = f"{item.unit}: {item.name}" if item.surface == DRIVERS else item.name
            spans.setdefault((title, name), []).extend(_spans(phases, len(steps)))
    growth = {title: [0] * len(steps) for title in GROWTH}
    for (title, name), several in sorted(spans.items()):
        for n, (start, end) in enumerate(_joined(several)):
            until = end if end < len(steps) else -1
            steps[start].added.setdefault(title, []).append(Came(name, until, n > 0))
            if until >= 0:
                steps[until].gone.setdefault(title, []).append(name)
            if title in growth:
                growth[title][start:end] = [count + 1 for count in growth[title][start:end]]
    _breaks(history, steps)
    return Timeline(steps, {title: counts for title, counts in growth.items() if any(counts)})


def _documents(history: History) -> frozenset[str]:
    """Return the elements that stand at the root of schemas."""
    query = "SELECT name FROM item JOIN family ON family.id = item.family WHERE kind = 'element' AND surface = ?"
    return frozenset(name for (name,) in history.connection.execute(query, (RNG,)) if "/" not in name)


def _inside(item: Named, documents: frozenset[str]) -> bool:
    """Tell whether a path leads through a document of its own, where it is listed anyway."""
    return item.surface == RNG and any(part in documents for part in item.name.partition("=")[0].split("/")[1:])


def _spans(phases: Sequence[Phase], end: int) -> Iterable[tuple[int, int]]:
    """Yield (first, first without) of the times that an item is there."""
    start = -1
    for phase in phases:
        if phase.there and start < 0:
            start = phase.start
        elif not phase.there and start >= 0:
            yield start, phase.start
            start = -1
    if start >= 0:
        yield start, end


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans of several units as the times that any has the name."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _breaks(history: History, steps: list[Step]) -> None:
    query = (
        "SELECT new, surface, rule, unit, subject, message FROM finding WHERE severity = 'breaking'"
        " ORDER BY new, surface, rule, unit, subject, number"
    )
    for new, *told in history.connection.execute(query):
        steps[history.position[new]].breaks.append(Finding(*told))
    for release, count in history.connection.execute("SELECT release, count(*) FROM problem GROUP BY release"):
        steps[history.position[release]].problems = count
