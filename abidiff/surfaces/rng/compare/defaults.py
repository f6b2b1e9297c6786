"""Default values of attributes (RELAX NG DTD Compatibility, section 2): applications rely on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec import structs

from abidiff.location import Location
from abidiff.surfaces.rng.change import DefaultChanged
from abidiff.surfaces.rng.decide.bisimulation import Universe
from abidiff.surfaces.rng.decide.paths import names_text
from abidiff.surfaces.rng.model import Attribute, Ref, Schema
from abidiff.surfaces.rng.values.namesets import NO_NAME, NameSet, common, name_set
from abidiff.wording import listed

Default: TypeAlias = tuple[str | None, Location | None]
"""A default value, and where the attribute stands."""


class _Cause:
    """One edit: a default at one place that is another at the place that stands for it, with all that it reaches."""

    def __init__(self, one: Default, other: Default, pair: tuple[Schema, Schema]) -> None:
        self.one = one
        self.other = other
        self.pair = pair
        self.schemas: dict[str, None] = {}
        self.paths: dict[str, None] = {}

    def told(self) -> DefaultChanged:
        """Return the change; the path that was found first, one of the shortest, speaks for all."""
        was, now = ("none" if value is None else repr(value) for value in (self.one[0], self.other[0]))
        unit, *_ = reaches = tuple(self.schemas)
        subject, *_ = paths = list(self.paths)
        return DefaultChanged(
            unit,
            subject,
            message=f"the default value was {was} and is {now}",
            old=self.one[1],
            new=self.other[1],
            schemas=(self.pair[0].path, self.pair[1].path),
            reaches=reaches,
            details=(("paths", listed(paths, 5)),) if len(paths) > 1 else (),
        )


def changed_defaults(universe: Universe, pairs: Sequence[tuple[Schema, Schema]]) -> Iterator[DefaultChanged]:
    """Walk both sides together along equal names and compare the defaults of what stands at one place."""
    if not any(type(node) is Attribute and node.default is not None for m in universe.models for node in m.nodes):
        return
    causes: dict[tuple[Default, Default, NameSet], _Cause] = {}
    for old, new in pairs:
        _walk(universe, old, new, causes)
    seen: Counter[tuple[str, str]] = Counter()
    for cause in causes.values():
        made = cause.told()
        seen[made.unit, made.subject] += 1
        number = seen[made.unit, made.subject]
        yield structs.replace(made, key=str(number)) if number > 1 else made


def _walk(universe: Universe, old: Schema, new: Schema, causes: dict[tuple[Default, Default, NameSet], _Cause]) -> None:
    first, second = _Side(universe, 0), _Side(universe, 1)
    queue = [(a, b, names_text(first.names[a])) for a, b in _alike(first, old.start, second, new.start)]
    seen = {(a, b) for a, b, _ in queue}
    for a, b, path in queue:
        left, right = first.defaults(a), second.defaults(b)
        for names in sorted({*left, *right}, key=lambda n: n.number):
            one, other = left.get(names, (None, None)), right.get(names, (None, None))
            if one[0] != other[0] and one[1] and other[1]:
                cause = causes.setdefault((one, other, names), _Cause(one, other, (old, new)))
                cause.schemas[old.name] = None
                if len(cause.schemas) == 1:  # the paths of one schema: in others it has the same
                    cause.paths[f"{path}/@{names_text(names)}"] = None
        for c, d in _alike(first, first.model.elements[a].content, second, second.model.elements[b].content):
            if (c, d) not in seen:
                seen.add((c, d))
                queue.append((c, d, f"{path}/{names_text(first.names[c])}"))


class _Side:
    """A side, with what its elements' contents name."""

    def __init__(self, universe: Universe, side: int) -> None:
        self.universe = universe
        self.side = side
        self.model = universe.models[side]
        self.names = [name_set(element.name) for element in self.model.elements]
        self._known: dict[int, tuple[dict[int, None], dict[NameSet, Default]]] = {}

    def refs(self, root: int) -> Iterable[int]:
        """Return the elements that a content names."""
        return self._inside(root)[0]

    def defaults(self, number: int) -> Mapping[NameSet, Default]:
        """Return the defaults of an element's attributes, with their places."""
        return self._inside(self.model.elements[number].content)[1]

    def _inside(self, root: int) -> tuple[dict[int, None], dict[NameSet, Default]]:
        known = self._known.get(root)
        if known is None:
            refs, found = known = self._known[root] = ({}, {})
            for node in self.universe.named(self.side, root):
                if isinstance(node, Ref):
                    refs[node.element] = None
                else:
                    names = name_set(node.name)
                    if names not in found or found[names][0] is None:
                        found[names] = (node.default, node.location)
        return known


def _alike(first: _Side, one: int, second: _Side, other: int) -> Iterator[tuple[int, int]]:
    """Return the pairs of elements in two contents that have a name in common."""
    theirs: dict[NameSet, list[int]] = {}
    for d in second.refs(other):
        theirs.setdefault(second.names[d], []).append(d)
    wild = [names for names in theirs if names.single is None]
    for c in first.refs(one):
        mine = first.names[c]
        if mine.single is None:
            fit = [names for names in theirs if common(mine, names) is not NO_NAME]
        else:
            fit = [n for n in (mine, *wild) if n in theirs and common(mine, n) is not NO_NAME]
        yield from ((c, d) for names in fit for d in theirs[names])
