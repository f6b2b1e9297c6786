"""A content-addressed cache below ``XDG_CACHE_HOME``: nothing is parsed twice.

:class:`Queries` knows each surface by all that was read for it.  Whole inputs, known by the hash of an archive or
the tree of a revision, lie in the same store: :mod:`abidiff.pipeline.memory`.

    store = cache.default()
    data = store.get(key)                           # bytes, or None
    model = cache.Queries(store).answer(surface, release, project, models).model
"""

from __future__ import annotations

from abidiff.cache.keys import code_key, join, rules_key
from abidiff.cache.store import Info, Store, default

__all__ = ["Info", "Queries", "Store", "code_key", "default", "join", "rules_key"]


def __getattr__(name: str) -> object:
    if name == "Queries":
        from abidiff.cache.query import Queries

        return Queries
    raise AttributeError(name)
