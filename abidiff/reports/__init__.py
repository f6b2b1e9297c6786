"""One file a format; each renders a report to text.

``FORMATS`` is the one list: a format's name, the module that renders it, and what it is for.
"""

from __future__ import annotations

import importlib
from typing import NamedTuple

import msgspec

from abidiff.finding import Report


class Format(NamedTuple):
    """A way to write a report: module below ``abidiff.reports`` and one line for the help."""

    name: str
    module: str
    summary: str


class Style(msgspec.Struct, frozen=True):
    """How to write it: ``colour`` and ``width`` matter to ``text`` only.

    ``brief``  leave the additions out; in ``text``, a line for each finding.

    ``everything``  tell every finding whole and list every addition, however many they are; without it ``text``,
                    ``markdown`` and ``rst`` tell many of them in short.
    """

    colour: bool = False
    width: int = 80
    brief: bool = False
    everything: bool = False


FORMATS = (
    Format("text", "text", "for people, in a terminal"),
    Format("json", "json", "for programs: docs/formats/report.schema.json"),
    Format("sarif", "sarif", "SARIF 2.1.0, for code scanning"),
    Format("junit", "junit", "JUnit XML, for test reports of CI systems"),
    Format("codequality", "codequality", "GitLab Code Quality"),
    Format("github", "github", "annotations of a GitHub workflow"),
    Format("markdown", "markdown", "for a comment on a merge request"),
    Format("rst", "rst", "reStructuredText"),
    Format("html", "html", "one self-contained page"),
)


def names() -> tuple[str, ...]:
    """Return the names of the formats."""
    return tuple(found.name for found in FORMATS)


def render(name: str, report: Report, style: Style | None = None) -> str:
    """Render a report; the text ends with a newline.  Unknown names raise KeyError."""
    module = {found.name: found.module for found in FORMATS}[name]
    text: str = importlib.import_module(f"abidiff.reports.{module}").render(report, style or Style())
    return text
