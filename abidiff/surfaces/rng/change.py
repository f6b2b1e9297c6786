"""What two releases' schemas differ by: statements about sets of documents, each with its proof."""

from __future__ import annotations

from dataclasses import dataclass

from abidiff.change import Change
from abidiff.location import Location


@dataclass(frozen=True, slots=True)
class Proof:
    """A document that shows a change.

    ``document``  valid under one side and invalid under the other: under OLD and NEW for what a schema
                  takes; under NEW and OLD for what it promises to readers.
    ``full``      in the output direction, the document as NEW's libraries print it; ``document`` is
                  what is left of it once everything that OLD does not know is taken out.
    ``reason``    why the other side refuses it, in our own engine's words.
    """

    document: bytes
    reason: str
    full: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaChange(Change):
    """One cause.

    ``subject``    the element path: ``domain/devices/smartcard/alias``; attributes as ``…/@name``.
    ``message``    what changed, one line.
    ``key``        tells it apart from other causes with the same subject.
    ``old``, ``new``  where the old schema allowed it, and where the new one forbids it (or the other way
                  round for extensions).
    ``schemas``    the paths of the two schema files, for whoever wants to check.
    ``reaches``    the schemas whose documents it reaches, the unit first.
    ``traits``     ``namespace:qemu`` when every document that shows it has an element of a free namespace.
    ``output``     whether it concerns what libvirt hands out rather than what it takes.
    """

    message: str
    key: str = ""
    old: Location | None = None
    new: Location | None = None
    schemas: tuple[str, str] = ("", "")
    reaches: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    output: bool = False
    proof: Proof | None = None
    details: tuple[tuple[str, str], ...] = ()


class ElementRemoved(SchemaChange):
    """An element is not allowed any more where it was."""


class AttributeRemoved(SchemaChange):
    """An attribute is not allowed any more where it was."""


class ElementRequired(SchemaChange):
    """An element has to be there that did not have to."""


class AttributeRequired(SchemaChange):
    """An attribute has to be there that did not have to."""


class ValueRemoved(SchemaChange):
    """Values of an attribute or element are refused that were allowed."""


class TextForbidden(SchemaChange):
    """Text is refused where it was allowed."""


class StructureTightened(SchemaChange):
    """What was allowed together, in this order or number, is not any more."""


class Undecided(SchemaChange):
    """Whether the promise holds at this place could not be decided."""


class Masked(SchemaChange):
    """A cause that no document shows alone, since another one refuses each of them first."""


class OutputUnexpected(SchemaChange):
    """What is printed can hold something that readers could not expect."""


class OutputValueAdded(SchemaChange):
    """What is printed can hold a value that it could not hold."""


class OutputMissing(SchemaChange):
    """What was always printed can be missing."""


class OutputLost(SchemaChange):
    """A document that the old library printed is not valid any more."""


class DefaultChanged(SchemaChange):
    """The default value of an attribute changed (RELAX NG DTD Compatibility)."""


class SchemaRemoved(SchemaChange):
    """A schema is gone."""


class SchemaAdded(SchemaChange):
    """A schema is new."""


class ElementAdded(SchemaChange):
    """An element is allowed where it was not."""


class AttributeAdded(SchemaChange):
    """An attribute is allowed where it was not."""


class ValueAdded(SchemaChange):
    """An attribute or element takes more values."""


class StructureLoosened(SchemaChange):
    """What had to be there, in this order or number, or not together, does not have to any more."""
