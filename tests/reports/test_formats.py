"""Every format of every sample against its schema, and what each has to carry."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import docutils.core
import docutils.utils
import jsonschema
import pytest
from lxml import etree

from abidiff.finding import Report, Severity
from abidiff.location import Location
from abidiff.reports import Style, names, render
from tests.reports import schemas
from tests.reports.samples import SAMPLES, checked, compatible, incompatible

ROOT = Path(__file__).parents[2]
REPORT_SCHEMA = json.loads((ROOT / "docs/formats/report.schema.json").read_text(encoding="utf-8"))
ALL = pytest.mark.parametrize("make", SAMPLES.values(), ids=SAMPLES)


@ALL
def test_json_follows_its_schema(make) -> None:
    jsonschema.Draft202012Validator.check_schema(REPORT_SCHEMA)
    jsonschema.validate(json.loads(render("json", make())), REPORT_SCHEMA)


@ALL
def test_sarif_follows_the_specification(make) -> None:
    log = json.loads(render("sarif", make()))
    jsonschema.validate(log, schemas.SARIF)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        for location in (*result["locations"], *result["relatedLocations"]):
            assert location["physicalLocation"]["artifactLocation"]["uriBaseId"] in run["originalUriBaseIds"]


def _official(name: str) -> bytes:
    path = ROOT / "corpora/formats" / name
    if not path.exists():
        pytest.skip("make corpora fetches the official schemas")
    return path.read_bytes()


@ALL
def test_sarif_follows_the_official_schema(make) -> None:
    schema = json.loads(_official("sarif-2.1.0.json"))
    jsonschema.Draft4Validator(schema).validate(json.loads(render("sarif", make())))


@ALL
def test_junit_follows_the_usual_xsd(make) -> None:
    schema = etree.XMLSchema(etree.fromstring(_official("junit.xsd")))
    document = etree.fromstring(render("junit", make()).encode())
    assert schema.validate(document), schema.error_log


@ALL
def test_code_quality_follows_its_format(make) -> None:
    issues = json.loads(render("codequality", make()))
    jsonschema.validate(issues, schemas.CODE_QUALITY)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


@ALL
def test_junit_follows_its_schema(make) -> None:
    document = etree.fromstring(render("junit", make()).encode())
    grammar = etree.RelaxNG(etree.fromstring(schemas.JUNIT))
    assert grammar.validate(document), grammar.error_log
    for suite in document:
        assert int(suite.get("tests")) == len(suite)
        assert int(suite.get("failures")) == len(suite.findall(".//failure"))
        assert int(suite.get("errors")) == len(suite.findall(".//error"))
        assert int(suite.get("skipped")) == len(suite.findall(".//skipped"))
    for number in ("tests", "failures", "errors"):
        assert int(document.get(number)) == sum(int(suite.get(number)) for suite in document)


@ALL
def test_junit_fails_exactly_when_the_report_does(make) -> None:
    document = etree.fromstring(render("junit", make()).encode())
    fails = document.get("failures") != "0" or document.get("errors") != "0"
    assert fails == (make().exit_code != 0)


WORKFLOW_COMMAND = re.compile(r"::(error|warning|notice) ((file|line|endLine|col|endColumn|title)=[^,:\n]*,?)*::[^\n]*")


@ALL
def test_github_prints_workflow_commands_and_nothing_else(make) -> None:
    lines = render("github", make()).rstrip("\n").split("\n")
    assert all(WORKFLOW_COMMAND.fullmatch(line) for line in lines)
    assert any(line.startswith("::error") for line in lines) == (make().exit_code != 0)


def rst_complaints(text: str) -> list[str]:
    stream = io.StringIO()
    docutils.core.publish_doctree(
        text, settings_overrides={"warning_stream": stream, "report_level": 1, "halt_level": 5, "raw_enabled": False}
    )
    return stream.getvalue().splitlines()


@ALL
def test_rst_is_valid(make) -> None:
    assert [line for line in rst_complaints(render("rst", make())) if "INFO/1" not in line or "Possible" in line] == []


@ALL
def test_html_is_well_formed(make) -> None:
    html5 = etree.HTMLParser(recover=False, huge_tree=False)
    document = etree.fromstring(
        re.sub(r"</?(main|header|footer|section|article|details|summary)\b[^>]*>", "", render("html", make())), html5
    )
    ids = document.xpath("//@id")
    assert len(ids) == len(set(ids))


CARRIES = [name for name in names() if name != "json"]


@pytest.mark.parametrize("name", names())
def test_each_format_names_both_locations_and_carries_the_witness(name: str) -> None:
    text = render(name, incompatible())
    plain = text.replace("&gt;", ">").replace("&lt;", "<").replace("\\_", "_").replace("&amp;", "&")
    assert "harbour-1.0.0/include/harbour/harbour.h:41" in plain
    assert "harbour-1.1.0/include/harbour/harbour.h:42" in plain
    assert "ship.berth = 3;" in plain
    assert "harbourSalute" in plain or name in ("junit", "codequality", "github")
    assert "documented as a limit that may grow" in plain, "a waived finding is still shown, with its reason"
    assert "element <attribut> is not of RELAX NG" in " ".join(plain.replace("\\", "").split())  # wrapped in text


@pytest.mark.parametrize("name", names())
def test_every_format_is_deterministic_and_ends_with_a_newline(name: str) -> None:
    assert render(name, incompatible()) == render(name, incompatible())
    assert render(name, incompatible()).endswith("\n")


def test_the_first_line_of_the_text_is_the_verdict() -> None:
    first = render("text", incompatible()).splitlines()[0]
    assert first == "INCOMPATIBLE  harbour-1.0.0 → harbour-1.1.0"
    assert render("text", checked()).startswith("INCONSISTENT  harbour-1.1.0\n")


def test_text_fits_its_width() -> None:
    for line in render("text", incompatible(), Style(width=80)).splitlines():
        assert len(line) <= 80 or "abidiff" in line or "/" in line


def test_many_additions_are_told_by_their_places() -> None:
    report = compatible()
    one = next(f for f in report.findings if f.severity is Severity.EXTENSION)
    many = tuple(
        one.with_(subject=f"added{i:03}", new=Location("a.rng", 1 + i % 3 if i < 90 else i)) for i in range(100)
    )
    crowded = Report(report.old, report.new, report.profile, report.surfaces, many, ())
    short, whole = (render("text", crowded, Style(everything=everything)) for everything in (False, True))
    assert all(f"added{i:03}" in whole for i in range(100))
    assert "--all" not in whole
    assert "+ added000 and 29 more" in short
    assert "… 7 more at 7 other places: see --all" in short
    assert len(short.splitlines()) < len(whole.splitlines()) - 80


def test_colour_only_where_asked() -> None:
    assert "\x1b" not in render("text", incompatible())
    assert "\x1b[1;31mINCOMPATIBLE\x1b[0m" in render("text", incompatible(), Style(colour=True))


def test_off_is_in_the_json_and_nowhere_else() -> None:
    report = incompatible()
    off = report.findings[0].with_(severity=Severity.OFF, subject="harbourPrivate")
    private = Report(report.old, report.new, report.profile, report.surfaces, (off,), ())
    for name in names():
        assert ("harbourPrivate" in render(name, private)) == (name == "json")


def test_unknown_formats_are_refused() -> None:
    with pytest.raises(KeyError):
        render("pdf", incompatible())
