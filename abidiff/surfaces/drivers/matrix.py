"""The support matrix: function by function, driver by driver, since when and until when.

Beside what the tables say there is what follows from them: a read-only connection is opened by what opens any, an
authenticated one was not possible before 0.4.0, ``virDomainCreateLinux`` is the old name (0.0.3) of
``virDomainCreateXML``, and who can prepare a migration can migrate.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from abidiff.surfaces.drivers.model import Drivers, Support
from abidiff.versions import numbers

COMMON = "virConnect"
_COMMON_APIS = frozenset(
    f"virConnect{name}"
    for name in ("Open", "Close", "IsAlive", "IsEncrypted", "IsSecure", "SupportsFeature", "GetCapabilities")
)
_PREPARE = ("virDomainMigratePrepare", "virDomainMigratePrepare2", "virDomainMigratePrepare3")


class Cell(msgspec.Struct, frozen=True):
    """Since when, and until when; both empty when the table does not say."""

    since: str = ""
    until: str = ""

    def __str__(self) -> str:
        return " - ".join(part for part in (self.since, self.until) if part) or "yes"


class Row(msgspec.Struct, frozen=True):
    """One function: the version node that it came with (empty: internal), and what each driver says."""

    api: str
    version: str
    cells: Mapping[str, Cell]


class Group(msgspec.Struct, frozen=True):
    """The functions of one kind of driver."""

    kind: str
    drivers: tuple[str, ...]
    rows: tuple[Row, ...]


def matrix(model: Drivers, maps: Any = None) -> tuple[Group, ...]:
    """Return the matrix; ``maps`` is the model of the symbol maps, for the functions' own versions."""
    versions = _versions(maps)
    apis = {(found.kind, found.field): found.api for found in model.callbacks}
    groups: dict[str, dict[str, dict[str, Cell]]] = {}
    drivers: dict[str, set[str]] = {}
    for api, kind in sorted((found.api, found.kind) for found in model.callbacks):
        groups.setdefault(COMMON if api in _COMMON_APIS else kind, {}).setdefault(api, {})
    for found in model.supports:
        api = apis[found.kind, found.field]
        group = COMMON if api in _COMMON_APIS else found.kind
        groups[group][api][found.driver] = Cell(found.since, found.until)
        drivers.setdefault(group, set()).add(found.driver)
        _migration(groups[group], api, found)
    _derived(groups)
    return tuple(
        Group(
            kind,
            tuple(sorted(drivers.get(kind, ()))),
            tuple(Row(api, versions.get(api, ""), dict(sorted(cells.items()))) for api, cells in sorted(rows.items())),
        )
        for kind, rows in sorted(groups.items())
    )


def _migration(rows: dict[str, dict[str, Cell]], api: str, found: Support) -> None:
    if api in _PREPARE:
        rows.setdefault("virDomainMigrate", {}).setdefault(found.driver, Cell(found.since))


def _derived(groups: dict[str, dict[str, dict[str, Cell]]]) -> None:
    """Add the functions that are served by the callback of another one."""
    common = groups.get(COMMON, {})
    if "virConnectOpen" in common:
        opened = common["virConnectOpen"]
        common["virConnectOpenReadOnly"] = dict(opened)
        common["virConnectOpenAuth"] = {name: Cell(_latest(cell.since, "0.4.0")) for name, cell in opened.items()}
    for rows in groups.values():
        if "virDomainCreateXML" in rows:
            created = rows["virDomainCreateXML"]
            rows["virDomainCreateLinux"] = {name: Cell(_latest(cell.since, "0.0.3")) for name, cell in created.items()}


def _latest(since: str, earliest: str) -> str:
    if not since:
        return ""
    return max(since, earliest, key=numbers)


def _versions(maps: Any) -> dict[str, str]:
    """Return the version of the first node of each public function."""
    found: dict[str, str] = {}
    for one in maps.maps if maps is not None else ():
        if one.public and one.version_prefix:
            for (_, name), nodes in one.places.items():
                found.setdefault(name, next(iter(nodes)).removeprefix(one.version_prefix))
    return found


def only(groups: tuple[Group, ...], names: tuple[str, ...]) -> tuple[Group, ...]:
    """Return the matrix of some drivers; of all for no name."""
    if not names:
        return groups
    kept = ((group, tuple(name for name in group.drivers if name in names)) for group in groups)
    return tuple(
        msgspec.structs.replace(group, drivers=drivers, rows=tuple(_row(row, drivers) for row in group.rows))
        for group, drivers in kept
        if drivers
    )


def _row(row: Row, drivers: tuple[str, ...]) -> Row:
    return msgspec.structs.replace(row, cells={name: cell for name, cell in row.cells.items() if name in drivers})
