"""A content-addressed cache below ``XDG_CACHE_HOME``: nothing is parsed twice.

Two levels.  :func:`input_key` knows an archive by its hash and a git revision by its tree, so
that a warm run neither unpacks nor parses: put whatever was made of the whole input under it.
:class:`Queries` knows each surface by all that was read for it.

    store = cache.default()
    key = cache.input_key(argument, profile_name, surfaces)
    data = store.get(key) if key else None          # bytes, or None
    model = cache.Queries(store).parse(surface, release, project, models)
"""

from __future__ import annotations

from abidiff.cache.keys import code_key, input_key, join, rules_key
from abidiff.cache.store import Info, Store, default

__all__ = ["Info", "Queries", "Store", "code_key", "default", "input_key", "join", "rules_key"]


def __getattr__(name: str) -> object:
    if name == "Queries":
        from abidiff.cache.query import Queries

        return Queries
    raise AttributeError(name)
