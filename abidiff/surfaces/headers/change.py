"""What two C APIs differ by (a closed set)."""

from __future__ import annotations

from dataclasses import dataclass

from abidiff.change import Change
from abidiff.location import Location
from abidiff.surfaces.headers.model import (
    Block,
    Clash,
    Enum,
    Enumerator,
    FunctionDecl,
    Header,
    Member,
    Parameter,
    Record,
    Type,
    Typedef,
    Variable,
)


class HeaderChange(Change, frozen=True, kw_only=True):
    """``include``: what a program includes to see the item (of the old release when it has it).

    ``needs``: macros that it defines first; ``when``: those of them without which nothing changed;
    ``target``: the only one that was looked at, if so; ``first``: the header that a program has to include before all
    others for this, if so; ``prior``: headers that have to come before ``include``.
    """

    include: str = ""
    needs: tuple[tuple[str, str], ...] = ()
    when: tuple[tuple[str, str], ...] = ()
    target: str = ""
    first: str = ""
    prior: tuple[str, ...] = ()


def said(when: tuple[tuple[str, str], ...]) -> str:
    """Return a configuration as text."""
    return " and ".join(f"{name} is defined" if value == "1" else f"{name} is {value}" for name, value in when)


class NotLookedAt(HeaderChange, frozen=True, kw_only=True):
    """Code differs that no examined configuration enters; the subject says of which kind (:class:`Block`)."""

    old: tuple[Block, ...]
    new: tuple[Block, ...]


class NotExamined(HeaderChange, frozen=True, kw_only=True):
    """A configuration could be read on one side only, or on none: the subject says which.  ``side``: where not."""

    side: str


class NoLongerBrought(HeaderChange, frozen=True, kw_only=True):
    """A header no longer brings declarations; the subject is the header.

    ``names``: (kind, name); ``headers``: all headers that no longer bring them; ``now``: where they are.
    """

    names: tuple[tuple[str, str], ...]
    headers: tuple[str, ...]
    now: tuple[str, ...]
    old: Location
    new: Location


class FunctionRemoved(HeaderChange, frozen=True, kw_only=True):
    """A function is no longer declared; ``became``: what its name is now (``variable``)."""

    old: FunctionDecl
    became: str = ""
    location: Location | None = None


class FunctionAdded(HeaderChange, frozen=True, kw_only=True):
    """A function is new."""

    new: FunctionDecl


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterDifference:
    """One parameter that changed.

    ``kind``: ``type``, ``const-added``, ``const-dropped``, ``signed`` and ``unsigned``, what it is now where nothing
    but the sign of an integer differs, or ``any-object`` where a pointer to objects of one type became one to any.
    ``refused``: the type of an argument that compilers took without a word and now complain of.
    """

    position: int
    old: Parameter
    new: Parameter
    kind: str
    targets: frozenset[str]
    refused: Type | None = None


class ParametersChanged(HeaderChange, frozen=True, kw_only=True):
    """Parameters were added, removed or changed their type.

    ``differences`` are those of matched positions, ``binary`` whether calls already built pass
    something else, ``binary_targets`` where.
    """

    old: FunctionDecl
    new: FunctionDecl
    differences: tuple[ParameterDifference, ...]
    binary: bool


class ParameterSignChanged(HeaderChange, frozen=True, kw_only=True):
    """Parameters are integers of the same width with another sign (and perhaps const was added to others)."""

    old: FunctionDecl
    new: FunctionDecl
    differences: tuple[ParameterDifference, ...]


class ParameterConstAdded(HeaderChange, frozen=True, kw_only=True):
    """Only ``const`` was added to what parameters point to."""

    old: FunctionDecl
    new: FunctionDecl
    differences: tuple[ParameterDifference, ...]


class ReturnChanged(HeaderChange, frozen=True, kw_only=True):
    """The return type changed.

    ``kind`` as in :class:`ParameterDifference`, or ``from-nothing`` where it was void and is an integer or a pointer.
    ``refused``: compilers complain where the result is kept as what it was.
    """

    old: FunctionDecl
    new: FunctionDecl
    kind: str
    binary: bool
    targets: frozenset[str]
    refused: bool = False


class VariadicChanged(HeaderChange, frozen=True, kw_only=True):
    """``...`` came or went."""

    old: FunctionDecl
    new: FunctionDecl


class ConventionChanged(HeaderChange, frozen=True, kw_only=True):
    """The calling convention of a function changed."""

    old: FunctionDecl
    new: FunctionDecl
    targets: frozenset[str]


class SymbolChanged(HeaderChange, frozen=True, kw_only=True):
    """The symbol behind a function or variable has another name (an asm label, ``redefine_extname``)."""

    old: FunctionDecl | Variable
    new: FunctionDecl | Variable


class LanguageLinkageDropped(HeaderChange, frozen=True, kw_only=True):
    """Functions of a header had C linkage in C++ programs, and have ``language`` now (empty: they are not declared).

    The subject is the header; ``functions``: old and new, in the order of the names.
    """

    functions: tuple[tuple[FunctionDecl, FunctionDecl], ...]
    language: str


