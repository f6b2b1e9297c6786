"""The public C API of one release, normalised and frozen (ISO C11 §6.2.5, §6.7).

Types are a tagged union. Typedefs, records and enums are *references* by name or id and are resolved in the tables of
the :class:`Library` when types are compared or laid out, so that recursive types need no special case.

Target-dependent types (``size_t``, ``time_t``, ``uint64_t`` ...) are :class:`Builtin` with a *named kind*;
``kinds.standard_kind(kind, target)`` says which standard integer kind that is on a target. One parse serves all
targets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import TypeAlias

import msgspec

from abidiff.finding import Problem
from abidiff.location import Location


class Builtin(msgspec.Struct, frozen=True, tag_field="is", tag="builtin"):
    """A type without parts.

    ``kind`` is ``void``; a standard kind in its one spelling (``bool``, ``char``, ``signed char``, ``unsigned char``,
    ``short``, ``unsigned short``, ``int``, ``unsigned int``, ``long``, ``unsigned long``, ``long long``, ``unsigned
    long long``, ``__int128``, ``unsigned __int128``, ``float``, ``double``, ``long double``, ``_Float16``,
    ``_Float32``, ``_Float64``, ``_Float32x``, ``__bf16``, ``__float80``, ``_Float128``, ``_Float64x``, ``_Decimal32``
    ..., ``_BitInt(N)`` and ``unsigned _BitInt(N)``, and ``_Complex`` before a floating or integer kind; or a named
    kind of ``kinds.NAMED``.
    """

    kind: str


class Qualified(msgspec.Struct, frozen=True, tag_field="is", tag="qualified"):
    """A type with ``const``, ``volatile``, ``restrict``, ``_Atomic`` (sorted, never empty)."""

    type: Type
    qualifiers: tuple[str, ...]


class Pointer(msgspec.Struct, frozen=True, tag_field="is", tag="pointer"):
    """A pointer."""

    target: Type


class Array(msgspec.Struct, frozen=True, tag_field="is", tag="array"):
    """An array.  ``length`` None: incomplete or flexible.

    ``lengths`` is filled when the length differs between targets (``sizeof`` in it):
    (target, length) for each one of ``kinds.TARGET_NAMES``; ``length`` is then x86_64's.
    """

    element: Type
    length: int | None
    lengths: tuple[tuple[str, int], ...] = ()


class Vector(msgspec.Struct, frozen=True, tag_field="is", tag="vector"):
    """A GNU vector of ``size`` bytes."""

    element: Type
    size: int


class Parameter(msgspec.Struct, frozen=True):
    """A parameter as declared, adjusted (array → pointer, function → pointer; §6.7.6.3).

    ``restrict``: it is qualified so.  ``least``: the elements that ``[static n]`` asks for, 0 for none.
    """

    name: str
    type: Type
    restrict: bool = False
    least: int = 0


class Function(msgspec.Struct, frozen=True, tag_field="is", tag="function"):
    """A function type.  ``prototyped`` is false for ``f()``; ``noreturn`` is no part of it.

    ``calling``: the conventions that attributes name, sorted (``stdcall``, ``regparm(3)``); what they are on a
    target says :mod:`layout.calling`.
    """

    result: Type
    parameters: tuple[Parameter, ...]
    variadic: bool = False
    prototyped: bool = True
    calling: tuple[str, ...] = ()


class RecordRef(msgspec.Struct, frozen=True, tag_field="is", tag="record"):
    """``struct foo``, ``union foo`` or an anonymous one: a key of ``Library.records``."""

    id: str


class EnumRef(msgspec.Struct, frozen=True, tag_field="is", tag="enum"):
    """``enum foo`` or an anonymous one: a key of ``Library.enums``."""

    id: str


class TypedefRef(msgspec.Struct, frozen=True, tag_field="is", tag="typedef"):
    """A typedef name: a key of ``Library.typedefs``."""

    name: str


class Unmodelled(msgspec.Struct, frozen=True, tag_field="is", tag="unmodelled"):
    """A type that can't be modelled (``typeof`` and the like); its Problem is in the model."""

    text: str


Type: TypeAlias = (
    Builtin | Qualified | Pointer | Array | Vector | Function | RecordRef | EnumRef | TypedefRef | Unmodelled
)


class Mark(msgspec.Struct, frozen=True):
    """What every declaration carries beside its meaning.

    ``location`` the place of the name. ``since`` the tag in the comment (``11.2.0``) or empty. ``deprecated`` None,
    or the attribute's message (may be empty). ``refused`` the same of ``unavailable`` and ``error``: every use is
    one. ``unmodelled`` attributes and pragmas that may touch the ABI, as text, sorted.
    """

    location: Location
    since: str = ""
    deprecated: str | None = None
    refused: str | None = None
    unmodelled: tuple[str, ...] = ()


class Member(msgspec.Struct, frozen=True):
    """A field.  ``name`` is empty for an anonymous struct/union or an unnamed bit-field.

    ``bits`` the width of a bit-field.  ``aligned`` the alignment asked for by
    ``_Alignas``/``aligned(N)`` in bytes (0 none, -1 the target's largest).  ``packed`` on it alone.
    """

    name: str
    type: Type
    location: Location
    bits: int | None = None
    aligned: int = 0
    packed: bool = False
    deprecated: str | None = None
    refused: str | None = None
    unmodelled: tuple[str, ...] = ()


class Record(msgspec.Struct, frozen=True):
    """A struct or union.

    ``id`` the key: ``struct foo``; ``struct (Foo)`` for an untagged one that typedef ``Foo`` names; ``struct
    foo.bar`` for an untagged one inside, the type of member ``bar`` (or ``.0``, ``.1`` ... its position when it has
    no name either). ``members`` None: opaque (only declared). ``packed`` the attribute; ``pack`` the value of
    ``#pragma pack`` in force (0 none); ``aligned`` the attribute's value (0 none, -1 largest). ``order`` the scalar
    storage order (``big-endian``, ``little-endian``; empty: the target's). ``transparent``: a union that stands for
    each of its members where it is a parameter (GNU). ``may_alias``: objects of other types may be reached as it
    (GNU). ``own``: declared by a header of this library; else it only serves to resolve types.
    """

    id: str
    kind: str
    tag: str
    mark: Mark
    members: tuple[Member, ...] | None = None
    packed: bool = False
    pack: int = 0
    aligned: int = 0
    ms_struct: bool = False
    order: str = ""
    transparent: bool = False
    own: bool = True
    may_alias: bool = False


class Enumerator(msgspec.Struct, frozen=True):
    """An enumeration constant.  ``sentinel``: guarded by a sentinel macro or matched by the profile."""

    name: str
    value: int
    mark: Mark
    explicit: bool = False
    sentinel: bool = False


class Enum(msgspec.Struct, frozen=True):
    """An enum.  ``id``: ``enum foo``, ``enum (Foo)`` by its typedef, else ``enum {FIRST}``.

    ``enumerators`` None: only declared.  ``packed``: smallest type that holds the values.  ``fixed``: the integer
    kind that ``enum : type`` names (C23 §6.7.3.3), else empty.
    """

    id: str
    tag: str
    mark: Mark
    enumerators: tuple[Enumerator, ...] | None = None
    packed: bool = False
    fixed: str = ""
    own: bool = True


class Typedef(msgspec.Struct, frozen=True):
    """A typedef.  ``aligned`` as in :class:`Member`, ``transparent`` and ``may_alias`` as in :class:`Record` (GNU)."""

    name: str
    type: Type
    mark: Mark
    aligned: int = 0
    transparent: bool = False
    own: bool = True
    may_alias: bool = False


class FunctionDecl(msgspec.Struct, frozen=True):
    """A function declared or, ``inline``/static, defined in a header.

    ``linkage`` is ``extern``, ``static inline``, ``inline`` (an inline definition, C11 6.7.4: its symbol is
    elsewhere) or ``static``. ``attributes`` those that matter to callers, sorted (``noreturn``, ``pure``,
    ``returns_twice``, ``weak``, ``visibility:hidden``). ``nonnull``: positions of parameters that may not be null,
    sorted, 0 for all pointers. ``asm`` the symbol, when an asm label renames it. ``macro`` says that a macro of the
    same name stands before it. ``body``: its tokens, macros expanded, where it is defined (``# HASH`` of a long one).
    ``language``: its language linkage in a C++ program, empty when a C++ program does not see it.
    """

    name: str
    type: Function
    mark: Mark
    linkage: str = "extern"
    attributes: tuple[str, ...] = ()
    asm: str = ""
    macro: str = ""
    body: str = ""
    language: str = "C"
    nonnull: tuple[int, ...] = ()


class Variable(msgspec.Struct, frozen=True):
    """An exported variable, or ``static const`` data in a header (``linkage`` ``static``).

    ``attributes`` (also ``tls_model:MODEL``) and ``asm`` as in :class:`FunctionDecl`.
    ``value``: its initialiser, constants by value.  ``aligned`` as in :class:`Member`.
    ``defines``: the declaration is a (tentative) definition (C11 6.9.2), each program has one.
    """

    name: str
    type: Type
    mark: Mark
    linkage: str = "extern"
    thread_local: bool = False
    attributes: tuple[str, ...] = ()
    asm: str = ""
    value: str = ""
    aligned: int = 0
    defines: bool = False


class MacroValue(msgspec.Struct, frozen=True):
    """What an object-like macro stands for.

    ``kind``: ``integer`` (``number``, ``text`` in decimal), ``string`` (``text``: what it holds; ``type``: that of
    its elements, empty for ``char``), ``float`` (``text`` canonical; ``type`` where it is one literal), ``name``
    (``text``: an identifier that it is an alias of: a function, type, variable, enumerator), ``type`` (``text``),
    ``empty``, ``attribute``, ``guard``, ``version`` (by the profile), ``code`` (``text``: its normalised tokens).
    ``type`` the C type of an integer (``int``, ``unsigned int``, ``long`` ...). ``usable``: ``if`` for an integer
    that ``#if`` takes (§6.10.1), ``expression`` for one that is a constant expression only, empty where not known.
    """

    kind: str
    text: str = ""
    number: int | None = None
    type: str = ""
    usable: str = ""


class Macro(msgspec.Struct, frozen=True):
    """A macro.  ``parameters`` None: object-like.  ``body``: tokens separated by one blank,
    parameters of a function-like one replaced by ``#1``, ``#2`` ...; ``raw`` as written.
    ``expanded``: the body after complete expansion, parameters as ``__arg1`` ..., where that is not the body itself;
    where a limit was passed (``limit``: its name) a hash over it, or over all the macros that it is made of.
    ``stands``: the type that it stands for.  ``bare``: the expansion of a variadic one that is called without variable
    arguments.  An argument of ``#`` and ``##`` stands as ``__raw1`` where the macros in it are not expanded first.
    ``overridable``: programs may define it before they include the header.
    """

    name: str
    value: MacroValue
    body: str
    raw: str
    mark: Mark
    parameters: tuple[str, ...] | None = None
    variadic: bool = False
    expanded: str = ""
    stands: Type | None = None
    limit: str = ""
    bare: str = ""
    overridable: bool = False


class Header(msgspec.Struct, frozen=True):
    """A header of the library.

    ``path`` in the release; ``include`` how a program names it (``libvirt/libvirt.h``); ``names``: all names by which
    the include paths lead to it, where there are several; ``after``: headers of the release that have to come first;
    ``root``: where parsing starts; ``via``: what a program includes to get it (itself, or the umbrella that brings it
    in). ``error``: why it can't be included on its own (``#error``), empty when it can or was not tried. ``needs``:
    macros that it asks for, with the values that it was given. ``sees``: headers of others that it leads to;
    ``brings``: public headers of the release that it leads to, by their ``include``, itself among them, and other
    files of the release, by their paths. ``alone``: it needs nothing that it does not bring.
    """

    path: str
    include: str
    root: bool = False
    via: str = ""
    error: str = ""
    needs: tuple[tuple[str, str], ...] = ()
    sees: tuple[str, ...] = ()
    brings: tuple[str, ...] = ()
    alone: bool = False
    names: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


class ForeignName(msgspec.Struct, frozen=True, array_like=True):
    """A name that a header of others provides.

    ``kind``: constant, function or typedef; ``path`` of the header; ``text``: what it stands for.
    """

    kind: str
    path: str
    text: str


class Block(msgspec.Struct, frozen=True, array_like=True):
    """Code between conditional directives that no examined configuration enters.

    ``kind``: why not: for another ``language``, ``compiler`` or ``machine``; ``dead``, its conditions never hold;
    ``internal``, only the library itself defines what they ask for; ``reserved``, only an implementation may;
    ``bound``, too many configurations; ``unread``, the one that enters it could not be read; ``open``, not known.
    ``digest``: a hash over its code.
    """

    path: str
    line: int
    condition: str
    kind: str
    digest: str


class View(msgspec.Struct, frozen=True):
    """A library in another configuration than the default one, as what differs.

    ``defines``: the macros that a program defines first. ``changed``: the entries that are new or other ones, and all
    that is no table. ``gone``: for each table, the names that are not there. ``failed``: it can't be read.
    ``implied``: it only leaves out code, and enters none that is not entered otherwise. ``target``: the one that it
    is of, where not all have it. ``first``: the header whose declarations are others for a program that includes it
    before all others; ``changed`` holds these.
    """

    defines: tuple[tuple[str, str], ...]
    changed: Library
    gone: dict[str, tuple[str, ...]] = {}
    failed: bool = False
    implied: bool = False
    target: str = ""
    first: str = ""


class Clash(msgspec.Struct, frozen=True):
    """A name that two headers declare, which a program may not include together where these declarations contradict.

    ``kind``: ``defined`` or ``repeated`` (twice, ISO C11 §6.7), ``kinds`` (as other kinds of identifiers), ``types``
    (which may be the same), ``macro``: the first defines what the second declares, ``guard``: what ``lost`` hangs on.
    """

    name: str
    kind: str
    paths: tuple[str, str]
    types: tuple[Type, ...] = ()
    lost: tuple[str, ...] = ()


class Assertion(msgspec.Struct, frozen=True, array_like=True):
    """A static assertion that fails on targets, or of which that is not ``told``.  ``text``: what it asserts."""

    text: str
    location: Location
    fails: tuple[str, ...] = ()
    told: bool = True


class Library(msgspec.Struct, frozen=True):
    """One library: its headers and what they declare, by name (in order of declaration).

    ``unread``: names in declarations that could not be read (each has its Problem); ``*`` when anything may be missing.
    Such a name is never reported as removed.  ``version``: of the release, for macros that carry it.
    ``targets``: those that the headers are for (empty: all); headers below ``x86_64-linux-gnu/`` are for that one.
    ``lent``: what programs get through its headers from those of others.
    ``free``: macros that its conditions ask for and that programs may define, each with its value by default
    (``0`` for none) and the bounds that comparisons ask whether it lies below; ``tests``: the conditions over them
    (empty: one that could not be put so); ``views``: what it is in other configurations; ``blocks``: what none of
    them enters; ``entered``: hashes over the other ones; ``machines``: targets with live code that is none on x86_64.
    ``also``: names that several headers declare → these, by their ``include``. ``clashes``: names that two of its
    headers declare otherwise. ``poisoned``: names that programs may not write any more (``#pragma GCC poison``) →
    where it says so.
    ``brought``: files of the release that are no public headers and that these include → what a program includes.
    ``asserted``: static assertions that do not hold everywhere, or may not.
    """

    name: str
    tier: str
    headers: tuple[Header, ...]
    functions: dict[str, FunctionDecl] = {}
    variables: dict[str, Variable] = {}
    typedefs: dict[str, Typedef] = {}
    records: dict[str, Record] = {}
    enums: dict[str, Enum] = {}
    macros: dict[str, Macro] = {}
    unread: tuple[str, ...] = ()
    defines: tuple[tuple[str, str], ...] = ()
    version: str = ""
    targets: tuple[str, ...] = ()
    lent: dict[str, ForeignName] = {}
    free: dict[str, tuple[str, ...]] = {}
    tests: tuple[str, ...] = ()
    views: tuple[View, ...] = ()
    blocks: tuple[Block, ...] = ()
    entered: tuple[str, ...] = ()
    also: dict[str, tuple[str, ...]] = {}
    machines: tuple[str, ...] = ()
    poisoned: dict[str, Location] = {}
    clashes: tuple[Clash, ...] = ()
    brought: dict[str, str] = {}
    asserted: tuple[Assertion, ...] = ()

    def constants(self) -> dict[str, Enumerator]:
        """Return every enumerator of the library's own enums by name."""
        return {e.name: e for enum in self.enums.values() if enum.own for e in enum.enumerators or ()}


class Headers(msgspec.Struct, frozen=True):
    """The model of the surface: what each library declares, and what could not be read.

    ``digests``: for each problem a hash over the header that it is in and the macros that stand in it.
    """

    libraries: tuple[Library, ...]
    problems: tuple[Problem, ...] = ()
    digests: tuple[str, ...] = ()

    def library(self, name: str) -> Library | None:
        """Return the library of that name."""
        return next((found for found in self.libraries if found.name == name), None)


def bare_type(type_: Type, library: Library) -> Type:
    """Return a type without qualifiers and typedef names."""
    for _ in range(100):
        if isinstance(type_, Qualified):
            type_ = type_.type
        elif isinstance(type_, TypedefRef) and type_.name in library.typedefs:
            type_ = library.typedefs[type_.name].type
        else:
            break
    return type_


def unread_alike(old: Headers, new: Headers) -> frozenset[tuple[str, str]]:
    """Return what can't be read in either release and is the same code in both: (message, digest) of its problems."""
    before, after = (
        {(problem.message, digest) for problem, digest in zip(side.problems, side.digests, strict=False) if digest}
        for side in (old, new)
    )
    return frozenset(before & after)


def without(model: Headers, alike: frozenset[tuple[str, str]]) -> tuple[Problem, ...]:
    """Return the problems of a model without those."""
    digests = model.digests + ("",) * (len(model.problems) - len(model.digests))
    return tuple(p for p, digest in zip(model.problems, digests, strict=False) if (p.message, digest) not in alike)


def fingerprint(condition: str, digest: str) -> str:
    """Return a hash over a condition and the code behind it."""
    return hashlib.sha256(f"{condition}\0{digest}".encode("utf-8", "surrogateescape")).hexdigest()[:12]


TABLES = ("functions", "variables", "typedefs", "records", "enums", "macros", "lent")
"""The tables of a library: fields that hold entries by name."""


def view_of(
    base: Library,
    other: Library,
    defines: tuple[tuple[str, str], ...],
    *,
    failed: bool,
    implied: bool,
    target: str = "",
) -> View:
    """Return a library in another configuration as what differs from the default one."""
    changed: dict[str, dict[str, object]] = {}
    gone: dict[str, tuple[str, ...]] = {}
    for name in TABLES:
        before, after = getattr(base, name), getattr(other, name)
        changed[name] = {
            key: entry for key, entry in after.items() if (same := before.get(key)) is not entry and same != entry
        }
        missing = tuple(key for key in before if key not in after)
        if missing:
            gone[name] = missing
    return View(defines, msgspec.structs.replace(other, **changed), gone, failed, implied, target)


def in_view(base: Library, view: View) -> Library:
    """Return the library in that configuration."""
    tables = {}
    for name in TABLES:
        missing = frozenset(view.gone.get(name, ()))
        kept = {key: entry for key, entry in getattr(base, name).items() if key not in missing}
        tables[name] = {**kept, **getattr(view.changed, name)}
    return msgspec.structs.replace(view.changed, **tables)


CONSTANT_KINDS, EXPANSION = frozenset({"integer", "string", "float"}), "header-expansion"


def items(model: Headers) -> Iterator[tuple[str, str, str]]:
    """Yield (unit, path, name) of what the headers declare and define; guards and opaque structs say nothing."""
    for library in model.libraries:
        tables = (library.functions, library.variables, library.typedefs, library.records, library.enums)
        for table in (*tables, library.macros):
            for name, found in table.items():
                no_declaration = isinstance(found, Macro) and found.value.kind == "guard"
                no_declaration = no_declaration or (isinstance(found, Record) and found.members is None)
                if not no_declaration:
                    yield library.name, found.mark.location.path, name


def census(model: Headers) -> Mapping[str, int]:
    """Count what was looked at, over all libraries."""
    counts = dict.fromkeys(
        (
            "headers",
            "functions",
            "callbacks",
            "typedefs",
            "structs",
            "unions",
            "enums",
            "enumerators",
            "constants",
            "function-like macros",
            "variables",
        ),
        0,
    )
    for library in model.libraries:
        counts["headers"] += len(library.headers)
        counts["functions"] += len(library.functions)
        counts["variables"] += len(library.variables)
        for typedef in library.typedefs.values():
            if typedef.own:
                counts["callbacks" if is_callback(typedef) else "typedefs"] += 1
        for record in library.records.values():
            if record.own:
                counts["unions" if record.kind == "union" else "structs"] += 1
        for enum in library.enums.values():
            if enum.own:
                counts["enums"] += 1
                counts["enumerators"] += len(enum.enumerators or ())
        for macro in library.macros.values():
            if macro.parameters is not None:
                counts["function-like macros"] += 1
            elif macro.value.kind in CONSTANT_KINDS:
                counts["constants"] += 1
    examined = sum(not view.failed and not view.first for library in model.libraries for view in library.views)
    blocks = sum(len(library.blocks) for library in model.libraries)
    more = {"other configurations": examined, "blocks not looked at": blocks, "places not read": len(model.problems)}
    if not any(value for what, value in counts.items() if what != "headers"):  # versions, types, aliases and code
        macros = (macro for library in model.libraries for macro in library.macros.values())
        more["macros"] = sum(macro.value.kind != "guard" for macro in macros)
    return {**counts, **{what: count for what, count in more.items() if count}} if any(counts.values()) else counts


def is_callback(typedef: Typedef) -> bool:
    """Tell whether a typedef names a function type or a pointer to one."""
    found = typedef.type
    if isinstance(found, Pointer):
        found = found.target
    return isinstance(found, Function)
