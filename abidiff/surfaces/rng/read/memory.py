"""What is remembered of schema files from one parse to the next; who keeps it is not known here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeAlias

from abidiff.surfaces.rng.read.raw import GrammarFile

Datatype: TypeAlias = tuple[str, str, tuple[tuple[str, str], ...]]
"""A datatype's library, its name and its parameters."""


class DoubtfulError(Exception):
    """What is remembered does not fit what is there: everything has to be read anew."""


class KnownFiles(Protocol):
    """Files by their path, the ``ns`` that they inherit, and the digest of their content; datatypes that are right."""

    def recall(self, path: str, ns: str, digest: str) -> GrammarFile | None:
        """Return what was kept of exactly this file."""

    def keep(self, path: str, ns: str, digest: str, found: GrammarFile) -> None:
        """Keep a file."""

    def datatypes(self) -> Iterable[Datatype]:
        """Return datatypes and parameters that were found to be right (4.16)."""

    def keep_datatypes(self, found: Iterable[Datatype]) -> None:
        """Keep all datatypes that are right: those that were returned, and others."""
