"""Automata: canonical, and closed under what value languages need."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abidiff.errors import LimitError
from abidiff.surfaces.rng.values import automata, minimal
from abidiff.surfaces.rng.values.automata import (
    ANYTHING,
    NOTHING,
    WHITE,
    Dfa,
    collapsed,
    compile_regex,
    replaced,
    some_words,
    words,
)
from abidiff.surfaces.rng.values.xsdregex import parse_regex


def dfa(pattern: str) -> Dfa:
    return compile_regex(parse_regex(pattern))


@pytest.mark.parametrize(
    "equal",
    [
        ("(a|b)*", "[ab]*", "(a*b*)*", "([a-a]|b|a)*"),
        ("a+", "aa*", "a{1,}", "a{1}a*"),
        ("a{2,4}", "aa(aa?)?", "a{4}|a{3}|a{2}"),
        ("[0-9]|[1-9][0-9]", "[1-9]?[0-9]"),
        ("[a-z-[m]]", "[a-ln-z]", "[^A-Z]".replace("^A-Z", "a-ln-z")),
        (r"\s*", r"[ \n\t\r]*"),
    ],
)
def test_equal_languages_are_the_same_object(equal: tuple[str, ...]) -> None:
    assert len({dfa(pattern) for pattern in equal}) == 1


_pattern = st.recursive(
    st.sampled_from(["a", "b", "[ab]", "[^a]", " "]),
    lambda inner: st.one_of(
        st.builds("({}|{})".format, inner, inner),
        st.builds("{}{}".format, inner, inner),
        st.builds("({})*".format, inner),
    ),
    max_leaves=5,
)
_word = st.text("ab ", max_size=5)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(_pattern, _pattern, _word)
def test_boolean_operations(one: str, other: str, word: str) -> None:
    left, right = dfa(one), dfa(other)
    a, b = left.accepts(word), right.accepts(word)
    assert automata.union(left, right).accepts(word) == (a or b)
    assert automata.intersection(left, right).accepts(word) == (a and b)
    assert automata.difference(left, right).accepts(word) == (a and not b)
    assert automata.union(left, right) is automata.union(right, left)
    assert automata.difference(left, left) is NOTHING


@settings(max_examples=100, deadline=None, derandomize=True)
@given(_pattern, st.text("ab \t\n", max_size=6))
def test_white_space(pattern: str, word: str) -> None:
    core = dfa(pattern)
    assert collapsed(core).accepts(word) == core.accepts(re.sub(r"[ \t\n\r]+", " ", word).strip(" "))
    assert replaced(core).accepts(word) == core.accepts(re.sub(r"[\t\n\r]", " ", word))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(_pattern)
def test_words_are_words_and_the_first_is_a_shortest(pattern: str) -> None:
    found = some_words(dfa(pattern), 5)
    assert found
    assert all(dfa(pattern).accepts(word) for word in found)
    assert len(found[0]) == min(map(len, found))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(_pattern)
def test_survives_serialisation(pattern: str) -> None:
    assert automata.from_bytes(dfa(pattern).to_bytes()) is dfa(pattern)


def test_finite_sets() -> None:
    some = words(["ab", "a", "", "ä"])
    assert some is dfa("(ab?|ä)?")
    assert words([]) is NOTHING
    assert not NOTHING.accepts("")


def test_characters_that_xml_does_not_have() -> None:
    assert not ANYTHING.accepts("\x01")
    assert not dfa("[^a]").accepts("\ud800")
    assert dfa("[^a]").accepts("\U0001f600")
    assert WHITE.accepts(" \n")


def test_bounds() -> None:
    with pytest.raises(LimitError):
        dfa("(a{200}){200}")
    with pytest.raises(LimitError):
        dfa("(a|b)*a(a|b){40}")


def test_readable_words_come_first() -> None:
    assert some_words(dfa(r"[!-~]+")) == ["a"]
    assert some_words(dfa(r"[^a-z]")) == ["0"]
    assert some_words(dfa(r"\n|\p{Lu}")) == ["A"]


def test_both_ways_to_minimise_agree() -> None:
    random = Random(2)
    for _ in range(60):
        size, width = random.randint(1, 60), random.randint(1, 4)
        rows = [
            [random.choice((random.randrange(size), at, min(size - 1, at + 1))) for _ in range(width)]
            for at in range(size)
        ]
        accept = {at for at in range(size) if random.random() < random.choice((0.05, 0.3))}
        one, other = minimal._hopcroft(rows, accept), minimal._moore(rows, accept)
        assert len(set(one)) == len(set(other)) == len(set(zip(one, other, strict=True)))


@pytest.mark.parametrize(
    "pattern", ["a*", "[0-9]+", r"\i\c*", "[^:]+:[^:]+", "", r"\p{L}+", ".*", r"-?([0-9]+(\.[0-9]*)?)cm"]
)
def test_all_texts_need_no_product(pattern: str) -> None:
    plain = dfa(pattern)
    for one in (plain, collapsed(plain), replaced(plain), automata.padded(plain)):
        rest = automata.difference(ANYTHING, one)
        assert rest is automata._product(ANYTHING, one, "-", lambda a, b: a and not b)
        assert automata.difference(ANYTHING, rest) is one
        assert (
            automata.intersection(ANYTHING, one) is automata._product(ANYTHING, one, "&", lambda a, b: a and b) is one
        )
