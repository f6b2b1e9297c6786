"""Which files of a release form which surface, under which promise."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

from abidiff.release import frozen, plain

Whole = TypeVar("Whole", bound=msgspec.Struct)

SINGLE_HEADER = "header"
"""The name of the unit of a header that is given as a single file."""


class Unit(msgspec.Struct, frozen=True):
    """One library, protocol or schema of a release.

    ``surface``  ``headers``, ``symbols``, ``xdr`` or ``rng``.
    ``name``     what pairs it with the other release: ``libvirt``, ``remote_protocol``, ``domain.rng``.
    ``tier``     the name of the promise in the profile.
    ``files``    the paths in the release that form it, sorted; never empty.
    ``roots``    where parsing starts (umbrella headers, the top-level schema): a subset of ``files``.
    ``options``  settings of the surface, from the profile (see each surface's ``parse``).
    """

    surface: str
    name: str
    tier: str
    files: tuple[str, ...]
    roots: tuple[str, ...]
    options: Mapping[str, Any] = msgspec.field(default_factory=lambda: MappingProxyType({}))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle with plain dictionaries as options."""
        options = plain(self.options)
        return _unit, (self.surface, self.name, self.tier, self.files, self.roots, options)


def _unit(surface: str, name: str, tier: str, files: tuple[str, ...], roots: tuple[str, ...], options: Any) -> Unit:
    return Unit(surface, name, tier, files, roots, frozen(options))


class Project(msgspec.Struct, frozen=True):
    """A profile laid over one release.

    ``missing`` are the units (surface, name) that the profile expects and the release does not have.
    """

    profile: str
    units: tuple[Unit, ...]
    missing: tuple[tuple[str, str], ...] = ()

    def of(self, surface: str) -> tuple[Unit, ...]:
        """Return the units of a surface, in the profile's order."""
        return tuple(unit for unit in self.units if unit.surface == surface)


def with_options(whole: Whole, surface: str, more: Mapping[str, Any]) -> Whole:
    """Return a project, or a profile, whose units of a surface have more options."""
    units: tuple[Any, ...] = getattr(whole, "units")  # noqa: B009 - both have them
    changed = tuple(
        msgspec.structs.replace(unit, options=frozen({**unit.options, **more})) if unit.surface == surface else unit
        for unit in units
    )
    return msgspec.structs.replace(whole, units=changed)
