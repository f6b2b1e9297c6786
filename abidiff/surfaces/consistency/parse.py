"""Hold the surfaces of one release against each other.

Nothing is read here but the comments that carry the functions' Since tags: headers,
symbol maps and protocols come as models.  A surface that could not be read completely
is not held against anything: what seems to be missing may stand in the part not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.surface_names import HEADERS, SYMBOLS, XDR
from abidiff.surfaces.consistency.check import Checker
from abidiff.surfaces.consistency.comments import Documented, documented
from abidiff.surfaces.consistency.model import Consistency
from abidiff.surfaces.consistency.settings import settings

_KINDS = {HEADERS: (".h",), SYMBOLS: (".syms", ".map"), XDR: (".x",)}


def parse(release: Release, project: Project, models: Mapping[str, Any]) -> Consistency:
    """Return the contradictions of a release."""
    return parse_documented(release, project, models, tags_of(release, project))


def tags_of(release: Release, project: Project) -> tuple[Documented, ...]:
    """Return the documented functions of the C files."""
    paths = (path for unit in project.of("consistency") for path in unit.files if path.endswith(".c"))
    return tuple(found for path in paths for found in documented(path, release.text(path)))


def parse_documented(
    release: Release, project: Project, models: Mapping[str, Any], tags: Iterable[Documented]
) -> Consistency:
    """Return the contradictions of a release whose documented functions are known."""
    units = project.of("consistency")
    options: Mapping[str, Any] = units[0].options if units else MappingProxyType({})
    if units and not models:
        project, models = _alone(release, units[0])
    readable = {name: models[name] for name in _KINDS if name in models and not models[name].problems}
    pairs = {unit.name: str(unit.options.get("symbols", "")) for unit in project.of(HEADERS)}
    checker = Checker(settings(options), pairs, readable, {found.name: found for found in tags})
    return Consistency(tuple(checker.contradictions()), checker.looked)


def _alone(release: Release, unit: Unit) -> tuple[Project, Mapping[str, Any]]:
    """Read the files of a unit that comes without models (examples) as one library."""
    from abidiff.surfaces.headers.build.parse import parse as parse_headers
    from abidiff.surfaces.symbols.parse import parse as parse_symbols
    from abidiff.surfaces.xdr.build.parse import parse as parse_xdr

    units = []
    for surface, endings in _KINDS.items():
        files = tuple(path for path in unit.files if path.endswith(endings))
        if files:
            given = {"symbols": unit.name, "version_prefix": unit.options.get("version_prefix")}
            units.append(Unit(surface, unit.name, unit.tier, files, files, MappingProxyType(given)))
    project = replace(Project("", tuple(units)), profile="")
    parsers = {HEADERS: parse_headers, SYMBOLS: parse_symbols, XDR: parse_xdr}
    return project, {name: read(release, project, {}) for name, read in parsers.items() if project.of(name)}
