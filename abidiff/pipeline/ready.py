"""Make ready, once and before a fork, what both processes need: modules, grammars, profiles.

A parser is ready when it has parsed something: a line of its own language does.  What a
surface says about that line is of no interest here, and neither is a failure: it comes
again, in its place, with the real input.
"""

from __future__ import annotations

from contextlib import suppress

from abidiff import sources
from abidiff.pipeline.reading import Request, chosen, with_needed
from abidiff.profile import known, load, wanted
from abidiff.project import Project, Unit
from abidiff.release import Release

SMALLEST = {
    "headers": ("a.h", b"#define A 1\nint f(int a);\n"),
    "symbols": ("a.syms", b"A_1 { global: f; };\n"),
    "xdr": ("a.x", b"struct a { int b; };\n"),
    "rng": ("a.rng", b'<element name="a" xmlns="http://relaxng.org/ns/structure/1.0"><empty/></element>\n'),
}


def prepare(request: Request) -> None:
    """Load all that reading will need."""
    with suppress(Exception):
        sources.prepare()
        if request.others:
            from abidiff.sources import others

            others.read(request.others)
        wanted(*(load(name) for name in ([request.profile] if request.profile else known())))
    for surface in chosen(with_needed(request.surfaces)):
        if surface.name in SMALLEST:
            path, data = SMALLEST[surface.name]
            unit = Unit(surface.name, "a", "", (path,), (path,))
            with suppress(Exception):
                surface.parse(Release("", "", {path: data}), Project("generic", (unit,)), {})
