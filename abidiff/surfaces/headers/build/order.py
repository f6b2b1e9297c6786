"""In which order the headers of units are read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from abidiff.project import Unit
from abidiff.surfaces.headers.read.files import Files


def inclusion_order(units: Iterable[Unit], files: Files, late: Collection[str]) -> list[tuple[str, bool]]:
    """Roots first, then umbrella headers (included by no other), then the rest; and whether each may fail.

    ``late``: headers that come behind all others.
    """
    ordered: list[tuple[str, bool]] = []
    rest: list[str] = []
    for unit in units:
        if unit.roots and len(unit.roots) < len(unit.files):
            ordered.extend((path, False) for path in unit.roots)
            rest.extend(path for path in unit.files if path not in unit.roots)
        else:
            rest.extend(unit.files)
    if len(rest) > 1:
        included = _included(files, rest)
        rest.sort(key=lambda path: (path in late, path in included, -_includes(files, path), path))
    return ordered + [(path, True) for path in rest]


def _included(files: Files, paths: list[str]) -> set[str]:
    found: set[str] = set()
    for path in paths:
        file = files.open(path)
        for name, start, end in file.pieces:
            if name != "include":
                continue
            text = file.text[start:end].strip()
            if len(text) > 2 and text[0] in '<"':
                target = files.find(re.split(r'[>"]', text[1:])[0], text[0] == '"', file)
                if target is not None and target.path != path:
                    found.add(target.path)
    return found


def _includes(files: Files, path: str) -> int:
    return sum(1 for name, _, _ in files.open(path).pieces if name == "include")
