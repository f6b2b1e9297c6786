"""Templates of documents (Jinja, Go, ERB, printf and the like): what is filled in later is left open.

A template is read with all branches of its conditions at once; where that is no document, with the first branches of
all, with the second ones, and so on, each of which is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

HOLE = "abidiff-hole"
"""What stands for something that is filled in later: no element, attribute or value of a schema is called so."""

GO = r"(?:(?!\{\{|\}\}).)*\}\}"
STATEMENT = (
    r"\{%(?:(?!\{%|%\}).)*%\}|\{#(?:(?!\{#|#\}).)*#\}|<%(?!=)(?:(?!<%|%>).)*%>"
    rf"|\{{\{{-?\s*(?:(?:if|else|end|range|with|template|define|block)\b|/\*){GO}"
)
VALUE = (
    rf"\{{\{{{GO}|<%=(?:(?!<%|%>).)*%>|\$\{{[^{{}}\n]*\}}"
    r"|%\(\w+\)[a-z]|%[-0-9.]*(?:l|ll|z)?[sdiuxX]\b|@\w+@|\$\w+"
)
HOLES = re.compile(f"({STATEMENT})|{VALUE}", re.DOTALL)
NAME = re.compile(r"[\w.:-]\Z|<\Z|</\Z")
STARTED = re.compile(r"<([A-Za-z_][\w.:-]*)\Z")
ENDED = re.compile(r"</([A-Za-z_][\w.:-]*)(\s*>)?")
WORD = re.compile(r"(?:\{%|\{\{|<%)[-+~]?\s*([A-Za-z]+)")
DO = re.compile(r"\bdo\b\s*(?:\|[^|]*\|)?\s*-?%>\Z")
LOOPS = frozenset(("for", "foreach", "range", "until", "while"))
OPENING = LOOPS | {"block", "call", "case", "define", "filter", "if", "macro", "raw", "unless", "verbatim", "with"}
MIDDLE = frozenset(("elif", "else", "elseif", "elsif", "when"))
MOST_BRANCHES = 50
"""Of one condition of a template that has to be read branch by branch."""


class Branch(NamedTuple):
    """Text from ``start`` to ``end`` is the branch ``number`` of one with ``of`` branches."""

    start: int
    end: int
    number: int
    of: int


def without_holes(text: str) -> str:
    """Return a template with a word for each value that is filled in, and without its statements; lines stay."""
    out: list[str] = []
    quote, inside, at = "", False, 0
    ends: dict[str, bool] | None = None
    for found in HOLES.finditer(text):
        before = text[at : found.start()]
        quote, inside = _state(before, quote, inside)
        out.append(before)
        glued = bool(NAME.search(before))
        if glued and inside and not quote and (name := STARTED.search(before)) is not None:
            ends = ends if ends is not None else _ends(text)
            glued = ends.get(name[1]) is not True
        empty = (found[1] is not None and not quote) or (inside and not quote and not glued)
        out.append("\n" * found[0].count("\n") if empty else HOLE + "\n" * found[0].count("\n"))
        at = found.end()
    return "".join((*out, text[at:]))


def _ends(text: str) -> dict[str, bool]:
    """Return the names that elements end with → whether nothing more belongs to them.

    Where the end has the name alone, what is filled in behind it at the start brings attributes:
    ``<domain{{ attributes }}> … </domain>``.
    """
    found: dict[str, bool] = {}
    for end in ENDED.finditer(text):
        found[end[1]] = found.get(end[1], True) and end[2] is not None
    return found


def branch_by_branch(text: str) -> Iterator[str]:
    """Yield a template with the first branches of its conditions, with the second ones, …; lines stay.

    A condition with fewer branches keeps its last one.  Of more than ``MOST_BRANCHES`` the text comes whole.
    """
    found = branches(text)
    several = max((each.of for each in found), default=1)
    if several > MOST_BRANCHES:
        yield text
        return
    for number in range(several):
        out: list[str] = []
        at = 0
        for each in sorted(found):
            if each.number != min(number, each.of - 1) and each.start >= at:
                out += (text[at : each.start], "\n" * text.count("\n", each.start, each.end))
                at = each.end
        yield "".join((*out, text[at:]))


def branches(text: str) -> list[Branch]:
    """Return the branches of all conditions of a template that have an end, those with one branch left out."""
    open_: list[tuple[str, list[tuple[int, int]]]] = []  # what opened it, where each branch begins, and its statement
    found: list[Branch] = []
    for each in HOLES.finditer(text):
        statement = each[1]
        if statement is None or statement.startswith(("{#", "<%#")):
            continue
        match = WORD.match(statement)
        word = match[1] if match else ""
        if word in OPENING or DO.search(statement):
            open_.append((word, [(each.start(), each.end())]))
        elif word in MIDDLE and open_:
            open_[-1][1].append((each.start(), each.end()))
        elif word.startswith("end") and open_ and word in ("end", f"end{open_[-1][0]}"):
            _, starts = open_.pop()
            ends = [start for start, _ in starts[1:]] + [each.start()]
            if len(starts) > 1:
                pairs = enumerate(zip(starts, ends, strict=True))
                found += [Branch(begin, end, number, len(starts)) for number, ((_, begin), end) in pairs]
    return found


def _state(text: str, quote: str, inside: bool) -> tuple[str, bool]:
    """Return the quote that is open after some text, and whether a tag is."""
    for char in text:
        if quote:
            quote = "" if char == quote else quote
        elif inside and char in "\"'":
            quote = char
        elif char in "<>":
            inside = char == "<"
    return quote, inside
