"""What a model is made of, item by item: the names whose lifetimes a history tells."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

from abidiff.history.items.item import Item
from abidiff.surface_names import DRIVERS, HEADERS, RNG, SYMBOLS, XDR

NAMED = (HEADERS, SYMBOLS, XDR, RNG, DRIVERS)
"""Surfaces with names of their own; each has a module here."""


def functions_of(headers: Any) -> frozenset[str]:
    """Return the functions of a model of headers, which the items of drivers are told by."""
    return frozenset(name for library in headers.libraries for name in library.functions)


def items_of(surface: str, model: Any, functions: frozenset[str] = frozenset()) -> Iterator[Item]:
    """Yield the items of a model, in no particular order; of surfaces without names none.

    ``functions``: those of the release's headers.
    """
    if surface == DRIVERS:
        from abidiff.history.items.drivers import items

        yield from items(model, functions)
    elif surface in NAMED:
        found: Callable[[Any], Iterator[Item]] = importlib.import_module(f"abidiff.history.items.{surface}").items
        yield from found(model)
