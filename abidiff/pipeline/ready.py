"""Make ready, once and before a fork, what both processes need: modules, grammars, profiles.

A parser is ready when it has parsed something: a line of its own language does.  What a
surface says about that line is of no interest here, and neither is a failure: it comes
again, in its place, with the real input.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path, PurePosixPath

from abidiff import sources
from abidiff.pipeline.reading import chosen, with_needed
from abidiff.pipeline.request import Request
from abidiff.profile import known, load, wanted
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.surface import Surface

MOST = 2_000
"""So many names of a folder are looked at; what has more may hold anything."""


def _suffix(surface: Surface) -> str:
    return PurePosixPath(surface.smallest[0]).suffix if surface.smallest else ""


def suffixes(argument: str) -> set[str] | None:
    """Return the suffixes of the names in a folder; None for what may hold anything."""
    path = Path(argument)
    if path.suffix in {_suffix(surface) for surface in chosen(())} - {""} and path.is_file():
        return {path.suffix}
    if not path.is_dir():
        return None
    found: set[str] = set()
    count = 0
    for _, folders, names in os.walk(path):
        count += len(folders) + len(names)
        if count > MOST:
            return None
        found.update(PurePosixPath(name.removesuffix(".in")).suffix for name in names)
    return found


def prepare(request: Request) -> None:
    """Load all that reading will need."""
    from abidiff.pipeline import included, strays

    del included, strays
    with suppress(Exception):
        sources.prepare()
        if request.others:
            from abidiff.sources import others

            others.read(request.others)
        wanted(*(load(name) for name in ([request.profile] if request.profile else known())))
    kinds = suffixes(request.argument)
    for surface in chosen(with_needed(request.surfaces)):
        files = dict((surface.smallest,)) if surface.smallest is not None else {}
        if kinds is None or (files and _suffix(surface) in kinds):
            unit = Unit(surface.name, "a", "", tuple(files), tuple(files))
            with suppress(Exception):
                surface.parse(Release("", "", files), Project("generic", (unit,)), {})
