"""Is one language included in the other?  Small schemas of every shape, each way round."""

# ruff: noqa: E501 - a schema reads best in one line

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abidiff import limits
from abidiff.surfaces.rng.change import (
    AttributeAdded,
    DefaultChanged,
    ElementAdded,
    Masked,
    SchemaChange,
    StructureLoosened,
    Undecided,
    ValueAdded,
)
from abidiff.surfaces.rng.compare.compare import compare
from abidiff.surfaces.rng.decide import inclusion
from abidiff.surfaces.rng.decide.bisimulation import Universe
from abidiff.surfaces.rng.prove.sample import Sampler
from abidiff.surfaces.rng.validate.validate import Validator, parse_document
from tests.surfaces.rng.generate import Generator, document
from tests.surfaces.rng.mutate import mutate
from tests.surfaces.rng.support import RNG, XSD, load

EXTENSIONS = (ElementAdded, AttributeAdded, ValueAdded, StructureLoosened)


def schema(body: str, defines: str = "") -> str:
    start = f'<start><element name="r">{body}</element></start>'
    return f'<grammar xmlns="{RNG}" datatypeLibrary="{XSD}">{start}{defines}</grammar>'


def breaks(old: str, new: str) -> list[SchemaChange]:
    """Return what forbids something; fails when anything stays undecided."""
    changes = compare(load(old), load(new))
    assert not [c for c in changes if isinstance(c, Undecided)], [c.message for c in changes]
    return [c for c in changes if not isinstance(c, (*EXTENSIONS, Masked, DefaultChanged))]


def included(old: str, new: str) -> bool:
    return not breaks(schema(old), schema(new))


def el(*names: str) -> str:
    return "".join(f'<element name="{name}"><empty/></element>' for name in names)


def opt(*parts: str) -> str:
    return "".join(f"<optional>{part}</optional>" for part in parts)


