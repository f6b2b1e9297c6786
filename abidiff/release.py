"""A release: a name, a version, and a read-only map of the files that matter."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from abidiff.files import Files


def frozen(value: Any) -> Any:
    """Return a read-only copy: mappings become proxies and lists tuples, all the way down."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: frozen(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(frozen(item) for item in value)
    return value


def plain(value: Any) -> Any:
    """Undo :func:`frozen` for pickling and JSON: proxies become dictionaries again."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple) and type(value) is tuple:
        return tuple(plain(item) for item in value)
    return value


class Release(msgspec.Struct, frozen=True):
    """One side of a comparison, already read.

    ``label``    what reports put before a path: ``libvirt-11.3.0``; empty for a single file.
    ``version``  the version as text (``11.3.0``), or empty when nothing tells.
    ``files``    path in the release (``/``-separated, no leading ``/``) → its bytes.
    ``origin``   what the user gave: a path, or ``REPO@REV``.
    ``date``     when the release was made (its tag, or its newest member), if known.
    ``notes``    what was odd while reading, for the report (members refused, links dropped).
    ``unread``   (path, why) of what is wanted and could not be read: never success.
    ``pinned``   those of ``unread`` whose content ``why`` names: submodules, by their commit.
    ``astray``   those of ``unread`` that are links behind which a folder may lie.
    ``blank``    with ``models``: the files of a surface that held nothing.
    ``passed``   what is in an archive beside ``files``: the paths that nobody asked for.
    ``links``    links that lead nowhere here → where they would lead, as paths of a release that holds more.
    ``models``   surface name → model that was read instead of files (a snapshot), else empty.
    ``project``  the :class:`abidiff.project.Project` that came with the models, else None.
    """

    label: str
    version: str
    files: Mapping[str, bytes]
    origin: str = ""
    date: datetime.date | None = None
    single_file: bool = False
    notes: tuple[str, ...] = ()
    models: Mapping[str, object] = msgspec.field(default_factory=lambda: MappingProxyType({}))
    project: Any = None
    unread: tuple[tuple[str, str], ...] = ()
    pinned: tuple[str, ...] = ()
    astray: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    passed: tuple[bytes, ...] = ()
    links: tuple[tuple[str, str], ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as plain dictionaries (a release is read in a process of its own)."""
        fields = (self.label, self.version, dict(self.files), self.origin, self.date)
        told = (self.project, self.unread, self.pinned, self.astray, self.blank, self.passed, self.links)
        return _release, (*fields, self.single_file, self.notes, dict(self.models), *told)

    def text(self, path: str) -> str:
        """Return a file as text; bytes that are not UTF-8 survive as surrogates."""
        return self.files[path].decode("utf-8", "surrogateescape")


def _release(
    label: str,
    version: str,
    files: dict[str, bytes],
    origin: str,
    date: datetime.date | None,
    single_file: bool,
    notes: tuple[str, ...],
    models: dict[str, object],
    project: Any,
    unread: tuple[tuple[str, str], ...],
    pinned: tuple[str, ...],
    astray: tuple[str, ...],
    blank: tuple[str, ...],
    passed: tuple[bytes, ...],
    links: tuple[tuple[str, str], ...],
) -> Release:
    held = MappingProxyType(models)
    told = (held, project, unread, pinned, astray, blank, passed, links)
    return Release(label, version, Files(files), origin, date, single_file, notes, *told)
