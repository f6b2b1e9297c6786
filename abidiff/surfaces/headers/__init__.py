"""Public C headers: append only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from abidiff.change import Change
from abidiff.finding import Finding, Problem
from abidiff.project import SINGLE_HEADER, Project
from abidiff.release import Release
from abidiff.surface import FileKind, Surface, UnitOptions


def _parse(release: Release, project: Project, models: Mapping[str, Any]) -> Any:
    if not project.of("headers"):
        return _model()((), ())
    from abidiff.surfaces.headers.build.parse import parse

    return parse(release, project, models)


def _recall(queries: Any, release: Release, project: Project, models: Mapping[str, Any]) -> Any:
    from abidiff.surfaces.headers.build.queries import parse

    return parse(queries, release, project, models)


def _model() -> type:
    from abidiff.surfaces.headers.model import Headers

    return Headers


def _census(model: Any) -> Mapping[str, int]:
    from abidiff.surfaces.headers.model import census

    return census(model)


def _compare(old: Any, new: Any) -> Sequence[Change]:
    from abidiff.surfaces.headers.compare.compare import compare

    return compare(old, new)


def _undecided(old: Any, new: Any) -> tuple[Sequence[Problem], Sequence[Problem]]:
    from abidiff.surfaces.headers.model import unread_alike, without

    alike = unread_alike(old, new)
    return without(old, alike), without(new, alike)


def _verify(findings: Sequence[Finding], old: Release, new: Release) -> Iterable[Finding]:
    from abidiff.surfaces.headers.prove.verify import verify

    return verify(findings, old, new)


def _items(model: Any) -> Iterable[tuple[str, str, str]]:
    from abidiff.surfaces.headers.model import items

    return items(model)


def _options() -> UnitOptions:
    from abidiff.surfaces.headers.options import OPTIONS

    return OPTIONS


SURFACE = Surface(
    name="headers",
    title="C headers",
    example="example.h",
    rules="abidiff.surfaces.headers.rules",
    parse=_parse,
    model=_model,
    census=_census,
    files="headers",
    compare=_compare,
    verify=_verify,
    undecided=_undecided,
    linked=True,
    smallest=("a.h", b"#define A 1\nint f(int a);\n"),
    recall=_recall,
    items=_items,
    options=_options,
    kinds=(
        FileKind(
            SINGLE_HEADER,
            r"(?i)\.(?:h|hh|hpp|hxx|h\.in)\Z",
            rb"(?m)^\s*#\s*(?:ifndef|define|include|pragma)\b",
            weight=3,
        ),
    ),
)
