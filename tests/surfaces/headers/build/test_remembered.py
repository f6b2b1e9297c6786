"""What is remembered of declarations gives the model that parsing gives, byte for byte, whatever changed before it."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.surfaces.headers.build.parse import parse, parse_remembering
from abidiff.surfaces.headers.build.products import Product
from abidiff.surfaces.headers.build.remembered import KnownDeclarations
from abidiff.surfaces.headers.model import Headers
from tests.surfaces.headers.helpers import Texts, project_of, release_of

RealRelease = Callable[[str], Path]
CORPORA = Path(__file__).parents[4] / "corpora" / "dev"


class Chain:
    """Versions parsed one after another, each with what is remembered of the one before."""

    def __init__(self) -> None:
        self.stored: dict[str, bytes] = {}
        self.known = self.made = 0

    def next(self, release: Release, project: Project) -> Headers:
        """Parse with memory, and hold that against parsing without."""
        memories: dict[str, KnownDeclarations] = {}

        def memory(unit: str) -> KnownDeclarations:
            stored = self.stored.get(unit)
            known = msgspec.msgpack.decode(stored, type=dict[bytes, Product]) if stored else {}
            found = memories[unit] = KnownDeclarations(known)
            return found

        found = parse_remembering(release, project, memory)
        assert msgspec.msgpack.encode(found) == msgspec.msgpack.encode(parse(release, project, {}))
        self.made = sum(m.made for m in memories.values())
        self.known = sum(len(m.kept) for m in memories.values()) - self.made
        self.stored |= {unit: msgspec.msgpack.encode(m.kept) for unit, m in memories.items()}
        return found


def versions(*texts: Texts, **options: Any) -> Chain:
    """Parse versions of a header one after another."""
    chain = Chain()
    for each in texts:
        release = release_of(each)
        chain.next(release, project_of(release, **options))
    return chain


BASE = """
#define LENGTH 4
typedef int number;
typedef number count;
struct opaque;
typedef struct opaque opaque_t;
enum size { SMALL = 2, LARGE = SMALL * 2, };
struct box { count a[LARGE]; opaque_t *inner; int b : 3; struct { int x; } in; };
int open_box(struct box *box, count n);
count boxes;
"""


def test_what_did_not_change_is_not_parsed() -> None:
    chain = versions(BASE, BASE)
    assert (chain.known, chain.made) == (8, 0)


def test_one_new_declaration_is_the_only_one_that_is_parsed() -> None:
    chain = versions(BASE, BASE.replace("int open_box", "int more(opaque_t *);\n\nint open_box"))
    assert (chain.known, chain.made) == (8, 1)


@pytest.mark.parametrize(
    ("old", "new", "made"),
    [
        ("typedef int number", "typedef long number", 5),  # number, count, box, open_box, boxes
        ("SMALL = 2", "SMALL = 3", 3),  # size, box, open_box
        ("struct opaque;\n", "struct opaque { int a; };\n", 4),  # opaque, opaque_t, box, open_box
        ("int b : 3;", "int b : 4;", 2),
        ("\ntypedef", "\n\n\ntypedef", 0),  # only lines move
        ("int b : 3;", "int b : 3; /* three bits */", 1),  # the text around its tokens
        ("count boxes;", "/* Since: 1.2.3 */\ncount boxes;", 1),
        ("count boxes;", "count boxes; /* Since: 1.2.3 */", 1),
        ("count boxes;", "#pragma pack(1)\ncount boxes;", 1),
        ("struct box {", "#pragma pack(1)\nstruct box {", 3),
    ],
)
def test_what_depends_on_a_change_is_parsed(old: str, new: str, made: int) -> None:
    assert old in BASE
    assert versions(BASE, BASE.replace(old, new, 1), BASE).made >= 0
    assert versions(BASE, BASE.replace(old, new, 1)).made == made


@pytest.mark.parametrize("failed", ["typedef int t, u[-1];", "struct odd { int a; } f, g[-1];"])
def test_what_does_not_depend_on_a_failed_declaration_is_not_parsed(failed: str) -> None:
    assert versions(f"{failed}\n{BASE}", f"{failed}\n{BASE}").made == 0


def test_what_depends_on_a_failed_declaration_is_parsed_when_it_changes() -> None:
    text = "typedef int t, u[-1];\nint f(t x);\nint g(void);"
    assert versions(text, text.replace("int t,", "long t,")).made == 1


STEPS: dict[str, tuple[Texts, ...]] = {
    "a macro is defined otherwise": (
        "#define T int\nT f(void);\nstruct s { T a; };",
        "#define T long\nT f(void);\nstruct s { T a; };",
    ),
    "a constant in the length of an array elsewhere": (
        {"a.h": "enum { N = 3 };", "b.h": '#include "a.h"\nstruct s { int a[N]; };'},
        {"a.h": "enum { N = 4 };", "b.h": '#include "a.h"\nstruct s { int a[N]; };'},
    ),
    "a typedef in another header": (
        {"a.h": "typedef int t;", "b.h": '#include "a.h"\ntypedef t u;\nint f(u x[2]);'},
        {"a.h": "typedef int t[3];", "b.h": '#include "a.h"\ntypedef t u;\nint f(u x[2]);'},
    ),
    "a parameter becomes a function": (
        "typedef int t;\ntypedef t u;\nint f(u x);",
        "typedef int t(void);\ntypedef t u;\nint f(u x);",
    ),
    "a record is completed under another name": (
        "struct s;\ntypedef struct s t;\nstruct s { int a; };\nextern char x[sizeof(t)];\nextern char y[sizeof x2];",
        "struct s;\ntypedef struct s t;\nstruct s { int a[2]; };\nextern char x[sizeof(t)];\nextern char y[1];",
    ),
    "a size that decides a length": (
        "typedef struct { char a; } t;\nstruct s { char b[sizeof(t)]; };\nenum { N = sizeof(struct s) };\nint f[N];",
        "typedef struct { char a[9]; } t;\nstruct s { char b[sizeof(t)]; };\nenum { N = sizeof(struct s) };\nint f[N];",
    ),
    "a function declared again": (
        "int f();\nint f(int a);\n__attribute__((noreturn)) int f(int b);\nint g(__typeof__(f) *p);",
        "int f(long);\nint f(int a);\nint g(__typeof__(f) *p);",
        "int g(int);\n\nint f();\nint f(int a); /* Since: 2.0 */\nint f(int a);\nint g(__typeof__(f) *p);",
    ),
    "since tags before, inside and behind": (
        "/* Since: 1.0 */\nenum e {\n A, /* Since: 1.1 */\n B, /* Since: 1.2 */\n};\nint f(void); /* Since: 1.3 */",
        "/* Since: 2.0 */\nenum e {\n A, /* Since: 2.1 */\n B, /* Since: 2.2 */\n};\nint f(void);\nint g;",
        "int h;\nenum e {\n A, /* Since: 2.1 */\n B /* Since: 2.2 */\n};\nint f(void)\n; /* Since: 3 */",
        "enum e {\n A, /* Since: 2.1 */\n B /* Since: 2.2 */\n} /* Since: 3.0 */; int f(void); /* Since: 2.3 */",
    ),
    "a tag before a declaration alone": tuple(
        f"enum e {{ A }}; /* Since: 0.1 */\n{text}int f(void);"
        for text in (
            "/* Since: 1.0 */\n",
            "/* Since: 2.0 */\n",
            "/* Since: 2.0 */ int a;\n",
            "int a; /* Since: 2.0 */\n",
        )
    ),
    "a tag behind a declaration alone": tuple(
        f"/* Since: 0.1 */\nenum e {{ A }};\nint f(void);{text}\nint g;"
        for text in (
            " /* Since: 1.0 */",
            " /* Since: 2.0 */",
            "\n/* Since: 2.0 */",
            " ,; /* Since: 2.0 */",
            " // Since: 3.0",
        )
    ),
    "where a tag stands after a declaration": (
        "int f(int\n a);                      /* Since: 2.3 */\nint g;",
        "int f(int\n a);" + " " * 390 + "/* Since: 2.3 */\nint g;",
        "int f(int\n a);" + " " * 400 + "/* Since: 2.3 */\nint g;",
        "int f(int\n a);/* other */ /* Since: 2.3 */\nint g;",
    ),
    "a guarded enumerator": tuple(
        f"enum e {{\n A,\n B,\n{first}\n C = 7\n{last}\n}};\nextern int x[C];"
        for first, last in (("#ifdef S", "#endif"), ("", ""), ("#if 1", "#endif"), ("#ifdef S\n D,\n#endif", ""))
    ),
    "a guard around an enum": tuple(
        f"{first}\nenum e {{ A, B }};\n{last}\nenum f {{ C, D }};"
        for first, last in (("#ifdef S", "#endif"), ("#if 1", "#endif"), ("#ifdef S", "#else\n#endif"))
    ),
    "a guarded enumerator without a value": (
        "enum e { A,\n#ifdef S\n B = UNKNOWN,\n#endif\n C };\nextern int x[C];",
        "enum e { A,\n#ifdef S\n B = 3,\n#endif\n C };\nextern int x[C];",
    ),
    "packing": (
        "#pragma pack(push, 1)\nstruct a { char a; int b; };\n#pragma pack(pop)\nstruct b { char a; int b; };",
        "struct a { char a; int b; };\n#pragma pack(push, 2)\nstruct b { char a; int b; };\n#pragma pack(pop)",
        "struct a { char a;\n#pragma pack(1)\n int b; };\nstruct b { char a; int b; };",
    ),
    "what can't be read, and can": (
        "int f(unknown_t x);\nint g(int);",
        "typedef int unknown_t;\nint f(unknown_t x);\nint g(int);",
        "int f(unknown_t x);\nint g(int);\ntypedef int unknown_t;\nint h(unknown_t);",
        "typedef struct { int a; } s, t[-1];\nint f(s *);\nenum { A = 1, B = C };\nint x[A];",
        "typedef struct { int a; } s, t[1];\nint f(s *);\nenum { A = 1, B = 2 };\nint x[A];",
    ),
    "what could not be read leaves no attributes": (
        "__attribute__((deprecated)) struct a { int x; }\nextern int p;\nint q;",
        "__attribute__((deprecated)) struct a { int x; };\nextern int p;\nint q;",
    ),
    "untagged records": (
        "int a(struct { int x; } *p);\nstruct { int y; } v;\ntypedef struct { union { int z; }; } *t;",
        "struct { int y; } v;\nint a(struct { int x; } *p);\ntypedef struct { union { int z; }; } *t;",
        "int first;\nstruct q { int a; };\nint a(struct { int x; } *p);\nstruct { int y; } v;",
    ),
    "one tag, two records": (
        {"a.h": "struct s { int a; };", "b.h": "struct s { long a; };\nint f(struct s *);"},
        {"a.h": "struct t { int a; };", "b.h": "struct s { long a; };\nint f(struct s *);"},
    ),
    "bodies, braces and brackets": (
        'extern "C" {\nstatic inline int f(int a) { return a; }\nint g(void);\nint x[] = { 1, (2) };\n}',
        'extern "C" {\nstatic inline int f(int a) { return a + 1; }\nint g(void);\nint x[] = { 1 };\n}',
        "static inline int f(int a) { return (a; }\nint g(void));\nint x[2];\nint y(int];\n",
        "int f {} int g;\nint h;",
        "int f {} int g(void) {} int h; int i = 1, {2};",
    ),
    "a declaration of two files": (
        {"a.h": 'struct s {\n#include "b.h"\n};\nint f(struct s *);', "b.h": "int a; int b;"},
        {"a.h": 'struct s {\n#include "b.h"\n};\nint f(struct s *);', "b.h": "\n\nlong a; int b;"},
    ),
    "declarations made by macros": (
        "#define D(n) int n##_a(void); struct n { int x; };\nD(one) D(two)\n#define E X = 3\nenum { E, Y };",
        "#define D(n) struct n { int x; }; int n##_a(void);\n\nD(one)\n  D(two)\n#define E X = 3, Z\nenum { E, Y };",
        "#define D(n) struct n { int x, l; };\nD(one) D(\n two)\nint l = __LINE__;\nint m[__LINE__];",
    ),
    "the same tokens in other places": (
        "#define A int a;\n#define B int b;\nstruct s { A B };\nenum e { E, A1 };",
        "#define A int a; int b;\n#define B\nstruct s { A B };\nenum e { E, A1 };",
        "#define A\n#define B int a; int b;\nstruct s { A B };\n#define E A1, E2\nenum e { E, A1_ };",
    ),
    "a type that was entered before its declaration failed": (
        "typedef int t, u[-1];\nint f(t x);\nint g(t[2]);",
        "typedef int t(void), u[-1];\nint f(t x);\nint g(t[2]);",
        "typedef int t[3], u[-1];\nint f(t x);\nint g(t[2]);",
        "typedef int t[3], u[1];\nint f(t x);\nint g(t[2]);",
    ),
    "a sentinel by its name": (
        "enum e { A, B, E_LAST };\nextern int x[E_LAST];",
        "enum e { A, B, E_LAST = 9 };\nextern int x[E_LAST];",
        "enum e { A, E_LAST, B };\nextern int x[E_LAST];",
    ),
    "the same text in another header": (
        {"a.h": "struct s { int a; };\nint f(struct s *);"},
        {"b.h": "struct s { int a; };\nint f(struct s *);", "c.h": ""},
    ),
    "spliced lines": (
        "struct s { int a; \\\n int b; };\n/* Since: 1.0 */ \\\nint f(void);\nint g(void);",
        "struct s { int a; \\\n\\\n int b; };\n/* Since: 1.0 */ \\\n\nint f(void);\nint g(void);",
    ),
    "bytes that are no text": (b"int f(void); /* \xff */\nint g(int \xff);", b"int f(void); /* \xfe */\n\nint g(int);"),
}


@pytest.mark.parametrize("name", STEPS)
def test_versions_one_after_another(name: str) -> None:
    steps = STEPS[name]
    twice = tuple(step for each in steps for step in (each, each))
    for order in (steps, steps[::-1], steps + steps, twice):
        versions(*order, sentinel_macros=("S",), sentinels=("_LAST$",))


def test_settings_may_change_between_versions() -> None:
    text = "#ifdef S\nenum a { A0, A1 };\n#endif\nenum b { B0, B_LAST };\nenum c { C0,\n#if T\nC1,\n#endif\nC2 };"
    release = release_of(text)
    chain = Chain()
    for defines in ((), ("T=1",), ("S", "T=1")):
        for macros in ((), ("S",), ("T",)):
            for names in ((), ("_LAST$",), ("[02]$",)):
                chain.next(release, project_of(release, defines=defines, sentinel_macros=macros, sentinels=names))


PIECES = (
    "typedef int t0;", "typedef long t0;", "typedef t0 t1;", "typedef t1 t2[2];", "typedef struct s t3;", "struct s;",
    "struct s { t0 a; t1 b; };", "struct s { int a; } v;", "union u { struct s s; char c[sizeof(struct s)]; };",
    "enum e { A, B = 4, C };", "enum e { A = 2, C };", "enum { D = C + 1 };", "extern int x[C];", "extern t1 x[D];",
    "int f(t0 a, struct s *b);", "int f(t2 a);", "int f();", "t3 *g(enum e e);",
    "static inline t0 h(void) { return C; }",
    "int k(__typeof__(x) *p);", "struct w { struct { t1 a; } in; union { int b; t2 c; }; int d : 2; };",
    "struct __attribute__((packed, aligned(C))) p { char c; t0 d; };", "typedef enum { F, G = F } gt;",
    "#pragma pack(1)", "#pragma pack()", "#define t1 short", "#undef t1", "#define C 7", "#undef C",
    "/* Since: 1.2 */",
    "/* Since: 1.3 */", "/* nothing */", "", "\n", "int f(nothing n);", "int ];", "enum q { Q0,", "Q1 };", "#ifdef S",
    "#endif", "#if C > 2", "struct {int a;};", "_Static_assert(1, \"\");", "extern char y[sizeof(t3)];",
    "#define M(a) int m_##a; a", "M(t0) n;", 'extern "C" {', "}", "extern t2 *a, b[C];", "typedef __typeof__(f) ft;",
    "ft *fp(ft *);",
)  # fmt: skip
LINE = st.tuples(st.sampled_from(PIECES), st.sampled_from(("\n", "\n", "\n\n", " ")))


@given(st.data())
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_sequence_of_versions(data: st.DataObject) -> None:
    lines = data.draw(st.lists(LINE, min_size=1, max_size=14))
    chain = Chain()
    for _ in range(3):
        cut = data.draw(st.integers(0, len(lines)))
        texts = {"a.h": written(lines[:cut]), "b.h": '#include "a.h"\n' + written(lines[cut:])}
        release = release_of(texts)
        chain.next(release, project_of(release, sentinel_macros=("S",), sentinels=("^[CG]$",)))
        at = data.draw(st.integers(0, len(lines)))
        lines = lines[:at] + data.draw(st.lists(LINE, max_size=2)) + lines[at + data.draw(st.integers(0, 2)) :]


def written(lines: Iterable[tuple[str, str]]) -> str:
    """Return lines as text; directives stand alone."""
    return "".join(f"\n{line}\n" if line.startswith("#") else line + end for line, end in lines)


def test_looking_for_the_end_costs_no_more_than_reading() -> None:
    many = 4000
    text = "\n".join(
        f"enum e{i} {{ A{i},\n#ifdef S\nB{i}\n#endif\n}}; int f{i} {{}} int g{i}(int (*)[{i}]);" for i in range(many)
    )
    release = release_of(text)
    project = project_of(release, sentinel_macros=("S",))
    times = []
    for read in (
        lambda: parse(release, project, {}),
        lambda: parse_remembering(release, project, lambda _: KnownDeclarations()),
    ):
        start = time.process_time()
        read()
        times.append(time.process_time() - start)
    assert times[1] < 3 * times[0] + 1


# --- real headers -----------------------------------------------------------------------------


def mutated(files: Mapping[str, bytes], paths: tuple[str, ...], chance: random.Random) -> dict[str, bytes]:
    """Return files with one line or word of a header changed."""
    path = chance.choice(paths)
    lines = files[path].split(b"\n")
    at = chance.randrange(len(lines))
    words = lines[at].split(b" ")
    word = chance.randrange(len(words))
    match chance.randrange(9):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[chance.randrange(len(lines))])
        case 2:
            lines.insert(at, b"")
        case 3 | 4:
            lines.insert(at, chance.choice(LINES))
        case 5:
            lines[at] += b" /* Since: 9.9.9 */"
        case 6:
            lines[at] = b" ".join((*words[:word], chance.choice(WORDS), *words[word + 1 :]))
        case 7:
            other = chance.choice(lines[chance.randrange(len(lines))].split(b" "))
            lines[at] = b" ".join((*words[:word], other, *words[word + 1 :]))
        case _:
            lines[at] = b" ".join((*words[:word], *words[word + 1 :]))
    return {**files, path: b"\n".join(lines)}


WORDS = (b"int", b"long", b"7", b"(", b"}", b";", b"*", b"const", b"struct")
LINES = (
    b"/* Since: 9.9.9 */", b"#pragma pack(1)", b"#pragma pack()", b"#if 0", b"typedef char mutant;",
    b"enum { MUTANT = 3 };", b"struct mutant { int a; };", b"#define int long",
)  # fmt: skip


def mutants(release: Release, project: Project, count: int, seed: int) -> None:
    chance = random.Random(seed)
    chain = Chain()
    chain.next(release, project)
    files: Mapping[str, bytes] = release.files
    paths = tuple(path for unit in project.of("headers") for path in unit.files)
    for number in range(count):
        files = mutated(release.files if number % 3 == 0 else files, paths, chance)
        chain.next(Release(release.label, release.version, MappingProxyType(dict(files))), project)


@functools.lru_cache(maxsize=3)
def opened(path: Path) -> tuple[Release, Project]:
    from abidiff.pipeline.reading import Request
    from abidiff.pipeline.reading import opened as opened_request

    release, _, project = opened_request(Request(str(path)))
    # One other configuration is enough to see that declarations are remembered across them.
    units: tuple[Unit, ...] = tuple(
        replace(unit, options=MappingProxyType({**unit.options, "configurations": 1})) for unit in project.of("headers")
    )
    return release, Project(project.profile, units)


@pytest.mark.real
def test_releases_of_libvirt_one_after_another(real_release: RealRelease) -> None:
    chain = Chain()
    for version in ("9.0.0", "11.3.0", "9.0.0", "7.0.0"):
        chain.next(*opened(real_release(version)))
        assert version == "9.0.0" or chain.known > 600


@pytest.mark.real
def test_mutants_of_libvirt(real_release: RealRelease) -> None:
    mutants(*opened(real_release("11.3.0")), count=12, seed=1)


@pytest.mark.real
@pytest.mark.parametrize("package", ["libcurl4-openssl-dev", "libpng-dev", "libssl-dev", "libxml2-dev", "zlib1g-dev"])
def test_packages_of_debian(package: str) -> None:
    chain = Chain()
    for suite in ("bullseye", "bookworm", "trixie"):
        found = sorted((CORPORA / suite).glob(f"{package}_*.deb"))
        if not found:
            pytest.skip(f"corpora/dev/{suite}/{package} is missing: run `make corpora`")
        chain.next(*opened(found[0]))
    assert chain.known
    mutants(*opened(found[0]), count=3, seed=2)
