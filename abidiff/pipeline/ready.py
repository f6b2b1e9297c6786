"""Make ready, once and before a fork, what both processes need: modules, grammars, profiles.

A parser is ready when it has parsed something: a line of its own language does.  What a
surface says about that line is of no interest here, and neither is a failure: it comes
again, in its place, with the real input.
"""

from __future__ import annotations

from contextlib import suppress

from abidiff import sources
from abidiff.pipeline.reading import chosen, with_needed
from abidiff.pipeline.request import Request
from abidiff.profile import known, load, wanted
from abidiff.project import Project, Unit
from abidiff.release import Release


def prepare(request: Request) -> None:
    """Load all that reading will need."""
    with suppress(Exception):
        sources.prepare()
        if request.others:
            from abidiff.sources import others

            others.read(request.others)
        wanted(*(load(name) for name in ([request.profile] if request.profile else known())))
    for surface in chosen(with_needed(request.surfaces)):
        if surface.smallest is not None:
            path, data = surface.smallest
            unit = Unit(surface.name, "a", "", (path,), (path,))
            with suppress(Exception):
                surface.parse(Release("", "", {path: data}), Project("generic", (unit,)), {})
