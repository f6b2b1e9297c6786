"""Kinds that real packages showed: false alarms, witnesses that nobody could judge, and what was left open."""

from types import MappingProxyType

import pytest

from abidiff.files import OTHERS
from abidiff.finding import Confirmation
from abidiff.project import Project, Unit
from abidiff.rule import load, run
from abidiff.surfaces.headers.build.parse import parse
from abidiff.surfaces.headers.compare.compare import compare
from abidiff.surfaces.headers.prove.verify import verify
from tests.surfaces.headers.helpers import findings, library, parsed, release_of, rules

CONFIG = "#define WIDE 1\n#define HAVE_CONFIG 1\n"
TYPES = "#ifdef WIDE\ntypedef unsigned long addr;\n#else\ntypedef unsigned int addr;\n#endif\n"
DEVICE = (
    '#ifndef HAVE_CONFIG\n#include "config.h"\n#endif\n#include "types.h"\nstruct device {{ addr a[{}]; int b; }};\n'
)


def device(count: int) -> dict[str, str]:
    return {"config.h": CONFIG, "types.h": TYPES, "device.h": DEVICE.format(count)}


def test_a_struct_is_laid_out_as_the_header_that_holds_it_makes_its_types() -> None:
    (found,) = [f for f in findings(device(2), device(3)) if f.rule.endswith("record-layout-changed")]
    assert "size 24 → 32" in found.message


def test_what_differs_only_for_who_includes_a_part_first_is_a_warning() -> None:
    new = {**device(2), "types.h": TYPES.replace("unsigned int", "long")}
    found = [f for f in findings(device(2), new) if f.subject == "addr"]
    assert [f.severity.value for f in found] == ["warning"]
    assert "<types.h> before other headers" in found[0].message
    assert found[0].witness is not None
    assert found[0].witness.text.startswith("#include <types.h>\n")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("#define RELEASE_DATE 2021-11-29\n", "#define RELEASE_DATE 2022-12-11\n", []),
        ("#define SPAN 2021-11-29\n", "#define SPAN 2022-12-11\n", ["constant-value-changed SPAN"]),
        (
            "#include <stdint.h>\n#include <stddef.h>\n#define END SIZE_MAX\n",
            "#include <sys/types.h>\n#define END ((ssize_t) -1)\n",
            ["constant-use-changed END"],
        ),
        ("#define END 1\n", "#define END -1\n", ["constant-value-changed END"]),
        (
            "#define GONE 413\n",
            '#define TALK(x) _Pragma(#x)\n#define OLD(m) TALK(GCC warning m)\n#define GONE OLD("deprecated") 413\n',
            ["constant-use-changed GONE"],
        ),
    ],
)
def test_constants(old: str, new: str, expected: list[str]) -> None:
    assert [each for each in rules(old, new) if not each.startswith("deprecated")] == expected


def test_isascii_is_a_macro() -> None:
    found = library("#include <ctype.h>\n#ifndef isascii\n#define IN(c) 1\n#else\n#define IN(c) isascii(c)\n#endif\n")
    assert found.macros["IN"].raw == "isascii(c)"


def test_headers_that_need_others_stand_behind_these_in_the_witness() -> None:
    old = {
        "a_plug.h": "int plug(conn *c);\nint gone(conn *c, word w);\n",
        "base.h": "typedef struct conn_s conn;\n",
        "word.h": "typedef unsigned int word;\n",
    }
    new = {**old, "a_plug.h": "int plug(conn *c);\n"}
    assert not parsed(old).problems
    (found,) = findings(old, new)
    assert found.witness is not None
    lines = found.witness.text.splitlines()[:3]
    assert sorted(lines[:2]) == ["#include <base.h>", "#include <word.h>"]
    assert lines[2] == "#include <a_plug.h>"


def test_an_untagged_struct_that_a_typedef_leaves_has_a_witness() -> None:
    old = "typedef struct { int pat; long rest; } re_t;\n"
    found = findings(old, "typedef struct other { long rest; } other_t;\ntypedef other_t re_t;\n")
    assert found
    assert all(each.witness is not None for each in found if each.severity.value == "breaking")


def test_a_header_of_others_decides_what_is_defined_by_default() -> None:
    given = {f"{OTHERS}0/usr/include/linux/numbers.h": "#define NUMBER_A 1\n"}
    head, tail = "#include <linux/numbers.h>\n", "int f(void);\n"
    models = []
    for value in ("1", "2"):
        default = f"#ifndef NUMBER_A\n#define NUMBER_A {value}\n#endif\n"
        release = release_of({"a.h": head + default + tail, **given})
        unit = Unit("headers", "example", "full", ("a.h",), ("a.h",), MappingProxyType({}))
        models.append(parse(release, Project("example", (unit,)), {}))
    found = run(load("abidiff.surfaces.headers.rules"), compare(*models))
    assert [(f.severity.value, f.subject) for f in found] == [("warning", "dead")]


@pytest.mark.parametrize("kind", ["char", "int"])
def test_another_sign_behind_a_typedef_is_confirmed(kind: str) -> None:
    old, new = f"typedef signed {kind} t;\n", f"typedef unsigned {kind} t;\n"
    (found,) = verify(findings(old, new), release_of(old), release_of(new))
    assert found.confirmation is Confirmation.CONFIRMED
