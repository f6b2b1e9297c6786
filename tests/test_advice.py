"""SONAME, libtool's version and semantic version, and the finding that decides each."""

from __future__ import annotations

import datetime
import shutil
import subprocess
from pathlib import Path

import pytest
from msgspec.structs import replace

from abidiff import policy as policies
from abidiff.advice import Advice, advice
from abidiff.config import Config
from abidiff.finding import Finding, LibraryNames, Problem, Report, Severity, Side, SurfaceSummary
from abidiff.pipeline import Options, compare
from abidiff.profile.model import Profile, Tier

SHIP = LibraryNames("libship.so.1", "libship.so.1", "libship.so.1.2.3", "libship.so.1.2.4")
DOCK = LibraryNames("libdock.so.4", "libdock.so.4")
NEW_NAME = LibraryNames("libship.so.1", "libship.so.2")


def finding(severity: Severity, *affects: str, rule: str = "headers/x", **more: object) -> Finding:
    given = {"unit": "headers", "subject": "s", "message": "m", **more}
    return Finding(rule=rule, severity=severity, affects=affects, **given)


def asked(*findings: Finding, libraries: tuple[LibraryNames, ...] = (SHIP,), old: str = "1.4.2") -> dict[str, Advice]:
    summary = SurfaceSummary("headers", "", (), {"functions": 1}, {}, linked=True, libraries=libraries)
    report = Report(Side("o", old, "o"), Side("n", "", "n"), "generic", (summary,), findings, ())
    return {f"{found.about} {found.library}".strip(): found for found in advice(report)}


BREAK = finding(Severity.BREAKING, "source", "binary")
SOURCE = finding(Severity.BREAKING, "source")
OPEN = finding(Severity.UNDECIDED, "binary")
MORE = finding(Severity.EXTENSION)


@pytest.mark.parametrize(
    ("findings", "soname", "libtool", "version"),
    [
        ((BREAK, MORE), "must-change", "4:0:0", "2.0.0"),
        ((SOURCE, MORE), "may-stay", "4:0:3", "2.0.0"),
        ((MORE,), "may-stay", "4:0:3", "1.5.0"),
        ((), "may-stay", "3:4:2", "1.4.3"),
        ((OPEN, MORE), "not-decided", "", ""),
        ((finding(Severity.WARNING, "binary"),), "may-stay", "3:4:2", "1.4.3"),
        ((BREAK.with_(waiver="agreed"),), "may-stay", "3:4:2", "1.4.3"),
    ],
)
def test_what_follows(findings: tuple[Finding, ...], soname: str, libtool: str, version: str) -> None:
    found = asked(*findings)
    assert found["soname libship.so.1"].answer == soname
    assert (found["version-info libship.so.1"].before, found["version-info libship.so.1"].after) == ("3:3:2", libtool)
    assert found["semantic-version"].after == version


def test_the_finding_that_decides_is_named() -> None:
    found = asked(MORE, SOURCE, BREAK)
    assert found["soname libship.so.1"].decided_by == BREAK
    assert found["semantic-version"].decided_by == SOURCE
    assert found["semantic-version"].answer == "major"


def test_a_changed_soname_is_no_reason_for_itself() -> None:
    renamed = finding(Severity.BREAKING, "binary", rule="exports/soname-changed", traits=("soname",), key="libship")
    assert asked(renamed, libraries=(NEW_NAME,))["soname libship.so.1"].answer == "changed-without-need"
    assert asked(renamed, BREAK, libraries=(NEW_NAME,))["soname libship.so.1"].answer == "changed"
    assert asked(renamed, libraries=(NEW_NAME,))["semantic-version"].answer == "major"


def test_a_break_in_one_library_is_none_of_the_other() -> None:
    dock = finding(Severity.BREAKING, "binary", key="libdock")
    found = asked(dock, libraries=(SHIP, DOCK))
    assert found["soname libship.so.1"].answer == "may-stay"
    assert found["soname libdock.so.4"].answer == "must-change"


def test_below_one_the_minor_part_grows() -> None:
    assert asked(BREAK, old="0.9.1")["semantic-version"].after == "0.10.0"
    assert asked(BREAK, old="2024a")["semantic-version"].after == ""


def test_what_could_not_be_read_decides_nothing() -> None:
    summary = SurfaceSummary("headers", "", (), {"functions": 1}, {}, linked=True, libraries=(SHIP,))
    report = Report(Side("o", "1.0", "o"), Side("n", "", "n"), "", (summary,), (), (Problem("headers", "cut off"),))
    assert {found.answer for found in advice(report)} == {"not-decided"}
    alone = replace(report, old=None)
    assert advice(alone) == ()


def test_a_file_that_libtool_did_not_number_gets_no_version_info() -> None:
    other = LibraryNames("libz.so.1", "libz.so.1", "libz.so.1.2", "libz.so.1.3")
    assert not [name for name in asked(libraries=(other,)) if name.startswith("version-info")]


@pytest.mark.parametrize(("names", "severity"), [(SHIP, "breaking"), (NEW_NAME, "warning"), (DOCK, "warning")])
def test_an_api_may_go_with_the_soname_only(names: LibraryNames, severity: str) -> None:
    tier = Tier("t", "T", "p", "c", severity=(("headers/x", "warning"),), drops_with_soname=True)
    profile = Profile("p", "", "", (), (), (), "", {}, {"t": tier}, ())
    units = {("headers", "ship"): "t"}
    policy = policies.Policy(profile, Config(), units, datetime.date(2024, 1, 1), libraries=(names,))
    (judged,) = policies.apply([finding(Severity.BREAKING, "source", unit="ship")], policy)
    assert judged.severity == severity


