"""A document for each cause, checked by the membership engine before anybody sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from abidiff.errors import AbidiffError
from abidiff.surfaces.rng.change import Proof
from abidiff.surfaces.rng.decide.bisimulation import Universe
from abidiff.surfaces.rng.decide.causes import Cause
from abidiff.surfaces.rng.decide.members import Members
from abidiff.surfaces.rng.decide.modes import Mode
from abidiff.surfaces.rng.model import Schema
from abidiff.surfaces.rng.prove.witness import Builder, NoWitnessError, to_xml
from abidiff.surfaces.rng.values import prefixes

if TYPE_CHECKING:
    from abidiff.surfaces.rng.validate.validate import Validator


class Validators:
    """The membership engines of both sides, made when they are asked for."""

    def __init__(self, universe: Universe) -> None:
        self.universe = universe
        self._made: dict[int, Validator] = {}

    def of(self, side: int) -> Validator:
        """Return the engine of a side."""
        from abidiff.surfaces.rng.validate.validate import Validator

        found = self._made.get(side)
        if found is None:
            found = self._made[side] = Validator(self.universe.models[side], prefixes.ahead)
        return found


class Prover:
    """Builds and checks the documents of one direction."""

    def __init__(
        self,
        universe: Universe,
        members: Members,
        pairs: Mapping[str, tuple[Schema, Schema]],
        mode: Mode,
        validators: Validators,
    ) -> None:
        self.universe = universe
        self.builder = Builder(members)
        self.members = members
        self.pairs = pairs
        self.mode = mode
        self.validators = validators

    def proof(self, cause: Cause) -> Proof | None:
        """Return a checked document for a cause, or for another one of its group; None when there is none."""
        for one in _few([cause, *cause.more]):
            try:
                found = self._proof(one)
            except (NoWitnessError, AbidiffError, RecursionError):
                continue
            if found is not None:
                return found
        return None

    def _proof(self, cause: Cause) -> Proof | None:
        node = self.builder.document(cause.path, cause.failure)
        old, new = self.pairs[cause.schema]
        document = to_xml(node)
        if self.mode is Mode.PRINTED:
            from abidiff.surfaces.rng.prove.completion import complete

            full = to_xml(complete(node, self.universe, self.members))
            return self._checked(1, new, full, 0, old, document, full)
        if self.mode is Mode.WIDER:
            return self._checked(1, new, document, 0, old, document, b"")
        return self._checked(0, old, document, 1, new, document, b"")

    def _checked(
        self, good: int, accepts: Schema, valid: bytes, bad: int, refuses: Schema, invalid: bytes, full: bytes
    ) -> Proof | None:
        from abidiff.surfaces.rng.validate.validate import parse_document

        if self.validators.of(good).validate(accepts.start, parse_document(valid, "witness"), "witness") is not None:
            return None
        found = self.validators.of(bad).validate(refuses.start, parse_document(invalid, "witness"), "witness")
        if found is None:
            return None
        line = found.location.line
        reason = f"line {line}: {found.message}" if line else found.message
        if found.expected:
            shown = ", ".join(found.expected[:6])
            more = len(found.expected) - 6
            reason += f" (expected: {shown}{f' and {more} more' if more > 0 else ''})"
        return Proof(invalid, reason, full)


def _few(causes: list[Cause], limit: int = 8) -> Iterable[Cause]:
    return causes[:limit]
