# ruff: noqa: E501
from __future__ import annotations

import contextlib
import time
from pathlib import Path

import pytest

from abidiff.errors import ParseError
from abidiff.finding import Severity, Verdict
from abidiff.pipeline import Options, compare
from abidiff.surfaces.xdr.build.parse import parse
from abidiff.surfaces.xdr.model import Array, Enum, Named, Opaque, Pointer, Simple, Size, String, Struct, Typedef, Union
from abidiff.surfaces.xdr.read.scan import scan
from tests.surfaces.xdr.helpers import model, problem, sides


def kinds(text: str) -> list[str]:
    found = model(f"struct s {{ {text} }};")
    assert not found.problems, found.problems[0].rendered
    struct = found.protocols[0].types[-1]
    assert isinstance(struct, Struct)
    return [str(m.type) for m in struct.members]


def test_basic_types_are_what_they_are_on_the_wire() -> None:
    assert kinds("unsigned a; u_int b; uint32_t c; long d; unsigned long e;") == [
        "unsigned int", "unsigned int", "unsigned int", "int", "unsigned int",
    ]  # fmt: skip
    assert kinds("u_quad_t a; int64_t b; unsigned hyper c; quad_t d;") == [
        "unsigned hyper", "hyper", "unsigned hyper", "hyper",
    ]  # fmt: skip
    assert kinds("unsigned short a; unsigned char b; char c[32]; bool_t d;") == [
        "unsigned short", "unsigned char", "char[32]", "bool",
    ]  # fmt: skip


def test_declarations() -> None:
    text = "opaque a[4]; opaque b<>; string c<>; s *d; int e<3>; string f<0x10>; int g[010];"
    assert kinds(text) == ["opaque[4]", "opaque<>", "string<>", "s *", "int<3>", "string<16>", "int[8]"]


def test_constants_of_all_spellings() -> None:
    found = model('const A = 0x10;\nconst B = 017;\nconst C = -1;\nconst D = A;\nconst E = "(256 + 1)";\n')
    assert {c.name: c.value for c in found.protocols[0].constants} == {"A": 16, "B": 15, "C": -1, "D": 16, "E": 257}


def test_enumerators_count_on() -> None:
    found = model("enum e { A = 5, B, C = A, D, E = 0xffffffff };")
    enum = found.protocols[0].types[0]
    assert isinstance(enum, Enum)
    assert [v.value for v in enum.values] == [5, 6, 5, 6, -1]


def test_constants_and_labels_come_from_headers() -> None:
    files = {
        "p.x": b"typedef opaque uuid[UUID_LEN];\nconst L = LABEL_MAX;\ntypedef string label<L>;\n"
        b"union u switch (int t) { case KIND_B: int a; case KIND_LAST: void; };\n",
        "include/a.h": b"/* UUID_LEN 99 */\n# define UUID_LEN (4 << 2)\n#define LABEL_MAX (4096 + 1)\n",
        "include/b.h.in": b"typedef enum {\n  KIND_A = 1, /* first */\n  KIND_B, // second\n# ifdef X\n  KIND_LAST\n# endif\n} kind;\n",
    }
    found = parse(*sides(files), {})
    assert not found.problems
    uuid, label, union = found.protocols[0].types
    assert uuid == Typedef("uuid", Opaque(Size(16, "UUID_LEN"), True), uuid.location)
    assert isinstance(label, Typedef)
    assert label.type == String(Size(4097, "L"))
    assert isinstance(union, Union)
    assert [la.value for arm in union.arms for la in arm.labels] == [2, 3]
    places = {c.name: str(c.location) for c in found.protocols[0].constants}
    assert places["UUID_LEN"] == "include/a.h:2"


def test_an_unknown_constant_is_named_at_its_place_only_when_something_needs_it() -> None:
    assert not model("const A = NOWHERE;\nstruct s { int a; };").problems
    text = problem("struct s {\n    opaque uuid[NOWHERE];\n};")
    assert text.startswith("example.x:2:17: NOWHERE is defined neither here nor in the headers of the release")
    assert "    opaque uuid[NOWHERE];" in text
    assert "^" in text


def test_types_of_another_file() -> None:
    found = model(remote_x="struct dom { int id; };\n", qemu_x='%#include "remote.h"\nstruct attach { dom d; };\n')
    assert not found.problems
    qemu, remote = found.protocols
    assert qemu.imports == (("dom", "remote"),)
    assert remote.roots == ()
    assert qemu.roots == ("attach",)


