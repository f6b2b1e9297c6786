# ruff: noqa: E501
"""Hostile inputs, each made in a folder; small to write down, ruinous to read without bounds."""

from __future__ import annotations

import io
import struct
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

GRAMMAR = (
    '<grammar xmlns="http://relaxng.org/ns/structure/1.0" datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">'
)


class Pair(NamedTuple):
    """The two inputs and the options of one comparison."""

    old: Path
    new: Path
    options: tuple[str, ...] = ()


Maker = Callable[[Path], Pair]
MAKERS: dict[str, Maker] = {}


def maker(function: Maker) -> Maker:
    """Register a maker under its name."""
    MAKERS[function.__name__.replace("_", "-")] = function
    return function


def files(root: Path, ending: str, old: str, new: str) -> Pair:
    """Write two single files."""
    pair = Pair(root / f"old{ending}", root / f"new{ending}")
    pair.old.write_text(old)
    pair.new.write_text(new)
    return pair


def both(root: Path, name: str, data: bytes) -> tuple[Path, Path]:
    """Write one text as both sides, the second with a blank more."""
    old, new = root / f"old-{name}", root / f"new-{name}"
    old.write_bytes(data)
    new.write_bytes(data + b"\n" if not name.endswith((".zip", ".tar")) else data)
    return old, new


# --- sources


@maker
def links_of_folders(root: Path) -> Pair:
    """Two links to the next folder on each of 40 levels: 2^40 paths."""
    for side in ("old", "new"):
        top = root / side
        top.mkdir()
        for level in range(40):
            folder = top / f"d{level}"
            folder.mkdir()
            if level < 39:
                (folder / "a").symlink_to(f"../d{level + 1}")
                (folder / "b").symlink_to(f"../d{level + 1}")
        (top / "d39" / "f.h").write_text(f"int f(void); /* {side} */\n")
    return Pair(root / "old", root / "new", ("--headers", "**/*.h"))


def _tar(root: Path, fill: Callable[[tarfile.TarFile], None]) -> Pair:
    for side in ("old", "new"):
        with tarfile.open(root / f"{side}.tar", "w") as archive:
            fill(archive)
            _add(archive, "x/include/f.h", f"int f(void); /* {side} */\n".encode())
    return Pair(root / "old.tar", root / "new.tar", ("--headers", "**/*.h"))


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    archive.addfile(info, io.BytesIO(data))


@maker
def links_of_archives(root: Path) -> Pair:
    """The same 2^40 paths in an archive."""

    def fill(archive: tarfile.TarFile) -> None:
        for level in range(39):
            for name in "ab":
                info = tarfile.TarInfo(f"x/d{level}/{name}")
                info.type, info.linkname = tarfile.SYMTYPE, f"../d{level + 1}"
                archive.addfile(info)
        _add(archive, "x/d39/g.h", b"int g(void);\n")

    return _tar(root, fill)


@maker
def deep_path(root: Path) -> Pair:
    """One path of 50,000 components."""
    return _tar(root, lambda archive: _add(archive, "x/" + "d/" * 50_000 + "f.h", b"int g(void);\n"))


@maker
def deep_paths(root: Path) -> Pair:
    """A hundred different paths of 10,000 components each."""

    def fill(archive: tarfile.TarFile) -> None:
        for number in range(100):
            _add(archive, "x/" + f"d{number}/" * 10_000 + "f.h", b"int g(void);\n")

    return _tar(root, fill)


