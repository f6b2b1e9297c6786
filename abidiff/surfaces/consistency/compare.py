"""What is new among the contradictions of a release; or all of them, for ``check``."""

from __future__ import annotations

from collections.abc import Sequence

from abidiff.change import Change
from abidiff.surfaces.consistency.change import KINDS
from abidiff.surfaces.consistency.model import Consistency, Contradiction


def compare(old: Consistency, new: Consistency) -> Sequence[Change]:
    """Return the contradictions that the old release did not have."""
    known = {(c.kind, c.unit, c.subject) for c in old.contradictions}
    return [_change(c) for c in new.contradictions if (c.kind, c.unit, c.subject) not in known]


def contradictions(model: Consistency) -> Sequence[Change]:
    """Return all contradictions of one release."""
    return [_change(c) for c in model.contradictions if not c.new_only]


def _change(found: Contradiction) -> Change:
    return KINDS[found.kind](found.unit, found.subject, found.place, found.other, found.says)
