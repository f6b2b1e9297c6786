from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from types import MappingProxyType

import pytest

from abidiff.release import Release
from abidiff.resources import resource
from abidiff.surfaces.headers.layout.kinds import NAMED, OPAQUE_KINDS, standard_kind
from abidiff.surfaces.headers.read.files import Files
from abidiff.surfaces.headers.read.lexer import TOKEN
from abidiff.surfaces.headers.read.preprocess import Preprocessor
from tests.surfaces.headers.helpers import library, parsed

GCC = shutil.which("gcc")


def preprocessed(text: str, **files: str) -> list[str]:
    named = {"main.h": text, **{name.replace("_h", ".h"): body for name, body in files.items()}}
    release = Release("x", "", MappingProxyType({k: v.encode() for k, v in named.items()}))
    found = Files(release, named, ("",))
    unit = Preprocessor(found)
    error = unit.root(found.open("main.h"))
    assert error is None, error and error.message
    assert not unit.problems, [p.rendered for p in unit.problems]
    return [token[1] for token in unit.tokens]


# Each case is also given to gcc -E: the examples of ISO C11 §6.10.3 and what real headers do.
CASES = {
    "rescanning": """
        #define x 3
        #define f(a) f(x * (a))
        #undef x
        #define x 2
        #define g f
        #define z z[0]
        #define h g(~
        #define m(a) a(w)
        #define w 0,1
        #define t(a) a
        #define p() int
        #define q(x) x
        #define r(x,y) x ## y
        #define str(x) # x
        f(y+1) + f(f(z)) % t(t(g)(0) + t)(1);
        g(x+(3,4)-w) | h 5) & m
        (f)^m(m);
        p() i[q()] = { q(1), r(2,3), r(4,), r(,5), r(,) };
        char c[2][6] = { str(hello), str() };
    """,
    "strings": """
        #define str(s) # s
        #define xstr(s) str(s)
        #define debug(s, t) printf("x" # s "= %d, x" # t "= %s", x ## s, x ## t)
        #define INCFILE(n) vers ## n
        #define glue(a, b) a ## b
        #define xglue(a, b) glue(a, b)
        #define HIGHLOW "hello"
        #define LOW LOW ", world"
        debug(1, 2);
        fputs(str(strncmp("abc\\0d", "abc", '\\4') == 0) str(: @\\n), s);
        xstr(INCFILE(2).h)
        glue(HIGH, LOW);
        xglue(HIGH, LOW)
    """,
    "placemarkers": """
        #define t(x,y,z) x ## y ## z
        int j[] = { t(1,2,3), t(,4,5), t(6,,7), t(8,9,), t(10,,), t(,11,), t(,,12), t(,,) };
    """,
    "variadic": """
        #define debug(...) fprintf(stderr, __VA_ARGS__)
        #define showlist(...) puts(#__VA_ARGS__)
        #define report(test, ...) ((test)?puts(#test): printf(__VA_ARGS__))
        #define old(format, args...) printf(format, ## args)
        #define new(format, ...) printf(format, ## __VA_ARGS__)
        debug("Flag"); debug("X = %d\\n", x);
        showlist(The first, second, and third items.);
        report(x>y, "x is %d but y is %d", x, y);
        old("a"); old("a", 1, 2); new("b"); new("b", c)
    """,
    "conditions": """
        #define A 3
        #if A > 2 && defined(A) && !defined B
        one
        #elif 1
        two
        #else
        three
        #endif
        #if 0
        no " ' unbalanced
        # unknown directive
        #elif (-1 >> 1) < 0 && 'a' == 97 && 0x10u > -1
        wrong
        #elif defined A && (A == 3 ? 1 : 0) && ~0 == -1 && 07 == 7
        right
        #endif
        #ifndef A
        #error no
        #else
        good
        #endif
        #if UNKNOWN || (1 ? 0 : 1/0)
        #else
        fine
        #endif
        # if 1L << 40
        # define DEEP 1
        # endif
        DEEP
    """,
    "calls over lines": """
        #define f(a, b) [a|b]
        #define EMPTY
        #define LP (
        f(1,
          2) f (3, (4, 5)) f /* c */ (6 , 7)
        f LP 1, 2) f EMPTY (8, 9)
        f
    """,
    "splices and comments": ""
    "#define a \\\n  b \\\n  c\na // x \\\n still a comment\n"
    'd/**/e /* // */ f "/* no */" \'"\' g\n',
    "hidden": """
        #define a b
        #define b a
        #define f(x) x f
        a b f(1)(2)(3)
        #define NIL(xxx) xxx
        #define G_0(arg) NIL(G_1)(arg)
        #define G_1(arg) NIL(arg)
        G_0(42)
    """,
    "counters and lines": "__LINE__\n#define L __LINE__\nL\n\nL\n",
}


