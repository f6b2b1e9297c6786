"""What drivers implement."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.history.items import Item
from abidiff.surfaces.drivers.model import Drivers


def items(model: Drivers) -> Iterator[Item]:
    """Yield each function that a driver implements, the driver being the unit."""
    served = {(found.kind, found.field): found.api for found in model.callbacks}
    for found in model.supports:
        api = served.get((found.kind, found.field), "")
        if found.there and api:
            yield Item("support", found.driver, api, "", found.since)
