"""Waivers: what they cover, and when they are themselves a finding."""

from __future__ import annotations

import datetime
import tomllib
from pathlib import Path

import pytest

from abidiff.config import Config, Waiver, parse
from abidiff.errors import PolicyError
from abidiff.finding import Finding, Severity
from abidiff.policy import Policy
from abidiff.profile import load
from abidiff.waivers import expiry, release_notes, waive, written

DAY = datetime.date(2025, 6, 15)


def finding(subject: str = "harbourGone", severity: Severity = Severity.BREAKING, **more: object) -> Finding:
    return Finding(
        rule="headers/function-removed", severity=severity, unit="harbour", subject=subject, message="m", **more
    )  # type: ignore[arg-type]


def run(findings: list[Finding], *waivers: Waiver, version: str = "1.1.0") -> list[Finding]:
    policy = Policy(load("generic"), Config(waivers=waivers), {}, DAY, version)
    return waive(findings, policy, looked_at=["headers"])


def waiver(subject: str = "harbourGone", **more: object) -> Waiver:
    return Waiver("agreed", rule="headers/function-removed", subject=subject, place="abidiff.toml:3:1", **more)  # type: ignore[arg-type]


def test_an_exact_waiver_marks_its_finding() -> None:
    found = run([finding(), finding("other")], waiver())
    assert [f.waiver for f in found] == ["agreed", ""]


def test_a_glob_marks_several() -> None:
    found = run([finding("harbourA"), finding("harbourB"), finding("x")], waiver("harbour?"))
    assert [f.waiver for f in found] == ["agreed", "agreed", ""]


def test_a_subject_with_brackets_can_be_named_exactly() -> None:
    found = run([finding("args.names<1024>[3]")], waiver("args.names<1024>[3]"))
    assert found[0].waiver == "agreed"


def test_a_fingerprint_names_one() -> None:
    found = run([finding(), finding("other")], Waiver("agreed", fingerprint=finding().fingerprint))
    assert [f.waiver for f in found] == ["agreed", ""]


def test_unit_and_rule_have_to_match() -> None:
    found = run([finding()], waiver(unit="elsewhere"))
    assert found[0].waiver == ""
    assert found[1].rule == "policy/waiver-unused"


def test_additions_are_not_waived() -> None:
    found = run([finding(severity=Severity.EXTENSION)], waiver())
    assert found[0].waiver == ""


@pytest.mark.parametrize(
    ("expires", "version", "text"),
    [
        (datetime.date(2025, 6, 14), "1.1.0", "expired on 2025-06-14"),
        ("1.1.0", "1.1.0", "expired with release 1.1.0"),
        ("1.1", "1.2.0", "expired with release 1.1"),
        ("1.2.0", "", "does not tell its version"),
    ],
)
def test_an_expired_waiver_waives_nothing_and_is_a_finding(expires: object, version: str, text: str) -> None:
    found = run([finding()], waiver(expires=expires), version=version)
    assert [f.rule for f in found] == ["headers/function-removed", "policy/waiver-expired"]
    assert found[0].waiver == ""
    assert text in found[1].message
    assert ("where", "abidiff.toml:3:1") in found[1].details


def test_a_waiver_counts_on_its_last_day() -> None:
    assert expiry(waiver(expires=DAY), DAY, "") == ""
    assert expiry(waiver(expires="1.2.0"), DAY, "1.1.9") == ""
    assert expiry(waiver(), DAY, "") == ""


@pytest.mark.parametrize("subject", ["*", "?*", "ab*", "[a-z]*"])
def test_a_pattern_that_matches_almost_anything_is_too_broad(subject: str) -> None:
    found = run([finding("abc")], waiver(subject))
    assert [f.rule for f in found] == ["headers/function-removed", "policy/waiver-too-broad"]
    assert found[0].waiver == ""


def test_a_waiver_covers_no_more_than_it_says() -> None:
    findings = [finding(f"harbour{n}") for n in range(3)]
    assert run(findings, waiver("harbour*", at_most=2))[-1].rule == "policy/waiver-too-broad"
    assert all(f.waiver for f in run(findings, waiver("harbour*", at_most=3)))


def test_an_unused_waiver_is_a_finding_only_where_its_surface_was_looked_at() -> None:
    assert run([], waiver())[0].rule == "policy/waiver-unused"
    policy = Policy(load("generic"), Config(waivers=(waiver(),)), {}, DAY, "")
    assert waive([], policy, looked_at=["xdr"]) == []


def test_release_notes_of_waivers_that_cover_something() -> None:
    config = Config(waivers=(waiver(note="Gone."), waiver("x", note="Unused.")))
    found = release_notes(config, [finding().with_(waiver="agreed")])
    assert [note for note, _ in found] == ["Gone."]


@pytest.mark.parametrize("pyproject", [False, True])
def test_what_is_written_reads_back(pyproject: bool) -> None:
    reason = 'it\'s "fine"\n\\ tab\there \x7f ü [x] = 1'
    text = written(
        "# mine\n[tool.abidiff]\n" if pyproject else "# mine\n",
        in_pyproject=pyproject,
        fingerprint="0123456789abcdef",
        reason=reason,
        rule="headers/function-removed",
        subject='a"b\\c',
        expires="2026-01-01",
        note="n",
    )
    assert text.startswith("# mine\n")
    tomllib.loads(text)
    path = Path("pyproject.toml" if pyproject else "abidiff.toml")
    (found,) = parse(text, path).waivers
    assert (found.reason, found.subject, found.expires) == (reason, 'a"b\\c', datetime.date(2026, 1, 1))


def test_only_fingerprints_and_utf8_are_written() -> None:
    with pytest.raises(PolicyError, match="not a fingerprint"):
        written("", in_pyproject=False, fingerprint="x", reason="y")
    with pytest.raises(PolicyError, match="not UTF-8"):
        written("", in_pyproject=False, fingerprint="0" * 16, reason="\udcff")
