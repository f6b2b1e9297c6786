"""A wildcard that went is one cause, whatever it let in; one that stays leaves every edit a cause of its own."""

from __future__ import annotations

import pytest

from abidiff.finding import Severity
from tests.surfaces.rng.compare.test_compare import attribute, element, findings, grammar, optional, told

ANY_ATTRIBUTES = "<zeroOrMore><attribute><anyName/></attribute></zeroOrMore>"
ANY_ELEMENTS = f"""<define name="any">
<zeroOrMore><element><anyName/><mixed><ref name="any"/>{ANY_ATTRIBUTES}</mixed></element></zeroOrMore>
</define>"""
INTEGERS = [f'<attribute name="{name}"><data type="integer"/></attribute>' for name in "abc"]


def test_a_wildcard_of_attributes_that_went_is_one_cause() -> None:
    old = grammar(element("r", ANY_ATTRIBUTES))
    (found,) = findings(old, grammar(element("r", *map(optional, INTEGERS))))
    assert (found.rule, found.subject, found.old and found.old.line) == ("rng/attribute-removed", "r/@*", 4)
    assert dict(found.details)["paths"] == "r/@*, r/@a, r/@b, r/@c"
    assert found.severity is Severity.BREAKING
    assert found.witness


def test_what_is_required_in_place_of_a_wildcard_is_a_cause_of_its_own() -> None:
    found = findings(grammar(element("r", ANY_ATTRIBUTES)), grammar(element("r", *INTEGERS[:2])))
    required = {("attribute-required", "r/@a"), ("attribute-required", "r/@b")}
    assert told(found, Severity.BREAKING) == {*required, ("attribute-removed", "r/@*")}


def test_two_contents_that_lose_their_wildcards_are_two_causes() -> None:
    old = grammar(element("r", element("x", ANY_ATTRIBUTES), element("y", ANY_ATTRIBUTES)))
    new = grammar(element("r", element("x", optional(INTEGERS[0])), element("y", optional(INTEGERS[1]))))
    assert told(findings(old, new)) == {("attribute-removed", "r/x/@*"), ("attribute-removed", "r/y/@*")}


def test_a_define_that_loses_its_wildcard_is_one_cause() -> None:
    body = element("r", element("x", "<ref name='d'/>"), element("y", "<ref name='d'/>"))
    old = grammar(body, f"<define name='d'>\n{ANY_ATTRIBUTES}\n</define>")
    new = grammar(body, f"<define name='d'>\n{optional(INTEGERS[0])}\n</define>")
    (found,) = findings(old, new)
    assert found.subject == "r/x/@*"
    assert "r/y/@*" in dict(found.details)["paths"]


def test_what_a_wildcard_still_lets_in_beside_it_is_told_by_itself() -> None:
    rest = "<zeroOrMore><attribute><anyName><except><name>a</name><name>b</name></except></anyName></attribute>"
    new = grammar(element("r", *map(optional, INTEGERS[:2]), f"{rest}</zeroOrMore>"))
    found = findings(grammar(element("r", ANY_ATTRIBUTES)), new)
    assert told(found) == {("value-removed", "r/@a"), ("value-removed", "r/@b")}


def test_what_was_named_beside_a_wildcard_is_told_by_itself() -> None:
    rest = "<zeroOrMore><attribute><anyName><except><name>a</name></except></anyName></attribute></zeroOrMore>"
    old = grammar(element("r", optional(attribute("a", "x", "y")), rest))
    found = findings(old, grammar(element("r", optional(attribute("a", "x")), optional(INTEGERS[1]))))
    assert told(found) == {("value-removed", "r/@a"), ("attribute-removed", "r/@*")}


@pytest.mark.parametrize(
    "inside",
    [optional(element("x")), optional(element("x", attribute("k"), element("y"))), optional(element("x", "<text/>"))],
)
def test_a_wildcard_of_elements_that_went_is_one_cause(inside: str) -> None:
    old = grammar(element("r", "<ref name='any'/>"), ANY_ELEMENTS)
    (found,) = [f for f in findings(old, grammar(element("r", inside))) if f.severity is not Severity.EXTENSION]
    assert (found.rule, found.subject, found.severity) == ("rng/element-removed", "r/*", Severity.BREAKING)
    assert (str(found.old), str(found.new)) == ("main.rng:4", "main.rng:3")
    assert found.witness


def test_an_element_that_a_wildcard_let_in_and_that_is_named_now_is_told_where_the_wildcard_stays() -> None:
    old = grammar(element("r", "<ref name='any'/>"), ANY_ELEMENTS)
    rest = "<zeroOrMore><element><anyName><except><name>x</name></except></anyName><ref name='any'/></element>"
    new = grammar(element("r", optional(element("x", "<ref name='any'/>")), f"{rest}</zeroOrMore>"), ANY_ELEMENTS)
    found = findings(old, new)
    assert "r/x" in {f.subject.removesuffix("/@*") for f in found}