@maker
def overlapping_entries(root: Path) -> Pair:
    """A zip whose 20,000 entries all are the same four megabytes."""
    plain = b"int f(void);\n" * 330_000
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(plain) + packer.flush()
    crc = zlib.crc32(plain)
    name = b"x/include/a.h"
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 0x21, crc, len(packed), len(plain), len(name), 0) + name
    central = b""
    for number in range(20_000):
        entry = b"x/include/%05d.h" % number
        central += struct.pack(
            "<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 0x21, crc, len(packed), len(plain),
            len(entry), 0, 0, 0, 0, 0, 0,
        ) + entry  # fmt: skip
    start = len(local) + len(packed)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 20_000, 20_000, len(central), start, 0)
    old, new = both(root, "x.zip", local + packed + central + end)
    new.write_bytes(new.read_bytes()[:-2] + b"\1\0x")
    return Pair(old, new, ("--headers", "**/*.h"))


# --- symbol maps


@maker
def many_symbols(root: Path) -> Pair:
    """300,000 symbols, one of them removed."""
    body = "".join(f"    symbol_number_{n};\n" for n in range(300_000))
    return files(
        root, ".syms", f"V1 {{\nglobal:\n{body}    gone;\nlocal: *;\n}};\n", f"V1 {{\nglobal:\n{body}local: *;\n}};\n"
    )


@maker
def many_symbols_removed(root: Path) -> Pair:
    """300,000 symbols, all of them removed."""
    body = "".join(f"    symbol_number_{n};\n" for n in range(300_000))
    return files(root, ".syms", f"V1 {{\nglobal:\n{body}local: *;\n}};\n", "V1 {\nglobal: one;\nlocal: *;\n};\n")


@maker
def all_symbols_removed(root: Path) -> Pair:
    """190,000 symbols, all of them removed."""
    body = "".join(f"    symbol_number_{n};\n" for n in range(190_000))
    return files(root, ".syms", f"V1 {{\nglobal:\n{body}local: *;\n}};\n", "V1 {\nglobal: one;\nlocal: *;\n};\n")


@maker
def listed_symbols_moved(root: Path) -> Pair:
    """190,000 symbols, all of them in another node."""
    body = "".join(f"    symbol_number_{n};\n" for n in range(190_000))
    return files(root, ".syms", f"V1 {{\nglobal:\n{body}local: *;\n}};\n", f"V2 {{\nglobal:\n{body}local: *;\n}};\n")


@maker
def many_nodes(root: Path) -> Pair:
    """30,000 version nodes, each the child of the one before."""
    body = "".join(f"V{n} {{ s{n}; }} V{n - 1};\n" for n in range(1, 30_000))
    return files(root, ".syms", "V0 { s; };\n" + body, "V0 { s; t; };\n" + body)


@maker
def many_globs(root: Path) -> Pair:
    """3,000 patterns with stars."""
    body = "".join(f"    a*b{n}*c*;\n" for n in range(3_000))
    return files(
        root, ".syms", f"V1 {{\nglobal:\n{body}local: *;\n}};\n", f"V1 {{\nglobal:\n{body}  x*;\nlocal: *;\n}};\n"
    )


@maker
def symbols_and_globs(root: Path) -> Pair:
    """100,000 symbols on one side, 3,000 patterns on the other."""
    names = "".join(f"    aaaaaaaaaaaaa{n};\n" for n in range(100_000))
    globs = "".join(f"    a*{n}a*;\n" for n in range(3_000))
    return files(root, ".syms", f"V1 {{\nglobal:\n{names}local: *;\n}};\n", f"V1 {{\nglobal:\n{globs}local: *;\n}};\n")


@maker
def many_globs_removed(root: Path) -> Pair:
    """3,000 patterns, all of them for others."""
    old = "".join(f"    a*b{n}*c*;\n" for n in range(3_000))
    new = "".join(f"    a*d{n}*c*;\n    a1d{n}c2;\n" for n in range(3_000))
    return files(root, ".syms", f"V1 {{\nglobal:\n{old}local: *;\n}};\n", f"V1 {{\nglobal:\n{new}local: *;\n}};\n")


# --- headers


@maker
def enum_of_a_million(root: Path) -> Pair:
    """An enum of a million enumerators."""
    body = ",".join(f"E{n}" for n in range(1_000_000))
    return files(root, ".h", f"enum e {{{body}}};\n", f"enum e {{{body}, LAST}};\n")


