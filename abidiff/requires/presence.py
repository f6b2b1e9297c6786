"""In which releases a name is, as far as that is known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from abidiff.history.checks import has_models
from abidiff.history.items.rng import MAX_PATHS
from abidiff.history.lives import History, Named, Phase, is_there
from abidiff.history.pairs import Stored
from abidiff.requires.encoding import MACROS
from abidiff.requires.model import Version
from abidiff.surface_names import HEADERS, RNG, SYMBOLS, XDR
from abidiff.surfaces.headers.model import Headers, Library

UNSURE = frozenset(("constant", "macro"))
"""Kinds that a history leaves out while they have no value: only the model tells whether they went."""

PARTS = 64
"""Into which the items of a surface are divided to see whether a release has any of it."""

Lives = Sequence[tuple[Named, Sequence[Phase]]]


class Gap(NamedTuple):
    """Releases without a name that an older one had.

    ``last``  the newest known with it before; ``gone`` the oldest known without it, ``absent`` the newest of these;
    ``back``  the oldest that has it again; empty where none has.
    ``open``  it may be there still: what would tell is not in the history.
    """

    last: Version
    gone: Version
    absent: Version
    back: Version = ()
    open: bool = False


class Presence:
    """Tells of the names of a history where they are missing after they were there."""

    def __init__(self, history: History, versions: Sequence[Version]) -> None:
        self.history = history
        self.versions = versions
        self.stored = Stored(history.connection) if has_models(history) else None
        self.declared: dict[int, tuple[frozenset[str], frozenset[str], Collection[str]]] = {}
        self.surfaces: dict[tuple[str, str], list[bool]] = {}

    def missing(self, name: str, several: Lives, *, linked: bool = False) -> tuple[Gap, ...]:
        """Return where a name is missing after it was there.

        Programs in source need what headers declare, where headers do; ``linked`` ones what libraries give.  A macro
        with the number of the release stands in every release.  A name of a protocol stands in the application's own
        copy: what counts is whether the number of a procedure is served.  A value that schemas name no more may go by
        a pattern, or as text.
        """
        if name in MACROS:
            return ()
        if all(is_steady(phases) for _, phases in several):
            return self._unread(several, (name, name.rpartition(" ")[2]))
        if any(item.surface == RNG for item, _ in several):
            found = self.gaps(several)
            return () if found and self.takes_more(several[0][0]) else found
        of = {each: [one for one in several if one[0].surface == each] for each in (HEADERS, SYMBOLS, XDR)}
        if of[XDR] and not of[HEADERS] and not of[SYMBOLS]:
            kinds = {item.kind for item, _ in several}
            return () if kinds != {"procedure"} or self.renumbered(several) else self.gaps(several)
        chosen = (of[SYMBOLS] or of[HEADERS]) if linked else (of[HEADERS] or of[SYMBOLS])
        found = self.gaps(chosen, (name, name.rpartition(" ")[2]))
        unlike = linked and not of[SYMBOLS]
        return tuple(gap._replace(open=True) for gap in found) if unlike else found

    def _unread(self, several: Lives, names: Collection[str]) -> tuple[Gap, ...]:
        """Return an open gap where a name is carried on into a newest release of which it was not read."""
        newest = len(self.versions) - 1
        declared = [item for item, _ in several if item.surface == HEADERS]
        if self.stored is None or not declared:
            return ()
        whole = [
            not any(self.history.hidden(position, each.surface, each.unit) for each in declared)
            for position in range(newest + 1)
        ]
        if whole[newest] or self._declares(newest, several, names):
            return ()
        last = next((self.versions[position] for position in reversed(range(newest)) if whole[position]), ())
        return (Gap(last, self.versions[newest], self.versions[newest], open=True),)

    def gaps(self, several: Lives, names: Collection[str] = ()) -> tuple[Gap, ...]:
        """Return where none of several items is there; of ``names`` those that headers declare still are."""
        if any(is_steady(phases) for _, phases in several):
            return ()
        first = min(next(phase.start for phase in phases if phase.there) for _, phases in several)
        known: list[bool | None] = [False] * first
        known += [self._known(position, several) for position in range(first, len(self.versions))]
        for position in range(first, len(known)):
            if known[position] is False:
                known[position] = self._declares(position, several, names)
        is_open = self.stored is None and any(item.surface == HEADERS and item.kind in UNSURE for item, _ in several)
        found = [gap._replace(open=is_open and not gap.back) for gap in gaps_of(self.versions, known)]
        last = max(position for position, there in enumerate(known) if there)
        if last + 1 < len(known) and not any(there is False for there in known[last:]):
            found.append(Gap(self.versions[last], self.versions[last + 1], self.versions[last + 1], open=True))
        return tuple(found)

    def _known(self, position: int, several: Lives) -> bool | None:
        """Tell whether a release has one of several items; None where more of it may be than could be read."""
        if any(is_there(phases, position) for _, phases in several):
            return True
        unread = any(self.history.hidden(position, item.surface, item.unit) for item, _ in several)
        return None if unread or not any(self._seen(item.surface, position) for item, _ in several) else False

    def _seen(self, surface: str, position: int) -> bool:
        """Tell whether a release has anything of a surface; a part of the items is asked first."""
        for some in (f"AND item.id % {PARTS} = 0", ""):
            key = surface, some
            if key not in self.surfaces:
                here = self.surfaces[key] = [False] * len(self.versions)
                for phases in self.history.lives(self.history.items(f"WHERE surface = ? {some}", (surface,))):
                    for phase, end in zip(phases, [*(each.start for each in phases[1:]), len(here)], strict=False):
                        here[phase.start : end] = [phase.there or each for each in here[phase.start : end]]
            if self.surfaces[key][position]:
                return True
        return False

    def _declares(self, position: int, several: Lives, names: Collection[str]) -> bool | None:
        """Tell whether a release has a name still, as something that a history does not follow.

        None: it may, in another configuration or in what could not be read.
        """
        if self.stored is None or not any(item.surface == HEADERS for item, _ in several):
            return False
        if position not in self.declared:
            part = self.stored.reading(self.history.releases[position].number).parts.get(HEADERS)
            model: Headers | None = part.model if part is not None else None
            several_views = [library.views for library in model.libraries] if model is not None else []
            others = (view.changed for views in several_views for view in views)
            self.declared[position] = (
                frozenset(_names(model.libraries) if model is not None else ()),
                frozenset(_names(others) if model is not None else ("*",)),
                frozenset(name for library in model.libraries for name in library.unread) if model is not None else (),
            )
        default, other, unread = self.declared[position]
        if not default.isdisjoint(names):
            return True
        return None if not other.isdisjoint(("*", *names)) or not {"*", *names}.isdisjoint(unread) else False

    def renumbered(self, several: Lives) -> bool:
        """Tell whether a procedure has only another name now: its number is served by one that is there."""
        item, phases = several[0]
        number = next((p.shape for p in reversed(phases) if p.there), "").partition(":")[0]
        others = self.history.items("WHERE surface = ? AND unit = ? AND kind = ?", (XDR, item.unit, item.kind))
        last = (lives[-1] for lives in self.history.lives(others) if lives)
        return any(phase.there and phase.shape.partition(":")[0] == number for phase in last)

    def takes_more(self, item: Named) -> bool:
        """Tell whether the newest schemas may take more at a place of documents than what they name there."""
        if item.kind == "value":
            place = item.name.partition("=")[0]
            items = self.history.items("WHERE surface = ? AND name = ? AND kind != 'value'", (RNG, place))
            return any(phases and phases[-1].there and phases[-1].shape for phases in self.history.lives(items))
        above = item.name.rpartition("/")[0]
        any_name = f"{above}/{'@' if item.kind == 'attribute' else ''}*"
        lives = self.history.lives(self.history.items("WHERE surface = ? AND name = ?", (RNG, any_name)))
        if any(phases and phases[-1].there for phases in lives):
            return True
        query = "SELECT count(*) FROM item JOIN family ON family.id = item.family WHERE surface = ? AND unit = ?"
        return bool(self.history.connection.execute(query, (RNG, item.unit)).fetchone()[0] >= MAX_PATHS)


def gaps_of(versions: Sequence[Version], known: Sequence[bool | None]) -> Iterator[Gap]:
    """Yield where something is missing after it was there; ``known``: whether each release has it, None: not known."""
    last = known.index(True)
    without: list[int] = []
    for position in range(last, len(known)):
        if known[position]:
            if without:
                yield Gap(versions[last], versions[without[0]], versions[without[-1]], versions[position])
            last, without = position, []
        elif known[position] is False:
            without.append(position)
    if without:
        yield Gap(versions[last], versions[without[0]], versions[without[-1]])


def _names(libraries: Iterable[Library]) -> Iterator[str]:
    """Yield every name that headers declare, tags with their kinds."""
    for library in libraries:
        for table in (library.functions, library.variables, library.typedefs, library.macros, library.lent):
            yield from table
        yield from (record.id for record in library.records.values() if record.members is not None)
        for enum in library.enums.values():
            yield enum.id
            yield from (each.name for each in enum.enumerators or ())


def is_steady(phases: Sequence[Phase]) -> bool:
    """Tell whether an item is there from its first release on."""
    return bool(phases) and all(phase.there for phase in phases[next(n for n, p in enumerate(phases) if p.there) :])