def test_included_files_are_part_of_the_unit() -> None:
    files = {"a.x": b'#include "b.x"\nstruct s { t x; };\n', "b.x": b"struct t { int y; };\n"}
    release, project = sides(files)
    from abidiff.project import Project

    found = parse(release, Project("test", project.units[:1]), {})
    assert not found.problems
    assert [t.name for t in found.protocols[0].types] == ["s", "t"]


PROCS = "int F(int) = 1;\n"
INSIDE = (
    ("program P {{ version V {{\n{}void LAST(void) = 9;\n}} = 1; }} = 77;\n", PROCS),
    ("program P {{\n{}version V {{ void LAST(void) = 9; }} = 1; }} = 77;\n", "version U { int F(int) = 1; } = 2;\n"),
    ("enum e {{\n{}A = 1 }};\n", "B = 2,\n"),
    ("enum e {{\n{}}};\n", "B = 2\n"),
    ("struct s {{\nint a;\n{}}};\n", "int b;\n"),
    ("union u switch (int k) {{\ncase 1: int a;\n{}}};\n", "case 2: int b;\n"),
    ("const A =\n{};\n", "1\n"),
)


@pytest.mark.parametrize(("around", "part"), INSIDE)
@pytest.mark.parametrize("name", ["part.h", "part.inc", "part.x", "part"])
def test_a_definition_with_a_part_in_another_file_is_undecided(
    around: str, part: str, name: str, tmp_path: Path
) -> None:
    for side, text in (("old", part), ("new", part.replace("1", "3").replace("2", "4"))):
        folder = tmp_path / side
        folder.mkdir()
        (folder / "p.x").write_text("struct whole { int a; };\n" + around.format(f'#include "{name}"\n'))
        (folder / name).write_text(text)
        (tmp_path / "plain").mkdir(exist_ok=True)
        (tmp_path / "plain/p.x").write_text("struct whole { int a; };\n" + around.format(part))
    for old in ("old", "plain"):
        report = compare(str(tmp_path / old), str(tmp_path / "new"), Options(cache=False, parallel=False))
        assert report.verdict is Verdict.UNDECIDED
        assert not [finding for finding in report.findings if finding.severity is Severity.BREAKING]
        said = [problem for problem in report.problems if "a part of this definition is in" in problem.message]
        assert [(problem.location.path, problem.location.column) for problem in said if problem.location] == [
            ("p.x", 1)
        ] * (2 if old == "old" else 1)


@pytest.mark.parametrize("name", ["more.inc", "more", "MORE_H"])
def test_what_is_included_and_is_no_protocol_file_is_undecided(name: str) -> None:
    files = {"p.x": f'struct s {{ int a; }};\n#include "{name}"\n'.encode(), name: b"const A = 1;\n"}
    (problem,) = parse(*sides(files), {}).problems
    assert (str(problem.location), problem.message) == ("p.x:2:1", f"{name} is not read: it is no .x file")


def test_headers_between_definitions_are_for_the_preprocessor() -> None:
    assert not model('#include <rpc/types.h>\nstruct s { int a; };\n#include "ship.h"\n').problems


def test_definitions_of_a_header_that_rpcgen_reads_are_part_of_the_unit() -> None:
    files = {
        "src/p.x": b'#include "ship.h"\n%#include "other.h"\nstruct s { int a[N]; };\n',
        "src/ship.h": b'#ifndef SHIP_H\n#define SHIP_H\n#define N 3\n#include "deep.h"\nprogram P { version V {\n'
        b"int F(int) = 1; } = 1; } = 77;\n#endif\n",
        "src/deep.h": b"struct deep { int a; };\n",
        "src/other.h": b"struct other { int a; };\n",
    }
    (found,) = parse(*sides(files), {}).protocols
    assert ([one.name for one in found.programs], [one.name for one in found.types]) == (["P"], ["s", "deep"])


def test_a_program_in_a_header_that_is_no_protocol_is_undecided() -> None:
    header = b"extern int x;\nprogram P { version V { int F(int) = 1; } = 1; } = 77;\n"
    files = {"p.x": b'struct s { int a; };\n#include "ship.h"\n', "ship.h": header}
    (problem,) = parse(*sides(files), {}).problems
    assert (str(problem.location), problem.message) == ("p.x:2:1", "the program in ship.h is not read")
    files["ship.h"] = b"extern int x;\nint program(void);\n"
    assert not parse(*sides(files), {}).problems


def test_macros_and_conditionals() -> None:
    text = (
        "#define N 3\n#if defined(N) && N > 2\n#ifndef N\n;;;\n#else\nstruct s { int a[N]; };\n#endif\n#elif 1\n;;;\n#endif\n"
        "#ifdef RPC_HDR\n;;;\n#endif\n"
    )
    found = model(text)
    assert not found.problems
    assert found.protocols[0].types[0].location.line == 6


