"""Macros and inline functions as code: what can't be told is undecided."""

from __future__ import annotations

import pytest

from abidiff.finding import Severity
from abidiff.surfaces.headers.build.version_macros import is_version
from abidiff.surfaces.headers.model import MacroValue
from tests.surfaces.headers.helpers import findings


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            'static inline int f(int n) { __asm__ ("inc %0" : "+r" (n)); return n; }\n',
            'static inline int f(int n) { __asm__ ("dec %0" : "+r" (n)); return n; }\n',
        ),
        (
            "#define f(n) (_FOO(1) + n)\n",
            "#define f(n) (_FOO(2) + n)\n",
        ),
        (
            "#define f(n) (shipNone(n))\n",
            "#define f(n) (shipOther(n))\n",
        ),
        (
            "#define f(n) do { _FOO(1); } while (0)\n",
            "#define f(n) do { _FOO(2); } while (0)\n",
        ),
        (
            "static inline int f(int n) { return _FOO(n, 1); }\n",
            "static inline int f(int n) { return _FOO(n, 2); }\n",
        ),
        (
            "static inline int f(int n) { int i, s = 0; for (i = 0; i < 9000; i++) s ^= i; return s + n * 0; }\n",
            "static inline int f(int n) { int i, s = 0; for (i = 0; i < 9000; i++) s ^= i; return s + n * 0 + 1; }\n",
        ),
    ],
)
def test_what_can_not_be_evaluated_to_its_end_is_undecided(old: str, new: str) -> None:
    assert {f.subject: f.severity for f in findings(old, new)} == {"f": Severity.UNDECIDED}


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        ("switch (n) { case 1: return 2; default: return 0; }", "switch (n) { case 1: return 3; default: return 0; }",
         Severity.BREAKING),
        ("switch (n) { case 3: n = 1; break; case 9: return 9; } return n;",
         "switch (n) { case 3: n = 1; case 9: return 9; } return n;", Severity.BREAKING),
        ("return ({ int m = n; m + 1; });", "return ({ int m = n; m + 2; });", Severity.BREAKING),
        ("return n ?: 4;", "return n ?: 5;", Severity.BREAKING),
        ("int i; for (i = 0; i < 9; i++) { if (i == n) break; } return i;",
         "int i; for (i = 0; i < 9; i++) { if (i == n) continue; } return i;", Severity.BREAKING),
        ("int k[2]; k[0] = n; return k[0];", "int k[3]; k[0] = n; return k[0];", Severity.NOTICE),
        ("strlen(0); return ({ memset(0, 0, n); n; });", "return ({ memset(0, 1, n); n; });", Severity.NOTICE),
    ],
)  # fmt: skip
def test_statements_are_evaluated(old: str, new: str, severity: Severity) -> None:
    found = findings(f"static inline int f(int n) {{ {old} }}\n", f"static inline int f(int n) {{ {new} }}\n")
    assert [f.severity for f in found] == [severity]


def test_what_passes_a_limit_is_undecided_and_names_it() -> None:
    terms = " + ".join(f"g({n})" for n in range(9000))
    for old, limit in (
        (f"int g(int);\n#define F(n) ({terms} + n)\n", "code-text"),
        (f"int g(int);\nstatic inline int f(int n) {{ return {terms} + n; }}\n", "code-text"),
        ("int g(int);\n#define F(n) (" + "g(" * 90 + "n" + ")" * 90 + " + 0)\n", "code-nesting"),
        ("int g(int);\n#define A(n) g(7) + n\n" + "#define P(x) x x x x x x x x x x\n"
         "#define F(n) P(P(P(P(P(P(P(A(n))))))))\n", "header-expansion"),
        ("static inline int f(int n) { int i, s = 0; for (i = 0; i < 7777; i++) s ^= i; return s; }\n",
         "evaluation-steps"),
    ):  # fmt: skip
        new = old.replace("+ n", "- n").replace("+ 0", "- 0").replace("s ^= i", "s += i")
        assert findings(old, old) == []
        found = findings(old, new)
        assert {f.severity for f in found if f.subject in "fF"} == {Severity.UNDECIDED}
        assert all(f"(limit {limit}; --limit {limit}=" in f.breaks for f in found if f.subject in "fF"), found


