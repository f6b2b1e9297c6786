"""What a model is made of, item by item: the names whose lifetimes a history tells."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

NAMED = ("headers", "symbols", "xdr", "rng", "drivers")
"""Surfaces with names of their own; each has a module here."""


class Item(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One named thing of a release.

    ``kind``        what it is: ``function``, ``procedure``, ``attribute`` ...; ``unit`` the library, protocol, schema
                    or driver that has it; ``name`` how it is asked for.
    ``shape``       what it is in this release, as text; another text is a change.
    ``since``       the release that its own tag says brought it, or empty.
    ``deprecated``  whether it is marked so.
    """

    kind: str
    unit: str
    name: str
    shape: str = ""
    since: str = ""
    deprecated: bool = False


def functions_of(headers: Any) -> frozenset[str]:
    """Return the functions of a model of headers, which the items of drivers are told by."""
    return frozenset(name for library in headers.libraries for name in library.functions)


def items_of(surface: str, model: Any, functions: frozenset[str] = frozenset()) -> Iterator[Item]:
    """Yield the items of a model, in no particular order; of surfaces without names none.

    ``functions``: those of the release's headers.
    """
    if surface == "drivers":
        from abidiff.history.items.drivers import items

        yield from items(model, functions)
    elif surface in NAMED:
        found: Callable[[Any], Iterator[Item]] = importlib.import_module(f"abidiff.history.items.{surface}").items
        yield from found(model)
