"""Read driver structs from headers and driver tables from C files.

Tables with named members (``.field = function, /* since - until */``) are read as they stand; positional ones of
old trees are matched to the members of the struct in their order.  A table that is neither is a problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from abidiff.files import C_HEADERS
from abidiff.finding import Problem
from abidiff.location import Location, blanked
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.surfaces.drivers.model import Callback, Drivers, Support

MAX_TABLE = 1 << 18
_OWN = re.compile(r"(?:Open|Close|URIProbe)\Z")  # of a driver itself, but for those of the connection
_STRUCT = re.compile(r"^struct[ \t]+_(vir\w*Driver)[ \t\n]*\{", re.M)
_MEMBER = re.compile(r"^[ \t]*virDrv(\w+)[ \t]+(\w+)[ \t]*;", re.M)
_ANY_MEMBER = re.compile(r"^[ \t]*(?:\w+[ \t*]+)+(\w+)[ \t]*(?:\[\w*\])?;", re.M)
_BEGINS = re.compile(r"Driver[ \t]+(?:NAME\(\w+\)|\w+)[ \t]*=[ \t]*\{")
_TABLE = re.compile(r"[ \t]*(?:static[ \t]+)?(?:const[ \t]+)?(vir\w*Driver)[ \t]+(?:NAME\(\w+\)|\w+)[ \t]*=[ \t]*\{")
_ENTRY = re.compile(r"[ \t]*\.(\w+)[ \t]*=([^,/\n]*)(.*)")
_RELEASES = re.compile(r"/\*[ \t]*(\d+(?:\.\d+)+)[ \t]*(?:-[ \t]*(\d+(?:\.\d+)+)[ \t]*)?\*/")
_DIRECTIVE = re.compile(r"[ \t]*#[ \t]*([a-z]+)")
_DRIVER = re.compile(r"node_device_([a-z0-9]+)\.c\Z|([A-Za-z0-9]+?)(?:_\w+)?\.c\Z")
_STATE = ("virStateDriver", "virStreamDriver")


class _Places:
    """Turns offsets of one text into places; offsets that rise cost what lies between them."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text = path, text
        self._at, self._line = 0, 1

    def of(self, at: int) -> Location:
        """Return the place of an offset."""
        if at < self._at:
            self._at, self._line = 0, 1
        self._line += self.text.count("\n", self._at, at)
        self._at = at
        return Location(self.path, self._line, at - self.text.rfind("\n", 0, at))


def parse(release: Release, project: Project, _models: Mapping[str, Any]) -> Drivers:
    """Return the model of the surface."""
    callbacks: list[Callback] = []
    supports: list[Support] = []
    problems: list[Problem] = []
    for unit in project.of("drivers"):
        members: dict[str, list[str]] = {}
        for path in unit.files:
            if path.endswith(C_HEADERS):
                callbacks += _structs(_Places(path, release.text(path)), members)
        served = {(found.kind, found.field) for found in callbacks}
        for path in unit.files:
            if path.endswith(".c"):
                for found in _tables(_Places(path, release.text(path)), members, unit, problems):
                    if (found.kind, found.field) in served:
                        supports.append(found)
    return Drivers(tuple(callbacks), tuple(supports), tuple(problems))


def _structs(places: _Places, members: dict[str, list[str]]) -> Iterator[Callback]:
    """Yield the callbacks of the driver structs; ``members`` gets the names of all members in order."""
    text = places.text
    for match in _STRUCT.finditer(text):
        kind = match[1]
        end = text.find("};", match.end())
        if end < 0:
            return
        if kind in _STATE:
            continue
        body = _without_comments(text[match.end() : end])
        members[kind] = [found[1] for found in _ANY_MEMBER.finditer(body)]
        for found in _MEMBER.finditer(body):
            api = _api(found[1])
            if api:
                yield Callback(kind, found[2], api, places.of(match.end() + found.start(2)))


