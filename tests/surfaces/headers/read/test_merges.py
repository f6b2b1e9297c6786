"""A header with what a merge left, or the text of a patch, is no header from there on."""

from __future__ import annotations

from pathlib import Path

import pytest

from abidiff.pipeline import Options, compare
from tests.sources.build import put

GOOD = """#ifndef A_H
#define A_H
int one(void);
int two(int a);
struct s { int x; int y; };
#define MAX 3
int three(void);
#endif
"""
LEFT = "<<<<<<< HEAD\n{}=======\n{}>>>>>>> topic\n"
PATCH = (
    "diff --git a/a.h b/a.h\n--- a/a.h\n+++ b/a.h\n@@ -1,3 +1,3 @@\n #ifndef A_H\n-int two(int a);\n+int two(long a);\n"
)
CASES = {
    "another declaration": GOOD.replace("int two(int a);\n", LEFT.format("int two(int a);\n", "int two(long a);\n")),
    "the same declaration": GOOD.replace("int two(int a);\n", LEFT.format("int two(int a);\n", "int two(int a);\n")),
    "another value": GOOD.replace("#define MAX 3\n", LEFT.format("#define MAX 3\n", "#define MAX 4\n")),
    "the same value": GOOD.replace("#define MAX 3\n", LEFT.format("#define MAX 3\n", "#define MAX 3\n")),
    "in a struct": GOOD.replace("int x; int y;", "\n" + LEFT.format("int x; int y;\n", "int x;\n")),
    "three ways": GOOD.replace(
        "int two(int a);\n", "<<<<<<< HEAD\n||||||| 12ab\nint two(int a);\n=======\n>>>>>>> t\n"
    ),
    "at the end": GOOD + LEFT.format("", ""),
    "its end alone": GOOD.replace("int three", ">>>>>>> topic\nint three"),
    "a patch": PATCH,
    "a piece of a patch": GOOD.replace("int three", "@@ -7,1 +7,1 @@\nint three"),
}


def verdicts(folder: Path, old: str, new: str) -> int:
    one, other = put(folder / "old.h", old.encode()), put(folder / "new.h", new.encode())
    report = compare(str(one), str(other), Options(parallel=False, cache=False))
    assert not report.findings or not any(str(f.severity) == "breaking" for f in report.findings)
    return report.exit_code


@pytest.mark.parametrize("name", CASES)
def test_it_is_never_passed(name: str, tmp_path: Path) -> None:
    assert verdicts(tmp_path, GOOD, CASES[name]) == 3
    assert verdicts(tmp_path, CASES[name], GOOD) == 3
    assert verdicts(tmp_path, CASES[name], CASES[name] + "int more(void);\n") == 3, "on both sides"


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("#define MAX", "/*\n" + LEFT.format("one\n", "two\n") + "*/\n#define MAX"),
        GOOD.replace("#define MAX", "#if 0\n" + LEFT.format("one\n", "two\n") + "#endif\n#define MAX"),
        GOOD.replace("MAX 3", "MAX (1 << 2 >> 1 |\\\n 1)"),
        GOOD.replace("int three", "/* ======= */\nint three"),
    ],
)
def test_what_no_compiler_reads_is_none(text: str, tmp_path: Path) -> None:
    assert verdicts(tmp_path, GOOD, text) == 0
