"""Values of a type: small telling ones for witnesses, random ones for tests and benchmarks."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from abidiff.surfaces.xdr.model import (
    UNLIMITED,
    VOID,
    Array,
    Definition,
    Enum,
    Named,
    Opaque,
    Pointer,
    Simple,
    String,
    Struct,
    Type,
    Union,
)
from abidiff.surfaces.xdr.wire.codec import Length, Some, TooLargeError, arm_of
from abidiff.surfaces.xdr.wire.wire import RANGES, Ref, Scope, enum_values

MAX_LENGTH = 1 << 23
"""No witness is longer: where only a longer value shows the damage, its first bytes must do."""

MAX_ELEMENTS = 1 << 20
MAX_LEVELS = 100
MAX_NODES = 50_000
DISTINCT = 8
"""So many elements of an array differ, and 32 times as many bytes of opaque data; what follows is all alike."""


class Budget(msgspec.Struct):
    """How many values may still be made; :class:`TooLargeError` beyond."""

    left: int = MAX_NODES
    spent: int = 0

    def spend(self, size: int = 0) -> None:
        """Take one value off, and one more for every few kilobytes that it takes."""
        cost = 1 + size // 2048
        self.spent += cost
        self.left -= cost
        if self.left < 0:
            raise TooLargeError


class Spot(msgspec.Struct, frozen=True):
    """Where a difference lies, and the value that shows it.

    ``key`` is the definition (unit and name), ``part`` a member, ``case N`` of a union, or empty for the
    definition itself; ``number`` and ``length`` are what to put there.
    """

    key: tuple[str, str]
    part: str = ""
    number: int | None = None
    length: int | None = None


def children(unit: str, definition: Definition) -> list[tuple[str, Ref]]:
    """Return what a definition holds, by part."""
    match definition:
        case Struct(members=members):
            return [(m.name, Ref(unit, m.type)) for m in members]
        case Union():
            found = [("", Ref(unit, definition.discriminant.type))]
            for arm in definition.arms:
                found += [(f"case {la.value}", Ref(unit, arm.type)) for la in arm.labels]
            if definition.default:
                found.append(("default", Ref(unit, definition.default.type)))
            return found
        case Enum():
            return []
    return [("", Ref(unit, definition.type))]


def inner(kind: Type) -> Type:
    """Return the element type of arrays and optional data."""
    return kind.item if isinstance(kind, Array | Pointer) else kind


def distances(scope: Scope, key: tuple[str, str]) -> dict[tuple[str, str], int]:
    """Return how many steps each definition is away from the one at ``key``."""
    if key not in scope.far:
        users = _users(scope)
        found_at = {key: 0}
        queue = [key]
        for at in queue:
            for user in sorted(users.get(at, ())):
                if user not in found_at:
                    found_at[user] = found_at[at] + 1
                    queue.append(user)
        scope.far.clear()  # one difference is looked at after the other
        scope.far[key] = found_at
    return scope.far[key]


def _users(scope: Scope) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """Return definition → definitions that hold it, worked out once for a release."""
    if scope.users is None:
        scope.users = {}
        for unit, types in scope.types.items():
            for name, definition in types.items():
                for _, ref in children(unit, definition):
                    target = inner(ref.type)
                    if isinstance(target, Named) and (found := scope.find(unit, target.name)):
                        scope.users.setdefault((found[0], target.name), set()).add((unit, name))
    return scope.users


class Sampler(msgspec.Struct):
    """Builds the smallest telling value that contains a spot."""

    scope: Scope
    spot: Spot
    far: Mapping[tuple[str, str], int] = msgspec.field(default_factory=dict)
    placed: bool = False
    budget: Budget = msgspec.field(default_factory=Budget)
    _next: int = 0

    def __post_init__(self) -> None:
        self.far = distances(self.scope, self.spot.key)

    def value(self, ref: Ref, here: bool = False, level: int = 0) -> Any:
        """Return a value; ``here`` says that this is the part of the spot."""
        self.budget.spend()
        if level > MAX_LEVELS:
            raise TooLargeError
        key = self._key(ref)
        if key == self.spot.key and not self.spot.part and not here and not self.placed:
            self.placed = True
            here = True
        match ref.type:
            case Simple(kind):
                return self._simple(kind, here)
            case String(size) | Opaque(size=size):
                return self._bytes(ref.type, size.value, here)
            case Array():
                return self._array(ref, here, level)
            case Pointer(item=item):
                if here or self._leads(Ref(ref.unit, item)):
                    return Some(self.value(Ref(ref.unit, item), False, level + 1))
                return None
            case Named():
                return self._named(ref, here, level)

    def _key(self, ref: Ref) -> tuple[str, str] | None:
        if isinstance(ref.type, Named) and (found := self.scope.find(ref.unit, ref.type.name)):
            return (found[0], ref.type.name)
        return None

    def _leads(self, ref: Ref) -> bool:
        return not self.placed and self._key(Ref(ref.unit, inner(ref.type))) in self.far

    def _distance(self, ref: Ref) -> int:
        key = self._key(Ref(ref.unit, inner(ref.type)))
        return self.far.get(key, 1 << 30) if key else 1 << 30

    def _count(self) -> int:
        self._next += 1
        return self._next

    def _simple(self, kind: str, here: bool) -> Any:
        if here and self.spot.number is not None and (kind in RANGES or kind.endswith("hyper")):
            return self.spot.number
        match kind:
            case "void":
                return None
            case "float" | "double":
                return self._count() + 0.5
            case "quadruple":
                return bytes(range(16))
            case "bool":
                return 1
        return self._count()

    def _bytes(self, kind: Opaque | String, limit: int | None, here: bool) -> bytes | Length:
        fixed = isinstance(kind, Opaque) and kind.fixed
        length = (limit or 0) if fixed else min(3, UNLIMITED if limit is None else limit)
        if here and self.spot.length is not None and not fixed:
            length = self.spot.length
        if length > MAX_LENGTH:
            return self._cut(length, fixed)
        self.budget.spend(length)
        start = self._count() - 1 if not isinstance(kind, String) else 0
        if isinstance(kind, String):
            row = bytes(ord("a") + (self._next + i) % 26 for i in range(min(length, 26 * DISTINCT)))
        else:
            row = bytes((start + i) % 255 + 1 for i in range(min(length, 32 * DISTINCT)))
        return row.ljust(length, b".")

    def _cut(self, length: int, fixed: bool) -> Length:
        """A length by itself shows that it is refused; what has no length is too large."""
        if fixed or length != self.spot.length:
            raise TooLargeError
        return Length(length)

    def _array(self, ref: Ref, here: bool, level: int) -> list[Any] | Length:
        assert isinstance(ref.type, Array)
        item = Ref(ref.unit, ref.type.item)
        size = ref.type.size.value or 0
        count = size if ref.type.fixed else 0
        if here and self.spot.length is not None and not ref.type.fixed:
            count = self.spot.length
        elif (here or self._leads(item)) and size and not ref.type.fixed:
            count = 1
        if count > MAX_ELEMENTS:
            return self._cut(count, ref.type.fixed)
        self.budget.spend(8 * count)
        found = [self.value(item, here and self.spot.number is not None, level + 1)] if count else []
        found += [self.value(item, False, level + 1) for _ in range(min(count, DISTINCT) - 1)]
        return found + [self.value(item, False, level + 1)] * (count - DISTINCT) if count > DISTINCT else found

    def _named(self, ref: Ref, here: bool, level: int) -> Any:
        assert isinstance(ref.type, Named)
        found = self.scope.find(ref.unit, ref.type.name)
        if found is None:
            raise KeyError(ref.type.name)
        unit, definition = found
        at_spot = (unit, definition.name) == self.spot.key and bool(self.spot.part) and not self.placed
        if at_spot:
            self.placed = True
        part = self.spot.part if at_spot else None
        match definition:
            case Struct(members=members):
                return self._struct(unit, members, part, level)
            case Enum(values=values):
                known = [v.value for v in values if v.value is not None and not v.sentinel]
                wanted = self.spot.number if here else None
                return wanted if wanted in known else (known[0] if known else 0)
            case Union():
                return self._union(unit, definition, part, level)
        return self.value(Ref(unit, definition.type), here, level + 1)

    def _struct(self, unit: str, members: Any, part: str | None, level: int) -> dict[str, Any]:
        best = None
        if not self.placed:
            ranked = [(self._distance(Ref(unit, m.type)), m.name) for m in members]
            best = min(ranked, key=lambda pair: pair[0])[1] if ranked else None
        value = {}
        for member in members:
            ref = Ref(unit, member.type)
            was = self.placed
            if member.name != best:
                self.placed = True
            value[member.name] = self.value(ref, member.name == part, level + 1)
            if member.name != best:
                self.placed = was
        return value

    def _union(self, unit: str, union: Union, part: str | None, level: int) -> tuple[int, Any]:
        disc = Ref(unit, union.discriminant.type)
        if part is not None and part.startswith("case "):
            value = int(part[5:])
        elif part == union.discriminant.name and self.spot.number is not None:
            value = self.spot.number
        elif not self.placed and self._at_disc(disc) and self.spot.number is not None:
            value, self.placed = self.spot.number, True
        else:
            choices = self._choices(unit, union)
            value = choices[0][0] if choices else 0
            if not self.placed and choices:
                value = min(choices, key=lambda choice: self._distance(Ref(unit, choice[1])))[0]
        kind = arm_of(self.scope, union, value)[1] or VOID
        return value, self.value(Ref(unit, kind), part is not None and part.startswith("case "), level + 1)

    def _at_disc(self, ref: Ref) -> bool:
        while True:
            if self._key(ref) == self.spot.key:
                return True
            step = self.scope.step(ref)
            if step is None:
                return False
            ref = step

    def _choices(self, unit: str, union: Union) -> list[tuple[int, Type]]:
        self.budget.spend(256 * len(union.arms))
        found = [(la.value, arm.type) for arm in union.arms for la in arm.labels if la.value is not None]
        values = enum_values(self.scope, Ref(unit, union.discriminant.type))
        if values is not None:
            found = [choice for choice in found if choice[0] in values] or found
        if union.default is not None:
            used = {value for value, _ in found}
            free = [v for v in (values if values is not None else range(len(used) + 1)) if v not in used]
            found += [(free[0], union.default.type)] if free else []
        return found


def random_value(
    scope: Scope, ref: Ref, rng: random.Random, level: int = 0, text: bool = True, budget: Budget | None = None
) -> Any:
    """Return a random value of a type, of moderate size; ``text`` keeps NUL bytes out of strings.

    Raises :class:`TooLargeError` where types nest too deep, as those without an end do.
    """
    if level > MAX_LEVELS:
        raise TooLargeError
    if budget is not None:
        budget.spend()
    ref = scope.unfold(ref)
    match ref.type:
        case Simple(kind):
            return _random_simple(kind, rng)
        case String(size):
            length = rng.randint(0, min(9, UNLIMITED if size.value is None else size.value))
            return bytes(rng.randint(1 if text else 0, 255) for _ in range(length))
        case Opaque(size, fixed):
            limit = size.value or 0
            length = limit if fixed else rng.randint(0, min(9, limit))
            if budget is not None:
                budget.spend(length)
            return bytes(rng.randint(1 if text else 0, 255) for _ in range(min(length, 1024))).ljust(length, b".")
        case Array(item, size, fixed):
            limit = size.value or 0
            count = limit if fixed else rng.randint(0, min(limit, 3 if level < 4 else 0))
            if budget is not None:
                budget.spend(8 * count)
            return _random_row(count, lambda: random_value(scope, Ref(ref.unit, item), rng, level + 1, text, budget))
        case Pointer(item):
            if level > 5 or rng.random() < 0.4:
                return None
            return Some(random_value(scope, Ref(ref.unit, item), rng, level + 1, text, budget))
    return _random_named(scope, ref, rng, level, text, budget)


def _random_row(count: int, make: Callable[[], Any]) -> list[Any]:
    """Return elements that differ, as far as it is worth while."""
    if count > MAX_ELEMENTS:
        raise TooLargeError
    row = [make() for _ in range(min(count, 32 * DISTINCT))]
    return row + [row[-1]] * (count - len(row)) if count > len(row) else row


def _random_simple(kind: str, rng: random.Random) -> Any:
    match kind:
        case "void":
            return None
        case "float" | "double":
            return rng.randint(-(2**20), 2**20) / 8
        case "quadruple":
            return rng.randbytes(16)
        case "hyper":
            return rng.choice((rng.randint(-(2**63), 2**63 - 1), rng.randint(-3, 3)))
        case "unsigned hyper":
            return rng.choice((rng.randint(0, 2**64 - 1), rng.randint(0, 3)))
    low, high = RANGES[kind]
    return rng.choice((rng.randint(low, high), rng.randint(max(low, -3), min(high, 3)), low, high))


def _random_named(scope: Scope, ref: Ref, rng: random.Random, level: int, text: bool, budget: Budget | None) -> Any:
    found = scope.definition(ref)
    if found is None:
        raise KeyError(str(ref.type))
    unit, definition = found
    if isinstance(definition, Struct):
        inside = ((m.name, Ref(unit, m.type)) for m in definition.members)
        return {name: random_value(scope, part, rng, level + 1, text, budget) for name, part in inside}
    if isinstance(definition, Enum):
        return rng.choice([v.value for v in definition.values if v.value is not None and not v.sentinel])
    assert isinstance(definition, Union)
    choices = Sampler(scope, Spot(("", "")), {})._choices(unit, definition)
    value, kind = rng.choice(choices)
    return value, random_value(scope, Ref(unit, kind), rng, level + 1, text, budget)
