"""The names of a library with the release that brought each, as a history knows them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Self

import msgspec
from msgspec import structs

from abidiff.errors import SourceError
from abidiff.history.lives import History, Named, Phase
from abidiff.requires.encoding import MACROS
from abidiff.requires.model import Version, parsed
from abidiff.requires.nodes import Nodes, in_node, nodes_of
from abidiff.requires.presence import Gap, Lives, Presence, is_steady
from abidiff.surface_names import DRIVERS, HEADERS, RNG, SYMBOLS, XDR

KINDS = ("function", "constant", "enumerator", "macro", "typedef", "callback", "variable", "symbol", "procedure")
TAGS = ("struct", "union", "enum")
TAG = re.compile(r"(?:struct|union|enum) \w+")
OF_TAG = re.compile(r"((?:struct|union) \w+) \w+")
DEFINED = frozenset(("macro", "constant"))
"""Kinds of names that the preprocessor may know; for it the others are never defined."""

NONZERO = re.compile(r"-?[1-9]\d*")
INTEGER = re.compile(r"-?\d{1,20}")
OPAQUE = "opaque"
BEYOND = 8
"""Bits by which the number of a release to come is longer than that of the newest one."""

PARTS = 3
"""Of a version, as far as conditions tell versions apart that no scale is known of."""

NODE = "version node"
"""The kind of a version node, beside the kinds of names."""

SURFACES = (HEADERS, SYMBOLS, XDR)
SERVICES = frozenset(("bridge", "interface", "netcf", "network", "nwfilter", "secret", "storage", "udev"))
"""Drivers of libvirt that serve the connections of every hypervisor on the host."""

RELAYS = frozenset(("remote", "test"))
"""Drivers of libvirt that hand on to another one, or to none: what only these have, the library answers itself."""

FIRST = re.compile(r"\((?:const )?(\w+?)Ptr\b")
RESULT = re.compile(r"\A(?:const )?(\w+?)Ptr\b")


class Entry(msgspec.Struct, frozen=True):
    """A name of the library.

    ``since``    the release that brought it; empty where the oldest release of the history has it already.
    ``absent``   the last release that is known not to have it, or empty.
    ``exact``    ``since`` is told by a tag, or no release is missing between it and ``absent``.
    ``tag``      what a typedef names, where that is a struct or union (``struct ship``).
    ``owner``    the type of a function's first parameter (``virDomain``), ``result`` that of its value.
    """

    name: str
    kind: str
    since: Version
    absent: Version = ()
    exact: bool = True
    owner: str = ""
    result: str = ""
    tag: str = ""


class Catalogue:
    """All names of a library.

    ``driver``  with what this driver implements; ``missing`` what it does not and others do, and where that ended;
    ``ended`` where the driver itself is gone.
    ``refused`` documents that no release takes, with what the newest says of them.
    ``paths``   places (``domain/devices/tpm/@model=tpm-crb``) of the documents with these first elements.
    """

    def __init__(self, history: History, driver: str = "", roots: Collection[str] = ()) -> None:
        self.versions = [parsed(found.version) for found in history.releases]
        self.presence: Presence | None = Presence(history, self.versions)
        self.lives: dict[str, list[tuple[Named, Sequence[Phase]]]] = {}
        self.lacking: dict[tuple[str, bool], tuple[Gap, ...]] = {}
        self.growing: dict[str, tuple[tuple[Version, int | None], ...]] = {}
        self.refused: dict[str, str] = {}
        self.driver = driver
        groups: dict[str, list[tuple[Named, Sequence[Phase]]]] = {}
        marks = ", ".join("?" * len(KINDS))
        where = f"WHERE surface IN (?, ?, ?) AND kind IN ({marks})"
        found = history.items(where, (*SURFACES, *KINDS))
        for item, phases in zip(found, history.lives(found), strict=True):
            if phases:
                groups.setdefault(item.name, []).append((item, phases))
        groups |= self._tags(history, groups)
        self.entries = {name: self._entry(name, several) for name, several in groups.items()}
        self.lives |= groups
        self.folded = {name.lower(): name for name in sorted(self.entries)}
        self.missing: dict[str, Gap | None] = {}
        self.ended: Gap | None = None
        self.paths = self._places(history, roots) if roots else {}
        if driver:
            self._restrict(history, driver)

    @classmethod
    def of(cls, entries: Iterable[Entry], places: Iterable[Entry] = (), nodes: Nodes | None = None) -> Self:
        """Return the names of one release, and the places of its documents, of which no history is known."""
        made = cls.__new__(cls)
        made.versions = []
        made.driver = ""
        made.presence = None
        made.lives = {}
        made.lacking = {}
        made.growing = {}
        made.refused = {}
        made.entries = {entry.name: entry for entry in entries}
        made.folded = {name.lower(): name for name in sorted(made.entries)}
        made.missing = {}
        made.ended = None
        made.paths = {entry.name: entry for entry in places}
        made.nodes = nodes if nodes is not None else Nodes({}, ())
        return made

    def joined(self, other: Catalogue) -> Catalogue:
        """Return the names and places of two releases together."""
        entries = {**other.entries, **self.entries}
        return Catalogue.of(entries.values(), {**other.paths, **self.paths}.values(), self.nodes.joined(other.nodes))

    @cached_property
    def nodes(self) -> Nodes:
        """The version nodes of the library."""
        return nodes_of(self.lives)

    def bound(self, name: str, node: str) -> str:
        """Return what a symbol in a node goes by, where that is newer than its name, or gone earlier; else its name.

        A node without a name stands for itself: it is as old as the first symbol in it.
        """
        title = f"{name}@{node}" if name else node
        if self.presence is None or title in self.paths:
            return title if title in self.paths else name
        if name:
            several = in_node(self.lives.get(name, ()), node)
        else:
            several = [
                one for each, held in self.nodes.of.items() if node in held for one in in_node(self.lives[each], node)
            ]
        if not several:
            return name
        entry = min((self._entry(title, [one]) for one in several), key=lambda each: each.since)
        gaps = self.presence.missing(title, several, linked=True) if name else ()
        if name and entry.since <= self.entries[name].since and not gaps:
            return name
        self.learn(structs.replace(entry, kind="symbol" if name else NODE), gaps)
        return title

    def get(self, name: str) -> Entry | None:
        """Return what is known of a name."""
        return self.entries.get(name) or self.paths.get(name)

    def gaps(self, name: str, *, linked: bool = False) -> tuple[Gap, ...]:
        """Return where a name is missing after it was there: for programs in source, or for ``linked`` ones."""
        key = name, linked
        if key not in self.lacking:
            lives = self.lives.get(name, ())
            self.lacking[key] = self.presence.missing(name, lives, linked=linked) if self.presence and lives else ()
        return self.lacking[key]

    def is_macro(self, name: str) -> bool:
        """Tell whether some release may define a name as a macro; enumerators, functions and types are none."""
        entry, lives = self.entries.get(name), self.lives.get(name, ())
        return (entry is not None and entry.kind in DEFINED) or any(item.kind in DEFINED for item, _ in lives)

    def is_nonzero(self, name: str) -> bool:
        """Tell whether a constant is a number, and never 0, wherever it is there."""
        lives = [phases for item, phases in self.lives.get(name, ()) if item.kind == "constant"]
        shapes = [phase.shape for phases in lives for phase in phases if phase.there]
        return bool(shapes) and all(NONZERO.fullmatch(shape) for shape in shapes)

    def scale(self, name: str) -> tuple[int, int] | None:
        """Return what major and minor are multiplied with in a macro of this library that holds its version."""
        return MACROS.get(name) if name in self.entries else None

    def is_growing(self, name: str) -> bool:
        """Tell whether a macro is a number that grows with the releases, and so tells them apart."""
        return bool(self._numbers(name))

    def number(self, name: str, version: Version) -> int | None:
        """Return the number that a growing macro is in a release; None where no release of the history tells.

        One that is newer than the history has a greater number than any in it.
        """
        told = self._numbers(name)
        if not told or self.has(name, version) is False:
            return None
        found = next((value for since, value in reversed(told) if since <= version), told[0][1])
        return found << BEYOND if found is not None and version > self.newest else found

    def _numbers(self, name: str) -> tuple[tuple[Version, int | None], ...]:
        """Return the numbers that a macro is from which release on, where they never get smaller."""
        if name not in self.growing:
            several = [phases for item, phases in self.lives.get(name, ()) if item.kind == "constant"]
            phases = several[0] if len(several) == 1 and max(map(len, self.versions), default=0) <= PARTS else ()
            told = [(self.versions[each.start], _integer(each)) for each in phases]
            values = [value for _, value in told if value is not None]
            grows = len(set(values)) > 1 and values == sorted(values) and len({since for since, _ in told}) == len(told)
            self.growing[name] = tuple(told) if grows else ()
        return self.growing[name]

    def learn(self, entry: Entry, gaps: tuple[Gap, ...] = ()) -> None:
        """Take in what is no name of the library and came with a release like one."""
        self.paths[entry.name] = entry
        self.lacking[entry.name, False] = self.lacking[entry.name, True] = gaps

    def stays(self, name: str) -> bool:
        """Tell whether the history has a name in each release from its first on."""
        return all(is_steady(phases) for _, phases in self.lives.get(name, ()))

    @property
    def newest(self) -> Version:
        """The newest release of the history."""
        return max(self.versions, default=())

    def has(self, name: str, version: Version) -> bool | None:
        """Tell whether a release has a name; None where that is not known."""
        entry = self.entries.get(name)
        if entry is None or any(gap.open for gap in self.gaps(name)):
            return None
        if version < entry.since:
            return False
        return not any(gap.gone <= version and not (gap.back and version >= gap.back) for gap in self.gaps(name))

    def release(self, version: Version) -> Version:
        """Return the oldest release that is a version or newer, where the history has all releases around it."""
        if not version:
            return ()
        after = min((each for each in self.versions if each >= version), default=())
        before = max((each for each in self.versions if each < version), default=())
        return after if near(before, after) else version

    def without(self, gone: Version, back: Version = ()) -> Gap | None:
        """Return the releases from one on, and before another, as those without something, if there are any."""
        first = self.release(gone)
        if not gone or (back and first >= self.release(back)) or (not back and first > self.newest):
            return None
        last = max((version for version in self.versions if version < gone), default=())
        out = [version for version in self.versions if version >= gone and not (back and version >= back)]
        return Gap(last, first, max(out, default=first), back)

    def ends_before(self, name: str) -> Version:
        """Return the release that brought a name which is there ever since, or nothing."""
        entry = self.entries.get(name)
        return () if entry is None or self.gaps(name) else entry.since or min(self.versions, default=())

    def earliest(self, names: Iterable[str]) -> Entry | None:
        """Return the entry that came first of several names that one use may stand for."""
        found = [entry for name in names if (entry := self.get(name)) is not None]
        return min(found, key=lambda entry: (entry.since, entry.name), default=None)

    def _tags(self, history: History, others: Mapping[str, Lives]) -> dict[str, list[tuple[Named, Sequence[Phase]]]]:
        """Return the complete structs, unions and enums; a macro of a tag's name stands for another one."""
        found = history.items("WHERE surface = ? AND kind IN (?, ?, ?)", (HEADERS, *TAGS))
        groups: dict[str, list[tuple[Named, Sequence[Phase]]]] = {}
        for item, phases in zip(found, history.lives(found), strict=True):
            complete = [structs.replace(p, there=p.there and not p.shape.startswith(OPAQUE)) for p in phases]
            if TAG.fullmatch(item.name) and any(phase.there for phase in complete):
                groups.setdefault(item.name, []).append((item, complete))
        for name, several in groups.items():
            bare = name.rpartition(" ")[2]
            several += [one for one in others.get(bare, ()) if one[0].kind in ("macro", "constant")]
        return groups

    def _places(self, history: History, roots: Collection[str]) -> dict[str, Entry]:
        """Return the paths of all schemas; one that several schemas have is as old as in the first of these."""
        all_ = history.items("WHERE surface = ?", (RNG,))
        items = [item for item in all_ if item.name.partition("/")[0] in roots]
        lives = zip(items, history.lives(items), strict=True)
        all_lives = [(item, phases) for item, phases in lives if phases and "/" in item.name]
        for item, phases in all_lives:
            self.lives.setdefault(item.name, []).append((item, phases))
        found = [self._entry(item.name, [(item, phases)]) for item, phases in all_lives]
        return {entry.name: entry for entry in sorted(found, key=lambda entry: entry.since, reverse=True)}

    def _entry(self, name: str, several: Lives) -> Entry:
        """Return what is known of a name: since it is declared, as whatever; else since something exports it."""
        told = [(item.surface, *self._since(phases)) for item, phases in several]
        stated = [since for _, since, _, by_tag in told if by_tag]
        _, since, absent, _ = min(told, key=lambda each: (each[0] != HEADERS, each[1]))
        if stated:
            since = max(stated)
        shape = next((p[-1].shape or p[0].shape for i, p in several if i.kind == "function"), "")
        owner, result = FIRST.search(shape), RESULT.match(shape)
        kind = next((item.kind for item, _ in several if item.surface == HEADERS), several[0][0].kind)
        exact = bool(stated) or not since or near(absent, since)
        tag = OF_TAG.fullmatch(_newest(several)) if kind == "typedef" else None
        named = owner[1] if owner else "", result[1] if result else "", tag[1] if tag else ""
        return Entry(name, kind, since, absent, exact, *named)

    def _since(self, phases: Sequence[Phase]) -> tuple[Version, Version, bool]:
        """Return the version that brought an item, the last without it, and whether a tag says so that may be right."""
        start = next(phase.start for phase in phases if phase.there)
        first = self.versions[start]
        absent = self.versions[start - 1] if start else ()
        stated = parsed(next((phase.since for phase in reversed(phases) if phase.since), ""))
        if start and stated and absent < stated <= first:
            return stated, absent, True
        return (first if start else ()), absent, False

    def _restrict(self, history: History, driver: str) -> None:
        """Make each function that drivers implement one of the release whose driver implements it first."""
        found = history.items("WHERE surface = ?", (DRIVERS,))
        lives = dict(zip(found, history.lives(found), strict=True))
        known = sorted({item.unit for item in found})
        if driver not in known:
            hint = f"the history has {', '.join(known)}" if known else "the history has no drivers"
            raise SourceError(f"no such driver: {driver}", hint=hint)
        own = {item.name: phases for item, phases in lives.items() if item.unit == driver and phases}
        for name in own.keys() & self.entries.keys():
            entry = self.entries[name]
            since, absent, by_tag = self._since(own[name])
            if since > entry.since:
                exact = by_tag or near(absent, since)
                self.entries[name] = msgspec.structs.replace(entry, since=since, absent=absent, exact=exact)
        served = {item.name for item in found if item.unit in SERVICES}
        elsewhere = {item.name for item in found if item.unit not in SERVICES | RELAYS}
        self.missing = dict.fromkeys(elsewhere - served - own.keys())
        gone = {name: self._end(phases) for name, phases in own.items() if not phases[-1].there}
        if len(gone) == len(own):
            self.ended = max(gone.values(), default=None)
            return
        others = {
            item.name for item, phases in lives.items() if phases and phases[-1].there and item.unit not in RELAYS
        }
        self.missing |= {name: gap for name, gap in gone.items() if name in others - served}

    def _end(self, phases: Sequence[Phase]) -> Gap:
        """Return where something is gone that was there last until a position."""
        start = phases[-1].start
        return Gap(self.versions[start - 1], self.versions[start], self.versions[-1])


def _integer(phase: Phase) -> int | None:
    return int(phase.shape) if phase.there and INTEGER.fullmatch(phase.shape) else None


def _newest(several: Lives) -> str:
    """Return the newest shape of what headers declare."""
    return next(
        (p.shape for item, phases in several if item.surface == HEADERS for p in reversed(phases) if p.there), ""
    )


def near(absent: Version, since: Version) -> bool:
    """Tell whether no release is missing between two: they differ by one step of one of their first numbers."""
    if not absent:
        return False
    old, new = (*absent, 0, 0, 0)[:3], (*since, 0, 0, 0)[:3]
    if old[0] == new[0]:
        return new[1] - old[1] <= 1
    return new[0] - old[0] == 1 and new[1] == 0 and old[1] >= 10
