"""The smallest change to the new schema that allows again what a cause refuses, in the schema's own syntax."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from abidiff.markup import escape, quoteattr
from abidiff.surfaces.rng.change import Repair
from abidiff.surfaces.rng.decide.causes import Cause
from abidiff.surfaces.rng.decide.steps import Kind
from abidiff.surfaces.rng.decide.written import Written
from abidiff.surfaces.rng.model import DEFINE
from abidiff.surfaces.rng.values import prefixes

_VALUES = ("data", "value", "list", "choice", "ref")
_REPEATED = ("optional", "zeroOrMore", "oneOrMore")
_WRAPPERS = ("choice", "group", "interleave", "optional", "zeroOrMore", "oneOrMore", "mixed", "list")


def repair(cause: Cause, written: Sequence[Written]) -> Repair | None:
    """Return what to put back, to make optional or to allow; None where no single change does it."""
    if cause.edit is None or cause.hider is not None:
        return None
    old, new = written
    allowed, forbidden = cause.edit.allowed, cause.edit.forbidden
    action, place = _action(cause, old, new), forbidden
    if action in ("put", "beside") or (not action and old.outline.kinds[allowed] == "group"):
        left = _left(old, new, allowed, forbidden)
        action, place = ("beside", left) if left is not None else (action, place)
    if not action:
        return None
    if action == "put" and new.outline.kinds[place] == "group" and _implied(new, place):
        place = new.outline.ups[place]
    if action == "put":
        allowed, twin = _wild(old, new, allowed, place)
        action, place = ("put", place) if twin is None else ("beside", twin)
    mine, inside = markup(old, allowed), old.inside(allowed)
    if action == "put" and old.outline.kinds[allowed] in _REPEATED and len(inside) == 1:
        mine += markup(old, inside[0])
    return Repair(action, old.location(allowed), new.location(place), mine, markup(new, place))


def _action(cause: Cause, old: Written, new: Written) -> str:
    assert cause.edit is not None
    allowed, forbidden = cause.edit.allowed, cause.edit.forbidden
    was, now = old.outline.kinds[allowed], new.outline.kinds[forbidden]
    if cause.kind in (Kind.ATTRIBUTE_REQUIRED, Kind.ELEMENT_REQUIRED):
        if (was, now) == ("choice", "group") and _tokens(old, allowed) == _tokens(new, forbidden):
            return "swap"
        return "" if cause.lead is not None and now == "element" else "wrap"
    if cause.found is not None and was in _VALUES:
        return ""  # the values alone are not enough: what they are beside has to come back too
    if was == "text" and now == "empty":
        return "swap"
    if was == "choice" and any(old.leaves(branch) <= new.leaves(forbidden) for branch in old.inside(allowed)):
        return ""  # it is one of its branches now
    if now == "choice" and _crowd(cause) and {kind for kind, _ in new.leaves(forbidden)} == {"element"}:
        return "repeat"
    if was in _WRAPPERS and now in _WRAPPERS and _tokens(old, allowed) == _tokens(new, forbidden):
        return "swap"
    if new.excepted(forbidden):
        return ""
    again = new.token(forbidden) in _above(old, allowed)
    apart = cause.kind is Kind.STRUCTURE and not cause.branch
    if not again and (apart or was in _WRAPPERS or now in ("group", "interleave")):
        return ""
    if was == now and was in ("data", "value", "element", "attribute") and not again:
        return "beside"
    if was == "text" and now == "element" and not any(new.outline.kinds[p] in _VALUES for p in new.inside(forbidden)):
        return "put"
    # an attribute has one content
    return "allow" if was in ("data", "value", "text") or now == "attribute" else "put"


def _left(old: Written, new: Written, allowed: int, forbidden: int) -> int | None:
    """Return the one branch of a choice that is left of it: a choice of one pattern is that pattern (4.12)."""
    up = old.outline.ups[allowed]
    if up < 0 or old.outline.kinds[up] != "choice" or new.outline.kinds[forbidden] == "choice":
        return None
    others = {old.token(part) for part in old.inside(up) if part != allowed}
    found = [part for part in new.inside(forbidden) if new.token(part) in others]
    return found[0] if len(found) == 1 and len(new.inside(forbidden)) == 1 else None


def _wild(old: Written, new: Written, allowed: int, place: int) -> tuple[int, int | None]:
    """Return what has to come back of a pattern for names of a class, and what became of it in the other schema.

    A wildcard of attributes has to stand in ``oneOrMore`` (7.1.2), and beside none that takes some of its names (7.3)
    but in a choice: so it comes back with what repeats it, or as a choice with the one that is there.
    """
    core, up = allowed, old.outline.ups[allowed]
    while old.outline.kinds[core] in _REPEATED and len(old.inside(core)) == 1:
        core = old.inside(core)[0]
    if not _has_class(old, core):
        return allowed, None
    kept = {old.token(part) for part in _direct(old, up)} if up >= 0 else set()
    twins = [
        part
        for part in _direct(new, place)
        if _has_class(new, part) and new.outline.kinds[part] == old.outline.kinds[core] and new.token(part) not in kept
    ]
    if len(twins) == 1:
        return core, twins[0]
    return (up, None) if up >= 0 and core == allowed and old.outline.kinds[up] in _REPEATED else (allowed, None)


def _has_class(side: Written, part: int) -> bool:
    """Whether a part is an element or attribute of several names."""
    name = side.outline.names[part]
    return side.outline.kinds[part] in ("element", "attribute") and ("*" in name or "|" in name)


def _direct(side: Written, owner: int) -> Iterator[int]:
    """Return the parts of a part as far as they are written there, and not what elements and attributes hold."""
    for part in side.inside(owner):
        yield part
        if side.outline.kinds[part] in _WRAPPERS:
            yield from _direct(side, part)


def _crowd(cause: Cause) -> bool:
    """Whether several elements could stand beside each other, of which the content is one alone now."""
    several = len({one.names for one in (cause, *cause.more)}) > 1
    return several and cause.kind is Kind.STRUCTURE and cause.condition is None


def _implied(side: Written, group: int) -> bool:
    """Whether a group is not written but what several patterns in one element or define are (4.12)."""
    up = side.outline.ups[group]
    return up >= 0 and side.location(up) == side.location(group)


def _tokens(side: Written, part: int) -> list[tuple[str, str]]:
    """Return what stands directly in a part."""
    return sorted(map(side.token, side.inside(part)))


def _above(side: Written, part: int) -> list[tuple[str, str]]:
    """Return what a part stands in, and what a group around it stands in, which need not be written."""
    ups = side.outline.ups
    found = [ups[part]] if ups[part] >= 0 else []
    if found and side.outline.kinds[found[0]] == "group" and ups[found[0]] >= 0:
        found.append(ups[found[0]])
    return list(map(side.token, found))


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
