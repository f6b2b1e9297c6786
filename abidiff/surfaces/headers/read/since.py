"""Since tags: ``(Since: 11.2.0)`` in the comment before, inside or after a declaration."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from abidiff.surfaces.headers.read.lexer import SourceFile

_SINCE = re.compile(r"\b[Ss]ince:?\s*v?([0-9]+(?:\.[0-9]+)+)")
_BETWEEN = frozenset(",;) \t")


class SinceTags:
    """The tags of one file, looked up by the span of a declaration."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.tags: list[str] = []
        original = file.original
        for start, end, tag in _tagged(original, file.comments):
            self.starts.append(start)
            self.ends.append(end)
            self.tags.append(tag)

    def tag(self, start: int, end: int) -> str:
        """Return the tag of the declaration that spans ``start`` to ``end``, or an empty text."""
        starts = self.starts
        if not starts:
            return ""
        at = bisect_left(starts, start)
        if at < len(starts) and (starts[at] < end or self.trails(end, starts[at])):
            return self.tags[at]
        return self.tags[at - 1] if at and self.leads(at - 1, start) else ""

    def trails(self, end: int, comment: int) -> bool:
        """Tell whether only punctuation stands between the end and a comment on the same line."""
        between = self.file.original[end : min(comment, end + 400)]
        return comment - end < 400 and set(between) <= _BETWEEN

    def leads(self, at: int, start: int) -> bool:
        """Tell whether only blanks stand between a tag's comment and a declaration.

        The comment has to begin its line: one after code belongs to that code.
        """
        text, comment, end = self.file.text, self.starts[at], self.ends[at]
        if text[max(end, start - 80) : start].strip() or text[end:start].strip():
            return False
        line = text.rfind("\n", 0, comment) + 1
        return not text[line:comment].strip()


def _tagged(text: str, comments: list[tuple[int, int]]) -> list[tuple[int, int, str]]:
    """Return the comments with a tag, each with its last one; most hold nothing like it."""
    found = []
    last = -1
    place = text.find("ince")
    while place >= 0:
        at = bisect_right(comments, (place - 1, len(text))) - 1
        if at > last and place <= comments[at][1]:
            tags = _SINCE.findall(text, max(place - 1, comments[at][0]), comments[at][1])
            if tags:
                found.append((*comments[at], tags[-1]))
            last = at
        place = text.find("ince", place + 4)
    return found