@pytest.mark.parametrize(
    ("name", "old", "new", "answer"),
    [
        ("SHIP_API_VERSION", "0x01000109", "0x0100010A", "may-stay"),
        ("SHIP_VERSION_NUMBER", "41", "42", "may-stay"),
        ("SHIP_API_VERSION", "7", "6", "must-change"),
        ("SHIP_ABI_VERSION", "6", "7", "must-change"),
        ("SHIP_FORMAT_VERSION", "6", "7", "must-change"),
        ("SHIP_SIZE", "6", "7", "must-change"),
    ],
)
def test_a_count_of_versions_that_grew_needs_no_other_name(
    tmp_path: Path, name: str, old: str, new: str, answer: str
) -> None:
    for side, value in (("ship-1.0.26", old), ("ship-1.0.28", new)):
        (tmp_path / side / "include").mkdir(parents=True)
        (tmp_path / side / "include/ship.h").write_text(f"#define {name} {value}\nint ship_moor(void);\n")
    sides = str(tmp_path / "ship-1.0.26"), str(tmp_path / "ship-1.0.28")
    report = compare(*sides, Options(parallel=False, cache=False))
    assert [(f.subject, f.severity) for f in report.findings] == [(name, Severity.BREAKING)]
    assert next(found for found in advice(report) if found.about == "soname").answer == answer


@pytest.mark.parametrize(
    ("old", "new", "answer"),
    [
        ("A, SHIP_OPTION_MAX", "A, B, SHIP_OPTION_MAX", "may-stay"),
        ("A, SHIP_OPTION_LAST = 1", "A, B, SHIP_OPTION_LAST", "may-stay"),
        ("A, SHIP_OPTION_MAX = A", "A, B, SHIP_OPTION_MAX = B", "may-stay"),
        ("A, B, SHIP_OPTION_MAX = A", "A, B, SHIP_OPTION_MAX = B", "must-change"),
        ("A, B, SHIP_OPTION_MAX", "A, SHIP_OPTION_MAX, B", "must-change"),
        ("A, SHIP_OPTION_MAX = 7", "A, SHIP_OPTION_MAX = 8", "must-change"),
        ("A, SHIP_OPTION_SAIL", "A, B, SHIP_OPTION_SAIL", "must-change"),
        ("A, SHIP_OPTION_MAX, B", "A, C, SHIP_OPTION_MAX, B", "must-change"),
    ],
)
def test_a_count_of_enumerators_that_grew_needs_no_other_name(tmp_path: Path, old: str, new: str, answer: str) -> None:
    for side, text in (("ship-1.0.26", old), ("ship-1.0.28", new)):
        (tmp_path / side / "include").mkdir(parents=True)
        (tmp_path / side / "include/ship.h").write_text(f"enum ship_option {{ {text} }};\nint ship_moor(void);\n")
    sides = str(tmp_path / "ship-1.0.26"), str(tmp_path / "ship-1.0.28")
    report = compare(*sides, Options(parallel=False, cache=False))
    assert any(f.severity is Severity.BREAKING for f in report.findings)
    assert next(found for found in advice(report) if found.about == "soname").answer == answer


@pytest.mark.judge
@pytest.mark.skipif(not shutil.which("gcc"), reason="no gcc")
@pytest.mark.parametrize(
    ("old", "new", "kept", "answer"),
    [
        ("int ship_sink(void);", "", True, "may-stay"),
        ("int ship_sink(void);", "", False, "must-change"),
        ('int ship_sink(void) __asm__("ship_sink_2");', "", False, "must-change"),
        ("extern int ship_count;", "", True, "may-stay"),
        ("extern int ship_count;", "", False, "must-change"),
        ("int ship_sink(void);", "extern int ship_sink;", True, "must-change"),
    ],
)
def test_a_declaration_that_goes_is_judged_by_the_library(
    tmp_path: Path, old: str, new: str, kept: bool, answer: str
) -> None:
    """Programs that are there start as long as the symbol is exported; without libraries nobody knows."""
    body = "int ship_moor(void) { return 0; }\n"
    more = "int ship_sink(void) { return 0; }\nint ship_sink_2(void) { return 0; }\nint ship_count;\n"
    for side, text, exported in (("old", old, body + more), ("new", new, body + more if kept else body)):
        library = tmp_path / side / "usr/lib/libship.so.1.0"
        library.parent.mkdir(parents=True)
        (tmp_path / side / "usr/include").mkdir()
        (tmp_path / side / "usr/include/ship.h").write_text(f"int ship_moor(void);\n{text}\n")
        (tmp_path / "ship.c").write_text(exported)
        made = ["gcc", "-shared", "-nostdlib", "-Wl,-soname,libship.so.1", "-o", str(library), str(tmp_path / "ship.c")]
        subprocess.run(made, check=True)
    sides = str(tmp_path / "old"), str(tmp_path / "new")
    report = compare(*sides, Options(parallel=False, cache=False))
    assert any(f.severity is Severity.BREAKING for f in report.findings)
    assert next(found for found in advice(report) if found.about == "soname").answer == answer
    bare = compare(*sides, Options(parallel=False, cache=False, surfaces=("headers",)))
    assert next(found for found in advice(bare) if found.about == "soname").answer == "must-change"
