"""Versions in the names of nodes and of releases."""

from __future__ import annotations

import re
from functools import lru_cache

from abidiff.surfaces.symbols.model import SymbolMap

_TRAILING_VERSION = re.compile(r"(?<![0-9])([0-9]+(?:[._][0-9]+)*)$")


@lru_cache(maxsize=1024)
def version_key(version: str) -> tuple[int, ...]:
    """Return a version as numbers, ``11.3.0-rc1`` as (11, 3, 0); empty when it is none."""
    match = re.match(r"v?([0-9]+(?:[._][0-9]+)*)", version)
    return tuple(int(part) for part in re.split(r"[._]", match[1])) if match else ()


def pad(version: tuple[int, ...]) -> tuple[int, ...]:
    """Return a version of six numbers, so that 1.2 and 1.2.0 are one."""
    return version + (0,) * (6 - len(version))


def node_version(node: str, where: SymbolMap) -> tuple[int, ...]:
    """Return the version that a node's name ends with."""
    prefix = where.version_prefix
    if prefix and node.startswith(prefix):
        return version_key(node.removeprefix(prefix))
    match = _TRAILING_VERSION.search(node)
    return version_key(match[1]) if match else ()