@maker
def macro_of_4_mb(root: Path) -> Pair:
    """A macro with a body of four megabytes."""
    body = "+1" * 2_000_000
    return files(root, ".h", f"#define M 0{body}\nint f(void);\n", f"#define M 1{body}\nint f(void);\n")


@maker
def macro_of_4_mb_used(root: Path) -> Pair:
    """A macro with a body of four megabytes, used."""
    body = "+1" * 2_000_000
    return files(root, ".h", f"#define M 0{body}\nint a[M];\n", f"#define M 1{body}\nint a[M];\n")


@maker
def macros_that_double(root: Path) -> Pair:
    """Each of 40 macros is twice the one before: 2^40 tokens."""
    lines = "#define M0 1\n" + "".join(f"#define M{n} M{n - 1}+M{n - 1}\n" for n in range(1, 40))
    return files(root, ".h", lines + "int a[M39];\n", lines + "int a[1+M39];\n")


@maker
def nested_structs(root: Path) -> Pair:
    """60 structs, each of two members of the one before: a size of 2^60."""
    lines = "struct s0 { char a, b; };\n"
    lines += "".join(f"struct s{n} {{ struct s{n - 1} a, b; }};\n" for n in range(1, 60))
    use = "int f(struct s59 *p);\n"
    return files(root, ".h", lines + use, lines.replace("char a, b", "short a, b") + use)


@maker
def nested_anonymous_structs(root: Path) -> Pair:
    """Anonymous structs, 60 deep, of two members each."""

    def text(kind: str) -> str:
        body = f"{kind} x;"
        for n in range(60):
            body = f"struct {{ {body} }} a{n}; int b{n};"
        return f"struct top {{ {body} }};\nint f(struct top *p);\n"

    return files(root, ".h", text("char"), text("long"))


@maker
def nested_arrays(root: Path) -> Pair:
    """An array of 2^60 elements by dimensions."""
    return files(root, ".h", "extern int a" + "[1000]" * 6 + ";\n", "extern short a" + "[1000]" * 6 + ";\n")


@maker
def arrays_of_structs(root: Path) -> Pair:
    """Nested arrays of a million in nested structs."""
    lines = "struct s0 { char a; };\n" + "".join(
        f"struct s{n} {{ struct s{n - 1} a[1000000]; }};\n" for n in range(1, 4)
    )
    use = "extern struct s3 v;\n"
    return files(root, ".h", lines + use, lines.replace("char a", "short a") + use)


@maker
def chained_typedefs(root: Path) -> Pair:
    """20,000 typedefs, each of the one before."""
    lines = "typedef {} t0;\n" + "".join(f"typedef t{n - 1} t{n};\n" for n in range(1, 20_000))
    use = "t19999 f(void);\n"
    return files(root, ".h", lines.format("int") + use, lines.format("long") + use)


@maker
def chained_pointers(root: Path) -> Pair:
    """20,000 typedefs, each a pointer to the one before."""
    lines = "typedef {} t0;\n" + "".join(f"typedef t{n - 1} *t{n};\n" for n in range(1, 20_000))
    use = "t19999 f(void);\n"
    return files(root, ".h", lines.format("int") + use, lines.format("long") + use)


@maker
def nested_conditions(root: Path) -> Pair:
    """#if nested 20,000 deep."""
    lines = "".join(f"#if !defined(N{n})\n" for n in range(20_000)) + "int g(void);\n" + "#endif\n" * 20_000
    return files(root, ".h", lines + "int f(void);\n", lines + "int f(int);\n")


@maker
def nested_conditions_of_one(root: Path) -> Pair:
    """#if 1 nested 20,000 deep."""
    lines = "#if 1\n" * 20_000 + "int g(void);\n" + "#endif\n" * 20_000
    return files(root, ".h", lines + "int f(void);\n", lines + "int f(int);\n")


