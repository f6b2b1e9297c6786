"""What the rules say, and what a report holds."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from abidiff.errors import EXIT_COMPATIBLE, EXIT_INCOMPATIBLE, EXIT_UNDECIDED
from abidiff.location import Location


class Severity(StrEnum):
    """How much a finding matters; the order is that of the report."""

    BREAKING = "breaking"
    UNDECIDED = "undecided"
    WARNING = "warning"
    NOTICE = "notice"
    EXTENSION = "extension"
    OFF = "off"


class FailOn(StrEnum):
    """The mildest that makes a run fail; each one takes in those before it."""

    NEVER = "never"
    BREAKING = "breaking"
    UNDECIDED = "undecided"
    WARNING = "warning"

    def covers(self, other: FailOn) -> bool:
        """Tell whether ``other`` makes a run fail that fails on this one."""
        order = tuple(FailOn)
        return order.index(other) <= order.index(self)


class News(StrEnum):
    """What the entries of release notes list, in the order in which they stand there."""

    FUNCTIONS = "new APIs"
    SYMBOLS = "new symbols"
    ENUMERATORS = "new enumerators"
    CONSTANTS = "new constants"
    MACROS = "new macros"
    TYPES = "new types"
    RECORDS = "new structs and unions"
    VARIABLES = "new variables"
    HEADERS = "new headers"
    PROCEDURES = "new procedures"
    VALUES = "new protocol values"
    XML = "new elements, attributes and values"
    LOOSENED = "parts of a document that take more values, may be left out, or stand in more ways"
    SUPPORT = "support gained"


class Confirmation(StrEnum):
    """What an independent program says of a witness."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    DISPUTED = "disputed"
    UNAVAILABLE = "unavailable"


class Witness(msgspec.Struct, frozen=True):
    """Something that works on the old side and fails on the new one.

    ``kind``    ``c-program``, ``message`` or ``document``.
    ``summary`` one line: how to read it.
    ``text``    what a person reads in the report.
    ``files``   relative name → content, as ``--witness-dir`` writes it.
    """

    kind: str
    summary: str
    text: str
    files: tuple[tuple[str, bytes], ...] = ()


COUNTS_VERSIONS = "version"
"""The trait of a finding on a number that grows with what a library offers: its name may stay."""

COUNTS_ITEMS = "count"
"""The trait of a finding on an enumerator that only says how many there are, and grew with them: its name may stay."""

NEEDS_SONAME = "needs-soname"
"""The trait of a finding that is a reason for another SONAME, and no break since the library has one."""

NAMES_SYMBOL = "symbol"
"""The trait of a finding on a declaration that went: whether its symbol did, a library that is given tells itself."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One claim about behaviour.

    ``rule``      ``surface/rule-name``.
    ``unit``      the library, protocol or schema it belongs to.
    ``subject``   the name that changed: a function, ``struct.field``, an element path.
    ``key``       tells apart two findings of one rule, unit and subject (part of the fingerprint).
    ``message``   what changed, one line.
    ``breaks``    whom it breaks, one line; empty for an extension.
    ``affects``   ``source``/``binary`` (C), directions (XDR), ``input``/``output`` (XML).
    ``targets``   the targets it holds on; empty means all.
    ``details``   further (label, text) pairs.
    ``reaches``   what else the same cause reaches (other schemas, procedures).
    ``traits``    what policy selects by: ``namespace:qemu``, ``acl``, ...
    ``short``     what the message says beside the subject, for lists that name the subject; empty: nothing.
    ``within``    what the subject belongs to: the version node of a symbol, the enumeration of a constant, a driver.
    ``value``     what came with it: the values that an attribute takes, the function that a driver implements.
    ``near``      the file of the new release that is nearest to where it stood, of what has no place there any more.
    ``removes``   what it speaks of is gone, so a mark of deprecation may have announced it.
    ``used``      where an application uses it, in the files of the application.
    ``tier``, ``clause``, ``waiver`` are filled in by policy, ``confirmation`` by ``--verify``.
    """

    rule: str
    severity: Severity
    unit: str
    subject: str
    message: str
    breaks: str = ""
    key: str = ""
    old: Location | None = None
    new: Location | None = None
    near: str = ""
    affects: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    reaches: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    short: str = ""
    within: str = ""
    value: str = ""
    removes: bool = False
    used: tuple[Location, ...] = ()
    witness: Witness | None = None
    tier: str = ""
    clause: str = ""
    waiver: str = ""
    confirmation: Confirmation | None = None
    confirmation_note: str = ""

    @property
    def surface(self) -> str:
        """The surface, which is the first half of the rule's name."""
        return self.rule.partition("/")[0]

    @property
    def fingerprint(self) -> str:
        """A name that stays the same over unrelated edits (no line, message or release in it)."""
        text = "\0".join((self.rule, self.unit, self.subject, self.key))
        return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]

    def with_(self, **changes: object) -> Finding:
        """Return a copy with some fields replaced."""
        return replace(self, **changes)


