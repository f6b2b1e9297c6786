"""Regular languages as canonical minimal automata: equal languages are the same object.

Each automaton carries the coarsest partition of the characters that its language can tell apart;
two automata are combined over the common refinement of their partitions.  That gives the same
answers as one partition for everything, and nothing needs to be known beforehand.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

import msgspec

from abidiff.limits import now, passed
from abidiff.surfaces.rng.values.bits import bits
from abidiff.surfaces.rng.values.charsets import SPACE, XML_CHARS, CharSet, chars
from abidiff.surfaces.rng.values.interning import owned
from abidiff.surfaces.rng.values.minimal import Rows, minimal
from abidiff.surfaces.rng.values.xsdregex import Alt, Chars, Regex, Repeat, Seq


class Dfa:
    """A complete, minimal, canonical automaton; compare with ``is``.

    ``starts``  where each interval of characters starts, ascending.
    ``kinds``   the class of each interval; -1 for what is no character of XML.
    ``rows``    state → class → state; state 0 is the initial one.
    ``accept``  the accepting states.
    """

    __slots__ = ("_ascii", "accept", "kinds", "rows", "starts")

    def __init__(
        self,
        starts: tuple[int, ...],
        kinds: tuple[int, ...],
        rows: tuple[tuple[int, ...], ...],
        accept: frozenset[int],
    ) -> None:
        self.starts = starts
        self.kinds = kinds
        self.rows = rows
        self.accept = accept
        self._ascii: list[int] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no word is accepted."""
        return not self.accept

    def kind(self, code: int) -> int:
        """Return the class of a code point."""
        return self.kinds[bisect_right(self.starts, code) - 1]

    def accepts(self, text: str) -> bool:
        """Whether a word is in the language."""
        state = 0
        for c in text:
            kind = self.kind(ord(c))
            if kind < 0:
                return False
            state = self.rows[state][kind]
        return state in self.accept

    def to_bytes(self) -> bytes:
        """Serialise, for a cache."""
        return msgspec.msgpack.encode((self.starts, self.kinds, self.rows, sorted(self.accept)))


_Packed: TypeAlias = tuple[tuple[int, ...], tuple[int, ...], tuple[tuple[int, ...], ...], tuple[int, ...]]
_INTERNED: dict[tuple[object, ...], Dfa] = {}


def from_bytes(data: bytes) -> Dfa:
    """Read what :meth:`Dfa.to_bytes` wrote.  Raises ``msgspec.DecodeError``."""
    starts, kinds, rows, accept = msgspec.msgpack.decode(data, type=_Packed)
    return _intern(starts, kinds, rows, frozenset(accept))


def _intern(
    starts: tuple[int, ...],
    kinds: tuple[int, ...],
    rows: tuple[tuple[int, ...], ...],
    accept: frozenset[int],
) -> Dfa:
    key = (starts, kinds, rows, accept)
    found = _INTERNED.get(key)
    if found is None:
        found = _INTERNED[key] = Dfa(starts, kinds, rows, accept)
    return found


# Partitions of the characters


def partition(sets: Iterable[CharSet]) -> tuple[list[int], list[int], list[int]]:
    """Split XML's characters by which of the sets they are in.

    Returns the starts of the intervals, the class of each, and for each class the bit set of
    the sets that it is in (bit i: the i-th set).
    """
    events: dict[int, int] = {0: 0, 0x110000: 0}
    universe = 1
    for bit, one in enumerate((XML_CHARS, *sets)):
        for low, high in one:
            events[low] = events.get(low, 0) ^ (1 << bit)
            events[high + 1] = events.get(high + 1, 0) ^ (1 << bit)
    starts: list[int] = []
    kinds: list[int] = []
    classes: dict[int, int] = {}
    current = 0
    for at in sorted(events):
        current ^= events[at]
        if at > 0x10FFFF:
            break
        kind = classes.setdefault(current >> 1, len(classes)) if current & universe else -1
        if not kinds or kinds[-1] != kind:
            starts.append(at)
            kinds.append(kind)
    return starts, kinds, list(classes)


