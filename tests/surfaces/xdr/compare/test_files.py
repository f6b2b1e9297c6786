"""Files that go, come or are renamed are one finding each."""

from __future__ import annotations

from abidiff.examples import findings_between
from abidiff.finding import Finding, Severity
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.surfaces.xdr import SURFACE

KEPT = "struct kept { int a; };\n"
TYPES = "".join(f"struct gone{i} {{ int a; string b<{i}>; }};\n" for i in range(1, 9)) + "typedef int gone_id;\n"
PROGRAM = "struct answer { int a; hyper b; };\nprogram P { version V { answer F(int) = 1; } = 1; } = 9;\n"


def between(old: dict[str, str], new: dict[str, str]) -> list[Finding]:
    sides = []
    for files in (old, new):
        units = tuple(Unit("xdr", name.removesuffix(".x"), "full", (name,), (name,)) for name in files)
        sides.append((Release("r", "", {n: t.encode() for n, t in files.items()}), Project("p", units)))
    return findings_between(SURFACE, *sides)


def said(found: list[Finding]) -> list[tuple[str, str, Severity]]:
    return [(f.rule.removeprefix("xdr/"), f.subject, f.severity) for f in found]


def test_a_file_that_is_gone_is_one_finding_with_its_types() -> None:
    (found,) = between({"a.x": KEPT, "b.x": TYPES}, {"a.x": KEPT})
    assert said([found]) == [("protocol-removed", "b", Severity.BREAKING)]
    assert found.reaches == tuple(f"gone{i}" for i in range(1, 9))
    assert "8 message types" in found.message


def test_its_program_goes_with_it() -> None:
    (found,) = between({"a.x": KEPT, "b.x": PROGRAM + TYPES}, {"a.x": KEPT})
    assert said([found]) == [("protocol-removed", "b", Severity.BREAKING)]
    assert "program P 0x9 and 8 message types" in found.message
    assert found.affects == ("old-client-to-new-server",)


def test_a_file_of_helpers_is_a_notice() -> None:
    found = between({"a.x": KEPT, "b.x": "typedef int id;\nenum e { A = 1 };\n"}, {"a.x": KEPT})
    assert said(found) == [("protocol-removed", "b", Severity.NOTICE)]


def test_a_renamed_file_is_none_and_its_changes_are_told_as_ever() -> None:
    assert between({"a.x": KEPT, "b.x": TYPES}, {"a.x": KEPT, "c.x": TYPES}) == []
    changed = TYPES.replace("gone3 { int a;", "gone3 { hyper a;")
    assert said(between({"a.x": KEPT, "b.x": TYPES}, {"a.x": KEPT, "c.x": changed})) == [
        ("type-changed", "gone3.a", Severity.BREAKING)
    ]
    both = between({"a.x": KEPT, "b.x": PROGRAM}, {"a.x": KEPT, "c.x": PROGRAM.replace("hyper b", "int b")})
    assert said(both) == [("type-changed", "answer.b", Severity.BREAKING)]


def test_the_only_files_belong_together_whatever_they_are_called() -> None:
    found = between({"old.x": KEPT + "struct gone { hyper a; };\n"}, {"new.x": KEPT})
    assert said(found) == [("message-type-removed", "gone", Severity.BREAKING)]


def test_types_that_moved_to_another_file_did_not_go() -> None:
    found = between({"a.x": KEPT, "b.x": TYPES}, {"a.x": KEPT + TYPES})
    assert found == []


def test_a_new_file_is_one_finding() -> None:
    found = between({"a.x": KEPT}, {"a.x": KEPT, "b.x": PROGRAM + TYPES})
    assert said(found) == [("protocol-added", "b", Severity.EXTENSION)]
    assert said(between({"a.x": KEPT}, {"a.x": KEPT, "b.x": PROGRAM})) == [("program-added", "P", Severity.EXTENSION)]
