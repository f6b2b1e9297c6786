"""OASIS XML Catalogs 1.1 of a release: which of its files a URI stands for.

Of a catalog the entries for URIs count (``uri``, ``rewriteURI``, ``uriSuffix``, ``delegateURI``, ``nextCatalog``,
``group``); those for external identifiers of documents do not.  What an entry leads to is a file of the release.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from abidiff.errors import ParseError
from abidiff.limits import now, raising
from abidiff.location import Location

XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
CATALOG = "{urn:oasis:names:tc:entity:xmlns:xml:catalog}"


class Source(Protocol):
    """The files of a release."""

    def content(self, path: str) -> bytes:
        """Return a file."""

    def joined(self, references: list[str]) -> str | ValueError:
        """Join references, the innermost first, to a path of the release."""

    def has(self, path: str) -> bool:
        """Whether there is such a file."""


class Entry(NamedTuple):
    """An entry: its kind, the URI (or its beginning or end) that it is about, and the references to its target."""

    kind: str
    about: str
    references: tuple[str, ...]


class Catalogs:
    """The catalogs of a release, each read when it is needed."""

    def __init__(self, files: Source, paths: Sequence[str]) -> None:
        self.files = files
        self.paths = tuple(paths)
        self._entries: dict[str, tuple[Entry, ...]] = {}

    def find(self, uri: str) -> str | None:
        """Return the path that a URI stands for, None when no catalog knows it; raises ParseError."""
        queue, seen = list(self.paths), set[str]()
        while queue:
            path = queue.pop(0)
            if path in seen or not self.files.has(path):
                continue
            if len(seen) >= now().schema_catalogs:
                raise ParseError(
                    f"more than {len(seen)} catalogs to find one file (limit schema-catalogs)", Location(path, 1),
                    hint=raising("schema-catalogs"),
                )  # fmt: skip
            seen.add(path)
            entries = self._entries.get(path)
            if entries is None:
                entries = self._entries[path] = tuple(_read(path, self.files.content(path)))
            found = _target(entries, uri)
            if found is not None:
                target = self.files.joined([*found, path])
                return None if isinstance(target, ValueError) else target
            others = [self.files.joined([*one.references, path]) for one in _others(entries, uri)]
            queue = [other for other in others if isinstance(other, str)] + queue
        return None


def _target(entries: Sequence[Entry], uri: str) -> tuple[str, ...] | None:
    """Return the references to what a URI stands for (7.2.2): the whole URI first, then the longest part of it."""
    for entry in entries:
        if entry.kind == "uri" and entry.about == uri:
            return entry.references
    starts = [e for e in entries if e.kind == "rewriteURI" and uri.startswith(e.about)]
    if starts:
        best = max(starts, key=lambda e: len(e.about))
        return best.references[0] + uri[len(best.about) :], *best.references[1:]
    ends = [e for e in entries if e.kind == "uriSuffix" and uri.endswith(e.about)]
    return max(ends, key=lambda e: len(e.about)).references if ends else None


def _others(entries: Sequence[Entry], uri: str) -> list[Entry]:
    """Return the catalogs to go on with: those that a beginning is delegated to, or the next ones."""
    delegated = [e for e in entries if e.kind == "delegateURI" and uri.startswith(e.about)]
    if delegated:
        return sorted(delegated, key=lambda e: -len(e.about))
    return [e for e in entries if e.kind == "nextCatalog"]


_ATTRIBUTES = {
    "uri": ("name", "uri"),
    "rewriteURI": ("uriStartString", "rewritePrefix"),
    "uriSuffix": ("uriSuffix", "uri"),
    "delegateURI": ("uriStartString", "catalog"),
    "nextCatalog": ("", "catalog"),
}


def _read(path: str, data: bytes) -> Iterator[Entry]:
    from lxml import etree

    from abidiff.surfaces.rng.read.parser import catalog_parser

    if len(data) > now().schema_bytes:
        raise ParseError(f"a catalog larger than {now().schema_bytes:,} bytes", Location(path))
    try:
        root: Any = etree.fromstring(data, catalog_parser())
    except (etree.XMLSyntaxError, LookupError, ValueError) as error:
        raise ParseError(f"not readable as a catalog: {error}", Location(path)) from None
    for node in root.iter(etree.Element):
        local = node.tag.removeprefix(CATALOG)
        if local == node.tag or local not in _ATTRIBUTES:
            continue
        about, target = (node.get(name, "") if name else "" for name in _ATTRIBUTES[local])
        bases = [base for one in (node, *node.iterancestors()) if (base := one.get(XML_BASE)) is not None]
        yield Entry(local, about, (target, *bases))
