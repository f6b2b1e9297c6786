"""A report with very many findings is told in short; a break always has its line, and ``--all`` tells everything."""

from __future__ import annotations

import io

import docutils.core
import pytest

from abidiff.finding import Finding, Report, Severity
from abidiff.location import Location
from abidiff.reports import Style, folding, render
from tests.reports.samples import NEW, OLD, RNG

FORMATS = ("text", "markdown", "rst")


def finding(severity: Severity, rule: str, number: int, message: str, line: int = 0) -> Finding:
    return Finding(
        rule=f"rng/{rule}",
        severity=severity,
        unit="ship.rng",
        subject=f"ship/{rule}{number:03}",
        message=message,
        new=Location("ship.rng", line or number + 1),
    )


def crowded(breaks: int = 40, warnings: int = 0, additions: int = 0) -> Report:
    found = [finding(Severity.BREAKING, "value-removed", n, f"value <{n}_> of *a* went") for n in range(breaks)]
    found += [
        finding(Severity.WARNING, "default-changed", n, f"the default was {n % 4} and is none") for n in range(warnings)
    ]
    found += [finding(Severity.EXTENSION, "element-added", n, "new", 5 + n % 9) for n in range(additions)]
    return Report(OLD, NEW, "generic", (RNG,), tuple(found), ())


@pytest.mark.parametrize("form", FORMATS)
def test_every_break_has_its_line(form: str) -> None:
    short = render(form, crowded())
    assert all(f"{n}\\_" in short or f"{n}_" in short for n in range(40))
    assert short.count("abi-diff waive") == folding.WHOLE
    assert f"{40 - folding.WHOLE} more breaking, rng/value-removed" in short.replace("\\", "")
    assert render(form, crowded(), Style(everything=True)).count("abi-diff waive") == 40


@pytest.mark.parametrize("form", FORMATS)
def test_few_are_told_whole(form: str) -> None:
    few = crowded(folding.FINDINGS, additions=folding.ADDITIONS)
    assert render(form, few) == render(form, few, Style(everything=True))
    assert render(form, few).count("abi-diff waive") == folding.FINDINGS


@pytest.mark.parametrize("form", FORMATS)
def test_many_warnings_are_told_by_what_they_say(form: str) -> None:
    short = render(form, crowded(0, warnings=202))
    assert "200 more warning, rng/default-changed" in short.replace("\\", "")
    assert short.count("and 49 more") == 4
    assert len(short.splitlines()) < 60


@pytest.mark.parametrize("form", FORMATS)
def test_many_additions_are_told_by_their_places(form: str) -> None:
    short = render(form, crowded(0, additions=90))
    assert "and 9 more" in short
    assert "30 more at 3 other places: see --all" in short.replace("\\", "")
    whole = render(form, crowded(0, additions=90), Style(everything=True))
    assert all(f"ship/element-added{n:03}" in whole for n in range(90))


def test_the_verdict_counts_all() -> None:
    report = crowded(40, 202, 90)
    assert [report.count(s) for s in (Severity.BREAKING, Severity.WARNING, Severity.EXTENSION)] == [40, 202, 90]
    assert "40 breaking, 202 warnings, 90 extensions" in render("text", report)


def test_rst_is_valid() -> None:
    stream = io.StringIO()
    settings = {"warning_stream": stream, "report_level": 2}
    docutils.core.publish_doctree(render("rst", crowded(40, 202, 90)), settings_overrides=settings)
    assert stream.getvalue() == ""
