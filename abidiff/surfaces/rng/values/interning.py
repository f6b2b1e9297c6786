"""Tables of interned objects and of answers about them belong to whoever opens them: a comparison, a reading.

Two objects that are interned are equal only when they are the same one, so all that meet must come from one set of
tables.  The tables stand in their modules, where a look-up costs least; what stands in them is exchanged here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any

_TABLES: list[tuple[dict[Any, Any], dict[Any, Any]]] = []
"""Each table, and what stands in it to begin with: the constants of its module."""
_CACHES: list[Callable[[], None]] = []
_LOCK = RLock()


def owned(*tables: dict[Any, Any], caches: tuple[Any, ...] = ()) -> None:
    """Name the tables of a module, once its constants stand in them, and its functions with a ``cache``."""
    _TABLES.extend((table, table.copy()) for table in tables)
    _CACHES.extend(cache.cache_clear for cache in caches)


@contextmanager
def interning() -> Iterator[None]:
    """Open tables with nothing but the constants, and close them: an outer opening finds its own again.

    Threads take turns.  Nothing that was interned may be used once its tables are closed.
    """
    with _LOCK:
        outer = [(table, table.copy()) for table, _ in _TABLES]
        _begin()
        try:
            yield
        finally:
            _begin()
            for table, content in outer:
                table.clear()
                table.update(content)


def _begin() -> None:
    for table, constants in _TABLES:
        table.clear()
        table.update(constants)
    for clear in _CACHES:
        clear()


def interned() -> int:
    """Return how many objects and answers stand in the tables beyond the constants."""
    return sum(len(table) - len(constants) for table, constants in _TABLES)
