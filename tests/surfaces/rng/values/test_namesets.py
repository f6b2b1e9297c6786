"""Sets of names: what they hold, whatever was mentioned before and after they were made."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random

import pytest

from abidiff.surfaces.rng.decide import algebra, erasing
from abidiff.surfaces.rng.names import AnyName, Name, NameClass, NsName, contains, name_choice
from abidiff.surfaces.rng.values import namesets
from abidiff.surfaces.rng.values.bits import bits, bits_of
from abidiff.surfaces.rng.values.interning import interning
from abidiff.surfaces.rng.values.languages import ANY

NAMES = list(product(("", "urn:a", "urn:b", "urn:never"), ("x", "y", "z", "never")))


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    with interning():
        yield


def some(random: Random, depth: int = 2) -> NameClass:
    kind = random.randrange(6 if depth else 2)
    ns, local = random.choice(("", "urn:a", "urn:b")), random.choice("xyz")
    if kind < 2:
        return Name(ns, local)
    inner = some(random, depth - 1)
    if kind == 2:
        return NsName(ns, inner if isinstance(inner, Name) and inner.ns == ns else None)
    if kind == 3:
        return AnyName(inner if isinstance(inner, Name | NsName) else None)
    return name_choice([inner, some(random, depth - 1)])


def test_boolean_operations_are_those_of_sets() -> None:
    random = Random(1)
    for _ in range(300):
        with interning():
            classes = [some(random) for _ in range(4)]
            sets = [namesets.name_set(one) for one in classes]  # the later ones cut names out of the earlier ones
            for one, made in zip(classes, sets, strict=True):
                assert [name in made for name in NAMES] == [contains(one, *name) for name in NAMES]
                assert made.sample() in made
            a, b = sets[:2]
            for name in NAMES:
                assert (name in namesets.unite(a, b)) == (name in a or name in b)
                assert (name in namesets.common(a, b)) == (name in a and name in b)
                assert (name in namesets.subtract(a, b)) == (name in a and name not in b)
            assert namesets.meets(a, b) == (namesets.common(a, b) is not namesets.NO_NAME)
            assert namesets.unite(a, b) is namesets.unite(b, a)
            parts = namesets.cells(sets)
            for name in NAMES:
                assert sum(name in part for part in parts) == any(name in one for one in sets)
            for part, one in product(parts, sets):
                assert not namesets.meets(part, one) or namesets.subtract(part, one) is namesets.NO_NAME


def test_patterns_follow_names_that_grow() -> None:
    wide = algebra.attribute(namesets.name_set(AnyName()), ANY)
    other = algebra.attribute(namesets.name_set(NsName("urn:a")), ANY)
    both = algebra.inter([other, algebra.element(3)])
    name = namesets.name_set(Name("urn:a", "x"))
    assert [one.mask & name.mask != 0 for one in (wide, other, both)] == [True, True, True]
    assert not erasing.vanishes(both, 0, name.mask)
    assert erasing.vanishes(both, 1 << 3)
    assert algebra.kill(other, 0, name.mask).names is namesets.subtract(other.names, name)


def test_nothing_is_left_of_a_pattern_where_killing_leaves_none() -> None:
    random = Random(2)
    names = [namesets.name_set(Name("", local)) for local in "abc"]

    def pattern(depth: int) -> algebra.P:
        kind = random.randrange(6 if depth else 3)
        if kind < 2:
            return algebra.element(random.randrange(4)) if kind else algebra.attribute(random.choice(names), ANY)
        if kind == 2:
            return algebra.TEXT if depth else algebra.EMPTY
        parts = [pattern(depth - 1) for _ in range(random.randint(1, 3))]
        make = (algebra.choice, algebra.group, algebra.inter)[kind - 3]
        return make(parts) if random.random() < 0.8 else algebra.plus(make(parts))

    gone = 0
    for _ in range(500):
        p = pattern(3)
        letters, mask = random.randrange(16), namesets.mask_of(random.sample(names, 2))
        left = algebra.kill(p, letters, mask)
        gone += left is algebra.NONE
        assert erasing.vanishes(p, letters, mask) == (left is algebra.NONE)
    assert 50 < gone < 450


def test_bits_come_in_order() -> None:
    random = Random(3)
    for count in (0, 1, 5, 17, 200):
        numbers = sorted(random.sample(range(1000), count))
        assert bits(bits_of(numbers)) == numbers


def test_needed_names_are_those_without_which_nothing_is_left() -> None:
    random = Random(4)
    names = [namesets.name_set(Name("", local)) for local in "abcd"]

    def pattern(depth: int) -> algebra.P:
        if not depth or random.random() < 0.2:
            return algebra.attribute(random.choice(names), ANY) if random.random() < 0.9 else algebra.EMPTY
        make = random.choice((algebra.choice, algebra.group, algebra.inter))
        return make([pattern(depth - 1) for _ in range(random.randint(1, 3))])

    found = 0
    for _ in range(500):
        p = pattern(3)
        needed = namesets.mask_of(one for one in names if algebra.kill(p, 0, one.mask) is algebra.NONE)
        found += needed != 0
        assert p.needs == needed
    assert 100 < found < 500
