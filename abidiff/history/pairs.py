"""What neighbouring releases of a history differ by."""

from __future__ import annotations

import json
import sqlite3
from itertools import pairwise
from typing import Any

import msgspec

from abidiff import surfaces as registry
from abidiff.finding import Finding, Side
from abidiff.history.store import Store
from abidiff.pipeline.flow import differences
from abidiff.pipeline.options import Options
from abidiff.pipeline.parts import Models, Origin, PackedPart, Part
from abidiff.pipeline.reading import Reading, UnitName
from abidiff.policy import Policy, apply
from abidiff.sources.history import parts
from abidiff.sources.history.stored import Head, check_release, model_of
from abidiff.sources.history.tables import refusing
from abidiff.sources.snapshot import missing_of


class Stored:
    """Readings out of a history; a model is decoded only where the two sides have different ones."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.known: dict[tuple[str, int], tuple[bytes, Part]] = {}

    def reading(self, release: int) -> Reading:
        """Return a release as one side of a comparison."""
        query = "SELECT version, label, date, profile, head, digest FROM releases WHERE id = ?"
        version, label, date, profile, head, stated = self.connection.execute(query, (release,)).fetchone()
        packed = parts.get(self.connection, head)
        told = msgspec.msgpack.decode(packed, type=Head)
        units = tuple(UnitName(unit.surface, unit.name, unit.tier) for unit in told.units)
        side = Side(label, told.version, version, date)
        found, digests = self._models(release)
        check_release(stated, packed, digests)
        unread = tuple(("", path, why) for path, why in told.unread)
        head = (side, profile, units, missing_of(told.missing), told.notes, "")
        return Reading(*head, found, unread=unread, blank=told.blank)

    def _models(self, release: int) -> tuple[Models, dict[str, bytes]]:
        """Return the models with their hashes; what lies in one part is one model, whatever the rows say."""
        query = "SELECT surface, digest, part, census FROM model WHERE release = ?"
        rows = self.connection.execute(query, (release,)).fetchall()
        flawed = {
            row[0] for row in self.connection.execute("SELECT surface FROM problem WHERE release = ?", (release,))
        }
        held: dict[tuple[str, int], tuple[bytes, Part]] = {}
        for surface, digest, number, census in rows:
            known = self.known.get((surface, number))
            if known is None or known[0] != digest:
                raw = msgspec.Raw(model_of(self.connection, surface, digest, number))
                packed = PackedPart(Origin(key=digest.hex()), json.loads(census), surface in flawed, raw)
                known = digest, Part.held(surface, packed)
            held[surface, number] = known
        self.known = held
        found = {part.name: part for _, part in held.values()}
        models = Models({each.name: found[each.name] for each in registry.SURFACES if each.name in found})
        return models, {part.name: digest for digest, part in held.values()}


def compare_neighbours(store: Store, options: Options) -> int:
    """Compare the neighbours that were not compared yet; return how many were.

    Another process may add a release between two meanwhile: what is left is looked for until nothing is.
    """
    done = 0
    while found := _compare(store, options):
        done += found
    return done


def _compare(store: Store, options: Options) -> int:
    done = 0
    with refusing(store.what):
        known = set(store.connection.execute("SELECT old, new FROM compared").fetchall())
        order = store.order()
        stored = Stored(store.connection)
        before: tuple[int, Reading] | None = None
        for (old, _), (new, version) in pairwise(order):
            if (old, new) in known:
                continue
            options.progress(f"compare {version} with the release before")
            first = before[1] if before is not None and before[0] == old else stored.reading(old)
            second = stored.reading(new)
            _keep(store, old, new, found_between(first, second, options))
            before = new, second
            done += 1
    return done


def found_between(first: Reading, second: Reading, options: Options) -> list[Finding]:
    """Return the findings between two readings, under the promises of the profile."""
    from abidiff.pipeline.judgement import policy_for

    found: Any = differences(first, second, options)
    policy: Policy = policy_for(first, second, options)
    return list(apply(found.findings, policy))


def _keep(store: Store, old: int, new: int, findings: list[Finding]) -> None:
    rows = [
        (old, new, n, f.rule, str(f.severity), f.surface, f.unit, f.subject, f.message, f.fingerprint)
        for n, f in enumerate(sorted(findings, key=lambda f: (f.rule, f.unit, f.subject, f.key, f.message)))
    ]
    with store.transaction():
        if (old, new) not in pairwise(number for number, _ in store.order()):
            return
        store.connection.execute("INSERT OR REPLACE INTO compared (old, new) VALUES (?, ?)", (old, new))
        store.connection.execute("DELETE FROM finding WHERE old = ? AND new = ?", (old, new))
        store.connection.executemany("INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
