"""Datatypes: membership by the recommendation, and as languages."""

from __future__ import annotations

import itertools
from random import Random

import pytest

from abidiff.surfaces.rng.values import automata
from abidiff.surfaces.rng.values.datatypes import TYPES, XSD, allows, equal, known
from abidiff.surfaces.rng.values.languages import ANY, UNKNOWN, example, holds, join, meet, minus, of_data, of_value
from abidiff.surfaces.rng.values.numbers import integer_range
from abidiff.surfaces.rng.values.typelangs import data_bounds

Params = tuple[tuple[str, str], ...]

GOOD_BAD = [
    ("string", (), ["", " x "], []),
    ("token", (("pattern", "a b"),), [" a \n b "], ["ab"]),
    ("normalizedString", (("pattern", "a b"),), ["a\tb"], ["a  b"]),
    ("string", (("minLength", "2"), ("maxLength", "3")), ["ab", "abc"], ["a", "abcd"]),
    ("string", (("pattern", "[ab]+"), ("pattern", "[bc]+")), ["b", "bb"], ["a", "c", "ab"]),
    ("boolean", (), ["true", "0", " 1 "], ["True", "yes", ""]),
    ("integer", (), ["-0", "+5", "007", "1" * 5000], ["1.0", "", "--1"]),
    ("int", (), ["2147483647", "-2147483648"], ["2147483648", "-2147483649"]),
    ("unsignedLong", (), ["18446744073709551615", "+1", "-0"], ["18446744073709551616", "-1"]),
    ("byte", (("maxExclusive", "5"),), ["4", "-128"], ["5", "-129"]),
    ("positiveInteger", (), ["1"], ["0"]),
    ("integer", (("totalDigits", "2"),), ["99", "-99", "0001"], ["100"]),
    ("decimal", (), ["1.", ".5", "-0.50", "+1"], [".", "1e3", ""]),
    ("decimal", (("minInclusive", "-1.5"), ("maxExclusive", "10.25")), ["-1.5", "10.249", "0"], ["-1.51", "10.25"]),
    ("decimal", (("totalDigits", "3"), ("fractionDigits", "1")), ["12.3", "012.30"], ["1.23", "1234"]),
    ("double", (), ["1e5", "-INF", "NaN", ".5E-3"], ["+INF", "inf", "1e"]),
    ("double", (("minInclusive", "0"),), ["0", "INF"], ["-1", "NaN"]),
    ("float", (("maxInclusive", "1"),), ["1.00000001"], ["1.1"]),
    ("hexBinary", (("length", "2"),), ["aBcD"], ["abc", "ab"]),
    ("base64Binary", (("length", "3"),), ["YWJj", "YW Jj"], ["YWI=", "YWJ"]),
    (
        "dateTime",
        (),
        ["2000-02-29T24:00:00Z", "-0001-01-01T00:00:00.5+14:00"],
        ["1900-02-29T00:00:00", "0000-01-01T00:00:00", "2001-01-01"],
    ),
    ("date", (("minInclusive", "2001-01-01"),), ["2001-01-01", "2020-06-30"], ["2000-12-31", "2001-02-29"]),
    ("time", (), ["23:59:59.9", "24:00:00"], ["24:00:01", "1:00:00"]),
    ("gYear", (), ["2001", "12001", "-0044"], ["0000", "01"]),
    ("gMonthDay", (), ["--02-29"], ["--02-30"]),
    ("gDay", (), ["---31Z"], ["---32"]),
    ("duration", (("minInclusive", "P1M"),), ["P32D", "P1Y"], ["P31D", "P28D", "-P1Y"]),
    ("anyURI", (), ["", "http://x/y z", "a#b", "é"], ["%zz", "a#b#c", ":x"]),
    ("NCName", (), ["a-b"], ["a:b", "1a", ""]),
    ("QName", (), ["a", "xml:a"], ["p:a", "a:b:c"]),
    ("NMTOKENS", (("minLength", "2"),), ["a b", " 1  2 "], ["a", ""]),
    ("language", (), ["en-GB"], ["e_n"]),
]


@pytest.mark.parametrize(("name", "params", "good", "bad"), GOOD_BAD)
def test_allows(name: str, params: Params, good: list[str], bad: list[str]) -> None:
    assert known(XSD, name, params) is None
    assert [text for text in good if not allows(XSD, name, params, text, {})] == []
    assert [text for text in bad if allows(XSD, name, params, text, {})] == []


@pytest.mark.parametrize(("name", "params", "good", "bad"), GOOD_BAD)
def test_languages_say_the_same_or_that_they_do_not_know(
    name: str, params: Params, good: list[str], bad: list[str]
) -> None:
    lang = of_data(XSD, name, params)
    assert all(holds(lang, text) is not False for text in good if len(text) < 100)
    assert all(holds(lang, text) is not True for text in bad)
    assert lang is ANY or isinstance(example(lang), str)


