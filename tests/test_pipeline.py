"""The whole flow, on a surface of words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from abidiff.config import Config, Waiver
from abidiff.errors import SourceError, UsageError
from abidiff.finding import Confirmation, Report, Severity, Verdict
from abidiff.pipeline import Options, check, compare, inputs, reading, worker
from abidiff.pipeline.request import Request
from tests import fakes

SERIAL = Options(parallel=False, cache=False)


@pytest.fixture(autouse=True)
def _words(monkeypatch: pytest.MonkeyPatch) -> None:
    fakes.install(monkeypatch)


@pytest.fixture
def tree(tmp_path: Path):
    def make(name: str, text: str, **more: str) -> str:
        folder = tmp_path / name / "include"
        folder.mkdir(parents=True)
        (folder / "words.h").write_text(text)
        for file, content in more.items():
            (folder / f"{file}.h").write_text(content)
        return str(tmp_path / name)

    return make


def severities(report: Report) -> list[tuple[str, str]]:
    return [(str(f.severity), f.subject) for f in report.findings]


def test_additions_are_compatible_and_listed(tree) -> None:
    report = compare(tree("lib-1.0", "a\n"), tree("lib-1.1", "a\nb\n"), SERIAL)
    assert severities(report) == [("extension", "b")]
    assert report.verdict is Verdict.COMPATIBLE
    assert report.exit_code == 0
    assert report.surfaces[0].old == {"words": 1}
    assert report.surfaces[0].new == {"words": 2}
    assert report.old is not None
    assert (report.old.label, report.new.label) == ("lib-1.0", "lib-1.1")


def test_a_removal_is_incompatible_and_has_its_clause(tree) -> None:
    report = compare(tree("lib-1.0", "a\nb\n"), tree("lib-1.1", "a\n"), SERIAL)
    assert report.exit_code == 1
    (finding,) = report.findings
    assert finding.tier == "full promise"
    assert finding.clause


def test_what_is_open_is_undecided_until_allowed(tree) -> None:
    old, new = tree("lib-1.0", "?a\n"), tree("lib-1.1", "b\n?a\n")
    report = compare(old, new, SERIAL)
    assert report.exit_code == 3
    assert not report.surfaces[0].decided
    report = compare(old, new, replace(SERIAL, allow_undecided=True))
    assert report.exit_code == 0
    assert any("let through by --allow-undecided" in note and "?a" in note for note in report.notes)


def test_a_proven_break_wins_over_what_could_not_be_read(tree) -> None:
    report = compare(tree("lib-1.0", "a\nb\n"), tree("lib-1.1", "a\n!x\n"), SERIAL)
    assert report.verdict is Verdict.INCOMPATIBLE
    assert [(p.side, p.surface) for p in report.problems] == [("new", "headers")]


def test_what_does_not_parse_is_never_success(tree) -> None:
    report = compare(tree("lib-1.0", "a\n!x\n"), tree("lib-1.1", "a\nb\n"), SERIAL)
    assert report.exit_code == 3
    assert report.problems[0].side == "old"
    report = compare(tree("lib-1.2", "a\n!x\n"), tree("lib-1.3", "b\na\n"), replace(SERIAL, allow_undecided=True))
    assert report.exit_code == 3, "--allow-undecided is not about files that do not parse"


def test_the_same_content_under_two_names_is_compatible_and_said(tree) -> None:
    report = compare(tree("lib-1.0", "a\n"), tree("lib-1.1", "a\n"), SERIAL)
    assert report.exit_code == 0
    assert report.notes == ("the interface files of both sides are equal",)


def test_the_same_input_twice_is_a_mistake(tree) -> None:
    old = tree("lib-1.0", "a\n")
    with pytest.raises(UsageError, match="same input"):
        compare(old, old, SERIAL)


def test_the_same_content_is_fine_where_the_caller_says_so(tree) -> None:
    report = compare(tree("lib-1.0", "a\n"), tree("lib-1.1", "a\n"), replace(SERIAL, same_is_fine=True))
    assert report.exit_code == 0


def test_an_empty_surface_is_not_success(tree) -> None:
    report = compare(tree("lib-1.0", "a\n"), tree("lib-1.1", "\n"), SERIAL)
    assert report.problems[0].side == "new"
    assert "nothing was found" in report.problems[0].message


def test_nothing_to_look_at_is_not_success(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "README").write_text(name)
    report = compare(str(tmp_path / "a"), str(tmp_path / "b"), SERIAL)
    assert report.exit_code == 3
    assert any("nothing was looked at" in p.message for p in report.problems)


def test_a_side_without_the_surface_is_a_problem(tree, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other/README").write_text("")
    report = compare(tree("lib-1.0", "a\n"), str(tmp_path / "other"), SERIAL)
    assert any("none on this side" in p.message and p.side == "new" for p in report.problems)


def test_a_missing_input_is_an_error(tree, tmp_path: Path) -> None:
    old = tree("lib-1.0", "a\n")
    for options in (SERIAL, Options(cache=False)):
        with pytest.raises(SourceError, match="no such file"):
            compare(str(tmp_path / "missing"), old, options)
        with pytest.raises(SourceError, match="no such file"):
            compare(old, str(tmp_path / "missing"), options)


def test_parallel_and_serial_runs_give_the_same_report(tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "available", lambda: True)
    old, new = tree("lib-1.0", "a\nb\n?c\n!d\n"), tree("lib-1.1", "\na\n?c\ne\n")
    assert compare(old, new, Options(cache=False)) == compare(old, new, SERIAL)


def test_a_worker_that_dies_costs_time_and_not_truth(tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "available", lambda: True)
    parent = os.getpid()

    def dying(value: object) -> bytes:
        if os.getpid() != parent:
            os._exit(9)
        return reading.pack(value)  # type: ignore[arg-type]

    monkeypatch.setattr(inputs, "pack", dying)
    old, new = tree("lib-1.0", "a\nb\n"), tree("lib-1.1", "a\n")
    assert compare(old, new, Options(cache=False)).exit_code == 1


def test_a_reading_survives_packing(tree) -> None:
    found = reading.read(Request(tree("lib-1.0", "a\n!b\n")))
    assert reading.unpack(reading.pack(found)) == found


def test_verify_fills_in_what_independent_programs_say(tree) -> None:
    report = compare(tree("lib-1.0", "a\nb\n"), tree("lib-1.1", "a\nc\n"), replace(SERIAL, verify=True))
    assert [f.confirmation for f in report.findings] == [Confirmation.CONFIRMED, None]


@pytest.mark.parametrize(("parallel", "opened"), [(False, ["lib-1.0", "lib-1.1"]), (True, ["lib-1.1"])])
def test_verification_uses_what_was_read(
    parallel: bool, opened: list[str], tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In two processes, the one that verifies opens one side and gets the other as it was read."""
    monkeypatch.setattr(worker, "available", lambda: True)
    seen, open_release = [], reading.open_release
    monkeypatch.setattr(
        reading, "open_release", lambda path, *rest, **more: seen.append(path) or open_release(path, *rest, **more)
    )
    options = Options(parallel=parallel, cache=False, verify=True)
    report = compare(tree("lib-1.0", "a\nb\n"), tree("lib-1.1", "a\nc\n"), options)
    assert [f.confirmation for f in report.findings] == [Confirmation.CONFIRMED, None]
    assert [Path(path).name for path in seen] == opened


