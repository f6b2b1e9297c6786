"""Schemas with a memory: a file that has not changed is not read again for those that include it.

An entry for each file, by its path, the namespace that it inherits and its content, holds its grammar as
read; what it includes is put in anew each time.  Another entry holds the datatypes whose parameters were
checked: patterns are compiled for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from abidiff.cache import entries
from abidiff.cache.keys import code_key, join
from abidiff.cache.query import Queries
from abidiff.project import Project
from abidiff.release import Release
from abidiff.surfaces.rng.build.parse import parse_units
from abidiff.surfaces.rng.read.memory import Datatype
from abidiff.surfaces.rng.read.raw import GrammarFile

MAX_DATATYPES = 5_000
"""When more are known, only those of the last parse are kept."""


def parse(queries: Queries, release: Release, project: Project, _models: Mapping[str, Any]) -> Any:
    """Return the model of the schemas, as the surface's ``parse`` would."""
    return parse_units(release.files, project.of("rng"), Remembered(queries))


class Remembered:
    """The files and datatypes of schemas in a store."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries
        self._types: tuple[Datatype, ...] = ()

    def recall(self, path: str, ns: str, digest: str) -> GrammarFile | None:
        """Return what was kept of exactly this file."""
        found: GrammarFile | None = entries.load(self._queries.store, _file_key(path, ns, digest), GrammarFile)
        return found

    def keep(self, path: str, ns: str, digest: str, found: GrammarFile) -> None:
        """Keep a file, unless it is nested too deep for that."""
        with suppress(RecursionError):
            self._queries.save(_file_key(path, ns, digest), found)

    def datatypes(self) -> Iterable[Datatype]:
        """Return datatypes and parameters that were found to be right."""
        kind = tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]
        found = entries.load(self._queries.store, _types_key(), kind)
        self._types = found or ()
        return self._types

    def keep_datatypes(self, found: Iterable[Datatype]) -> None:
        """Keep all datatypes that are right, when there are new ones."""
        known = set(self._types)
        fresh = tuple(one for one in found if one not in known)
        if fresh:
            self._queries.save(_types_key(), (*self._types, *fresh)[-MAX_DATATYPES:])


def _file_key(path: str, ns: str, digest: str) -> str:
    return join("schema file", code_key(), path, ns, digest)


def _types_key() -> str:
    return join("datatypes", code_key())
