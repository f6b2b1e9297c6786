"""What shows that a name exists: declarations, public lists of names, and the library itself.

Asked only for maps that leave room for names which they do not list (:attr:`SymbolMap.open`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from abidiff.elf import MAGIC, NotReadableError
from abidiff.elf import read as read_elf
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.surface_names import HEADERS
from abidiff.surfaces.symbols.model import SymbolMap, SymbolMaps

MAX_LIST = 16 << 20

# A line of a list of names: plain, or `name@NODE 1.0` as distributions keep them beside their packages.
_LISTED = re.compile(
    r"^[ \t]*([A-Za-z_.$][A-Za-z0-9_.$]*)(?:@([^ \t\n]+))?(?:[ \t]+[0-9][^ \t\n]*)?[ \t]*;?[ \t]*$", re.M
)
_SONAME = re.compile(r"\Alib(.+?)(?:[-.]so|-?[0-9.]*\.so)")


def attach(model: SymbolMaps, release: Release, project: Project, models: Mapping[str, Any]) -> SymbolMaps:
    """Return the maps, the open ones with what the release shows of their library."""
    if not any(found.public and found.open for found in model.maps):
        return model
    units = {unit.name: unit for unit in project.of("symbols")}
    return replace(model, maps=tuple(_with_known(found, release, project, units, models) for found in model.maps))


def _with_known(
    found: SymbolMap, release: Release, project: Project, units: Mapping[str, Unit], models: Mapping[str, Any]
) -> SymbolMap:
    unit = units.get(found.unit)
    if not found.public or not found.open or unit is None:
        return found
    alone = len(units) == 1
    known: dict[str, str] = {}
    declared = _declared(found, project, models, known, alone=alone)
    complete = False
    for path in sorted(unit.options.get("evidence", ())):
        data = release.files.get(path, b"")
        if data[:4] == MAGIC:
            complete |= _of_library(found, path, data, known, alone=alone)
        elif len(data) <= MAX_LIST:
            _of_list(found, path, data, known, alone=alone)
    return replace(found, known=dict(sorted(known.items())), declared=declared, complete=complete)


def _declared(
    found: SymbolMap, project: Project, models: Mapping[str, Any], known: dict[str, str], *, alone: bool
) -> bool:
    """Add the functions and variables that headers declare; tell whether these were read completely."""
    headers = models.get(HEADERS)
    if headers is None:
        return False
    named = {unit.name: str(unit.options.get("symbols", "")) for unit in project.of(HEADERS)}
    mine = [lib for lib in headers.libraries if named.get(lib.name) in ((found.unit, "") if alone else (found.unit,))]
    for library in mine or (headers.libraries if alone or len(headers.libraries) == 1 else ()):
        for item in (*library.functions.values(), *library.variables.values()):
            if item.linkage in ("extern", "inline"):
                known.setdefault(getattr(item, "asm", "") or item.name, f"{item.mark.location}")
    return bool(known) and not headers.problems


def _of_library(found: SymbolMap, path: str, data: bytes, known: dict[str, str], *, alone: bool) -> bool:
    """Add what a library exports, if it is the map's; tell whether it was."""
    try:
        seen = read_elf(data)
    except NotReadableError:
        return False
    if not _belongs(found, path, seen.nodes, alone=alone):
        return False
    known.update(dict.fromkeys(sorted({symbol.name for symbol in seen.symbols}), path))
    return True


def _of_list(found: SymbolMap, path: str, data: bytes, known: dict[str, str], *, alone: bool) -> None:
    listed = _LISTED.findall(data.decode("utf-8", "replace"))
    if _belongs(found, path, {node for _, node in listed if node}, alone=alone):
        for name, _ in listed:
            known.setdefault(name, path)


def _belongs(found: SymbolMap, path: str, nodes: Iterable[str], *, alone: bool) -> bool:
    """Tell whether a library or list is that of a map: by their nodes, else by their names."""
    own = {node.name for node in found.nodes if node.name}
    shared = own.intersection(nodes)
    if own and set(nodes):
        return bool(shared)
    return alone or _stem(path) == _stem(found.unit)


def _stem(path: str) -> str:
    file = path.rpartition("/")[2]
    match = _SONAME.match(file)
    return match[1] if match else file.partition(".")[0].removeprefix("lib")