@maker
def chained_elif(root: Path) -> Pair:
    """20,000 branches of one condition."""
    lines = "#if 0\n" + "".join(f"#elif defined(N{n})\nint g{n}(void);\n" for n in range(20_000)) + "#endif\n"
    return files(root, ".h", lines + "int f(void);\n", lines + "int f(int);\n")


@maker
def conditions(root: Path) -> Pair:
    """#if nested 990 deep."""
    lines = "".join(f"#if !defined(N{n})\n" for n in range(990)) + "int g(void);\n" + "#endif\n" * 990
    return files(root, ".h", lines + "int f(void);\n", lines + "int f(int);\n")


@maker
def branches(root: Path) -> Pair:
    """190 branches of each of ten conditions."""
    lines = "".join(
        "#if 0\n" + "".join(f"#elif defined(N{m}_{n})\nint g{m}_{n}(void);\n" for n in range(190)) + "#endif\n"
        for m in range(10)
    )
    return files(root, ".h", lines + "int f(void);\n", lines + "int f(int);\n")


@maker
def members(root: Path) -> Pair:
    """A struct of 19,000 members, the first of which grows."""
    text = "".join(f"int m{n};\n" for n in range(19_000))
    return files(root, ".h", f"struct s {{ int a; {text} }};\n", f"struct s {{ long a; {text} }};\n")


@maker
def repeated_includes(root: Path) -> Pair:
    """A header that is included a million times, through another one."""
    for side, kind in (("old", "int"), ("new", "long")):
        folder = root / side / "include"
        folder.mkdir(parents=True)
        (folder / "a.h").write_text('#include "b.h"\n' * 5_000)
        (folder / "b.h").write_text('#include "c.h"\n' * 200)
        (folder / "c.h").write_text(f"extern {kind} x;\n")
    return Pair(root / "old", root / "new", ("--headers", "include/*.h"))


@maker
def structs(root: Path) -> Pair:
    """15,000 structs of three members, the first of which grows in each."""
    text = "".join(f"struct s{n} {{ int a; long b; char *c; }};\n" for n in range(15_000))
    return files(root, ".h", text, text.replace("int a", "long a"))


@maker
def nested_parentheses(root: Path) -> Pair:
    """A declarator and an expression, 20,000 parentheses deep."""
    text = "int a[" + "(" * 20_000 + "1" + ")" * 20_000 + "];\n"
    return files(root, ".h", text + "int f(void);\n", text + "int f(int);\n")


@maker
def nested_declarators(root: Path) -> Pair:
    """A function that returns a function, 5,000 deep."""
    text = "int " + "(*" * 5_000 + "f" + ")(void)" * 5_000 + ";\n"
    return files(root, ".h", text + "int h(void);\n", text + "int h(int);\n")


@maker
def many_functions(root: Path) -> Pair:
    """100,000 functions."""
    text = "".join(f"int f{n}(int a, const char *b);\n" for n in range(100_000))
    return files(root, ".h", text + "int h(void);\n", text + "int h(int);\n")


@maker
def long_struct(root: Path) -> Pair:
    """A struct of 100,000 members, the first of which grows."""
    text = "".join(f"int m{n};\n" for n in range(100_000))
    return files(root, ".h", f"struct s {{ int a; {text} }};\n", f"struct s {{ long a; {text} }};\n")


@maker
def many_macros(root: Path) -> Pair:
    """200,000 macros."""
    text = "".join(f"#define M{n} {n}\n" for n in range(200_000))
    return files(root, ".h", text + "int h(void);\n", text + "int h(int);\n")


@maker
def long_string(root: Path) -> Pair:
    """A string of five megabytes in pieces."""
    text = '#define S "' + '" "'.join("abcdefgh" for _ in range(400_000)) + '"\n'
    return files(root, ".h", text + "int h(void);\n", text + "int h(int);\n")


