"""What is planted into headers: a kind, the original, the mutant, and uses that judge them.

A use begins with what builds it in brackets (``[m32]``, ``[c++]``, ``[clang]``, a macro to define); ``=EXPRESSION`` is
printed, all else is compiled.  No word here says which mutants are harmful: that is for the compilers to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations


@dataclass(frozen=True)
class Planted:
    """One change."""

    kind: str
    name: str
    old: str
    new: str
    uses: tuple[str, ...]


def _pairs(kind: str, head: str, texts: tuple[str, ...], uses: tuple[str, ...]) -> Iterator[Planted]:
    """Yield each text of a group as the original and each other one as the mutant."""
    for old, new in permutations(texts, 2):
        yield Planted(kind, " ".join(f"{old} -> {new}".split()), head + old, head + new, uses)


def _constants() -> Iterator[Planted]:
    d = "#define MUT_N "
    uses = (
        "=MUT_N",
        "=2 * MUT_N",
        "=1 + MUT_N",
        "=MUT_N + 1",
        "[m32]=MUT_N",
        "[m32]=MUT_N / 3",
        "#if MUT_N == 3\nint a;\n#else\n#error other\n#endif",
    )
    yield from _pairs("macro-operand", d, ("(1 + 2)", "1 + 2", "3", "(3)"), uses)
    yield from _pairs("macro-operand", d, ("(6 | 1)", "6 | 1", "7", "0x7"), uses[:6])
    yield from _pairs("macro-type", d, ("(-1)", "0xffffffff", "0xffffffffu", "(~0)"), uses[:6])
    yield from _pairs("macro-type", d, ("3", "3.0", "3.5f", "sizeof(long)", "8"), (*uses[:6], "=MUT_N / 2"))
    texts = tuple(f'{prefix}"ab"' for prefix in ("", "u8", "L", "u", "U"))
    text_uses = tuple(
        f"const {type_} use[] = MUT_N;" for type_ in ("char", "__WCHAR_TYPE__", "__CHAR16_TYPE__", "__CHAR32_TYPE__")
    )
    yield from _pairs("text-encoding", d, texts, (*text_uses, "=MUT_N[1]", "=sizeof(MUT_N)"))
    yield from _pairs(
        "text-value",
        d,
        ('"ab"', '"a" "b"', '"a\\x62"', '"ac"', '"ab\\0"', '("ab")'),
        ("=MUT_N[1]", "=sizeof(MUT_N)", 'const char use[] = "x" MUT_N;'),
    )
    yield from _pairs(
        "text-value", d, ('L"ab"', 'L"a" "b"', 'L"a\\x62"', 'L"ac"', 'L"a\\x162"'), ("=MUT_N[1]", "=sizeof(MUT_N)")
    )
    types = ("int", "unsigned", "long", "char *", "const char *", "signed int", "struct mut_t { int a; }")
    yield from _pairs(
        "macro-standing-for-type",
        d,
        types,
        (
            "MUT_N use;",
            "=sizeof(MUT_N)",
            "=(MUT_N)-1 < 0",
            "=({ MUT_N v; v.a = 1; v.a; })",
            "MUT_N *f(void); int *g(void) { return f(); }",
            "MUT_N *f(void); char **g(void) { return f(); }",
        ),
    )


def _function_macros() -> Iterator[Planted]:
    d = "#define MUT_M(x) "
    calls = ("=MUT_M(3)", "=MUT_M(-2)", "=MUT_M(1 + 1)", "=2 * MUT_M(1)", "=~MUT_M(5)", "=100 / MUT_M(1)")
    yield from _pairs(
        "macro-body", d, ("((x) * 2)", "((x) + (x))", "((x) << 1)", "(x * 2)", "((x) * 3)", "(x) * 2"), calls
    )
    yield from _pairs(
        "macro-body", d, ("((x) > 2 ? 1 : 0)", "((x) >= 3)", "((x) > 1)", "(2 < (x))", "!!((x) > 2)"), calls[:3]
    )
    yield from _pairs(
        "macro-stringises",
        "#define _MUT_S(x) #x\n#define MUT_Q 7\n" + d,
        ("#x", "_MUT_S(x)", '"a" #x', '"" #x'),
        ("=MUT_M(MUT_Q)[0]", "=sizeof MUT_M(MUT_Q)"),
    )
    yield from _pairs(
        "macro-pastes",
        "#define MUT_Q mut_a\nenum { MUT_Q_v = 3, mut_a_v = 4, mut_a_w = 5 };\n#define _MUT_P(x) x##_v\n" + d,
        ("x##_v", "_MUT_P(x)", "(x##_v)", "x##_w"),
        ("=MUT_M(MUT_Q)", "=MUT_M(mut_a)"),
    )
    yield from _pairs(
        "macro-variadic",
        "int mut_g(const char *, ...);\n#define MUT_L(f, ...) ",
        ("mut_g(f, ##__VA_ARGS__)", "mut_g(f, __VA_ARGS__)", "mut_g(f __VA_OPT__(,) __VA_ARGS__)"),
        ('void use(void) { MUT_L("a"); }', 'void use(void) { MUT_L("a", 1); }'),
    )
    struct = "struct mut_s { int mut_a; int mut_b; char *mut_c; };\n"
    yield from _pairs(
        "macro-member",
        struct + d,
        ("((x)->mut_a)", "((x)->mut_b)", "((*(x)).mut_a)", "((x)->mut_a + 0)"),
        ("=({ struct mut_s v = { 1, 2 }; MUT_M(&v); })", "void use(struct mut_s *v) { MUT_M(v) = 1; }"),
    )
    yield from _pairs(
        "macro-result",
        "int mut_i(int);\nlong mut_l(int);\nvoid mut_v(int);\nchar *mut_c(int);\n" + d,
        ("mut_i(x)", "mut_v(x)", "mut_c(x)", "do { mut_i(x); } while (0)"),
        (
            "int use(void) { return MUT_M(1) % 3; }",
            "void use(void) { MUT_M(1); }",
            "char *use(void) { return MUT_M(1); }",
        ),
    )
    yield from _pairs(
        "macro-initialiser",
        "struct mut_s { int a, b; };\n#define MUT_INIT ",
        ("{ 1, 0 }", "{ 1 }", "{ .a = 1 }", "{ 0, 1 }", "{ .b = 1 }", "{ 1, 2 }"),
        ("=({ struct mut_s v = MUT_INIT; v.a; })", "=({ struct mut_s v = MUT_INIT; v.b; })"),
    )


def _inline() -> Iterator[Planted]:
    d = "static inline int mut_f(int n) "
    uses = ("=mut_f(0)", "=mut_f(1)", "=mut_f(2)", "=mut_f(3)", "=mut_f(-1)")
    yield from _pairs(
        "inline-body",
        d,
        (
            "{ return n + 1; }",
            "{ return 1 + n; }",
            "{ int m = n; return m + 1; }",
            "{ return n + 2; }",
            "{ if (n > 2) return n + 1; return n; }",
        ),
        uses,
    )
    table = ("{{ static const int t[4] = {{ {} }}; return t[n & 3]; }}").format
    yield from _pairs(
        "inline-table", d, tuple(table(t) for t in ("1, 2, 3, 4", "1, 2, 3, 5", "1, [2] = 3, 4, [1] = 2")), uses
    )
    names = (
        "static inline const char *mut_f(int n) {{ switch (n) {{ case 0: return {}; default: return {}; }} }}"
    ).format
    yield from _pairs(
        "inline-text",
        "",
        (names('"a"', '"b"'), names('"a"', '"c"'), names('"a"', '"" "b"')),
        ("=mut_f(0)[0]", "=mut_f(1)[0]"),
    )
    yield from _pairs(
        "constant-object",
        "",
        (
            "static const int mut_k = 3;",
            "static const int mut_k = 4;",
            "enum { mut_k = 3 };",
            "enum { mut_k = 4 };",
            "static const int mut_k = 1 + 2;",
        ),
        ("=mut_k",),
    )
    arrays = ("{ 1, 2, 0 }", "{ 1, 2 }", "{ [1] = 2, [0] = 1 }", "{ 1, 3 }")
    yield from _pairs(
        "constant-table", "static const int mut_t[3] = ", tuple(f"{a};" for a in arrays), ("=mut_t[1]", "=sizeof mut_t")
    )


def _conditions() -> Iterator[Planted]:
    f = "int mut_f(int);"
    texts = (
        "#ifdef MUT_X\n{}\n#endif",
        "#ifndef MUT_X\n{}\n#endif",
        "{}",
        "#ifdef MUT_Y\n{}\n#endif",
        "#if MUT_X >= 3\n{}\n#endif",
        "#if MUT_X >= 2\n{}\n#endif",
    )
    use = "void use(void) { mut_f(1); }"
    uses = (use, f"[MUT_X]{use}", f"[MUT_X=3]{use}", f"[MUT_X=2]{use}", f"[MUT_Y]{use}")
    yield from _pairs("condition-feature", "", tuple(text.format(f) for text in texts), uses)
    struct = "struct mut_s {{ {} a; }};".format
    targets = (
        struct("int"),
        struct("long"),
        struct("long long"),
        f"#ifdef __i386__\n{struct('int')}\n#else\n{struct('long long')}\n#endif",
        f"#if __SIZEOF_POINTER__ == 8\n{struct('long')}\n#else\n{struct('long long')}\n#endif",
    )
    yield from _pairs(
        "condition-target",
        "",
        targets,
        (
            "=sizeof(struct mut_s)",
            "[m32]=sizeof(struct mut_s)",
            *(
                f"{where}{type_} *use(struct mut_s *s) {{ return &s->a; }}"
                for type_ in ("int", "long", "long long")
                for where in ("", "[m32]")
            ),
        ),
    )
    yield from _pairs(
        "condition-arm",
        "",
        tuple(
            f"#ifdef __aarch64__\n{a}\n#else\n{b}\n#endif"
            for a, b in ((struct("int"), struct("int")), (struct("long"), struct("int")))
        ),
        (
            '[aarch64]_Static_assert(sizeof(struct mut_s) == 4, "");',
            '[aarch64]_Static_assert(sizeof(struct mut_s) == 8, "");',
            "=sizeof(struct mut_s)",
        ),
    )


def _types() -> Iterator[Planted]:
    forms = (
        "typedef struct mut_s { int a; } mut_t;",
        "typedef struct { int a; } mut_t;",
        "struct mut_s { int a; };\ntypedef struct mut_s mut_t;",
        "typedef struct mut_r { int a; } mut_t;",
        "typedef struct _mut_s { int a; } mut_t;",
    )
    yield from _pairs("tag", "", forms, ("struct mut_s use;", "mut_t use;", "struct mut_r use;"))
    enums = (
        "enum mut_e { MUT_A, MUT_B };",
        "enum mut_e { MUT_A, MUT_C, MUT_B };",
        "enum { MUT_A, MUT_B };",
        "enum mut_e { MUT_B = 1, MUT_A = 0 };",
        "enum mut_e { MUT_A };\n#define MUT_B 1",
    )
    yield from _pairs("enum", "", enums, ("=MUT_A", "=MUT_B", "enum mut_e use;"))
    attributes = (
        "",
        "__attribute__((packed))",
        "__attribute__((aligned(8)))",
        "__attribute__((aligned(16)))",
        "__attribute__((ms_struct))",
        "__attribute__((unavailable))",
    )
    layouts = tuple(f"struct mut_s {{ char a; int b : 20; char c; }} {a};" for a in attributes)
    yield from _pairs(
        "attribute-layout",
        "",
        layouts,
        (
            "struct mut_s use;",
            "=sizeof(struct mut_s)",
            "[m32]=sizeof(struct mut_s)",
            "=_Alignof(struct mut_s)",
            "=__builtin_offsetof(struct mut_s, c)",
        ),
    )
    fn = ("{}int mut_f(int);").format
    conventions = tuple(
        fn(a)
        for a in (
            "",
            "__attribute__((stdcall)) ",
            "__attribute__((cdecl)) ",
            "__attribute__((ms_abi)) ",
            "__attribute__((sysv_abi)) ",
            "__attribute__((regparm(2))) ",
        )
    )
    asserts = tuple(
        f'[{c}]_Static_assert(__builtin_types_compatible_p(__typeof__(mut_f), int {a}(int)), "");'
        for c, a in (
            ("m32", ""),
            ("gcc", ""),
            ("m32", "__attribute__((stdcall))"),
            ("gcc", "__attribute__((ms_abi))"),
            ("m32", "__attribute__((regparm(2)))"),
            ("win64", ""),
            ("win64", "__attribute__((sysv_abi))"),
        )
    )
    yield from _pairs("convention", "", conventions, asserts)
    use = "void *use(void) { return (void *)&mut_v; }"
    variables = (
        "extern int mut_v;",
        "extern const int mut_v;",
        "extern volatile int mut_v;",
        "extern __thread int mut_v;",
        "extern int mut_v[4];",
        'extern int mut_v __attribute__((visibility("hidden")));',
    )
    yield from _pairs(
        "variable",
        "",
        variables,
        (
            use,
            "int *use(void) { return &mut_v; }",
            "const int *use(void) { return &mut_v; }",
            "void use(void) { mut_v = 1; }",
            "int use(int i) { return mut_v[i]; }",
            "=sizeof mut_v",
        ),
    )
    c = '#ifdef __cplusplus\nextern "C" {{\n#endif\n{}\n#ifdef __cplusplus\n}}\n#endif'.format
    linkage = (
        c("int mut_f(int);\nint mut_g(int);"),
        c("int mut_f(int);") + "\nint mut_g(int);",
        "extern int mut_f(int);\nextern int mut_g(int);",
        '#ifdef __cplusplus\n#define _MUT extern "C"\n#else\n#define _MUT extern\n#endif\n'
        "_MUT int mut_f(int);\n_MUT int mut_g(int);",
    )
    yield from _pairs(
        "extern-c", "", linkage, ("[c++]int use(void) { return mut_f(1); }", "[c++]int use(void) { return mut_g(1); }")
    )


def _guarded(name: str, text: str) -> str:
    return f"@mut_{name}.h\n#ifndef MUT_{name.upper()}_H\n#define MUT_{name.upper()}_H\n{text}\n#endif\n"


def _headers() -> Iterator[Planted]:
    a, c = "int mut_f(int);\nint mut_h(int);", "int mut_k(int);"
    brings = '#include "mut_a.h"\nint mut_g(int);'
    texts = (
        _guarded("a", a) + _guarded("b", brings) + _guarded("c", c),
        _guarded("a", a) + _guarded("b", "int mut_g(int);") + _guarded("c", c),
        _guarded("a", '#include "mut_c.h"\nint mut_h(int);')
        + _guarded("b", brings)
        + _guarded("c", f"{c}\nint mut_f(int);"),
        _guarded("a", "int mut_h(int);") + _guarded("b", f"{brings}\nint mut_f(int);") + _guarded("c", c),
        _guarded("a", "int mut_h(int);") + _guarded("b", brings) + _guarded("c", f"{c}\nint mut_f(int);"),
        _guarded("a", a) + _guarded("b", "int mut_f(int);\nint mut_h(int);\nint mut_g(int);") + _guarded("c", c),
    )
    uses = tuple(
        f"[<mut_{name}.h>]void use(void) {{ mut_{function}(1); }}"
        for name, function in ("af", "ah", "bf", "bg", "bh", "ck", "cf")
    )
    yield from _pairs("root", "", texts, uses)
    f = _guarded("a", "int mut_f(int);")
    neighbours = tuple(
        f + _guarded("b", f"int mut_g(int);\n{more}")
        for more in ("", "#define mut_f(x) ((x) + 1)", "#define mut_f 3", "#define mut_k(x) x", "#define mut_f mut_f")
    )
    order = ("[<mut_b.h>][<mut_a.h>]", "[<mut_a.h>][<mut_b.h>]", "[<mut_a.h>]")
    yield from _pairs(
        "neighbour",
        "",
        neighbours,
        (
            *(f"{headers}void use(void) {{ mut_f(1); }}" for headers in order),
            "[<mut_a.h>][<mut_b.h>]int (*use(void))(int) { return mut_f; }",
            "[<mut_b.h>]=mut_f + 0",
            "[<mut_b.h>]=mut_k(1)",
            "[<mut_b.h>]=mut_f(1)",
        ),
    )
    default = "#ifndef MUT_X\n#define MUT_X {}\n#endif\n{}int mut_f(int);".format
    bound = '#if MUT_X > {}\n#error "too much"\n#endif\n'.format
    plain = (
        default(1, ""),
        default(2, ""),
        default(1, bound(8)),
        default(1, bound(5)),
        "#undef MUT_X\n#define MUT_X 1\nint mut_f(int);",
    )
    alone = tuple(f"@mut_a.h\n{text}\n" for text in plain)
    uses = (
        "[<mut_a.h>]=MUT_X",
        "[MUT_X=3][<mut_a.h>]=MUT_X",
        "[MUT_X=7][<mut_a.h>]=MUT_X",
        "[MUT_X=9][<mut_a.h>]=MUT_X",
    )
    # What a header undefines no program gives: such an original is none.
    yield from (p for p in _pairs("condition-default", "", alone, uses) if "#undef" not in p.old)
    rows = ("X(1) X(2)", "X(1) X(2) X(3)", "X(2) X(1)", "X(1)", "X(1) X(3)")
    listed = "#define MUT_E{0}(n) MUT_E{0}_##n,\nenum {{ MUT_L(MUT_E{0}) }};\nint use = MUT_E{0}_{0};".format
    yield from _pairs("list-macro", "#define MUT_L(X) ", rows, (listed(1), listed(2), listed(3)))


PLANTED = (*_constants(), *_function_macros(), *_inline(), *_conditions(), *_types(), *_headers())
