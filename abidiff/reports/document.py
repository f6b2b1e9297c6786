"""The report for programs as types: docs/formats/report.schema.json is generated from them.

New members may come within one version; none goes or changes its meaning.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Format = Literal["abidiff-report"]
FormatVersion = Literal[1]
FORMAT: Format = "abidiff-report"
FORMAT_VERSION: FormatVersion = 1

ExitCode = Literal[0, 1, 3]
About = Literal["soname", "version-info", "semantic-version"]
Answer = Literal["must-change", "may-stay", "changed", "changed-without-need", "major", "minor", "patch", "not-decided"]
Which = Literal["old", "new", ""]
Severities = Literal["breaking", "undecided", "warning", "notice", "extension", "off"]
Count = Annotated[int, Meta(ge=0)]
Census = Annotated[dict[str, Count], Meta(description="What was looked at: kind of item, and how many.")]
Line = Annotated[int, Meta(ge=0, description="From 1; 0 means unknown.")]


class _Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Tool(_Member, frozen=True):
    """What wrote the report."""

    name: Literal["abidiff"]
    version: str


class Side(_Member, frozen=True):
    """One release."""

    label: Annotated[str, Meta(description="What stands before a path; empty for a single file.")]
    version: str
    origin: Annotated[str, Meta(description="What the user gave.")]
    date: Annotated[str, Meta(pattern="^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")]


class Counts(_Member, frozen=True):
    """Findings that are not waived by severity, and the waived ones."""

    breaking: Count
    undecided: Count
    warning: Count
    notice: Count
    extension: Count
    waived: Count


class Surface(_Member, frozen=True):
    """What was looked at on one surface."""

    name: str
    title: str
    units: tuple[str, ...]
    old: Census
    new: Census
    decided: bool
    counts: Counts


class Place(_Member, frozen=True):
    """A place in a file of a release."""

    path: Annotated[str, Meta(description="In the release, with /.")]
    line: Line
    column: Line
    text: Annotated[str, Meta(description="With the name of the release in front: libvirt-11.3.0/src/x.h:3.")]


class Detail(_Member, frozen=True):
    """A further fact."""

    label: str
    text: str


class File(_Member, frozen=True):
    """A file of a witness."""

    name: str
    encoding: Literal["utf-8", "base64"]
    content: str


class Witness(_Member, frozen=True):
    """Something that works on the old side and fails on the new one."""

    kind: str
    summary: str
    text: str
    files: tuple[File, ...]


class Finding(_Member, frozen=True):
    """A statement about behaviour."""

    fingerprint: Annotated[str, Meta(pattern="^[0-9a-f]{16}$", description="The same over unrelated edits.")]
    rule: Annotated[str, Meta(pattern="^[a-z]+/[a-z0-9-]+$")]
    surface: str
    severity: Severities
    unit: Annotated[str, Meta(description="The library, protocol or schema.")]
    subject: str
    key: Annotated[str, Meta(description="Tells apart two findings of one rule, unit and subject.")]
    message: str
    breaks: Annotated[str, Meta(description="Whom it breaks.")]
    old: Place | None
    new: Place | None
    affects: tuple[str, ...]
    targets: Annotated[tuple[str, ...], Meta(description="Empty means all.")]
    details: tuple[Detail, ...]
    reaches: tuple[str, ...]
    traits: tuple[str, ...]
    tier: Annotated[str, Meta(description="The promise that it falls under.")]
    clause: Annotated[str, Meta(description="The sentence of that promise.")]
    waiver: Annotated[str, Meta(description="The reason for which it is accepted, or empty.")]
    confirmation: Literal["confirmed", "refuted", "disputed", "unavailable"] | None
    confirmation_note: str
    witness: Witness | None


class Problem(_Member, frozen=True):
    """Something that could not be looked at."""

    side: Which
    surface: str
    unit: str
    message: str
    hint: str
    location: Place | None
    rendered: str


class Decisive(_Member, frozen=True):
    """The finding that an advice follows from."""

    fingerprint: str
    rule: str
    subject: str


class Advice(_Member, frozen=True):
    """What one of the versions of the new release has to be."""

    about: About
    library: Annotated[str, Meta(description="The SONAME in the old release; empty for all libraries.")]
    answer: Answer
    before: str = msgspec.field(name="from")
    after: str = msgspec.field(name="to")
    text: str
    decided_by: Decisive | None


class Document(_Member, frozen=True):
    """What `abi-diff compare`, `gate` and `check` print with --format json.

    New members may come within one version; none goes or changes its meaning.
    """

    format: Format
    version: FormatVersion
    tool: Tool
    verdict: Literal["compatible", "incompatible", "undecided"]
    exit_code: ExitCode
    allowed_undecided: Annotated[bool, Meta(description="Open questions were let through on request.")]
    fail_on: Annotated[
        Literal["never", "breaking", "undecided", "warning"],
        Meta(description="The mildest that makes the exit code other than 0; the verdict does not depend on it."),
    ]
    profile: str
    old: Annotated[Side | None, Meta(description="null for `abi-diff check`.")]
    new: Side
    counts: Counts
    surfaces: tuple[Surface, ...]
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    advice: Annotated[
        tuple[Advice, ...],
        Meta(
            description="What SONAME, libtool version and semantic version the new release needs; empty where nothing "
            "is linked."
        ),
    ]