@pytest.mark.parametrize("name", sorted(TYPES))
def test_what_is_surely_a_value_is_one(name: str) -> None:
    bounds = data_bounds(XSD, name, ())
    lower, upper = (bounds, bounds) if isinstance(bounds, automata.Dfa) else (bounds[1], bounds[0])
    for text in automata.some_words(lower, 80):
        assert allows(XSD, name, (), text, {}), text
    assert automata.difference(lower, upper).is_empty
    for text in automata.some_words(automata.difference(automata.ANYTHING, upper), 80):
        assert not allows(XSD, name, (), text, {}), text


@pytest.mark.parametrize(
    ("name", "params", "part"),
    [
        ("nothing", (), "no datatype"),
        ("string", (("pattern", "["),), "not closed"),
        ("string", (("minInclusive", "1"),), "takes no parameter"),
        ("int", (("maxInclusive", "x"),), "is no int"),
        ("string", (("length", "-1"),), "not a length"),
        ("string", (("enumeration", "a"),), "takes no parameter"),
        ("boolean", (("length", "1"),), "takes no parameter"),
    ],
)
def test_problems(name: str, params: Params, part: str) -> None:
    assert part in (known(XSD, name, params) or "")
    assert known("urn:unknown", "string", ())
    assert known("", "int", ())


def test_equal_values() -> None:
    assert equal(XSD, "int", "05", {}, " 5", {})
    assert equal(XSD, "boolean", "1", {}, "true", {})
    assert equal(XSD, "decimal", "1.50", {}, "+1.5", {})
    assert equal(XSD, "hexBinary", "aB", {}, "Ab", {})
    assert equal(XSD, "QName", "a:b", {"a": "u"}, "b", {"": "u"})
    assert not equal(XSD, "QName", "a:b", {"a": "u"}, "b", {})
    assert equal(XSD, "dateTime", "2001-01-01T12:00:00Z", {}, "2001-01-01T13:00:00+01:00", {})
    assert not equal(XSD, "string", "a", {}, " a", {})
    assert equal(XSD, "token", "a", {}, " a", {})
    assert not equal(XSD, "int", "x", {}, "x", {})


def test_integer_ranges_are_exact() -> None:
    random = Random(3)
    for _ in range(25):
        low = random.randint(-1200, 1200)
        high = low + random.randint(0, 1500)
        found = automata.compile_regex(integer_range(low, high))
        for number in range(-2800, 2900, 13):
            text = str(number)
            padded = text.replace("-", "-00") if number < 0 else "00" + text
            assert found.accepts(text) == found.accepts(padded) == (low <= number <= high)


@pytest.mark.parametrize("op", ["minInclusive", "maxInclusive", "minExclusive", "maxExclusive"])
def test_decimal_ranges_are_exact(op: str) -> None:
    texts = ["".join(one) for size in range(5) for one in itertools.product("+-.025", repeat=size)]
    for bound in ("0", "-0", ".5", "-2.05", "2", "-5", "20.0"):
        for more in ((), (("fractionDigits", "1"),)):
            params = ((op, bound), *more)
            found = data_bounds(XSD, "decimal", params)
            assert isinstance(found, automata.Dfa)
            for text in texts:
                assert found.accepts(text) == allows(XSD, "decimal", params, text, {}), (params, text)


def test_across_types() -> None:
    def data(name: str, *params: tuple[str, str]) -> object:
        return of_data(XSD, name, params)

    assert example(minus(data("int"), data("long"))) is None
    assert example(minus(data("int"), data("short"))) == "32768"
    assert example(minus(data("unsignedInt"), data("int"))) == "2147483648"
    assert example(minus(data("dateTime"), data("date"))) == "0001-01-01T00:00:00"
    assert example(minus(data("dateTime"), data("token", ("pattern", "[^ ]+")))) is None
    assert example(minus(data("double", ("minInclusive", "0")), data("double"))) is None
    assert example(minus(data("date"), data("date", ("minInclusive", "2000-01-01")))) == "1999-01-01"
    assert example(minus(data("gDay"), data("gDay", ("maxInclusive", "---15")))) == "---31"
    assert example(minus(data("decimal", ("maxExclusive", "2")), data("decimal", ("maxInclusive", "1.9")))) == "1.91"
    assert example(minus(data("anyURI", ("pattern", "https?://.*")), data("anyURI", ("pattern", "http://.*")))) == (
        "https://a"
    )
    assert example(minus(data("double"), data("double", ("minInclusive", "0")))) == "-1"
    assert (
        example(minus(data("date", ("minInclusive", "2001-01-01")), data("date", ("minInclusive", "2000-01-01"))))
        is None
    )
    assert holds(
        minus(data("date", ("minInclusive", "2000-01-01")), data("date", ("minInclusive", "2001-01-01"))), "2000-01-01"
    )
    one, other = data("double", ("minInclusive", "0.5")), data("double", ("minExclusive", "0"), ("maxInclusive", "9"))
    assert example(minus(one, data("double", ("minExclusive", "0")))) is None
    assert holds(minus(other, one), "0.25")
    assert example(minus(data("NCName"), data("ID"))) is UNKNOWN
    assert example(minus(data("ID"), data("NCName"))) is None


