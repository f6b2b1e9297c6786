"""A history as text: the same for the same releases, however it was built."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from abidiff.history.lives import connected
from abidiff.history.order import key
from abidiff.sources.history.tables import FORMAT_VERSION


def export(name: str | Path) -> Iterator[str]:
    """Yield one JSON object a line: the history, its releases, items with their lifetimes, findings."""
    with connected(name) as connection:
        versions = dict(connection.execute("SELECT id, version FROM releases").fetchall())
        order = {number: n for n, number in enumerate(sorted(versions, key=lambda each: key(versions[each])))}
        yield _line({"format": "abidiff-history", "format_version": FORMAT_VERSION, "releases": len(versions)})
        yield from _releases(connection, order)
        yield from _items(connection, order, versions)
        yield from _findings(connection, order, versions)


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=True) + "\n"


def _releases(connection: sqlite3.Connection, order: dict[int, int]) -> Iterator[str]:
    models: dict[int, dict[str, Any]] = {}
    query = "SELECT release, surface, digest, census FROM model ORDER BY release, surface"
    for release, surface, digest, census in connection.execute(query):
        models.setdefault(release, {})[surface] = {"digest": digest.hex(), "census": json.loads(census)}
    problems: dict[int, list[list[str]]] = {}
    for release, *told in connection.execute(
        "SELECT release, surface, unit, message FROM problem ORDER BY release, number"
    ):
        problems.setdefault(release, []).append(list(told))
    rows = connection.execute("SELECT id, version, label, date, profile, digest FROM releases").fetchall()
    for number, version, label, date, profile, digest in sorted(rows, key=lambda row: order[row[0]]):
        told = {"release": version, "label": label, "date": date, "profile": profile, "digest": digest}
        yield _line({**told, "models": models.get(number, {}), "problems": problems.get(number, [])})


def _items(connection: sqlite3.Connection, order: dict[int, int], versions: dict[int, str]) -> Iterator[str]:
    states = {number: row for number, *row in connection.execute("SELECT id, shape, since, deprecated FROM state")}
    changes: dict[int, list[tuple[int, Any]]] = {}
    for item, release, state in connection.execute("SELECT item, release, state FROM change"):
        changes.setdefault(item, []).append((release, state))
    query = (
        "SELECT item.id, surface, kind, unit, name FROM item JOIN family ON family.id = item.family"
        " ORDER BY surface, kind, unit, name"
    )
    for number, surface, kind, unit, name in connection.execute(query):
        life = []
        for release, state in sorted(changes.get(number, ()), key=lambda row: order[row[0]]):
            shape, since, deprecated = states[state] if state is not None else (None, "", 0)
            life.append([versions[release], shape, since, bool(deprecated)])
        if life:
            yield _line({"item": name, "surface": surface, "kind": kind, "unit": unit, "states": life})


def _findings(connection: sqlite3.Connection, order: dict[int, int], versions: dict[int, str]) -> Iterator[str]:
    query = "SELECT old, new, number, rule, severity, unit, subject, message, fingerprint FROM finding"
    rows = connection.execute(query).fetchall()
    for old, new, _, *told in sorted(rows, key=lambda row: (order[row[0]], order[row[1]], row[2])):
        names = ("rule", "severity", "unit", "subject", "message", "fingerprint")
        yield _line({"old": versions[old], "new": versions[new], **dict(zip(names, told, strict=True))})
