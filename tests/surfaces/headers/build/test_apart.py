"""Each header as a program includes it first: macros of others do not leak into it."""

from __future__ import annotations

import pytest

from tests.surfaces.headers.helpers import parsed, rules

A = "#define BIG 1\nint fa(void);\n"
B = "#ifdef BIG\nstruct s { long x; };\n#else\nstruct s { int x; };\n#endif\nint fb(struct s *);\n"


@pytest.mark.parametrize(
    ("files", "field"),
    [
        ({"a.h": A, "b.h": B}, "int"),
        ({"a.h": A, "b.h": '#include "a.h"\n' + B}, "long"),
        ({"a.h": A + '#include "b.h"\n', "b.h": "#ifndef B\n#define B\n" + B + "#endif\n"}, "long"),
        ({"a.h": A, "b.h": "#ifndef BIG\n#error first a.h\n#endif\n" + B}, "long"),
    ],
)
def test_a_header_is_read_as_if_first(files: dict[str, str], field: str) -> None:
    model = parsed(files)
    assert not model.problems
    (member,) = model.libraries[0].records["struct s"].members or ()
    assert member.type.kind == field  # type: ignore[union-attr]


def test_a_macro_of_another_header_is_no_problem() -> None:
    files = {
        "a.h": "#define cmp(a, b) ((a) - (b))\n",
        "b.h": "static inline int cmp(int a, int b, int c) { return a; }\n",
    }
    assert not parsed(files).problems


def test_a_break_in_it_is_seen() -> None:
    found = rules({"a.h": A, "b.h": B}, {"a.h": A, "b.h": B.replace("int x", "char x")})
    assert "record-layout-changed struct s" in found


def test_what_a_header_declares_behind_another_stays() -> None:
    b = "#ifdef BIG\ntypedef char *word;\n#endif\ntypedef int number;\n"
    old = {"a.h": '#define BIG 1\n#include "b.h"\nint fa(word);\n', "b.h": b}
    assert {"word", "number"} <= set(parsed(old).libraries[0].typedefs)
    assert rules(old, old | {"a.h": old["a.h"].replace("fa(word)", "fa(char *)")}) == []
    assert "typedef-removed word" in rules(old, old | {"b.h": "typedef int number;\n", "a.h": "int fa(char *);\n"})
