"""Where C sources, which no surface reads, name what a finding is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from abidiff.errors import AbidiffError
from abidiff.finding import Finding
from abidiff.rule import load as rules_of
from abidiff.surface import Surface
from abidiff.wording import listed

SOURCES = (".c", ".h", ".cc", ".cpp", ".cxx", ".hh", ".hpp", ".c.in", ".h.in")
SHOWN = 6
"""More places than these are counted."""

_NO_CODE = re.compile(rb"/\*.*?\*/|//[^\n]*|\"(?:[^\"\\\n]|\\.)*\"", re.DOTALL)


def with_places(findings: Sequence[Finding], surfaces: Iterable[Surface], new: str) -> Sequence[Finding]:
    """Return the findings, those of rules that ask for it with the places of the new release that name their subject.

    Reads the release again with its sources; one that has none, a single file or a snapshot, adds nothing.
    """
    told = {finding.rule for finding in findings}
    asking = {
        rule.id
        for surface in surfaces
        if any(name.startswith(f"{surface.name}/") for name in told)
        for rule in rules_of(surface.rules)
        if rule.mentioned
    }
    names = {finding.subject for finding in findings if finding.rule in asking}
    if not names:
        return findings
    found = _search(new, names)
    return [
        finding.with_(details=(*finding.details, ("used in", found[finding.subject])))
        if finding.rule in asking and finding.subject in found
        else finding
        for finding in findings
    ]


def _search(new: str, names: set[str]) -> Mapping[str, str]:
    """Return name → its places, as text."""
    from abidiff.sources import open_release

    try:
        release = open_release(new, lambda path: path.endswith(SOURCES))
    except AbidiffError as error:
        return dict.fromkeys(names, f"not looked for: {error.message}")
    if release.single_file or release.project is not None:
        return {}
    places: dict[str, list[str]] = {name: [] for name in names}
    for path in sorted(release.files):
        for name, line in _named(release.files[path], names):
            places[name].append(f"{path}:{line}")
    return {name: _text(where, len(release.files)) for name, where in places.items()}


def _named(data: bytes, names: set[str]) -> Iterator[tuple[str, int]]:
    """Yield the names that code uses, outside of comments and strings, with their lines."""
    wanted = [name.encode() for name in sorted(names) if name.encode() in data]
    if not wanted:
        return
    code = _NO_CODE.sub(lambda match: b"\n" * match[0].count(b"\n") or b" ", data)
    for match in re.finditer(rb"\b(?:%s)\b" % b"|".join(wanted), code):
        yield match[0].decode(), code.count(b"\n", 0, match.start()) + 1


def _text(places: Sequence[str], files: int) -> str:
    if not places:
        return f"nothing in {files} C files of the new release"
    return listed(places, SHOWN)
