"""What two C APIs differ by (a closed set)."""

from __future__ import annotations

from dataclasses import dataclass

from abidiff.change import Change
from abidiff.location import Location
from abidiff.surfaces.headers.model import (
    Enum,
    Enumerator,
    FunctionDecl,
    Header,
    Macro,
    MacroValue,
    Member,
    Parameter,
    Record,
    Typedef,
    Variable,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderChange(Change):
    """``include``: what a program includes to see the item (of the old release when it has it)."""

    include: str = ""
    needs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionRemoved(HeaderChange):
    """A function is no longer declared; ``became``: what its name is now (``variable``)."""

    old: FunctionDecl
    became: str = ""
    location: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionAdded(HeaderChange):
    """A function is new."""

    new: FunctionDecl


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterDifference:
    """One parameter that changed.  ``kind``: ``type``, ``const-added`` or ``const-dropped``."""

    position: int
    old: Parameter
    new: Parameter
    kind: str
    targets: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParametersChanged(HeaderChange):
    """Parameters were added, removed or changed their type.

    ``differences`` are those of matched positions, ``binary`` whether calls already built pass
    something else, ``binary_targets`` where.
    """

    old: FunctionDecl
    new: FunctionDecl
    differences: tuple[ParameterDifference, ...]
    binary: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterConstAdded(HeaderChange):
    """Only ``const`` was added to what parameters point to."""

    old: FunctionDecl
    new: FunctionDecl
    differences: tuple[ParameterDifference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnChanged(HeaderChange):
    """The return type changed.  ``kind`` as in :class:`ParameterDifference`."""

    old: FunctionDecl
    new: FunctionDecl
    kind: str
    binary: bool
    targets: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class VariadicChanged(HeaderChange):
    """``...`` came or went."""

    old: FunctionDecl
    new: FunctionDecl


@dataclass(frozen=True, slots=True, kw_only=True)
class ConventionChanged(HeaderChange):
    """The calling convention, ``noreturn`` or the symbol behind a function changed."""

    old: FunctionDecl
    new: FunctionDecl
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionHidden(HeaderChange):
    """An exported function became ``static inline`` or was replaced by a macro of its name."""

    old: FunctionDecl
    location: Location
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableRemoved(HeaderChange):
    """A variable is no longer declared; ``became``: what its name is now (``function``)."""

    old: Variable
    became: str = ""
    location: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableAdded(HeaderChange):
    """A variable is new."""

    new: Variable


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableChanged(HeaderChange):
    """A variable has another type."""

    old: Variable
    new: Variable
    targets: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedefRemoved(HeaderChange):
    """A typedef is gone."""

    old: Typedef


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedefAdded(HeaderChange):
    """A typedef is new."""

    new: Typedef


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedefChanged(HeaderChange):
    """A typedef stands for another type."""

    old: Typedef
    new: Typedef
    targets: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackChanged(HeaderChange):
    """The signature that programs write their callbacks to changed."""

    old: Typedef
    new: Typedef
    targets: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRemoved(HeaderChange):
    """A struct or union with a public tag is gone."""

    old: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAdded(HeaderChange):
    """A struct or union is new."""

    new: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOpened(HeaderChange):
    """An opaque struct is defined now."""

    old: Record
    new: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordClosed(HeaderChange):
    """A defined struct is opaque now."""

    old: Record
    new: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKindChanged(HeaderChange):
    """A struct became a union, or the other way round.  ``name``: how C writes the type."""

    old: Record
    new: Record
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Where one number of a layout differs.  ``what``: ``size``, ``alignment`` or a field's name.

    ``old`` and ``new`` in bits for fields (offset) and bytes for the others, on ``target``.
    """

    what: str
    target: str
    old: int
    new: int
    bitfield: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutChanged(HeaderChange):
    """Size, alignment or offsets of a struct or union changed.  ``name``: how C writes the type."""

    old: Record
    new: Record
    name: str
    targets: frozenset[str]
    shifts: tuple[Shift, ...]
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange(HeaderChange):
    """What the changes of one field have in common.  ``name``: how C writes the record."""

    record: str
    name: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRemoved(FieldChange):
    """A field is gone."""

    old: Member
    place: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRenamed(FieldChange):
    """A field of the same type at the same place has another name."""

    old: Member
    new: Member


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldAdded(FieldChange):
    """A field is new and moves nothing: it lies in padding, or in a union of the same size."""

    new: Member


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldTypeChanged(FieldChange):
    """A field has another type or bit width; ``same_size`` on all targets or not."""

    old: Member
    new: Member
    targets: frozenset[str]
    same_size: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutUnknown(HeaderChange):
    """A struct changed and its layout can't be computed."""

    old: Record
    new: Record
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumRemoved(HeaderChange):
    """An enum with a public tag is gone."""

    old: Enum


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumTypeChanged(HeaderChange):
    """The integer type behind an enum changed."""

    old: Enum
    new: Enum
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumeratorRemoved(HeaderChange):
    """An enumeration constant is gone."""

    old: Enumerator
    enum: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumeratorAdded(HeaderChange):
    """An enumeration constant is new."""

    new: Enumerator
    enum: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumeratorValueChanged(HeaderChange):
    """An enumeration constant has another value."""

    old: Enumerator
    enum: str
    value: int
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstantRemoved(HeaderChange):
    """An object-like macro with a value is gone."""

    old: Macro


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstantAdded(HeaderChange):
    """An object-like macro is new."""

    new: Macro


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstantChanged(HeaderChange):
    """A constant has another value (of the same kind)."""

    old: Macro
    new: MacroValue
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstantKindChanged(HeaderChange):
    """What was an integer is a string now, and the like."""

    old: Macro
    new: Macro


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroRemoved(HeaderChange):
    """A function-like macro (or one that stands for code or a name) is gone."""

    old: Macro


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkerRemoved(HeaderChange):
    """A macro without a value (empty, or attributes only) is gone."""

    old: Macro


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroAdded(HeaderChange):
    """A function-like macro is new."""

    new: Macro


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroParametersChanged(HeaderChange):
    """A function-like macro takes another number of arguments."""

    old: Macro
    new: Macro


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroBodyChanged(HeaderChange):
    """A macro that stands for code expands to other code."""

    old: Macro
    new: Macro


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderRemoved(HeaderChange):
    """A header is gone."""

    old: Header


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderAdded(HeaderChange):
    """A header is new."""

    new: Header


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderFails(HeaderChange):
    """A header can't be included any more."""

    old: Header
    new: Header


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecated(HeaderChange):
    """A declaration got the ``deprecated`` attribute."""

    kind: str
    old: Location
    new: Location
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SinceChanged(HeaderChange):
    """The Since tag of an old item changed."""

    old: Location
    new: Location
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SinceWrong(HeaderChange):
    """The Since tag of a new item is missing (``tag`` empty) or names another release."""

    kind: str
    new: Location
    tag: str
    releases: str
