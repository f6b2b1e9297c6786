"""Answers to *since when*, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

import msgspec

from abidiff.history.since import Answer
from abidiff.reports.escape import printable
from abidiff.surface_names import DRIVERS

MANY = 8
"""More drivers or changes than this are cut in the text, with their number; JSON has all."""


def render(name: str, asked: Sequence[tuple[str, Sequence[Answer]]], about: str) -> str:
    """Return the answers in the format of that name.  ``about``: which history told them."""
    return (_json if name == "json" else _text)(asked, about)


def _json(asked: Sequence[tuple[str, Sequence[Answer]]], about: str) -> str:
    answers = [{"asked": given, "items": msgspec.to_builtins(list(found))} for given, found in asked]
    document = {"format": "abidiff-since", "version": 1, "history": about, "answers": answers}
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def _text(asked: Sequence[tuple[str, Sequence[Answer]]], about: str) -> str:
    out: list[str] = []
    for given, found in asked:
        if not found:
            out += [f"{printable(given)}: in none of the releases ({about})"]
        drivers = [answer for answer in found if answer.surface == DRIVERS]
        for answer in found:
            if answer.surface != DRIVERS:
                out += _item(answer)
        for name in dict.fromkeys(answer.name for answer in drivers):
            out += _drivers(name, [answer for answer in drivers if answer.name == name])
    return "\n".join(out) + "\n"


def _item(answer: Answer) -> list[str]:
    out = [f"{printable(answer.name)}: {answer.kind} of {printable(answer.unit)}, since {since(answer)}"]
    out += [f"  {line}" for line in _more(answer)]
    return out


def since(answer: Answer) -> str:
    """Return since when, in words."""
    if not answer.absent:
        seen = f"{answer.first} or before"
    elif answer.unread:
        seen = (
            f"{answer.first} or one of {', '.join(answer.unread)}, which could not be read ({answer.absent} is without)"
        )
    else:
        seen = f"{answer.first} ({answer.absent} is without)"
    if answer.stated and not answer.contradictions and answer.stated != answer.first:
        return f"{answer.stated} by its own tag; seen from {seen}"
    return seen


def _more(answer: Answer) -> list[str]:
    out = []
    if answer.gone:
        may_be = "no value known from {} on; whether it is gone is not known"
        out.append((may_be if answer.is_followed_by_value else "gone in {}").format(answer.gone))
    if answer.deprecated:
        out.append("deprecated")
    out += [f"contradiction: {printable(text)}" for text in answer.contradictions]
    for change in answer.changes[-MANY:]:
        what = f"is {printable(change.shape)}" if change.shape else "is there again"
        without = "has no known value" if answer.is_followed_by_value else "is not there"
        out.append(f"{change.version}: {what if change.there else without}")
    if len(answer.changes) > MANY:
        out.append(f"and {len(answer.changes) - MANY} changes before")
    out += [f"breaks from {b.old} to {b.new}: {b.rule}: {printable(b.message)}" for b in answer.breaks]
    return out


def _drivers(name: str, answers: list[Answer]) -> list[str]:
    out = [f"{printable(name)}: implemented by"]
    width = max(len(printable(answer.unit)) for answer in answers)
    for answer in answers:
        out.append(f"  {printable(answer.unit):<{width}}  since {since(answer)}")
        out += [f"  {'':<{width}}  {line}" for line in _more(answer)]
    return out
