"""rpcgen protocol files: append only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from abidiff.change import Change
from abidiff.files import Files
from abidiff.finding import Finding
from abidiff.project import Project
from abidiff.release import Release
from abidiff.surface import FileKind, Surface, UnitOptions


def _parse(release: Release, project: Project, models: Mapping[str, Any]) -> Any:
    if not project.of("xdr"):
        return _model()(())
    from abidiff.surfaces.xdr.build.parse import parse

    return parse(release, project, models)


def _recall(queries: Any, release: Release, project: Project, models: Mapping[str, Any]) -> Any:
    from abidiff.surfaces.xdr.build.queries import parse

    return parse(queries, release, project, models)


def _answer(files: Files, about: tuple[str, ...]) -> Callable[[str], object]:
    from abidiff.surfaces.xdr.read.constants import HeaderConstants

    return HeaderConstants(files, about).answer


def _model() -> type:
    from abidiff.surfaces.xdr.model import Protocols

    return Protocols


def _census(model: Any) -> Mapping[str, int]:
    from abidiff.surfaces.xdr.model import census

    return census(model)


def _compare(old: Any, new: Any) -> Sequence[Change]:
    from abidiff.surfaces.xdr.compare.compare import compare

    return compare(old, new)


def _verify(findings: Sequence[Finding], old: Release, new: Release) -> Iterable[Finding]:
    from abidiff.surfaces.xdr.prove.verify import verify

    return verify(findings, old, new)


def _unsound(model: Any) -> str:
    from abidiff.surfaces.xdr.model import unsound
    from abidiff.surfaces.xdr.wire.wire import WIDTHS

    return unsound(model, WIDTHS)


def _items(model: Any) -> Iterable[tuple[str, str, str]]:
    from abidiff.surfaces.xdr.model import items

    return items(model)


def _options() -> UnitOptions:
    from abidiff.surfaces.xdr.options import OPTIONS

    return OPTIONS


SURFACE = Surface(
    name="xdr",
    title="XDR protocols",
    example="example.x",
    rules="abidiff.surfaces.xdr.rules",
    parse=_parse,
    model=_model,
    census=_census,
    files="protocols",
    compare=_compare,
    verify=_verify,
    unsound=_unsound,
    smallest=("a.x", b"struct a { int b; };\n"),
    recall=_recall,
    items=_items,
    parts=True,
    answer=_answer,
    options=_options,
    kinds=(
        FileKind(
            "protocol",
            r"(?i)\.x(?:\.in)?\Z",
            rb"(?m)^\s*(?:program|version)\s+\w+\s*\{",
            weight=2,
        ),
    ),
    versioned=False,
)
