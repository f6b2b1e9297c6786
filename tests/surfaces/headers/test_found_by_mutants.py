"""What the mutation benchmark found in headers."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from abidiff.finding import Severity
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.rule import load, run
from abidiff.surfaces.headers import SURFACE
from abidiff.surfaces.headers.build.parse import parse
from abidiff.surfaces.headers.compare.compare import compare
from abidiff.surfaces.headers.model import Headers


def read(text: str, **options: object) -> Headers:
    release = Release("ship", "", MappingProxyType({"s.h": text.encode()}))
    unit = Unit("headers", "ship", "full", ("s.h",), ("s.h",), MappingProxyType(options))
    return parse(release, Project("test", (unit,)), {})


ENUM = """\
enum ship {{
    SHIP_OPEN,
    {}
# ifdef SHIP_SENTINELS
    SHIP_LAST = SHIP_NR
# endif
}};
"""


def test_a_sentinel_that_lost_its_value_does_not_hide_the_enumerator_that_is_gone() -> None:
    options = {"sentinel_macros": ["SHIP_SENTINELS"]}
    old, new = read(ENUM.format("SHIP_NR = 7,"), **options), read(ENUM.format(""), **options)
    assert old.problems == ()
    assert [problem.message for problem in new.problems] == ["'SHIP_NR' is no constant"]
    findings = run(load(SURFACE.rules), compare(old, new))
    assert [(f.rule, f.subject) for f in findings] == [("headers/enumerator-removed", "SHIP_NR")]


def test_a_name_that_ends_like_a_version_is_a_constant_all_the_same() -> None:
    old, new = read('#define SHIP_API_MINOR "api-minor"\n'), read('#define SHIP_API_MINOR "api-less"\n')
    findings = run(load(SURFACE.rules), compare(old, new))
    assert [(f.rule, f.subject) for f in findings] == [("headers/constant-value-changed", "SHIP_API_MINOR")]
    old, new = read('#define SHIP_VERSION "1.2.3"\n'), read('#define SHIP_VERSION "1.3.0"\n')
    assert run(load(SURFACE.rules), compare(old, new)) == []


def test_a_macro_that_calls_a_function_of_its_own_name_does_not_stand_for_it() -> None:
    macro = "#define shipSail(a, b) shipSail(a, b)\n"
    old, new = read(f"int shipSail(int a, ...);\n{macro}"), read(f"int shipStop(int a);\n{macro}")
    findings = run(load(SURFACE.rules), compare(old, new))
    assert [(f.rule, f.subject) for f in findings if f.severity is Severity.BREAKING] == [
        ("headers/function-removed", "shipSail")
    ]
    hidden = read("int shipStop(int a);\n#define shipSail(a, b) shipStop((a) + (b))\n")
    (found,) = [f for f in run(load(SURFACE.rules), compare(old, hidden)) if f.severity is Severity.BREAKING]
    assert found.rule == "headers/function-removed"
    assert found.breaks.startswith("programs that take its address")


@pytest.mark.parametrize(
    ("old", "new", "use"),
    [
        ("3", "1 + 2", "2 * N is 4, was 6"),
        ("7", "6 | 1", "2 * N is 13, was 14"),
        ("6 | 1", "7", "2 * N is 14, was 13"),
        ("0x3", "(3)", ""),
        ("(1 + 2)", "3", ""),
    ],
)
def test_another_spelling_of_a_number_is_one_operand_or_is_none(old: str, new: str, use: str) -> None:
    found = run(load(SURFACE.rules), compare(read(f"#define N {old}\n"), read(f"#define N {new}\n")))
    assert [f.message for f in found if f.severity is Severity.BREAKING] == ([use] if use else [])


def test_arguments_may_be_grouped_otherwise_where_the_body_is_another_one_too() -> None:
    found = run(load(SURFACE.rules), compare(read("#define M(x) ((x) << 1)\n"), read("#define M(x) (x * 2)\n")))
    assert [(f.rule, f.severity) for f in found] == [("headers/macro-body-changed", Severity.BREAKING)]


@pytest.mark.parametrize("old", ["enum { N = 3 };\n", "#define N 3\n"])
@pytest.mark.parametrize(("number", "severity"), [(3, Severity.WARNING), (4, Severity.BREAKING)])
def test_a_constant_becomes_an_object(old: str, number: int, severity: Severity) -> None:
    found = run(load(SURFACE.rules), compare(read(old), read(f"static const int N = {number};\n")))
    assert [f.severity for f in found if f.severity is not Severity.EXTENSION] == [severity]


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        ("((x) > 2)", "((x) >= 3)", Severity.WARNING),
        ("!!((x) > 2)", "(2 < (x))", None),
        ("((x) > 2 ? 1 : 0)", "((x) > 3)", Severity.BREAKING),
        ("((x) * 2)", "((x) << 1)", Severity.WARNING),
        ("((x) * 2)", "((x) + (x))", None),
    ],
)
def test_what_only_compares_is_tried_in_each_region(old: str, new: str, severity: Severity | None) -> None:
    found = run(load(SURFACE.rules), compare(read(f"#define M(x) {old}\n"), read(f"#define M(x) {new}\n")))
    assert [f.severity for f in found] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        ("int m = n; return m + 1;", "return 1 + n;", None),
        ("int m = n; int k = m + 1; return k + m;", "return 2 * n + 1;", None),
        ("int m = n; return m + 1;", "return 2 + n;", Severity.BREAKING),
        ("unsigned char m = n; return m + 1;", "return 1 + n;", Severity.BREAKING),
        (
            "static const int t[3] = { 1, 2, 3 }; return t[n & 1];",
            "static const int t[3] = { 1, [2] = 3, [1] = 2 }; return t[n & 1];",
            None,
        ),
    ],
)
def test_locals_that_are_only_named_are_put_in(old: str, new: str, severity: Severity | None) -> None:
    texts = (f"static inline int f(int n) {{ {body} }}\n" for body in (old, new))
    found = run(load(SURFACE.rules), compare(*map(read, texts)))
    assert [f.severity for f in found] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        ("ROW(A) ROW(B)", "ROW(A) ROW(B) ROW(C)", Severity.NOTICE),
        ("ROW(A, 1) ROW(B, 2)", "ROW(A, 1)", Severity.BREAKING),
        ("ROW(A) ROW(B)", "ROW(B) ROW(A)", Severity.WARNING),
        ("ROW(A, 1)", "ROW(A, 2)", Severity.UNDECIDED),
        ("ROW(A) + ROW(B)", "ROW(A) + ROW(B) + ROW(C)", Severity.UNDECIDED),
    ],
)
def test_lists_grow_behind(old: str, new: str, severity: Severity) -> None:
    found = run(load(SURFACE.rules), compare(read(f"#define ALL(ROW) {old}\n"), read(f"#define ALL(ROW) {new}\n")))
    assert [f.severity for f in found] == [severity]


def test_a_default_that_gets_an_upper_bound_is_refused_above_it() -> None:
    default = "#ifndef SHIP_MAX\n#define SHIP_MAX 1\n#endif\n"
    bound = '#if SHIP_MAX > 5\n#error "too many"\n#endif\n'
    old, new = read(f"{default}int shipGo(int);\n"), read(f"{default}{bound}int shipGo(int);\n")
    assert [f.rule for f in run(load(SURFACE.rules), compare(old, new))] == ["headers/header-unusable"]
    other = read(f"int shipGo(int);\n{bound}")
    assert run(load(SURFACE.rules), compare(read("int shipGo(int);\n"), other)) == []


def test_a_macro_without_an_argument_that_nobody_could_leave_out() -> None:
    texts = (
        f"int g(const char *, ...);\n#define LOG(f, ...) g(f, {rest})\n" for rest in ("__VA_ARGS__", "##__VA_ARGS__")
    )
    assert run(load(SURFACE.rules), compare(*map(read, texts))) == []


def several(files: dict[str, str]) -> Headers:
    release = Release("ship", "", MappingProxyType({path: text.encode() for path, text in files.items()}))
    paths = tuple(files)
    return parse(release, Project("test", (Unit("headers", "ship", "full", paths, paths, MappingProxyType({})),)), {})


@pytest.mark.parametrize(
    ("macro", "rules"),
    [
        ("#define go(n) ((n) + 1)\n", ["headers/headers-conflict"]),
        ("#define go 3\n", ["headers/headers-conflict"]),
        ("#define go(n) go(n)\n", []),
        ("#define go(n) stop(n)\n", []),
    ],
)
def test_a_macro_of_one_header_by_the_name_of_another_ones_function(macro: str, rules: list[str]) -> None:
    files = {"a.h": "int go(int);\nint stop(int);\n", "b.h": "int f(void);\n"}
    old, new = several(files), several({**files, "b.h": f"int f(void);\n{macro}"})
    assert [f.rule for f in run(load(SURFACE.rules), compare(old, new))] == rules
    seen = several({**files, "b.h": f'#include "a.h"\nint f(void);\n{macro}'})
    assert [f.rule for f in run(load(SURFACE.rules), compare(old, seen)) if f.rule == "headers/headers-conflict"] == []


def test_a_function_of_another_header_does_not_stand_in_for_a_macro() -> None:
    files = {"a.h": "int go(int);\n", "b.h": "int f(void);\n"}
    old = several({**files, "b.h": "int f(void);\n#define go(n) ((n) + 1)\n"})
    assert [f.rule for f in run(load(SURFACE.rules), compare(old, several(files)))] == ["headers/macro-removed"]
    itself = several({**files, "b.h": "int f(void);\n#define go go\n"})
    assert [f.rule for f in run(load(SURFACE.rules), compare(old, itself))] == ["headers/macro-removed"]
    seen = several({**files, "b.h": '#include "a.h"\nint f(void);\n'})
    assert [f.severity for f in run(load(SURFACE.rules), compare(old, seen)) if f.severity is Severity.BREAKING] == []


NODES = "struct s { struct s *next; int x; };\nstatic inline int f(struct s *p) { return p->next->x; }\n"
UNION = "union u { int a; unsigned char c[4]; };\nstatic inline int f(union u *p) { return p->c[0]; }\n"
FIELDS = "struct b { unsigned a : 3; int b : 5; };\nstatic inline int f(struct b *p) { return p->a; }\n"


@pytest.mark.parametrize(
    ("text", "old", "new", "severity", "line"),
    [
        (NODES, "p->next->x", "p->next->x + 1", Severity.BREAKING, "    struct s o0 = { .next = &o0_1 };\n"),
        (
            NODES,
            "p->next->x",
            "p->next->next->x",
            Severity.BREAKING,
            "    struct s o0_1 = { .next = &o0_2, .x = 1 };\n",
        ),
        (NODES, "p->next->x", "1 * p->next->x", Severity.NOTICE, ""),
        (NODES, "p->next->x", "p->next ? p->next->x : 0", Severity.NOTICE, ""),
        (UNION, "p->c[0]", "p->c[1]", Severity.BREAKING, "    union u o0 = { .c[0] = 0, .c[1] = 1 };\n"),
        (UNION, "p->c[0]", "p->a", Severity.NOTICE, ""),
        (FIELDS, "p->a", "p->a & 3", Severity.BREAKING, "    struct b o0 = { .a = 5 };\n"),
        (FIELDS, "p->a", "p->b", Severity.BREAKING, "    struct b o0 = { .a = 0, .b = 1 };\n"),
    ],
)
def test_members_behind_pointers_of_unions_and_bit_fields(
    text: str, old: str, new: str, severity: Severity, line: str
) -> None:
    (found,) = run(load(SURFACE.rules), compare(read(text), read(text.replace(old, new))))
    assert found.severity is severity
    assert line in (found.witness.text if found.witness else "")


def test_headers_do_not_conflict_about_a_type_that_a_configuration_does_not_tell() -> None:
    types = "#ifdef BOARD\ntypedef short ship_t;\n#else\n#include {}types.h{}\n#endif\nint shipGo(ship_t);\n"
    own = "#include <stdint.h>\ntypedef int16_t ship_t;\n"
    old = several(
        {"ship.h": types.format("<gone/", ">").replace("#include <gone/types.h>", own), "types.h": "int f(void);\n"}
    )
    new = several({"ship.h": types.format('"', '"'), "types.h": own + "int f(void);\n"})
    assert [f.rule for f in run(load(SURFACE.rules), compare(old, new)) if f.rule == "headers/headers-conflict"] == []


@pytest.mark.parametrize(("number", "rules"), [(3, []), (4, ["headers/constant-kind-changed"])])
def test_another_name_of_a_constant_object_becomes_its_number(number: int, rules: list[str]) -> None:
    old = read("static const int SHIP_MAX_ = 3;\n#define SHIP_MAX SHIP_MAX_\n")
    new = read(f"#define SHIP_MAX_ 3\n#define SHIP_MAX {number}\n")
    found = run(load(SURFACE.rules), compare(old, new))
    assert [f.rule for f in found if f.severity in (Severity.BREAKING, Severity.UNDECIDED)] == rules
