"""Expressions that C defines to be equal, and that two spellings which become one never have two values."""

from __future__ import annotations

import random
from typing import Any

import pytest

from abidiff.surfaces.headers.code.canonical import Canonical, equal
from abidiff.surfaces.headers.code.evaluate import Machine, Names, Undefined
from abidiff.surfaces.headers.code.normal import normal, polynomial
from abidiff.surfaces.headers.code.syntax import Syntax, Tree
from abidiff.surfaces.headers.read.expression import wrap

_TYPES = {("unsigned",): "unsigned int", ("unsigned int",): "unsigned int", ("int",): "int", ("long",): "long"}
_TYPES |= {("unsigned char",): "unsigned char", ("bool",): "bool"}
_NUMBERS = (0, 1, 2, 3, 7, 8, 31, -1, -2, -8, 255, 2147483647, -2147483648)
_OPERATORS = ["+", "-", "*", "/", "%", "&", "|", "<<", ">>", "<", "<=", ">", ">=", "==", "!=", "&&", "||"]


def kind_of(type_: Tree) -> str:
    """Return the kind of a type name."""
    return _TYPES.get(type_[1], "")


def read(text: str) -> Tree:
    """Read an expression over a and b."""
    tree = Syntax(text, lambda _: False).whole()
    assert tree is not None
    return tree


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("unsigned int", "a / 2", "a >> 1"),
        ("unsigned int", "a % 8", "a & 7"),
        ("unsigned int", "a * 8", "a << 3"),
        ("unsigned int", "~a", "-a - 1"),
        ("int", "a + a", "2 * a"),
        ("int", "!a", "a == 0"),
        ("int", "!!a", "a ? 1 : 0"),
        ("int", "a > 0", "a >= 1"),
        ("int", "a < 0 ? -a : a", "a >= 0 ? a : -a"),
        ("int", "!(a < b)", "b <= a"),
        ("int", "(a & 1) + (a & 1)", "2 * (a & 1)"),
        ("long", "(a + b) * 2", "b * 2 + 2 * a"),
    ],
)
def test_equal(kind: str, old: str, new: str) -> None:
    kinds = {"a": kind, "b": kind}
    assert equal(read(old), read(new), (kinds, kinds), (kind_of, kind_of))


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("int", "a / 2", "a >> 1"),
        ("int", "a % 8", "a & 7"),
        ("unsigned int", "a % 6", "a & 5"),
        ("int", "a > 0", "a >= 0"),
        ("int", "a & 1", "a % 2"),
    ],
)
def test_not_equal(kind: str, old: str, new: str) -> None:
    kinds = {"a": kind, "b": kind}
    assert not equal(read(old), read(new), (kinds, kinds), (kind_of, kind_of))


def made(pick: random.Random, depth: int) -> Any:
    """Return some expression."""
    what = pick.random()
    if not depth or what < 0.2:
        number = ("num", pick.choice((0, 1, 2, 3, 4, 7, 8)), pick.choice(("int", "int", "unsigned int")))
        return pick.choice((("id", "a"), ("id", "b"), number))
    if what < 0.3:
        return ("un", pick.choice("!~-+"), made(pick, depth - 1))
    if what < 0.4:
        return ("cond", *(made(pick, depth - 1) for _ in range(3)))
    if what < 0.5:
        return ("cast", ("type", pick.choice(list(_TYPES))), made(pick, depth - 1))
    return ("bin", pick.choice(_OPERATORS), made(pick, depth - 1), made(pick, depth - 1))


def value(tree: Tree, a: int, b: int, kind: str) -> int | None:
    """Return the value of an expression, None where C defines none."""
    names = Names(lambda _: None, lambda _: None, kind_of, lambda _: None, lambda _: True)
    try:
        found = Machine(names, 1000).value(tree, {"a": (wrap(a, kind), kind), "b": (wrap(b, kind), kind)})
    except Undefined:
        return None
    return int(found[0])


@pytest.mark.parametrize("kind", ["int", "unsigned int", "long"])
def test_what_becomes_one_has_one_value(kind: str) -> None:
    pick = random.Random(kind)
    kinds = {"a": kind, "b": kind}
    groups: dict[str, list[Tree]] = {}
    for _ in range(1500):
        tree = made(pick, pick.choice((1, 2, 2, 3)))
        rewriter = Canonical(kinds, kind_of)
        spelled = normal(rewriter.made(tree))
        found = polynomial(spelled, dict(kinds), rewriter.kind)
        key = repr((found[0], sorted(found[1].items(), key=repr))) if found is not None else repr(spelled)
        groups.setdefault(key, []).append(tree)
    several = [group[:6] for group in groups.values() if len(group) > 1]
    assert len(several) > 50
    for group in several:
        for a in _NUMBERS:
            for b in (3, -1, 0):
                values = {found for tree in group if (found := value(tree, a, b, kind)) is not None}
                assert len(values) <= 1, (kind, a, b, group)
