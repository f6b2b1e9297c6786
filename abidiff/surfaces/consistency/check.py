"""Declared ↔ exported ↔ version node ↔ Since tag ↔ procedure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from abidiff.location import Location
from abidiff.patterns import Patterns
from abidiff.surface_names import HEADERS, SYMBOLS, XDR
from abidiff.surfaces.consistency.comments import Documented
from abidiff.surfaces.consistency.model import Contradiction
from abidiff.surfaces.consistency.settings import Rpc, Settings
from abidiff.surfaces.headers.model import FunctionDecl, Headers, Library, Variable
from abidiff.surfaces.symbols.model import SymbolMap, SymbolMaps
from abidiff.surfaces.symbols.resolve import place
from abidiff.surfaces.symbols.versions import node_version
from abidiff.surfaces.xdr.model import Procedure, Protocol, Protocols
from abidiff.versions import numbers

Declaration = FunctionDecl | Variable


class Checker:
    """One release.  ``pairs``: library → its symbol map."""

    def __init__(
        self,
        options: Settings,
        pairs: Mapping[str, str],
        models: Mapping[str, Any],
        tags: Mapping[str, Documented],
    ) -> None:
        headers: Headers | None = models.get(HEADERS)
        symbols: SymbolMaps | None = models.get(SYMBOLS)
        protocols: Protocols | None = models.get(XDR)
        self.options = options
        self.tags = tags
        self.looked: dict[str, int] = {}
        self.libraries = {library.name: library for library in headers.libraries} if headers else {}
        self.maps = {found.unit: found for found in symbols.maps if found.public} if symbols else {}
        self.protocols = {found.name: found for found in protocols.protocols} if protocols else {}
        self.pairs = {
            name: (self.libraries[name], self.maps[unit])
            for name, unit in pairs.items()
            if name in self.libraries and unit in self.maps
        }
        self.declared = {
            symbol_of(declaration) for library in self.libraries.values() for declaration in declarations(library)
        }
        # A release says nothing of a tag where tags are not the custom.
        self.tagged = sum(1 for found in tags.values() if found.since) * 2 > len(tags)

    def contradictions(self) -> Iterator[Contradiction]:
        """Yield all of them, library by library."""
        for library, where in self.pairs.values():
            yield from self._exported(library, where)
            yield from self._declared(library, where)
            yield from self._since(library, where)
        for rpc in self.options.rpc:
            if rpc.headers in self.libraries and rpc.protocol in self.protocols:
                yield from self._remote(rpc, self.libraries[rpc.headers], self.protocols[rpc.protocol])
        if self.options.flags is not None:
            for library in self.libraries.values():
                yield from self._flags(library, self.options.flags)

    def _count(self, what: str, number: int) -> None:
        self.looked[what] = self.looked.get(what, 0) + number

    def _exported(self, library: Library, where: SymbolMap) -> Iterator[Contradiction]:
        count = 0
        for declaration in declarations(library):
            count += 1
            name = symbol_of(declaration)
            found = place(where, ("C", name))
            public = any(not where.by_name[node].private for node in found.nodes or () if node in where.by_name)
            if not public:
                node = where.nodes[-1].location if where.nodes else None
                other = Location(node.path) if node else None
                here = declaration.mark.location
                yield Contradiction("declared-not-exported", library.name, declaration.name, here, other, (where.unit,))
        self._count("declarations", count)

    def _declared(self, library: Library, where: SymbolMap) -> Iterator[Contradiction]:
        for (language, name), places in where.places.items():
            if language == "C" and name not in self.declared:
                node, entry = next(iter(places.items()))
                yield Contradiction("exported-not-declared", library.name, name, entry.location, None, (node,))
        self._count("symbols", len(where.places))

    def _since(self, library: Library, where: SymbolMap) -> Iterator[Contradiction]:
        """The node that a symbol came with, its first one, against the tag."""
        if not self.tagged:
            return
        count = 0
        for (language, name), places in where.places.items():
            node, entry = next(iter(places.items()))
            own = node_version(node, where) if where.version_prefix and node.startswith(where.version_prefix) else ""
            declaration = library.functions.get(name)
            if language != "C" or not own or declaration is None:
                continue
            found = self.tags.get(name)
            tag = declaration.mark.since or (found.since if found else "")
            if tag:
                count += 1
                place = declaration.mark.location if declaration.mark.since or not found else found.place
                if numbers(tag) != numbers(own):
                    versions = (own, tag, node)
                    yield Contradiction("node-and-since", library.name, name, entry.location, place, versions)
            else:
                where_documented = found.place if found else declaration.mark.location
                says = ("in its comment",) if found else ("in any comment",)
                yield Contradiction(
                    "since-missing", library.name, name, where_documented, None, says, new_only=found is None
                )
        self._count("Since tags", count)

    def _remote(self, rpc: Rpc, library: Library, protocol: Protocol) -> Iterator[Contradiction]:
        versions = [version for program in protocol.programs for version in program.versions]
        procedures = [procedure for version in versions for procedure in version.procedures]
        keys = {rpc.procedure_key(procedure.name) for procedure in procedures}
        functions = {name: found for name, found in library.functions.items() if rpc.only.match(name)}
        for name, found in functions.items():
            if rpc.function_key(name) not in keys and not rpc.local.match(name) and is_exported(found):
                place, where = found.mark.location, Location(protocol.path)
                yield Contradiction("procedure-missing", library.name, name, place, where, (protocol.name,))
        known = {rpc.function_key(name) for name in functions}
        for procedure in procedures:
            if self._orphan(rpc, procedure, known):
                says = (protocol.name, library.name)
                yield Contradiction("function-missing", library.name, procedure.name, procedure.location, None, says)
        self._count("procedures", len(procedures))

    @staticmethod
    def _orphan(rpc: Rpc, procedure: Procedure, known: set[str]) -> bool:
        return (
            not procedure.event
            and rpc.procedure_key(procedure.name) not in known
            and not rpc.internal.match(procedure.name)
        )

    def _flags(self, library: Library, flags: Patterns) -> Iterator[Contradiction]:
        for name, found in library.functions.items():
            if not is_exported(found) or self.options.no_flags.match(name) or found.type.variadic:
                continue
            if not any(flags.hold(parameter.name) for parameter in found.type.parameters):
                place = found.mark.location
                yield Contradiction("flags-missing", library.name, name, place, None, (), new_only=True)


def declarations(library: Library) -> Iterator[Declaration]:
    """Yield what a library's headers declare and its binary has to export."""
    everything: Iterator[Declaration] = chain(library.functions.values(), library.variables.values())
    yield from (found for found in everything if is_exported(found))


def is_exported(declaration: Declaration) -> bool:
    """Whether a declaration needs a symbol: not when the header itself defines it."""
    return declaration.linkage in ("extern", "inline")


def symbol_of(declaration: Declaration) -> str:
    """Return the symbol that a declaration asks for."""
    return (declaration.asm if isinstance(declaration, FunctionDecl) else "") or declaration.name
