"""The files of schemas, each read once, and how grammars include them (sections 4.6 and 4.7)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, TypeAlias

from abidiff.errors import ParseError
from abidiff.files import digest_of
from abidiff.limits import now, raising
from abidiff.location import Location
from abidiff.surfaces.rng.read.load import Files
from abidiff.surfaces.rng.read.memory import Datatype, DoubtfulError, KnownFiles
from abidiff.surfaces.rng.read.raw import START, Component, Content, Grammar, GrammarFile, Include, Raw, Uses

Read: TypeAlias = tuple[Raw, Uses, frozenset[str]]
"""A file's pattern, what it uses of the grammar around it, and the files that it is made of."""


class FileParser(Protocol):
    """Reads a file that is not remembered."""

    def __call__(self, library: SchemaFiles, path: str, ns: str) -> tuple[Read, GrammarFile | None]:
        """Return what a file is in a namespace, and its own grammar where that can be kept."""


class SchemaFiles:
    """Every file that was read, once for each namespace that it can inherit.

    ``reader`` reads a file.  With a memory, files that were read before are not read again; it may raise
    DoubtfulError.
    """

    def __init__(self, files: Files, reader: FileParser, memory: KnownFiles | None = None) -> None:
        self.files = files
        self.reader = reader
        self.memory = memory
        self.prefixes: dict[str, str] = {}
        self._read: dict[tuple[str, str], Read] = {}
        self._open: list[str] = []
        self._types: dict[Datatype, str | None] | None = None

    def wrong_type(self, library: str, name: str, params: tuple[tuple[str, str], ...]) -> str | None:
        """Say what is wrong with a datatype and its parameters (4.16), or None."""
        if self._types is None:
            self._types = dict.fromkeys(self.memory.datatypes()) if self.memory else {}
        key = (library, name, params)
        if key not in self._types:
            from abidiff.surfaces.rng.values.datatypes import known

            self._types[key] = known(library, name, params)
        return self._types[key]

    def finish(self) -> None:
        """Let the memory know which datatypes are right."""
        if self.memory and self._types is not None:
            self.memory.keep_datatypes([key for key, wrong in self._types.items() if wrong is None])

    def _too_deep(self) -> bool:
        return len(self._open) >= now().schema_includes

    def pattern(self, path: str, ns: str = "") -> Read:
        """Return the pattern of a file, what it uses of the grammar around it, and the files it is made of."""
        found = self._read.get((path, ns))
        if found is None:
            if len(self._read) >= now().schema_reads:
                message = f"schema files are read more than {len(self._read)} times (limit schema-reads)"
                raise ParseError(message, Location(path), hint=raising("schema-reads"))
            self._open.append(path)
            try:
                found = self._read[path, ns] = self._recalled(path, ns) or self._file(path, ns)
            finally:
                self._open.pop()
        return found

    def _file(self, path: str, ns: str) -> Read:
        found, alone = self.reader(self, path, ns)
        if self.memory and alone is not None:
            self.memory.keep(path, ns, digest_of(self.files.files, path), alone)
        return found

    def _recalled(self, path: str, ns: str) -> Read | None:
        """Return a file from memory, with what it includes as that is now."""
        known = self.memory.recall(path, ns, digest_of(self.files.files, path)) if self.memory else None
        if known is None:
            return None
        made_of = {path}
        self.declare(known.prefixes)
        for one in known.content:
            if isinstance(one, Include):
                if one.path not in self.files.files or one.path in self._open or self._too_deep():
                    raise DoubtfulError
                raw, _, others = self.pattern(one.path, one.ns)
                if raw.grammar is None or raw.location.path != one.path:
                    raise DoubtfulError
                there = {component.name for component in raw.grammar.components}
                if any(override.name not in there for override in one.overrides):
                    raise DoubtfulError
                made_of |= others
        uses = Uses()
        return self.grammar(known.content, known.location, uses, direct=True), uses, frozenset(made_of)

    def declare(self, prefixes: Iterable[tuple[str, str]]) -> None:
        """Note the prefixes of a file's namespaces; the first file's count."""
        for ns, prefix in prefixes:
            self.prefixes.setdefault(ns, prefix)

    def grammar(self, content: Content, place: Location, uses: Uses, *, direct: bool) -> Raw:
        """Return a grammar of its own content and of what it includes, and note what it uses of the one around it."""
        components: list[Component] = []
        for one in content:
            if isinstance(one, Component):
                components.append(one)
                continue
            raw = self.pattern(one.path, one.ns)[0]
            assert raw.grammar is not None
            overridden = {override.name for override in one.overrides}
            components += [component for component in raw.grammar.components if component.name not in overridden]
            components += one.overrides
        without_element = _from_start(components)
        for component in components:
            for name, (location, was) in component.uses.parents.items():
                uses.add(name, location, direct and was and component.name in without_element)
        whole = Grammar(tuple(components), place)
        uses.grammars.append(whole)
        return Raw("grammar", place, grammar=whole)

    def enter(self, xml: Any, location: Location, href: str) -> str:
        """Resolve the href of an include or externalRef; refuses loops."""
        path = self.files.resolve(xml, href, location)
        if path in self._open:
            chain = " → ".join([*self._open[self._open.index(path) :], path])
            self.files.fail(f"files include each other: {chain}", location, mark="href")
        if self._too_deep():
            self.files.fail(
                f"more than {len(self._open)} files include each other in a chain (limit schema-includes)", location
            )
        return path


def _from_start(components: list[Component]) -> set[str]:
    """Return the defines of a grammar that its start reaches without an element between (4.19)."""
    names = {START}
    if not any(component.uses.parents for component in components):
        return names
    direct: dict[str, set[str]] = {}
    for component in components:
        found = direct.setdefault(component.name, set())
        found |= {name for name, (_, was) in component.uses.refs.items() if was}
    left = [START]
    while left:
        new = direct.get(left.pop(), set()) - names
        names |= new
        left += new
    return names
