"""A table of macros after a header that failed is the table before it, order included."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from abidiff.surfaces.headers.read.macros import Definition, MacroTable

NAMES = st.sampled_from("ABCDEF")
STEPS = st.lists(st.tuples(st.sampled_from(("define", "undef", "delete")), NAMES), max_size=12)


def carry_out(table: MacroTable, steps: list[tuple[str, str]]) -> None:
    for step, name in steps:
        if step == "define":
            table[name] = Definition(name, [], len(table))
        elif step == "undef":
            table.pop(name, None)
        elif name in table:
            del table[name]


@given(first=STEPS, failing=STEPS, last=STEPS)
def test_what_a_failing_header_did_is_taken_back(
    first: list[tuple[str, str]], failing: list[tuple[str, str]], last: list[tuple[str, str]]
) -> None:
    table, plain = MacroTable(), MacroTable()
    for each in (table, plain):
        carry_out(each, first)
    table.mark()
    carry_out(table, failing)
    table.take_back()
    assert list(table.items()) == list(plain.items())
    table.mark()
    for each in (table, plain):
        carry_out(each, last)
    table.keep()
    assert list(table.items()) == list(plain.items())
