"""Default values of attributes (RELAX NG DTD Compatibility, section 2): applications rely on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from abidiff.location import Location
from abidiff.surfaces.rng.change import DefaultChanged
from abidiff.surfaces.rng.decide.bisimulation import Universe
from abidiff.surfaces.rng.decide.paths import names_text
from abidiff.surfaces.rng.decide.places import below
from abidiff.surfaces.rng.model import Attribute, Ref, Schema, Schemas
from abidiff.surfaces.rng.values.namesets import NO_NAME, NameSet, common, name_set


def changed_defaults(universe: Universe, pairs: Sequence[tuple[Schema, Schema]]) -> Iterator[DefaultChanged]:
    """Walk both sides together along equal names and compare the defaults of what stands at one place."""
    if not any(type(node) is Attribute and node.default is not None for m in universe.models for node in m.nodes):
        return
    told: dict[tuple[int, int, NameSet], DefaultChanged] = {}
    for old, new in pairs:
        _walk(universe, old, new, told)
    yield from told.values()


def _walk(universe: Universe, old: Schema, new: Schema, told: dict[tuple[int, int, NameSet], DefaultChanged]) -> None:
    first, second = (_Side(model) for model in universe.models)
    queue = [(a, b, names_text(first.names[a])) for a, b in _alike(first, old.start, second, new.start)]
    seen = {(a, b) for a, b, _ in queue}
    for a, b, path in queue:
        left, right = first.defaults(a), second.defaults(b)
        for names in sorted({*left, *right}, key=lambda n: n.number):
            one, other = left.get(names, (None, None)), right.get(names, (None, None))
            if one[0] != other[0] and one[1] and other[1]:
                _tell(told, (a, b, names), old, new, f"{path}/@{names_text(names)}", one, other)
        for c, d in _alike(first, first.model.elements[a].content, second, second.model.elements[b].content):
            if (c, d) not in seen:
                seen.add((c, d))
                queue.append((c, d, f"{path}/{names_text(first.names[c])}"))


def _tell(
    told: dict[tuple[int, int, NameSet], DefaultChanged],
    key: tuple[int, int, NameSet],
    old: Schema,
    new: Schema,
    subject: str,
    one: tuple[str | None, Location | None],
    other: tuple[str | None, Location | None],
) -> None:
    known = told.get(key)
    reaches = (*known.reaches, old.name) if known else (old.name,)
    was = "none" if one[0] is None else repr(one[0])
    now = "none" if other[0] is None else repr(other[0])
    told[key] = DefaultChanged(
        reaches[0],
        known.subject if known else subject,
        message=f"the default value was {was} and is {now}",
        old=one[1],
        new=other[1],
        schemas=known.schemas if known else (old.path, new.path),
        reaches=reaches,
    )


class _Side:
    """A side, with what its elements' contents name."""

    def __init__(self, model: Schemas) -> None:
        self.model = model
        self.names = [name_set(element.name) for element in model.elements]
        self._refs: dict[int, list[int]] = {}
        self._defaults: dict[int, dict[NameSet, tuple[str | None, Location]]] = {}

    def refs(self, root: int) -> list[int]:
        found = self._refs.get(root)
        if found is None:
            nodes = below(self.model.nodes, root)
            found = self._refs[root] = list(dict.fromkeys(node.element for node in nodes if isinstance(node, Ref)))
        return found

    def defaults(self, number: int) -> dict[NameSet, tuple[str | None, Location]]:
        known = self._defaults.get(number)
        if known is not None:
            return known
        found = self._defaults[number] = {}
        for node in below(self.model.nodes, self.model.elements[number].content):
            if isinstance(node, Attribute):
                names = name_set(node.name)
                if names not in found or found[names][0] is None:
                    found[names] = (node.default, node.location)
        return found


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
