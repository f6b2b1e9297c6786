"""The wire language of a type: the byte strings that it accepts (RFC 4506 section 4), and inclusion of two.

A row of types is read from the left: words of four bytes, each with what follows for which numbers, runs of opaque
bytes, counted data.  Struct, union, enum and typedef leave no trace, so types of different trees are equal where
their bytes are.  Every type is a prefix code, hence a row is included when its parts are; where they are not, the
parts are opened and compared together.  A pair of rows that is met again counts as included: a byte string that the
one side rejects is finite.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from abidiff.limits import now
from abidiff.surfaces.xdr.model import Array, Enum, Opaque, Pointer, Simple, String, Struct, Union
from abidiff.surfaces.xdr.wire.wire import RANGES, Ref, Scope, enum_values

MAX_LEVEL = 150
MAX_COUNTS = 32
"""Counted data of no more items is also the union over its count that reads alike."""

Numbers = tuple[tuple[int, int], ...]
"""Numbers of 32 bits as disjoint ranges, both ends within."""

ALL: Numbers = ((0, 0xFFFFFFFF),)


class Word(msgspec.Struct, frozen=True, gc=False):
    """Four bytes: which numbers are taken, and what follows each; ``names`` are those of an enum."""

    cases: tuple[tuple[Numbers, Ref | None], ...]
    names: tuple[tuple[int, str], ...] = ()


class Run(msgspec.Struct, frozen=True, gc=False):
    """Opaque bytes of a fixed number, padded to a multiple of four."""

    size: int


class Wide(msgspec.Struct, frozen=True, gc=False):
    """A number of one kind: float, double, quadruple, or ``hyper`` of either sign; or a type that only C code knows."""

    kind: str


class Counted(msgspec.Struct, frozen=True, gc=False):
    """A count up to a limit, then as many items; no item: bytes."""

    limit: int
    item: Ref | None


class Repeated(msgspec.Struct, frozen=True, gc=False):
    """Items of a fixed number."""

    count: int
    item: Ref


Atom = Word | Run | Wide | Counted | Repeated
Item = Ref | Atom


class UndecidedError(Exception):
    """Something that nothing in the release tells, or more work than is allowed."""


class Language:
    """Decides between two releases whether the one type takes whatever the other takes, to the same reading."""

    def __init__(self, old: Scope, new: Scope, named: bool = True) -> None:
        self.named = named
        self.scopes = (old, new)
        self._rows: dict[tuple[Item, int], int] = {}
        self.heads: list[tuple[Item, int]] = []
        self._held: set[tuple[int, int]] = set()
        self._trail: list[tuple[int, int]] = []
        self._refuted: set[tuple[int, int]] = set()
        self._nothing: dict[tuple[int, Ref], bool] = {}
        self._steps = 0

    def accepts(self, old: Sequence[Ref], new: Sequence[Ref]) -> bool:
        """Whether every message of ``old`` is one of ``new`` and reads the same; False as well when it is not known."""
        self._steps = 0
        mark = len(self._trail)
        try:
            return self._included(self.row(old, -1), self.row(new, -1), 0)
        except (UndecidedError, RecursionError):
            self._forget(mark)
            return False

    def opened(self, side: int, ref: Ref) -> list[Item]:
        """Return what a type of one side is made of."""
        return _opened(self.scopes[side], ref)

    def row(self, items: Sequence[Item], rest: int) -> int:
        """Return the number of a row: items, and the row behind them (-1: nothing)."""
        for item in reversed(items):
            key = (item, rest)
            if key not in self._rows:
                self._rows[key] = len(self.heads)
                self.heads.append(key)
            rest = self._rows[key]
        return rest

    def _forget(self, mark: int) -> None:
        while len(self._trail) > mark:
            self._held.discard(self._trail.pop())

    def _included(self, one: int, other: int, level: int) -> bool:
        if (one, other) in self._held:
            return True
        if (one, other) in self._refuted:
            return False
        if level > MAX_LEVEL:
            raise UndecidedError
        mark = len(self._trail)
        self._held.add((one, other))
        self._trail.append((one, other))
        if self._walk(one, other, level + 1):
            return True
        self._forget(mark)
        self._refuted.add((one, other))
        return False

    def _walk(self, one: int, other: int, level: int) -> bool:
        """Read two rows side by side until they differ or end."""
        whole = True
        while True:
            self._steps += 1
            if self._steps > now().wire_steps:
                raise UndecidedError
            if not whole and (one, other) in self._held:
                return True
            if not whole and one >= 0 and other >= 0 and self._parts(one, other, level):
                one, other = self.heads[one][1], self.heads[other][1]
                continue
            one, other = self.open_row(0, one), self.open_row(1, other)
            if one < 0 or other < 0:
                return one < 0 and other < 0
            step = self._step(one, other, level)
            if step is None:
                return False
            if step == (-2, -2):
                return True
            one, other = step
            whole = False

    def _parts(self, one: int, other: int, level: int) -> bool:
        """Whether the first types of both rows, each alone, are included: then the rest decides."""
        a, b = self.heads[one][0], self.heads[other][0]
        if a == b and not isinstance(a, Ref | Word | Counted | Repeated):
            return True
        if not isinstance(a, Ref) or not isinstance(b, Ref):
            return False
        left, right = self.row([a], -1), self.row([b], -1)
        return (left, right) != (one, other) and self._included(left, right, level)

    def open_row(self, side: int, row: int) -> int:
        """Return the row with an atom at its head."""
        while row >= 0:
            self._steps += 1
            if self._steps > now().wire_steps:
                raise UndecidedError
            head, rest = self.heads[row]
            if self._is_empty(side, head):
                row = rest
            elif isinstance(head, Ref):
                row = self.row(_opened(self.scopes[side], head), rest)
            else:
                return row
        return row

    def _is_empty(self, side: int, head: Item) -> bool:
        if isinstance(head, Repeated):
            return head.count == 0 or self._is_nothing(side, head.item)
        return isinstance(head, Run) and head.size == 0

    def _is_nothing(self, side: int, item: Ref) -> bool:
        """Whether a type takes no bytes."""
        key = (side, item)
        if key not in self._nothing:
            self._nothing[key] = False  # what holds itself takes some
            self._nothing[key] = self.open_row(side, self.row([item], -1)) < 0
        return self._nothing[key]

    def _step(self, one: int, other: int, level: int) -> tuple[int, int] | None:
        """Take the first atoms off two rows; None when they differ, (-2, -2) when all that follows was compared."""
        (a, rest), (b, after) = self.heads[one], self.heads[other]
        match a, b:
            case Word(), Word():
                return self._words(a, b, rest, after, level)
            case Run(), Run():
                if a.size == b.size:
                    return rest, after
                least = min(a.size, b.size)
                if least % 4:
                    return None
                return self.row([Run(a.size - least)], rest), self.row([Run(b.size - least)], after)
            case Wide(), Wide():
                return (rest, after) if a == b else None
            case Counted(), Counted():
                same = (a.item is None) == (b.item is None) and a.limit <= b.limit
                if same and a.item is not None and b.item is not None:
                    same = self._alone(a.item, b.item, level)
                return (rest, after) if same else None
            case Word() | Counted(), Word() | Counted():
                return self._counts(a, b, rest, after, level)
            case Repeated(), Repeated() if self._alone(a.item, b.item, level):
                least = min(a.count, b.count)
                left = self.row([Repeated(a.count - least, a.item)], rest)
                return left, self.row([Repeated(b.count - least, b.item)], after)
        if isinstance(a, Repeated):
            return self.row([a.item, Repeated(a.count - 1, a.item)], rest), other
        if isinstance(b, Repeated):
            return one, self.row([b.item, Repeated(b.count - 1, b.item)], after)
        return None

    def _counts(
        self, a: Word | Counted, b: Word | Counted, rest: int, after: int, level: int
    ) -> tuple[int, int] | None:
        """Compare counted data with the union over its count that it also is: each count with what follows it."""
        numbers = counts_of(a)
        if numbers is None:
            return None
        plans: list[tuple[int, int]] = []
        for number in numbers:
            arm, other = behind(a, number), behind(b, number)
            if arm is None or other is None:
                return None
            plans.append((self.row(arm, rest), self.row(other, after)))
        if not plans:
            return -2, -2
        return plans[0] if all(self._included(*plan, level) for plan in plans[1:]) else None

    def _alone(self, a: Ref, b: Ref, level: int) -> bool:
        return self._included(self.row([a], -1), self.row([b], -1), level)

    def _words(self, a: Word, b: Word, rest: int, after: int, level: int) -> tuple[int, int] | None:
        if self.named and not same_names(a, b):
            return None
        plans: dict[tuple[int, int], None] = {}
        single = {o[0][0]: i for i, (o, _) in enumerate(b.cases) if len(o) == 1 and o[0][0] == o[0][1]}
        wide = [i for i, (o, _) in enumerate(b.cases) if len(o) > 1 or o[0][0] != o[0][1]]
        for numbers, arm in a.cases:
            left = numbers
            for others, other in _near(numbers, b, single, wide):
                shared = common(left, others)
                if shared:
                    left = without(left, shared)
                    plan = (self.row([arm] if arm else [], rest), self.row([other] if other else [], after))
                    plans[plan] = None
            if left:
                return None
        if not plans:
            return -2, -2
        first, *more = plans
        return first if all(self._included(*plan, level) for plan in more) else None


def _near(
    numbers: Numbers, word: Word, single: dict[int, int], wide: list[int]
) -> Iterator[tuple[Numbers, Ref | None]]:
    """Yield the cases that may take some of the numbers: those of one number by that, all others."""
    if len(numbers) > 8 or any(low != high for low, high in numbers):
        yield from word.cases
        return
    near = {single[low] for low, _ in numbers if low in single}
    yield from (word.cases[index] for index in sorted({*near, *wide}))


def counts_of(atom: Word | Counted) -> list[int] | None:
    """Return the numbers that the first word can be, when they are few."""
    if isinstance(atom, Counted):
        return list(range(atom.limit + 1)) if atom.limit < MAX_COUNTS else None
    if sum(high - low + 1 for numbers, _ in atom.cases for low, high in numbers) > MAX_COUNTS:
        return None
    return [n for numbers, _ in atom.cases for low, high in numbers for n in range(low, high + 1)]


def behind(atom: Word | Counted, number: int) -> list[Item] | None:
    """Return what follows a first word of this number; None when it is not taken."""
    if isinstance(atom, Counted):
        if number > atom.limit:
            return None
        return [Run(number)] if atom.item is None else [Repeated(number, atom.item)]
    for numbers, arm in atom.cases:
        if common(((number, number),), numbers):
            return [arm] if arm else []
    return None


def same_names(a: Word, b: Word) -> bool:
    """Whether no name that can be sent stands for another number on the other side."""
    values = {name: number for number, name in b.names}
    shown = dict(b.names)
    for number, name in a.names:
        if values.get(name, number) != number:
            return False
        if shown.get(number, name) != name and shown[number] in {known for _, known in a.names}:
            return False
    return True


def _opened(scope: Scope, ref: Ref) -> list[Item]:
    """Return what a type is made of."""
    ref = scope.unfold(ref)
    match ref.type:
        case Simple("void"):
            return []
        case Simple("bool"):
            return [Word(((((0, 1),), None),))]
        case Simple(kind) if kind in RANGES:
            return [Word(((_range(*RANGES[kind]), None),))]
        case Simple(kind):
            return [Wide("hyper" if kind.endswith("hyper") else kind)]
        case Opaque(foreign=name) if name:
            return [Wide(f"foreign {name}")]
        case Opaque(size, fixed=True):
            return [Run(_known(size.value))]
        case Opaque(size) | String(size):
            return [_counted(_known(size.value), None)]
        case Array(item, size, fixed=True):
            return [Repeated(_known(size.value), Ref(ref.unit, item))]
        case Array(item, size):
            return [_counted(_known(size.value), Ref(ref.unit, item))]
        case Pointer(item):
            return [_counted(1, Ref(ref.unit, item))]
    found = scope.definition(ref)
    match found:
        case (unit, Struct(members=members)):
            return [Ref(unit, member.type) for member in members]
        case (_, Enum(values=values)):
            numbers = {_known(v.value) % 2**32: v.name for v in reversed(values) if not v.sentinel}
            return [Word(((_set(numbers), None),), tuple(sorted(numbers.items())))]
        case (unit, Union() as union):
            return [_union(scope, unit, union)]
    raise UndecidedError


def _known(value: int | None) -> int:
    if value is None:
        raise UndecidedError
    return value


def _counted(limit: int, item: Ref | None) -> Atom:
    """Nothing but a count of 0, optional data (section 4.19), or counted data."""
    if limit == 0:
        return Word(((((0, 0),), None),))
    if limit == 1 and item is not None:
        return Word(((((0, 0),), None), (((1, 1),), item)))
    return Counted(limit, item)


def _union(scope: Scope, unit: str, union: Union) -> Word:
    """The discriminants that can be sent, each with its arm."""
    disc = Ref(unit, union.discriminant.type)
    names = enum_values(scope, disc)
    inner = _opened(scope, disc)
    if len(inner) != 1 or not isinstance(inner[0], Word) or len(inner[0].cases) != 1:
        raise UndecidedError
    left = inner[0].cases[0][0]
    cases: list[tuple[Numbers, Ref | None]] = []
    for arm in union.arms:
        numbers = common(left, _set({_known(label.value) % 2**32 for label in arm.labels}))
        if numbers:
            left = without(left, numbers)
            cases.append((numbers, Ref(unit, arm.type)))
    if union.default is not None and left:
        cases.append((left, Ref(unit, union.default.type)))
    sent = tuple(
        (number, name) for number, name in inner[0].names if any(common(((number, number),), n) for n, _ in cases)
    )
    return Word(tuple(cases), sent if names is not None else ())


def _range(low: int, high: int) -> Numbers:
    """Write a range of signed or unsigned numbers as those of 32 bits."""
    if low >= 0:
        return ((low, high),)
    return ALL if high - low == 2**32 - 1 else ((0, high), (low + 2**32, 2**32 - 1))


def _set(numbers: set[int] | dict[int, str]) -> Numbers:
    return tuple((n, n) for n in sorted(numbers))


def common(one: Numbers, other: Numbers) -> Numbers:
    """Return the numbers that are in both."""
    found: list[tuple[int, int]] = []
    i = j = 0
    while i < len(one) and j < len(other):
        low, high = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if low <= high:
            found.append((low, high))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return tuple(found)


def without(one: Numbers, other: Numbers) -> Numbers:
    """Return the numbers of ``one`` that are not in ``other``, which lies within it."""
    found: list[tuple[int, int]] = []
    j = 0
    for low, high in one:
        while j < len(other) and other[j][0] <= high:
            if other[j][0] > low:
                found.append((low, other[j][0] - 1))
            low = other[j][1] + 1
            j += 1
        if low <= high:
            found.append((low, high))
    return tuple(found)
