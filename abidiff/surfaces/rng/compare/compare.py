"""Two releases' schemas to changes: decided by inclusion, every cause once, each with its proof."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import nullcontext, suppress

from msgspec import structs

from abidiff.collecting import paused
from abidiff.errors import AbidiffError, LimitError
from abidiff.location import Location
from abidiff.surfaces.rng import change
from abidiff.surfaces.rng.change import Proof, SchemaChange
from abidiff.surfaces.rng.compare.defaults import changed_defaults
from abidiff.surfaces.rng.compare.describe import describe
from abidiff.surfaces.rng.compare.pairs import Pair, paired
from abidiff.surfaces.rng.decide.bisimulation import Universe
from abidiff.surfaces.rng.decide.blame import Blame
from abidiff.surfaces.rng.decide.causes import Cause, Collector
from abidiff.surfaces.rng.decide.grouping import grouped, grouped_extensions
from abidiff.surfaces.rng.decide.inclusion import Inclusion
from abidiff.surfaces.rng.decide.members import DocumentElement, Members
from abidiff.surfaces.rng.decide.modes import Mode
from abidiff.surfaces.rng.decide.places import Places
from abidiff.surfaces.rng.decide.written import both
from abidiff.surfaces.rng.model import NotAllowed, Schema, Schemas
from abidiff.surfaces.rng.prove.prove import Prover, Validators
from abidiff.surfaces.rng.prove.witness import NoWitnessError, to_xml
from abidiff.surfaces.rng.values import prefixes
from abidiff.surfaces.rng.values.effort import counted
from abidiff.surfaces.rng.values.interning import interning


def compare(old: Schemas, new: Schemas) -> list[SchemaChange]:
    """Return what the new schemas refuse or promise otherwise, and what they allow beyond the old ones."""
    pairs = paired(old, new)
    mine = {schema.name for schema, _ in pairs}
    theirs = {schema.name for _, schema in pairs}
    # a schema that could not be read is a problem, not gone or new
    changes: list[SchemaChange] = []
    for schema in old.schemas:
        if schema.name not in mine and not new.problems:
            with interning(), counted():
                changes.append(_schema_gone(old, schema))
    for schema in new.schemas:
        if schema.name not in theirs and not old.problems:
            changes.append(_schema_new(schema))
    if pairs:
        with interning(), counted(), paused():
            changes += _compared(old, new, pairs)
    return changes


def _schema_gone(model: Schemas, schema: Schema) -> SchemaChange:
    universe = Universe(model, Schemas((NotAllowed(),), (), ()))
    proof = None
    with suppress(AbidiffError, NoWitnessError, RecursionError):
        piece = Members(universe).least(universe.start(0, schema.start))
        child = piece.children[0]
        if isinstance(child, DocumentElement):
            proof = Proof(to_xml(child), "NEW has no such schema")
    message = f"the schema {schema.path} is gone"
    return change.SchemaRemoved(
        schema.name, schema.name, message=message, old=Location(schema.path, 1), schemas=(schema.path, ""), proof=proof
    )


def _schema_new(schema: Schema) -> SchemaChange:
    message = f"the schema {schema.path} is new"
    return change.SchemaAdded(schema.name, schema.name, message=message, new=Location(schema.path, 1))


def _compared(old: Schemas, new: Schemas, pairs: Sequence[Pair]) -> list[SchemaChange]:
    prefixes.declare((*new.prefixes, *old.prefixes))
    try:
        universe = Universe(old, new)
    except (LimitError, RecursionError) as error:
        return [_not_decided(pair, _reason(error)) for pair in pairs]
    differ = [(a, b) for a, b in pairs if universe.start(0, a.start) is not universe.start(1, b.start)]
    changes: list[SchemaChange] = list(changed_defaults(universe, pairs))
    if not differ:
        return changes
    members = Members(universe)
    question = _Question(universe, members, differ)
    found: list[tuple[SchemaChange, str]] = []
    for mode in Mode:
        try:
            with counted() if mode is Mode.WIDER else nullcontext():  # what came is told however much the rest cost
                found += question.ask(mode)
        except (LimitError, RecursionError) as error:
            if mode is not Mode.WIDER:
                changes += [_not_decided(pair, _reason(error)) for pair in question.concerned(mode)]
    return [*changes, *_told_apart(found)]


def _reason(error: LimitError | RecursionError) -> str:
    if isinstance(error, RecursionError):
        return "the patterns lie too deep in each other"
    return f"{error}; {error.hint}" if error.hint else str(error)


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
        self.places = Places(universe)
        self.written = both(*universe.models)

    def concerned(self, mode: Mode) -> list[Pair]:
        if mode is Mode.PRINTED:
            return [pair for pair in self.pairs.values() if pair[1].direction in ("output", "both")]
        if mode is Mode.TAKEN:
            return [pair for pair in self.pairs.values() if pair[1].direction in ("input", "both")]
        if mode is Mode.LOST:
            return [pair for pair in self.pairs.values() if pair[1].direction == "output"]
        return list(self.pairs.values())

    def ask(self, mode: Mode) -> Sequence[tuple[SchemaChange, str]]:
        """Decide one direction and return its causes as changes, each with the defines that its edit stands in."""
        pairs = self.concerned(mode)
        if not pairs:
            return ()
        inclusion = Inclusion(self.universe, erase=mode is Mode.PRINTED)
        roots = {}
        for old, new in pairs:
            p, q = self.universe.start(0, old.start), self.universe.start(1, new.start)
            if mode in (Mode.PRINTED, Mode.WIDER):
                p, q = q, p
            roots[old.name] = inclusion.root(old.name, p, q)
        inclusion.run()
        collector = Collector(inclusion, self.members, hiding=mode is not Mode.WIDER)
        order = {name: number for number, name in enumerate(self.pairs)}
        causes = (cause for name, root in roots.items() for cause in collector.of_root(name, root))
        prover = Prover(self.universe, self.members, self.pairs, mode, self.validators)
        blame = Blame(self.universe, 1 if mode is Mode.PRINTED else 0, self.written)
        if mode is Mode.WIDER:
            found = grouped_extensions(causes, order)
        else:
            found = grouped(causes, order, blame, collector.refusals)
        out = []
        for cause in sorted(found, key=lambda c: (order[c.schema], c.subject, c.kind, c.hider is not None, _place(c))):
            pair, reaches = self.pairs[cause.schema], _reaches(cause, order)
            made = describe(cause, self.places, pair, mode, prover, reaches, self.written)
            if made is not None:
                out.append((made, blame.where(cause)))
        inclusion.forget()
        return out


def _told_apart(found: Sequence[tuple[SchemaChange, str]]) -> Iterator[SchemaChange]:
    """Give edits at one path keys of their own: by the defines that they stand in, then by their order."""
    alike = Counter(_identity(made) for made, _ in found)
    seen: Counter[tuple[object, ...]] = Counter()
    for made, where in found:
        if alike[_identity(made)] > 1:
            made = structs.replace(made, key=f"{made.key} {where}".strip())
        seen[_identity(made)] += 1
        number = seen[_identity(made)]
        yield structs.replace(made, key=f"{made.key} {number}".strip()) if number > 1 else made


def _identity(made: SchemaChange) -> tuple[object, ...]:
    return type(made), made.unit, made.subject, made.key


def _place(cause: Cause) -> tuple[int, int]:
    return (cause.edit.allowed, cause.edit.forbidden) if cause.edit else (-1, -1)


def _reaches(cause: Cause, order: dict[str, int]) -> tuple[str, ...]:
    names = {cause.schema, *(other.schema for other in cause.more)}
    return tuple(sorted(names, key=lambda name: (name != cause.schema, order[name])))
