"""Since tags of functions, from the comments before their definitions.

A comment that begins ``/**`` and names a function in its first line documents it::

    /**
     * shipSink:
     * ...
     * Since: 1.2.0
     */
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from abidiff.location import Location

_NAME = re.compile(r"/\*\*[ \t]*\r?\n[ \t]*\*[ \t]*([A-Za-z_]\w*)[ \t]*:?[ \t]*\r?\n")
_SINCE = re.compile(r"\b[Ss]ince:?\s*v?([0-9]+(?:\.[0-9]+)+)")


class Documented(NamedTuple):
    """A documented function: its tag (or empty), and the place of the tag, else of the comment."""

    name: str
    since: str
    place: Location


def documented(path: str, text: str) -> Iterator[Documented]:
    """Yield the documented functions of a file."""
    at, line, counted = 0, 1, 0
    while True:
        start = text.find("/**", at)
        if start < 0:
            return
        end = text.find("*/", start + 2)
        if end < 0:
            return
        at = end + 2
        match = _NAME.match(text, start, end)
        if match is None:
            continue
        tags = list(_SINCE.finditer(text, match.end(), end))
        place = tags[-1].start() if tags else match.start(1)
        line += text.count("\n", counted, place)
        counted = place
        yield Documented(match[1], tags[-1][1] if tags else "", Location(path, line))
