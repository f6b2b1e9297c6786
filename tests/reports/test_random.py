"""Any text at all, in any place: every format stays valid."""

from __future__ import annotations

import io
import json
import re

import docutils.core
import jsonschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from abidiff.config import Config
from abidiff.finding import Finding, Report, Severity, Side, SurfaceSummary, Witness
from abidiff.location import Location
from abidiff.notes import notes
from abidiff.reports import render
from abidiff.reports.release_notes import render as render_notes
from tests.reports import schemas
from tests.reports.test_formats import REPORT_SCHEMA, WORKFLOW_COMMAND, rst_complaints

MARKUP = st.sampled_from(
    [
        "*",
        "`",
        "``",
        "_",
        "|",
        "::",
        ".. raw:: html",
        "\n",
        "\\",
        ":",
        "<b>",
        "&amp;",
        "]]>",
        "- ",
        "1. ",
        "#",
        "http://x",
        "a@b.c",
        "x_",
        "__",
        "|s|",
        "[1]_",
        ":ref:",
        "\x1b[0m",
        "\x00",
        "\udcff",
        "\u202e",
        "  ",
        "=====",
        "----",
        "%0A",
        "::error::",
        "~",
        "$x$",
        "+ ",
        "(a) ",
        "A. ",
        ">>> ",
        "\t",
        "'",
        '"',
        "é",
        "漢字",
    ]
)
TEXT = st.lists(st.one_of(MARKUP, st.text(max_size=6)), max_size=6).map("".join)
NAME = st.one_of(TEXT, st.just(""))
SOME = TEXT.filter(lambda text: bool(text.strip()))


@st.composite
def reports(draw: st.DrawFn) -> Report:
    where = Location(draw(SOME), draw(st.integers(0, 9)), draw(st.integers(0, 9)))
    finding = Finding(
        rule=draw(st.sampled_from(["headers/function-removed", "rng/value-added", "policy/waiver-unused"])),
        severity=draw(st.sampled_from(list(Severity))),
        unit=draw(NAME),
        subject=draw(SOME),
        message=draw(SOME),
        breaks=draw(NAME),
        old=draw(st.sampled_from([None, where])),
        new=where,
        details=((draw(NAME), draw(NAME)),),
        reaches=(draw(NAME),),
        tier=draw(NAME),
        clause=draw(NAME),
        waiver=draw(NAME),
        witness=draw(st.sampled_from([None, Witness("document", draw(SOME), draw(NAME), ())])),
    )
    side = Side(draw(NAME), draw(NAME), draw(SOME))
    summary = SurfaceSummary("headers", draw(SOME), (draw(SOME),), {draw(SOME): 1}, {})
    return Report(side, side, draw(NAME), (summary,), (finding,), (), (draw(SOME),))


def valid_rst(text: str) -> None:
    assert [line for line in rst_complaints(text) if "INFO/1" not in line or "Possible" in line] == []
    stream = io.StringIO()
    doctree = docutils.core.publish_doctree(text, settings_overrides={"warning_stream": stream, "report_level": 5})
    wrong = (
        "raw",
        "image",
        "reference",
        "problematic",
        "substitution_reference",
        "footnote_reference",
        "system_message",
    )
    assert [node.tagname for node in doctree.findall() if node.tagname in wrong] == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(reports())
def test_structured_formats(report: Report) -> None:
    jsonschema.validate(json.loads(render("json", report)), REPORT_SCHEMA)
    jsonschema.validate(json.loads(render("sarif", report)), schemas.SARIF)
    json.loads(render("codequality", report))
    etree.fromstring(render("junit", report).encode())
    assert all(WORKFLOW_COMMAND.fullmatch(line) for line in render("github", report).rstrip("\n").split("\n"))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(reports())
def test_documents(report: Report) -> None:
    text = render("text", report)
    assert {c for c in text if not c.isprintable()} <= {"\n"}
    page = render("html", report)
    assert (page.count("<script>"), page.count("<style>")) == (1, 1)
    assert set(re.findall(r"<(\w+)", page.partition("<body>")[2].partition("<script>")[0])) <= {
        "header",
        "span",
        "h1",
        "h2",
        "h3",
        "p",
        "strong",
        "main",
        "div",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "form",
        "fieldset",
        "legend",
        "label",
        "input",
        "section",
        "article",
        "a",
        "b",
        "code",
        "dl",
        "dt",
        "dd",
        "pre",
        "button",
        "ul",
        "li",
        "details",
        "summary",
        "footer",
        "h4",
        "figure",
        "svg",
        "title",
        "text",
        "rect",
    }
    valid_rst(render("rst", report))
    for format_name in ("rst", "markdown"):
        found = render_notes(notes(report, Config()), format_name)
        if format_name == "rst":
            valid_rst(found)