@maker
def big_numbers(root: Path) -> Pair:
    """Powers of powers in a constant expression."""
    text = "#define A 9" + "9" * 200_000 + "\nenum { B = A };\n"
    text += "#if 1 << 1000000000 << 1000000000\n#endif\n"
    return files(root, ".h", text + "int h(void);\n", text + "int h(int);\n")


@maker
def ring_of_headers(root: Path) -> Pair:
    """1,000 headers with guards, each of which includes the next one; from everywhere it goes too deep."""
    for side, kind in (("old", "int"), ("new", "long")):
        folder = root / side / "include"
        folder.mkdir(parents=True)
        for n in range(1_000):
            text = f'#ifndef H{n}\n#define H{n}\n#include "h{(n + 1) % 1_000}.h"\n{kind} f{n}(void);\n#endif\n'
            (folder / f"h{n}.h").write_text(text)
    return Pair(root / "old", root / "new", ("--headers", "include/*.h"))


# --- protocols


@maker
def long_array_removed(root: Path) -> Pair:
    """A struct of an array of 70,000 integers, removed."""
    rest = "program P { version V { void NULLPROC(void) = 0;%s } = 1; } = 0x20000001;\n"
    old = "struct big { int data[70000]; };\n" + rest % " big GET(void) = 1;"
    return files(root, ".x", old, "struct small { int x; };\n" + rest % " small GET(void) = 1;")


@maker
def long_array_removed_alone(root: Path) -> Pair:
    """The same with nothing that uses it."""
    return files(root, ".x", "struct big { int data[70000]; };\nstruct o { int y; };\n", "struct o { int y; };\n")


@maker
def nested_xdr_arrays(root: Path) -> Pair:
    """Arrays of a million, nested four deep."""
    lines = "typedef int t0;\n" + "".join(
        f"struct s{n} {{ {'s' + str(n - 1) if n > 1 else 't0'} a[1000000]; }};\n" for n in range(1, 5)
    )
    return files(root, ".x", lines, lines.replace("typedef int t0", "typedef hyper t0"))


@maker
def nested_xdr_structs(root: Path) -> Pair:
    """60 structs of two members each."""
    lines = "struct s0 { %s a; int b; };\n" + "".join(
        f"struct s{n} {{ s{n - 1} a; s{n - 1} b; }};\n" for n in range(1, 60)
    )
    return files(root, ".x", lines % "int", lines % "hyper")


@maker
def xdr_enum(root: Path) -> Pair:
    """An enum of 300,000 values."""
    body = ", ".join(f"E{n} = {n}" for n in range(300_000))
    return files(root, ".x", f"enum e {{ {body} }};\n", f"enum e {{ {body}, L = 300001 }};\n")


@maker
def xdr_typedefs(root: Path) -> Pair:
    """20,000 chained typedefs in a protocol."""
    lines = "typedef %s t0;\n" + "".join(f"typedef t{n - 1} t{n};\n" for n in range(1, 20_000))
    return files(root, ".x", lines % "int" + "struct s { t19999 x; };\n", lines % "hyper" + "struct s { t19999 x; };\n")


@maker
def xdr_constants(root: Path) -> Pair:
    """20,000 constants, each defined by the one before."""
    lines = "const C0 = 1;\n" + "".join(f"const C{n} = C{n - 1};\n" for n in range(1, 20_000))
    return files(root, ".x", lines + "struct s { int x<C19999>; };\n", lines + "struct s { int x<5>; };\n")


@maker
def xdr_union(root: Path) -> Pair:
    """A union of 50,000 arms."""
    body = "".join(f"case {n}: int a{n};\n" for n in range(50_000))
    return files(
        root,
        ".x",
        f"union u switch (int d) {{ {body} }};\n",
        f"union u switch (int d) {{ {body} case 50001: int z; }};\n",
    )


