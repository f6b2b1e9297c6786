"""What follows for names and versions: SONAME, libtool's `-version-info`, semantic version.

Each answer names the finding that decides it.  A waived finding decides nothing, nor does a number that
counts the versions of the interface (`LIBUSB_API_VERSION`) or the enumerators before it (`LIBUSB_OPTION_MAX`) and grew.
A declaration that went is no reason where the library's files are given: they tell which symbols went.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from abidiff.finding import (
    COUNTS_ITEMS,
    COUNTS_VERSIONS,
    NAMES_SYMBOL,
    NEEDS_SONAME,
    Finding,
    LibraryNames,
    Report,
    Severity,
    unversioned,
)

_NUMBERS = re.compile(r"\.so\.([0-9]{1,6})\.([0-9]{1,6})\.([0-9]{1,9})\Z")
_SONAME_NUMBER = re.compile(r"\.so\.([0-9]{1,6})\Z")
RENAMES = "soname"
"""The trait of a finding that says that a SONAME did change: what follows from others is no reason for it."""
_VERSION = re.compile(r"v?([0-9]{1,9})\.([0-9]{1,9})(?:\.([0-9]{1,9}))?\Z")


class Advice(msgspec.Struct, frozen=True):
    """One answer.

    ``about``       ``soname``, ``version-info`` (libtool) or ``semantic-version``.
    ``library``     the SONAME in the old release; empty where no library was given.
    ``answer``      ``must-change``, ``may-stay``, ``changed`` (it did, and had to), ``changed-without-need``;
                    ``major``, ``minor``, ``patch``; ``not-decided``.
    ``before``, ``after``  the name or version of the old release, and the one that follows where it is known.
    ``decided_by``  the finding that decides; None where there is none of that kind.
    """

    about: str
    library: str
    answer: str
    text: str
    before: str = ""
    after: str = ""
    decided_by: Finding | None = None

    @property
    def title(self) -> str:
        """The first word of its line."""
        return {"soname": "SONAME", "version-info": "libtool", "semantic-version": "version"}[self.about]


class _Deciding(msgspec.Struct, frozen=True):
    """The first finding of each kind: what breaks, what is open, what is new."""

    breaks: Finding | None
    open: Finding | None
    new: Finding | None
    unread: bool


def advice(report: Report) -> tuple[Advice, ...]:
    """Return the advice of a comparison; nothing where no library is concerned, or for one release alone."""
    linked = {summary.name for summary in report.surfaces if summary.linked and (summary.old or summary.new)}
    if report.old is None or not linked:
        return ()
    live = [f for f in report.findings if not f.waiver and not {COUNTS_VERSIONS, COUNTS_ITEMS}.intersection(f.traits)]
    libraries = [names for summary in report.surfaces for names in summary.libraries]
    unread = any(not problem.surface or problem.surface in linked for problem in report.problems)
    found: list[Advice] = []
    binary = [finding for finding in live if finding.surface in linked and RENAMES not in finding.traits]
    for names in libraries or [LibraryNames("", "")]:
        mine = [finding for finding in binary if _concerns(finding, names, libraries)]
        deciding = _deciding(mine, unread, binary=True)
        found.append(_soname(names, deciding))
        found += _version_info(names, deciding)
    unread = unread or bool(report.problems)
    found.append(_semantic(report.old.version, _deciding(live, unread, binary=False)))
    return tuple(found)


def _concerns(finding: Finding, names: LibraryNames, libraries: Sequence[LibraryNames]) -> bool:
    """Tell whether a finding is one of this library: not when it names another one, or what only the library tells."""
    if NAMES_SYMBOL in finding.traits and names.old_file and names.new_file:
        return False
    others = {unversioned(other.old_soname) for other in libraries} - {unversioned(names.old_soname)}
    return finding.key not in others and finding.unit not in others and f"lib{finding.unit}" not in others


def _deciding(findings: Iterable[Finding], unread: bool, *, binary: bool) -> _Deciding:
    first: dict[Severity, Finding] = {}
    for finding in findings:
        matters = not binary or "binary" in finding.affects or not finding.affects
        if binary and NEEDS_SONAME in finding.traits:
            first.setdefault(Severity.BREAKING, finding)
        elif finding.severity is Severity.EXTENSION or matters:
            first.setdefault(finding.severity, finding)
    return _Deciding(first.get(Severity.BREAKING), first.get(Severity.UNDECIDED), first.get(Severity.EXTENSION), unread)


def _soname(names: LibraryNames, deciding: _Deciding) -> Advice:
    changed = names.old_soname != names.new_soname
    of = names.old_soname or "of the library"
    shown = (names.old_soname, names.new_soname if changed else "")
    if deciding.breaks is not None:
        answer = "changed" if changed else "must-change"
        text = f"{of} did change, to {names.new_soname}, and had to" if changed else f"{of} must change"
        return Advice("soname", names.old_soname, answer, text, *shown, deciding.breaks)
    if deciding.open is not None or deciding.unread:
        text = f"{of}: whether it must change is not decided"
        return Advice("soname", names.old_soname, "not-decided", text, *shown, deciding.open)
    if changed:
        text = f"{of} did change, to {names.new_soname}, and nothing was found that needs it"
        return Advice("soname", names.old_soname, "changed-without-need", text, *shown)
    return Advice("soname", names.old_soname, "may-stay", f"{of} may stay", *shown)


def _version_info(names: LibraryNames, deciding: _Deciding) -> Iterator[Advice]:
    """Yield current:revision:age as libtool's manual (Updating library version information) has it.

    On Linux the file is `.so.(current - age).age.revision`; only a file of that form tells the old one.
    """
    found, number = _NUMBERS.search(names.old_file), _SONAME_NUMBER.search(names.old_soname)
    if found is None or number is None or found[1] != number[1]:
        return
    first, age, revision = (int(part) for part in found.groups())
    current = first + age
    before = f"{current}:{revision}:{age}"
    if deciding.breaks is not None:
        after, answer, by = f"{current + 1}:0:0", "must-change", deciding.breaks
    elif deciding.open is not None or deciding.unread:
        text = f"-version-info after {before} is not decided"
        yield Advice("version-info", names.old_soname, "not-decided", text, before, "", deciding.open)
        return
    elif deciding.new is not None:
        after, answer, by = f"{current + 1}:0:{age + 1}", "minor", deciding.new
    else:
        yield Advice(
            "version-info", names.old_soname, "patch", f"-version-info {before} → {current}:{revision + 1}:{age}",
            before, f"{current}:{revision + 1}:{age}",
        )  # fmt: skip
        return
    answer = "major" if answer == "must-change" else answer
    yield Advice("version-info", names.old_soname, answer, f"-version-info {before} → {after}", before, after, by)


def _semantic(version: str, deciding: _Deciding) -> Advice:
    """Return which part of the version has to grow (Semantic Versioning 2.0.0, 4 to 8)."""
    by: Finding | None
    if deciding.breaks is not None:
        answer, by = "major", deciding.breaks
    elif deciding.open is not None or deciding.unread:
        return Advice(
            "semantic-version", "", "not-decided", "which part has to grow is not decided", version, "", deciding.open
        )
    else:
        answer, by = "minor" if deciding.new is not None else "patch", deciding.new
    numbers = _VERSION.match(version)
    if numbers is None:
        return Advice("semantic-version", "", answer, f"{answer}", version, "", by)
    major, minor, patch = int(numbers[1]), int(numbers[2]), int(numbers[3] or 0)
    if major == 0 and answer == "major":
        text = f"major, which below 1.0.0 is the minor part: {version} → 0.{minor + 1}.0"
        return Advice("semantic-version", "", answer, text, version, f"0.{minor + 1}.0", by)
    after = {
        "major": f"{major + 1}.0.0",
        "minor": f"{major}.{minor + 1}.0",
        "patch": f"{major}.{minor}.{patch + 1}",
    }[answer]
    return Advice("semantic-version", "", answer, f"{answer}: {version} → {after}", version, after, by)