def joint(one: Dfa, other: Dfa) -> tuple[list[int], list[int], list[tuple[int, int]]]:
    """Return the common refinement: starts, classes, and for each class the pair that it stands for."""
    points = sorted({*one.starts, *other.starts})
    starts: list[int] = []
    kinds: list[int] = []
    pairs: dict[tuple[int, int], int] = {}
    i = j = 0
    for at in points:
        while i + 1 < len(one.starts) and one.starts[i + 1] <= at:
            i += 1
        while j + 1 < len(other.starts) and other.starts[j + 1] <= at:
            j += 1
        pair = (one.kinds[i], other.kinds[j])
        kind = -1 if pair[0] < 0 else pairs.setdefault(pair, len(pairs))
        if not kinds or kinds[-1] != kind:
            starts.append(at)
            kinds.append(kind)
    return starts, kinds, list(pairs)


def check_states(number: int) -> None:
    """Raise :class:`LimitError` when an automaton grows beyond all measure."""
    if number > now().automaton_states:
        raise passed("automaton-states", f"a value language needs more than {now().automaton_states} states")


# From a regular expression: Glushkov positions, subset construction


class _Positions:
    """First, last and follow sets as bit sets (Glushkov)."""

    def __init__(self) -> None:
        self.sets: list[CharSet] = []
        self.follow: list[int] = []

    def add(self, one: CharSet) -> int:
        if len(self.sets) >= now().pattern_positions:
            raise passed("pattern-positions", f"a pattern needs more than {now().pattern_positions} positions")
        self.sets.append(one)
        self.follow.append(0)
        return 1 << (len(self.sets) - 1)

    def link(self, last: int, first: int) -> None:
        for position in bits(last):
            self.follow[position] |= first

    def build(self, node: Regex) -> tuple[bool, int, int]:
        """Return (nullable, first, last)."""
        if isinstance(node, Chars):
            if not node.set:
                return False, 0, 0
            bit = self.add(node.set)
            return False, bit, bit
        if isinstance(node, Seq):
            return self.sequence(node.parts)
        if isinstance(node, Alt):
            nullable, first, last = False, 0, 0
            for branch in node.branches:
                n, f, e = self.build(branch)
                nullable, first, last = nullable or n, first | f, last | e
            return nullable, first, last
        return self.repeat(node)

    def sequence(self, parts: Sequence[Regex]) -> tuple[bool, int, int]:
        nullable, first, last = True, 0, 0
        for part in parts:
            n, f, e = self.build(part)
            self.link(last, f)
            if nullable:
                first |= f
            last = e | (last if n else 0)
            nullable = nullable and n
        return nullable, first, last

    def repeat(self, node: Repeat) -> tuple[bool, int, int]:
        if node.high is None:
            if node.low > 1:
                head = (node.body,) * (node.low - 1)
                return self.sequence((*head, Repeat(node.body, 1, None)))
            n, f, e = self.build(node.body)
            self.link(e, f)
            return n or node.low == 0, f, e
        # x{2,4} = x x (x (x)?)?: every optional copy may be the last one
        nullable, first, last = True, 0, 0
        open_ends = 0
        for count in range(node.high):
            n, f, e = self.build(node.body)
            self.link(last, f)
            if nullable:
                first |= f
            last = e | (last if n else 0)
            nullable = nullable and n
            if count + 1 == node.low:
                open_ends = 0
            if count + 1 >= node.low:
                open_ends |= last
        return nullable or node.low == 0, first, open_ends if node.high else 0


_COMPILED: dict[Regex, Dfa] = {}


def compile_regex(node: Regex) -> Dfa:
    """Return the automaton of a regular expression.  Raises :class:`LimitError`."""
    found = _COMPILED.get(node)
    if found is None:
        found = _COMPILED[node] = _compile(node)
    return found


def check_regex(node: Regex) -> None:
    """See whether a regular expression has an automaton, without making the smallest.  Raises :class:`LimitError`."""
    if node not in _COMPILED:
        _determined(node)


