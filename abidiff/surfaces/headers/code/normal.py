"""Trees in one spelling: what only looks different becomes equal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from abidiff.surfaces.headers.code.evaluate import BITS
from abidiff.surfaces.headers.code.syntax import Tree
from abidiff.surfaces.headers.read.expression import wrap

_SORTED = frozenset("+*&|^") | {"==", "!="}
_TURNED = {">": "<", ">=": "<="}
_ARITHMETIC = frozenset({"char", "short", "int", "long", "float", "double", "unsigned", "signed", "_Bool"})
MAX_TERMS = 200
Polynomial = dict[tuple[str, ...], int]


def normal(tree: Any, names: dict[str, str] | None = None) -> Any:
    """Return a tree with operands in one order and names replaced (parameters and locals by their positions)."""
    names = {} if names is None else names
    if not isinstance(tree, tuple):
        return tree
    match tree:
        case ("id", name):
            return ("id", names.get(name, name))
        case ("declare", type_, name, value):
            start = normal(_dense(value) if _row(type_) else value, names)
            names[name] = f"local {len(names)}"
            return ("declare", normal(type_, names), names[name], start)
        case ("block", parts):
            inner = dict(names)
            found = tuple(normal(part, inner) for part in parts)
            return found[0] if len(found) == 1 and found[0][0] != "declare" else ("block", found)
        case ("bin", operator, a, b):
            return _binary(operator, normal(a, names), normal(b, names))
        case ("un", "+", ("num", _, _) as number):
            return number
        case ("member", ("un", "*", x), ".", name):
            return ("member", normal(x, names), "->", name)
        case ("member", x, operator, name):
            return ("member", normal(x, names), operator, name)
        case _:
            return tuple(normal(part, names) for part in tree)


def _row(type_: Any) -> bool:
    """Tell whether a type is an array of numbers, with one bound."""
    words = type_[1] if isinstance(type_, tuple) and type_[:1] == ("type",) else ()
    arrays = [word for word in words if isinstance(word, tuple)]
    return len(arrays) == 1 and arrays[0][:1] == ("array",) and not _ARITHMETIC.isdisjoint(words)


def _dense(value: Any) -> Any:
    """Return a list in braces without designators, where these say nothing but the order (§6.7.9)."""
    if not isinstance(value, tuple) or value[:1] != ("braces",):
        return value
    found: dict[int, Any] = {}
    at = 0
    for item in value[2]:
        if item[:1] == ("at",):
            match item[1]:
                case (("num", int(number), _),):
                    at, item = number, item[2]
                case _:
                    return value
        found[at] = item
        at += 1
    if sorted(found) != list(range(len(found))):
        return value
    return ("braces", value[1], tuple(found[at] for at in range(len(found))))


def _binary(operator: str, a: Any, b: Any) -> Any:
    if operator in _TURNED:
        return ("bin", _TURNED[operator], b, a)
    if operator in _SORTED:
        a, b = sorted((a, b), key=repr)
    return ("bin", operator, a, b)


def polynomial(
    tree: Tree, kinds: dict[str, str], kind_of: Callable[[Tree], str] | None = None
) -> tuple[str, Polynomial] | None:
    """Return the integer polynomial that an expression is, with the kind that it is computed in.

    ``kinds``: those of the variables; ``kind_of``: that of other parts, which count as variables then.  None where
    the variables are of several kinds, or it is no polynomial.
    """
    used: set[str] = set()
    found = _polynomial(tree, kinds, used, kind_of)
    if found is None or len(used) != 1:
        return None
    kind = used.pop()
    if kind not in BITS:
        return None
    reduced = {term: number for term, value in found.items() if (number := wrap(value, kind))}
    return kind, reduced


def _polynomial(
    tree: Tree, kinds: dict[str, str], used: set[str], kind_of: Callable[[Tree], str] | None = None
) -> Polynomial | None:
    match tree:
        case ("un", "~", x):  # -x - 1
            inner = _polynomial(x, kinds, used, kind_of)
            return None if inner is None else {term: -value for term, value in _combined("+", inner, {(): 1}).items()}
        case ("num", number, kind) if isinstance(number, int):
            if kind != "int":
                used.add(kind)
            return {(): number}
        case ("id", name) if name in kinds:
            used.add(kinds[name])
            return {(name,): 1}
        case ("un", "-", x):
            inner = _polynomial(x, kinds, used, kind_of)
            return None if inner is None else {term: -value for term, value in inner.items()}
        case ("bin", "<<", x, ("num", by, "int")) if 0 <= by < 32:
            inner = _polynomial(x, kinds, used, kind_of)
            return None if inner is None else {term: value << by for term, value in inner.items()}
        case ("bin", operator, a, b) if operator in "+-*":
            first, second = (_polynomial(part, kinds, used, kind_of) for part in (a, b))
            if first is None or second is None or len(first) * len(second) > MAX_TERMS:
                return None
            return _combined(operator, first, second)
        case _ if kind_of is not None and (kind := kind_of(tree)):
            used.add(kind)
            return {(repr(tree),): 1}
        case _:
            return None


def _combined(operator: str, a: Polynomial, b: Polynomial) -> Polynomial:
    out: Polynomial = {}
    if operator == "*":
        for term, value in a.items():
            for other, factor in b.items():
                key = tuple(sorted(term + other))
                out[key] = out.get(key, 0) + value * factor
        return out
    out.update(a)
    for term, value in b.items():
        out[term] = out.get(term, 0) + (value if operator == "+" else -value)
    return out
