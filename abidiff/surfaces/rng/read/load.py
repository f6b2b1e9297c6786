"""Files of a release as XML trees: bounded, without entities, network or paths outside."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

from abidiff.errors import ParseError
from abidiff.limits import now, raising
from abidiff.location import Location
from abidiff.markup import as_utf8
from abidiff.surfaces.rng.read.catalog import XML_BASE, Catalogs

RNG = "http://relaxng.org/ns/structure/1.0"
XML = "http://www.w3.org/XML/1998/namespace"

MAX_XML_DEPTH = 250
"""Elements nested deeper than this are refused."""


def unlike(path: str, data: bytes) -> str:
    """Return why a file is no schema and no part of one; empty when it is."""
    try:
        root = Files({path: data}).root(path)
    except ParseError as error:
        place = f" ({error.location.line}:{error.location.column})" if error.location.line else ""
        return f"{error.message}{place}"
    return "" if str(root.tag).startswith(f"{{{RNG}}}") else "XML, but no RELAX NG"


def _too_large(path: str, message: str, limit: str) -> ParseError:
    return ParseError(f"{message} (limit {limit})", Location(path), hint=f"not a schema? {raising(limit)}")


class Files:
    """The files of a release, and errors that show where in them."""

    def __init__(self, files: Mapping[str, bytes], catalogs: Sequence[str] = ()) -> None:
        self.files = files
        self.catalogs = Catalogs(self, catalogs)
        self._utf8: dict[str, bytes] = {}

    def content(self, path: str) -> bytes:
        """Return a file, XML in UTF-16 as UTF-8."""
        data = self.files[path]
        if data[:1] in (b"\xff", b"\xfe", b"\0") or data[1:2] == b"\0":
            data = self._utf8.setdefault(path, as_utf8(data))
        return data

    def has(self, path: str) -> bool:
        """Whether there is such a file."""
        return path in self.files

    def joined(self, references: list[str]) -> str | ValueError:
        """Join references, the innermost first, to a path of the release."""
        return _join(references)

    def root(self, path: str) -> Any:
        """Parse a file and return its root element; raises ParseError."""
        from lxml import etree  # takes a while to load, and files are often known already

        from abidiff.surfaces.rng.read.parser import OutsideError, outside, parser

        data = self.content(path)
        if len(data) > now().schema_bytes:
            raise _too_large(path, f"larger than {now().schema_bytes:,} bytes", "schema-bytes")
        if path.lower().endswith((".rnc", ".rnc.in")):
            from abidiff.surfaces.rng.read import rnc

            return rnc.parse(path, data)
        if data.count(b"<") > now().schema_tags:
            raise _too_large(path, f"more than {now().schema_tags:,} tags", "schema-tags")
        if data.count(b"<define") + data.count(b":define") > now().schema_defines:
            raise _too_large(path, f"more than {now().schema_defines:,} definitions", "schema-defines")
        try:
            root = etree.fromstring(data, parser(entities=False))
        except OutsideError as error:
            message, hint = outside(error)
            line = self._line_of(path, "<!DOCTYPE")
            raise ParseError(message, Location(path, line), line_text=self.line(path, line), hint=hint) from None
        except etree.XMLSyntaxError as error:
            self._syntax_error(path, error)
        except (LookupError, ValueError) as error:
            raise ParseError(f"not readable as XML: {error}", Location(path)) from None
        self._refuse_entities(path, root)
        return root

    def _syntax_error(self, path: str, error: Any) -> NoReturn:
        line, column = error.position
        message = re.sub(r",? line \d+, column \d+.*$", "", str(error.msg)).strip()
        hint = ""
        lowered = message.lower()
        if "depth" in lowered:
            hint = f"elements may be nested {MAX_XML_DEPTH} deep"
        elif "amplification" in lowered or "entity" in lowered:
            hint = "entities are not expanded: write the text out"
        raise ParseError(
            f"not well-formed XML: {message}",
            Location(path, line, column),
            line_text=self.line(path, line),
            hint=hint,
        ) from None

    def _refuse_entities(self, path: str, root: Any) -> None:
        """Entity declarations are refused: they are how XML bombs and foreign files come in."""
        dtd = root.getroottree().docinfo.internalDTD
        if dtd is None:
            return
        for entity in dtd.iterentities():
            line = self._line_of(path, "<!ENTITY")
            raise ParseError(
                f"entity '{entity.name}' is declared; entities are not expanded",
                Location(path, line),
                line_text=self.line(path, line),
                hint="write the text out, or use a define",
            )

    def _line_of(self, path: str, text: str) -> int:
        before, found, _ = self.content(path).partition(text.encode())
        return before.count(b"\n") + 1 if found else 0

    def line(self, path: str, number: int) -> str:
        """Return a line of a file as text (empty when there is none)."""
        if number < 1:
            return ""
        lines = self.content(path).split(b"\n", number)
        return lines[number - 1].decode("utf-8", "replace") if number <= len(lines) else ""

    def fail(self, message: str, location: Location, *, mark: str = "", hint: str = "") -> NoReturn:
        """Raise a ParseError at a place, with the caret below ``mark`` in its line."""
        text = self.line(location.path, location.line)
        column = 0
        if text:
            at = text.find(mark) if mark else -1
            column = (at if at >= 0 else len(text) - len(text.lstrip())) + 1
        place = Location(location.path, location.line, column)
        raise ParseError(message, place, line_text=text, hint=hint)

    def resolve(self, element: Any, href: str, location: Location) -> str:
        """Resolve an href against xml:base (section 4.5), inside the release only."""
        bases = [href]
        at = element
        while at is not None:
            base = at.get(XML_BASE)
            if base is not None:
                bases.append(base)
            at = at.getparent()
        bases.append(location.path)
        target = _join(bases)
        if isinstance(target, ValueError) or target not in self.files:
            target = self.catalogs.find(href) or target
        if isinstance(target, ValueError):
            hint = "only files of the release are read; a catalog of the release may say which (--catalog)"
            self.fail(f"href '{href}' {target}", location, mark="href", hint=hint)
        if target not in self.files:
            self.fail(
                f"'{href}' is not in the release (looked for {target})",
                location,
                mark="href",
                hint="the profile's list of files has to hold every file that is included",
            )
        return target


def _join(innermost_first: list[str]) -> str | ValueError:
    """Join relative references to a path from the root of the release."""
    path = ""
    for reference in innermost_first:
        try:
            parts = urlsplit(reference)
        except ValueError:
            return ValueError("is not a URI")
        if "#" in reference:
            return ValueError("has a fragment identifier (specification, section 4.5)")
        if parts.scheme or parts.netloc:
            return ValueError("points outside of the release")
        path = posixpath.join(posixpath.dirname(unquote(parts.path)), path) if path else unquote(parts.path)
        if path.startswith("/"):
            return ValueError("points outside of the release")
    path = posixpath.normpath(path)
    if path == ".." or path.startswith("../"):
        return ValueError("points outside of the release")
    return path
