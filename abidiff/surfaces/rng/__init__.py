"""RELAX NG schemas: extend only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from abidiff.change import Change
from abidiff.finding import Finding
from abidiff.project import Project
from abidiff.release import Release
from abidiff.surface import FileKind, Surface, UnitOptions


def _parse(release: Release, project: Project, models: Mapping[str, Any]) -> Any:
    if not project.of("rng"):
        from abidiff.surfaces.rng.model import Empty, NotAllowed, Schemas, Text

        return Schemas((NotAllowed(), Empty(), Text()), (), ())
    from abidiff.surfaces.rng.build.parse import parse

    return parse(release, project, models)


def _recall(queries: Any, release: Release, project: Project, models: Mapping[str, Any]) -> Any:
    from abidiff.surfaces.rng.build.queries import parse

    return parse(queries, release, project, models)


def _model() -> type:
    from abidiff.surfaces.rng.model import Schemas

    return Schemas


def _census(model: Any) -> Mapping[str, int]:
    from abidiff.surfaces.rng.model import census

    return census(model)


def _compare(old: Any, new: Any) -> Sequence[Change]:
    from abidiff.surfaces.rng.compare.compare import compare

    return compare(old, new)


def _verify(findings: Sequence[Finding], old: Release, new: Release) -> Iterable[Finding]:
    from abidiff.surfaces.rng.prove.verify import verify

    return verify(findings, old, new)


def _unsound(model: Any) -> str:
    from abidiff.surfaces.rng.model import Data, Value, unsound
    from abidiff.surfaces.rng.values.datatypes import known
    from abidiff.surfaces.rng.values.interning import interning

    wrong = unsound(model)
    if wrong:
        return wrong
    nodes = (node for node in model.nodes if isinstance(node, Data | Value))
    typed = dict.fromkeys((n.library, n.datatype, n.params if isinstance(n, Data) else ()) for n in nodes)
    with interning():
        return next(filter(None, (known(*one) for one in typed)), "")


def _unlike(path: str, data: bytes) -> str:
    from abidiff.surfaces.rng.read.load import unlike

    return unlike(path, data)


def _options() -> UnitOptions:
    from abidiff.surfaces.rng.options import OPTIONS

    return OPTIONS


SURFACE = Surface(
    name="rng",
    title="RELAX NG schemas",
    example="example.rng",
    rules="abidiff.surfaces.rng.rules",
    parse=_parse,
    model=_model,
    census=_census,
    files="schemas",
    compare=_compare,
    verify=_verify,
    unlike=_unlike,
    unsound=_unsound,
    smallest=(
        "a.rng",
        b'<element name="a" xmlns="http://relaxng.org/ns/structure/1.0" '
        b'datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">'
        b'<data type="string"><param name="pattern">a</param></data></element>\n',
    ),
    recall=_recall,
    options=_options,
    kinds=(FileKind("schema", r"(?i)\.rn[gc](?:\.in)?\Z", rb"http://relaxng\.org/ns/structure/1\.0", weight=4),),
    versioned=False,
)
