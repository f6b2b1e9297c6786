"""The XML parser of schemas and documents: it opens no file, whatever a DTD or an entity names."""

from __future__ import annotations

from typing import Any

from lxml import etree


class OutsideError(Exception):
    """A DTD or an entity that lies in another file."""


class _Refuse(etree.Resolver):
    """Asked for every file that libxml2 would open: the external DTD subset, external entities."""

    def resolve(self, system_url: Any, public_id: Any, _context: Any) -> Any:  # type: ignore[override]
        raise OutsideError(str(system_url or public_id or ""))


def parser(*, entities: bool) -> Any:
    """Return a parser; with ``entities`` those that the document itself declares are expanded.

    ``collect_ids=False`` makes libxml2 load the external subset in spite of ``load_dtd=False``: only the
    resolver keeps it from that.
    """
    expanded: Any = "internal" if entities else False
    made: Any = etree.XMLParser(
        resolve_entities=expanded,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    made.resolvers.add(_Refuse())
    return made


class _Empty(etree.Resolver):
    def resolve(self, _system_url: Any, _public_id: Any, context: Any) -> Any:  # type: ignore[override]
        return self.resolve_empty(context)  # type: ignore[attr-defined]


def catalog_parser() -> Any:
    """Return a parser that takes every other file for empty: catalogs name a DTD that says nothing of them."""
    made: Any = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    made.resolvers.add(_Empty())
    return made


def outside(error: OutsideError) -> tuple[str, str]:
    """Return message and hint for what is not read."""
    return f"{str(error)[:200]!r} is named as a DTD or entity: not read", "write what it declares into the file itself"
