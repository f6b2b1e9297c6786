"""What thousands of macros stand for is found out, or left open: never taken for code because a limit was passed."""

from __future__ import annotations

from abidiff.surfaces.headers.build.parse import parse
from abidiff.surfaces.headers.model import Library
from tests.surfaces.headers.helpers import project_of, release_of


def library(count: int, length: int) -> Library:
    """Read macros ``A0``, ``A1``, ... that each expand a macro of so many tokens."""
    sum_ = " + ".join(["1"] * (length // 2))
    lines = [f"#define SUM ({sum_})", *(f"#define A{i} (SUM + {i})" for i in range(count))]
    release = release_of("\n".join(lines) + "\n")
    (found,) = parse(release, project_of(release), {}).libraries
    return found


def test_values_have_a_part_of_the_limit_for_each_macro() -> None:
    found = library(10_000, 40)  # 400,000 tokens, and 40 more for each
    assert {found.macros[f"A{i}"].value.number for i in range(10_000)} == set(range(20, 10_020))
    assert not any(found.macros[f"A{i}"].limit for i in range(10_000))


def test_values_that_are_not_found_out_are_left_open() -> None:
    found = library(2_500, 300)
    values = [found.macros[f"A{i}"].value.number for i in range(2_500)]
    known = values.index(None)
    assert values == [*range(150, 150 + known), *[None] * (2_500 - known)]
    assert 0 < known < 2_500
    assert {name for name, macro in found.macros.items() if macro.limit} == {f"A{i}" for i in range(known, 2_500)}