A, B, C = el("a"), el("b"), el("c")
EQUAL = [
    (f"<interleave>{A}{B}</interleave>", f"<interleave>{B}{A}</interleave>"),
    (f"<choice>{A}{B}</choice>", f"<choice>{B}{A}{A}</choice>"),
    (f"<group>{A}<group>{B}{C}</group></group>", f"{A}{B}{C}"),
    (f"<zeroOrMore><choice>{A}{B}</choice></zeroOrMore>", f"<zeroOrMore>{opt(A)}{opt(B)}</zeroOrMore>"),
    (f"<oneOrMore><interleave>{opt(A, B, C)}</interleave></oneOrMore>", f"<zeroOrMore><choice>{A}{B}{C}</choice></zeroOrMore>"),
    (f"{A}<zeroOrMore>{A}</zeroOrMore>", f"<oneOrMore>{A}</oneOrMore>"),
    (f"<interleave>{A}{B}</interleave>", f"<choice><group>{A}{B}</group><group>{B}{A}</group></choice>"),
    (f"<choice><group>{A}{B}</group><group>{A}{C}</group></choice>", f"{A}<choice>{B}{C}</choice>"),
    ("<mixed><optional>" + A + "</optional></mixed>", f"<interleave><text/>{opt(A)}</interleave>"),
    ('<attribute name="x"/>' + A, A + '<attribute name="x"/>'),
    ('<attribute name="x"><choice><value>1</value><value>2</value></choice></attribute>',
     '<choice><attribute name="x"><value>2</value></attribute><attribute name="x"><value>1</value></attribute></choice>'),
    ('<list><value>a</value><value>b</value></list>', '<value>a b</value>'),
    ('<data type="token"><param name="pattern">a|b</param></data>', "<choice><value>a</value><value>b</value></choice>"),
    ("<list><oneOrMore><data type='int'/></oneOrMore></list>", "<list><data type='int'/><zeroOrMore><data type='int'/></zeroOrMore></list>"),
    ("<data type='boolean'/>", "<choice><value type='boolean'>true</value><value type='boolean'>0</value></choice>"),
    ("<data type='unsignedByte'><except><value type='integer'>255</value></except></data>",
     "<data type='integer'><param name='minInclusive'>0</param><param name='maxInclusive'>254</param></data>"),
    ("<element><choice><name>a</name><name>b</name></choice><empty/></element>", f"<choice>{A}{B}</choice>"),
    ("<zeroOrMore><element><anyName/><empty/></element></zeroOrMore>",
     "<zeroOrMore><choice><element><anyName><except><name>a</name></except></anyName><empty/></element>" + A + "</choice></zeroOrMore>"),
]  # fmt: skip
STRICT = [
    (A, opt(A)),
    (A, f"<oneOrMore>{A}</oneOrMore>"),
    (f"{A}{B}", f"<interleave>{A}{B}</interleave>"),
    ("<empty/>", "<text/>"),
    ("<data type='int'/>", "<data type='long'/>"),
    ("<data type='dateTime'/>", "<text/>"),
    ("<data type='NCName'/>", "<data type='token'/>"),
    ("<data type='unsignedInt'/>", "<data type='string'><param name='pattern'>[\\s0-9+\\-]*</param></data>"),
    ('<attribute name="x"/>', '<optional><attribute name="x"/></optional>'),
    ('<attribute name="x"><value>a</value></attribute>', '<attribute name="x"/>'),
    ('<attribute name="x"/>', '<oneOrMore><attribute><anyName/></attribute></oneOrMore>'),
    ('<oneOrMore><attribute><nsName ns="urn:n"/></attribute></oneOrMore>', '<oneOrMore><attribute><anyName/></attribute></oneOrMore>'),
    (A, "<element><anyName/><empty/></element>"),
    ("<element><nsName ns='urn:n'><except><name>a</name></except></nsName><empty/></element>",
     "<element><nsName ns='urn:n'/><empty/></element>"),
    ("<element><anyName><except><nsName ns=''/></except></anyName><empty/></element>", "<element><anyName/><text/></element>"),
    (f"<choice><group>{A}{B}</group><group>{B}{C}</group></choice>", f"<choice>{A}{B}</choice><choice>{B}{C}</choice>"),
    ('<element name="a"><value>1</value></element>' + B,
     '<choice><group><element name="a"><value>1</value></element><choice>' + B + C + "</choice></group>"
     '<group><element name="a"><value>2</value></element>' + C + "</group></choice>"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_equal_languages(one: str, other: str) -> None:
    assert compare(load(schema(one)), load(schema(other))) == []


@pytest.mark.parametrize(("smaller", "larger"), STRICT)
def test_strict_inclusions(smaller: str, larger: str) -> None:
    assert included(smaller, larger)
    assert not included(larger, smaller)


def test_a_choice_of_same_named_elements_needs_their_union() -> None:
    # <a>1|2</a> then b|c is covered by neither branch alone, but by both
    one = '<element name="a"><choice><value>1</value><value>2</value></choice></element>'
    left, right = (f'<element name="a"><value>{n}</value></element>' for n in (1, 2))
    assert included(one + B, f"<choice><group>{left}{B}</group><group>{right}{B}</group></choice>")
    assert not included(one + B, f"<choice><group>{left}{B}</group><group>{right}{C}</group></choice>")
    (found,) = breaks(schema(one + B), schema(f"<choice><group>{left}{B}</group><group>{right}{C}</group></choice>"))
    assert found.proof
    assert b"<a>2</a>" in found.proof.document


def test_the_child_of_a_case_comes_from_the_exact_difference() -> None:
    old = '<element name="a"><data type="unsignedByte"/></element>' + B
    new = (
        '<choice><group><element name="a"><data type="unsignedByte"><param name="maxInclusive">9</param></data></element>'
        f"{B}</group><group><element name='a'><data type='unsignedByte'/></element>{C}</group></choice>"
    )
    (found,) = breaks(schema(old), schema(new))
    assert found.proof
    assert int(found.proof.document.split(b"<a>")[1].split(b"<")[0]) > 9


def test_recursion_is_decided() -> None:
    def tree(leaf: str) -> str:
        inner = f'<element name="t"><optional><attribute name="x"/></optional><zeroOrMore><ref name="t"/></zeroOrMore>{leaf}</element>'
        return schema('<ref name="t"/>', f'<define name="t">{inner}</define>')

    assert breaks(tree(opt(A)), tree(opt(A))) == []
    assert breaks(tree(""), tree(opt(A))) == []
    (found,) = breaks(tree(opt(A)), tree(""))
    assert found.subject == "r/t/a"


def test_mutual_recursion_renamed_and_unrolled() -> None:
    one = schema('<ref name="p"/>', '<define name="p"><element name="p"><optional><ref name="q"/></optional></element></define>'
                 '<define name="q"><element name="q"><optional><ref name="p"/></optional></element></define>')  # fmt: skip
    other = schema('<element name="p"><choice><empty/><element name="q"><optional><ref name="x"/></optional></element></choice></element>',
                   '<define name="x"><element name="p"><optional><ref name="y"/></optional></element></define>'
                   '<define name="y"><element name="q"><optional><ref name="x"/></optional></element></define>')  # fmt: skip
    assert compare(load(one), load(other)) == []


def test_an_intersection_that_is_only_reached_over_an_open_one_is_not_empty() -> None:
    """The hole of memoising emptiness while a recursive call is open."""

    def side(extra: str) -> str:
        return schema(
            '<ref name="l"/><optional><attribute name="late"/></optional>' if extra else '<ref name="l"/>',
            '<define name="l"><element name="l"><choice><ref name="m"/><empty/></choice>'
            + extra
            + "</element></define>"
            '<define name="m"><element name="m"><ref name="l"/></element></define>',
        )

    old = side('<optional><attribute name="x"/></optional>')
    new = side("")
    found = {c.subject for c in breaks(old, new)}
    assert found == {"r/l/@x", "r/@late"}


def test_every_independent_cause_and_the_masked_ones() -> None:
    old = (
        "<interleave>"
        + opt(A, B, C)
        + '</interleave><attribute name="n"><choice><value>1</value><value>2</value></choice></attribute>'
    )
    new = "<interleave>" + opt(C) + '</interleave><attribute name="n"><value>1</value></attribute>'
    assert {c.subject for c in breaks(schema(old), schema(new))} == {"r/a", "r/b", "r/@n"}
    # a newly required attribute hides what else changed in its element
    changes = compare(
        load(schema(f"<element name='x'>{opt(A)}</element>")),
        load(schema("<element name='x'><attribute name='k'/></element>")),
    )
    assert [c.subject for c in changes if isinstance(c, Masked)] == ["r/x/a"]


def test_one_document_shows_one_cause() -> None:
    old = "".join(f'<element name="e{n}"><optional><attribute name="x"/></optional></element>' for n in range(5))
    new = "".join(f'<element name="e{n}"><empty/></element>' for n in range(5))
    found = breaks(schema(old), schema(new))
    assert len(found) == 5
    assert all(c.proof and c.proof.document.count(b"x=") == 1 for c in found)


def test_wildcards_and_free_content() -> None:
    anything = (
        '<define name="any"><element><anyName/><zeroOrMore><choice><attribute><anyName/></attribute>'
        '<text/><ref name="any"/></choice></zeroOrMore></element></define>'
    )
    old = schema('<zeroOrMore><ref name="any"/></zeroOrMore>', anything)
    new = schema(
        '<zeroOrMore><ref name="any"/></zeroOrMore>',
        anything.replace("<anyName/><zero", "<anyName><except><name>b</name></except></anyName><zero"),
    )
    assert breaks(new, old) == []
    found = breaks(old, new)
    assert {c.subject for c in found} == {"r/b", "r/*/b"}
    assert all(c.proof and b"<b" in c.proof.document for c in found)


def test_prefixed_names_are_compared_by_their_namespaces() -> None:
    old = f'<element xmlns="{RNG}" xmlns:q="urn:q" name="q:r"><attribute name="q:x"/></element>'
    new = f'<element xmlns="{RNG}" xmlns:other="urn:q" name="other:r"><attribute name="other:x"/></element>'
    assert compare(load(old), load(new)) == []
    (found,) = breaks(old, new.replace("urn:q", "urn:p"))
    assert b"urn:q" in (found.proof.document if found.proof else b"")


def test_datatypes_that_can_not_be_compared_are_undecided() -> None:
    changes = compare(load(schema("<data type='NCName'/>")), load(schema("<data type='ID'/>")))
    assert isinstance(changes[0], Undecided)


def test_a_budget_is_undecided_at_a_named_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_current", limits.Limits(inclusion_states=2))
    old = f'<element name="x">{A}{B}{C}</element>'
    new = f'<element name="x">{A}{B}{opt(C)}<optional><attribute name="n"/></optional></element>'
    changes = compare(load(schema(old)), load(schema(new)))
    assert {c.subject for c in changes if isinstance(c, Undecided)} == {"r/x"}


@pytest.mark.parametrize("count", [30])
def test_what_could_be_exponential_is_not(count: int) -> None:
    names = [f"e{n}" for n in range(count)]
    everything = "".join(el(name) for name in names)
    forms = [
        f"<interleave>{opt(*(el(name) for name in names))}</interleave>",
        f"<zeroOrMore><choice>{everything}</choice></zeroOrMore>",
        f"<zeroOrMore><interleave>{opt(*(el(name) for name in names))}</interleave></zeroOrMore>",
    ]
    assert included(forms[0], forms[1])
    assert included(forms[1], forms[2])
    assert included(forms[2], forms[1])
    attributes = "".join(f'<optional><attribute name="{name}"/></optional>' for name in names)
    assert included(attributes, attributes + '<optional><attribute name="z"/></optional>')


def test_states_stay_few() -> None:
    names = [f"e{n}" for n in range(40)]
    one = f"<interleave>{opt(*(el(name) for name in names))}</interleave>"
    other = f"<interleave>{opt(*(el(name) for name in reversed(names)))}{opt(A)}</interleave>"
    universe = Universe(load(schema(one)), load(schema(other)))
    question = inclusion.Inclusion(universe)
    sides = [model.schemas[0].start for model in universe.models]
    question.root("x", universe.start(0, sides[0]), universe.start(1, sides[1]))
    question.run()
    assert question.total < 20


# Against brute force


def documents() -> Iterator[bytes]:
    """Every document with a root r, up to three children, and at most one attribute on each element."""
    leaves = [f"<{name}{attr}>{text}</{name}>" for name in "ab" for attr in ("", ' x="1"') for text in ("", "1")]
    for attr in ("", ' x="1"', ' y="2"'):
        for count in range(4):
            for children in product(leaves, repeat=count) if count < 3 else product(leaves[::2], repeat=3):
                yield f"<r{attr}>{''.join(children)}</r>".encode()


DOCUMENTS = [(data, parse_document(data, "d")) for data in documents()]

_value = st.sampled_from(
    [
        "<text/>",
        "<empty/>",
        "<value>1</value>",
        "<data type='int'/>",
        "<choice><value>1</value><value>2</value></choice>",
    ]
)
_attribute = st.builds("<attribute name='{}'>{}</attribute>".format, st.sampled_from("xy"), _value)
_leaf = st.builds(
    "<element name='{}'>{}{}</element>".format,
    st.sampled_from("ab"),
    st.sampled_from(
        ["", "<attribute name='x'/>", "<optional><attribute name='x'><value>1</value></attribute></optional>"]
    ),
    _value,
)
_pattern = st.recursive(
    st.one_of(_leaf, _leaf, st.just("<empty/>")),
    lambda inner: st.builds(
        lambda kind, parts: f"<{kind}>{''.join(parts)}</{kind}>",
        st.sampled_from(["group", "choice", "interleave", "optional", "zeroOrMore", "oneOrMore"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=5,
)
_content = st.builds(
    lambda attrs, body: "".join(attrs) + body,
    st.lists(st.one_of(_attribute, st.builds("<optional>{}</optional>".format, _attribute)), max_size=1),
    _pattern,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(_content, _content)
def test_agrees_with_brute_force(one: str, other: str) -> None:
    old, new = load(schema(one)), load(schema(other))
    if not old.schemas or not new.schemas:
        return
    changes = compare(old, new)
    broken = [c for c in changes if not isinstance(c, EXTENSIONS) and not isinstance(c, Masked)]
    wider = [c for c in changes if isinstance(c, EXTENSIONS)]
    first, second = Validator(old), Validator(new)
    lost = gained = None
    for data, root in DOCUMENTS:
        before, after = first.valid(old.schemas[0].start, root), second.valid(new.schemas[0].start, root)
        lost = data if before and not after else lost
        gained = data if after and not before else gained
    assert not [c for c in changes if isinstance(c, Undecided)], [c.message for c in changes]
    assert not lost or broken, lost
    assert not gained or wider, gained
    assert all(c.proof for c in broken)


def checked(seed: int) -> bool:
    """Compare a random schema with a changed one, and look for documents that prove the answer wrong."""
    random = Random(seed)
    text = Generator(random).schema()
    old = load(text)
    if not old.schemas:
        return False
    new = load(mutate(text, random))
    if not new.schemas:
        return False
    changes = compare(old, new)
    wider = [c for c in changes if isinstance(c, EXTENSIONS)]
    broken = [c for c in changes if not isinstance(c, (*EXTENSIONS, Masked, DefaultChanged))]
    assert all(c.proof or isinstance(c, Undecided) for c in broken), seed
    starts = old.schemas[0].start, new.schemas[0].start
    sides = Validator(old), Validator(new)
    found = [
        Sampler(model).document(start, random)
        for model, start in zip((old, new), starts, strict=True)
        for _ in range(6)
    ]
    for data in [*filter(None, found), *(document(random).encode() for _ in range(6))]:
        root = parse_document(data, "d")
        before, after = (side.valid(start, root) for side, start in zip(sides, starts, strict=True))
        assert not (before and not after) or broken, (seed, data)
        assert not (after and not before) or wider, (seed, data)
    return bool(changes)


def test_some_random_changes() -> None:
    assert sum(checked(seed) for seed in range(600)) > 15


@pytest.mark.slow
def test_many_random_changes() -> None:
    assert sum(checked(seed) for seed in range(600, 15_000)) > 500
