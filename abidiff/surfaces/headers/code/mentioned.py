"""The names in which two pieces of code differ: what the one says of them, the other does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from abidiff.surfaces.headers.code.syntax import Tree


def mentioned(tree: Any) -> Iterator[str]:
    """Yield the names of objects, functions and constants in a normal form; parameters and locals are none."""
    if not isinstance(tree, tuple):
        return
    if len(tree) == 2 and tree[0] == "id":
        if _is_name(tree[1]):
            yield tree[1]
        return
    for part in tree[1:] if tree and tree[0] in ("str", "type") else tree:
        yield from mentioned(part)


def differing(old: Tree, new: Tree) -> tuple[set[str], set[str]]:
    """Return the names in what differs between two normal forms, of the old and of the new one.

    A call with other arguments counts its function.
    """
    before: set[str] = set()
    after: set[str] = set()
    waiting: list[tuple[Any, Any]] = [(old, new)]
    while waiting:
        a, b = waiting.pop()
        if a == b:
            continue
        if not _alike(a, b):
            before.update(mentioned(a))
            after.update(mentioned(b))
            continue
        if a[0] == "call" and a[1] == b[1]:
            before.update(mentioned(a[1]))
            after.update(mentioned(b[1]))
        waiting.extend(zip(a, b, strict=True))
    return before, after


def _alike(a: Any, b: Any) -> bool:
    if not isinstance(a, tuple) or not isinstance(b, tuple) or len(a) != len(b) or not a:
        return False
    heads = isinstance(a[0], str), isinstance(b[0], str)
    return a[0] == b[0] and a[0] != "id" if heads == (True, True) else heads == (False, False)


def _is_name(name: str) -> bool:
    made = "__arg" in name or "__raw" in name  # of an argument
    return not made and not name.startswith("local ") and not name.isdigit()
