"""What stands under a key, as what it is: decoded with every type checked, and dropped when it does not read."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import msgspec

from abidiff.cache.store import Store


def load(store: Store, key: str, kind: Any) -> Any:
    """Return the entry under a key, None unless it reads completely."""
    data = store.get(key)
    if data is None:
        return None
    try:
        return msgspec.msgpack.decode(data, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        store.drop(key)
        return None


def save(store: Store, key: str, value: Any) -> None:
    """Keep a value; one with names that are not UTF-8 is made anew each time."""
    with suppress(UnicodeEncodeError, OverflowError):
        store.put(key, msgspec.msgpack.encode(value))
