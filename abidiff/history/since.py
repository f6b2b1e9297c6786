"""Since when something is there: what was observed, what its own tags say, and where the two contradict."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from abidiff.history.lives import History, Named, Phase
from abidiff.surface_names import DRIVERS, HEADERS
from abidiff.versions import version_key

GLOB = re.compile(r"[*?\[]")
TAGS = ("struct", "union", "enum")
MOST = 2000
"""Items that one question may bring."""


class Change(msgspec.Struct, frozen=True):
    """What an item became in a release: another shape, or gone."""

    version: str
    there: bool
    shape: str


class Break(msgspec.Struct, frozen=True):
    """A breaking finding about an item between two neighbouring releases."""

    old: str
    new: str
    rule: str
    message: str
    fingerprint: str


class Answer(msgspec.Struct, frozen=True):
    """What a history tells of one item.

    ``absent``   the last release before ``first`` that is known not to have it; empty when there is none.
    ``first``    the first release that has it; ``gone``: the first without it after its last, or empty.
    ``stated``   the release that its newest tag says brought it, or empty.
    ``unread``   releases between ``absent`` and ``first`` whose files did not parse.
    ``contradictions``  what the tag says and the releases refute, as text.
    """

    surface: str
    kind: str
    unit: str
    name: str
    shape: str
    absent: str
    first: str
    gone: str
    stated: str
    deprecated: bool
    unread: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    breaks: tuple[Break, ...] = ()
    contradictions: tuple[str, ...] = ()

    @property
    def is_followed_by_value(self) -> bool:
        """Tell whether a history leaves it out while it has no value that is known, so that it may be there still."""
        return self.surface == HEADERS and self.kind in ("constant", "macro")


def ask(history: History, name: str, driver: str = "") -> list[Answer]:
    """Return what a history tells of a name, a pattern, or a path.

    ``driver``: only what this driver implements.  A path that no schema has from its root on may be the end of one.
    """
    items = _find(history, name, driver)
    lives = zip(items, history.lives(items), strict=True)
    return [answer(history, item, phases) for item, phases in lives if any(phase.there for phase in phases)]


def _find(history: History, name: str, driver: str) -> list[Named]:
    only = f" AND surface = '{DRIVERS}' AND unit = ?" if driver else ""
    more = (driver,) if driver else ()
    names = (name, *(f"{tag} {name}" for tag in TAGS))
    found = history.items(f"WHERE name IN (?, ?, ?, ?){only}", (*names, *more))
    if not found and GLOB.search(name):
        found = history.items(f"WHERE name GLOB ?{only}", (name, *more))
    if not found and "/" in name:
        found = _ends(history, name, only, more)
    return found[:MOST]


def _ends(history: History, name: str, only: str, more: tuple[str, ...]) -> list[Named]:
    """Return the paths that end so; one inside of a document that another schema has at its root is left out."""
    end = "*/" + re.sub(r"([*?\[])", r"[\1]", name)
    found = history.items(f"WHERE name GLOB ?{only}", (end, *more))
    names = {item.name for item in found}
    return [item for item in found if not any(tail in names for tail in _tails(item.name))]


def _tails(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.partition("/")[2]
        yield path


def answer(history: History, item: Named, phases: Sequence[Phase]) -> Answer:
    """Put together what is known of one item."""
    first = next(phase.start for phase in phases if phase.there)
    unread = []
    before = first - 1
    while before >= 0 and history.hidden(before, item.surface, item.unit):
        unread.append(history.releases[before].version)
        before -= 1
    newest = next(phase for phase in reversed(phases) if phase.there)
    stated = next((phase.since for phase in reversed(phases) if phase.since), "")
    version = [found.version for found in history.releases]
    return Answer(
        surface=item.surface,
        kind=item.kind,
        unit=item.unit,
        name=item.name,
        shape=newest.shape,
        absent=version[before] if before >= 0 else "",
        first=version[first],
        gone="" if phases[-1].there else version[phases[-1].start],
        stated=stated,
        deprecated=newest.deprecated,
        unread=tuple(reversed(unread)),
        changes=tuple(_changes(version, phases)),
        breaks=tuple(_breaks(history, item)),
        contradictions=tuple(contradictions(history, item, phases, stated)),
    )


def _changes(version: list[str], phases: Sequence[Phase]) -> list[Change]:
    """Return how an item went on after it first came, other tags left out."""
    out: list[Change] = []
    last: Phase | None = None
    for phase in phases:
        if last is not None and (phase.there, phase.shape) != (last.there, last.shape):
            out.append(Change(version[phase.start], phase.there, phase.shape))
        last = phase
    return out


def _breaks(history: History, item: Named) -> list[Break]:
    query = (
        "SELECT old, new, rule, message, fingerprint FROM finding WHERE severity = 'breaking' AND surface = ?"
        " AND unit = ? AND (subject = ? OR subject LIKE ? ESCAPE '!' OR subject LIKE ? ESCAPE '!')"
    )
    name = re.sub(r"([!%_])", r"!\1", item.name)
    values = (item.surface, item.unit, item.name, f"%.{name}", f"{name}.%")
    rows = history.connection.execute(query, values).fetchall()
    version = {found.number: found.version for found in history.releases}
    rows.sort(key=lambda row: (history.position[row[0]], *row[2:]))
    return [Break(version[old], version[new], *told) for old, new, *told in rows]


def contradictions(history: History, item: Named, phases: Sequence[Phase], stated: str) -> list[str]:
    """Return how the releases refute what a tag says, in words."""
    found = refuted(history, item, phases, stated)
    if found is None:
        return []
    return [f"the tag says {stated}, and {found[0]} {'has it already' if found[1] else 'does not have it'}"]


def refuted(history: History, item: Named, phases: Sequence[Phase], stated: str) -> tuple[str, bool] | None:
    """Return the release that refutes a tag, and whether it is an older one that has the item; None if none does."""
    told = version_key(stated) if stated else ((), 0, "")
    if not told[0]:
        return None
    first = next(phase.start for phase in phases if phase.there)
    earliest = history.releases[first].version
    if version_key(earliest) < told:
        return earliest, True
    for place in range(first):
        version = history.releases[place].version
        if version_key(version) >= told and history.without(place, item):
            return version, False
    return None
