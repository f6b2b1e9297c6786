"""What releases have no more, and the tags that they define: a compiler with the headers of each says the same."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from abidiff.finding import Report
from abidiff.history.lives import opened
from abidiff.release import Release
from abidiff.requires.catalogue import Catalogue
from abidiff.requires.model import parsed
from abidiff.requires.question import Question
from abidiff.requires.report import report
from tests.history.library import history, release

pytest.importorskip("tree_sitter_c")

STRICT = ("-fsyntax-only", "-Werror=implicit-function-declaration", "-Werror=implicit-int")
HEADER = """#ifndef SHIP_H
#define SHIP_H
#define SHIP_VERSION "{0}.{1}.0"
#define SHIP_CHECK_VERSION(a, b, c) ((a) * 100 + (b) <= {0} * 100 + {1})
int ship_sail(int knots);
{2}
#endif
"""
UNUSED = "#define SHIP_KEEL __attribute__((unused))\n"
RELEASES = {
    "1.0.0": "int ship_row(int a);\n#define SHIP_OARS 4\n#define SHIP_KEEL const\nenum { SHIP_WOOD };\n",
    "1.1.0": (
        "int ship_row(int a);\nint ship_dock(int a);\n#define SHIP_OARS 4\n#define SHIP_FLAG 2\n"
        "#define SHIP_KEEL const\n"
        "static inline int ship_twice(int a) { return 2 * a; }\nenum { SHIP_WOOD };\n"
    ),
    "1.2.0": f"int ship_row(int a);\n#define SHIP_OARS\n#define SHIP_FLAG 2\n#define SHIP_WOOD 0\n{UNUSED}",
    "1.10.0": f"int ship_dock(int a);\n#define SHIP_STEAM 1\nint ship_fire(int a);\n#define SHIP_WOOD 0\n{UNUSED}",
}
BODY = "int main(void) {{ return ship_sail(1) + {}; }}\n"
PROGRAMS = {
    "all have it": BODY.format("0"),
    "a constant goes": BODY.format("SHIP_FLAG"),
    "a function goes": BODY.format("ship_row(1)"),
    "an inline function goes": BODY.format("ship_twice(1)"),
    "a function goes and comes back": BODY.format("ship_dock(1)"),
    "an enumerator becomes a macro": BODY.format("SHIP_WOOD"),
    "a macro becomes empty, and goes": BODY.format("SHIP_OARS + 1"),
    "a macro becomes an attribute": "SHIP_KEEL int a;\n" + BODY.format("0"),
    "one goes with the release that brings another": BODY.format("ship_row(1) + ship_fire(1)"),
    "asked for": "#ifdef SHIP_FLAG\nint a = SHIP_FLAG;\n#endif\n" + BODY.format("0"),
    "asked for by what goes with it": "#ifdef SHIP_FLAG\nint a(void) { return ship_row(1); }\n#endif\n"
    + BODY.format("0"),
    "asked for by what goes before": "#ifdef SHIP_OARS\nint a(void) { return ship_row(1); }\n#endif\n"
    + BODY.format("0"),
    "the new one, else the old one": (
        "#ifdef SHIP_STEAM\nint a(void) { return ship_fire(1); }\n#else\nint a(void) { return ship_row(1); }\n#endif\n"
        + BODY.format("0")
    ),
    "the old one where the new one is not": (
        "#ifndef SHIP_STEAM\nint a(void) { return ship_row(1); }\n#endif\n" + BODY.format("0")
    ),
    "the old one where what was never missing is not": (
        "#ifndef SHIP_CHECK_VERSION\nint a(void) { return ship_row(1); }\n#endif\n" + BODY.format("0")
    ),
    "a name the preprocessor never knows": (
        "#ifndef ship_fire\nint a(void) { return ship_row(1); }\n#endif\n" + BODY.format("0")
    ),
    "before it goes": (
        "#if !SHIP_CHECK_VERSION(1, 10, 0)\nint a(void) { return ship_row(1); }\n#endif\n" + BODY.format("0")
    ),
    "a check that is too late": (
        "#if !SHIP_CHECK_VERSION(2, 0, 0)\nint a(void) { return ship_row(1); }\n#endif\n" + BODY.format("0")
    ),
    "only where it is gone": (
        "#if SHIP_CHECK_VERSION(1, 10, 0)\nint a(void) { return ship_row(1); }\n#endif\n" + BODY.format("0")
    ),
    "from where it came on": (
        "#if SHIP_CHECK_VERSION(1, 1, 0)\nint a(void) { return SHIP_FLAG; }\n#endif\n" + BODY.format("0")
    ),
    "from where it is back on": (
        "#if SHIP_CHECK_VERSION(1, 10, 0)\nint a(void) { return ship_dock(1); }\n#endif\n" + BODY.format("0")
    ),
    "through where it is missing": (
        "#if SHIP_CHECK_VERSION(1, 1, 0)\nint a(void) { return ship_dock(1); }\n#endif\n" + BODY.format("0")
    ),
    "in the one release that lacks it": (
        "#if SHIP_CHECK_VERSION(1, 2, 0) && !SHIP_CHECK_VERSION(1, 10, 0)\n"
        "int a(void) { return ship_dock(1); }\n#endif\n" + BODY.format("0")
    ),
    "until it is missing": (
        "#if SHIP_CHECK_VERSION(1, 1, 0) && !SHIP_CHECK_VERSION(1, 2, 0)\n"
        "int a(void) { return ship_dock(1); }\n#endif\n" + BODY.format("0")
    ),
}


TAGGED = {
    "1.0.0": "typedef struct ship ship;\nship *ship_new(void);\nstruct ship_old { int a; };\n",
    "2.0.0": (
        "typedef struct ship { int x; struct ship *next; } ship;\nship *ship_new(void);\nstruct ship_old { int a; };\n"
        "struct ship_pos { int x; };\nunion ship_v { int i; };\nenum ship_dir { SHIP_N };\n"
    ),
    "3.0.0": (
        "typedef struct ship { int x; struct ship *next; } ship;\nship *ship_new(void);\nstruct ship_old;\n"
        "struct ship_pos { int x; };\nunion ship_v { int i; };\nenum ship_dir { SHIP_N };\n#define ship_was ship_pos\n"
    ),
}
POINTER = "struct ship_pos;\nstruct ship_pos *g(void);\nint f(struct ship_pos *p) {{ return {}; }}\n"
MENTIONS = {
    "a variable": "struct ship_pos p;\n",
    "variables": "struct ship_pos *p, q;\n",
    "a local one": "int f(void) { struct ship_pos p = {1}; return p.x; }\n",
    "an array": "struct ship_pos p[2];\n",
    "a union": "union ship_v z;\n",
    "an enum": "enum ship_dir d;\n",
    "a member": "struct own { struct ship_pos p; };\n",
    "a member that points": "struct own { struct ship_pos *p; };\n",
    "a member that is followed": "struct own { struct ship_pos *p; };\nint f(struct own *o) { return o->p->x; }\n",
    "a size": "int n = sizeof(struct ship_pos);\n",
    "the size of an enum": "int n = sizeof(enum ship_dir);\n",
    "the size of a pointer": "int n = sizeof(struct ship_pos *);\n",
    "a literal": "int f(void) { return (struct ship_pos){1}.x; }\n",
    "a forward declaration": "struct ship_pos;\n",
    "a declaration of another file's": "extern struct ship_pos p;\n",
    "an own definition": "#ifndef SHIP_N\nstruct own_pos { int x; };\n#endif\nstruct own_pos p;\n",
    "a pointer": POINTER.format("p != 0"),
    "a pointer that is handed on": POINTER.format("p == g()"),
    "a pointer that is followed": POINTER.format("p->x"),
    "a pointer that is followed in a bracket": POINTER.format("(*p).x"),
    "a pointer that is an array": POINTER.format("p[0].x"),
    "a result that is followed": POINTER.format("g()->x"),
    "an array of pointers": "struct ship_pos *p[2];\n",
    "an array of pointers that is followed": "struct ship_pos *p[2];\nint f(void) { return p[0]->x; }\n",
    "another function's pointer": POINTER.format("p != 0")
    + "struct own { int x; };\nint h(struct own *p) { return p->x; }\n",
    "what only a comment follows": POINTER.format("p != 0 /* p->x */"),
    "a cast": "int f(void *v) { return ((struct ship_pos *)v)->x; }\n",
    "a cast that is handed on": "int g(struct ship_pos *p);\nint f(void *v) { return g((struct ship_pos *)v); }\n",
    "a prototype": "int f(struct ship_pos p);\nstruct ship_pos g(void);\n",
    "a parameter": "int f(struct ship_pos p) { return 1; }\n",
    "a typedef": "ship *s;\n",
    "a typedef by value": "ship s;\n",
    "a typedef that is followed": "int f(ship *s) { return s->x; }\n",
    "what the preprocessor puts there": "struct ship_was p;\n",
    "what is opaque now": "struct ship_old *o;\n",
    "what is opaque now, followed": "int f(struct ship_old *o) { return o->a; }\n",
    "behind a check": "#if SHIP_CHECK_VERSION(2, 0, 0)\nstruct ship_pos p;\n#endif\n",
    "behind a check that is wrong": "#if SHIP_CHECK_VERSION(1, 0, 0)\nstruct ship_pos p;\n#endif\n",
}


class Made(NamedTuple):
    """The history, and the folders with the headers of each release."""

    catalogue: Catalogue
    headers: dict[str, Path]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    yield from releases(tmp_path_factory.mktemp("gone"), RELEASES)


@pytest.fixture(scope="module")
def tagged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    yield from releases(tmp_path_factory.mktemp("tagged"), TAGGED)


def releases(folder: Path, declared: Mapping[str, str]) -> Iterator[Made]:
    texts = {each: HEADER.format(*each.split(".")[:2], text) for each, text in declared.items()}
    paths = {each: release(folder, each, {"include/ship.h": text}) for each, text in texts.items()}
    with opened(history(folder / "h.db", list(paths.values()))) as found:
        yield Made(Catalogue(found), {each: Path(path) / "include" for each, path in paths.items()})


def told(catalogue: Catalogue, text: str, declared: str = "none") -> Report:
    files = {"a.c": f"#include <ship.h>\n{text}".encode()}
    return report(Release("app", "", files, "app"), catalogue, Question("ship", parsed(declared)))


def compiled(made: Made, folder: Path, text: str) -> dict[str, bool]:
    """Return which releases a compiler builds a program with."""
    source = folder / "a.c"
    source.write_text(f"#include <ship.h>\n{text}")
    call = [shutil.which("gcc") or "gcc", *STRICT]
    return {
        version: subprocess.run([*call, f"-I{path}", str(source)], capture_output=True, check=False).returncode == 0
        for version, path in made.headers.items()
    }


@pytest.mark.judge
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_compiler_says_the_same(made: Made, tmp_path: Path, name: str) -> None:
    agree(made, tmp_path, PROGRAMS[name])


@pytest.mark.parametrize(
    "newest",
    [
        "#ifdef SHIP_LEGACY\nint ship_row(int a);\n#endif\n",
        "int ship_x(int a) )) ( rubbish;\nint ship_row(int a;;\n",
        '#include "more.h"\n',
    ],
    ids=["another configuration", "rubbish", "a header that is missing"],
)
def test_what_is_not_known_of_the_newest_release_is_open(tmp_path: Path, newest: str) -> None:
    row = "int ship_row(int a);\n"
    for made in releases(tmp_path, {"1.0.0": row, "1.1.0": row, "2.0.0": newest}):
        found = told(made.catalogue, BODY.format("ship_row(1)"))
        assert [(each.rule, each.subject, each.severity) for each in found.findings] == [
            ("requires/gone", "ship_row", "undecided")
        ]
        assert found.exit_code == 3
        assert told(made.catalogue, BODY.format("0")).exit_code == 0


@pytest.mark.judge
@pytest.mark.parametrize("name", MENTIONS)
def test_a_compiler_says_the_same_of_tags(tagged: Made, tmp_path: Path, name: str) -> None:
    agree(tagged, tmp_path, MENTIONS[name] + BODY.format("0"))


def agree(made: Made, folder: Path, text: str) -> None:
    """Assert that the answer is what a compiler says of each release."""
    if not shutil.which("gcc"):
        pytest.skip("no gcc")
    found, built = told(made.catalogue, text), compiled(made, folder, text)
    versions = list(built)
    if not built[versions[-1]]:
        assert found.exit_code == 1
        return
    first = next((each for n, each in enumerate(versions) if all(built[later] for later in versions[n:])), "")
    told_floor = found.notes[0].partition(" is ")[2].partition(",")[0]
    if found.exit_code:  # a check lets a release through that lacks what is behind it
        assert {each.rule for each in found.findings if each.severity == "breaking"} == {"requires/weak-check"}
        assert told_floor < first
    else:
        assert told_floor == first