@pytest.mark.parametrize(
    ("name", "follows"),
    [
        ("OPENSSL_VERSION_NUMBER", True),
        ("GNUTLS_VERSION_NUMBER", True),
        ("SHIP_VERSION", True),
        ("TLS_MAX_VERSION", False),
        ("SSL3_VERSION", False),
        ("DTLS1_2_VERSION", False),
        ("SHIP_TLS_VERSION", False),
        ("SHIP_ABI_VERSION", False),
        ("SHIP_PROTOCOL_VERSION", False),
    ],
)
def test_a_library_of_tls_has_a_version_and_the_protocol_is_none(name: str, follows: bool) -> None:
    value = MacroValue("integer", "30200", 30200, "int")
    assert is_version(name, value, "3.2.0") is follows
    assert is_version(name, value, "") is follows


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        ("2004-2019 Ship and others", "Ship and others", Severity.NOTICE),
        ("2004, 2019 Ship", "2004-2021 Ship", Severity.NOTICE),
        ("2004 Ship", "2004 Shop", Severity.BREAKING),
        ("port 80", "port 81", Severity.BREAKING),
    ],
)
def test_years_of_copyright_are_a_notice(old: str, new: str, severity: Severity) -> None:
    found = findings(f'#define SHIP_COPYRIGHT "{old}"\n', f'#define SHIP_COPYRIGHT "{new}"\n')
    assert [f.severity for f in found] == [severity]


def test_years_of_anything_else_are_values() -> None:
    found = findings('#define SHIP_SPACE "http://ship/2019/ns"\n', '#define SHIP_SPACE "http://ship/2020/ns"\n')
    assert [f.severity for f in found] == [Severity.BREAKING]


@pytest.mark.parametrize("header", ["sys/ioctl.h", "linux/ioctl.h", "asm/ioctl.h"])
def test_an_ioctl_holds_the_size_of_its_argument(header: str) -> None:
    old = f"#include <{header}>\nstruct q {{ int a; }};\n#define Q _IOR('q', 1, struct q)\n#define N _IO('q', 2)\n"
    found = findings(old, old.replace("int a;", "int a, b;"))
    assert sorted(f.subject for f in found) == ["Q", "struct q"]
    assert [f.subject for f in findings(old, old.replace("2)", "3)"))] == ["N"]


@pytest.mark.parametrize(
    ("old", "new", "severities"),
    [
        ("{ 1, 0 }", "{ 1 }", []),
        ("{ 1 }", "{ 1, 0, }", []),
        ("{ 1, 0, 0 }", "{ 1 }", [Severity.UNDECIDED]),  # no struct has three members
        ("{ 1, 0 }", "{ 2, 0 }", [Severity.BREAKING]),
        ("{ 0, 1 }", "{ 1 }", [Severity.BREAKING]),
        ("{ 1, 2 }", "{ 1 }", [Severity.BREAKING]),
        ("{ 1, 2 }", "{ .b = 2, .a = 1 }", []),
        ("{ 1, 2 }", "{ .b = 1, .a = 2 }", [Severity.BREAKING]),
        ("{ 1, 0 }", "{ 1, ((void *)0) }", []),
        ("{ 1, 4 }", "{ 1, 1 << 2 }", []),
        ("((struct s){ 1, 2 })", "((struct s){ 1, 3 })", [Severity.BREAKING]),
        ("((struct s){ 1, 0 })", "((struct s){ .a = 1 })", []),
        ("{ 1, 2, 3 }", "{ 1, 2, 4 }", [Severity.BREAKING]),  # of an array
    ],
)
def test_zeros_at_the_end_of_an_initialiser_say_nothing(old: str, new: str, severities: list[Severity]) -> None:
    texts = [f"struct s {{ int a, b; }};\n#define S_INIT {text}\n" for text in (old, new)]
    assert [f.severity for f in findings(*texts)] == severities