def test_waived_findings_stay_in_the_report(tree) -> None:
    config = Config(waivers=(Waiver("agreed", rule="headers/word-removed", subject="b"),))
    report = compare(tree("lib-1.0", "a\nb\n"), tree("lib-1.1", "a\n"), replace(SERIAL, config=config))
    assert report.exit_code == 0
    assert report.findings[0].waiver == "agreed"
    assert report.count(Severity.BREAKING) == 0


def test_sides_that_seem_swapped_are_pointed_out(tree) -> None:
    newer, older = tree("lib-1.10", "a\nb\n"), tree("lib-1.9", "a\n")
    assert any("are they swapped?" in note for note in compare(newer, older, SERIAL).notes)
    assert not any("swapped" in note for note in compare(older, newer, SERIAL).notes)


def test_one_release_alone_fails_closed_too(tree) -> None:
    assert check(tree("lib-1.0", "a\n"), SERIAL).exit_code == 0
    report = check(tree("lib-1.1", "\n"), SERIAL)
    assert report.exit_code == 3
    assert "nothing was found in" in report.problems[0].message
    assert check(tree("lib-1.2", "a\n!b\n"), SERIAL).exit_code == 3


def test_progress_tells_what_is_being_done(tree) -> None:
    told: list[str] = []
    compare(tree("lib-1.0", "a\n"), tree("lib-1.1", "b\n"), replace(SERIAL, progress=told.append))
    assert any("lib-1.1" in text for text in told)


