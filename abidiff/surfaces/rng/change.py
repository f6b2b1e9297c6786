"""What two releases' schemas differ by: statements about sets of documents, each with its proof."""

from __future__ import annotations

import msgspec

from abidiff.change import Change
from abidiff.location import Location


class Proof(msgspec.Struct, frozen=True):
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


class Repair(msgspec.Struct, frozen=True):
    """The smallest change to the new schema that allows again what a cause refuses.

    ``action``  ``wrap``: ``optional`` around ``now``; ``repeat``: ``zeroOrMore`` around it; ``swap``: ``was`` in
                place of ``now``; ``beside``: a choice of both; ``allow``: ``was`` as another content of ``now``;
                ``put``: ``was`` back into ``now``.
    ``was``     where the part of the old schema stands, ``now`` where that of the new one does.
    ``old``, ``new``  the two as markup.
    """

    action: str
    was: Location
    now: Location
    old: str
    new: str

    @property
    def text(self) -> str:
        """What to do, as a sentence."""
        place = f"({self.now})"
        match self.action:
            case "wrap":
                return f"put <optional> around {self.new} {place}"
            case "repeat":
                return f"put <zeroOrMore> around {self.new} {place}"
            case "swap":
                return f"{self.old} in place of {self.new} {place}"
            case "beside":
                return f"allow {self.old} again beside {self.new} {place}"
            case "allow":
                return f"allow {self.old} again in {self.new} {place}"
            case _:
                return f"put {self.old} back into {self.new} {place}"


class SchemaChange(Change, frozen=True, kw_only=True):
    """One cause.

    ``subject``    the element path: ``domain/devices/smartcard/alias``; attributes as ``…/@name``.
    ``message``    what changed, one line.
    ``short``      the message without the name of what it is about, where it is about one thing.
    ``value``      the values that came, as written; empty when they can't be listed.
    ``key``        tells it apart from other causes with the same subject.
    ``old``, ``new``  where the old schema allowed it, and where the new one forbids it (or the other way
                  round for extensions).
    ``schemas``    the paths of the two schema files, for whoever wants to check.
    ``reaches``    the schemas whose documents it reaches, the unit first.
    ``traits``     ``namespace:qemu`` when every document that shows it has an element of a free namespace.
    ``repair``     what would allow it again, where one change does.
    ``output``     whether it concerns what libvirt hands out rather than what it takes.
    """

    message: str
    short: str = ""
    value: str = ""
    key: str = ""
    old: Location | None = None
    new: Location | None = None
    schemas: tuple[str, str] = ("", "")
    reaches: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    output: bool = False
    proof: Proof | None = None
    repair: Repair | None = None
    details: tuple[tuple[str, str], ...] = ()


class ElementRemoved(SchemaChange, frozen=True):
    """An element is not allowed any more where it was."""


class AttributeRemoved(SchemaChange, frozen=True):
    """An attribute is not allowed any more where it was."""


class ElementRequired(SchemaChange, frozen=True):
    """An element has to be there that did not have to."""


class AttributeRequired(SchemaChange, frozen=True):
    """An attribute has to be there that did not have to."""


class ValueRemoved(SchemaChange, frozen=True):
    """Values of an attribute or element are refused that were allowed."""


class BlanksRefused(SchemaChange, frozen=True):
    """Only values with white space around a value that is kept are refused (or printed, in the output direction)."""


class TextForbidden(SchemaChange, frozen=True):
    """Text is refused where it was allowed."""


class StructureTightened(SchemaChange, frozen=True):
    """What was allowed together, in this order or number, is not any more."""


class Undecided(SchemaChange, frozen=True):
    """Whether the promise holds at this place could not be decided."""


class Masked(SchemaChange, frozen=True):
    """A cause that no document shows alone, since another one refuses each of them first."""


class OutputUnexpected(SchemaChange, frozen=True):
    """What is printed can hold something that readers could not expect."""


class OutputValueAdded(SchemaChange, frozen=True):
    """What is printed can hold a value that it could not hold."""


class OutputMissing(SchemaChange, frozen=True):
    """What was always printed can be missing."""


class OutputLost(SchemaChange, frozen=True):
    """A document that the old library printed is not valid any more."""


class DefaultChanged(SchemaChange, frozen=True):
    """The default value of an attribute changed (RELAX NG DTD Compatibility)."""


class SchemaRemoved(SchemaChange, frozen=True):
    """A schema is gone."""


class SchemaAdded(SchemaChange, frozen=True):
    """A schema is new."""


class ElementAdded(SchemaChange, frozen=True):
    """An element is allowed where it was not."""


class AttributeAdded(SchemaChange, frozen=True):
    """An attribute is allowed where it was not."""


class ValueAdded(SchemaChange, frozen=True):
    """An attribute or element takes more values."""


class StructureLoosened(SchemaChange, frozen=True):
    """What had to be there, in this order or number, or not together, does not have to any more."""
