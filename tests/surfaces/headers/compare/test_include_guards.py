"""Headers that programs can't include together, or twice, any more (ISO C11 §6.10.2): gcc 12 says the same of each."""

from __future__ import annotations

import pytest

from tests.surfaces.headers.helpers import rules


def guarded(guard: str, text: str) -> str:
    """Return a header with an include guard."""
    return f"#ifndef {guard}\n#define {guard}\n{text}#endif\n"


A, B, S = guarded("A_H", "int fa(void);\n"), guarded("B_H", "int fb(void);\n"), "struct s { int a; };\n"


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        # one guard for both
        ({"a.h": A, "b.h": B}, {"a.h": A, "b.h": B.replace("B_H", "A_H")}, ["headers-conflict A_H"]),
        ({"a.h": A, "b.h": B}, {"a.h": A, "b.h": B.replace("int", "#define B_H 1\nint", 1)}, []),
        ({"a.h": A, "b.h": B}, {"a.h": A.replace("int", "#define B_H\nint"), "b.h": B}, ["headers-conflict B_H"]),
        (
            {"a.h": A, "b.h": guarded("B_H", '#include "a.h"\nint fb(void);\n')},
            {"a.h": A, "b.h": guarded("A_H", '#include "a.h"\nint fb(void);\n')},
            ["headers-conflict A_H"],
        ),
        # they always had one, or the same content
        ({"a.h": A, "b.h": B.replace("B_H", "A_H")}, {"a.h": A, "b.h": B.replace("B_H", "A_H") + "\n"}, []),
        ({"a.h": A, "b.h": guarded("B_H", '#include "a.h"\n')}, {"a.h": A, "b.h": A}, []),
        # what contradicts could never be included together
        (
            {"a.h": guarded("A_H", S), "b.h": guarded("B_H", "struct s { long b; };\n")},
            {"a.h": guarded("A_H", S), "b.h": guarded("A_H", "struct s { long b; };\n")},
            [],
        ),
        # a header reads another one that lost its guard
        (
            {"a.h": guarded("A_H", '#include "s.h"\n'), "s.h": guarded("S_H", S)},
            {"a.h": guarded("A_H", '#include "s.h"\n'), "s.h": S},
            ["headers-conflict struct s"],
        ),
        # read many times on purpose
        (
            {"a.h": guarded("A_H", '#define X(n) int f_##n(void);\n#include "x.h"\n'), "x.h": "X(a)\n"},
            {"a.h": guarded("A_H", '#define X(n) int f_##n(void);\n#include "x.h"\n'), "x.h": "X(a)\n\n"},
            [],
        ),
        (
            {n: guarded(n, f'#define N(x) {n[0]}_##x\n#include "t.h"\n#undef N\n') for n in ("a.h", "b.h")}
            | {"t.h": "int N(f)(int a);\n"},
            {n: guarded(n, f'#define N(x) {n[0]}_##x\n#include "t.h"\n#undef N\n') for n in ("a.h", "b.h")}
            | {"t.h": "struct N(s) { int a; };\nstatic inline int N(f)(int a) { return a; }\n"},
            [],
        ),
    ],
)
def test_headers_that_share_or_lose_a_guard(old: dict[str, str], new: dict[str, str], found: list[str]) -> None:
    assert [each for each in rules(old, new) if each.startswith("headers-conflict")] == found


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("enum e { E };\n", "enum e"),
        ("enum { E };\n", "enum {E}"),
        ("typedef struct { int a; } t;\n", "struct (t)"),
        ("static inline int f(void) { return 1; }\n", "f"),
        ("static const int k = 3;\n", "k"),
        ("typedef int t;\ntypedef int (*u)(int);\n", ""),
        ("extern int v;\nint f(int);\nstruct s;\n", ""),
        ("#define M 1\n", ""),
    ],
)
def test_what_a_header_without_a_guard_says_twice(text: str, name: str) -> None:
    found = rules({"a.h": A, "s.h": guarded("S_H", text)}, {"a.h": A, "s.h": text})
    assert found == ([f"headers-conflict {name}"] if name else [])
    for whole in (
        f"#pragma once\n{text}",
        guarded("OTHER_H", text),
        f"#if !defined OTHER\n#define OTHER 1\n{text}#endif\n",
        f"#ifdef X\n#error no\n#endif\n/* a */\n#ifndef O\n/* b */\n# define O\n{text}#endif\n#undef X\n",
    ):
        assert rules({"a.h": A, "s.h": guarded("S_H", text)}, {"a.h": A, "s.h": whole}) == []


@pytest.mark.parametrize(
    "whole",
    [
        "#ifndef OTHER\n#define ANOTHER\n{}#endif\n",
        "#ifdef DIRECTLY\n#error no\n#endif\n{}#ifndef OTHER\n#define OTHER\nint f(void);\n#endif\n",
    ],
)
def test_what_only_looks_like_a_guard(whole: str) -> None:
    text = "struct s { int a; };\n"
    new = whole.format(text)
    assert "headers-conflict struct s" in rules({"a.h": A, "s.h": guarded("S_H", text)}, {"a.h": A, "s.h": new})
