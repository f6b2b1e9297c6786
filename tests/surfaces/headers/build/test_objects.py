"""``sizeof`` of expressions and ``offsetof``: our numbers are those of gcc, on 64 bits and on 32."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from abidiff.finding import Confirmation
from abidiff.pipeline import Options, compare
from tests.surfaces.headers.helpers import findings, library, parsed

HEAD = """#include <stddef.h>
#include <stdint.h>
typedef struct _rom rom;
struct _rom {
    int a;
    union { char x; long y; };
    struct { short p, q[7]; } in[3];
    uint8_t caps[58];
    struct _rom *next;
    unsigned bits : 3;
};
typedef rom many[4];
extern int table[12][2];
extern const char *const name;
"""
GOOD = [
    "sizeof(((rom *)0)->caps)",
    "sizeof(((rom *)NULL)->in[0].q)",
    "sizeof(((rom *)0)->in[0].q) / sizeof(((rom *)0)->in[0].q[0])",
    "sizeof(((struct _rom *)0)->next->in)",
    "sizeof((*((rom *)0)).caps)",
    "sizeof(*((rom *)0))",
    "sizeof(((rom *)0)->y)",
    "sizeof(table)",
    "sizeof(table[0])",
    "sizeof(table[1][1])",
    "sizeof((*(many *)0)[2].caps)",
    "sizeof(name)",
    "sizeof(*name)",
    'sizeof("hello\\n")',
    'sizeof("a\\x41" "b\\0")',
    'sizeof("grün")',
    "offsetof(rom, caps)",
    "offsetof(struct _rom, y)",
    "offsetof(rom, in[1].q[2])",
    "offsetof(rom, in) + sizeof(((rom *)0)->in)",
    "offsetof(struct { char c; rom r; }, r.caps)",
]
BAD = [
    "sizeof(f(1))",
    "sizeof(((rom *)0)->bits)",
    "sizeof(((rom *)0)->nothing)",
    "sizeof(unknown)",
    "offsetof(rom, bits)",
]


@pytest.mark.judge
@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
@pytest.mark.parametrize("target", ["x86_64", "i386"])
def test_numbers_are_those_of_gcc(target: str, tmp_path: Path) -> None:
    enums = "".join(f"typedef char n{at}[{text}];\n" for at, text in enumerate(GOOD))
    types = library(HEAD + enums).typedefs
    asserts = []
    for at, text in enumerate(GOOD):
        if f"n{at}" not in types:
            continue
        array = types[f"n{at}"].type
        length = dict(array.lengths).get(target, array.length)  # type: ignore[union-attr]
        asserts.append(f'_Static_assert(({text}) == {length}, "{at}");')
    program = tmp_path / "x.c"
    program.write_text(HEAD + "\n".join(asserts))
    mode = ["-m32"] if target == "i386" else []
    done = subprocess.run(["gcc", *mode, "-fsyntax-only", program], capture_output=True, text=True, check=False)
    if "bits/libc-header-start.h" in done.stderr:
        pytest.skip("no 32-bit headers on this machine")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("text", BAD)
def test_what_cannot_be_told_is_said(text: str) -> None:
    assert parsed(f"{HEAD}int f(int);\nstruct s {{ char c[{text}]; }};\nint g(void);\n").problems


def test_a_type_is_told_as_it_is_where_it_differs() -> None:
    old = HEAD.replace("    struct _rom *next;\n", "") + "struct use { char g[sizeof(*((rom *)0))]; };\n"
    (found,) = [f for f in findings(old, old.replace("caps[58]", "caps[60]")) if f.subject == "struct use.g"]
    sizes = {"i386": 0}
    for text, side in ((old, "was"), (old.replace("caps[58]", "caps[60]"), "is")):
        array = library(text).records["struct use"].members[0].type  # type: ignore[index]
        sizes[side] = dict(array.lengths)["i386"]  # type: ignore[union-attr]
    assert f"char [{sizes['is']}], was char [{sizes['was']}] on i386" in found.message
    assert found.witness is not None
    assert f"[{sizes['was']}]" in found.witness.text


@pytest.mark.judge
@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
def test_a_header_that_leaves_the_usual_includes_to_the_program(tmp_path: Path) -> None:
    (tmp_path / "old.h").write_text("struct s { int a; };\nint f(FILE *a, size_t b, struct s *s);\n")
    (tmp_path / "new.h").write_text("struct s { long a; };\nint f(FILE *a, size_t b, struct s *s);\n")
    options = Options(verify=True, cache=False)
    report = compare(str(tmp_path / "old.h"), str(tmp_path / "new.h"), options)
    assert {f.confirmation for f in report.findings if f.witness is not None} == {Confirmation.CONFIRMED}


@pytest.mark.judge
@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
def test_a_file_under_another_name_confirms_nothing_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "old.h").write_text("#define A 1\nint f(int a);\nint g(void);\n")
    (tmp_path / "new.h").write_text("#define A 2\nint f(int a);\n")
    report = compare(str(tmp_path / "old.h"), str(tmp_path / "new.h"), Options(verify=True, cache=False))
    broken = {f.subject: f for f in report.findings if f.witness is not None}
    assert set(broken) == {"A", "g"}
    for found in broken.values():
        assert found.confirmation is Confirmation.CONFIRMED
        assert "No such file" not in found.confirmation_note
