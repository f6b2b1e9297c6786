"""Expressions over integers of known kinds in one spelling: what C defines to be equal becomes equal (ISO C11 §6.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from abidiff.surfaces.headers.code.evaluate import BITS, NARROW, common
from abidiff.surfaces.headers.code.normal import normal, polynomial
from abidiff.surfaces.headers.code.syntax import Tree

Kinds = Mapping[str, str]
_ASKS = frozenset({"<", "<=", ">", ">=", "==", "!="})
_ZERO: Tree = ("num", 0, "int")
_ONE: Tree = ("num", 1, "int")


def equal(old: Tree, new: Tree, kinds: tuple[Kinds, Kinds], types: tuple[Callable[[Tree], str], ...]) -> bool:
    """Tell whether two expressions are proved to have equal values for all integers.

    ``kinds``: those of the variables of each side; ``types``: what tells the kind of a type name there.
    """
    trees = [normal(Canonical(own, kind).made(tree)) for tree, own, kind in zip((old, new), kinds, types, strict=True)]
    if trees[0] == trees[1]:
        return True
    found = [
        polynomial(tree, dict(own), Canonical(own, kind).kind)
        for tree, own, kind in zip(trees, kinds, types, strict=True)
    ]
    return found[0] is not None and found[0] == found[1]


class Canonical:
    """Rewrites the expressions of one side."""

    def __init__(self, kinds: Kinds, type_kind: Callable[[Tree], str]) -> None:
        self.kinds = kinds
        self.type_kind = type_kind

    def kind(self, tree: Any) -> str:
        """Return the kind of an expression's value, empty where it is not known to be an integer."""
        match tree:
            case ("num", int(), kind):
                return str(kind)
            case ("id", name):
                return self.kinds.get(name, "")
            case ("un", "!", _) | ("bin", "&&" | "||", _, _):
                return "int"
            case ("bin", operator, a, b) if operator in _ASKS:
                return "int" if self.kind(a) and self.kind(b) else ""
            case ("un", _, x):
                return self.kind(x)
            case ("bin", "<<" | ">>", a, _):
                return self.kind(a)
            case ("bin", "+" | "-" | "*" | "/" | "%" | "&" | "|" | "^", a, b) | ("cond" | "choose", _, a, b):
                left, right = self.kind(a), self.kind(b)
                return common((0, left), (0, right)) if left in BITS and right in BITS else ""
            case ("cast", ("kind", kind), _):
                return str(kind) if kind in BITS else "int"
            case ("cast", type_, _):
                found = self.type_kind(type_)
                return found if found in BITS else "int" if found in NARROW or found == "bool" else ""
        return ""

    def made(self, tree: Any) -> Any:
        """Return an expression in its one spelling."""
        if not isinstance(tree, tuple):
            return tree
        match tree:
            case ("id" | "num" | "str" | "type", *_):
                return tree
            case ("un", "!", x):
                return self._asked("==", self.made(x), _ZERO)
            case ("un", "+", x) if self.kind(x):
                return self.made(x)
            case ("cast", type_, x):
                return self._cast(type_, self.made(x))
            case ("cond" | "choose" as what, condition, a, b):
                return self._chosen(what, self.made(condition), self.made(a), self.made(b))
            case ("bin", operator, a, b) if operator in _ASKS:
                return self._asked(operator, self.made(a), self.made(b))
            case ("bin", operator, a, b):
                return self._computed(operator, self.made(a), self.made(b))
        return tuple(self.made(part) for part in tree)

    def _cast(self, type_: Tree, x: Tree) -> Tree:
        kind = self.type_kind(type_)
        if kind == "bool":
            return self._asked("!=", x, _ZERO)
        if kind not in BITS and kind not in NARROW:
            return ("cast", type_, x)
        if kind == self.kind(x):
            return x
        if x[0] == "num" and isinstance(x[1], int) and kind in BITS and 0 <= x[1] < 1 << (BITS[kind] - 1):
            return ("num", x[1], kind)
        return ("cast", ("kind", kind), x)

    def _asked(self, operator: str, a: Tree, b: Tree) -> Tree:
        if operator in (">", ">="):
            operator, a, b = {">": "<", ">=": "<="}[operator], b, a
        kinds = self.kind(a), self.kind(b)
        if operator in ("==", "!=") and _is_truth(a) and b == _ZERO:
            return self._asked("!=", *a[2:]) if operator == "==" and a[1] == "==" else (
                self._asked("==", *a[2:]) if operator == "==" and a[1] == "!=" else
                self._turned(a) if operator == "==" else a
            )  # fmt: skip
        if not all(kind in BITS for kind in kinds):
            return ("bin", operator, a, b)
        kind = common((0, kinds[0]), (0, kinds[1]))
        if operator == "<=":  # of whole numbers
            if a[0] == "num" and a[1] > 0:
                operator, a = "<", ("num", a[1] - 1, a[2])
            elif b[0] == "num" and 0 <= b[1] < (1 << 31) - 1:
                operator, b = "<", ("num", b[1] + 1, b[2])
        if operator == "<" and kind.startswith("unsigned"):
            if a[:2] == ("num", 0):
                operator, a, b = "!=", b, _ZERO
            elif b[:2] == ("num", 1):
                operator, b = "==", _ZERO
        return ("bin", operator, a, b)

    def _turned(self, asked: Tree) -> Tree:
        """Return the opposite of a comparison; fractions that are no numbers leave none."""
        _, operator, a, b = asked
        if operator in ("<", "<=") and self.kind(a) in BITS and self.kind(b) in BITS:
            return self._asked({"<": "<=", "<=": "<"}[operator], b, a)
        return ("bin", "==", asked, _ZERO)

    def _chosen(self, what: str, condition: Tree, a: Tree, b: Tree) -> Tree:
        if what == "choose" and self.kind(a) == self.kind(b) != "":
            what = "cond"
        if not _is_truth(condition):
            condition = self._asked("!=", condition, _ZERO)
        if what == "cond" and a == _ONE and b == _ZERO and _is_truth(condition):
            return condition
        if what == "cond" and a == _ZERO and b == _ONE and _is_truth(condition):
            return self._asked("==", condition, _ZERO)
        if condition[:2] == ("bin", "!="):
            return (what, ("bin", "==", *condition[2:]), b, a)
        turned = self._turned(condition) if condition[:1] == ("bin",) and condition[1] in ("<", "<=") else condition
        if turned[:2] in (("bin", "<"), ("bin", "<=")) and repr(turned) < repr(condition):
            return (what, turned, b, a)
        return (what, condition, a, b)

    def _computed(self, operator: str, a: Tree, b: Tree) -> Tree:
        kind = self.kind(a)
        number = b[1] if b[0] == "num" and isinstance(b[1], int) else 0
        kept = kind in BITS and b[0] == "num" and b[2] in BITS and common((0, kind), (0, b[2])) == kind
        if kept and kind.startswith("unsigned") and number > 0 and not number & (number - 1):
            if operator == "/":
                return a if number == 1 else ("bin", ">>", a, ("num", number.bit_length() - 1, "int"))
            if operator == "%":
                return ("bin", "&", a, ("num", number - 1, "int"))
        if operator == "&" and kept and 0 <= number < 1 << 31:
            return ("bin", "&", a, ("num", number, "int"))
        return ("bin", operator, a, b)


def _is_truth(tree: Any) -> bool:
    """Tell whether a value is 0 or 1."""
    match tree:
        case ("bin", operator, _, _):
            return operator in _ASKS or operator in ("&&", "||")
    return False
