"""In a configuration only the types are looked at again that it changes: the findings are those of looking at all."""

from __future__ import annotations

import pytest

from abidiff.surfaces.headers.compare.affected import Default, Users
from abidiff.surfaces.headers.compare.matching import Pair
from abidiff.surfaces.headers.model import Library, in_view
from tests.surfaces.headers.helpers import findings, parsed

OLD = """
#ifdef WIDE
typedef long word;
struct seldom { int a; };
#else
typedef int word;
#endif
typedef struct { word a; } inner_t;
struct outer { inner_t i; int n; };
struct holder { struct outer *o; struct plain *p; };
struct plain { int a, b; };
typedef struct plain plain_t;
#define ALIAS plain_t
"""


def _whole(self: Default, before: Library, after: Library, _: object = None) -> Pair:
    return Pair(before, after, self.elsewhere)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("typedef long word", "typedef long long word"),
        ("typedef long word", "typedef short word"),
        ("typedef int word", "typedef short word"),
        ("int a, b;", "int a, b, c;"),
        ("struct seldom { int a; }", "struct seldom { long a; }"),
        ("struct seldom { int a; };", ""),
        ("int n;", "int n; word m;"),
        ("struct outer {", "#ifdef WIDE\nstruct other { int x; };\n#endif\nstruct outer {"),
        ("typedef struct plain plain_t;", "#ifdef WIDE\ntypedef struct outer plain_t;\n#endif"),
        ("#define ALIAS plain_t", "#ifdef WIDE\n#define seldom plain\n#endif"),
        ("{ int a, b; };", "{\n#ifdef WIDE\nint b;\n#else\nint a, b;\n#endif\n};"),
    ],
)  # fmt: skip
def test_findings_are_those_of_looking_at_everything(before: str, after: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert before in OLD
    found = findings(OLD, OLD.replace(before, after))
    monkeypatch.setattr(Default, "pair", _whole)
    assert found == findings(OLD, OLD.replace(before, after))
    assert found


def test_what_a_type_is_a_part_of_is_affected() -> None:
    library = parsed(OLD).libraries[0]
    (view,) = (view for view in library.views if view.defines)
    found = Users(library).affected(in_view(library, view))
    assert {"word", "inner_t", "struct outer", "struct seldom", "struct holder"} <= found
    assert not found & {"struct plain", "plain_t"}
    assert Users(library).affected(library) == set()


ROOTS = {
    "a.h": "#define WORD long\n",
    "b.h": "#ifdef WORD\n#define SIZE 8\nextern WORD f(void);\n#else\n#define SIZE 4\nextern int f(void);\n#endif\n"
    "#define SIZES (SIZE * 2)\n#define OTHER 1\nextern int g(void);\n",
    "c.h": '#include "a.h"\n#include "b.h"\n',
}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("#define SIZE 4", "#define SIZE 5"),
        ("#define SIZE 4", ""),
        ("#define SIZE 8", "#define SIZE 16"),
        ("#define OTHER 1", "#define OTHER 2"),
        ("#define SIZES (SIZE * 2)", "#define SIZES (SIZE * 3)"),
        ("extern int f(void)", "extern short f(void)"),
        ("extern int g(void);", ""),
        ("#define SIZE 4\nextern int f(void);", "#define f(x) x"),
    ],
)
def test_of_a_header_that_comes_first_only_what_is_other_there_is_asked(
    before: str, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert before in ROOTS["b.h"]
    new = {**ROOTS, "b.h": ROOTS["b.h"].replace(before, after)}
    assert any(view.first == "b.h" for view in parsed(ROOTS).libraries[0].views)
    found = findings(ROOTS, new)
    monkeypatch.setattr(Default, "pair", _whole)
    assert found == findings(ROOTS, new)
    assert found
