"""Writes release notes as reStructuredText (in the manner of libvirt's NEWS) or Markdown."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable

from abidiff.notes import Entry, Notes
from abidiff.reports import markdown, rst

_WIDTH = 79
_SHORT = 14
"""Lines up to which a list stands behind its title, and not in a paragraph of its own."""
_RULE = re.compile(r"\A( *)(([^\w\s])\3*)\Z")


def render(notes: Notes, format_name: str) -> str:
    """Return the notes in a format, ``rst`` or ``markdown``."""
    return _rst(notes) if format_name == "rst" else _markdown(notes)


def _rst(notes: Notes) -> str:
    out = rst.title(notes.title, "=")
    if not notes.sections:
        out += ["Nothing that users see has changed.", ""]
    for section in notes.sections:
        out += [f"* **{rst.text(section.title)}**", ""]
        for entry in section.entries:
            out += _entry(entry)
    return "\n".join(out).rstrip("\n") + "\n"


def _entry(entry: Entry) -> list[str]:
    """Return one bullet of the second level: ``component: title``, then indented paragraphs and lists."""
    literal = rst.literal
    named = [", ".join(literal(name) for name in entry.names)] if entry.names else []
    head = [rst.text(entry.component or "general"), *named, rst.inline(entry.title)]
    if entry.items and not entry.text and not entry.places:
        short = _wrapped(": ".join([*head, _listing(entry, literal, rst.inline)]), "  * ", "    ")
        if len(short) <= _SHORT:
            return [*short, ""]
    out = _wrapped(": ".join(head), "  * ", "    ")
    for sentence in entry.text:
        out += ["", *_wrapped(rst.text(sentence), "    ", "    ")]
    if entry.places:
        out += ["", *_wrapped(f"See {', '.join(literal(place) for place in entry.places)}.", "    ", "    ")]
    if entry.items:
        out += ["", *_wrapped(_listing(entry, literal, rst.inline), "    ", "    ")]
    return [*out, ""]


def _listing(entry: Entry, literal: Callable[[str], str], text: Callable[[str], str]) -> str:
    """Return the items as running text: ``heading: name, name (what is said); heading: name``."""
    parts = []
    for heading, names in entry.items:
        listed = ", ".join(literal(name) + (f" ({text(said)})" if said else "") for name, said in names)
        parts.append(f"{literal(heading)}: {listed}" if heading else listed)
    return "; ".join(parts) + "."


def _wrapped(text: str, first: str, more: str) -> list[str]:
    """Return lines; one that holds a single mark many times would underline the line before it."""
    out = textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=more,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [*out[:1], *(_RULE.sub(r"\1\\\2", line) for line in out[1:])]


def _markdown(notes: Notes) -> str:
    out = [f"## {markdown.text(notes.title)}", ""]
    if not notes.sections:
        out += ["Nothing that users see has changed.", ""]
    for section in notes.sections:
        out += [f"### {markdown.text(section.title)}", ""]
        for entry in section.entries:
            name = f"{', '.join(markdown.code(name) for name in entry.names)}: " if entry.names else ""
            out.append(f"- {markdown.text(entry.component)}: {name}{markdown.text(entry.title)}")
            for sentence in entry.text:
                out += ["", f"  {markdown.text(sentence)}"]
            if entry.places:
                out += ["", f"  See {', '.join(markdown.code(place) for place in entry.places)}."]
            if entry.items:
                out += ["", f"  {_listing(entry, markdown.code, markdown.text)}"]
            out.append("")
    return "\n".join(out).rstrip("\n") + "\n"
