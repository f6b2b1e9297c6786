"""A message that one type takes and another rejects or reads otherwise: what refutes an inclusion of wire languages.

Both rows are read side by side as :mod:`.language` does, down the pairs that it refuted; where they part, the shortest
bytes that the sender may go on with are the end of the message.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from abidiff.surfaces.xdr.wire.language import (
    Counted,
    Item,
    Language,
    Numbers,
    Repeated,
    Run,
    UndecidedError,
    Wide,
    Word,
    behind,
    common,
    counts_of,
    same_names,
    without,
)
from abidiff.surfaces.xdr.wire.wire import WIDTHS, Ref

MAX_BYTES = 1 << 20
MAX_STEPS = 20_000
MAX_LEVEL = 120


class _NoneError(Exception):
    """Nothing of a reasonable size."""


class Counter:
    """Looks for a message between two releases."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._least: dict[int, bytes] = {}
        self._open: set[int] = set()
        self._seen: set[tuple[int, int]] = set()
        self._steps = 0

    def message(self, old: Sequence[Ref], new: Sequence[Ref]) -> bytes | None:
        """Return a message of ``old`` that ``new`` does not read as it was meant; None if none was found."""
        self._steps = 0
        self._seen.clear()
        try:
            return self._part(self.language.row(old, -1), self.language.row(new, -1), 0)
        except (UndecidedError, _NoneError, RecursionError):
            return None

    def _part(self, one: int, other: int, level: int) -> bytes | None:
        """Return where two rows part; None when the first is included, or is being looked at."""
        if (one, other) in self._seen:
            return None
        self._seen.add((one, other))
        self._steps += 1
        if self._steps > MAX_STEPS or level > MAX_LEVEL:
            raise _NoneError
        one, other = self.language.open_row(0, one), self.language.open_row(1, other)
        if one < 0 or other < 0:
            return None if one == other else self._shortest(one)
        (a, rest), (b, after) = self.language.heads[one], self.language.heads[other]
        match a, b:
            case Run(), Run() if a.size == b.size or min(a.size, b.size) % 4 == 0:
                least = min(a.size, b.size)
                return self._behind(
                    bytes(range(1, 256)).ljust(least, b"."), least,
                    self.language.row([Run(a.size - least)], rest), self.language.row([Run(b.size - least)], after),
                    level,
                )  # fmt: skip
            case Wide(), Wide() if a == b:
                return self._behind(bytes(16), _width(a.kind), rest, after, level)
            case Counted(), Counted() if (a.item is None) == (b.item is None):
                return self._counted(a, b, rest, after, level)
            case Word() | Counted(), Word() | Counted():
                return self._words(a, b, rest, after, level)
        if isinstance(a, Repeated):
            return self._part(self._unrolled(a, rest), other, level + 1)
        if isinstance(b, Repeated):
            return self._part(one, self._unrolled(b, after), level + 1)
        return self._shortest(one)

    def _unrolled(self, head: Repeated, rest: int) -> int:
        return self.language.row([head.item, Repeated(head.count - 1, head.item)], rest)

    def _behind(self, data: bytes, size: int, rest: int, after: int, level: int) -> bytes | None:
        found = self._part(rest, after, level + 1)
        return None if found is None else data[:size] + bytes(-size % 4) + found

    def _counted(self, a: Counted, b: Counted, rest: int, after: int, level: int) -> bytes | None:
        if a.limit > b.limit:
            return self._items(b.limit + 1, a.item) + self._shortest(rest)
        if a.item is not None and b.item is not None and a.limit:
            found = self._part(self.language.row([a.item], -1), self.language.row([b.item], -1), level + 1)
            if found is not None:
                return _number(1) + found + self._shortest(rest)
        found = self._part(rest, after, level + 1)
        return None if found is None else _number(0) + found

    def _items(self, count: int, item: Ref | None) -> bytes:
        if count > MAX_BYTES:
            raise _NoneError
        if item is None:
            return _number(count) + b"a" * count + bytes(-count % 4)
        return _number(count) + self._times(count, self._shortest(self.language.row([item], -1)))

    def _times(self, count: int, data: bytes) -> bytes:
        if count * len(data) > MAX_BYTES:
            raise _NoneError
        return data * count

    def _words(self, a: Word | Counted, b: Word | Counted, rest: int, after: int, level: int) -> bytes | None:
        if isinstance(a, Word) and isinstance(b, Word) and not same_names(a, b):
            wrong = next((n for n, name in a.names if not same_names(Word(a.cases, ((n, name),)), b)), None)
            numbers: Iterator[int] = iter([wrong] if wrong is not None else [n for n, _ in a.names])
            return self._with(next(numbers), a, rest)
        for number in self._numbers(a, b):
            arm, other = behind(a, number), behind(b, number)
            assert arm is not None
            if other is None:
                return self._with(number, a, rest)
            found = self._part(self.language.row(arm, rest), self.language.row(other, after), level + 1)
            if found is not None:
                return _number(number) + found
        return None

    def _with(self, number: int, head: Word | Counted, rest: int) -> bytes:
        arm = behind(head, number)
        return _number(number) + self._shortest(self.language.row(arm or [], rest))

    def _numbers(self, a: Word | Counted, b: Word | Counted) -> Iterator[int]:
        """Yield the numbers that have to be tried: those that only the first takes, then one of each pair of cases."""
        if isinstance(a, Counted) or isinstance(b, Counted):
            few = counts_of(a)
            if few is not None:
                yield from few
                return
            yield from range(64)
            return
        for numbers, _ in a.cases:
            left: Numbers = numbers
            for others, _ in b.cases:
                shared = common(left, others)
                left = without(left, shared) if shared else left
            yield from (low for low, _ in left)
        for numbers, _ in a.cases:
            for others, _ in b.cases:
                yield from (low for low, _ in common(numbers, others)[:1])

    # ---- the shortest end of a message

    def _shortest(self, row: int) -> bytes:
        """Return the least that the sender goes on with."""
        out: list[bytes] = []
        size = 0
        while row >= 0:
            item, row = self.language.heads[row]
            out.append(self._least_of(item))
            size += len(out[-1])
            if size > MAX_BYTES:
                raise _NoneError
        return b"".join(out)

    def _least_of(self, item: Item) -> bytes:
        match item:
            case Run(size):
                return bytes(range(1, 256)).ljust(size, b".")[:size] + bytes(-size % 4)
            case Wide(kind):
                return bytes(range(1, _width(kind) + 1))
            case Counted():
                return _number(0)
            case Repeated(count, inner):
                return self._times(count, self._shortest(self.language.row([inner], -1)))
            case Word():
                return self._least_word(item)
        row = self.language.row([item], -1)
        if row not in self._least:
            if row in self._open:
                raise _NoneError
            self._open.add(row)
            try:
                self._least[row] = self._shortest(self.language.row(self.language.opened(0, item), -1))
            finally:
                self._open.discard(row)
        return self._least[row]

    def _least_word(self, word: Word) -> bytes:
        best: bytes | None = None
        for numbers, arm in word.cases:
            low, high = numbers[0]
            number = low if low or arm else min(1, high)
            try:
                found = _number(number) + self._shortest(self.language.row([arm] if arm else [], -1))
            except _NoneError:
                continue
            if best is None or len(found) < len(best):
                best = found
        if best is None:
            raise _NoneError
        return best


def _width(kind: str) -> int:
    return WIDTHS.get(kind, 4)


def _number(number: int) -> bytes:
    return (number % 2**32).to_bytes(4, "big")
