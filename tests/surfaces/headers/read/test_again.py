"""A run that leaves out what does the same as in another one ends like one that reads everything."""

from __future__ import annotations

from typing import Any

import pytest

from abidiff.surfaces.headers.build.macros_again import KnownMacros
from abidiff.surfaces.headers.read.again import Again, alike
from abidiff.surfaces.headers.read.files import Files
from abidiff.surfaces.headers.read.lexer import PLACE_BITS
from abidiff.surfaces.headers.read.preprocess import Preprocessor
from tests.surfaces.headers.helpers import parsed, release_of

TEXTS = {
    "base.h": "#ifndef BASE\n#define BASE\n#ifdef WIDE\n#define WORD long\n#else\n#define WORD int\n#endif\n#endif\n",
    "word.h": '#ifndef WORD_H\n#define WORD_H\n#include "base.h"\nextern WORD word;\n#endif\n',
    "apart.h": "#ifndef APART\n#define APART\nint apart;\n#endif\n",
    "brings.h": '#ifndef BRINGS\n#define BRINGS\n#include "apart.h"\n#include "base.h"\nint brings;\n#endif\n',
    "once.h": "#pragma once\nint once;\n#define ONCE 1\n",
    "twice.h": '#include "once.h"\nint twice = ONCE;\n',
    "paste.h": "#define JOIN(a, b) a##b\nint JOIN(WI, DE);\n",
    "paste2.h": "#ifndef JOIN\n#error first paste.h\n#endif\nint JOIN(na, me);\n",
    "chain.h": "#define ONE WORD\n#define TWO ONE\n",
    "uses.h": "extern TWO uses;\n",
    "undoes.h": "#ifdef WIDE\n#undef APART\n#undef ONCE\n#endif\n",
    "behind.h": "#ifdef ONCE\nint behind;\n#endif\n",
    "pushes.h": '#pragma push_macro("ONCE")\n#undef ONCE\n#define ONCE 2\nint p = ONCE;\n#pragma pop_macro("ONCE")\n',
    "counts.h": "int counts = __COUNTER__;\n",
    "counts2.h": "#ifdef WIDE\nint more = __COUNTER__;\n#endif\nint after = __COUNTER__;\n",
    "refuses.h": "#ifndef WIDE\n#error not here\n#endif\nint refuses;\n#define REFUSES 1\n",
    "asks.h": "#ifdef REFUSES\nint asks;\n#endif\n",
    "machine.h": "#if __SIZEOF_LONG__ == 8\nint eight;\n#else\nint four;\n#endif\n",
}


def run(
    files: Files,
    defines: tuple[tuple[str, str], ...],
    target: str,
    like: Preprocessor | None,
    late: tuple[str, ...] = (),
) -> Preprocessor:
    found = Preprocessor(files, defines, target=target, like=like, reordered=bool(late))
    for path in sorted(TEXTS, key=late.__contains__):
        if path in found.done:
            found.left_out(path)
        else:
            found.root(files.open(path), tentative=True)
    return found


def outcome(found: Preprocessor) -> dict[str, Any]:
    names = ("tokens", "seen", "edges", "done", "via", "entered", "replaced", "used", "sentinels", "absent", "_once")
    kept = {name: getattr(found, name) for name in names}
    kept["entered"] = {path: keys for path, keys in found.entered.items() if keys and not path.startswith("<")}
    kept["via"] = {path: root for path, root in found.via.items() if not path.startswith("<")}
    kept["seen"] = {path for path in found.seen if not path.startswith("<")}
    paths = {path: {_path(found, number) for number in numbers} for path, numbers in found.used.items() if numbers}
    kept["used"] = paths
    return kept


def _path(found: Preprocessor, number: int) -> str:
    file = found.files.file_of(number << PLACE_BITS)
    return file.path if file is not None else ""


@pytest.mark.parametrize("target", ["x86_64", "i386"])
@pytest.mark.parametrize(
    "defines", [(), (("WIDE", "1"),), (("ONCE", "7"),), (("APART", ""),), (("na", "x"),), (("name", "y"),)]
)
def test_it_ends_as_a_run_that_reads_everything(defines: tuple[tuple[str, str], ...], target: str) -> None:
    files = Files(release_of(TEXTS), TEXTS, ("",))
    base = run(files, (), "x86_64", None)
    other, whole = run(files, defines, target, base), run(files, defines, target, None)
    assert outcome(other) == outcome(whole)
    table, expected = other.expander.table, whole.expander.table
    assert list(table.keys() ^ expected.keys()) == []
    assert [name for name in table if name not in dict(defines) and not alike(table[name], expected[name])] == []


@pytest.mark.parametrize(
    "late",
    [("base.h",), ("apart.h", "once.h"), ("word.h", "paste.h"), ("chain.h", "refuses.h"), ("undoes.h", "pushes.h")],
)
def test_another_order_ends_as_a_run_that_reads_everything(late: tuple[str, ...]) -> None:
    files = Files(release_of(TEXTS), TEXTS, ("",))
    base = run(files, (), "x86_64", None)
    other, whole = run(files, (), "x86_64", base, late), run(files, (), "x86_64", None, late)
    assert outcome(other) == outcome(whole)
    assert [(name, alike(each, whole.expander.table[name])) for name, each in other.expander.table.items()] == [
        (name, True) for name in whole.expander.table
    ]
    assert [(path, other.tokens[r.start : r.end]) for path, r in other.runs.items()] == [
        (path, whole.tokens[r.start : r.end]) for path, r in whole.runs.items()
    ]


def test_what_does_the_same_is_not_read() -> None:
    files = Files(release_of(TEXTS), TEXTS, ("",))
    base = run(files, (), "x86_64", None)
    again = Again(base.runs, base.first, {**base.first, "WIDE": base.expander.table["ONCE"]})
    same = {path for path in base.runs if again.same(path, set(), files.file_of) is not None}
    assert {"apart.h", "machine.h", "chain.h"} <= same
    assert not same & {"word.h", "base.h", "paste.h", "undoes.h", "counts.h", "counts2.h", "pushes.h", "refuses.h"}


HEADER = """
typedef struct pair pair_t;
struct plain { int a; };
#ifdef WIDE
typedef long word;
#define STEP 2
struct pair { long a, b; };
#else
typedef int word;
#define STEP 1
struct pair { int a, b; };
#endif
#define TWICE (STEP * 2)
#define PLAIN 3
#define JOINED(x) ST##x
#define SIZE sizeof(struct pair)
#define SIZE_NAMED sizeof(pair_t)
#define SIZE_PLAIN sizeof(struct plain)
#define AS_WORD ((word) 70000)
"""


def test_macros_that_are_taken_over_are_those_that_reading_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = parsed(HEADER)
    kept: list[set[str]] = []
    same = KnownMacros.same
    monkeypatch.setattr(KnownMacros, "same", lambda *given: kept.append(set(same(*given))) or {})
    assert parsed(HEADER) == taken
    assert any({"PLAIN", "SIZE_PLAIN"} <= names for names in kept)
    assert not any(names & {"TWICE", "STEP", "SIZE", "SIZE_NAMED", "AS_WORD"} for names in kept if names)
