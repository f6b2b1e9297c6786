"""The whole flow on real libvirt releases: known facts, and one answer however it is computed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import docutils.core
import jsonschema
import pytest
from msgspec.structs import replace

from abidiff import snapshot
from abidiff.config import Config
from abidiff.finding import Report, Severity
from abidiff.notes import notes
from abidiff.pipeline import Options, compare, inputs, judge, memory, read_side, worker
from abidiff.pipeline.reading import Reading, chosen, opened
from abidiff.reports import names, render
from abidiff.reports.release_notes import render as render_notes
from tests.reports import schemas

pytestmark = pytest.mark.real
Find = Callable[[str], Path]
FAST = Options(surfaces=("headers", "symbols", "xdr", "consistency"), parallel=False, cache=False)
PAIRS = [("7.0.0", "9.0.0"), ("9.0.0", "11.3.0")]


@pytest.fixture(scope="module")
def side(real_release: Find) -> Callable[[str], Reading]:
    """Return a function version → that release, read once."""
    return cache(lambda version: read_side(str(real_release(version)), FAST))


@pytest.fixture(scope="module")
def between(side: Callable[[str], Reading]) -> Callable[[str, str], Report]:
    """Return a function (old, new) → their report, made once."""
    return cache(lambda old, new: judge(side(old), side(new), FAST))


@pytest.fixture(scope="module")
def report(between: Callable[[str, str], Report]) -> Report:
    return between("9.0.0", "11.3.0")


def test_everything_is_looked_at_and_nothing_breaks(report: Report) -> None:
    assert report.problems == ()
    assert report.exit_code == 0, render("text", report)
    for summary in report.surfaces:
        assert summary.decided
        assert all(summary.old.values()), summary
    assert report.count(Severity.BREAKING) == 0


def test_what_independent_tools_say_of_9_0_to_11_3(report: Report) -> None:
    added = [f for f in report.findings if f.rule == "headers/function-added"]
    assert len(added) == 9
    assert sum(1 for f in added if f.unit == "libvirt") == 8


def test_public_symbols_over_the_three_releases(side) -> None:
    counts = []
    for version in ("7.0.0", "9.0.0", "11.3.0"):
        (found,) = [m for m in side(version).models["symbols"].maps if m.unit == "libvirt_public"]
        counts.append(len(found.places))
    assert counts == [500, 517, 525]


@pytest.mark.parametrize("version", ["7.0.0", "9.0.0", "11.3.0"])
def test_a_release_against_itself_has_nothing_to_report(version: str, side) -> None:
    found = judge(side(version), side(version), replace(FAST, same_is_fine=True))
    assert found.findings == ()
    assert found.problems == ()
    assert found.exit_code == 0
    for surface in chosen(FAST.surfaces):
        model = side(version).models[surface.name]
        assert list(surface.compare(model, model)) == [], "equal models are not compared; this does"


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_there_and_back_again_says_the_same_things(old: str, new: str, between) -> None:
    """What is an addition one way is a removal the other way."""
    there, back = between(old, new), between(new, old)
    for kind in ("function", "enumerator", "constant", "typedef"):
        added = {f.subject for f in there.findings if f.rule == f"headers/{kind}-added"}
        removed = {f.subject for f in back.findings if f.rule == f"headers/{kind}-removed"}
        assert added == removed


def test_serial_parallel_and_cached_runs_are_identical(
    report: Report, real_release: Find, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(worker, "available", lambda: True)
    old, new = str(real_release("9.0.0")), str(real_release("11.3.0"))
    assert compare(old, new, replace(FAST, parallel=True)) == report
    cached = replace(FAST, cache=True)
    assert compare(old, new, cached) == report, "filling the cache"
    monkeypatch.setattr(inputs, "read_whole", None)  # whoever reads now fails
    assert compare(old, new, cached) == report, "from the cache"


def test_a_cache_that_was_tampered_with_is_not_believed(
    report: Report, real_release: Find, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    old, new = str(real_release("9.0.0")), str(real_release("11.3.0"))
    cached = replace(FAST, cache=True)
    compare(old, new, cached)
    entries = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert entries
    for number, path in enumerate(sorted(entries)):
        data = path.read_bytes()
        path.write_bytes(data[: len(data) // 2] if number % 2 else data[:-8] + b"\xc1" * 8)
    assert compare(old, new, cached) == report


def test_a_snapshot_stands_for_its_release(report: Report, real_release: Find, side, tmp_path: Path) -> None:
    file = tmp_path / "9.0.0.json"
    request = replace(FAST, surfaces=()).request(str(real_release("9.0.0")))
    release, _, project = opened(request)
    file.write_bytes(snapshot.render(release, project, side("9.0.0").models))
    found = compare(str(file), str(real_release("11.3.0")), FAST)
    assert found.findings == report.findings
    assert found.surfaces == report.surfaces


def test_every_format_of_a_real_report_is_valid(report: Report, between) -> None:
    back = between("11.3.0", "9.0.0")
    schema = json.loads((Path(__file__).parents[1] / "docs/formats/report.schema.json").read_text())
    for found in (report, back):
        texts = {name: render(name, found) for name in names()}
        jsonschema.validate(json.loads(texts["json"]), schema)
        jsonschema.validate(json.loads(texts["sarif"]), schemas.SARIF)
        jsonschema.validate(json.loads(texts["codequality"]), schemas.CODE_QUALITY)


def rst_complaints(text: str) -> str:
    stream = io.StringIO()
    docutils.core.publish_doctree(text, settings_overrides={"warning_stream": stream, "report_level": 2})
    return stream.getvalue()


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_the_release_notes_are_valid_and_complete(old: str, new: str, between) -> None:
    found = between(old, new)
    text = render_notes(notes(found, Config()), "rst")
    assert rst_complaints(text) == ""
    assert text.startswith(f"v{new} (")
    assert len(text.splitlines()) < 150
    text = render_notes(notes(found, Config(), everything=True), "rst")
    assert rst_complaints(text) == ""
    for finding in found.findings:
        if finding.rule in ("headers/function-added", "headers/typedef-added"):
            assert finding.subject in text.replace("\\", "")
        if finding.rule in ("rng/element-added", "rng/attribute-added"):
            assert finding.subject.rpartition("/")[2] in text.replace("\\", "")
    assert all(len(line) < 120 for line in text.splitlines())


def test_the_key_of_a_comparison_depends_on_all_that_matters(real_release: Find, monkeypatch) -> None:
    options = replace(FAST, cache=True)
    old = str(real_release("9.0.0"))
    base = memory.reading_key(options.request(old))
    assert base == memory.reading_key(options.request(old))
    assert base != memory.reading_key(replace(options, surfaces=("xdr",)).request(old))
    assert base != memory.reading_key(replace(options, profile="generic").request(old))
    assert base != memory.reading_key(options.request(str(real_release("11.3.0"))))
    pair = memory.comparison_key("a", "b")
    assert pair != memory.comparison_key("b", "a")
    monkeypatch.setattr(memory, "rules_key", lambda: "other rules")
    assert pair != memory.comparison_key("a", "b")


def test_every_surface_at_once_is_decided_and_remembered(
    real_release: Find, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    old, new = str(real_release("9.0.0")), str(real_release("11.3.0"))
    found = compare(old, new, Options())
    assert found.problems == ()
    assert found.count(Severity.UNDECIDED) == 0
    assert {summary.name: summary.decided for summary in found.surfaces} == dict.fromkeys(
        ("headers", "symbols", "exports", "packages", "xdr", "rng", "drivers", "consistency"), True
    )
    assert {f.surface for f in found.findings if f.severity is Severity.BREAKING} <= {"rng"}
    monkeypatch.setattr(inputs, "read_whole", None)  # whoever reads now fails
    assert compare(old, new, Options()) == found
    text = render_notes(notes(found, Config()), "rst")
    assert rst_complaints(text) == ""
    assert rst_complaints(render("rst", found)) == ""
