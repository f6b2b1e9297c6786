"""Which hypervisor driver implements which API, since when: the tables of the drivers' sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from abidiff.change import Change
from abidiff.project import Project
from abidiff.release import Release
from abidiff.surface import Surface


def _parse(release: Release, project: Project, models: Mapping[str, Any]) -> Any:
    if not project.of("drivers"):
        return _model()()
    from abidiff.surfaces.drivers.parse import parse

    return parse(release, project, models)


def _model() -> type:
    from abidiff.surfaces.drivers.model import Drivers

    return Drivers


def _census(model: Any) -> Mapping[str, int]:
    from abidiff.surfaces.drivers.model import census

    return census(model)


def _compare(old: Any, new: Any) -> Sequence[Change]:
    from abidiff.surfaces.drivers.compare import compare

    return compare(old, new)


SURFACE = Surface(
    name="drivers",
    title="driver support",
    example="ship_driver.c",
    rules="abidiff.surfaces.drivers.rules",
    parse=_parse,
    model=_model,
    census=_census,
    compare=_compare,
    optional=True,
    versioned=False,
)
