"""What a side could not read, and what that leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from abidiff import surfaces as registry
from abidiff.finding import Finding, Problem, Severity
from abidiff.pipeline.reading import Reading


def unproved(findings: Iterable[Finding], unread: Iterable[tuple[str, str, str]]) -> Iterator[Finding]:
    """Yield the findings; nothing is proved to be gone from a file that could not be read on the new side."""
    closed = {path.casefold(): (path, why) for _, path, why in unread}
    for finding in findings:
        found = None
        if closed and finding.old is not None and finding.new is None:
            path = finding.old.path.casefold()
            parts = path.split("/")
            folders = ("/".join(parts[:depth]) + "/" for depth in range(1, len(parts)))
            found = next((closed[place] for place in (path, *folders) if place in closed), None)
        if found is None or finding.severity is not Severity.BREAKING:
            yield finding
        else:
            text = f"{found[0]}: {found[1]}: it may hold this"
            yield finding.with_(severity=Severity.UNDECIDED, details=(*finding.details, ("not read", text)))


def without_equal(before: Reading, after: Reading) -> tuple[Reading, Reading]:
    """Return both sides without what neither of them shows and is equal on both."""
    equal = set(before.unread).intersection(after.unread)
    equal = {entry for entry in equal if entry[1] in before.pinned and entry[1] in after.pinned}
    if not equal:
        return before, after
    one, other = (tuple(e for e in side.unread if e not in equal) for side in (before, after))
    return replace(before, unread=one), replace(after, unread=other)


def undecided(before: Reading, after: Reading) -> tuple[dict[str, Sequence[Problem]], dict[str, Sequence[Problem]]]:
    """Return surface → the problems that keep the verdict open, of the surfaces that have some on both sides."""
    old: dict[str, Sequence[Problem]] = {}
    new: dict[str, Sequence[Problem]] = {}
    for name, part in before.parts.items():
        other, surface = after.parts.get(name), registry.surface(name)
        if surface.undecided is not None and part.flawed and other is not None and other.flawed:
            old[name], new[name] = surface.undecided(part.model, other.model)
    return old, new
