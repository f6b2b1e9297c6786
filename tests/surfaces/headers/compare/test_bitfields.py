"""Bit-fields of an enum's type: the first negative value takes the highest bit."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from abidiff.finding import Finding, Severity
from tests.surfaces.headers.helpers import findings

WAS, IS = "enum e { A = 0, B = 3 };", "enum e { A = 0, B = 3, C = -1 };"
LOST = [
    (f"{WAS} struct s {{ enum e m : 2; }};\n", f"{IS} struct s {{ enum e m : 2; }};\n"),
    ("typedef enum { A, B = 3 } e; struct s { e m : 2; };\n",
     "typedef enum { A, B = 3, C = -1 } e; struct s { e m : 2; };\n"),
    ("struct s { enum { A, B = 3 } m : 2; };\n", "struct s { enum { A, B = 3, C = -1 } m : 2; };\n"),
    (f"{WAS} struct s {{ struct {{ enum e m : 2; }}; }};\n", f"{IS} struct s {{ struct {{ enum e m : 2; }}; }};\n"),
    (f"{IS} struct s {{ enum e m : 3; }};\n", f"{WAS}\n#define C (-1)\nstruct s {{ enum e m : 3; }};\n"),
]  # fmt: skip
KEPT = [
    (f"{WAS} struct s {{ enum e m : 3; }};\n", f"{IS} struct s {{ enum e m : 3; }};\n"),
    ("enum e { A, B = 1 }; struct s { enum e m : 2; };\n",
     "enum e { A, B = 1, C = -1 }; struct s { enum e m : 2; };\n"),
    (f"{WAS} struct s {{ enum e m : 2; }};\n", "enum e { A = 0, B = 3, C = 2 }; struct s { enum e m : 2; };\n"),
    (f"{WAS} struct s {{ enum e m; }};\n", f"{IS} struct s {{ enum e m; }};\n"),
    ("enum e { A, B = 7 }; struct s { enum e m : 2; };\n",
     "enum e { A, B = 7, C = -1 }; struct s { enum e m : 2; };\n"),
]  # fmt: skip


def lost(old: str, new: str) -> list[Finding]:
    return [f for f in findings(old, new) if f.rule == "headers/bit-field-value-lost"]


@pytest.mark.parametrize(("old", "new"), LOST)
def test_a_value_without_room_is_told(old: str, new: str) -> None:
    (found,) = lost(old, new)
    assert found.severity is Severity.BREAKING
    assert found.subject == "struct s.m"


@pytest.mark.parametrize(("old", "new"), KEPT)
def test_values_that_fit_or_never_did_are_silent(old: str, new: str) -> None:
    assert lost(old, new) == []


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
@pytest.mark.parametrize(("old", "new"), LOST)
def test_gcc_says_so(old: str, new: str, tmp_path: Path) -> None:
    (found,) = lost(old, new)
    assert found.witness is not None
    (tmp_path / "witness.c").write_text(found.witness.text)
    for text, passes in ((old, True), (new, False)):
        (tmp_path / "example.h").write_text(text)
        ran = subprocess.run(
            ["gcc", "-O1", "-c", "-I", ".", "-o", "/dev/null", "witness.c"],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        assert (ran.returncode == 0) is passes, ran.stderr.decode()
