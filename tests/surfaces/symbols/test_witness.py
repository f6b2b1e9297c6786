"""Every breaking finding's program is linked and started, on both sides."""

from __future__ import annotations

import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from abidiff.examples import example_sides, findings_between
from abidiff.finding import Confirmation, Severity
from abidiff.rule import Example, Rule, load
from abidiff.surfaces.symbols import SURFACE
from abidiff.surfaces.symbols.change import SymbolRemoved
from abidiff.surfaces.symbols.verify import verify
from abidiff.surfaces.symbols.witness import mangled, removed

CASES = [
    pytest.param(rule, example, id=f"{rule.id}:{example.name}")
    for rule in load(SURFACE.rules)
    if rule.severity is Severity.BREAKING
    for example in rule.examples
    if example.fires
]
NEEDS = pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")


@pytest.mark.judge
@NEEDS
@pytest.mark.parametrize(("rule", "example"), CASES)
def test_breaking_examples_are_confirmed(rule: Rule, example: Example) -> None:
    old, new = example_sides(SURFACE, example)
    findings = [f for f in findings_between(SURFACE, old, new) if f.rule == rule.id]
    for finding in verify(findings, old[0], new[0]):
        if finding.witness is None:
            assert finding.severity is Severity.UNDECIDED
        else:
            assert finding.confirmation is Confirmation.CONFIRMED, finding.confirmation_note
            note = finding.confirmation_note
            assert (mangled(finding.subject) or finding.subject) in note or "version" in note


@pytest.mark.judge
@NEEDS
def test_the_script_shows_it_to_a_person(tmp_path: Path) -> None:
    witness = removed(SymbolRemoved("ship", "shipSink", "C", None, None, "SHIP_1", False, False))
    assert witness is not None
    for name, content in witness.files:
        (tmp_path / name).write_bytes(content)
    script = tmp_path / "run.sh"
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    done = subprocess.run([str(script)], capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines() == ["old: starts", "new: does not start"]


@pytest.mark.parametrize("name", ['a"; system("x', "a b", "-o", "a\nb", "ünique", ""])
def test_hostile_names_have_no_witness(name: str) -> None:
    assert removed(SymbolRemoved("ship", name, "C", None, None, "SHIP_1", False, False)) is None


def test_without_a_compiler_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    rule = next(r for r in load(SURFACE.rules) if r.id == "symbols/symbol-removed")
    old, new = example_sides(SURFACE, rule.examples[0])
    (finding,) = verify(findings_between(SURFACE, old, new), old[0], new[0])
    assert finding.confirmation is Confirmation.UNAVAILABLE


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("ship::sink(int)", "_ZN4ship4sinkEi"),
        ("ship::Hull::paint(char const*)", "_ZN4ship4Hull5paintEPKc"),
        ("sail()", "_Z4sailv"),
        ("ship::of(std::string)", None),
        ("ship::~ship()", None),
        ('ship::x"(int)', None),
    ],
)
def test_symbols_of_cpp_functions(name: str, symbol: str | None) -> None:
    assert mangled(name) == symbol


def test_no_witness_no_break() -> None:
    rule = next(r for r in load(SURFACE.rules) if r.id == "symbols/symbol-removed")
    change = SymbolRemoved("ship", "ship::of(std::string)", "C++", None, None, "SHIP_1", False, False)
    (finding,) = rule.check(change)
    assert (finding.severity, finding.witness) == (Severity.UNDECIDED, None)
