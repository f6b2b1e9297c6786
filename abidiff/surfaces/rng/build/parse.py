"""A release's schemas to their model."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from abidiff.collecting import paused
from abidiff.errors import ParseError
from abidiff.finding import Problem
from abidiff.location import Location
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.surfaces.rng.build.compact import Reach, compact
from abidiff.surfaces.rng.build.restrictions import Restrictions
from abidiff.surfaces.rng.build.simplify import Simplifier
from abidiff.surfaces.rng.model import Schema, Schemas
from abidiff.surfaces.rng.read.library import Read, SchemaFiles
from abidiff.surfaces.rng.read.load import Files
from abidiff.surfaces.rng.read.memory import DoubtfulError, KnownFiles
from abidiff.surfaces.rng.read.raw import START, GrammarFile, Raw
from abidiff.surfaces.rng.values.interning import interning

DIRECTIONS = ("input", "output", "both")


def parse(release: Release, project: Project, models: Mapping[str, Any]) -> Schemas:  # noqa: ARG001
    """Parse every schema of a release.  What can't be read is a Problem; the rest still counts."""
    return parse_units(release.files, project.of("rng"))


def parse_units(files: Mapping[str, bytes], units: tuple[Unit, ...], memory: KnownFiles | None = None) -> Schemas:
    """Parse the top-level schemas that the units name, sharing all they have in common.

    What is wrong is found and told without the memory: only a model without problems is made with it.
    """
    if memory is not None:
        with suppress(DoubtfulError):
            found = _parsed(files, units, memory)
            if not found.problems:
                return found
    return _parsed(files, units, None)


def _parsed(files: Mapping[str, bytes], units: tuple[Unit, ...], memory: KnownFiles | None) -> Schemas:
    catalogs = tuple(dict.fromkeys(path for unit in units for path in unit.options.get("catalogs", ())))
    # what a file includes depends on the catalogs, which the memory knows nothing of
    reader = _Release(Files(files, catalogs), None if catalogs else memory)
    with paused(), interning():
        for unit in units:
            roots = unit.roots or unit.files[:1]
            for root in roots:
                reader.add(unit, root, unit.name if len(roots) == 1 else root)
        reader.library.finish()
        return reader.model()


def _read(library: SchemaFiles, path: str, ns: str) -> tuple[Read, GrammarFile | None]:
    from abidiff.surfaces.rng.read.syntax import read_file  # which is not needed where all is known

    return read_file(library, path, ns)


class _Release:
    """The schemas of one release while they are read."""

    def __init__(self, files: Files, memory: KnownFiles | None) -> None:
        self.files = files
        self.library = SchemaFiles(files, _read, memory)
        self.simplifier = Simplifier(files)
        self.reach = Reach(self.simplifier.table.nodes, self.simplifier.elements)
        self.schemas: list[Schema] = []
        self.starts: dict[str, Location] = {}
        self.fragments: set[str] = set()
        self.failed: dict[str, tuple[ParseError, list[str]]] = {}

    def add(self, unit: Unit, root: str, name: str) -> None:
        """Load one top-level schema."""
        try:
            if root not in self.files.files:
                raise ParseError("is not in the release", Location(root))
            try:
                raw, _, made_of = self.library.pattern(root)
            except RecursionError:
                raise ParseError("patterns are nested too deep", Location(root)) from None
            start = self.simplifier.schema(raw)
        except ParseError as error:
            self._fail(error, name)
            return
        self.starts[name] = _start_of(raw)
        if raw.grammar is None:
            self.fragments.add(name)
        elements = tuple(sorted(self.reach.of(start)))
        self.schemas.append(
            Schema(
                name=name,
                path=root,
                tier=unit.tier,
                direction=_direction(unit),
                start=start,
                elements=elements,
                free_namespaces=_free(unit),
                files=tuple(sorted(made_of)),
            )
        )

    def _fail(self, error: ParseError, name: str) -> None:
        self.failed.setdefault(error.render(), (error, []))[1].append(name)

    def _restrict(self) -> None:
        """Drop the schemas that break a restriction of section 7."""
        nodes, elements = self.simplifier.table.nodes, self.simplifier.elements
        restrictions = Restrictions(nodes, elements)
        wrong = {}
        for element in elements:
            if element is not None and (message := restrictions.of_element(element)):
                wrong[element.id] = (message, element.location)
        kept, fragments = [], []
        for schema in self.schemas:
            found = next((wrong[index] for index in schema.elements if index in wrong), None)
            if found is not None:
                self._refuse(schema, *found)
            elif message := restrictions.of_start(schema.start):
                fragments.append((schema, message))
            else:
                kept.append(schema)
        # A file that is no schema by itself, or no grammar, and stands in one that is, is looked at there.
        self.schemas = [one for one in kept if one.name not in self.fragments or not _stands_in(one, kept)]
        inside = {path for schema in kept for path in schema.files}
        for schema, message in fragments:
            if schema.path not in inside:
                self._refuse(schema, message, self.starts[schema.name])

    def _refuse(self, schema: Schema, message: str, location: Location) -> None:
        try:
            self.files.fail(message, location)
        except ParseError as error:
            self.failed.setdefault(error.render(), (error, []))[1].append(schema.name)

    def model(self) -> Schemas:
        """Return the finished model."""
        self._restrict()
        nodes, elements, schemas = compact(self.simplifier.table.nodes, self.simplifier.elements, self.schemas)
        problems = [_problem(error, names) for error, names in self.failed.values()]
        prefixes = tuple(self.library.prefixes.items())
        return Schemas(nodes, elements, schemas, tuple(problems), prefixes, self.simplifier.outline())


def _stands_in(schema: Schema, others: list[Schema]) -> bool:
    """Whether a schema's file is a part of another schema."""
    return any(schema.path in other.files for other in others if other is not schema)


def _start_of(raw: Raw) -> Location:
    """Return the place of a schema's start, or of its root pattern."""
    for component in raw.grammar.components if raw.grammar else ():
        if component.name == START:
            return component.location
    return raw.location


def _direction(unit: Unit) -> str:
    direction = str(unit.options.get("direction", "input"))
    return direction if direction in DIRECTIONS else "both"


def _free(unit: Unit) -> tuple[tuple[str, str], ...]:
    given = unit.options.get("free_namespaces", ())
    pairs = given.items() if isinstance(given, Mapping) else [(uri, uri) for uri in given]
    return tuple(sorted((str(name), str(uri)) for name, uri in pairs))


def _problem(error: ParseError, units: list[str]) -> Problem:
    rendered = error.render()
    if len(units) > 1:
        rendered += f"\n  this keeps {len(units)} schemas from being read: {', '.join(units)}"
    return Problem("rng", error.message, error.location, hint=error.hint, rendered=rendered, unit=units[0])
