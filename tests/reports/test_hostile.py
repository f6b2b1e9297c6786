"""Names and messages come from what is compared: nothing of them may act on the reader."""

from __future__ import annotations

import json
import re

import docutils.core
import pytest
from lxml import etree

from abidiff.reports import Style, names, render
from abidiff.reports.escape import lines, printable, unicode_text, xml_text
from abidiff.reports.markdown import code, fence, text
from tests.reports.samples import EVIL, hostile


@pytest.mark.parametrize("name", names())
def test_every_report_is_utf8_without_control_characters(name: str) -> None:
    found = render(name, hostile())
    found.encode("utf-8")
    bad = {c for c in found if ord(c) < 0x20 and c != "\n"} | ({"\x7f", "\x1b", "\x9b"} & set(found))
    assert bad == set()


@pytest.mark.parametrize("name", ["text", "markdown", "rst", "html", "junit", "github", "codequality"])
def test_no_invisible_or_reordering_characters_are_shown(name: str) -> None:
    found = render(name, hostile())
    assert {c for c in found if not c.isprintable()} <= {"\n"}


def test_colour_is_the_only_escape_sequence() -> None:
    found = render("text", hostile(), Style(colour=True))
    assert "\x1b" not in re.sub(r"\x1b\[(0|1|2|1;3\d|3\d)m", "", found)


def test_html_has_no_markup_of_theirs() -> None:
    found = render("html", hostile())
    assert found.count("<script") == 1
    assert found.count("</script>") == 1
    assert "<b>&amp" not in found
    document = etree.fromstring(found, etree.HTMLParser())
    assert not document.xpath("//@*[starts-with(name(), 'on')]")
    assert not document.xpath("//@src | //@style | //link | //iframe | //img")
    assert all(href.startswith("#f-") for href in document.xpath("//@href"))
    policy = document.xpath("string(//meta[@http-equiv]/@content)")
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_markdown_has_no_markup_of_theirs() -> None:
    found = re.sub(r"(?s)^ *(`{3,}).*?^ *\1`*$", "", render("markdown", hostile()), flags=re.MULTILINE)
    outside = re.sub(r"(`+).*?\1", "", found)
    tags = set(re.findall(r"<[^>]*>", outside))
    assert tags <= {"<details>", "</details>", "<summary>", "</summary>", "<!-- -->"}
    assert not re.search(r"@(?=\w)", outside)


def test_rst_runs_no_directive_of_theirs() -> None:
    doctree = docutils.core.publish_doctree(
        render("rst", hostile()),
        settings_overrides={"report_level": 5, "raw_enabled": True, "file_insertion_enabled": True},
    )
    assert not list(doctree.findall(lambda node: node.tagname in ("raw", "image", "reference", "problematic")))


def test_github_commands_are_not_injected() -> None:
    for line in render("github", hostile()).splitlines():
        assert line.startswith(("::error", "::warning", "::notice"))
        assert line.count("::error::pwned") == 0 or not line.startswith("::error::pwned")


def test_json_holds_the_text_faithfully_but_for_broken_bytes() -> None:
    found = json.loads(render("json", hostile()))
    assert found["findings"][0]["subject"] == EVIL.replace("\udcff", "\\xff")
    assert found["findings"][0]["witness"]["files"][0]["encoding"] == "base64"


def test_escapes() -> None:
    assert printable("a\x1b\n\udcff\u202e\U000e0001") == "a\\x1b\\n\\xff\\u202e\\U000e0001"
    assert printable("schön") == "schön"
    assert lines("a\tb\r\n\x00\n") == ["a    b", "\\x00"]
    assert unicode_text("a\udcffb\ud800") == "a\\xffb\\ud800"
    assert xml_text("a\x00b\uffff\n") == "a\\x00b\\uffff\n"


@pytest.mark.parametrize(
    ("given", "wanted"), [("a`b", "``a`b``"), ("`", "`` ` ``"), ("``x", "``` ``x ```"), ("", "` `")]
)
def test_code_spans_hold_anything(given: str, wanted: str) -> None:
    assert code(given) == wanted


def test_fences_are_longer_than_what_they_hold() -> None:
    assert fence("a\n````\nb").splitlines()[0] == "`````"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("- x", "\\- x"),
        ("1. y", "1\\. y"),
        ("# h", "\\# h"),
        ("a-b", "a-b"),
        ("@me", "@<!-- -->me"),
        ("<b>", "&lt;b&gt;"),
    ],
)
def test_markdown_text(given: str, wanted: str) -> None:
    assert text(given) == wanted