def _compile(node: Regex) -> Dfa:
    return canonical(*_determined(node))


def _determined(node: Regex) -> tuple[list[int], list[int], Rows, set[int]]:
    """Return the starts and classes of intervals, the states and the accepting ones."""
    positions = _Positions()
    nullable, first, last = positions.build(node)
    sets = list(dict.fromkeys(positions.sets))
    index = {one: number for number, one in enumerate(sets)}
    starts, kinds, signatures = partition(sets)
    at_set = [0] * len(sets)
    for position, one in enumerate(positions.sets):
        at_set[index[one]] |= 1 << position
    match = []
    for signature in signatures:
        mask = 0
        for number in bits(signature):
            mask |= at_set[number]
        match.append(mask)
    return starts, kinds, *_subsets(positions.follow, match, first, last, nullable)


def _subsets(follow: list[int], match: list[int], first: int, last: int, nullable: bool) -> tuple[Rows, set[int]]:
    """Subset construction; a state is the set of positions that was read, -1 the initial one."""
    bound, steps = now().automaton_states, now().automaton_steps
    weight = 1 + (len(follow) >> 10)  # sets of thousands of positions take longer to unite
    numbers: dict[int, int] = {-1: 0}
    order = [-1]
    rows: Rows = []
    accept = {0} if nullable else set()
    while len(rows) < len(order):
        state = order[len(rows)]
        reach = first
        if state != -1:
            reach = 0
            steps -= weight * (state.bit_count() + (len(match) >> 3))
            if steps < 0:
                raise passed("automaton-steps", f"a pattern needs more than {now().automaton_steps} steps")
            for position in bits(state):
                reach |= follow[position]
        row = []
        for mask in match:
            target = reach & mask
            number = numbers.get(target)
            if number is None:
                number = numbers[target] = len(order)
                order.append(target)
                if target & last:
                    accept.add(number)
                if number > bound:
                    raise passed("automaton-states", f"a pattern needs more than {bound} states")
            row.append(number)
        rows.append(row)
    return rows, accept


# Minimal and canonical


def canonical(starts: Sequence[int], kinds: Sequence[int], rows: Rows, accept: Iterable[int]) -> Dfa:
    """Return the interned automaton of the language of a complete automaton (state 0 is initial)."""
    rows, marked = minimal(rows, set(accept))
    columns: dict[tuple[int, ...], int] = {}
    old_to_new = [columns.setdefault(tuple(column), len(columns)) for column in zip(*rows, strict=True)]
    # classes are numbered by their first interval, intervals of one class merged
    renumber: dict[int, int] = {}
    new_starts: list[int] = []
    new_kinds: list[int] = []
    for at, kind in zip(starts, kinds, strict=True):
        new = -1 if kind < 0 else renumber.setdefault(old_to_new[kind], len(renumber))
        if not new_kinds or new_kinds[-1] != new:
            new_starts.append(at)
            new_kinds.append(new)
    by_class = list(columns)
    picked = [by_class[column] for column in renumber]
    numbers = {0: 0}
    order = [0]
    out: list[tuple[int, ...]] = []
    while len(out) < len(order):
        state = order[len(out)]
        row = []
        for column in picked:
            target = column[state]
            number = numbers.get(target)
            if number is None:
                number = numbers[target] = len(order)
                order.append(target)
            row.append(number)
        out.append(tuple(row))
    good = frozenset(numbers[state] for state in marked if state in numbers)
    return _intern(tuple(new_starts), tuple(new_kinds), tuple(out), good)


def _distances(rows: Rows, accept: set[int]) -> list[int]:
    """Shortest distance to acceptance: a first partition that equivalent states can't cross."""
    before: list[list[int]] = [[] for _ in rows]
    for state, row in enumerate(rows):
        for target in set(row):
            before[target].append(state)
    distance = [-1] * len(rows)
    queue = deque(sorted(accept))
    for state in queue:
        distance[state] = 0
    while queue:
        state = queue.popleft()
        for source in before[state]:
            if distance[source] < 0:
                distance[source] = distance[state] + 1
                queue.append(source)
    return distance


