"""What one release says of itself in several places: declared, exported, RPC, Since tag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from abidiff.change import Change
from abidiff.project import Project
from abidiff.release import Release
from abidiff.surface import Surface, UnitOptions
from abidiff.surface_names import HEADERS, SYMBOLS, XDR


def _parse(release: Release, project: Project, models: Mapping[str, Any]) -> Any:
    if not project.of("consistency") and not (project.of(HEADERS) and project.of(SYMBOLS)):
        return _model()()
    from abidiff.surfaces.consistency.parse import parse

    return parse(release, project, models)


def _recall(queries: Any, release: Release, project: Project, models: Mapping[str, Any]) -> Any:
    from abidiff.surfaces.consistency.queries import parse

    return parse(queries, release, project, models)


def _model() -> type:
    from abidiff.surfaces.consistency.model import Consistency

    return Consistency


def _census(model: Any) -> Mapping[str, int]:
    from abidiff.surfaces.consistency.model import census

    return census(model)


def _compare(old: Any, new: Any) -> Sequence[Change]:
    from abidiff.surfaces.consistency.compare import compare

    return compare(old, new)


def _options() -> UnitOptions:
    from abidiff.surfaces.consistency.options import OPTIONS

    return OPTIONS


SURFACE = Surface(
    name="consistency",
    title="consistency",
    example="example.h",
    rules="abidiff.surfaces.consistency.rules",
    parse=_parse,
    model=_model,
    census=_census,
    compare=_compare,
    optional=True,
    needs=(HEADERS, SYMBOLS, XDR),
    recall=_recall,
    options=_options,
)
