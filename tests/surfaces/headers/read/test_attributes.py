"""The lists of attributes: what is modelled changes something, what has no effect changes nothing."""

from __future__ import annotations

import pytest

from abidiff.surfaces.headers.read.attributes import MODELLED, NO_EFFECT, Attributes
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
