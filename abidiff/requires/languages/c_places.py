"""Places in C files: how deep names stand in the tree, what line they are on, and whether they stand in code."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

CONTINUED = (b"\\\n", b"\\\r\n")
CONDITION = re.compile(rb"[ \t]*(?:#|%:)[ \t]*(?:el)?if(?:n?def)?\b")
QUOTED = re.compile(rb'"(?:[^"\\\n]|\\.)*"|/\*.*?\*/|(/[/*]|")', re.DOTALL)

MOST_STEPS = 20_000_000
"""Down to all places of one file; a sum of 4,000 calls takes 8,000,000, as many in flat functions 40,000."""


def is_too_deep(root: Any, places: Iterable[re.Match[bytes]]) -> bool:
    """Tell whether going down to all places, which are in order, takes more steps than are allowed."""
    cursor, steps = root.walk(), 0
    for match in places:
        start = match.start()
        while not cursor.node.start_byte <= start < cursor.node.end_byte:
            if not cursor.goto_parent():
                break
        while cursor.goto_first_child_for_byte(start) is not None:
            if cursor.node.start_byte > start:
                cursor.goto_parent()
                break
        steps += cursor.depth
        if steps > MOST_STEPS:
            return True
    return False


def start_of_line(ends: Sequence[int], at: int) -> int:
    """Return where the line of a place begins; ``ends`` are the places of all line ends."""
    row = bisect_left(ends, at)
    return ends[row - 1] + 1 if row else 0


def is_condition(data: bytes, ends: Sequence[int], at: int) -> bool:
    """Tell whether a place stands in the condition of a directive and not in code: by the logical line it is on."""
    start = start_of_line(ends, at)
    while data.endswith(CONTINUED, max(0, start - 3), start):
        start = start_of_line(ends, start - 1)
    return CONDITION.match(data, start) is not None


class Bodies:
    """Tells of places in the bodies of macros whether they stand in code: in no comment, and in no string."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.known: dict[int, tuple[list[int], list[int], int]] = {}

    def is_code(self, node: Any, at: int) -> bool:
        """Tell whether a place in a body is code; what is not closed goes on to the end of the body."""
        if node.start_byte not in self.known:
            starts, ends, open_ = list[int](), list[int](), node.end_byte
            for match in QUOTED.finditer(self.data, node.start_byte, node.end_byte):
                if match[1]:
                    open_ = match.start()
                    break
                starts.append(match.start())
                ends.append(match.end())
            self.known[node.start_byte] = starts, ends, open_
        starts, ends, open_ = self.known[node.start_byte]
        found = bisect_right(starts, at) - 1
        return at < open_ and (found < 0 or at >= ends[found])
