"""Read the symbol maps of a release.

Options of a unit (from the profile):

``private_nodes``   globs of nodes that are no promise (``LIBVIRT_PRIVATE_*``).
``private_symbols`` globs of names in public nodes that are no promise; ``GLOB < VERSION``: in older releases.
``closed``          what the map does not name is hidden, as the build adds ``local: *`` (default false).
``evidence``        paths of libraries and of lists of names, which show what a pattern exports.
``public``          false: a private list, counted and otherwise no promise (default true).
``version_prefix``  what stands before the release's version in a node's name: ``LIBVIRT_``.
``version``         the release's version, where the release itself does not tell it.
``substitutions``   text for the placeholders of templates; ``@VERSION@`` and the like are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from abidiff.errors import ParseError
from abidiff.finding import Problem
from abidiff.location import Location
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.surfaces.symbols.evidence import attach
from abidiff.surfaces.symbols.globs import matches
from abidiff.surfaces.symbols.model import Node, SymbolMap, SymbolMaps
from abidiff.surfaces.symbols.syntax import Text
from abidiff.versions import numbers

_VERSION_NAMES = ("VERSION", "PACKAGE_VERSION", "PROJECT_VERSION", "LIBVIRT_VERSION")


def parse(release: Release, project: Project, models: Mapping[str, Any]) -> SymbolMaps:
    """Return the model of all units of the surface; what does not parse is a problem in it."""
    return attach(read(release, project), release, project, models)


def read(release: Release, project: Project) -> SymbolMaps:
    """Return what the maps themselves say."""
    problems: list[Problem] = []
    maps = tuple(_map(release, unit, problems) for unit in project.of("symbols"))
    return SymbolMaps(maps, tuple(problems))


def _map(release: Release, unit: Unit, problems: list[Problem]) -> SymbolMap:
    options = unit.options
    version = str(options.get("version") or release.version)
    substitutions = dict.fromkeys(_VERSION_NAMES, version) if version else {}
    substitutions.update(options.get("substitutions", {}))
    public = bool(options.get("public", True))
    nodes: dict[str, Node] = {}
    for path in unit.files:
        if path in options.get("evidence", ()):
            continue
        text = Text(path, release.text(path), substitutions)
        try:
            for raw in text.nodes():
                node = _promised(raw, options, version)
                nodes[node.name] = _merged(nodes[node.name], node) if node.name in nodes else node
                if public and not node.private and "@" in node.name:
                    problems.append(_placeholder(unit, node))
        except ParseError as error:
            problems.append(
                Problem(
                    "symbols", error.message, error.location, hint=error.hint, rendered=error.render(), unit=unit.name
                )
            )
    prefix = options.get("version_prefix")
    script = any(node.script for node in nodes.values())
    closed = bool(options.get("closed", False))
    return SymbolMap(unit.name, version, public, tuple(nodes.values()), script, prefix, closed=closed)


def _promised(node: Node, options: Mapping[str, Any], version: str) -> Node:
    """Return a node, marked where it is private, and without names that are."""
    if any(matches(glob, node.name) for glob in options.get("private_nodes", ())):
        return replace(node, private=True)
    globs = []
    for given in options.get("private_symbols", ()):
        glob, _, until = (part.strip() for part in given.partition("<"))
        if not until or numbers(version) < numbers(until):
            globs.append(glob)
    if not globs:
        return node
    kept = tuple(e for e in node.exported if e.glob or not any(matches(glob, e.name) for glob in globs))
    return replace(node, exported=kept)


def _merged(first: Node, second: Node) -> Node:
    """Two files of one library may hold parts of one node (the anonymous one of flat lists)."""
    parents = first.parents + tuple(p for p in second.parents if p not in first.parents)
    return replace(
        first, parents=parents, exported=first.exported + second.exported, hidden=first.hidden + second.hidden
    )


def _placeholder(unit: Unit, node: Node) -> Problem:
    return Problem(
        "symbols",
        f"nothing says what the placeholder in the name of node {node.name} stands for",
        Location(*node.location),
        hint="the release's version is unknown; set `substitutions` in the profile",
        unit=unit.name,
    )
