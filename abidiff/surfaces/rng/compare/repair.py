"""The smallest change to the new schema that allows again what a cause refuses, in the schema's own syntax."""

from __future__ import annotations

from collections.abc import Sequence

from abidiff.markup import escape, quoteattr
from abidiff.surfaces.rng.decide.blame import Written
from abidiff.surfaces.rng.decide.causes import Cause
from abidiff.surfaces.rng.decide.steps import Kind
from abidiff.surfaces.rng.model import DEFINE
from abidiff.surfaces.rng.values import prefixes

_WRAPPERS = ("choice", "group", "interleave", "optional", "zeroOrMore", "oneOrMore", "mixed", "list")


def repair(cause: Cause, written: Sequence[Written]) -> str:
    """Say what to put back, to make optional or to allow; empty where no single change does it."""
    if cause.edit is None or cause.hider is not None:
        return ""
    old, new = written
    was, now = old.outline.kinds[cause.edit.allowed], new.outline.kinds[cause.edit.forbidden]
    mine, theirs = markup(old, cause.edit.allowed), markup(new, cause.edit.forbidden)
    place = new.location(cause.edit.forbidden)
    if cause.kind in (Kind.ATTRIBUTE_REQUIRED, Kind.ELEMENT_REQUIRED):
        return f"put <optional> around {theirs} ({place})"
    if was in _WRAPPERS and now in _WRAPPERS:
        same = _tokens(old, cause.edit.allowed) == _tokens(new, cause.edit.forbidden)
        return f"{mine} in place of {theirs} ({place})" if same else ""
    if cause.kind is Kind.STRUCTURE:
        return ""
    if was == now and was in ("data", "value"):
        return f"allow {mine} again beside {theirs} ({place})"
    verb = "allow" if was in ("data", "value", "text") else "put"
    end = "again in" if verb == "allow" else "back into"
    return f"{verb} {mine} {end} {theirs} ({place})"


def _tokens(side: Written, part: int) -> list[tuple[str, str]]:
    """Return what stands directly in a part."""
    return sorted(map(side.token, side.inside(part)))


def markup(side: Written, part: int) -> str:
    """Write a part as its start tag, or whole where it is short."""
    kind, name = side.token(part)
    if kind == DEFINE:
        return f"<define name={quoteattr(name)}>" if name else "<start>"
    if kind == "value":
        return f"<value>{escape(name)}</value>"
    if kind == "data":
        return f"<data type={quoteattr(name.partition(' ')[0])}>"
    if kind in ("ref", "parentRef"):
        return f"<{kind} name={quoteattr(name)}/>"
    if kind in ("element", "attribute"):
        if "*" in name or "|" in name:
            return f"<{kind}>"
        ns, _, local = name[1:].partition("}") if name.startswith("{") else ("", "", name)
        return f"<{kind} name={quoteattr(f'{prefixes.of(ns)}:{local}' if ns else local)}>"
    return f"<{kind}>"
