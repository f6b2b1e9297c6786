"""Two releases' schemas to changes: decided by inclusion, every cause once, each with its proof."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from abidiff.errors import AbidiffError, LimitError
from abidiff.location import Location
from abidiff.surfaces.rng import change
from abidiff.surfaces.rng.change import Proof, SchemaChange
from abidiff.surfaces.rng.collecting import paused
from abidiff.surfaces.rng.compare.defaults import changed_defaults
from abidiff.surfaces.rng.compare.describe import Mode, describe
from abidiff.surfaces.rng.decide import algebra
from abidiff.surfaces.rng.decide.bisimulation import Universe
from abidiff.surfaces.rng.decide.causes import Cause, Collector, grouped
from abidiff.surfaces.rng.decide.inclusion import Inclusion
from abidiff.surfaces.rng.decide.members import Members, Node
from abidiff.surfaces.rng.model import NotAllowed, Schema, Schemas
from abidiff.surfaces.rng.prove.prove import Prover, Validators
from abidiff.surfaces.rng.prove.witness import NoWitnessError, to_xml
from abidiff.surfaces.rng.values import namesets, prefixes

Pair = tuple[Schema, Schema]


def compare(old: Schemas, new: Schemas) -> list[SchemaChange]:
    """Return what the new schemas refuse or promise otherwise, and what they allow beyond the old ones."""
    theirs = {schema.name: schema for schema in new.schemas}
    mine = {schema.name for schema in old.schemas}
    # a schema that could not be read is a problem, not gone or new
    changes: list[SchemaChange] = []
    for schema in old.schemas:
        if schema.name not in theirs and not new.problems:
            changes.append(_schema_gone(old, schema))
    for schema in new.schemas:
        if schema.name not in mine and not old.problems:
            changes.append(_schema_new(schema))
    pairs = [(schema, theirs[schema.name]) for schema in old.schemas if schema.name in theirs]
    if pairs:
        changes += _compared(old, new, pairs)
    return changes


def _schema_gone(model: Schemas, schema: Schema) -> SchemaChange:
    universe = Universe(model, Schemas((NotAllowed(),), (), ()))
    proof = None
    with suppress(AbidiffError, NoWitnessError, RecursionError):
        piece = Members(universe).least(universe.start(0, schema.start))
        child = piece.children[0]
        if isinstance(child, Node):
            proof = Proof(to_xml(child), "NEW has no such schema")
    message = f"the schema {schema.path} is gone"
    return change.SchemaRemoved(
        schema.name, schema.name, message=message, old=Location(schema.path, 1), schemas=(schema.path, ""), proof=proof
    )


def _schema_new(schema: Schema) -> SchemaChange:
    message = f"the schema {schema.path} is new"
    return change.SchemaAdded(schema.name, schema.name, message=message, new=Location(schema.path, 1))


def _compared(old: Schemas, new: Schemas, pairs: Sequence[Pair]) -> list[SchemaChange]:
    algebra.reset()
    namesets.reset()
    prefixes.reset((*new.prefixes, *old.prefixes))
    try:
        with paused():
            universe = Universe(old, new)
    except (LimitError, RecursionError) as error:
        return [_not_decided(pair, str(error)) for pair in pairs]
    differ = [(a, b) for a, b in pairs if universe.start(0, a.start) is not universe.start(1, b.start)]
    changes: list[SchemaChange] = list(changed_defaults(universe, pairs))
    if not differ:
        return changes
    members = Members(universe)
    question = _Question(universe, members, differ)
    for mode in Mode:
        try:
            changes += list(question.ask(mode))
        except (LimitError, RecursionError) as error:
            if mode is not Mode.WIDER:
                changes += [_not_decided(pair, str(error)) for pair in question.concerned(mode)]
    return changes


def _not_decided(pair: Pair, reason: str) -> SchemaChange:
    return change.Undecided(
        pair[0].name,
        pair[0].name,
        message=f"could not be decided: {reason}",
        old=Location(pair[0].path, 1),
        new=Location(pair[1].path, 1),
    )


class _Question:
    """The questions about the pairs of schemas that are not proven equal."""

    def __init__(self, universe: Universe, members: Members, pairs: Sequence[Pair]) -> None:
        self.universe = universe
        self.members = members
        self.pairs = {a.name: (a, b) for a, b in pairs}
        self.validators = Validators(universe)

    def concerned(self, mode: Mode) -> list[Pair]:
        if mode is Mode.PRINTED:
            return [pair for pair in self.pairs.values() if pair[1].direction in ("output", "both")]
        if mode is Mode.TAKEN:
            return [pair for pair in self.pairs.values() if pair[1].direction in ("input", "both")]
        if mode is Mode.LOST:
            return [pair for pair in self.pairs.values() if pair[1].direction == "output"]
        return list(self.pairs.values())

    def ask(self, mode: Mode) -> Iterator[SchemaChange]:
        """Decide one direction and return its causes as changes."""
        pairs = self.concerned(mode)
        if not pairs:
            return
        inclusion = Inclusion(self.universe, erase=mode is Mode.PRINTED)
        roots = {}
        for old, new in pairs:
            p, q = self.universe.start(0, old.start), self.universe.start(1, new.start)
            if mode in (Mode.PRINTED, Mode.WIDER):
                p, q = q, p
            roots[old.name] = inclusion.root(old.name, p, q)
        inclusion.run()
        collector = Collector(inclusion, self.members)
        order = {name: number for number, name in enumerate(self.pairs)}
        causes = (cause for name, root in roots.items() for cause in collector.of_root(name, root))
        prover = Prover(self.universe, self.members, self.pairs, mode, self.validators)
        found = self._without_shadows(grouped(causes, order, coarse=mode is Mode.WIDER))
        for cause in sorted(found, key=lambda c: (order[c.schema], c.subject, c.kind, c.group)):
            made = describe(cause, self.universe, self.pairs[cause.schema], mode, prover, _reaches(cause, order))
            if made is not None:
                yield made

    def _without_shadows(self, causes: Iterable[Cause]) -> list[Cause]:
        """Leave out what is masked in one place and shown by a document in another."""
        found = list(causes)
        shown = {(cause.kind, cause.subject) for cause in found if cause.hider is None}
        return [cause for cause in found if cause.hider is None or (cause.kind, cause.subject) not in shown]


def _reaches(cause: Cause, order: dict[str, int]) -> tuple[str, ...]:
    names = {cause.schema, *(other.schema for other in cause.more)}
    return tuple(sorted(names, key=lambda name: (name != cause.schema, order[name])))
