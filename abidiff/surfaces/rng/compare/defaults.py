"""Default values of attributes (RELAX NG DTD Compatibility, section 2): applications rely on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from abidiff.location import Location
from abidiff.surfaces.rng.change import DefaultChanged
from abidiff.surfaces.rng.decide.bisimulation import Universe
from abidiff.surfaces.rng.decide.places import below
from abidiff.surfaces.rng.model import Attribute, Ref, Schema, Schemas
from abidiff.surfaces.rng.prove.witness import names_text
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
    first, second = universe.models
    queue = [
        (a, b, names_text(name_set(first.elements[a].name)))
        for a in _refs(first, old.start)
        for b in _refs(second, new.start)
        if _same(first, a, second, b)
    ]
    seen = {(a, b) for a, b, _ in queue}
    for a, b, path in queue:
        left, right = _defaults(first, a), _defaults(second, b)
        for names in sorted({*left, *right}, key=lambda n: n.number):
            one, other = left.get(names, (None, None)), right.get(names, (None, None))
            if one[0] != other[0] and one[1] and other[1]:
                _tell(told, (a, b, names), old, new, f"{path}/@{names_text(names)}", one, other)
        for c in _refs(first, first.elements[a].content):
            for d in _refs(second, second.elements[b].content):
                if (c, d) not in seen and _same(first, c, second, d):
                    seen.add((c, d))
                    queue.append((c, d, f"{path}/{names_text(name_set(first.elements[c].name))}"))


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


def _refs(model: Schemas, root: int) -> list[int]:
    return list(dict.fromkeys(node.element for node in below(model.nodes, root) if isinstance(node, Ref)))


def _same(first: Schemas, a: int, second: Schemas, b: int) -> bool:
    return common(name_set(first.elements[a].name), name_set(second.elements[b].name)) is not NO_NAME


def _defaults(model: Schemas, number: int) -> dict[NameSet, tuple[str | None, Location]]:
    found: dict[NameSet, tuple[str | None, Location]] = {}
    for node in below(model.nodes, model.elements[number].content):
        if isinstance(node, Attribute):
            names = name_set(node.name)
            if names not in found or found[names][0] is None:
                found[names] = (node.default, node.location)
    return found
