"""What drivers implement."""

from __future__ import annotations

from collections.abc import Iterator, Set

from abidiff.history.items.item import Item
from abidiff.surfaces.drivers.model import Drivers

PREFIXES = ("virConnect", "virNode")


def items(model: Drivers, functions: Set[str] = frozenset()) -> Iterator[Item]:
    """Yield each function that a driver implements, the driver being the unit.

    ``functions``: the public ones of the release; older trees name callbacks without the object that these are of.
    """
    served = {(found.kind, found.field): _public(found.api, functions) for found in model.callbacks}
    for found in model.supports:
        api = served.get((found.kind, found.field), "")
        if found.there and api:
            yield Item("support", found.driver, api, "", found.since)


def _public(api: str, functions: Set[str]) -> str:
    if api in functions:
        return api
    other = (f"{prefix}{api.removeprefix('vir')}" for prefix in PREFIXES)
    return next((name for name in other if name in functions), api)
