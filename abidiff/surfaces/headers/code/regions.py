"""Expressions that only ask how an argument compares with constants: a value for each region between them is all."""

from __future__ import annotations

import re

from abidiff.surfaces.headers.code.syntax import Tree

_ASKS = frozenset({"<", "<=", ">", ">=", "==", "!="})
_JOINS = frozenset({"&&", "||"})
_NUMBER = re.compile(r"(?<![\w.])(?:0[xX][0-9a-fA-F]+|[0-9]+)(?![\w.])")
MAX_NUMBERS = 8


def by_regions(tree: Tree, variables: frozenset[str]) -> bool:
    """Tell whether a value only depends on how each variable compares with constants that are not negative."""
    match tree:
        case ("num", number, _):
            return isinstance(number, int) and number >= 0
        case ("bin", operator, a, b) if operator in _ASKS:
            return any(
                one[0] == "id" and one[1] in variables and other[0] == "num" and by_regions(other, variables)
                for one, other in ((a, b), (b, a))
            )
        case ("bin", operator, a, b) if operator in _JOINS:
            return by_regions(a, variables) and by_regions(b, variables)
        case ("un", "!", inner):
            return by_regions(inner, variables)
        case ("cond", *parts):
            return all(by_regions(part, variables) for part in parts)
        case _:
            return False


def few_numbers(texts: tuple[str, ...], count: int) -> bool:
    """Tell whether so few numbers stand in the texts that each, and those beside it, are tried for every variable."""
    found = {number for text in texts for number in _NUMBER.findall(text)}
    return count <= 2 and len(found) * count <= MAX_NUMBERS
