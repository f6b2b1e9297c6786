from __future__ import annotations

import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from abidiff.examples import example_sides, findings_between
from abidiff.finding import Confirmation, Severity
from abidiff.rule import Example, load
from abidiff.surfaces import surface
from abidiff.surfaces.headers.prove.verify import verify
from tests.surfaces.headers.helpers import findings, release_of

HEADERS = surface("headers")
GCC = shutil.which("gcc")
needs_gcc = pytest.mark.skipif(GCC is None, reason="gcc is not installed")
CASES = [
    pytest.param(example, id=f"{rule.id}:{example.name}")
    for rule in load(HEADERS.rules)
    for example in rule.examples
    if example.fires
]


@pytest.mark.judge
@needs_gcc
@pytest.mark.parametrize("example", CASES)
def test_the_compiler_confirms_every_breaking_example(example: Example) -> None:
    old, new = example_sides(HEADERS, example)
    for finding in verify(findings_between(HEADERS, old, new), old[0], new[0]):
        if finding.severity is Severity.BREAKING:
            assert finding.witness is not None
            assert finding.confirmation is Confirmation.CONFIRMED, (
                f"{finding.rule}: {finding.confirmation_note}\n{finding.witness.text}"
            )


@pytest.mark.judge
@needs_gcc
def test_a_wrong_claim_is_refuted() -> None:
    old, new = "int f(int a);\n", "int f(long a);\n"
    (finding,) = findings(old, new)
    (judged,) = verify([finding], release_of(old), release_of(old))
    assert judged.confirmation is Confirmation.REFUTED


@pytest.mark.judge
@needs_gcc
@pytest.mark.skipif(not Path("/usr/include/fstab.h").is_file(), reason="the C library's fstab.h is not installed")
def test_a_header_of_this_machine_does_not_stand_for_one_that_is_gone() -> None:
    old, new = {"fstab.h": "#define OWN 1\n", "b.h": "int b(void);\n"}, {"b.h": "int b(void);\n"}
    found = [f for f in findings(old, new) if f.severity is Severity.BREAKING]
    judged = list(verify(found, release_of(old), release_of(new)))
    assert [f.confirmation for f in judged] == [Confirmation.CONFIRMED] * len(found) != []
    notes = {f.confirmation_note for f in judged}
    assert all("the new release has no such header" in note for note in notes)


def test_without_a_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("CC", raising=False)
    old, new = "int f(int a);\n", "int f(long a);\n"
    (judged,) = verify(findings(old, new), release_of(old), release_of(new))
    assert judged.confirmation is Confirmation.UNAVAILABLE
    assert judged.confirmation_note == "no C compiler is installed"


@pytest.mark.judge
@pytest.mark.skipif(shutil.which("clang") is None, reason="clang is not installed")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("struct s { long a; int b; };", "struct s { int a; int b; };"),
        ("struct s { long a; };", "struct s { long long a; };"),
        ("#include <stddef.h>\nint f(size_t a);", "int f(unsigned long a);"),
        ("#include <stdint.h>\nstruct s { char c; uint64_t a; };", "struct s { char c; unsigned long a; };"),
        ("struct s { char c; double d; };", "struct s { char c; double d; } __attribute__((aligned(8)));"),
    ],
)
def test_other_targets_are_confirmed_too(old: str, new: str) -> None:
    judged = list(verify(findings(old, new), release_of(old), release_of(new)))
    assert judged
    for finding in judged:
        assert finding.confirmation is Confirmation.CONFIRMED, finding.confirmation_note


@pytest.mark.judge
@needs_gcc
def test_the_script_does_it_by_hand(tmp_path: Path) -> None:
    old, new = "int f(int a);\n", "int f(long a);\n"
    (finding,) = findings(old, new)
    assert finding.witness is not None
    for name, body in finding.witness.files:
        (tmp_path / name).write_bytes(body)
    for side, text in (("old", old), ("new", new)):
        (tmp_path / side).mkdir()
        (tmp_path / side / "example.h").write_text(text)
    script = tmp_path / "check.sh"
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    done = subprocess.run([str(script), "old", "new"], cwd=tmp_path, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    same = subprocess.run([str(script), "old", "old"], cwd=tmp_path, capture_output=True, timeout=60, check=False)
    assert same.returncode == 1
    assert subprocess.run([str(script)], capture_output=True, timeout=60, check=False).returncode == 2


@pytest.mark.judge
@needs_gcc
def test_nothing_of_the_input_reaches_the_command_line(tmp_path: Path) -> None:
    """Hostile names of files and hostile text do not run or write anything."""
    trap = tmp_path / "trap"
    old = {
        "example.h": f'#pragma GCC plugin "x"\nint f(int a);\n#define X "$(touch {trap})"\n',
        f"-o{trap}.h": "int g(void);\n",
        "@args.h": "",
    }
    new = {"example.h": "int f(long a);\n"}
    before = {path.name for path in tmp_path.iterdir()}
    list(verify(findings(old, new), release_of(old), release_of(new)))
    assert {path.name for path in tmp_path.iterdir()} == before


@pytest.mark.judge
@needs_gcc
def test_what_a_header_asks_for_is_defined_in_the_program() -> None:
    guard = "#ifndef GIVE_ME\n#error give\n#endif\n"
    old = {"a.h": "int a(void);\n", "lone.h": guard + "int lone(void);\n#ifdef WITH\nint more(void);\n#endif\n"}
    new = {"a.h": "int a(void);\n", "lone.h": guard}
    judged = list(verify(findings(old, new, defines=("WITH",)), release_of(old), release_of(new)))
    assert [f.subject for f in judged] == ["lone", "more"]
    assert {f.confirmation for f in judged} == {Confirmation.CONFIRMED}
    assert judged[0].witness is not None
    assert judged[0].witness.text.startswith("#define WITH 1\n#define GIVE_ME 1\n#include <lone.h>\n")
