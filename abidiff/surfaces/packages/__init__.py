"""pkg-config packages: what a program gets that asks for one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from abidiff.change import Change
from abidiff.finding import Finding
from abidiff.project import Project
from abidiff.release import Release
from abidiff.surface import FileKind, Surface
from abidiff.surface_names import EXPORTS, HEADERS


def _parse(release: Release, project: Project, models: Mapping[str, Any]) -> Any:
    from abidiff.surfaces.packages.parse import parse

    return parse(release, project, models)


def _model() -> type:
    from abidiff.surfaces.packages.model import Packages

    return Packages


def _census(model: Any) -> Mapping[str, int]:
    from abidiff.surfaces.packages.model import census

    return census(model)


def _compare(old: Any, new: Any) -> Sequence[Change]:
    from abidiff.surfaces.packages.compare import compare

    return compare(old, new)


def _verify(findings: Sequence[Finding], old: Release, new: Release) -> Iterable[Finding]:
    from abidiff.surfaces.packages.verify import verify

    return verify(findings, old, new)


SURFACE = Surface(
    name="packages",
    title="pkg-config packages",
    example="usr/lib/pkgconfig/ship.pc",
    rules="abidiff.surfaces.packages.rules",
    parse=_parse,
    model=_model,
    census=_census,
    compare=_compare,
    verify=_verify,
    optional=True,
    needs=(HEADERS, EXPORTS),
    kinds=(FileKind("pkg-config", r"\.pc(?:\.in)?\Z"),),
    versioned=False,
)
