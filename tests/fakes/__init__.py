"""A surface of words: small enough to read at a glance, real enough for the whole flow.

A file ``*.words`` holds one word a line; ``!`` in front makes it unreadable, ``?``
undecided.  Removing a word breaks, adding one extends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from abidiff.change import Change
from abidiff.finding import Confirmation, Finding, Problem
from abidiff.location import Location
from abidiff.project import Project
from abidiff.release import Release
from abidiff.surface import Surface


class Word(msgspec.Struct, frozen=True):
    unit: str
    text: str
    location: Location


class Library(msgspec.Struct, frozen=True):
    name: str
    words: tuple[Word, ...]


class Words(msgspec.Struct, frozen=True):
    libraries: tuple[Library, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def words(self) -> list[Word]:
        return [word for library in self.libraries for word in library.words]


class Removed(Change, frozen=True):
    old: Location


class Added(Change, frozen=True):
    new: Location


class Open(Change, frozen=True):
    old: Location
    new: Location


def parse(release: Release, project: Project, models: Mapping[str, Any]) -> Words:
    libraries, problems = [], []
    for unit in project.of("headers"):
        words: list[Word] = []
        for path in unit.files:
            for number, line in enumerate(release.text(path).splitlines(), 1):
                where = Location(path, number)
                if line.startswith("!"):
                    problems.append(Problem("headers", f"unreadable: {line}", where, unit=unit.name))
                elif line.strip():
                    words.append(Word(unit.name, line.strip(), where))
        libraries.append(Library(unit.name, tuple(words)))
    return Words(tuple(libraries), tuple(problems))


def census(model: Words) -> Mapping[str, int]:
    return {"words": len(model.words)}


def compare(old: Words, new: Words) -> Sequence[Change]:
    before = {(w.unit, w.text): w for w in old.words}
    after = {(w.unit, w.text): w for w in new.words}
    out: list[Change] = [Removed(*key, w.location) for key, w in before.items() if key not in after]
    out += [Added(*key, w.location) for key, w in after.items() if key not in before]
    out += [
        Open(w.unit, w.text, w.location, after[key].location)
        for key, w in before.items()
        if key in after and w.text.startswith("?") and after[key].location != w.location
    ]
    return out


def verify(findings: Sequence[Finding], old: Release, new: Release) -> Iterable[Finding]:
    assert old.files
    assert new.files
    return [f.with_(confirmation=Confirmation.CONFIRMED, confirmation_note="fake") for f in findings]


SURFACE = Surface(
    name="headers",
    title="words",
    example="example.h",
    rules="tests.fakes.rules",
    parse=parse,
    model=lambda: Words,
    census=census,
    compare=compare,
    verify=verify,
)

RULES = frozenset(("headers/word-removed", "headers/word-added", "headers/word-open"))


def install(monkeypatch: Any) -> None:
    """Make this the only surface, and its rules known."""
    from abidiff import config, surfaces

    known = config.known_rules() | RULES
    monkeypatch.setattr(surfaces, "SURFACES", (SURFACE,))
    monkeypatch.setattr(config, "known_rules", lambda: known)
