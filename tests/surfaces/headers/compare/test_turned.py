"""Macros that became functions, inline functions that became macros, names and code that are something else now."""

from __future__ import annotations

import pytest

from abidiff.finding import Confirmation, Severity
from abidiff.surfaces.headers.prove.verify import verify
from tests.surfaces.headers.helpers import findings, release_of

BREAK, WARNING, NOTICE, OPEN = Severity.BREAKING, Severity.WARNING, Severity.NOTICE, Severity.UNDECIDED
G = "int g(int);\n"


def severest(old: str, new: str) -> Severity | None:
    """Return the severity of the one finding that is no extension; None where there is none."""
    found = [f for f in findings(old, new) if f.severity is not Severity.EXTENSION]
    assert len(found) <= 1, [f.message for f in found]
    if found and found[0].severity is BREAK:
        assert found[0].witness is not None
    return found[0].severity if found else None


@pytest.mark.parametrize(
    ("macro", "function", "severity"),
    [
        ("#define F(a) ((a) + 1)\n", "static inline long F(long a) { return 1 + a; }\n", BREAK),
        ("#define F(a) ((a) + 1)\n", "static inline int F(int a) { return a + 2; }\n", BREAK),
        ("#define F(a) ((a) * (a))\n", "static inline int F(int a) { return a * a; }\n", BREAK),
        ("#define F(a) ((a) & 4)\n", "static inline int F(int a) { return a & 4; }\n", WARNING),
        ("#define F(a) ((a) + 1)\n", "int F(int a);\n", WARNING),
        ("#define F(a) ((a) + 1)\n", "int F(int a, int b);\n", BREAK),
        ("#define F(a) g(a)\n" + G, "int F(int a);\n" + G, None),
        ("#define F(a) g(a)\n" + G, "int F(char *a);\n" + G, BREAK),
        ("#define F(a) g(a)\n" + G, "int F(int a, int b);\n" + G, BREAK),
        ("#define F(a) g(a)\n" + G, "void F(int a);\n" + G, BREAK),
    ],
)
def test_a_macro_became_a_function(macro: str, function: str, severity: Severity | None) -> None:
    assert severest(macro, function) is severity


@pytest.mark.parametrize(
    ("macro", "severity"),
    [
        ("((a) + 1)", None),
        ("((a) + 2)", BREAK),
        ("((a) / 2)", BREAK),
    ],
)
def test_an_inline_function_became_a_macro(macro: str, severity: Severity | None) -> None:
    assert severest("static inline int F(int a) { return a + 1; }\n", f"#define F(a) {macro}\n") is severity


TWO = "struct A { int a; int b; };\nstruct B { int a; int b; };\nextern void *x;\n"


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("#define F() ((struct A *)x)\n", "struct B *F(void);\n", {"F": "headers/macro-body-changed"}),
        (
            "typedef struct A *H;\n#define F() ((H)x)\n",
            "typedef struct B *H;\nH F(void);\n",  # `H a = F();` compiles with both: the break is the type's
            {"H": "headers/typedef-changed"},
        ),
    ],
)
def test_what_a_macro_gave_points_to_another_struct(old: str, new: str, found: dict[str, str]) -> None:
    breaks = [f for f in findings(TWO + old, TWO + new) if f.severity is BREAK]
    assert {f.subject: f.rule for f in breaks} == found


def test_an_inline_function_became_a_macro_of_other_arguments() -> None:
    old, new = "static inline int F(int a) { return a; }\n", "#define F(a, b) ((a) + (b))\n"
    assert severest(old, new) is BREAK


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        ("#define N nosuch", "#define N 3", None),
        ("#define N sizes(char[NOSUCH])", "#define N 8", None),
        ("#define N g(1)", "#define N 3", NOTICE),
        ("#define N p()", "#define N 3", BREAK),
        ("#define N p()", "#define N 0", WARNING),
        ("#define N (*q())", "#define N 3", BREAK),
        ("#define N (1, 2)", "#define N 2", None),
        ("#define N (1, 2)", "#define N 3", BREAK),
        ("#define N v", "#define N 3", BREAK),
        ("#define N g", "#define N 3", BREAK),
        ("#define N g", "#define N h", BREAK),
        ("#define N v", "#define N w", BREAK),
        ("#define N v", "#define N u", None),
    ],
)
def test_names_and_code_that_are_something_else_now(old: str, new: str, severity: Severity | None) -> None:
    rest = "\n" + G + "int h(char *);\nchar *p(void);\nint *q(void);\nextern int v, u;\nextern long w;\n"
    assert severest(old + rest, new + rest) is severity


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        ("((void *)-1)", "((void *)-2)", BREAK),
        ("((void *)-1)", "((void *)~0UL)", None),
        ("((struct s *)1)", "((struct s *)2)", BREAK),
        ("((char *)0)", "((void *)0)", NOTICE),
    ],
)
def test_numbers_that_are_pointers(old: str, new: str, severity: Severity | None) -> None:
    assert severest(f"struct s;\n#define N {old}\n", f"struct s;\n#define N {new}\n") is severity


def test_an_argument_may_be_empty() -> None:
    assert severest("#define N() 3\n", "#define N(x) 3\n") is None
    old, new = "#define V(...) f(__VA_ARGS__)\n", "#define V(a, ...) f(a, ##__VA_ARGS__)\n"
    assert severest(old + "int f(int, ...);\n", new + "int f(int, ...);\n") is OPEN


def test_a_struct_that_is_a_union_now_no_longer_has_its_tag() -> None:
    assert severest("typedef struct s s;\nstruct s { int a; };\n", "typedef union s s;\nunion s { int a; };\n") is BREAK


