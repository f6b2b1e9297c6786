"""What a release marks as deprecated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec


class Marked(msgspec.Struct, frozen=True, array_like=True, order=True):
    """Something that is marked deprecated in a release."""

    unit: str
    name: str


def marked(headers: Any) -> tuple[Marked, ...]:
    """Return what the model of a release's headers (None for none) marks deprecated, sorted."""
    out = set()
    for library in getattr(headers, "libraries", ()):
        for table in ("functions", "variables", "typedefs", "records", "enums"):
            for name, item in getattr(library, table, {}).items():
                out |= {Marked(library.name, found) for found in _names(name, item)}
    return tuple(sorted(out))


def _names(name: str, item: Any) -> Iterable[str]:
    mark = getattr(item, "mark", None)
    if getattr(mark, "deprecated", None) is not None:
        yield name
    for enumerator in getattr(item, "enumerators", None) or ():
        if enumerator.mark.deprecated is not None:
            yield enumerator.name
