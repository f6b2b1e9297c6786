"""A file parsed with what earlier files left behind comes to the model that it comes to alone."""

from __future__ import annotations

import random
import re
from pathlib import Path

import msgspec
import pytest

from abidiff.errors import ParseError
from abidiff.surfaces.xdr.build.parse import parse_remembering
from abidiff.surfaces.xdr.read import syntax
from abidiff.surfaces.xdr.read.definitions import Known, KnownDefinitions, cut, parse_source
from abidiff.surfaces.xdr.read.scan import scan
from tests.surfaces.xdr.cases import ACCEPTED, REJECTED
from tests.surfaces.xdr.helpers import CORPORA, LIBVIRT, ROOT, sides, tarball_files
from tests.surfaces.xdr.test_fuzz import SOURCES, damaged

ODD = b"""%#include "x.h"
%#define OUTSIDE 3
#ifdef RPC_XDR
const A = 4;
#else
const A = 5;
#endif
const TEXT = "(1 + 2); } {";
/* ; } { " ' */
enum demo_procedure { /* one */
    /** @generate: both
     *  @acl: demo:read
     */
    DEMO_PROC_GET = 1, /* autogen skipgen */
    /** @acl: none */
    DEMO_PROC_PUT = 2
};
union u switch (int d) { case 1: case '}': opaque a<A>; case ';': struct { int b; } c; default: void; };
typedef struct { int x; enum { P, Q } y; } outer;
typedef opaque name<OUTSIDE>;
struct demo_get_args { name n; u v; string t<TEXT>; };
program P { version V { int F(struct { int i; }) = 1; name G(void) = 2; } = 1; } = 0x20000001;
"""
LINES = (
    b"\n", b"/* a comment; with { marks */\n", b"% passed; {\n", b"#define B 7\n", b"#ifdef RPC_XDR\n#endif\n",
    b"const B = 7;\n", b"struct late { int z[B]; };\n", b"struct { int\n", b"};\n", b";\n", b'"\n', b"'\n", b"}\n{;\n",
    b"#if 0\nstruct gone { int a; };\n#endif\n", b"/** @acl: x:y */\n", b"    ", b"const A = 6;\n",
    b"structq { int w; };\n", b"\xff\n", b"/* \xc3\xa9 */ ", b"typedef int B;\n",
    b"program R { version V { void F(void) = 1; } = 1; } = 5;\n",
)  # fmt: skip


def edited(data: bytes, rng: random.Random) -> bytes:
    """Return a file as somebody might leave it: lines added, removed, moved, other line ends."""
    lines = data.splitlines(keepends=True)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(lines) + 1)
        match rng.randrange(6):
            case 0 | 1:
                lines.insert(at, rng.choice(LINES))
            case 2:
                del lines[at : at + rng.randint(1, 2)]
            case 3:
                lines.insert(at, rng.choice(lines) if lines else b"")
            case 4:
                lines = b"".join(lines).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").splitlines(keepends=True)
            case 5:
                return damaged(b"".join(lines) or b" ", rng)
    return b"".join(lines)


def kept(memory: KnownDefinitions) -> KnownDefinitions:
    """Return what the cache gives back."""
    return KnownDefinitions(msgspec.msgpack.decode(msgspec.msgpack.encode(memory.used), type=Known))


def both(files: dict[str, bytes], memory: KnownDefinitions) -> bytes:
    """Parse files with and without a memory; return the model that both come to."""
    alone, remembering = (parse_remembering(*sides(files), how) for how in (None, memory))
    assert msgspec.json.encode(remembering) == msgspec.json.encode(alone), files
    return msgspec.json.encode(alone)


@pytest.mark.parametrize("seed", range(4))
def test_edited_files_come_to_the_same_model(seed: int) -> None:
    rng = random.Random(seed)
    models = set()
    for source in [ODD, *SOURCES]:
        memory = KnownDefinitions()
        both({"a.x": source}, memory)
        for _ in range(60):
            again = kept(memory)
            models.add(both({"a.x": edited(source, rng)}, again))
            if rng.random() < 0.3:
                memory = again
    assert len(models) > 100