class ProblemKind(StrEnum):
    """What a problem is, where something depends on it."""

    UNREAD = "unread"
    EMPTY = "empty"
    NOTHING = "nothing"
    ABSENT = "absent"


class Problem(msgspec.Struct, frozen=True):
    """Something that could not be looked at: never success.

    ``kind``     ``empty`` when a surface has units and nothing in them, ``nothing`` when no surface had anything to
                 look at, ``absent`` when a file was not found that another one includes, else ``unread``.
    ``side``     ``old``, ``new`` or empty.
    ``surface``  the surface that it belongs to, or empty (the input itself).
    ``rendered`` the whole text with source line, caret and hint.
    """

    surface: str
    message: str
    location: Location | None = None
    side: str = ""
    hint: str = ""
    rendered: str = ""
    unit: str = ""
    kind: ProblemKind = ProblemKind.UNREAD


class Verdict(StrEnum):
    """The one answer."""

    COMPATIBLE = "compatible"
    INCOMPATIBLE = "incompatible"
    UNDECIDED = "undecided"

    @property
    def exit_code(self) -> int:
        """The process's exit code for this verdict."""
        return {
            Verdict.COMPATIBLE: EXIT_COMPATIBLE,
            Verdict.INCOMPATIBLE: EXIT_INCOMPATIBLE,
            Verdict.UNDECIDED: EXIT_UNDECIDED,
        }[self]


def unversioned(soname: str) -> str:
    """Return a SONAME without its version: ``libship`` of ``libship.so.1``."""
    return soname.partition(".so")[0]


class LibraryNames(msgspec.Struct, frozen=True, array_like=True):
    """One shared library on both sides: its SONAME, and the longest name of its file (`libship.so.1.2.3`)."""

    old_soname: str
    new_soname: str
    old_file: str = ""
    new_file: str = ""


class SurfaceSummary(msgspec.Struct, frozen=True):
    """What was looked at on one surface: item kind → count, old and new.

    ``linked``     what it tells decides which SONAME and version a library gets.
    ``libraries``  the shared libraries that both sides have.
    """

    name: str
    title: str
    units: tuple[str, ...]
    old: Mapping[str, int]
    new: Mapping[str, int]
    decided: bool = True
    linked: bool = False
    libraries: tuple[LibraryNames, ...] = ()


class Side(msgspec.Struct, frozen=True):
    """One release as the report names it."""

    label: str
    version: str
    origin: str
    date: str = ""


class Report(msgspec.Struct, frozen=True):
    """The whole result of one comparison (``old`` is None for ``check``).

    ``fail_on``      what the exit code speaks of; the verdict does not depend on it.
    ``application``  the folder of the working tree in which the files of the application lie that the report is about,
    empty for its top; None where it is about none.
    """

    old: Side | None
    new: Side
    profile: str
    surfaces: tuple[SurfaceSummary, ...]
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()
    allowed_undecided: bool = False
    fail_on: FailOn = FailOn.UNDECIDED
    application: str | None = None

    @property
    def verdict(self) -> Verdict:
        """Incompatible when a break is proven, else undecided when anything is open.

        A proven break stays proven whatever could not be read beside it, so it wins.
        """
        live = [finding for finding in self.findings if not finding.waiver]
        if any(finding.severity is Severity.BREAKING for finding in live):
            return Verdict.INCOMPATIBLE
        if self.problems:
            return Verdict.UNDECIDED
        if any(f.severity is Severity.UNDECIDED for f in live) and not self.allowed_undecided:
            return Verdict.UNDECIDED
        return Verdict.COMPATIBLE

    @property
    def exit_code(self) -> int:
        """The process's exit code: the verdict's, as far as ``fail_on`` asks for it.

        What is proven, a warning that was asked for too, wins over what is open.  A run that looked at nothing at all
        answers nobody's question, whatever ``fail_on`` asks for, but for ``never``.
        """
        verdict = self.verdict
        if verdict is Verdict.UNDECIDED and any(problem.kind is ProblemKind.NOTHING for problem in self.problems):
            return EXIT_COMPATIBLE if self.fail_on is FailOn.NEVER else EXIT_UNDECIDED
        if self.fail_on.covers(FailOn.WARNING) and self.count(Severity.WARNING):
            return EXIT_INCOMPATIBLE
        if verdict is Verdict.COMPATIBLE:
            return EXIT_COMPATIBLE
        fails = FailOn.BREAKING if verdict is Verdict.INCOMPATIBLE else FailOn.UNDECIDED
        return verdict.exit_code if self.fail_on.covers(fails) else EXIT_COMPATIBLE

    def fails(self, severity: Severity) -> bool:
        """Tell whether findings of this severity make the run fail."""
        if severity is Severity.UNDECIDED and self.allowed_undecided:
            return False
        return str(severity) in tuple(FailOn) and self.fail_on.covers(FailOn(str(severity)))

    def count(self, severity: Severity, surface: str = "") -> int:
        """Number of findings of a severity that are not waived, on one surface or on all."""
        return sum(
            1
            for f in self.findings
            if f.severity is severity and not f.waiver and (not surface or f.surface == surface)
        )
