"""Access control: whether a call needs less, more, or something else than before.

A requirement is ``object:permission``, with a condition behind a further ``:``.  One without a condition
covers those with one.  Filters (``@aclfilter``) take objects that the caller must not see out of a list.
"""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.surfaces.xdr.change import AccessChanged
from abidiff.surfaces.xdr.model import Procedure


def access_change(unit: str, before: Procedure, after: Procedure) -> AccessChanged | None:
    """Return how the requirements of a procedure changed, or None."""
    if before.acl == after.acl and before.filters == after.filters:
        return None
    old, new = _requirements(before), _requirements(after)
    lost = tuple(rule for rule in old if not _covered(rule, new))
    gained = tuple(rule for rule in new if not _covered(rule, old))
    if not lost and not gained:
        return None
    return AccessChanged(
        unit, after.name, old=before.location, new=after.location, before=_written(before), after=_written(after),
        lost=lost, gained=gained, notes=_notes(before, after), reaches=(after.name,),
    )  # fmt: skip


def _requirements(procedure: Procedure) -> list[str]:
    return [*(procedure.acl or ()), *(f"filter {rule}" for rule in procedure.filters)]


def _written(procedure: Procedure) -> tuple[str, ...] | None:
    if procedure.acl is None and not procedure.filters:
        return None
    return tuple(_requirements(procedure))


def _covered(rule: str, others: Iterable[str]) -> bool:
    """Whether a requirement still holds: as it is, or for all cases instead of some."""
    plain = [_plain(other) for other in others]
    return _plain(rule) in plain or ":".join(_plain(rule).split(":")[:2]) in plain


def _plain(rule: str) -> str:
    """Write an object in one way: libvirt spelt ``storagepool`` and ``nodedev`` before the underscores."""
    head, _, rest = rule.partition(":")
    words = head.replace("_", "").replace("nodedevice", "nodedev")
    return f"{words}:{rest.replace('-', '_')}"


def _notes(before: Procedure, after: Procedure) -> tuple[tuple[str, str], ...]:
    """Return the other annotations that changed, as (name, before → after)."""
    old: dict[str, list[str]] = {}
    new: dict[str, list[str]] = {}
    for found, procedure in ((old, before), (new, after)):
        for name, value in procedure.notes:
            found.setdefault(name, []).append(value)
    return tuple(
        (f"@{name}", f"{', '.join(old.get(name, ['(none)']))} → {', '.join(new.get(name, ['(none)']))}")
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    )
