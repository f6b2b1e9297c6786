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
_SINCE = re.compile(r"(?<!\w)[Ss]ince:?\s*v?([0-9]+(?:\.[0-9]+)+)")


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
        tag = _last_tag(text, match.end(), end)
        place = tag.start() if tag else match.start(1)
        line += text.count("\n", counted, place)
        counted = place
        yield Documented(match[1], tag[1] if tag else "", Location(path, line))


def _last_tag(text: str, start: int, end: int) -> re.Match[str] | None:
    """Return the last Since tag in a part of a text; most comments have none, or one at their end."""
    at = end
    while (at := text.rfind("ince", start, at)) > start:
        found = _SINCE.match(text, at - 1, end)
        if found is not None:
            return found
    return None
