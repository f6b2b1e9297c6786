"""Deprecation windows from the releases themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from abidiff.config import parse
from abidiff.finding import Report
from abidiff.pipeline import Options, check, compare

PLAIN = "int keep(void);\nint gone(void);\n"
MARKED = 'int keep(void);\nint gone(void) __attribute__((deprecated("use keep")));\n'
WITHOUT = "int keep(void);\n"


@pytest.fixture
def run(tmp_path: Path):
    texts = {"1.0.0": PLAIN, "2.0.0": MARKED, "3.0.0": MARKED + "int more(void);\n", "4.0.0": WITHOUT}
    for version, text in texts.items():
        folder = tmp_path / f"lib-{version}" / "include"
        folder.mkdir(parents=True)
        (folder / "a.h").write_text(text)

    def call(old: str, new: str, releases: int, *history: str, deprecations: bool = False) -> Report:
        config = parse(f"[tiers.full]\ndeprecation-releases = {releases}\n", Path("abidiff.toml"))
        options = Options(
            surfaces=("headers",),
            config=config,
            parallel=False,
            cache=False,
            history=tuple(str(tmp_path / f"lib-{v}") for v in history),
            deprecations=deprecations,
        )
        return compare(str(tmp_path / f"lib-{old}"), str(tmp_path / f"lib-{new}"), options)

    return call


def removal(report: Report) -> tuple[str, str]:
    (found,) = [f for f in report.findings if f.rule == "headers/function-removed" and f.subject == "gone"]
    return str(found.severity), dict(found.details).get("notice", "")


def test_a_removal_that_was_never_announced_breaks(run) -> None:
    severity, text = removal(run("1.0.0", "4.0.0", 1))
    assert severity == "breaking"
    assert "never marked deprecated" in text


def test_a_removal_inside_the_window_breaks(run) -> None:
    severity, text = removal(run("3.0.0", "4.0.0", 2))
    assert severity == "breaking"
    assert "1 of 2 releases have passed" in text


def test_history_tells_that_the_window_is_over(run) -> None:
    severity, text = removal(run("3.0.0", "4.0.0", 2, "1.0.0", "2.0.0"))
    assert severity == "notice"
    assert "deprecated since 2.0.0" in text


def test_without_a_window_a_removal_is_judged_as_any_other(run) -> None:
    assert removal(run("3.0.0", "4.0.0", 0)) == ("breaking", "")


def test_the_list_says_since_when_and_what_may_go(run) -> None:
    report = run("1.0.0", "2.0.0", 2, deprecations=True)
    (note,) = [n for n in report.notes if n.startswith("deprecated:")]
    assert "headers gone, since 2.0.0" in note
    assert "may not go yet, 2 releases of notice: 1 of 2" in note
    report = run("2.0.0", "3.0.0", 2, "1.0.0", deprecations=True)
    (note,) = [n for n in report.notes if n.startswith("deprecated:")]
    assert note.endswith("may go in the next release")


def test_check_lists_what_one_release_marks(tmp_path: Path, run) -> None:
    older = str(tmp_path / "lib-2.0.0")
    options = Options(surfaces=("headers",), parallel=False, cache=False, deprecations=True, history=(older,))
    (note,) = check(str(tmp_path / "lib-3.0.0"), options).notes
    assert note.startswith("deprecated: headers gone, since 2.0.0")
    assert "no window is set" in note