@maker
def xdr_structs(root: Path) -> Pair:
    """15,000 structs that nothing holds, all of which change."""
    text = "".join(f"struct s{n} {{ int a; string b<>; }};\n" for n in range(15_000))
    return files(root, ".x", text, text.replace("int a", "hyper a"))


@maker
def xdr_conditions(root: Path) -> Pair:
    """A struct below each of 5,000 conditions."""
    text = "".join(f"#ifdef N{n}\nstruct s{n} {{ int a; }};\n#endif\n" for n in range(5_000)) + "struct y { int a; };\n"
    return files(root, ".x", text, text.replace("int a", "hyper a"))


# --- schemas


def _rng(root: Path, old: str, new: str) -> Pair:
    return files(root, ".rng", f"{GRAMMAR}{old}</grammar>\n", f"{GRAMMAR}{new}</grammar>\n")


@maker
def many_defines(root: Path) -> Pair:
    """100,000 defines, each used by the one before."""
    body = "<start><ref name='d0'/></start>" + "".join(
        f"<define name='d{n}'><element name='e{n}'><optional><ref name='d{n + 1}'/></optional></element></define>"
        for n in range(100_000)
    )
    last = "<define name='d100000'><element name='z'>%s</element></define>"
    return _rng(root, body + last % "<text/>", body + last % "<empty/>")


@maker
def many_defines_flat(root: Path) -> Pair:
    """100,000 defines in one choice."""
    body = "<start><choice>" + "".join(f"<ref name='d{n}'/>" for n in range(100_000)) + "</choice></start>"
    body += "".join(f"<define name='d{n}'><element name='e{n}'><empty/></element></define>" for n in range(100_000))
    return _rng(root, body, body.replace("'e7'", "'f7'"))


@maker
def many_defines_deep(root: Path) -> Pair:
    """100,000 defines, each nothing but the next one."""
    body = "<start><ref name='d0'/></start>" + "".join(
        f"<define name='d{n}'><ref name='d{n + 1}'/></define>" for n in range(100_000)
    )
    last = "<define name='d100000'><element name='z'>%s</element></define>"
    return _rng(root, body + last % "<text/>", body + last % "<empty/>")


def _pattern(root: Path, old: str, new: str) -> Pair:
    text = "<start><element name='e'><data type='string'><param name='pattern'>{}</param></data></element></start>"
    return _rng(root, text.format(old), text.format(new))


@maker
def repeated_pattern(root: Path) -> Pair:
    """The pattern (.{0,99}){99}."""
    return _pattern(root, "(.{0,99}){99}", "(.{0,99}){98}")


@maker
def repeated_pattern_doubly(root: Path) -> Pair:
    """The pattern ((a{0,99}){99}){99}."""
    return _pattern(root, "((a{0,99}){99}){99}", "((a{0,99}){99}){98}")


@maker
def exponential_pattern(root: Path) -> Pair:
    """A pattern whose deterministic automaton has 2^40 states."""
    return _pattern(root, "(a|b)*a(a|b){40}", "(a|b)*a(a|b){41}")


@maker
def long_choice(root: Path) -> Pair:
    """A choice of 100,000 values."""
    body = (
        "<start><element name='e'><choice>"
        + "".join(f"<value>v{n}</value>" for n in range(100_000))
        + "%s</choice></element></start>"
    )
    return _rng(root, body % "<value>gone</value>", body % "")


@maker
def wide_interleave(root: Path) -> Pair:
    """An interleave of 3,000 elements."""
    body = "<start><element name='e'><interleave>" + "".join(
        f"<optional><element name='v{n}'><text/></element></optional>" for n in range(3_000)
    )
    return _rng(
        root,
        body + "</interleave></element></start>",
        body + "<element name='w'><text/></element></interleave></element></start>",
    )


