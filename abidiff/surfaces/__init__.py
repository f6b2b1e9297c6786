"""The promises, in the order of the report.  A new surface is a folder and one entry here."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from abidiff.rule import Rule, load
from abidiff.surface import Surface, UnitOptions
from abidiff.surfaces.consistency import SURFACE as CONSISTENCY
from abidiff.surfaces.drivers import SURFACE as DRIVERS
from abidiff.surfaces.exports import SURFACE as EXPORTS
from abidiff.surfaces.headers import SURFACE as HEADERS
from abidiff.surfaces.packages import SURFACE as PACKAGES
from abidiff.surfaces.rng import SURFACE as RNG
from abidiff.surfaces.symbols import SURFACE as SYMBOLS
from abidiff.surfaces.xdr import SURFACE as XDR
from abidiff.toml import Table

SURFACES: tuple[Surface, ...] = (HEADERS, SYMBOLS, EXPORTS, PACKAGES, XDR, RNG, DRIVERS, CONSISTENCY)

PROFILED: Mapping[str, Surface] = {found.name: found for found in SURFACES}
"""The surfaces by name, as profiles know them."""


def surface(name: str) -> Surface:
    """Return the surface of that name."""
    for found in SURFACES:
        if found.name == name:
            return found
    raise KeyError(name)


def options_of(name: str) -> UnitOptions:
    """Return how profiles set the options of a surface's units; none are known where it has none."""
    made = PROFILED[name].options
    return made() if made is not None else UnitOptions(_no_options)


def _no_options(table: Table) -> dict[str, Any]:
    """Take no options."""
    del table
    return {}


@cache
def rules() -> Mapping[str, Rule]:
    """Return all rules of all surfaces by their ids; loads every one of them."""
    return {rule.id: rule for found in SURFACES for rule in load(found.rules)}