CALLS = "struct s {{ int a, b; }};\nint g(int);\nlong l(int);\nchar *t(int);\nvoid v(int);\n#define M(x) {}\n"


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        ("g(x)", "t(x)", Severity.BREAKING),
        ("g(x)", "v(x)", Severity.BREAKING),
        ("g(x)", "do { g(x); } while (0)", Severity.BREAKING),
        ("g(x)", "l(x)", Severity.WARNING),
        ("v(x)", "g(x)", Severity.NOTICE),
        ("((x)->a)", "((x)->a + 0)", Severity.BREAKING),
        ("((x)->a)", "g(x)", Severity.BREAKING),
        ("for (; x; g(x))", "for (; x; l(x))", Severity.NOTICE),
        ("g(((x *)0)->a)", "g(0 + ((x *)0)->a)", Severity.NOTICE),
    ],
)
def test_what_a_macro_gives_is_its_interface(old: str, new: str, severity: Severity) -> None:
    found = findings(CALLS.format(old), CALLS.format(new))
    assert [f.severity for f in found] == [severity]
    assert (found[0].witness is not None) == (severity is Severity.BREAKING)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("#define M(x) ((x) * 4)\n", "#define M(x) (((x) * 2) * 2)\n"),
        ("struct s { int a; };\n#define M(p) ((p)->a)\n", "struct s { int a; };\n#define M(p) ((*(p)).a)\n"),
        ("#define M(p) (*(const int *)(p))\n", "#define M(p) (*(__const int *)(p))\n"),
        ("#include <stdint.h>\n#define T uint32_t\n", "#include <stdint.h>\n#define T unsigned int\n"),
        ("#define T int\n", "typedef int T;\n"),
        ("#define E 0.5\n", "#define E (+.50e0)\n"),
        ("#define E 0.5f\n", "#define E (5e-1F)\n"),
        ("#define E (0.5 + 1)\n", "#define E 1.5f\n"),
        ("static const int t[3] = { 1, 2, 3 };\n", "static const int t[3] = { [2] = 3, [0] = 1, [1] = 2 };\n"),
        ("static const int t[2][2] = { {1, 2}, {3, 4} };\n", "static const int t[2][2] = { 1, 2, 3, 4 };\n"),
        ('static const char t[4] = "abc";\n', "static const char t[4] = { 'a', 'b', 'c', 0 };\n"),
        ("static const float e = 0.1f;\n", "static const float e = 0.1;\n"),
        ("int g(int);\n#define M(x) g(x)\n", 'int g(int);\n#define M(x) _Pragma("GCC warning \\"x\\"") g(x)\n'),
    ],
)
def test_other_spellings_say_nothing(old: str, new: str) -> None:
    assert [f for f in findings(old, new) if f.severity is not Severity.EXTENSION] == []


@pytest.mark.parametrize(("old", "new"), [("0.5", "0.5f"), ("(-0.5f)", "-0.5"), ("0x1p3", "0x1p3L"), ("2.5L", "2.5")])
def test_a_fraction_of_another_type_is_a_warning(old: str, new: str) -> None:
    (found,) = findings(f"#define E {old}\n", f"#define E {new}\n")
    assert (found.rule, found.severity) == ("headers/constant-use-changed", Severity.WARNING)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("#define T int\n", "typedef long T;\n"),
        ("#define E 0.1\n", "#define E 0.1L\n"),
        ("#define E 1e400L\n", "#define E 1e300L\n"),
        ("#define T char *\n", "#define T const char *\n"),
        ("#define E 0.1\n", "#define E 0.1f\n"),
        ("#define E 2.0\n", "#define E 2\n"),
        ('#define E "a"\n', '#define E L"a"\n'),
        ("struct s { int a, b; };\nstatic const struct s t = { 1, 2 };\n",
         "struct s { int a, b; };\nstatic const struct s t = { .a = 1, .b = 3 };\n"),
        ('static inline const char *f(void) { return "ab"; }\n',
         'static inline const char *f(void) { return "ac"; }\n'),
    ],
)  # fmt: skip
def test_another_value_or_type_breaks_with_a_witness(old: str, new: str) -> None:
    (found,) = (f for f in findings(old, new) if f.severity is not Severity.EXTENSION)
    assert found.severity is Severity.BREAKING
    assert found.witness is not None


def test_a_macro_that_also_holds_for_a_new_constant_has_grown() -> None:
    old = "enum { A = 1, B = 2 };\n#define IS(x) ((x) == A || (x) == B)\n"
    new = "enum { A = 1, B = 2, C = 300 };\n#define IS(x) ((x) == A || (x) == B || (x) == C)\n"
    assert [f.severity for f in findings(old, new) if f.subject == "IS"] == [Severity.NOTICE]
