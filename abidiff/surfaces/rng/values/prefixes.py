"""Prefixes for namespaces in paths, messages and witnesses: the schemas' own, or one made of the namespace."""

from __future__ import annotations

from collections.abc import Container, Iterable

from abidiff.surfaces.rng.values.interning import owned

XML_NS = "http://www.w3.org/XML/1998/namespace"

_known: dict[str, str] = {XML_NS: "xml"}


def declare(declared: Iterable[tuple[str, str]]) -> None:
    """Take the (namespace, prefix) pairs of a comparison's schemas; the first of a namespace, or a prefix, counts."""
    for ns, prefix in declared:
        if ns not in _known and prefix not in _known.values():
            _known[ns] = prefix


def of(ns: str) -> str:
    """Return the prefix of a namespace, always the same in one comparison."""
    found = _known.get(ns)
    if found is None:
        found = _known[ns] = _made(ns, _known.values())
    return found


def ahead(ns: str) -> str:
    """Return ``prefix:``, or an empty text for no namespace."""
    return f"{of(ns)}:" if ns else ""


def free(ns: str, taken: Container[str]) -> str:
    """Return the prefix of a namespace, or another one when that is taken."""
    found = of(ns)
    return found if found not in taken else next(f"{found}{n}" for n in range(2, 10_000) if f"{found}{n}" not in taken)


def _made(ns: str, taken: Iterable[str]) -> str:
    """Make a prefix: ``.../domain/qemu/1.0`` gives ``qemu``; those that begin with xml are reserved (Namespaces, 3)."""
    used = set(taken)
    for part in reversed(ns.rstrip("/").replace(":", "/").split("/")):
        if part.isascii() and part.isalpha() and part.islower() and not part.startswith("xml") and part not in used:
            return part
    return next(name for n in range(1, 100_000) if (name := f"ns{n}") not in used)


owned(_known)
