"""Shared libraries: what a program that is linked with one finds in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from abidiff.change import Change
from abidiff.finding import Finding, LibraryNames
from abidiff.project import Project
from abidiff.release import Release
from abidiff.surface import FileKind, Surface, UnitOptions
from abidiff.surface_names import HEADERS, SYMBOLS


def _parse(release: Release, project: Project, models: Mapping[str, Any]) -> Any:
    if not project.of("exports"):
        return _model()()
    from abidiff.surfaces.exports.parse import parse

    return parse(release, project, models)


def _model() -> type:
    from abidiff.surfaces.exports.model import Exports

    return Exports


def _census(model: Any) -> Mapping[str, int]:
    from abidiff.surfaces.exports.model import census

    return census(model)


def _compare(old: Any, new: Any) -> Sequence[Change]:
    from abidiff.surfaces.exports.compare import compare

    return compare(old, new)


def _verify(findings: Sequence[Finding], old: Release, new: Release) -> Iterable[Finding]:
    from abidiff.surfaces.exports.verify import verify

    return verify(findings, old, new)


def _libraries(old: Any, new: Any) -> Iterable[LibraryNames]:
    if not old.libraries and not new.libraries:
        return ()
    from abidiff.surfaces.exports.compare import names

    return names(old, new)


def _options() -> UnitOptions:
    from abidiff.surfaces.exports.options import OPTIONS

    return OPTIONS


SURFACE = Surface(
    name="exports",
    title="shared libraries",
    example="libship.so.1.readelf",
    rules="abidiff.surfaces.exports.rules",
    parse=_parse,
    model=_model,
    census=_census,
    compare=_compare,
    verify=_verify,
    linked=True,
    libraries=_libraries,
    optional=True,
    needs=(HEADERS, SYMBOLS),
    options=_options,
    kinds=(
        FileKind(
            "libraries",
            r"\.(?:so(?:\.[0-9][0-9.]*)?|readelf|symbols(?:\.[a-z0-9-]+)?)\Z",
            rb"\A\x7fELF",
            weight=5,
        ),
    ),
    versioned=False,
)