def test_a_header_that_no_longer_asks_for_a_macro() -> None:
    asks = "#ifndef X\n#error define X\n#endif\n"
    assert severest(asks + "int f(int);\n", "int f(int);\n") is None
    assert severest(asks + "int f(int);\n", "int f(char *);\n") is BREAK


DO, COMMA, CALL = "do { (void)(x); } while (0)", "(g(x), g((x) + 1))", "g(x)"


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        (DO, DO + ";", BREAK),
        (DO, "{ (void)(x); }", BREAK),
        (DO, "if (x) {}", BREAK),
        (CALL, CALL + ";", BREAK),
        (COMMA, "do { g(x); g((x) + 1); } while (0)", BREAK),
        ("do { g(x); } while (0)", CALL, NOTICE),
        ("{ (void)(x); }", DO, NOTICE),
    ],
)
def test_what_a_macro_is_to_the_code_around_it(old: str, new: str, severity: Severity | None) -> None:
    assert severest(G + f"#define F(x) {old}\n", G + f"#define F(x) {new}\n") is severity


@pytest.mark.parametrize(
    ("parameters", "severity"),
    [
        ("float a", BREAK),
        ("double a", BREAK),
        ("int a, long b", BREAK),
        ("const char *a, ...", BREAK),
        ("char a", WARNING),
        ("int a, char *b", None),
    ],
)
def test_a_prototype_is_dropped(parameters: str, severity: Severity | None) -> None:
    assert severest(f"int f({parameters});\n", "int f();\n") is severity


@pytest.mark.judge
def test_gcc_says_so() -> None:
    texts = (
        ("int f(double a, int b);\n", "int f();\n"),
        ("int f(int a, long b);\n", "int f();\n"),
        (G + "#define F(x) g(x)\n", G + "#define F(x) g(x);\n"),
        ("#define F(a) ((a) * (a))\n", "static inline int F(int a) { return a * a; }\n"),
        ("static inline int F(int a) { return a + 1; }\n", "#define F(a) ((a) + 2)\n"),
        ("#define N ((void *)-1)\n", "#define N ((void *)-2)\n"),
        ("extern int v;\n", "static int v;\n"),
    )
    for old, new in texts:
        found = [f for f in findings(old, new) if f.severity is BREAK]
        judged = list(verify(found, release_of(old), release_of(new)))
        assert [f.confirmation for f in judged] == [Confirmation.CONFIRMED], (old, judged[0].confirmation_note)


STD = "#include <{}.h>\n"


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        (STD.format("stddef") + "size_t a(void);\n", "size_t a(void);\n", BREAK),
        (STD.format("stdio") + "int a(FILE *x);\n", "int a(FILE *x);\n", BREAK),
        (STD.format("sys/types") + "ssize_t a(void);\n", STD.format("stddef") + "ssize_t a(void);\n", BREAK),
        ("size_t a(void);\n", "size_t a(void);\nint b(void);\n", None),
        (STD.format("stdio") + "size_t a(void);\n", STD.format("stddef") + "size_t a(void);\n", None),
        (STD.format("stdlib") + "time_t a(void);\n", STD.format("string") + "time_t a(void);\n", None),
        (STD.format("stdio") + "int a(void);\n", "int a(void);\n", None),
    ],
)
def test_a_header_no_longer_includes_what_declares_its_types(old: str, new: str, severity: Severity | None) -> None:
    assert severest(old, new) is severity


@pytest.mark.parametrize(
    ("members", "macro", "severity"),
    [
        ("int new_name;", "new_name", None),
        ("union { int name; int y; } u;", "u.name", None),
        ("union { char *name; } u;", "u.name", BREAK),
    ],
)
def test_a_macro_keeps_the_name_of_a_member(members: str, macro: str, severity: Severity | None) -> None:
    old = "struct s { int name; };\n"
    found = [f for f in findings(old, f"struct s {{ {members} }};\n#define name {macro}\n") if f.severity is BREAK]
    assert bool(found) is (severity is BREAK)


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        ("'\\377'", "(-1)", BREAK),
        ("'\\xff'", "255", BREAK),
        ("((char)-1)", "(-1)", BREAK),
        ("'a'", "97", None),
        ("((signed char)-1)", "(-1)", None),
    ],
)
def test_plain_char_has_no_sign_on_some_targets(old: str, new: str, severity: Severity | None) -> None:
    assert severest(f"#define N {old}\n", f"#define N {new}\n") is severity


def test_null_that_becomes_known_is_what_it_was() -> None:
    text = "#define NONE NULL\nint f(void *x);\n"
    assert severest(text, STD.format("stddef") + text) is None


def test_a_macro_that_stands_in_the_way_of_a_tag() -> None:
    old, new = "typedef struct s s;\nstruct s { int a; };\n", "struct s { int a; };\n#define s struct s\n"
    assert [f.rule for f in findings(old, new) if f.severity is BREAK] == ["headers/tag-removed"]


def test_one_guard_of_two_headers_says_nothing_of_languages() -> None:
    text = "#ifndef {0}\n#define {0}\nint {1}(void);\n#endif\n"
    old = {"a.h": text.format("A", "a"), "b.h": text.format("A", "b")}
    new = {"a.h": text.format("A", "a"), "b.h": text.format("B", "b")}
    assert [f.rule for f in findings(old, new) if f.severity is BREAK] == []


def test_an_inline_function_that_returns_the_version() -> None:
    text = "#define SHIP_VERSION {}\nstatic inline int shipBuilt(void) {{ return SHIP_VERSION; }}\n"
    found = [f for f in findings(text.format(10200), text.format(10300)) if f.subject == "shipBuilt"]
    assert [f.severity for f in found] == [NOTICE]