def tokens_of(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return [m.group().strip() for m in TOKEN.finditer("\n".join(lines).rstrip())]


@pytest.mark.judge
@pytest.mark.skipif(GCC is None, reason="gcc is not installed")
@pytest.mark.parametrize("name", CASES)
def test_as_gcc_does(name: str, tmp_path: Path) -> None:
    path = tmp_path / "main.h"
    path.write_text(CASES[name])
    judge = subprocess.run(
        ["gcc", "-E", "-P", "-std=gnu11", "-x", "c", str(path)], capture_output=True, text=True, timeout=30, check=False
    )
    assert preprocessed(CASES[name]) == tokens_of(judge.stdout)


@pytest.mark.real
@pytest.mark.judge
@pytest.mark.skipif(GCC is None, reason="gcc is not installed")
@pytest.mark.parametrize("package", ["zlib1g-dev", "libexpat1-dev", "libsqlite3-dev", "libxml2-dev", "libglib2.0-dev"])
def test_real_headers_as_gcc_does(package: str, tmp_path: Path) -> None:
    """What is left of a real header has to be the tokens that gcc leaves, with our system headers."""
    from abidiff.resources import resource

    debs = sorted(Path("corpora/dev/bookworm").glob(f"{package}_*.deb"))
    if not debs or not shutil.which("dpkg-deb"):
        pytest.skip("corpora/ is missing: run `make corpora`")
    subprocess.run(["dpkg-deb", "-x", str(debs[0]), str(tmp_path)], check=True, timeout=60)
    stub = tmp_path / "usr/include/unicode/ucnv.h"  # of another package
    stub.parent.mkdir(parents=True, exist_ok=True)
    stub.write_text("typedef struct UConverter UConverter;\n")
    headers = {str(p.relative_to(tmp_path)): p.read_bytes() for p in tmp_path.rglob("*.h")}
    root = {
        "zlib1g-dev": "usr/include/zlib.h",
        "libexpat1-dev": "usr/include/expat.h",
        "libsqlite3-dev": "usr/include/sqlite3.h",
        "libxml2-dev": "usr/include/libxml2/libxml/xmlreader.h",
        "libglib2.0-dev": "usr/include/glib-2.0/gio/gio.h",
    }[package]
    folders = [
        "usr/include", "usr/include/x86_64-linux-gnu", "usr/include/libxml2", "usr/include/glib-2.0",
        "usr/lib/x86_64-linux-gnu/glib-2.0/include",
    ]  # fmt: skip
    files = Files(Release("x", "", MappingProxyType(headers)), headers, folders)
    unit = Preprocessor(files)
    unit.expander.table["__STRICT_ANSI__"] = unit.expander.table["__STDC__"]
    unit.root(files.open(root))
    command = ["gcc", "-E", "-P", "-std=gnu11", "-nostdinc", "-D__STRICT_ANSI__=1", "-D__OPTIMIZE__=1"]
    for folder in folders:
        command += ["-I", str(tmp_path / folder)]
    command += ["-idirafter", str(resource("surfaces/headers/system")), str(tmp_path / root)]
    judge = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    ours = " ".join(t[1] for t in unit.tokens if t[0] != "P" and t[0] != "s")
    ours = " ".join(ours.replace("_Pragma ( )", "").split())  # gcc makes lines of them
    theirs = " ".join(t for t in tokens_of(judge.stdout) if not t.startswith('"'))
    for a, b in zip(ours.split(" "), theirs.split(" "), strict=False):
        assert a == b
    assert ours == theirs


def test_include_guards_and_pragma_once() -> None:
    body = "#ifndef A_H\n#define A_H\none\n#endif\n"
    assert preprocessed('#include "a.h"\n#include "a.h"\n#include "b.h"\n#include "b.h"\n', a_h=body,
                        b_h="#pragma once\ntwo\n") == ["one", "two"]  # fmt: skip


def test_include_through_a_macro() -> None:
    assert preprocessed('#define NAME "a.h"\n#include NAME\n', a_h="here") == ["here"]


def test_has_include_and_has_attribute() -> None:
    text = (
        '#if __has_include("a.h") && !__has_include(<none.h>) && __has_include(<stdio.h>)\nyes\n#endif\n'
        "#define my_has __has_attribute\n#if my_has(__deprecated__)\ntoo\n#endif\n"
    )
    assert preprocessed(text, a_h="") == ["yes", "too"]


def test_macros_are_constants_by_value() -> None:
    macros = library(
        '#define A 0x10\n#define B (1U << 31)\n#define C "a" "b\\x41"\n#define D \'a\'\n#define E 1.50e1\n'
        "#define F A\n#define G (A + 1)\n#define H ((int)-1)\n#define I sizeof(short)\n#define J\n"
        "#define K __attribute__((noreturn))\n#define L(x, ...) x\n#define M unsigned int\n#define N f\n"
        "#define O do_it(1)\nint f(void);\nenum { X = 7 };\n#define X X\n#define P (X * 2)\n"
        "#define Q 0xffffffffffffffff\n#define R __FILE__\n"
    ).macros
    assert {n: (m.value.kind, m.value.number if m.value.number is not None else m.value.text)
            for n, m in macros.items()} == {
        "A": ("integer", 16), "B": ("integer", 1 << 31), "C": ("string", "abA"), "D": ("integer", 97),
        "E": ("float", "15.0"), "F": ("integer", 16), "G": ("integer", 17), "H": ("integer", -1),
        "I": ("integer", 2), "J": ("empty", ""), "K": ("attribute", "__attribute__ ( ( noreturn ) )"),
        "L": ("code", "#1"), "M": ("type", "unsigned int"), "N": ("name", "f"), "O": ("code", "do_it ( 1 )"),
        "X": ("integer", 7), "P": ("integer", 14), "Q": ("integer", (1 << 64) - 1), "R": ("code", "__FILE__"),
    }  # fmt: skip


def test_version_macros_are_no_constants() -> None:
    text = (
        '#define SHIP_VERSION "1.2.3"\n#define SHIP_VERSION_NUMBER 1002003\n#define SHIP_VERSION_MINOR 2\n'
        "#define SHIP_PROTOCOL_VERSION 7\n"
    )
    kinds = {n: m.value.kind for n, m in library(text, version="1.2.3").macros.items()}
    assert kinds == {
        "SHIP_VERSION": "version",
        "SHIP_VERSION_NUMBER": "version",
        "SHIP_VERSION_MINOR": "version",
        "SHIP_PROTOCOL_VERSION": "integer",
    }


def test_templates_are_instantiated() -> None:
    found = library(
        {"include/a.h": "#include <b.h>\n", "include/b.h.in": "#define NUMBER @NUM@\nint f(void);\n"},
        include_dirs=("include",),
        substitutions={"NUM": "42"},
    )
    assert found.macros["NUMBER"].value.number == 42
    assert found.functions["f"].mark.location.path == "include/b.h.in"


@pytest.mark.parametrize(("template", "path"), [("@NUM@", "b.h.in"), ("@NUM@ + @OTHER@", "b.h"), ("42", "b.h")])
def test_a_template_stands_before_what_was_once_made_of_it(template: str, path: str) -> None:
    """Where all that it leaves open is known: a repository that keeps both has the one of its last configuration."""
    files = {"b.h": b"#define NUMBER 41\n", "b.h.in": f"#define NUMBER {template}\n".encode()}
    found = Files(Release("x", "", MappingProxyType(files)), files, ("",), {"NUM": "42"})
    assert found.open("b.h").path == path


def test_sub_headers_that_refuse_to_be_included_alone() -> None:
    found = library(
        {
            "a.h": "#ifndef A_H\n#define A_H\n#ifndef IN_Z\n#error only z.h\n#endif\nint a(void);\n#endif\n",
            "lone.h": "#if !defined(GIVE_ME) && !defined(OTHER)\n#error give\n#endif\nint lone(void);\n",
            "z.h": '#define IN_Z\n#include "a.h"\n#undef IN_Z\n',
        }
    )
    assert set(found.functions) == {"a", "lone"}
    headers = {h.path: h for h in found.headers}
    assert headers["a.h"].error == "#error only z.h"
    assert headers["a.h"].via == "z.h"
    assert not headers["z.h"].error


def test_lines_and_columns_survive() -> None:
    text = "/* one\n two */\n#define A \\\n  1\r\n\n  int   foo(void);\n"
    found = library(text)
    assert tuple(found.functions["foo"].mark.location) == ("example.h", 6, 9)
    assert found.macros["A"].mark.location.line == 3


def test_names_from_system_headers_are_no_api() -> None:
    found = library("#include <stdio.h>\n#include <sys/socket.h>\nint f(FILE *x, struct sockaddr *y);\n")
    assert set(found.functions) == {"f"}
    assert not found.macros
    assert not found.records["struct sockaddr"].own


def test_every_system_header_parses_alone() -> None:
    folder = resource("surfaces/headers/system")
    for path in sorted(folder.rglob("*.h")):
        name = str(path.relative_to(folder))
        model = parsed(f"#include <{name}>\nint f(void);\n")
        assert not model.problems, model.problems[0].rendered


SYSTEM = resource("surfaces/headers/system")
# Left out: what the host lacks, or what differs by feature macros and by the version of the C library.
NOT_ON_HOST = ("asm/bitsperlong.h", "sys/bitypes.h", "iso646.h", "stdalign.h", "stdnoreturn.h", "complex.h", "tgmath.h")
NO_VALUES = frozenset(
    ("errno", "stdin", "stdout", "stderr", "INADDR_ANY", "INADDR_LOOPBACK", "_Complex_I", "I", "complex", "SOMAXCONN")
)


def host_headers() -> list[str]:
    names = sorted(str(path.relative_to(SYSTEM)) for path in SYSTEM.rglob("*.h"))
    return [name for name in names if name not in NOT_ON_HOST]


def taken_on_host(name: str) -> str:
    """The lines of one bundled header that its conditions keep on this machine, `#define` directives included."""
    command = ["gcc", "-E", "-dD", "-nostdinc", "-I", str(SYSTEM), str(SYSTEM / name)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    lines, inside = [], False
    for line in done.stdout.splitlines():
        marker = re.match(r'# \d+ "([^"]*)"', line)
        if marker is not None:
            inside = marker[1] == str(SYSTEM / name)
        elif inside:
            lines.append(line)
    return "\n".join(lines)


@pytest.mark.judge
@pytest.mark.skipif(GCC is None, reason="gcc is not installed")
@pytest.mark.parametrize("name", host_headers())
def test_system_constants_are_those_of_the_host(name: str, tmp_path: Path) -> None:
    """Our small system headers must not contradict the real ones (glibc on x86_64)."""
    asserts = []
    for match in re.finditer(r"^#define (\w+) (\(?-?[\w\"].*)$", taken_on_host(name), re.MULTILINE):
        macro, value = match.groups()
        if macro in NO_VALUES or macro.startswith("__") or "__" in value or "sizeof" in value:
            continue
        if value.startswith('"'):
            asserts.append(f'_Static_assert(sizeof({macro}) == sizeof({value}), "{macro}");')
        elif re.search(r"\d", value):
            asserts.append(f'_Static_assert(({macro}) == ({value}), "{macro}");')
    for match in re.finditer(r"^    ([A-Z][A-Z0-9_]+) = ([^,\n]+),?$", (SYSTEM / name).read_text(), re.MULTILINE):
        asserts.append(f'_Static_assert((int)({match[1]}) == (int)({match[2]}), "{match[1]}");')
    program = tmp_path / "x.c"
    head = f"#define _GNU_SOURCE\n#include <sys/types.h>\n#include <{name}>\n#include <limits.h>\n"
    program.write_text(head + "\n".join(asserts))
    done = subprocess.run(["gcc", "-fsyntax-only", program], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.judge
@pytest.mark.skipif(GCC is None, reason="gcc is not installed")
@pytest.mark.parametrize("name", host_headers())
def test_system_types_are_those_of_the_host(name: str, tmp_path: Path) -> None:
    """What our small system headers define has the size and the alignment of the real one (glibc on x86_64)."""
    text = (SYSTEM / name).read_text()
    types = [f"{kind} {tag}" for kind, tag in re.findall(r"^(struct|union) (\w+) \{", text, re.MULTILINE)]
    types += re.findall(r"^(?:typedef [^({]*?|\} )(\w+);$", text, re.MULTILINE)
    opaque = set(re.findall(r"^typedef struct \w+ (\w+);$", text, re.MULTILINE))
    types = [found for found in types if found not in opaque and not found.startswith("__abidiff")]
    own = ["-nostdinc", "-isystem", str(SYSTEM)]
    own += [f"-D__abidiff_{kind}={standard_kind(kind, 'x86_64')}" for kind in sorted(NAMED - OPAQUE_KINDS)]
    own += ["-D__abidiff_va_list=__builtin_va_list"]
    body = "".join(f"char is_{n}[sizeof({t}) * 100 + _Alignof({t})];\n" for n, t in enumerate(types))
    program = tmp_path / "x.c"
    program.write_text(f"#define _GNU_SOURCE\n#include <sys/types.h>\n#include <{name}>\n{body}")
    sizes = []
    for options in (own, []):
        command = ["gcc", "-S", "-fcommon", *options, "-o", "-", program]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 0, done.stderr
        found = dict(re.findall(r"\.comm\s+is_(\d+),(\d+)", done.stdout))
        sizes.append({t: found[str(n)] for n, t in enumerate(types)})
    assert sizes[0] == sizes[1]


@pytest.mark.parametrize("text", [r"'\x'", r"u8'\x'", r"'\x\x'", r"'\u'", r"'\U1'"])
def test_an_escape_without_its_digits_ends_nothing(text: str) -> None:
    assert preprocessed(f"#if {text} == 1\nint no;\n#endif\nint yes;\n")[:2] == ["int", "yes"]
