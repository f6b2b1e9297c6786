"""A release out of a history: ``HISTORY.db@VERSION`` stands wherever a release does."""

from __future__ import annotations

import datetime
import os
import sqlite3
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from abidiff import surfaces as registry
from abidiff.errors import AbidiffError, MissingError, SourceError
from abidiff.project import Project
from abidiff.release import Release
from abidiff.sources.history import parts, relative
from abidiff.sources.history.named import split
from abidiff.sources.history.tables import damaged, reading
from abidiff.sources.request import printable
from abidiff.sources.snapshot import SnapshotUnit, missing_of, units_of


class Head(msgspec.Struct, frozen=True, array_like=True):
    """What is kept of a release beside its models.

    ``unread`` is (path, why) of what could not be read, ``blank`` are files with nothing in them.
    """

    label: str
    version: str
    date: str
    single_file: bool
    units: tuple[SnapshotUnit, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    unread: tuple[tuple[str, str], ...] = ()
    blank: tuple[str, ...] = ()

    def pack(self) -> bytes:
        """Return it as bytes: where no file is blank, those of earlier versions."""
        fields = msgspec.structs.astuple(self)
        return msgspec.msgpack.encode(fields if self.blank else fields[:-1])


def open_stored(argument: str) -> Release:
    """Return the release that an argument names in a history."""
    found = split(argument)
    if found is None:
        raise SourceError(f"{printable(argument)}: no history")
    path, version = found
    with reading(path, argument) as connection:
        try:
            return _release(connection, version, argument)
        except parts.PartError as error:
            raise damaged(argument, error.message) from None
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise damaged(argument, str(error)) from None
        except KeyError as error:
            raise damaged(argument, f"no surface is called {error.args[0]!r}") from None


def identity(argument: str) -> str:
    """Return a text that is the same only for the same content; empty for what is no history.

    It is a hash over all that :func:`open_stored` reads for the release and over the argument, which reports name, made
    anew each time; whatever digests the file states, a copy that holds something else is another input.
    """
    found = split(argument)
    if found is None:
        return ""
    with reading(found[0], argument) as connection:
        number, _, exact, head, stated = _row(connection, found[1], argument)
        seals = parts.Seals(connection)
        profile = connection.execute("SELECT profile FROM releases WHERE id = ?", (number,)).fetchone()[0]
        query = "SELECT surface, digest, part FROM model WHERE release = ? ORDER BY surface"
        models = [(*row, seals.of(row[2])) for row in connection.execute(query, (number,)).fetchall()]
        told = repr((argument, exact, profile, stated, head is None, seals.of(head), models))
    return f"history {parts.digest(told.encode('utf-8', 'surrogateescape')).hex()}"


def place(argument: str) -> tuple[str, str] | None:
    """Return the file and the exact version that an argument names, to tell whether two are one."""
    found = split(argument)
    if found is None:
        return None
    try:
        with reading(found[0], argument) as connection:
            return os.path.realpath(found[0]), str(_row(connection, found[1], argument)[2])
    except AbidiffError:  # said, with what is wrong, when it is opened
        return None


def _row(connection: sqlite3.Connection, version: str, argument: str) -> tuple[int, str, str, int | None, str]:
    names = [version, version.removeprefix("v")]
    query = "SELECT id, label, version, head, digest FROM releases WHERE version IN (?, ?) OR label = ? LIMIT 2"
    rows = connection.execute(query, (*names, version)).fetchall()
    if not rows:
        known = [str(row[0]) for row in connection.execute("SELECT version FROM releases LIMIT 10000")]
        raise MissingError(f"{printable(argument)}: no release {printable(version)!r} in it", hint=near(version, known))
    number, label, exact, head, digest = rows[0]
    return number, str(label), str(exact), head, str(digest)


def model_of(connection: sqlite3.Connection, surface: str, digest: bytes, part: int) -> bytes:
    """Return the bytes of a model; raises PartError where the hash that is stated for it is not theirs."""
    found = relative.read(surface, parts.get(connection, part))
    if parts.digest(found) != digest:
        raise parts.PartError(f"its model of {printable(surface)} is another one than its hash says")
    return found


def check_release(stated: str, head: bytes, models: Mapping[str, bytes]) -> None:
    """Refuse a release that does not hold what its hash was made of; ``models``: surface → hash of its model."""
    if parts.release_digest(head, models) != stated:
        raise parts.PartError("the release holds other models than its hash says")


def near(word: str, known: list[str]) -> str:
    """Return what may have been meant."""
    import difflib

    close = difflib.get_close_matches(word, known, 3, 0.5)
    told = f"did you mean {' or '.join(printable(name) for name in close)}? " if close else ""
    return f"{told}list them: abi-diff history list FILE"


def _release(connection: sqlite3.Connection, version: str, argument: str) -> Release:
    number, _, exact, head, stated = _row(connection, version, argument)
    if head is None:
        raise SourceError(
            f"{printable(argument)}: this history tells of {printable(exact)}, and does not hold its models",
            hint="compare the release itself",
        )
    packed = parts.get(connection, head)
    told = msgspec.msgpack.decode(packed, type=Head)
    models: dict[str, Any] = {}
    digests: dict[str, bytes] = {}
    query = "SELECT surface, digest, part FROM model WHERE release = ?"
    for surface, digest, part in connection.execute(query, (number,)).fetchall():
        kind = registry.surface(surface).model()
        models[surface] = msgspec.msgpack.decode(model_of(connection, surface, digest, part), type=kind)
        digests[surface] = digest
    check_release(stated, packed, digests)
    profile = connection.execute("SELECT profile FROM releases WHERE id = ?", (number,)).fetchone()[0]
    return Release(
        label=printable(told.label),
        version=printable(told.version),
        files=MappingProxyType({}),
        origin=argument,
        date=datetime.date.fromisoformat(told.date) if told.date else None,
        single_file=told.single_file,
        notes=tuple(printable(note) for note in told.notes),
        models=MappingProxyType(
            {found.name: models[found.name] for found in registry.SURFACES if found.name in models}
        ),
        project=Project(profile, units_of(told.units), missing_of(told.missing)),
        unread=told.unread,
        blank=told.blank,
    )
