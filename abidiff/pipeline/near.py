"""Where in the new release a note goes on what is gone: on a merge request it has to lie in a file that is there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from functools import cache

from abidiff.finding import Finding


def with_near(findings: Iterable[Finding], paths: Sequence[str]) -> list[Finding]:
    """Return the findings, those without a place in the new release with the path nearest to where they stood.

    ``paths`` are the files of the new release; where none are known, as of a snapshot, nothing is added.
    """
    known = frozenset(paths)
    near = cache(lambda path: path if path in known else _nearest(path, paths))
    return [f.with_(near=near(f.old.path)) if known and f.old and not f.new else f for f in findings]


def _nearest(path: str, paths: Sequence[str]) -> str:
    """Return a file of the same name before others, then of the same kind, then the one in the nearest folder."""
    folder, name = posixpath.split(path)
    suffix = posixpath.splitext(name)[1]
    parts = folder.split("/")

    def far(other: str) -> tuple[bool, bool, int, int, str]:
        place, called = posixpath.split(other)
        there = place.split("/")
        shared = next((n for n, (one, two) in enumerate(zip(parts, there, strict=False)) if one != two), -1)
        shared = min(len(parts), len(there)) if shared < 0 else shared
        return called != name, posixpath.splitext(called)[1] != suffix, -shared, len(there), other

    return min(paths, key=far)
