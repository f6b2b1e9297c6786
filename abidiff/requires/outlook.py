"""Whom the oldest release leaves behind, and how far it may be raised."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.change import Change
from abidiff.requires import change
from abidiff.requires.distributions import served, steps
from abidiff.requires.floor import Floor, dead
from abidiff.requires.model import Reading, shown
from abidiff.requires.question import Question


def changes(found: Floor, reading: Reading, question: Question) -> Iterator[Change]:
    """Yield what the distributions that are asked about show."""
    unit, day = question.library, question.day
    floor = max(found.version, question.declared)
    for row in served(question.rows, question.library, day) if question.matrix else ():
        if row.ships(unit) < floor:
            read = row.read if row.stale(day) else None
            yield change.LeftBehind(unit, row.name, row.ships(unit), floor, row.ends, row.sources, read)
    if not question.ahead:
        return
    known = {guard.location for guard in dead(reading.guards, found.version)}
    for step in steps(question.rows, unit, day):
        checks = tuple(g.location for g in dead(reading.guards, step.version) if g.location not in known)
        subject = f"{unit} {shown(step.version)}"
        yield change.Raised(unit, subject, step.version, step.day, step.day == day, step.after, step.holds, checks)
