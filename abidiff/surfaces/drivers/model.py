"""What drivers support, as values.

A library that drives several hypervisors declares one struct of callbacks for each kind of driver
(``struct _virHypervisorDriver``); each driver fills one in (``static virHypervisorDriver qemuHypervisorDriver =
{ .domainCreate = qemuDomainCreate, /* 0.2.0 */ ...``).  The comment says since, and until, when.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from abidiff.finding import Problem
from abidiff.location import Location


class Callback(msgspec.Struct, frozen=True, array_like=True):
    """A member of a driver struct: ``field`` is its name, ``api`` the function that it serves."""

    kind: str
    field: str
    api: str
    location: Location


class Support(msgspec.Struct, frozen=True, array_like=True):
    """What one driver says of one callback.

    ``since``  the release that brought it; empty where the source does not say.
    ``until``  the release that dropped it; empty while it is there.
    """

    kind: str
    driver: str
    field: str
    since: str
    until: str
    location: Location

    @property
    def there(self) -> bool:
        """Whether the driver implements it in this release."""
        return not self.until


class Drivers(msgspec.Struct, frozen=True):
    """The driver structs and tables of a release, in the order of their files."""

    callbacks: tuple[Callback, ...] = ()
    supports: tuple[Support, ...] = ()
    problems: tuple[Problem, ...] = ()


def census(model: Drivers) -> Mapping[str, int]:
    """Return what was looked at."""
    return {
        "driver callbacks": len(model.callbacks),
        "drivers": len({found.driver for found in model.supports}),
        "implementations": sum(found.there for found in model.supports),
    }
