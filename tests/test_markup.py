"""Text in XML comes back as it was, and as the standard library would write it."""

from __future__ import annotations

import subprocess
import sys
from xml.sax import saxutils

import pytest
from lxml import etree

from abidiff.markup import escape, quoteattr

TEXTS = [
    "",
    "plain",
    "a<b>&c;",
    "&amp;",
    '"both\' kinds"',
    'only "double"',
    "only 'single'",
    "line\nline",
    "tab\tand\rreturn\r\n",
    " x ",
    "é\u2028😀",
    "]]>",
]


@pytest.mark.parametrize("text", TEXTS)
def test_as_the_standard_library(text: str) -> None:
    assert escape(text) == saxutils.escape(text)
    assert quoteattr(text) == saxutils.quoteattr(text)


@pytest.mark.parametrize("text", TEXTS)
def test_a_parser_reads_it_back(text: str) -> None:
    content = escape(text).replace("\r", "&#13;")
    root = etree.fromstring(f"<a b={quoteattr(text)}>{content}</a>".encode())
    assert root.get("b") == text
    assert (root.text or "") == text


def test_nothing_of_the_network_is_loaded() -> None:
    code = (
        "import sys, abidiff.surfaces.rng.compare.compare, abidiff.surfaces.rng.prove.sample, abidiff.reports.junit;"
        "print([m for m in ('urllib.request', 'http.client', 'ssl', 'socket', 'email') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
