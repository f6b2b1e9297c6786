"""Which definitions two releases have in common."""

from __future__ import annotations

from abidiff.surfaces.xdr.model import Definition, Enum, Struct, Typedef, Union, used_by
from abidiff.surfaces.xdr.wire.wire import Scope

Key = tuple[str, str]
"""A definition: its unit and its name."""


def differing(old: Scope, new: Scope) -> set[Key]:
    """Return every definition that differs between two releases or reaches one that does, places aside.

    What a definition outside of this set means is the same on both sides, down to the last type.
    """
    found: set[Key] = set()
    users: dict[Key, list[Key]] = {}
    for unit in old.types.keys() | new.types.keys():
        before, after = old.types.get(unit, {}), new.types.get(unit, {})
        found |= {(unit, name) for name in before.keys() ^ after.keys()}
        for name in before.keys() & after.keys():
            one, key = before[name], (unit, name)
            if one != after[name] and bare(one) != bare(after[name]):
                found.add(key)
                continue
            for used in used_by(one):
                home, other = old.find(unit, used), new.find(unit, used)
                if (home and home[0]) != (other and other[0]):
                    found.add(key)
                elif home:
                    users.setdefault((home[0], used), []).append(key)
    queue = list(found)
    while queue:
        for user in users.get(queue.pop(), ()):
            if user not in found:
                found.add(user)
                queue.append(user)
    return found


def bare(definition: Definition) -> object:
    """Return what a definition says, without where it stands."""
    match definition:
        case Struct(members=members):
            return Struct, [(m.name, m.type) for m in members]
        case Enum(values=values):
            return Enum, [(v.name, v.value) for v in values]
        case Typedef(type=kind):
            return Typedef, kind
        case Union(discriminant=disc, default=default):
            arms = [(a.labels, a.name, a.type) for a in definition.arms]
            last = (default.name, default.type) if default else None
            return Union, disc.name, disc.type, arms, last
