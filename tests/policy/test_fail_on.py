"""What the exit code speaks of: severities on one side, ``--fail-on`` on the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from abidiff.config import Config, parse
from abidiff.errors import PolicyError
from abidiff.finding import Confirmation, FailOn, Finding, Problem, Report, Severity, Side, Verdict
from abidiff.pipeline.flow import _standing
from abidiff.reports import Style, render, view

EMPTY = Report(Side("a", "1", "a"), Side("b", "2", "b"), "generic", (), (), ())


def with_findings(*severities: Severity, **more: object) -> Report:
    found = tuple(
        Finding(rule=f"symbols/{s}", severity=s, unit="u", subject=str(s), message=str(s)) for s in severities
    )
    return replace(EMPTY, findings=found, **more)


@pytest.mark.parametrize(
    ("severity", "codes"),
    [
        (Severity.BREAKING, (0, 1, 1, 1)),
        (Severity.UNDECIDED, (0, 0, 3, 3)),
        (Severity.WARNING, (0, 0, 0, 1)),
        (Severity.NOTICE, (0, 0, 0, 0)),
        (Severity.EXTENSION, (0, 0, 0, 0)),
    ],
)
def test_each_level_takes_in_those_before_it(severity: Severity, codes: tuple[int, ...]) -> None:
    report = with_findings(severity)
    assert tuple(replace(report, fail_on=level).exit_code for level in FailOn) == codes
    assert tuple(replace(report, fail_on=level).fails(severity) for level in FailOn) == tuple(map(bool, codes))


def test_what_is_proven_wins_over_what_is_open() -> None:
    report = with_findings(Severity.UNDECIDED, Severity.WARNING)
    assert report.exit_code == 3
    assert replace(report, fail_on=FailOn.WARNING).exit_code == 1


def test_what_could_not_be_read_is_open() -> None:
    report = replace(EMPTY, problems=(Problem("symbols", "unreadable"),))
    assert report.exit_code == 3
    assert replace(report, fail_on=FailOn.BREAKING).exit_code == 0
    assert replace(report, allowed_undecided=True).exit_code == 3


def test_a_waived_warning_does_not_fail() -> None:
    report = with_findings(Severity.WARNING, fail_on=FailOn.WARNING)
    waived = replace(report, findings=tuple(f.with_(waiver="agreed") for f in report.findings))
    assert (report.exit_code, waived.exit_code) == (1, 0)


def test_the_verdict_stays_and_the_report_says_why_the_code_is_another() -> None:
    report = with_findings(Severity.WARNING, fail_on=FailOn.WARNING)
    assert report.verdict is Verdict.COMPATIBLE
    assert view.verdict_line(report).endswith("; exit code 1: 1 warning and --fail-on warning")
    through = with_findings(Severity.BREAKING, fail_on=FailOn.NEVER)
    assert view.verdict_line(through).endswith("; exit code 0: --fail-on never")
    assert "<failure" in render("junit", report, Style())
    assert "<failure" not in render("junit", through, Style())


def test_the_configuration_says_it_too() -> None:
    assert parse('fail-on = "warning"', Path("abidiff.toml")).fail_on is FailOn.WARNING
    assert Config().fail_on is FailOn.UNDECIDED
    with pytest.raises(PolicyError, match=r"abidiff.toml:1:1: unknown level 'notice'"):
        parse('fail-on = "notice"', Path("abidiff.toml"))


def test_a_refuted_break_is_an_open_question() -> None:
    (finding,) = with_findings(Severity.BREAKING).findings
    refuted = _standing(finding.with_(confirmation=Confirmation.REFUTED))
    assert (refuted.severity, refuted.confirmation) == (Severity.UNDECIDED, Confirmation.REFUTED)
    assert _standing(finding.with_(confirmation=Confirmation.CONFIRMED)).severity is Severity.BREAKING