# Combination

_PRODUCTS: dict[tuple[str, Dfa, Dfa], Dfa] = {}


def _product(one: Dfa, other: Dfa, name: str, keep: Callable[[bool, bool], bool]) -> Dfa:
    key = (name, one, other)
    found = _PRODUCTS.get(key)
    if found is not None:
        return found
    starts, kinds, pairs = joint(one, other)
    bound = now().automaton_states
    numbers = {(0, 0): 0}
    order = [(0, 0)]
    rows: Rows = []
    while len(rows) < len(order):
        left, right = (one.rows[order[len(rows)][0]], other.rows[order[len(rows)][1]])
        row = []
        for a, b in pairs:
            target = (left[a], right[b])
            number = numbers.get(target)
            if number is None:
                number = numbers[target] = len(order)
                order.append(target)
                if number > bound:
                    raise passed("automaton-states", f"two value languages combined need more than {bound} states")
            row.append(number)
        rows.append(row)
    good = [i for i, (a, b) in enumerate(order) if keep(a in one.accept, b in other.accept)]
    found = _PRODUCTS[key] = canonical(starts, kinds, rows, good)
    return found


def union(one: Dfa, other: Dfa) -> Dfa:
    """Words of either."""
    if one is other or other.is_empty:
        return one
    return other if one.is_empty else _product(one, other, "|", lambda a, b: a or b)


def intersection(one: Dfa, other: Dfa) -> Dfa:
    """Words of both."""
    if one is other or other is ANYTHING:
        return one
    return other if one is ANYTHING else _product(one, other, "&", lambda a, b: a and b)


def difference(one: Dfa, other: Dfa) -> Dfa:
    """Words of the first that are not of the second."""
    if one is ANYTHING:
        return _complement(other)
    return NOTHING if one is other else _product(one, other, "-", lambda a, b: a and not b)


def _complement(one: Dfa) -> Dfa:
    """Texts that are no words of it: it is complete over the characters of XML, and minimal either way."""
    return _intern(one.starts, one.kinds, one.rows, frozenset(range(len(one.rows))) - one.accept)


def union_all(parts: Iterable[Dfa]) -> Dfa:
    """Words of any of the languages (pairwise, like a tournament)."""
    layer = list(parts)
    while len(layer) > 1:
        layer = [union(*layer[i : i + 2]) if i + 1 < len(layer) else layer[i] for i in range(0, len(layer), 2)]
    return layer[0] if layer else NOTHING


def words(texts: Iterable[str]) -> Dfa:
    """Return the automaton of a finite set of words."""
    rows: list[dict[str, int]] = [{}]
    accept = set()
    for text in sorted(set(texts)):
        state = 0
        for c in text:
            target = rows[state].get(c)
            if target is None:
                target = rows[state][c] = len(rows)
                rows.append({})
            state = target
        accept.add(state)
    letters = sorted({c for row in rows for c in row})
    starts, kinds, signatures = partition([chars(c) for c in letters])
    column = [letters[s.bit_length() - 1] if s else "" for s in signatures]
    dead = len(rows)
    table = [[row.get(c, dead) if c else dead for c in column] for row in rows]
    table.append([dead] * len(column))
    return canonical(starts, kinds, table, accept)


# White space (XML Schema part 2, 4.3.6)


def _refine(one: Dfa, extra: CharSet) -> tuple[list[int], list[int], list[tuple[int, bool]]]:
    """Split the classes by membership in a set."""
    sets = [extra]
    starts, kinds, signatures = partition(sets)
    helper = Dfa(tuple(starts), tuple(kinds), ((0,) * len(signatures),), frozenset())
    new_starts, new_kinds, pairs = joint(one, helper)
    return new_starts, new_kinds, [(a, bool(signatures[b] & 1)) for a, b in pairs]


def replaced(core: Dfa) -> Dfa:
    """Words that are in the core once each white space character became a space."""
    starts, kinds, pairs = _refine(core, SPACE)
    space = core.kind(0x20)
    rows = [[row[space] if white else row[kind] for kind, white in pairs] for row in core.rows]
    return canonical(starts, kinds, rows, core.accept)