@maker
def nested_groups(root: Path) -> Pair:
    """Defines that double 60 times: 2^60 elements in a row."""
    body = "<start><element name='r'><ref name='d59'/></element></start><define name='d0'><element name='{}'><empty/></element></define>"
    body += "".join(f"<define name='d{n}'><ref name='d{n - 1}'/><ref name='d{n - 1}'/></define>" for n in range(1, 60))
    return _rng(root, body.format("a"), body.format("b"))


@maker
def many_values(root: Path) -> Pair:
    """A choice of 40,000 values, one of which goes."""
    body = "".join(f"<value>v{n}</value>" for n in range(40_000))
    text = "<start><element name='e'><choice>{}</choice></element></start>"
    return _rng(root, text.format(body + "<value>gone</value>"), text.format(body))


@maker
def optional_attributes(root: Path) -> Pair:
    """3,000 optional attributes, one of which goes."""
    body = "".join(f"<optional><attribute name='a{n}'/></optional>" for n in range(3_000))
    text = "<start><element name='e'>{}</element></start>"
    return _rng(root, text.format(body + "<optional><attribute name='gone'/></optional>"), text.format(body))


@maker
def lists_of_values(root: Path) -> Pair:
    """Lists of 5,000 values, one of which goes."""
    body = "".join(f"<value>v{n}</value>" for n in range(5_000))
    text = "<start><element name='e'><list><oneOrMore><choice>{}</choice></oneOrMore></list></element></start>"
    return _rng(root, text.format(body + "<value>gone</value>"), text.format(body))


@maker
def branches_of_values(root: Path) -> Pair:
    """A choice of 2,000 branches that differ in the value of an attribute, one of which goes."""
    branch = "<group><attribute name='t'><value>v{}</value></attribute><attribute name='u'/></group>"
    body = "".join(branch.format(n) for n in range(2_000))
    text = "<start><element name='e'><choice>{}</choice></element></start>"
    return _rng(root, text.format(body + branch.format("gone")), text.format(body))


def _chained(root: Path, link: str, count: int) -> Pair:
    """Defines, each of which is ``link`` around the next one; the last one changes."""
    links = "".join(link.format(n, f"<ref name='d{n + 1}'/>") for n in range(count))
    start = f"<start><element name='e'><ref name='d0'/></element></start>{links}<define name='d{count}'>"
    return _rng(root, f"{start}<data type='token'/></define>", f"{start}<value>v</value></define>")


@maker
def nested_elements(root: Path) -> Pair:
    """3,000 elements in each other."""
    return _chained(root, "<define name='d{0}'><element name='e{0}'>{1}</element></define>", 3_000)


@maker
def chained_groups(root: Path) -> Pair:
    """3,000 groups in each other, each of which is one with the next."""
    return _chained(root, "<define name='d{0}'><group><attribute name='a{0}'/>{1}</group></define>", 3_000)


@maker
def optional_items(root: Path) -> Pair:
    """A list of 500 optional values, one of which goes."""
    item = "<optional><value>v{}</value></optional>"
    body = "".join(item.format(n) for n in range(500))
    text = "<start><element name='e'><list>{}</list></element></start>"
    return _rng(root, text.format(body + item.format("gone")), text.format(body))


def _compact(root: Path, old: str, new: str) -> Pair:
    return files(root, ".rnc", old, new)


@maker
def compact_braces(root: Path) -> Pair:
    """Parentheses of the compact syntax, 20,000 deep."""
    return _compact(root, "element e { " + "(" * 20_000, "element e { " + "(" * 20_001)


@maker
def compact_tokens(root: Path) -> Pair:
    """A schema of 420,000 tokens in the compact syntax."""
    text = "start = element e { text }\n" + "".join(f"d{n} = element e {{ text }}\n" for n in range(70_000))
    return _compact(root, text, text + "f = text\n")


def make(name: str, root: Path) -> Pair:
    """Make one hostile input in an empty folder."""
    root.mkdir(parents=True, exist_ok=True)
    return MAKERS[name](root)