def test_libvirt_convention() -> None:
    found = model(
        "const DEMO_PROGRAM = 0x20008086;\nconst DEMO_PROTOCOL_VERSION = 1;\n"
        "struct demo_open_args { int a; };\nstruct demo_open_ret { int a; };\nstruct demo_event_x_msg { int a; };\n"
        "struct demo_error { int code; };\n"
        "enum demo_procedure { DEMO_PROC_OPEN = 1, DEMO_PROC_EVENT_X = 2, DEMO_PROC_CLOSE = 3 };\n"
    )
    protocol = found.protocols[0]
    (program,) = protocol.programs
    assert (program.name, program.number, program.versions[0].number) == ("DEMO_PROGRAM", 0x20008086, 1)
    opened, event, close = program.versions[0].procedures
    assert (opened.args, opened.result) == ((Named("demo_open_args"),), Named("demo_open_ret"))
    assert event.event
    assert event.result == Named("demo_event_x_msg")
    assert close.result == Simple("void")
    assert protocol.roots == ("demo_error",)


def test_camel_case_names_are_tied_too() -> None:
    found = model(
        "const VIR_LOG_MANAGER_PROTOCOL_PROGRAM = 9;\nconst VIR_LOG_MANAGER_PROTOCOL_PROGRAM_VERSION = 1;\n"
        "struct virLogManagerProtocolDomainOpenArgs { int a; };\n"
        "enum virLogManagerProtocolProcedure { VIR_LOG_MANAGER_PROTOCOL_PROC_DOMAIN_OPEN = 1 };\n"
    )
    assert found.protocols[0].programs[0].versions[0].procedures[0].args
    assert found.protocols[0].roots == ()


def test_annotations_new_and_old() -> None:
    found = model(
        "const DEMO_PROGRAM = 1;\nconst DEMO_PROTOCOL_VERSION = 1;\nenum demo_procedure {\n"
        "    /* Each has annotations:\n     * - @acl: <object>:<permission>\n     */\n"
        "    DEMO_PROC_A = 1,\n"
        "    /**\n     * @generate: both\n     * @acl: domain:read\n     * @acl: domain:save:!X|Y\n     * @aclfilter: domain:getattr\n     */\n"
        "    DEMO_PROC_B = 2,\n"
        "    /** @acl: none */\n    DEMO_PROC_C = 3, /* autogen skipgen priority:high | readstream@1 */\n"
        "    DEMO_PROC_D = 4, /* skipgen skipgen acl:domain:write */\n"
        "    DEMO_PROC_E = 5 /* autogen autogen */\n};\n"
    )
    a, b, c, d, e = found.protocols[0].programs[0].versions[0].procedures
    assert a.acl is None
    assert b.acl == ("domain:read", "domain:save:!X|Y")
    assert b.filters == ("domain:getattr",)
    assert c.acl == ()
    assert (d.acl, d.notes) == (("domain:write",), (("generate", "none"),))
    assert e.notes == (("generate", "both"),)


