"""A release: a name, a version, and a read-only map of the files that matter."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Release:
    """One side of a comparison, already read.

    ``label``    what reports put before a path: ``libvirt-11.3.0``; empty for a single file.
    ``version``  the version as text (``11.3.0``), or empty when nothing tells.
    ``files``    path in the release (``/``-separated, no leading ``/``) → its bytes.
    ``origin``   what the user gave: a path, or ``REPO@REV``.
    ``date``     when the release was made (its tag, or its newest member), if known.
    ``notes``    what was odd while reading, for the report (members refused, links dropped).
    ``models``   surface name → model that was read instead of files (a snapshot), else empty.
    """

    label: str
    version: str
    files: Mapping[str, bytes]
    origin: str = ""
    date: datetime.date | None = None
    single_file: bool = False
    notes: tuple[str, ...] = ()
    models: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def text(self, path: str) -> str:
        """Return a file as text; bytes that are not UTF-8 survive as surrogates."""
        return self.files[path].decode("utf-8", "surrogateescape")