def test_single_files_are_compared_whatever_they_are_called(tmp_path: Path) -> None:
    (tmp_path / "old.h").write_text("a\nb\n")
    (tmp_path / "new.h").write_text("a\n")
    report = compare(str(tmp_path / "old.h"), str(tmp_path / "new.h"), SERIAL)
    assert severities(report) == [("breaking", "b")]
    (tmp_path / "copy.h").write_text("a\n")
    report = compare(str(tmp_path / "copy.h"), str(tmp_path / "new.h"), SERIAL)
    assert report.exit_code == 0
    assert "equal" in report.notes[0]


def test_globs_name_the_files_of_a_project_that_no_profile_knows(tmp_path: Path) -> None:
    for name, text in (("lib-1.0", "a\nb\n"), ("lib-1.1", "a\n")):
        for folder in ("api", "include"):
            (tmp_path / name / folder).mkdir(parents=True)
        (tmp_path / name / "api" / "public.inc").write_text(text)
        (tmp_path / name / "include" / "private.h").write_text("x\n" if name == "lib-1.0" else "y\n")
    old, new = str(tmp_path / "lib-1.0"), str(tmp_path / "lib-1.1")
    report = compare(old, new, replace(SERIAL, globs=(("headers", "api/*.inc"),)))
    assert severities(report) == [("breaking", "b")]
    with pytest.raises(UsageError, match="matches no file"):
        compare(old, new, replace(SERIAL, globs=(("headers", "nothing/*.h"),)))


SCHEMA = (
    '<element name="a" xmlns="http://relaxng.org/ns/structure/1.0"><attribute name="b"><choice>'
    "<value>one</value>%s</choice></attribute></element>\n"
)


def test_the_direction_of_schemas_can_be_overridden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    (tmp_path / "old.rng").write_text(SCHEMA % "")
    (tmp_path / "new.rng").write_text(SCHEMA % "<value>two</value>")
    found = {}
    for direction in ("input", "output"):
        options = replace(SERIAL, direction=direction, surfaces=("rng",))
        found[direction] = compare(str(tmp_path / "old.rng"), str(tmp_path / "new.rng"), options)
    rules = {direction: {f.rule for f in report.findings} for direction, report in found.items()}
    assert rules["input"] == {"rng/value-added"}
    assert "rng/output-value-added" in rules["output"], "readers could not expect the new value"


def test_a_snapshot_without_a_surface_says_so(tree, tmp_path: Path) -> None:
    from abidiff import snapshot
    from abidiff.pipeline.reading import models_of, opened

    request = Request(tree("lib-1.0", "a\n"), cache=False)
    release, _, project = opened(request)
    file = tmp_path / "old.json"
    file.write_bytes(snapshot.render(release, project, models_of(release, project, request, lambda _: None)))
    assert compare(str(file), tree("lib-1.1", "a\nb\n"), SERIAL).exit_code == 0
    file.write_bytes(snapshot.render(release, project, {}))
    with pytest.raises(SourceError):
        compare(str(file), tree("lib-1.2", "a\nb\n"), SERIAL)
