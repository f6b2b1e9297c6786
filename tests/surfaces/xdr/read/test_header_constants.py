"""Constants of C headers: found by an index of the places that define them."""

from __future__ import annotations

import re
import time

import pytest

from abidiff.surfaces.xdr.read.constants import HeaderConstants, Places

TEXT = """#define ONE 1
  #  define TWO \\
  2
#define CALL(x) ((x) + 1)
#define BODY \\
#define INNER 5
enum {
#if FOO(A, B)
  A,
#define LIST A, B,
  B = 7, C
  , D};
struct { int A, E; };
enum e { F,#x,
 F };
int A;
"""


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\w+", TEXT))))
def test_places_are_those_of_a_search_for_one_name(name: str) -> None:
    define = re.compile(rf"^[ \t]*#[ \t]*define[ \t]+{name}(?=[ \t\n])", re.M)
    member = re.compile(rf"[{{,](?:\s|#[^\n]*\n)*{name}\s*(?=[=,}}#])")
    found = Places.of(TEXT)
    assert found.defines.get(name, []) == [match.start() for match in define.finditer(TEXT)]
    assert found.members.get(name, []) == [match.span() for match in member.finditer(TEXT)]


def test_values() -> None:
    constants = HeaderConstants({"a.h": TEXT.encode()}, ("a.h",))
    names = ("ONE", "TWO", "CALL", "INNER", "A", "B", "C", "D", "E", "F")
    assert [constants.value(name) for name in names] == [1, 2, None, 5, 0, 7, 8, 9, None, 0]


@pytest.mark.parametrize("text", ["," * 200_000, "{\n" * 100_000, "\n#" * 100_000, "{" + " \n" * 100_000])
def test_time_is_linear(text: str) -> None:
    start = time.process_time()
    Places.of(text)
    assert time.process_time() - start < 2
