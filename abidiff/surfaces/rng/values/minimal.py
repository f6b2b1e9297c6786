"""The minimal automaton of a complete one, as tables of states."""

from __future__ import annotations

from typing import TypeAlias

Rows: TypeAlias = list[list[int]]
"""State → class of characters → state; state 0 is the initial one."""


def minimal(rows: Rows, accept: set[int]) -> tuple[Rows, set[int]]:
    """Merge equivalent states; state 0 stays number 0."""
    rows, accept = _reachable(rows, accept)
    block = _blocks(_narrow(rows), accept)
    number: dict[int, int] = {}
    names = [number.setdefault(one, len(number)) for one in block]
    merged: Rows = [[] for _ in number]
    for state, row in enumerate(rows):
        if not merged[names[state]]:
            merged[names[state]] = [names[target] for target in row]
    return merged, {names[state] for state in accept}


def _narrow(rows: Rows) -> Rows:
    """Return the rows with one class of characters of those that lead everywhere to the same states."""
    columns = dict.fromkeys(zip(*rows, strict=True))
    if len(columns) == len(rows[0]):
        return rows
    return [list(row) for row in zip(*columns, strict=True)]


def _blocks(rows: Rows, accept: set[int]) -> list[int]:
    return _hopcroft(rows, accept) if len(rows) >= 64 else _moore(rows, accept)


def _moore(rows: Rows, accept: set[int]) -> list[int]:
    """Return the class of each state: refinement by successors until nothing changes."""
    block = [int(state in accept) for state in range(len(rows))]
    count = len(set(block))
    while True:
        signatures: dict[tuple[int, ...], int] = {}
        get = block.__getitem__
        block = [
            signatures.setdefault((block[state], *map(get, row)), len(signatures)) for state, row in enumerate(rows)
        ]
        if len(signatures) == count:
            return block
        count = len(signatures)


def _hopcroft(rows: Rows, accept: set[int]) -> list[int]:
    """Return the class of each state: J. Hopcroft, *An n log n algorithm for minimizing states*."""
    before: list[list[list[int]]] = [[[] for _ in rows] for _ in rows[0]]
    for state, row in enumerate(rows):
        for kind, target in enumerate(row):
            before[kind][target].append(state)
    blocks = [part for part in (set(accept), set(range(len(rows))) - accept) if part]
    block = [0] * len(rows)
    for state in blocks[-1]:
        block[state] = len(blocks) - 1
    waiting = set(range(len(blocks)))
    while waiting:
        splitter = tuple(blocks[waiting.pop()])
        for sources in before:
            touched: dict[int, list[int]] = {}
            for target in splitter:
                for state in sources[target]:
                    touched.setdefault(block[state], []).append(state)
            for at, states in touched.items():
                if len(states) < len(blocks[at]):
                    _split(blocks, block, waiting, at, states)
    return block


def _split(blocks: list[set[int]], block: list[int], waiting: set[int], at: int, states: list[int]) -> None:
    part = set(states)
    rest = blocks[at] - part
    small, large = (part, rest) if len(part) <= len(rest) else (rest, part)
    # the smaller part gets the new number, so it is the one that has to be looked at again
    blocks[at] = large
    for state in small:
        block[state] = len(blocks)
    waiting.add(len(blocks))
    blocks.append(small)


def _reachable(rows: Rows, accept: set[int]) -> tuple[Rows, set[int]]:
    seen = {0: 0}
    order = [0]
    for state in order:
        for target in rows[state]:
            if target not in seen:
                seen[target] = len(order)
                order.append(target)
    if len(order) == len(rows):
        return rows, accept
    out = [[seen[target] for target in rows[state]] for state in order]
    return out, {seen[state] for state in accept if state in seen}
