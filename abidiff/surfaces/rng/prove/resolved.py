"""A catalog of our own for the validators: it says what the release's catalogs say, as far as that is in the release.

The release's own catalogs are not handed over: what they lead to outside of it would be read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from abidiff.errors import ParseError
from abidiff.markup import quoteattr
from abidiff.surfaces.rng.read.catalog import CATALOG
from abidiff.surfaces.rng.read.load import Files

_NAMESPACE = CATALOG.strip("{}")
_SCHEMA = re.compile(r"\.rn[gc]\Z")
_INCLUDED = re.compile(rb"""(?:\bhref\s*=|\b(?:include|external)\s)\s*(?:"([^"\s]+)"|'([^'\s]+)')""")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


def catalog(files: Mapping[str, bytes], root: Path) -> str:
    """Return a catalog for the files of a release that were written below a folder; empty where none is needed."""
    paths = [path for path, data in sorted(files.items()) if _NAMESPACE.encode() in data]
    if not paths:
        return ""
    reader = Files(files, paths)
    known: dict[str, str] = {}
    for path, data in sorted(files.items()):
        for match in _INCLUDED.finditer(data) if _SCHEMA.search(path) else ():
            href = (match[1] or match[2]).decode("utf-8", "replace")
            target = reader.joined([href, path])
            if isinstance(target, str) and target in files:
                continue
            found = _found(reader, href)
            if found is not None:
                names = [href] if _SCHEME.match(href) else []
                if isinstance(target, str):  # Java writes a file's URI with one slash, libxml2 asks for the path
                    place = (root / target).as_uri()
                    names += [place, place.replace("file:///", "file:/"), str(root / target)]
                known.update(dict.fromkeys(names, (root / found).as_uri()))
    if not known:
        return ""
    entries = "".join(f"<uri name={quoteattr(name)} uri={quoteattr(uri)}/>\n" for name, uri in known.items())
    return f'<catalog xmlns="{_NAMESPACE}">\n{entries}</catalog>\n'


def _found(reader: Files, href: str) -> str | None:
    try:
        found = reader.catalogs.find(href)
    except ParseError:
        return None
    return found if found is not None and reader.has(found) else None
