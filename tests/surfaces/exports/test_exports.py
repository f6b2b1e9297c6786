"""Real libraries, made by gcc from our own sources; readelf is the judge of what they export."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from abidiff import elf
from abidiff.advice import advice
from abidiff.finding import Confirmation, Severity, Verdict
from abidiff.pipeline import Options, compare
from abidiff.sources.together import parts_of

pytestmark = [
    pytest.mark.judge,
    pytest.mark.skipif(not shutil.which("gcc") or not shutil.which("readelf"), reason="needs gcc and readelf"),
]
OPTIONS = Options(cache=False, parallel=False, verify=True)
OLD = "int shipOpen(void){return 1;} int shipSink(void){return 2;} char shipTable[8]={1};"
OLD += "int ship_helper(void){return 0;}"
NEW = "int shipOpen(void){return 1;} char shipTable[16]={1};"
HEADER = "int shipOpen(void);\nint shipSink(void);\nextern char shipTable[];\n"


def library(path: Path, source: str, *flags: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    code = path.parent / "code.c"
    code.write_text(source)
    subprocess.run(["gcc", "-shared", "-fPIC", code, "-o", path, *flags], check=True)
    code.unlink()
    return path


def release(folder: Path, source: str, header: str = HEADER, soname: str = "libship.so.1") -> str:
    library(folder / f"usr/lib/{soname}", source, f"-Wl,-soname,{soname}")
    (folder / "usr/include").mkdir(parents=True)
    (folder / "usr/include/ship.h").write_text(header)
    return str(folder)


def test_what_readelf_says(tmp_path: Path) -> None:
    script = tmp_path / "m.map"
    script.write_text("SHIP_1 { global: a; t; local: *; }; SHIP_2 { global: b; } SHIP_1;")
    code = "int a(void){return 0;} int b(void){return 1;} int c(void){return 2;} int t[5];"
    path = library(tmp_path / "libship.so.1", code, f"-Wl,--version-script={script}", "-Wl,-soname,libship.so.1")
    found = elf.read(path.read_bytes())
    said = subprocess.run(["readelf", "--dyn-syms", "-W", path], check=True, capture_output=True, text=True).stdout
    rows = re.findall(r" (\d+) \w+ +(?:GLOBAL|WEAK) +DEFAULT +\d+ (\w+@@\w+)", said)
    assert {(str(s.size), f"{s.name}@@{s.version}") for s in found.symbols} == set(rows)
    assert (found.soname, found.nodes) == ("libship.so.1", ("SHIP_1", "SHIP_2"))


def test_headers_tell_what_is_public_and_the_loader_confirms(tmp_path: Path) -> None:
    report = compare(release(tmp_path / "old", OLD), release(tmp_path / "new", NEW), OPTIONS)
    found = {(f.rule, f.subject): f for f in report.findings}
    assert set(found) == {
        ("exports/symbol-vanished", "shipSink"),
        ("exports/object-resized", "shipTable"),
        ("exports/private-symbol-vanished", "libship.so.1"),
    }
    breaking = [f for f in report.findings if f.severity is Severity.BREAKING]
    assert {f.confirmation for f in breaking} == {Confirmation.CONFIRMED}
    assert report.problems == ()


def test_data_that_became_protected_is_not_what_a_program_has_a_copy_of(tmp_path: Path) -> None:
    header, code = (
        "extern int shipLevel;\nint shipSail(void);\n",
        "int shipLevel = 1; int shipSail(void) {return shipLevel;}",
    )
    hidden = f'__attribute__((visibility("protected"))) {code}'
    old, new = (release(tmp_path / side, text, header) for side, text in (("old", code), ("new", hidden)))
    (found,) = compare(old, new, OPTIONS).findings
    assert (found.rule, found.subject, found.severity) == ("exports/data-protected", "shipLevel", Severity.BREAKING)
    assert found.confirmation is Confirmation.CONFIRMED
    assert compare(new, old, OPTIONS).findings == ()


def test_a_new_soname(tmp_path: Path) -> None:
    old = release(tmp_path / "old", OLD)
    report = compare(old, release(tmp_path / "new", NEW, soname="libship.so.2"), OPTIONS)
    found = {(f.rule, f.subject): f for f in report.findings}
    assert found["exports/soname-changed", "libship.so.1"].confirmation is Confirmation.CONFIRMED
    assert found["exports/symbol-vanished", "shipSink"].affects == ("source",)
    assert found["exports/symbol-vanished", "shipSink"].confirmation is Confirmation.CONFIRMED


def test_every_cut_is_refused_or_read_whole(tmp_path: Path) -> None:
    data = library(tmp_path / "libship.so.1", OLD).read_bytes()
    for end in range(0, len(data), 311):
        with pytest.raises(elf.NotReadableError):
            elf.read(data[:end])
    for at in range(0, len(data), 97):
        with contextlib.suppress(elf.NotReadableError):
            elf.read(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])


def test_a_damaged_library_is_a_problem_with_its_place(tmp_path: Path) -> None:
    old, new = release(tmp_path / "old", OLD), release(tmp_path / "new", OLD)
    path = Path(new) / "usr/lib/libship.so.1"
    path.write_bytes(path.read_bytes()[:3000])
    report = compare(old, new, OPTIONS)
    assert report.verdict is Verdict.UNDECIDED
    assert any(str(p.location) == "usr/lib/libship.so.1" for p in report.problems)


def test_names_with_plus_are_cut_where_files_are(tmp_path: Path) -> None:
    one, other = tmp_path / "a_1.0+dfsg.deb", tmp_path / "b+c_1.deb"
    one.touch()
    other.touch()
    assert parts_of(f"{one}+{other}") == (str(one), str(other))
    assert parts_of(str(one)) == ()
    assert parts_of(f"{one}+{tmp_path}/none.deb") == ()
    assert parts_of(str(tmp_path)) == (str(one), str(other))


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("libdock.so.1", "hello\n", "neither an ELF library nor a script of the linker"),
        ("libdock.so", "libdock.so.1", "neither an ELF library nor a script of the linker"),
        ("libdock.so.1.2a", "the GROUP of INPUT\n", "neither an ELF library nor a script of the linker"),
        ("libdock.so.1", " \n", "there is nothing in it"),
        ("libdock.so", "/* GNU ld script */\nGROUP ( /lib/libship.so.1 AS_NEEDED ( -ldock2 ) )\n", ""),
        ("libdock.so", "INPUT(libship.so.1)\n", ""),
        ("ld.so.8", ".TH LD.SO 8\n", ""),
        ("dock.so", "a page\n", ""),
    ],
)
@pytest.mark.parametrize("sides", [("new",), ("old", "new")])
def test_text_with_the_name_of_a_library_is_a_problem(
    tmp_path: Path, name: str, text: str, why: str, sides: tuple[str, ...]
) -> None:
    code = "int shipOpen(void){return 1;}"
    for side in ("old", "new"):
        release(tmp_path / side, code, "int shipOpen(void);\n")
        if why and side not in sides:
            library(tmp_path / f"{side}/usr/lib/{name}", "int dock(void){return 1;}", "-Wl,-soname,libdock.so.1")
    for side in sides:
        (tmp_path / f"{side}/usr/lib/{name}").write_text(text)
    report = compare(str(tmp_path / "old"), str(tmp_path / "new"), Options(cache=False, parallel=False))
    assert not [finding for finding in report.findings if finding.severity is Severity.BREAKING]
    said = [(str(p.location), p.message) for p in report.problems]
    expected = (f"usr/lib/{name}", f"the library does not read: {why}")
    assert said == ([expected] * len(sides) if why else [])
    assert report.verdict is (Verdict.UNDECIDED if why else Verdict.COMPATIBLE)


def test_text_as_a_library_on_its_own_is_a_problem(tmp_path: Path) -> None:
    for side in ("old", "new"):
        (tmp_path / side).mkdir()
        (tmp_path / side / "dock.so").write_text(f"{side}\n")
    report = compare(str(tmp_path / "old/dock.so"), str(tmp_path / "new/dock.so"), Options(cache=False, parallel=False))
    assert report.verdict is Verdict.UNDECIDED
    assert any("neither an ELF library nor a script" in problem.message for problem in report.problems)


@pytest.mark.parametrize("machine", [0xFFFF, 0])
def test_a_machine_that_nobody_knows_is_a_problem(tmp_path: Path, machine: int) -> None:
    path = library(tmp_path / "libship.so.1", OLD)
    data = bytearray(path.read_bytes())
    data[18:20] = machine.to_bytes(2, "little" if data[5] == 1 else "big")
    with pytest.raises(elf.NotReadableError, match=f"no machine that is known: e_machine {machine:#06x}"):
        elf.read(bytes(data))


def only_libraries(folder: Path, source: str, *flags: str, soname: str = "libship.so.1") -> str:
    library(folder / f"usr/lib/{soname}", source, f"-Wl,-soname,{soname}", *flags)
    return str(folder)


@pytest.mark.parametrize(
    ("code", "severity"),
    [("", Severity.BREAKING), ('int puts(const char *); int shipSay(void){return puts("");}', Severity.WARNING)],
)
def test_versions_that_went_matter_to_a_library_without_marks_of_any(
    tmp_path: Path, code: str, severity: Severity
) -> None:
    script = tmp_path / "m.map"
    script.write_text("SHIP_1 { global: shipOpen; shipSink; local: *; };")
    two = "int shipOpen(void){return 1;} int shipSink(void){return 2;}"
    old = only_libraries(tmp_path / "old", two, f"-Wl,--version-script={script}")
    new = only_libraries(tmp_path / "new", two + code, *(() if code else ("-nostdlib",)))
    report = compare(old, new, OPTIONS)
    lost = next(found for found in report.findings if found.rule == "exports/versions-lost")
    assert lost.severity is severity
    assert lost.confirmation is (Confirmation.CONFIRMED if severity is Severity.BREAKING else None)


KINDS = ("int shipThing(void){return 1;}", "int shipThing[4];", "__thread int shipThing[4];")


@pytest.mark.parametrize(("old", "new"), [(old, new) for old in KINDS for new in KINDS if old != new])
def test_another_kind_of_symbol_is_a_break_that_the_loader_confirms(tmp_path: Path, old: str, new: str) -> None:
    report = compare(only_libraries(tmp_path / "old", old), only_libraries(tmp_path / "new", new), OPTIONS)
    assert [(found.rule, found.confirmation) for found in report.findings] == [
        ("exports/symbol-kind-changed", Confirmation.CONFIRMED)
    ]


@pytest.mark.parametrize(
    ("new", "answer"),
    [
        ("int shipOpen(void){return 1;}", "changed"),
        ("int shipOpen(void){return 1;} int shipCount(void){return 1;}", "changed"),
        ("int shipOpen(void){return 1;} int shipCount[9];", "changed"),
        ("int shipOpen(void){return 1;} int shipCount[2];", "changed-without-need"),
    ],
)
def test_what_went_with_another_soname_is_why_it_had_to_change(tmp_path: Path, new: str, answer: str) -> None:
    old = only_libraries(tmp_path / "old", "int shipOpen(void){return 1;} int shipCount[2];")
    report = compare(old, only_libraries(tmp_path / "new", new, soname="libship.so.2"), OPTIONS)
    assert next(found for found in advice(report) if found.about == "soname").answer == answer


def test_what_is_not_judged_is_named(tmp_path: Path) -> None:
    sides = []
    for side, more in (("old", ()), ("new", ("-g",))):
        folder = tmp_path / side
        sides.append(only_libraries(folder, "int shipOpen(void){return 1;}", *more))
        (folder / "usr/lib/debug/.build-id").mkdir(parents=True)
        for name in ("libship.a", "libship.la", "libdock.a", "debug/.build-id/7f.debug"):
            (folder / "usr/lib" / name).write_bytes(b"!<arch>\n")
    report = compare(*sides, OPTIONS)
    assert report.verdict is Verdict.COMPATIBLE
    notes = " ".join(report.notes)
    assert "static archives and files of libtool are not judged: usr/lib/libdock.a and 2 more" in notes
    assert "debug information is not read (libabigail compares it): usr/lib/debug/.build-id/7f.debug" in notes
    looked = next(each for each in report.surfaces if each.name == "exports")
    assert "with debug information, which libabigail compares" in looked.new
    assert "with debug information, which libabigail compares" not in looked.old
