"""The lists of attributes: what is modelled changes something, what has no effect changes nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from abidiff.surfaces.headers.read.attributes import (
    DESCRIBED,
    DIAGNOSED,
    GENERATED,
    MODELLED,
    NO_EFFECT,
    OF_DEFINITIONS,
    OTHER_LANGUAGES,
    UNMODELLED,
    Attributes,
)
from abidiff.surfaces.headers.read.lexer import Token

TEXT: Token = ("s", '"big-endian"', 0, True, None)


@pytest.mark.parametrize("name", sorted(MODELLED))
def test_what_is_modelled_is_noted(name: str) -> None:
    found = Attributes()
    found.add(f"__{name}__", [TEXT])
    assert found != Attributes()
    assert found.unmodelled == set()


def test_what_has_no_effect_is_not() -> None:
    found = Attributes()
    for name in sorted(NO_EFFECT):
        found.add(name, [TEXT])
    assert found == Attributes()
    assert not MODELLED & NO_EFFECT


def test_the_rest_is_kept_as_it_is_written() -> None:
    found = Attributes()
    found.add("made_up", [])
    assert found.unmodelled == {"made_up"}


def test_nonnull_says_which_parameters() -> None:
    found = Attributes()
    found.add("nonnull", [("n", "1", 0, True, None), ("p", ",", 0, True, None), ("n", "0x3u", 0, True, None)])
    assert found.nonnull == {1, 3}
    found.add("__nonnull__", [])
    assert found.nonnull == {0, 1, 3}


@pytest.mark.parametrize("name", sorted(UNMODELLED))
def test_what_is_known_and_not_modelled_is_kept(name: str) -> None:
    found = Attributes()
    found.add(name, [])
    assert found.unmodelled == {name}


@pytest.mark.parametrize("name", sorted(OF_DEFINITIONS))
def test_what_matters_to_definitions_is_kept_apart(name: str) -> None:
    found = Attributes()
    found.add(name, [])
    assert (found.unmodelled, found.of_definitions) == (set(), {name})


def test_each_attribute_has_one_answer() -> None:
    lists = (MODELLED, DIAGNOSED, DESCRIBED, OTHER_LANGUAGES, GENERATED, UNMODELLED, OF_DEFINITIONS)
    assert sum(map(len, lists)) == len(frozenset().union(*lists))
    assert DIAGNOSED | DESCRIBED | OTHER_LANGUAGES | GENERATED == NO_EFFECT


def test_the_page_has_them_all() -> None:
    page = (Path(__file__).parents[4] / "docs" / "attributes.md").read_text()
    compared, _, rest = page.partition("## Without an effect")
    without, _, undecided = rest.partition("## Undecided")
    for part, names in ((compared, MODELLED), (without, NO_EFFECT), (undecided, UNMODELLED | OF_DEFINITIONS)):
        assert set(re.findall(r"`(\w+)`", part)) == names
