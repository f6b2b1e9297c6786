"""Headers that ask for a macro with a value (``#error`` unless it has one of some)."""

import pytest

from tests.surfaces.headers.helpers import findings, parsed, rules

WIDTH = """\
#ifndef WIDTH
#error WIDTH must be defined
#error as 8, 16 or 0
#else
#if WIDTH == 8 || WIDTH == 16
int one_width(void);
#elif WIDTH == 0
int any_width(void);
#else
#error WIDTH must be 0, 8 or 16
#endif
#endif
int always(int a);
"""
LEVEL = """\
#define VERSION(a, b) ((a) * 100 + (b))
#if !defined(USE_VERSION) || USE_VERSION < 30
#error only 30 or later
#endif
int f(void);
#if USE_VERSION < VERSION(3, 12)
int old_way(void);
#else
int new_way(void);
#endif
"""


@pytest.mark.parametrize("text", [WIDTH, LEVEL], ids=["width", "level"])
def test_a_header_is_read_with_a_value_that_it_takes(text: str) -> None:
    for more in ({}, {"b.h": "int g(void);\n"}):
        model = parsed({"a.h": text, **more})
        assert not model.problems
        assert len(model.libraries[0].functions) == 2 + len(more)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (WIDTH, WIDTH.replace("int always(int a);", ""), ["function-removed always"]),
        (WIDTH, WIDTH.replace("int any_width(void);", ""), ["function-removed any_width"]),
        (WIDTH, WIDTH.replace("int one_width(void);", ""), ["function-removed one_width"]),
        (LEVEL, LEVEL.replace("int old_way(void);", ""), ["function-removed old_way"]),
        (LEVEL, LEVEL.replace("int new_way(void);", ""), ["function-removed new_way"]),
        (LEVEL, LEVEL, []),
    ],
)
def test_what_only_some_values_give_is_compared_with_one_of_them(old: str, new: str, expected: list[str]) -> None:
    more = {"b.h": "int g(void);\n"}
    assert rules({"a.h": old, **more}, {"a.h": new, **more}) == expected


def test_the_witness_defines_the_value_once() -> None:
    more = {"b.h": "int g(void);\n"}
    for gone in ("int any_width(void);", "int one_width(void);"):
        (found,) = findings({"a.h": WIDTH, **more}, {"a.h": WIDTH.replace(gone, ""), **more})
        assert found.witness is not None
        assert found.witness.text.count("#define WIDTH ") == 1


def test_has_embed_is_no_problem() -> None:
    text = '#if defined(__has_embed) && __has_embed("x" limit(4))\nint f(void);\n#else\nint g(void);\n#endif\n'
    model = parsed(text)
    assert not model.problems
    assert set(model.libraries[0].functions) == {"g"}


def test_what_the_headers_themselves_settle_is_not_open() -> None:
    text = "#define BUILT 1\nint f(void);\n#if USE < 30\n#elif defined(BUILT)\n#else\nint g({});\n#endif\n"
    found = findings(text.format("void"), text.format("int a"))
    assert [(f.severity.value, f.subject) for f in found] == [("warning", "dead")]
