"""Failures to causes: one for each edit, whatever paths, names and schemas it reaches (claims, rule 6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from abidiff.surfaces.rng.decide.blame import Blame
from abidiff.surfaces.rng.decide.causes import Cause, Edit
from abidiff.surfaces.rng.decide.paths import names_text
from abidiff.surfaces.rng.decide.refusals import Refusals
from abidiff.surfaces.rng.decide.steps import Kind, Obligation
from abidiff.surfaces.rng.values import languages
from abidiff.surfaces.rng.values.namesets import NO_NAME

_FAMILY = {
    Kind.ATTRIBUTE_REMOVED: "not allowed",
    Kind.ELEMENT_REMOVED: "not allowed",
    Kind.STRUCTURE: "not allowed",
    Kind.ATTRIBUTE_REQUIRED: "required",
    Kind.ELEMENT_REQUIRED: "required",
    Kind.ATTRIBUTE_VALUE: "value",
    Kind.TEXT_VALUE: "value",
}
_RANK = {kind: rank for rank, kind in enumerate(Kind)}


def grouped(causes: Iterable[Cause], order: Mapping[str, int], blame: Blame, refusals: Refusals) -> list[Cause]:
    """Make one of the causes that one edit has; the shortest path speaks for them."""
    groups: dict[tuple[object, ...], list[Cause]] = {}
    edits: dict[int, Edit | None] = {}
    repairs = _Repairs(edits, blame, refusals)
    for cause in causes:
        cause.edit = cause.lead.edit if cause.lead not in (None, cause) else blame.edit(cause)
        if cause.hider is None:
            edits[id(cause.found or cause.failure)] = cause.edit
        elif repairs.bring_back(cause):
            continue
        groups.setdefault(_key(cause, blame), []).append(cause)
    _without_covered(groups)
    parted = {id(one.failure.state) for found in groups.values() for one in found if one.alternative and one.parted}
    for key, found in list(groups.items()):
        # of several that are missing, one of which would do, that counts which was edited
        kept = [one for one in found if not one.alternative or one.parted or id(one.failure.state) not in parted]
        if kept:
            groups[key] = kept
        else:
            del groups[key]
    shown = {key[:-1] for key in groups if not key[-1]}
    renamed = {e.forbidden for e in edits.values() if e is not None and blame.renames_attribute(e)}
    return [
        _one(found, order)
        for key, found in groups.items()
        if not key[-1] or (key[:-1] not in shown and not _repaired(found, renamed))
    ]


def _repaired(found: Iterable[Cause], renamed: Collection[int]) -> bool:
    """Whether nothing but new names of attributes are required, where the old ones are told to be gone."""
    return all(
        one.kind is Kind.ATTRIBUTE_REQUIRED and one.edit is not None and one.edit.forbidden in renamed for one in found
    )


def _without_covered(groups: dict[tuple[object, ...], list[Cause]]) -> None:
    """Leave out elements that are missing together where each is missing alone, too: then there is an edit for each."""
    alone = {(one.owner.number, one.names) for found in groups.values() for one in found if _required_alone(one)}
    together: dict[int, list[Cause]] = {}
    for found in groups.values():
        for one in found:
            if one.lead is not None:
                together.setdefault(id(one.lead), []).append(one)
    covered = {lead for lead, found in together.items() if all((one.owner.number, one.names) in alone for one in found)}
    for key, found in list(groups.items()):
        groups[key] = [one for one in found if one.lead is None or id(one.lead) not in covered]
        if not groups[key]:
            del groups[key]


def _required_alone(cause: Cause) -> bool:
    return cause.kind is Kind.ELEMENT_REQUIRED and cause.lead is None and not cause.alternative


class _Repairs:
    """The repairs of what is shown; ``edits`` are those of the failures that were shown up to now."""

    def __init__(self, edits: Mapping[int, Edit | None], blame: Blame, refusals: Refusals) -> None:
        self.edits = edits
        self.blame = blame
        self.refusals = refusals
        self._claims: dict[int, bool] = {}
        self._shown = -1
        self._failures: dict[int, list[int]] = {}
        self._known: dict[tuple[int, frozenset[int]], bool] = {}

    def bring_back(self, cause: Cause) -> bool:
        """Whether they make the documents of a masked cause valid.

        They do when its child is refused by shared edits only, or when the claim that it rests on holds by then.
        """
        return any(
            self._shared(full, label.against) or (label.claim is not None and self._mended(label.claim))
            for label, full in cause.refused
        )

    def _mended(self, claim: Obligation) -> bool:
        """Whether all that a claim fails by, what is masked in it too, is shown and has an edit."""
        if self._shown != len(self.edits):
            self._shown = len(self.edits)
            self._claims.clear()
        if claim.number not in self._claims:
            self._decide(claim)
        return self._claims[claim.number]

    def _decide(self, claim: Obligation) -> None:
        """Decide about a claim and those that it rests on: the greatest fixpoint, as documents are finite."""
        lasting = {number for number, mended in self._claims.items() if not mended}
        while True:
            walk = Refusals(lasting=lasting)
            order = [claim]
            for one in order:
                walk.mask(one)
                order += [other for other in walk.claims.values() if other not in order]
            unshown = sum(1 << at for at, one in enumerate(walk.failures) if self.edits.get(id(one)) is None)
            fresh = {one.number for one in order if one.number not in lasting and walk.mask(one) & unshown}
            if not fresh:
                break
            lasting |= fresh
        self._claims.update({one.number: one.number not in lasting for one in order})

    def _shared(self, full: Obligation, letters: frozenset[int]) -> bool:
        found = self._known.get((full.number, letters))
        if found is None:
            failures = self._failures.get(full.number)
            if failures is None:
                failures = [id(failure) for failure in self.refusals.of(full)]
                self._failures[full.number] = failures
            edits = (self.edits.get(failure) for failure in failures)
            found = bool(failures) and all(edit is not None and self.blame.shared(edit, letters) for edit in edits)
            self._known[full.number, letters] = found
        return found


def grouped_extensions(causes: Iterable[Cause], order: Mapping[str, int]) -> list[Cause]:
    """Make one of the extensions of one path, and of what changed in the structure of one content."""
    groups: dict[tuple[object, ...], list[Cause]] = {}
    owners: dict[tuple[object, ...], tuple[object, ...]] = {}
    for cause in causes:
        cause.whole = cause.kind is Kind.STRUCTURE
        names = NO_NAME if cause.whole else cause.names
        condition = cause.condition[0] if cause.condition and cause.whole else None
        hidden = cause.hider is not None
        owned = (cause.kind, cause.owner.number, names, cause.is_attribute, condition, hidden)
        # the same obligation under another schema is the same cause; so is the same path by another one
        key = owners.get(owned)
        if key is None:
            key = owners[owned] = (cause.kind, cause.subject, condition and names_text(condition), hidden)
        groups.setdefault(key, []).append(cause)
    shown = {key[:2] for key in groups if not key[-1]}
    return [_one(found, order) for key, found in groups.items() if not key[-1] or key[:2] not in shown]


def _key(cause: Cause, blame: Blame) -> tuple[object, ...]:
    hidden = cause.hider is not None
    family = _FAMILY.get(cause.kind, str(cause.kind))
    condition = cause.condition[0] if cause.condition and cause.kind is Kind.STRUCTURE and not cause.branch else None
    if cause.edit is not None and cause.edit.wild:
        return ("not allowed", cause.edit.allowed, cause.edit.forbidden, None, None, hidden)
    if cause.edit is None:
        return (family, cause.owner.number, cause.subject, condition, None, hidden)
    exclusive = blame.exclusive(cause)
    if exclusive is not None:
        return ("exclusive", *exclusive, None, None, hidden)
    if cause.parted and blame.holds_several(cause.edit):
        return ("part", cause.edit.allowed, cause.edit.forbidden, None, None, hidden)
    unseen = condition is None and cause.edit.shared < 0
    names = (cause.names, cause.is_attribute) if unseen else None
    return (family, cause.edit.allowed, cause.edit.forbidden, condition, names, hidden)


def _one(found: list[Cause], order: Mapping[str, int]) -> Cause:
    kinds = sorted({cause.kind for cause in found}, key=_RANK.__getitem__)
    # where a wildcard went, what it stood in speaks for all that it let in
    wild = found[0].edit is not None and found[0].edit.wild
    found.sort(
        key=lambda c: (
            len(c.way.inner.names) if wild else 0,
            c.kind is not kinds[0],
            c.way.claims,
            bool(c.path) and c.elements.count("/"),
            order.get(c.schema, 0),
            len(c.path),
        )
    )
    first = found[0]
    first.more = found[1:]
    if first.closer is not None and all(one.closer == first.closer for one in found):
        first.edit = first.closer
    alike = {id(c.failure): c for c in found if c.names is first.names and c.kind is first.kind}.values()
    first.lang = languages.join_all(c.lang for c in alike)
    if first.condition:
        first.condition = (first.condition[0], languages.join_all(c.condition[1] for c in alike if c.condition))
    return first