WRONG = {
    "unknown type": ("struct s {\n  nowhere x;\n};", "2:3: the type nowhere is not defined"),
    "typedef of itself over another": ("typedef b a;\ntypedef a b;", "the type a contains itself: a → b → a"),
    "struct in itself": ("struct s { int a; s inner; };", "the type s contains itself: s → s"),
    "struct in itself through an array": ("struct s { t a[2]; };\nstruct t { s b; };", "contains itself"),
    "duplicate procedure number": (
        "program P { version V { int F(int) = 1; int G(int) = 1; } = 1; } = 9;", "G has the number 1 of F"),
    "duplicate number in an enum of procedures": (
        "const A_PROGRAM = 1;\nenum a_procedure { A_PROC_X = 1, A_PROC_Y = 1 };", "A_PROC_Y has the number 1 of A_PROC_X"),
    "duplicate version": (
        "program P { version V { int F(int) = 1; } = 1; version W { int G(int) = 1; } = 1; } = 9;",
        "two versions have the number 1"),
    "duplicate case": ("union u switch (int d) { case 1: int a; case 0x1: int b; };", "the case 0x1 (1) stands twice in u"),
    "duplicate member": ("struct s { int a; int a; };", "two members have the name a"),
    "type defined twice": ("struct s { int a; };\nstruct s { int b; };", "the type s is defined twice, differently"),
    "constant defined twice": ("const A = 1;\nconst A = 2;", "the constant A is defined twice, differently"),
    "constant of itself": ("const A = B;\nconst B = A;\nstruct s { int a[A]; };", "the constant A is defined by itself"),
    "enum value too large": ("enum e { A = 4294967296 };", "the value 4294967296 lies outside of"),
    "size too large": ("struct s { opaque a<4294967296>; };", "the size 4294967296 lies outside of"),
    "negative size": ("struct s { opaque a<-1>; };", "the size -1 lies outside of"),
    "program number too large": ("program P { version V { int F(int) = 1; } = 1; } = 0x100000000;", "the program number"),
    "no octal number": ("const A = 09;\nstruct s { int a; };", "09 is no number"),
    "not in 64 bits": ("const A = 0x10000000000000000;", "does not fit into 64 bits"),
    "unterminated comment": ("struct s { int a; };\n/* and on", "2:1: the comment that starts here never ends"),
    "NUL byte": ("struct s { int a;\0 };", "1:18: NUL byte"),
    "unbalanced conditional": ("#ifdef A\nstruct s { int a; };", "this conditional has no #endif"),
    "endif alone": ("#endif\n", "#endif without #if"),
    "error directive": ("#error not today\n", "#error not today"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_bad_input_is_reported_with_its_place(name: str) -> None:
    text, expected = WRONG[name]
    problems = model(text).problems
    assert problems
    rendered = "\n".join(p.rendered for p in problems)
    assert expected in rendered
    assert all(p.location is not None and p.location.line for p in problems)


def test_a_broken_file_does_not_hide_the_others() -> None:
    found = model(good_x="struct s { int a; };\n", bad_x="struct s { int a }\n")
    assert [p.unit for p in found.problems] == ["bad"]
    assert [p.name for p in found.protocols] == ["good"]


def test_bytes_that_are_no_text() -> None:
    found = parse(*sides({"a.x": b"\xff\xfe\x80 struct \x01 s"}), {})
    assert len(found.problems) == 1


@pytest.mark.parametrize(
    "text",
    [
        "struct s { " + "struct { " * 100_000 + "int a; " + "} x; " * 100_000 + "};",
        'const A = "' + "(" * 100_000 + '1";\nstruct s { int a[A]; };',
        "".join(f"typedef t{i + 1} t{i};\n" for i in range(8_000)) + "typedef int t8000;\n",
        "".join(f"const c{i} = c{i + 1};\n" for i in range(4_000)) + "const c4000 = 1;\nstruct s { int a[c0]; };\n",
        "".join(f"struct s{i} {{ s{i + 1} a; s{i + 1} b; }};\n" for i in range(200)) + "struct s200 { int a; };\n",
        "/" * 300_000,
        "/*" + "*" * 1_000_000,
        "#if " + "(" * 10_000 + "\n#endif\n",
        "#if 0\n" * 20_000,
    ],
    ids=[
        "structs",
        "parentheses",
        "typedefs",
        "constants",
        "doubling",
        "slashes",
        "stars",
        "condition",
        "conditionals",
    ],
)
def test_hostile_nesting_ends_in_time(text: str) -> None:
    start = time.process_time()
    found = model(text)
    from abidiff.surfaces.xdr.compare.compare import compare

    compare(found, model("struct other { int a; };"))
    assert time.process_time() - start < 20


def test_a_huge_file_is_refused_at_once() -> None:
    start = time.process_time()
    found = parse(*sides({"a.x": b" " * 50_000_000}), {})
    assert "more than 16,777,216" in found.problems[0].message
    assert time.process_time() - start < 1


def test_optional_is_spelt() -> None:
    assert str(Pointer(Named("s"))) == "s *"
    assert str(Array(Named("s"), Size(), False)) == "s<>"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("  # define A 1\nx", "              \nx"),
        ("/**/# define A 1", "    # define A 1"),
        ("/*\n*/ # define A 1", "  \n   # define A 1"),
        ("x # define A 1", "x # define A 1"),
        ("x ## /* # */ #", "x ##         #"),
        ("/*\n*/\n\t#define A 1\\\n + 2\r\nx", "  \n  \n             \n     \nx"),
        ("'#' \"#\" x #", "'#' \"#\" x #"),
        ("x %y\n%z\n", "x %y\n  \n"),
        ("const a = '/'; // #\n", "const a = '/';     \n"),
        ("#define A /* 1\n2 */ x", "              \n     x"),
    ],
)
def test_what_stands_aside_is_blank(text: str, code: str) -> None:
    """Directives begin their line; what ends on their line before them takes that away."""
    assert scan("a.x", text.encode()).code == code


def test_marks_without_end_take_no_time_without_end() -> None:
    for text in (b"x" + b"#" * 2_000_000, b"'" * 2_000_000, b'"' * 2_000_000, b"x#\n" * 500_000):
        started = time.process_time()
        with contextlib.suppress(ParseError):
            scan("a.x", text)
        assert time.process_time() - started < 20, text[:10]
