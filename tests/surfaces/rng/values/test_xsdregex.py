"""XML Schema's regular expressions: what they match, and what is none."""

# ruff: noqa: E501 - a schema reads best in one line

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abidiff.surfaces.rng.values.automata import compile_regex
from abidiff.surfaces.rng.values.xsdregex import RegexError, parse_regex


def matches(pattern: str, text: str) -> bool:
    return compile_regex(parse_regex(pattern)).accepts(text)


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("abc", ["abc"], ["ab", "abcd", "xabc"]),
        ("a|b|", ["a", "b", ""], ["ab"]),
        ("(a|b)c{2,3}", ["acc", "bccc"], ["ac", "acccc"]),
        ("a{0}", [""], ["a"]),
        ("a{2,}", ["aa", "aaaaa"], ["a"]),
        ("(a?b){2}", ["bb", "abb", "bab", "abab"], ["b", "bbb"]),
        (".", ["a", "\t", "é"], ["\n", "\r", ""]),
        ("^a$", ["^a$"], ["a"]),
        (r"\^a?", ["^", "^a"], ["a"]),
        (r"\d+", ["42", "٣"], ["x", ""]),
        (r"\D", ["x"], ["1"]),
        (r"\s\S", [" x", "\nx"], ["xx", "  "]),
        (r"\w+", ["aB3"], ["a b", "a-b"]),
        (r"\W", [" ", "-"], ["a"]),
        (r"\i\c*", ["a-b.c", "_x", ":x"], ["-a", "1"]),
        (r"\I", ["1", "-"], ["a"]),
        (r"\C", [" ", "/"], ["a", "-"]),
        ("[a-c]", ["a", "b", "c"], ["d", "-"]),
        ("[^a-c]", ["d", "-"], ["a"]),
        ("[a-z-[aeiou]]", ["b"], ["a", "-"]),
        ("[a-z-[b-y-[m]]]", ["a", "z", "m"], ["b", "y"]),
        ("[-a]", ["-", "a"], ["b"]),
        ("[a-]", ["-", "a"], ["b"]),
        (r"[\]\[\\^-]", ["]", "[", "\\", "^", "-"], ["a"]),
        (r"[a\-z]", ["a", "-", "z"], ["b"]),
        (r"[ -~]{2}", ["a ", "~!"], ["a", "aé"]),
        (r"[\d.]+", ["1.2"], ["a"]),
        (r"\p{Lu}\p{Ll}", ["Ab"], ["ab", "AB"]),
        (r"\P{L}", ["1"], ["a"]),
        (r"\p{IsGreek}", ["λ"], ["l"]),
        ("\n  x\n", ["\n  x\n"], ["x"]),
        ("$[ ]*a", ["$ a", "$a"], ["a"]),
        (r"\.\*\+\?\(\)\{\}\|\-", [".*+?(){}|-"], [""]),
        (r"\n\r\t", ["\n\r\t"], ["nrt"]),
        ("(((a)))", ["a"], [""]),
        ("()", [""], ["a"]),
    ],
)
def test_matches(pattern: str, yes: list[str], no: list[str]) -> None:
    assert [text for text in yes if not matches(pattern, text)] == []
    assert [text for text in no if matches(pattern, text)] == []


@pytest.mark.parametrize(
    ("pattern", "position"),
    [
        ("(a", 0), ("a)", 1), ("[a", 0), ("*a", 0), ("a**", 2), ("a{", 1), ("a{2,1}", 1), ("a{x}", 1), ("a{1", 1), (r"\y", 0),
        (r"\p{Foo}", 0), (r"\p{IsNowhere}", 0), (r"\p", 0), ("a\\", 1), ("[z-a]", 4), ("[]", 1), ("[a-[b]c]", 6), ("a]", 1), ("[[]", 1),
        ("(" * 200 + ")" * 200, 101), ("a{999999}", 1),
    ],
)  # fmt: skip
def test_errors_have_a_position(pattern: str, position: int) -> None:
    with pytest.raises(RegexError) as caught:
        parse_regex(pattern)
    assert caught.value.position == position


def test_deep_nesting_and_long_patterns_are_bounded() -> None:
    with pytest.raises(RegexError):
        parse_regex("(" * 100_000)
    assert matches("a" * 5_000, "a" * 5_000)


_regex = st.recursive(
    st.sampled_from(["a", "b", "[ab]", ".", "[^a]", r"\d", ""]),
    lambda inner: st.one_of(
        st.builds("({}|{})".format, inner, inner),
        st.builds("{}{}".format, inner, inner),
        st.builds("({})*".format, inner),
        st.builds("({})?".format, inner),
        st.builds("({}){{1,2}}".format, inner),
        st.builds("({})+".format, inner),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(_regex, st.text("ab1 ", max_size=5))
def test_agrees_with_python_where_both_mean_the_same(pattern: str, text: str) -> None:
    import re

    assert matches(pattern, text) == bool(re.fullmatch(pattern, text, re.DOTALL if "." in pattern else 0))
