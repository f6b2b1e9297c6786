"""Language linkage of functions in C++ programs."""

from __future__ import annotations

import pytest

from abidiff.finding import Confirmation
from abidiff.surfaces.headers.prove.verify import verify
from tests.surfaces.headers.helpers import Texts, findings, library, release_of, rules

GUARD = '#ifdef __cplusplus\nextern "C" {\n#endif\n%s#ifdef __cplusplus\n}\n#endif\n'
LOST = ["language-linkage-dropped example.h"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (GUARD % "int f(int);\n", "C"),
        ("int f(int);\n", "C++"),
        ('#ifdef __cplusplus\nextern "C"\n#endif\nint f(int);\n', "C"),
        ('#ifdef __cplusplus\nextern "C"\n#endif\nint g(int);\nint f(int);\n', "C++"),
        (GUARD % "int f(int a);\n" + "int f(int a);\n", "C"),
        (GUARD % "int (f)(int);\n", "C"),
        (GUARD % "typedef int t(int);\nt f;\n", "C"),
        (GUARD % "struct s { int f; }; inline int g(void) { return 0; }\nint f(int);\n", "C"),
        (GUARD % "" + "int g(int f);\nint f(int);\n", "C++"),
        ('#ifdef __cplusplus\nnamespace n { extern "C" {\n#endif\nint f(int);\n', "C"),
        (GUARD % '#ifdef __cplusplus\nextern "C++" {\n#endif\nint f(int);\n#ifdef __cplusplus\n}\n#endif\n', "C++"),
        ("#ifndef __cplusplus\nint f(int);\n#endif\n", ""),
        ("#ifdef __cplusplus\n#error none\n#endif\nint f(int);\n", ""),
        ("#include <sys/cdefs.h>\n__BEGIN_DECLS\nint f(int);\n__END_DECLS\n", "C"),
        ('#if defined __cplusplus && !defined NO_C\nextern "C" {\n#endif\nint f(int);\n', "C"),
    ],
)
def test_the_linkage_of_a_function(text: str, language: str) -> None:
    assert library(text).functions["f"].language == language


def test_one_header_is_one_finding() -> None:
    text = "int f(int);\nint g(int);\n"
    (found,) = findings(GUARD % text, text)
    assert "declares f, g without" in found.message
    assert found.affects == ("source",)


def test_a_header_that_another_one_wraps_is_the_same_whichever_is_read_first() -> None:
    inner = "#ifndef INNER\n#define INNER\nint f(int);\n#endif\n"
    outer = GUARD % '#include "inner.h"\nint g(int);\n'
    old, new = {"inner.h": inner, "outer.h": outer}, {"inner.h": inner, "a.h": '#include "inner.h"\n', "outer.h": outer}
    assert library(old).functions["f"].language == library(new).functions["f"].language == "C"
    assert rules(old, new) == []
    assert rules(old, {"inner.h": inner, "outer.h": '#include "inner.h"\n' + GUARD % "int g(int);\n"}) == [
        "language-linkage-dropped outer.h"
    ]


def test_each_header_is_its_own() -> None:
    old = {"a.h": GUARD % "int f(int);\n", "b.h": GUARD % "int g(int);\n"}
    new = {"a.h": "int f(int);\n", "b.h": "int g(int);\n"}
    assert rules(old, new) == ["language-linkage-dropped a.h", "language-linkage-dropped b.h"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("extern int v;\n", "extern int v;\n"),
        ("static inline int f(void) { return 1; }\n", "static inline int f(void) { return 1; }\n"),
        ('int f(int) __asm__("f");\n', 'int f(int) __asm__("f");\n'),
    ],
)
def test_symbols_without_a_language(old: str, new: str) -> None:
    assert rules(GUARD % old, new) == []


def test_a_guard_that_only_comes_or_is_spelled_otherwise() -> None:
    assert rules("int f(int);\n", GUARD % "int f(int);\n") == []
    other = '#if defined __cplusplus\nextern "C" int f(int);\n#else\nint f(int);\n#endif\n'
    assert rules(GUARD % "int f(int);\n", other) in ([], ["not-looked-at language"])


@pytest.mark.judge
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (GUARD % "int f(int);\n", "int f(int);\n"),
        (GUARD % "int f(int);\n", GUARD % "" + "int f(int);\n"),
        (GUARD % "int f(int);\n", GUARD % "#ifndef __cplusplus\nint f(int);\n#endif\n"),
        (GUARD % "int f(int);\n", "#ifdef __cplusplus\n#error none\n#endif\nint f(int);\n"),
    ],
)
def test_a_cplusplus_compiler_confirms(old: Texts, new: Texts) -> None:
    found = [f for f in findings(old, new) if f.rule.endswith("language-linkage-dropped")]
    judged = list(verify(found, release_of(old), release_of(new)))
    assert [f.confirmation for f in judged] == [Confirmation.CONFIRMED]


def test_a_name_that_is_a_word_of_cplusplus_ends_what_cplusplus_programs_could_include() -> None:
    old, new = GUARD % "int f(int size);\n", GUARD % "int f(int new);\n"
    (found,) = findings(old, new)
    assert found.message == "<example.h> no longer declares f for C++ programs"
    assert found.witness is not None
    assert rules(new, new) == rules(new, old) == []
    own = "#ifdef __cplusplus\nclass ship;\n#endif\n"
    assert rules(GUARD % (own + "int f(int);\n"), GUARD % ("int f(int);\n" + own)) == []
