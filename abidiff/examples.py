"""Run a rule's example: the same flow as for real releases, on a few lines of text."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from abidiff.finding import Finding
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.rule import Example, load, run
from abidiff.surface import Surface


def example_sides(surface: Surface, example: Example) -> tuple[tuple[Release, Project], tuple[Release, Project]]:
    """Return the old and the new side of an example, each with its project."""
    return (
        _side(surface, "old", example.old, example.options),
        _side(surface, "new", example.new, example.options),
    )


def _side(
    surface: Surface, label: str, text: str | Mapping[str, str], options: Mapping[str, object]
) -> tuple[Release, Project]:
    texts = {surface.example: text} if isinstance(text, str) else dict(text)
    files = {path: body.encode("utf-8", "surrogateescape") for path, body in sorted(texts.items())}
    release = Release(label=label, version="", files=MappingProxyType(files))
    names = tuple(files)
    if options.get("apart"):
        stems = [(path.rpartition(".")[0], (path,)) for path in names]
        return release, Project("example", tuple(Unit(surface.name, stem, "full", own, own) for stem, own in stems))
    roots = (surface.example,) if surface.example in files else names
    unit = Unit(surface.name, "example", "full", names, roots, MappingProxyType(dict(options)))
    return release, Project("example", (unit,))


def findings_between(surface: Surface, old: tuple[Release, Project], new: tuple[Release, Project]) -> list[Finding]:
    """Parse both sides, compare, and give every rule of the surface every change."""
    before = surface.parse(old[0], old[1], {})
    after = surface.parse(new[0], new[1], {})
    for model in (before, after):
        if model.problems:
            raise AssertionError("\n".join(p.rendered or p.message for p in model.problems))
    return run(load(surface.rules), surface.compare(before, after))