def collapsed(core: Dfa) -> Dfa:
    """Words that are in the core once white space is collapsed."""
    starts, kinds, pairs = _refine(core, SPACE)
    space = core.kind(0x20)
    size = len(core.rows)
    # 0: nothing read but white space; 1 + s: in a word at s; 1 + size + s: white space after a word at s
    rows: Rows = [[0 if white else 1 + core.rows[0][kind] for kind, white in pairs]]
    for state, row in enumerate(core.rows):
        rows.append([1 + size + state if white else 1 + row[kind] for kind, white in pairs])
    for state, row in enumerate(core.rows):
        after = core.rows[row[space]]
        rows.append([1 + size + state if white else 1 + after[kind] for kind, white in pairs])
    accept = [0] if 0 in core.accept else []
    accept += [1 + s for s in core.accept] + [1 + size + s for s in core.accept]
    return canonical(starts, kinds, rows, accept)


def padded(core: Dfa) -> Dfa:
    """Words that are in the core once the white space around them is taken away."""
    starts, kinds, pairs = _refine(core, SPACE)
    # 0: nothing read but white space; 1 + 2 * s + b: at s; b: in the core before the last white space
    rows: Rows = [[0 if white else _at(core.rows[0][kind], core) for kind, white in pairs]]
    for row in core.rows:
        for good in (0, 1):
            rows.append([1 + 2 * row[kind] + good if white else _at(row[kind], core) for kind, white in pairs])
    accept = [1 + 2 * state + 1 for state in range(len(core.rows))]
    return canonical(starts, kinds, rows, [0, *accept] if 0 in core.accept else accept)


def _at(state: int, core: Dfa) -> int:
    return 1 + 2 * state + (state in core.accept)


# Words

_NICE = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_./:,+=@%#!?*()[]{}~^;|'\"\\`$&<> "


def _letters(one: Dfa) -> list[str]:
    """Return the most readable character of each class."""
    found: dict[int, str] = {}
    for c in _NICE:
        found.setdefault(one.kind(ord(c)), c)
    for at, kind in zip(one.starts, one.kinds, strict=True):
        found.setdefault(kind, chr(at))
    return [found[kind] for kind in range(len(one.rows[0]))]


_MOST_TRIED = 1_000_000
"""Steps in looking for more words than the shortest one."""


def some_words(one: Dfa, limit: int = 1) -> list[str]:
    """Return up to ``limit`` words of the language, shortest and most readable first: one at least, if there is any.

    For one word each state is met once only: whatever leads to it later is longer, or less readable.
    """
    if one.is_empty:
        return []
    letters = _letters(one)
    rank = {c: i for i, c in enumerate(_NICE)}
    order = sorted(range(len(letters)), key=lambda kind: rank.get(letters[kind], 999 + kind))
    alive = _distances([list(row) for row in one.rows], set(one.accept))
    out: list[str] = []
    layer: list[tuple[int, str]] = [(0, "")]
    work = 0
    seen: dict[int, int] = {}
    while layer and len(out) < limit:
        work += len(layer) * len(order)
        if limit > 1:
            if work > _MOST_TRIED:
                return out or some_words(one)
            seen = {}
        following: list[tuple[int, str]] = []
        for state, text in layer:
            if state in one.accept and len(out) < limit:
                out.append(text)
            for kind in order:
                target = one.rows[state][kind]
                if alive[target] >= 0 and seen.get(target, 0) < limit:
                    seen[target] = seen.get(target, 0) + 1
                    following.append((target, text + letters[kind]))
        layer = following
    return out


ANYTHING: Dfa = compile_regex(Repeat(Chars(XML_CHARS), 0, None))
"""Every text."""
NOTHING: Dfa = compile_regex(Alt(()))
"""No text."""
WHITE: Dfa = compile_regex(Repeat(Chars(SPACE), 0, None))
"""White space only, or nothing."""


owned(_INTERNED, _COMPILED, _PRODUCTS)
