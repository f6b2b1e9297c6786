"""The symbols that libraries export, each with its version node."""

from __future__ import annotations

import re
from collections.abc import Iterator

from abidiff.history.items.item import Item
from abidiff.surfaces.symbols.model import SymbolMap, SymbolMaps

AFTER_PREFIX = re.compile(r"\d+(?:[._]\d+)*")


def items(model: SymbolMaps) -> Iterator[Item]:
    """Yield every public name; a node that is named after a release says since when."""
    for found in model.maps:
        if found.public:
            for (_, name), places in sorted(found.places.items()):
                nodes = sorted(places)
                yield Item("symbol", found.unit, name, " ".join(nodes), _since(found, nodes))


def _since(found: SymbolMap, nodes: list[str]) -> str:
    if found.version_prefix is None or len(nodes) != 1 or not nodes[0].startswith(found.version_prefix):
        return ""
    told = nodes[0].removeprefix(found.version_prefix)
    return told.replace("_", ".") if AFTER_PREFIX.fullmatch(told) else ""
