"""Versions in the names of nodes."""

from __future__ import annotations

import re

from abidiff.surfaces.symbols.model import SymbolMap

_LEADING_VERSION = re.compile(r"v?([0-9]+(?:[._][0-9]+)*)")
_TRAILING_VERSION = re.compile(r"(?<![0-9])([0-9]+(?:[._][0-9]+)*)$")


def node_version(node: str, where: SymbolMap) -> str:
    """Return the version that a node's name ends with (``GLIBC_2.34`` → ``2.34``), empty when it ends with none."""
    prefix = where.version_prefix
    if prefix and node.startswith(prefix):
        found = _LEADING_VERSION.match(node, len(prefix))
    else:
        found = _TRAILING_VERSION.search(node)
    return found[1].replace("_", ".") if found else ""
