"""Functions whose types changed: the witness is a use of them, and gcc sees what is claimed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from abidiff.surfaces.headers.prove.witness import FLAGS
from tests.surfaces.headers.helpers import findings

CALL, POINTS, RESULT = "calls f as it was called", "points to f", "uses what f returns"
CASES = {
    "a parameter more": ("int f(int a);", "int f(int a, int b);", "breaking", CALL),
    "a parameter less": ("int f(int a, char *b);", "int f(int a);", "breaking", CALL),
    "none behind what was not said": ("void f(int a);", "void f(void);", "breaking", CALL),
    "dots go": ("int f(int a, ...);", "int f(int a);", "breaking", CALL),
    "dots come": ("int f(int a);", "int f(int a, ...);", "breaking", POINTS),
    "a wider number": ("int f(int a);", "int f(long a);", "breaking", POINTS),
    "a floating number": ("int f(int a);", "int f(double a);", "breaking", POINTS),
    "bool for a pointer": ("int f(char *a);", "int f(_Bool a);", "breaking", POINTS),
    "a number for a pointer": ("int f(char *a);", "int f(long a);", "breaking", CALL),
    "a pointer for a number": ("int f(long a);", "int f(char *a);", "breaking", CALL),
    "a struct for a pointer to it": (
        "struct s { int a; };\nint f(struct s *a);",
        "struct s { int a; };\nint f(struct s a);",
        "breaking",
        CALL,
    ),
    "another struct": (
        "struct s { int a; }; struct t { int a; };\nint f(struct s *a);",
        "struct s { int a; }; struct t { int a; };\nint f(struct t *a);",
        "breaking",
        CALL,
    ),
    "const goes": ("int f(const char *a);", "int f(char *a);", "breaking", CALL),
    "const below two pointers": ("int f(char **a);", "int f(const char **a);", "breaking", CALL),
    "a pointer to what has another sign": ("int f(char *a);", "int f(signed char *a);", "breaking", POINTS),
    "a pointer to what is wider": ("int f(int *a);", "int f(long *a);", "breaking", CALL),
    "a pointer to an enum for one to its numbers": (
        "enum e { A };\nint f(enum e *a);",
        "enum e { A };\nint f(int *a);",
        "breaking",
        POINTS,
    ),
    "another callback": ("int f(void (*a)(int));", "int f(void (*a)(char *));", "breaking", CALL),
    "any object": ("int f(char *a);", "int f(void *a);", "warning", POINTS),
    "any object, const": ("struct s;\nint f(struct s *a);", "struct s;\nint f(const void *a);", "warning", POINTS),
    "any object, and a sign": ("int f(char *a, int b);", "int f(void *a, unsigned b);", "warning", POINTS),
    "any object, and a wider number": ("int f(char *a, int b);", "int f(void *a, long b);", "breaking", POINTS),
    "any object, without its const": ("int f(const char *a);", "int f(void *a);", "breaking", CALL),
    "an object for a function": ("int f(void (*a)(void));", "int f(void *a);", "breaking", POINTS),
    "no longer any object": ("int f(void *a);", "int f(char *a);", "breaking", CALL),
    "no longer any object, const": ("int f(const void *a);", "int f(const char *a);", "breaking", CALL),
    "a result at last": ("void f(int a);", "int f(int a);", "warning", POINTS),
    "a pointer at last": ("void f(void);", "char *f(void);", "warning", POINTS),
    "an enum at last": ("enum e { A };\nvoid f(void);", "enum e { A };\nenum e f(void);", "warning", POINTS),
    "bool at last": ("void f(void);", "_Bool f(void);", "warning", POINTS),
    "a floating result at last": ("void f(void);", "double f(void);", "breaking", POINTS),
    "a struct at last": (
        "struct s { long a[9]; };\nvoid f(void);",
        "struct s { long a[9]; };\nstruct s f(void);",
        "breaking",
        POINTS,
    ),
    "no result": ("int f(int a);", "void f(int a);", "breaking", RESULT),
    "a const result": ("char *f(void);", "const char *f(void);", "breaking", RESULT),
    "a result of another kind": ("char *f(void);", "int f(void);", "breaking", RESULT),
    "a result that points to something else": (
        "struct s;\nint *f(struct s *a);",
        "struct s;\nstruct s *f(struct s *a);",
        "breaking",
        RESULT,
    ),
    "a result that is a function": ("int (*f(void))(int);", "int (*f(void))(char *);", "breaking", RESULT),
    "a result that is wider": ("int f(void);", "long f(void);", "breaking", POINTS),
    "a result that may be anything": ("char *f(void);", "void *f(void);", "breaking", POINTS),
    "a struct as a result": (
        "struct s { int a; };\nint f(void);",
        "struct s { int a; };\nstruct s f(void);",
        "breaking",
        RESULT,
    ),
}


def compiles(header: str, program: str, folder: Path) -> bool:
    (folder / "example.h").write_text(header + "\n", encoding="utf-8")
    (folder / "witness.c").write_text(program, encoding="utf-8")
    command = ["gcc", "-std=gnu11", *FLAGS, "-fsyntax-only", f"-I{folder}", str(folder / "witness.c")]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.judge
@pytest.mark.parametrize("name", CASES)
def test_gcc_takes_the_use_on_the_old_side_only(name: str, tmp_path: Path) -> None:
    old, new, severity, use = CASES[name]
    (found,) = (finding for finding in findings(old, new) if finding.rule.startswith("headers/function-"))
    assert found.severity.value == severity
    assert found.witness is not None
    assert found.witness.summary.startswith(use)
    text = found.witness.text
    assert compiles(old, text, tmp_path)
    assert not compiles(new, text, tmp_path)


@pytest.mark.judge
@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case[2] == "warning"])
def test_each_call_is_taken_where_only_pointers_differ(name: str, tmp_path: Path) -> None:
    old, new, *_ = CASES[name]
    program = "#include <example.h>\nchar *any; void call(void) { f(%s); }\n"
    calls = [program % given for given in ("", "0", "any", "any, 1")]
    taken = [text for text in calls if compiles(old, text, tmp_path)]
    assert taken
    assert all(compiles(new, text, tmp_path) for text in taken)