class SymbolHidden(HeaderChange, frozen=True, kw_only=True):
    """A function or variable is declared with hidden or internal ``visibility``."""

    old: FunctionDecl | Variable
    new: FunctionDecl | Variable
    visibility: str


class UseRefused(HeaderChange, frozen=True, kw_only=True):
    """Each use is an error now (``unavailable``, ``error``).

    ``kind`` as in :class:`Deprecated`, or what a name is that is not the library's (then ``old`` is None): ``standard
    function``, ``keyword``, ``name``.  ``function``: what is called, for a function; ``record``: how C writes the type
    that a field is in.
    """

    kind: str
    old: Location | None
    new: Location
    message: str
    function: FunctionDecl | None = None
    record: str = ""


class AttributesUnmodelled(HeaderChange, frozen=True, kw_only=True):
    """An attribute or pragma that may touch the ABI changed, and is not modelled."""

    kind: str
    old: Location
    new: Location
    before: tuple[str, ...]
    after: tuple[str, ...]


class TransparencyDropped(HeaderChange, frozen=True, kw_only=True):
    """A union no longer stands for its members where it is a parameter.  ``name``: how C writes the type."""

    old: Record
    new: Record
    name: str


class StorageOrderChanged(HeaderChange, frozen=True, kw_only=True):
    """The scalar storage order of a struct or union changed.  ``member``: a number in it, None when there is none.

    ``offset`` and ``size`` of the member in bytes.
    """

    old: Record
    new: Record
    name: str
    targets: frozenset[str]
    member: Member | None = None
    offset: int = 0
    size: int = 0


class ParametersConstrained(HeaderChange, frozen=True, kw_only=True):
    """Parameters ask for more of what is passed: no overlap (``restrict``), more elements (``[static n]``), no null.

    ``parameters``: (position, old, new) of those; ``nonnull``: the positions of those that may not be null now.
    """

    old: FunctionDecl
    new: FunctionDecl
    parameters: tuple[tuple[int, Parameter, Parameter], ...]
    nonnull: frozenset[int] = frozenset()


class FunctionPrototyped(HeaderChange, frozen=True, kw_only=True):
    """``f()`` became ``f(void)``."""

    old: FunctionDecl
    new: FunctionDecl


class PrototypeDropped(HeaderChange, frozen=True, kw_only=True):
    """A prototype became ``f()``.  ``position``: the first parameter that arguments are converted for no longer.

    ``kind``: ``real``, a number of the other class of registers; ``wide``, an integer of 64 bits; ``other``; ``narrow``
    for what calls pass as before.
    """

    old: FunctionDecl
    new: FunctionDecl
    position: int
    kind: str


class FunctionHidden(HeaderChange, frozen=True, kw_only=True):
    """An exported function or variable became ``static`` or was replaced by a macro of its name."""

    old: FunctionDecl | Variable
    location: Location
    how: str


class VariableRemoved(HeaderChange, frozen=True, kw_only=True):
    """A variable is no longer declared; ``became``: what its name is now (``function``)."""

    old: Variable
    became: str = ""
    location: Location | None = None


class VariableAdded(HeaderChange, frozen=True, kw_only=True):
    """A variable is new."""

    new: Variable


class VariableChanged(HeaderChange, frozen=True, kw_only=True):
    """A variable has another type.  ``sign``, ``binary``, ``lost`` and ``gained`` as in :class:`FieldTypeChanged`."""

    old: Variable
    new: Variable
    targets: frozenset[str]
    binary: bool
    sign: str = ""
    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()


class TypedefRemoved(HeaderChange, frozen=True, kw_only=True):
    """A typedef is gone."""

    old: Typedef


class TypedefAdded(HeaderChange, frozen=True, kw_only=True):
    """A typedef is new."""

    new: Typedef


class TypedefChanged(HeaderChange, frozen=True, kw_only=True):
    """A typedef stands for another type; ``binary``: with other bytes, or passed elsewhere.

    ``qualified``: only its qualifiers differ.  ``opened``: ``void`` stands in the place of an incomplete struct or
    union whose tag is not public.  ``member``: one of the untagged struct that it named, which is gone.
    """

    old: Typedef
    new: Typedef
    targets: frozenset[str]
    binary: bool
    qualified: bool = False
    opened: bool = False
    member: str = ""


class CallbackChanged(HeaderChange, frozen=True, kw_only=True):
    """The signature that programs write their callbacks to changed; ``binary``: they are called with something else."""

    old: Typedef
    new: Typedef
    targets: frozenset[str]
    binary: bool


class RecordRemoved(HeaderChange, frozen=True, kw_only=True):
    """A struct or union with a public tag is gone."""

    old: Record


class TagRemoved(HeaderChange, frozen=True, kw_only=True):
    """The tag of a struct, union or enum that is still there under another name is gone.

    ``typedef``: a name of the type in both releases, if any; ``complete``: the old release defined the type.
    """

    kind: str
    tag: str
    typedef: str
    complete: bool
    old: Location
    new: Location