def test_values_and_types_together() -> None:
    ten = of_value(XSD, "integer", "10", {})
    assert example(minus(ten, of_data(XSD, "unsignedByte", ()))) is None
    assert holds(ten, " +0010 ")
    some = join(of_value("", "token", "a b", {}), of_value("", "string", "x", {}))
    assert holds(some, " a  b ")
    assert not holds(some, " x")
    assert example(meet(some, of_data(XSD, "string", (("pattern", "x|y"),)))) == "x"
    assert example(minus(of_value("", "token", "a", {}), of_data(XSD, "string", (("pattern", "[a-z]"),)))) in (
        "a ",
        " a",
    )


def test_uris_as_an_automaton_are_those_that_are_tested_one_by_one() -> None:
    from random import Random

    from abidiff.surfaces.rng.values.automata import Dfa

    random, found = Random(1), data_bounds(XSD, "anyURI", ())
    assert isinstance(found, Dfa)
    parts = [*"ab1:/?#[]%@.+-f ~\té", "::", "//", "%41", "http://", "[1:2::3]", "1.2.3.4", "256", "[::ffff:1.2.3.4]"]
    parts += ["[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7::]", "[1::2::3]", "[::1:2:3:4:5:6:7]", "[::1:2:3:4:5:6:7:8]"]
    for _ in range(20_000):
        text = "".join(random.choice(parts) for _ in range(random.randrange(8)))
        assert found.accepts(text) == allows(XSD, "anyURI", (), text, {}), text


def test_names_and_categories_speak_of_the_same_characters() -> None:
    from abidiff.surfaces.rng.values.charsets import NAME_CHARS, category, intersection

    for kind in ("C", "Z"):
        characters = category(kind)
        assert characters is not None
        assert intersection(NAME_CHARS, characters) == ()


def test_a_bound_that_the_type_does_not_have_takes_its_pattern_away_not_the_schema() -> None:
    params = (("maxInclusive", "255"),)
    assert known(XSD, "byte", params) is None
    assert not allows(XSD, "byte", params, "5", {})
    assert data_bounds(XSD, "byte", params) is automata.NOTHING
    assert known(XSD, "byte", (("maxInclusive", "0x1"),)) is not None
    assert allows(XSD, "byte", (("maxInclusive", "127"),), "5", {})


def test_single_values_against_ranges() -> None:
    wide = of_data(XSD, "double", (("minInclusive", "1"), ("maxInclusive", "2")))
    inside, outside = of_value(XSD, "double", "1.5", {}), of_value(XSD, "double", "3", {})
    assert minus(inside, wide).nothing
    assert example(minus(outside, wide)) == "3"
    assert minus(of_value("", "token", "1.50", {}), wide).nothing
    assert example(minus(of_value("", "token", "2.5", {}), wide)) == "2.5"
    decimals = of_data(XSD, "decimal", (("minInclusive", "1"),))
    assert minus(join(of_value("", "token", "1", {}), of_value("", "token", "7.5", {})), decimals).nothing


@pytest.mark.parametrize(
    ("params", "good", "bad"),
    [
        ({"totalDigits": "3"}, "0 123 001.20 -.123 +12.3 0.0 5.", "1234 12.34 .1234"),
        ({"fractionDigits": "1"}, "1 1.0 .50 12345.6", "0.12 .05"),
        ({"totalDigits": "3", "fractionDigits": "1"}, "99.9 999 1.0", "1.23 1234 .12"),
    ],
)
def test_decimals_of_a_number_of_digits_are_a_regular_language(params: dict[str, str], good: str, bad: str) -> None:
    from abidiff.surfaces.rng.values.automata import Dfa

    given = tuple(sorted(params.items()))
    found = data_bounds(XSD, "decimal", given)
    assert isinstance(found, Dfa)
    for text in [*good.split(), *bad.split(), ".", "+", ""]:
        assert found.accepts(text) == allows(XSD, "decimal", given, text, {}) == (text in good.split()), text
