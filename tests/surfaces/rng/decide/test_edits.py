"""One small edit: its place, its words and its repair, in schemas of the compact syntax."""

from __future__ import annotations

import pytest

from abidiff.finding import Finding, Severity
from abidiff.project import Unit
from abidiff.rule import load, run
from abidiff.surfaces.rng.build.parse import parse_units
from abidiff.surfaces.rng.compare.compare import compare
from abidiff.surfaces.rng.model import Schemas


def compact(text: str) -> Schemas:
    return parse_units({"a.rnc": text.encode()}, (Unit("rng", "a.rnc", "full", ("a.rnc",), ("a.rnc",), {}),))


def refused(old: str, new: str) -> list[Finding]:
    """Return what breaks, or may, between two schemas."""
    found = run(load("abidiff.surfaces.rng.rules"), compare(compact(old), compact(new)))
    return [one for one in found if one.severity in (Severity.BREAKING, Severity.UNDECIDED)]


def told(found: list[Finding]) -> list[tuple[str, int, int, str]]:
    """Return what findings say, the lines of both sides, and the repair."""
    return [
        (
            one.message,
            one.old.line if one.old else 0,
            one.new.line if one.new else 0,
            dict(one.details).get("repair", "").partition(" (")[0],
        )
        for one in found
    ]


def book(*parts: str) -> str:
    return "start = element book {\n" + ",\n".join(parts) + "\n}\n"


ID = "attribute id { text }"
TITLE, AUTHOR, BODY, NOTE, END = (f"element {name} {{ text }}" for name in ("title", "author", "body", "note", "end"))


# what is missing before an element


@pytest.mark.parametrize(
    ("old", "new", "repair"),
    [
        ((TITLE, f"{AUTHOR}?", BODY), (TITLE, AUTHOR, BODY), '<element name="author">'),
        ((TITLE, f"{AUTHOR}?", f"{BODY}?"), (TITLE, AUTHOR, f"{BODY}?"), '<element name="author">'),
        ((TITLE, f"{AUTHOR}*", f"{BODY}*"), (TITLE, f"{AUTHOR}+", f"{BODY}*"), "<oneOrMore>"),
        ((ID, f"{AUTHOR}?", BODY), (ID, AUTHOR, BODY), '<element name="author">'),
    ],
)
def test_what_is_missing_before_an_element_is_told_and_not_the_element(
    old: tuple[str, ...], new: tuple[str, ...], repair: str
) -> None:
    line = next(at for at, part in enumerate(old) if "author" in part) + 2
    found = refused(book(*old), book(*new))
    assert told(found) == [("<author> is now required in <book>", line, line, f"put <optional> around {repair}")]


def test_two_elements_that_are_missing_are_two_causes_with_a_witness_each() -> None:
    old, new = book(TITLE, f"{AUTHOR}?", BODY, f"{NOTE}?", END), book(TITLE, AUTHOR, BODY, NOTE, END)
    found = refused(old, new)
    assert [(message, line) for message, line, _, _ in told(found)] == [
        ("<author> is now required in <book>", 3),
        ("<note> is now required in <book>", 5),
    ]
    texts = [one.witness.text if one.witness else "" for one in found]
    assert [("<author" in text, "<note" in text) for text in texts] == [(False, True), (True, False)]


def test_neighbours_that_are_missing_are_told_for_themselves() -> None:
    found = refused(book(TITLE, f"{AUTHOR}?", f"{NOTE}?", BODY), book(TITLE, AUTHOR, NOTE, BODY))
    assert [message for message, *_ in told(found)] == [
        "<author> is now required in <book>",
        "<note> is now required in <book>",
    ]


def test_an_optional_group_that_is_required_now_is_one_cause_without_a_repair() -> None:
    old, new = book(TITLE, f"({AUTHOR}, {NOTE})?", BODY), book(TITLE, AUTHOR, NOTE, BODY)
    assert told(refused(old, new)) == [("<author>, <note> are now required in <book>", 3, 3, "")]


def test_one_of_several_is_required_before_an_element() -> None:
    old, new = book(TITLE, f"({AUTHOR} | {NOTE})?", BODY), book(TITLE, f"({AUTHOR} | {NOTE})", BODY)
    message = "one of <author>, <note> is now required in <book>"
    assert told(refused(old, new)) == [(message, 3, 3, "put <optional> around <choice>")]


def test_an_order_that_came_is_none_of_it() -> None:
    found = refused(book(f"({TITLE} & {BODY})"), book(BODY, TITLE))
    assert [one.rule for one in found] == ["rng/structure-tightened"]


# what stands beside


@pytest.mark.parametrize("beside", ["text", "xsd:integer", '("x" | "y")', "list { xsd:integer+ }", "empty", "t"])
def test_an_attribute_that_is_required_beside_values_is_made_optional_where_it_stands(beside: str) -> None:
    old = f"start = element a {{\n{beside}\n}}\nt = text\n"
    new = f"start = element a {{\nattribute x {{ text }},\n{beside}\n}}\nt = text\n"
    ((message, _, line, repair),) = told(refused(old, new))
    assert message == "attribute 'x' is now required in <a>"
    assert (line, repair) == (2, 'put <optional> around <attribute name="x">')


@pytest.mark.parametrize(
    "rest",
    [
        f"({TITLE} & {BODY}?)",
        f"({TITLE} | {BODY}?)",
        f"({TITLE} | {BODY})*",
        f"({TITLE} & attribute y {{ text }}? & {BODY}?)",
        f"attribute y {{ text }}?, {TITLE}",
    ],
)
def test_what_stood_in_front_of_others_is_put_back_beside_them(rest: str) -> None:
    for gone in ("attribute x { text }", "element x { text }"):
        old, new = f"start =\nelement a {{\n{gone}?,\n{rest}\n}}\n", f"start =\nelement a {{\n{rest}\n}}\n"
        ((_, here, there, repair),) = told(refused(old, new))
        markup = f'<{gone.split()[0]} name="x">'
        assert (here, there, repair) == (3, 2, f'put <optional>{markup} back into <element name="a">')
