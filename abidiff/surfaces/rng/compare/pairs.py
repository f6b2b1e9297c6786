"""Which schema of one side is which of the other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

from abidiff.surfaces.rng.model import Schema, Schemas
from abidiff.versions import version_key

Pair: TypeAlias = tuple[Schema, Schema]

_VERSION = re.compile(r"[-_.]?v?(\d{1,9}(?:[.\-_]\d{1,9}){0,5})(?=[./\-_]|\Z)")


def paired(old: Schemas, new: Schemas) -> list[Pair]:
    """Return the schemas of one name, and those whose names differ in a version only (``book-5.0``, ``book-5.1``).

    Of several that are left of such a name on a side, the latest counts.
    """
    theirs = {schema.name: schema for schema in new.schemas}
    mine = {schema.name for schema in old.schemas}
    later = _latest(schema for schema in new.schemas if schema.name not in mine)
    earlier = _latest(schema for schema in old.schemas if schema.name not in theirs)
    pairs = []
    for schema in old.schemas:
        stem = _stem(schema.name)
        if schema.name in theirs:
            pairs.append((schema, theirs[schema.name]))
        elif stem in later and earlier.get(stem) is schema:
            pairs.append((schema, later[stem]))
    return pairs


def _stem(name: str) -> str:
    """Return a name without its version; empty when it has none."""
    return _VERSION.sub("", name, count=1) if _VERSION.search(name) else ""


def _latest(schemas: Iterable[Schema]) -> dict[str, Schema]:
    """Return the schema of the latest version for each name that has one."""
    found: dict[str, Schema] = {}
    for schema in sorted(schemas, key=lambda one: (_version(one.name), one.name)):
        if _stem(schema.name):
            found[_stem(schema.name)] = schema
    return found


def _version(name: str) -> tuple[tuple[int, ...], int, str]:
    found = _VERSION.search(name)
    return version_key(found[1].replace("-", ".").replace("_", ".") if found else "")
