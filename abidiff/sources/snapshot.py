"""The snapshot format: the models of one release as JSON, read back with every type checked.

``format`` comes first, so that the first bytes tell what the file is.  A change of the layout
raises ``FORMAT_VERSION`` and adds an entry to ``UPGRADES``, which turns the older layout into
the next; the fixtures under tests/ hold one file of every version.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from types import MappingProxyType
from typing import Any

import msgspec

from abidiff import surfaces as registry
from abidiff.errors import SourceError
from abidiff.project import Project, Unit
from abidiff.release import Release, frozen, plain
from abidiff.sources.request import printable

FORMAT = "abidiff-snapshot"
FORMAT_VERSION = 3
WIDTH = 110


class SnapshotUnit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A unit of the project."""

    surface: str
    name: str
    tier: str
    files: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    options: dict[str, Any] = {}


class Snapshot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    format: str
    format_version: int
    written_by: str
    label: str
    version: str
    date: str
    origin: str
    profile: str
    units: tuple[SnapshotUnit, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    surfaces: dict[str, Any]
    blank: tuple[str, ...]
    single_file: bool = False


def _from_1(old: dict[str, Any]) -> dict[str, Any]:
    """Version 1, of the first drafts, had the models under ``models`` and neither notes nor what was missing."""
    new = {key: value for key, value in old.items() if key != "models"}
    new.update(surfaces=old.get("models", {}), format_version=2, missing=[], notes=[])
    return new


def _from_2(old: dict[str, Any]) -> dict[str, Any]:
    """Version 2 did not tell which files held nothing."""
    return {**old, "format_version": 3, "blank": []}


UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _from_1, 2: _from_2}


def plain_units(units: tuple[Unit, ...]) -> tuple[SnapshotUnit, ...]:
    """Return units as they are kept."""
    return tuple(SnapshotUnit(u.surface, u.name, u.tier, u.files, u.roots, plain(u.options)) for u in units)


def units_of(kept: tuple[SnapshotUnit, ...]) -> tuple[Unit, ...]:
    """Undo :func:`plain_units`."""
    return tuple(Unit(u.surface, u.name, u.tier, u.files, u.roots, frozen(u.options)) for u in kept)


def plain_missing(missing: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return units that are missing as they are kept."""
    return tuple(f"{surface}: {name}" for surface, name in missing)


def missing_of(kept: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Undo :func:`plain_missing`."""
    parts = (entry.partition(": ") for entry in kept)
    return tuple((surface, name) for surface, _, name in parts)


def encode(release: Release, project: Project, models: dict[str, Any], written_by: str) -> bytes:
    """Return the bytes of a snapshot: the same for the same release.

    Mappings keep their order, which reports show; no model holds a set.
    """
    whole = Snapshot(
        format=FORMAT,
        format_version=FORMAT_VERSION,
        written_by=written_by,
        label=release.label,
        version=release.version,
        date=release.date.isoformat() if release.date else "",
        origin=release.label,
        profile=project.profile,
        units=plain_units(project.units),
        missing=plain_missing(project.missing),
        notes=release.notes,
        surfaces=models,
        blank=release.blank,
        single_file=release.single_file,
    )
    try:
        text = msgspec.json.encode(whole)
    except (msgspec.EncodeError, UnicodeEncodeError, ValueError, TypeError) as error:
        raise SourceError(f"{printable(release.label)}: can't be written as a snapshot: {error}") from None
    return fold(msgspec.json.format(text, indent=1)) + b"\n"


def fold(text: bytes) -> bytes:
    """Put every list and object that fits on one line there, so that a diff shows items."""
    out: list[bytes] = []
    starts: list[int] = []
    for line in text.split(b"\n"):
        out.append(line)
        if line.endswith((b"[", b"{")):
            starts.append(len(out) - 1)
        elif starts and line.lstrip().startswith((b"]", b"}")):
            start = starts.pop()
            if len(out) - start <= WIDTH:
                first, *rest = out[start:]
                whole = first + b" ".join(part.lstrip() for part in rest[:-1]) + rest[-1].lstrip()
                if len(whole) <= WIDTH:
                    out[start:] = [whole]
    return b"\n".join(out)


def read_snapshot(data: bytes, argument: str) -> Release:
    """Return the release that a snapshot holds; anything wrong with it is a :class:`SourceError`."""
    what = printable(argument)
    try:
        raw = upgrade(msgspec.json.decode(data), what)
        whole = msgspec.convert(raw, Snapshot)
        models: dict[str, object] = {
            name: msgspec.convert(model, registry.surface(name).model()) for name, model in whole.surfaces.items()
        }
        date = datetime.date.fromisoformat(whole.date) if whole.date else None
        _sound(models, what)
    except KeyError as error:
        raise damaged(what, f"no surface is called {printable(str(error.args[0]))!r}") from None
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError, OverflowError) as error:
        raise damaged(what, printable(str(error)) or type(error).__name__) from None
    units = units_of(whole.units)
    return Release(
        label=printable(whole.label),
        version=printable(whole.version),
        files=MappingProxyType({}),
        origin=argument,
        date=date,
        single_file=whole.single_file,
        notes=tuple(printable(note) for note in whole.notes),
        models=MappingProxyType(models),
        project=Project(whole.profile, units, missing_of(whole.missing)),
        blank=tuple(printable(path) for path in whole.blank),
    )


def _sound(models: dict[str, object], what: str) -> None:
    """Refuse models that can't have been written: numbers out of every range, references to nothing."""
    for name, model in models.items():
        msgspec.msgpack.encode(model)  # raises for numbers beyond 64 bits
        check = registry.surface(name).unsound
        wrong = check(model) if check is not None else ""
        if wrong:
            raise damaged(what, f"{registry.surface(name).title}: {wrong}")


def upgrade(raw: Any, what: str) -> dict[str, Any]:
    """Bring an older layout up to this version, step by step."""
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise damaged(what, "it does not say that it is a snapshot")
    version = raw.get("format_version")
    if not isinstance(version, int) or version < 1:
        raise damaged(what, "its format_version is missing")
    if version > FORMAT_VERSION:
        raise SourceError(
            f"{what}: a snapshot of format {version}; this abidiff reads up to {FORMAT_VERSION}",
            hint=f"it was written by abidiff {printable(str(raw.get('written_by', '?')))}; use that or a newer one",
        )
    found: dict[str, Any] = raw
    while version < FORMAT_VERSION:
        found = UPGRADES[version](found)
        version += 1
    return found


def damaged(what: str, why: str) -> SourceError:
    """Return the error for a snapshot that can't be used."""
    return SourceError(
        f"{what}: a snapshot that can't be used: {why}",
        hint="make it again with: abi-diff snapshot RELEASE -o FILE",
    )