class RecordAdded(HeaderChange, frozen=True, kw_only=True):
    """A struct or union is new."""

    new: Record


class RecordOpened(HeaderChange, frozen=True, kw_only=True):
    """An opaque struct is defined now."""

    old: Record
    new: Record


class RecordClosed(HeaderChange, frozen=True, kw_only=True):
    """A defined struct is opaque now."""

    old: Record
    new: Record


class RecordKindChanged(HeaderChange, frozen=True, kw_only=True):
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


class LayoutChanged(HeaderChange, frozen=True, kw_only=True):
    """Size, alignment or offsets of a struct or union changed.  ``name``: how C writes the type."""

    old: Record
    new: Record
    name: str
    targets: frozenset[str]
    shifts: tuple[Shift, ...]
    causes: tuple[str, ...] = ()


class FieldChange(HeaderChange, frozen=True, kw_only=True):
    """What the changes of one field have in common.  ``name``: how C writes the record."""

    record: str
    name: str
    path: str


class FieldRemoved(FieldChange, frozen=True, kw_only=True):
    """A field is gone."""

    old: Member
    place: Location


class FieldRenamed(FieldChange, frozen=True, kw_only=True):
    """A field of the same type at the same place has another name."""

    old: Member
    new: Member


class FieldAdded(FieldChange, frozen=True, kw_only=True):
    """A field is new and moves nothing: it lies in padding, or in a union of the same size."""

    new: Member


class FieldTypeChanged(FieldChange, frozen=True, kw_only=True):
    """A field has another type or bit width; ``same_size`` on all targets or not.

    ``sign``: ``signed`` or ``unsigned``, what it is now where nothing but an integer's sign differs.
    ``lost`` and ``gained``: qualifiers, where nothing else differs.
    ``binary``: programs already built take its bytes for something else.
    ``constant``: what C writes for the record is a const type.
    """

    old: Member
    new: Member
    targets: frozenset[str]
    constant: bool = False
    same_size: bool
    binary: bool
    sign: str = ""
    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()


class BitFieldValueLost(FieldChange, frozen=True, kw_only=True):
    """A bit-field of an enum's type has its width, and no room for a value of the enum any more: its sign changed."""

    old: Member
    new: Member
    enumerator: str
    value: int
    signed: bool


class LayoutUnknown(HeaderChange, frozen=True, kw_only=True):
    """A struct changed and its layout can't be computed."""

    old: Record
    new: Record
    reason: str


class EnumRemoved(HeaderChange, frozen=True, kw_only=True):
    """An enum with a public tag is gone."""

    old: Enum


class EnumTypeChanged(HeaderChange, frozen=True, kw_only=True):
    """The integer type behind an enum changed."""

    old: Enum
    new: Enum
    before: str
    after: str


class EnumeratorRemoved(HeaderChange, frozen=True, kw_only=True):
    """An enumeration constant is gone."""

    old: Enumerator
    enum: str


class EnumeratorAdded(HeaderChange, frozen=True, kw_only=True):
    """An enumeration constant is new."""

    new: Enumerator
    enum: str


class EnumeratorValueChanged(HeaderChange, frozen=True, kw_only=True):
    """An enumeration constant has another value.

    ``bits``    of the same bits in 32 bits, with another sign.
    ``counts``  it is last in its enum and one above the others, on both sides, and grew: it says how many there are.
    """

    old: Enumerator
    enum: str
    value: int
    location: Location
    bits: bool = False
    counts: bool = False


class HeadersConflict(HeaderChange, frozen=True, kw_only=True):
    """Two headers can no longer be included together; ``headers``: how a program includes them.

    ``lost``: (kind, name) of what the second declares and a program does not get, where that is all.
    """

    headers: tuple[str, str]
    clash: Clash
    lost: tuple[tuple[str, str], ...] = ()


class HeaderRemoved(HeaderChange, frozen=True, kw_only=True):
    """A header is gone.  ``kept``: the name by which it is still there, where only that of an include path is gone."""

    old: Header
    kept: str = ""


class HeaderAdded(HeaderChange, frozen=True, kw_only=True):
    """A header is new."""

    new: Header


class HeaderFails(HeaderChange, frozen=True, kw_only=True):
    """A header can't be included any more."""

    old: Header
    new: Header


class AssertionFails(HeaderChange, frozen=True, kw_only=True):
    """A static assertion of a header fails, on ``targets``, or may fail (none); the subject is what it asserts."""

    old: Location
    new: Location
    targets: frozenset[str]


class Deprecated(HeaderChange, frozen=True, kw_only=True):
    """A declaration got the ``deprecated`` attribute."""

    kind: str
    old: Location
    new: Location
    message: str


class SinceChanged(HeaderChange, frozen=True, kw_only=True):
    """The Since tag of an old item changed."""

    old: Location
    new: Location
    before: str
    after: str


class SinceWrong(HeaderChange, frozen=True, kw_only=True):
    """The Since tag of a new item is missing (``tag`` empty) or names another release."""

    kind: str
    new: Location
    tag: str
    releases: str