@pytest.mark.parametrize("text", [*ACCEPTED.values(), *(text for text, *_ in REJECTED.values())])
def test_every_case_alone_behind_others_and_twice(text: str) -> None:
    memory = KnownDefinitions()
    shifted = "/* before */ const UNUSED_BEFORE = 1;\n\n" + text + "\n" + text
    for data in (text, shifted, text, text.replace("\n", "\r\n")):
        both({"a.x": data.encode(), "b.x": ODD}, memory)
        memory = kept(memory)


def test_a_known_definition_is_not_parsed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    grammar = syntax.grammar()
    attempt = grammar.attempt

    def noted(text: str, start: str = "start") -> object:
        parsed.append(text)
        return attempt(text, start)

    monkeypatch.setattr(grammar, "attempt", noted)
    memory = KnownDefinitions()
    one = parse_source(scan("a.x", b"struct a { int b; };\nstruct c { a d; };\n"), memory)
    assert len(parsed) == 2
    again = kept(memory)
    assert (memory.is_stale, again.is_stale) == (True, False)
    two = parse_source(scan("a.x", b"/* moved */\n struct c { a d; };struct a { int b;};"), again)
    assert parsed[2:] == ["struct a { int b;};"]
    assert two[0] == msgspec.structs.replace(one[1], base=13)


def test_bodies_inside_of_bodies_are_parsed_each_time() -> None:
    memory = KnownDefinitions()
    both({"a.x": ODD}, memory)
    names = {str(name) for kind in Known.__struct_fields__ for name, _ in getattr(memory.used, kind).values()}
    assert {"A", "TEXT", "demo_procedure", "name", "demo_get_args"} == names


@pytest.mark.parametrize("name", [name for name, (text, *_) in REJECTED.items() if text])
def test_errors_are_those_of_the_whole_file(name: str) -> None:
    source = scan("a.x", b"struct known { int a; };\n" + REJECTED[name][0].encode())
    rendered = []
    for memory in (None, KnownDefinitions()):
        with pytest.raises(ParseError) as caught:
            parse_source(source, memory)
        rendered.append(caught.value.render())
    assert rendered[0] == rendered[1]


@pytest.mark.parametrize(
    ("code", "pieces"),
    [
        ("", []), (" \n ", []), ("a;b;", ["a;", "b;"]), (" a { b; c; } ; d", None), ("a {};\r\n b", None),
        ("a { b { c; }; };d;", ["a { b { c; }; };", "d;"]), ("};", None), ("a } { ;", None),
        ('a "};{" ;', ['a "};{" ;']),
        ("a ';' ;", ["a ';' ;"]), ('a ";', None), ("a ' ;", None), (";", [";"]),
    ],
)  # fmt: skip
def test_where_definitions_end(code: str, pieces: list[str] | None) -> None:
    found = cut(code)
    assert (found and [code[a:b] for a, b in found]) == pieces


@pytest.mark.real
@pytest.mark.parametrize("name", [*CORPORA, *(f"libvirt-{version}.tar.xz" for version in LIBVIRT)])
def test_real_protocols(name: str) -> None:
    folder = "corpora/xdr" if name in CORPORA else "releases"
    files = tarball_files(Path(ROOT) / folder / name)
    memory = KnownDefinitions()
    both(files, memory)
    again = kept(memory)
    both(files, again)
    assert again.fresh <= memory.fresh // 4
    rng = random.Random(1)
    largest = max((path for path in files if path.endswith(".x")), key=lambda path: len(files[path]))
    for _ in range(4):
        both({**files, largest: edited(files[largest], rng)}, kept(again))
    shifted = {path: b"\r\n/* */" + re.sub(rb"/\*[^*]*\*/", b"", data) for path, data in files.items()}
    both(shifted, kept(again))


@pytest.mark.real
def test_releases_of_libvirt_one_after_another() -> None:
    memory = KnownDefinitions()
    for version in LIBVIRT:
        both(tarball_files(ROOT / f"releases/libvirt-{version}.tar.xz"), memory)
        memory = kept(memory)
