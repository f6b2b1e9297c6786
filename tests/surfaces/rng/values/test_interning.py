"""Interned objects belong to a comparison: it leaves nothing, and none shows in another one."""

from __future__ import annotations

from threading import Event, Thread

from abidiff.surfaces.rng.compare.compare import compare
from abidiff.surfaces.rng.decide import algebra
from abidiff.surfaces.rng.model import Schemas
from abidiff.surfaces.rng.names import AnyName, Name
from abidiff.surfaces.rng.values import languages, namesets
from abidiff.surfaces.rng.values.interning import interned, interning
from tests.surfaces.rng.support import load

XSD = "http://www.w3.org/2001/XMLSchema-datatypes"


def schemas(*patterns: str) -> Schemas:
    parts = "".join(
        f'<attribute name="a{number}"><data type="string"><param name="pattern">{pattern}</param></data></attribute>'
        for number, pattern in enumerate(patterns)
    )
    return load(
        f'<element name="e" xmlns="http://relaxng.org/ns/structure/1.0" datatypeLibrary="{XSD}">{parts}</element>'
    )


def test_nothing_is_left_of_a_reading_and_a_comparison() -> None:
    with interning():
        old, new = schemas("[a-z]+", "x|y"), schemas("[a-y]+", "x")
        assert interned() == 0
        assert len(compare(old, new)) == 2
        assert interned() == 0


def test_a_comparison_finds_the_same_whatever_came_before() -> None:
    old, new = schemas("[a-z]+", "x|y"), schemas("[a-y]+", "x")
    first = compare(old, new)
    with interning():
        namesets.name_set(AnyName(Name("", "a1")))
        languages.of_data(XSD, "string", (("pattern", "[a-y]+"),))
        assert compare(new, old) != first
        assert compare(old, new) == first


def test_an_outer_opening_finds_its_own_again() -> None:
    with interning():
        before = algebra.attribute(namesets.name_set(AnyName()), languages.lang(tokens=["a"]))
        name = namesets.name_set(Name("urn:a", "x"))
        count = interned()
        with interning():
            assert interned() == 0
            inner = algebra.attribute(namesets.name_set(Name("urn:b", "y")), languages.lang(tokens=["a"]))
            assert inner.lang is not before.lang
        assert interned() <= count
        assert algebra.attribute(namesets.name_set(AnyName()), languages.lang(tokens=["a"])) is before
        assert namesets.name_set(Name("urn:a", "x")) is name
        assert before.mask & name.mask


def test_tables_are_closed_after_an_error() -> None:
    with interning():
        try:
            with interning():
                algebra.element(7)
                raise LookupError
        except LookupError:
            pass
        assert interned() == 0


def test_threads_take_turns() -> None:
    inside, done = Event(), Event()
    seen = []

    def other() -> None:
        inside.wait()
        with interning():
            seen.append((interned(), done.is_set()))

    thread = Thread(target=other)
    thread.start()
    with interning():
        algebra.element(7)
        inside.set()
        thread.join(0.05)
        assert thread.is_alive()
        assert interned() == 1
        done.set()
    thread.join()
    assert seen == [(0, True)]