def _api(name: str) -> str:
    """Return the function that a callback type serves, empty when it is the driver's own affair."""
    return "" if _OWN.search(name) and name not in ("ConnectOpen", "ConnectClose") else f"vir{name}"


def _without_comments(text: str) -> str:
    """Return a text with its comments blanked, so that places stay."""
    out, at = [], 0
    while (start := text.find("/*", at)) >= 0:
        end = text.find("*/", start + 2)
        end = len(text) if end < 0 else end + 2
        out += [text[at:start], blanked(text[start:end])]
        at = end
    return "".join((*out, text[at:]))


def _first_branches(text: str) -> str:
    """Return a table with directives and the text behind ``#else`` blanked: what a build with all features has."""
    out: list[str] = []
    skipped: list[bool] = []  # of each open condition: whether its first branch has ended
    for line in text.splitlines(keepends=True):
        directive = _DIRECTIVE.match(line)
        word = directive[1] if directive else ""
        if word.startswith("if"):
            skipped.append(False)
        elif word in ("else", "elif") and skipped:
            skipped[-1] = True
        elif word == "endif" and skipped:
            skipped.pop()
        kept = directive is None and not any(skipped)
        out.append(line if kept else blanked(line))
    return "".join(out)


def _tables(
    places: _Places, members: Mapping[str, list[str]], unit: Unit, problems: list[Problem]
) -> Iterator[Support]:
    text = places.text
    for begins in _BEGINS.finditer(text):
        match = _TABLE.match(text, text.rfind("\n", 0, begins.start()) + 1)
        if match is None:
            continue
        kind = match[1]
        if kind in _STATE or kind not in members:
            continue
        end = text.find("\n}", match.end())
        if end < 0 or end - match.end() > MAX_TABLE:
            problems.append(_unread(places.of(match.start()), unit, "has no end"))
            return
        driver = _driver(places.path)
        body = text[match.end() : end]
        if any(_ENTRY.match(line) for line in body.splitlines()):
            yield from _stated(list(_named(places, match.end(), body, (kind, driver))))
        else:
            found = _positional(places, match.end(), body, (kind, driver), members[kind])
            if found is None:
                problems.append(_unread(places.of(match.start()), unit, "does not fit the struct"))
            else:
                yield from found


def _stated(found: list[Support]) -> list[Support]:
    """Leave out entries without a release in a table that states releases: the project does not announce them."""
    stated = [support for support in found if support.since]
    return stated or found


def _named(places: _Places, start: int, body: str, of: tuple[str, str]) -> Iterator[Support]:
    at = start
    for line in body.splitlines(keepends=True):
        entry = _ENTRY.match(line)
        if entry is not None:
            releases = _RELEASES.match(entry[3].lstrip(", \t"))
            since, until = releases.groups("") if releases else ("", "")
            if entry[2].strip() != "NULL" or until:
                yield Support(*of, entry[1], since, until, places.of(at + entry.start(1)))
        at += len(line)


def _positional(
    places: _Places, start: int, body: str, of: tuple[str, str], members: list[str]
) -> list[Support] | None:
    """Match the values of a table without names to the members of its struct; None when they do not fit."""
    parts = re.finditer(r"[^,\s][^,]*", _first_branches(_without_comments(body)))
    values = [(found.start(), found[0].strip()) for found in parts]
    if len(values) > len(members) or any(re.search(r"[{}#]", value) for _, value in values):
        return None
    return [
        Support(*of, member, "", "", places.of(start + at))
        for member, (at, value) in zip(members, values, strict=False)
        if value not in ("NULL", "0")
    ]


def _driver(path: str) -> str:
    match = _DRIVER.search(path.rpartition("/")[2])
    return (match[1] or match[2]) if match else path


def _unread(place: Location, unit: Unit, what: str) -> Problem:
    return Problem(
        "drivers",
        f"the driver table {what}",
        place,
        hint="which APIs this driver supports is not known",
        unit=unit.name,
    )
