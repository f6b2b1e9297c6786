"""What a side could not read, and what that leaves open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from abidiff import surfaces as registry
from abidiff.finding import Finding, Problem, Severity, SurfaceSummary
from abidiff.pipeline.complete import items_of
from abidiff.pipeline.reading import Reading
from abidiff.pkgconfig import ENDINGS
from abidiff.surface import Surface
from abidiff.surface_names import HEADERS, PACKAGES

BLANK = "there is nothing in it"


class Closed(msgspec.Struct, frozen=True):
    """What of the new side shows nothing of what it holds: files (and folders) and units, each with the reason.

    The paths of files are in small letters.  ``named``: what was read of other files.
    ``unfound``: headers that are there while ``naming`` was not read, which may name their folder (path, reason).
    """

    files: dict[str, tuple[str, str]]
    units: dict[str, str]
    named: frozenset[str] = frozenset()
    unfound: frozenset[str] = frozenset()
    naming: tuple[str, str] = ("", "")

    def why(self, finding: Finding) -> str:
        """Return why a finding about something that is gone is not proved; empty when nothing speaks against it."""
        if finding.old is not None and finding.old.path in self.unfound:
            path, reason = self.naming
            if f"/{finding.old.path}".endswith(f"/{finding.subject}"):
                return f"{path}: {reason}: it may name the folder of this header"
        if not self.files and not self.units:
            return ""
        if finding.unit in self.units:
            return self.units[finding.unit]
        about = finding.subject.casefold()  # a finding about a header names it
        for place, (name, reason) in self.files.items():
            if "." in about and (place == about or place.endswith(f"/{about}")):
                return f"{name}: {reason}: it may hold this"
        if finding.old is None:
            return ""
        path = finding.old.path.casefold()
        parts = path.split("/")
        folders = ("/".join(parts[:depth]) + "/" for depth in range(1, len(parts)))
        for place in (path, *folders):
            if place in self.files:
                name, reason = self.files[place]
                if finding.new is None or finding.new.path == name or finding.subject not in self.named:
                    return f"{name}: {reason}: it may hold this"
        return ""


def closed(surface: Surface, summary: SurfaceSummary, before: Reading, after: Reading) -> Closed:
    """Return what of the new side was not read: nothing is proved to be gone from there."""
    files = {path.casefold(): (path, why) for _, path, why in after.unread}
    files.update((path.casefold(), (path, BLANK)) for path in after.blank)
    old, new = before.parts[surface.name], after.parts[surface.name]
    units: dict[str, str] = {}
    here: list[tuple[str, str, str]] = []
    naming = _naming(after) if surface.name == HEADERS else None
    if surface.items is not None and (new.flawed or files or surface.parts or naming):
        here = list(surface.items(new.model))
        for path, why in _lost(surface, old.model, here, new.model.problems):
            files.setdefault(path.casefold(), (path, why))
        said = {unit for unit, _, _ in here}
        for unit in (unit.name for unit in after.units if unit.surface == surface.name):
            if surface.parts and unit not in said:
                units[unit] = f"nothing was found in {unit} on the new side: its files may be emptied or damaged"
    there = [unit.name for unit in after.units if unit.surface == surface.name]
    if there and not surface.optional and not any(items_of(surface, summary.new)):
        why = "nothing was found on the new side, which has files of this kind"
        units.update(dict.fromkeys((*there, *(u.name for u in before.units if u.surface == surface.name)), why))
    named = frozenset(name for _, path, name in here if path.casefold() not in files)
    unfound = frozenset(path for _, path, _ in here) if naming else frozenset()
    return Closed(files, units, named, unfound, naming or ("", ""))


def _naming(after: Reading) -> tuple[str, str] | None:
    """Return a file of pkg-config of the new side that was not read, with the reason."""
    part = after.parts.get(PACKAGES)
    if part is None:
        return None
    read = {package.path for package in part.model.packages}
    failed = (problem for problem in part.model.problems if problem.location is not None)
    found = ((problem.location.path, problem.message) for problem in failed)
    return next((each for each in found if each[0].endswith(ENDINGS) and each[0] not in read), None)


def _lost(
    surface: Surface, old: Any, here: Iterable[tuple[str, str, str]], problems: Iterable[Problem]
) -> Iterator[tuple[str, str]]:
    """Yield (path, why) of files with a problem of which nothing was read that the old side has there.

    Two files that are given alone are one, whatever they are called.
    """
    failed: dict[str, str] = {}
    for problem in problems:
        if problem.location is not None:
            failed.setdefault(problem.location.path, problem.message)
    if not failed or surface.items is None:
        return
    there = list(surface.items(old))
    before, after = {path for _, path, _ in there}, {path for _, path, _ in here} | failed.keys()
    if len(before) == len(after) == 1:
        (one,), (other,) = before, after
        failed[one] = failed[other]
        here = [(unit, one, name) for unit, _, name in here]
    kept, was = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for found, listed in ((kept, here), (was, there)):
        for _, path, name in listed:
            if path in failed:
                found[path].add(name)
    for path, why in failed.items():
        if was[path] and not was[path] & kept[path]:
            yield path, f"nothing of it could be read ({why})"


def unproved(findings: Iterable[Finding], shut: Closed) -> Iterator[Finding]:
    """Yield the findings; nothing is proved to be gone from what could not be read on the new side."""
    for finding in findings:
        why = shut.why(finding) if finding.severity is Severity.BREAKING else ""
        if why:
            yield finding.with_(severity=Severity.UNDECIDED, details=(*finding.details, ("not read", why)))
        else:
            yield finding


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
