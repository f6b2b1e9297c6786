"""Linker version scripts: append only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from abidiff.change import Change
from abidiff.finding import Finding
from abidiff.project import Project
from abidiff.release import Release
from abidiff.surface import FileKind, Surface, UnitOptions
from abidiff.surface_names import HEADERS


def _parse(release: Release, project: Project, models: Mapping[str, Any]) -> Any:
    if not project.of("symbols"):
        return _model()(())
    from abidiff.surfaces.symbols.parse import parse

    return parse(release, project, models)


def _recall(queries: Any, release: Release, project: Project, models: Mapping[str, Any]) -> Any:
    from abidiff.surfaces.symbols.queries import parse

    return parse(queries, release, project, models)


def _model() -> type:
    from abidiff.surfaces.symbols.model import SymbolMaps

    return SymbolMaps


def _census(model: Any) -> Mapping[str, int]:
    from abidiff.surfaces.symbols.model import census

    return census(model)


def _compare(old: Any, new: Any) -> Sequence[Change]:
    from abidiff.surfaces.symbols.compare import compare

    return compare(old, new)


def _verify(findings: Sequence[Finding], old: Release, new: Release) -> Iterable[Finding]:
    from abidiff.surfaces.symbols.verify import verify

    return verify(findings, old, new)


def _unlike(path: str, data: bytes) -> str:
    from abidiff.surfaces.symbols.syntax import unlike

    return unlike(path, data)


def _items(model: Any) -> Iterable[tuple[str, str, str]]:
    from abidiff.surfaces.symbols.model import items

    return items(model)


def _is_empty(data: bytes) -> bool:
    from abidiff.surfaces.symbols.syntax import is_empty

    return is_empty(data)


def _options() -> UnitOptions:
    from abidiff.surfaces.symbols.options import OPTIONS

    return OPTIONS


SURFACE = Surface(
    name="symbols",
    title="symbol maps",
    example="example.syms",
    rules="abidiff.surfaces.symbols.rules",
    parse=_parse,
    model=_model,
    census=_census,
    compare=_compare,
    verify=_verify,
    linked=True,
    unlike=_unlike,
    needs=(HEADERS,),
    recall=_recall,
    items=_items,
    parts=True,
    smallest=("a.syms", b"A_1 { global: f; };\n"),
    options=_options,
    kinds=(
        FileKind(
            "symbols",
            r"(?i)\.(?:syms?|map|ver|vers|version|lds|export|exports)(?:\.in)?\Z",
            rb"\b(?:global|local)\s*:",
            weight=1,
        ),
    ),
)
