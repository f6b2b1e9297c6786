"""The texts of integers and decimals between bounds, as regular expressions (XML Schema part 2, 3.2.3)."""

from __future__ import annotations

from abidiff.limits import now
from abidiff.surfaces.rng.values import automata
from abidiff.surfaces.rng.values.automata import ANYTHING, Dfa, compile_regex
from abidiff.surfaces.rng.values.charsets import chars
from abidiff.surfaces.rng.values.datatypes import DIGITS, Params, collapse
from abidiff.surfaces.rng.values.xsdregex import EMPTY_WORD, Alt, Chars, Regex, Repeat, Seq, literal

_DIGIT = Chars(chars("0123456789"))
_ZEROS = Repeat(Chars(chars("0")), 0, None)
_POINT = Chars(chars("."))
_ANY_TAIL = Repeat(Seq((_POINT, Repeat(_DIGIT, 0, None))), 0, 1)
_PLUS = Repeat(Chars(chars("+")), 0, 1)
_MINUS = Chars(chars("-"))


def integer_range(low: int | None, high: int | None) -> Regex:
    """Return the texts of the integers from ``low`` to ``high``: signs, leading zeros, -0."""
    branches: list[Regex] = []
    if high is None or high >= 0:
        start = max(low or 0, 0) if low is not None else 0
        plus = Repeat(Chars(chars("+")), 0, 1)
        branches.append(Seq((plus, _between(start, high))))
        if start == 0:
            branches.append(Seq((Chars(chars("-")), Chars(chars("0")), _ZEROS)))
    if low is None or low < 0:
        start = 1 if high is None or high >= 0 else -high
        branches.append(Seq((Chars(chars("-")), _between(start, None if low is None else -low))))
    return Alt(tuple(branches))


def _between(low: int, high: int | None) -> Regex:
    """Digits, with leading zeros, of the numbers from low (at least 0) to high."""
    if high is not None and high < low:
        return Alt(())
    branches: list[Regex] = []
    top = max(len(str(low)), len(str(high)) if high is not None else 0)
    for size in range(len(str(low)), top + 1):
        first = max(low, 10 ** (size - 1) if size > 1 else 0)
        last = 10**size - 1 if high is None else min(high, 10**size - 1)
        if first <= last:
            branches.append(_same_size(str(first), str(last)))
    if high is None:
        branches.append(Seq((Chars(chars("123456789")), Repeat(_DIGIT, top, None))))
    return Seq((_ZEROS, Alt(tuple(branches))))


def _same_size(first: str, last: str) -> Regex:
    """Digits of one size between two numbers of that size."""
    if not first:
        return EMPTY_WORD
    rest = len(first) - 1
    if not first.strip("0") and not last.strip("9"):
        return Repeat(_DIGIT, len(first), len(first))
    if first[0] == last[0]:
        return Seq((Chars(chars(first[0])), _same_size(first[1:], last[1:])))
    branches: list[Regex] = [
        Seq((Chars(chars(first[0])), _same_size(first[1:], "9" * rest))),
        Seq((Chars(chars(last[0])), _same_size("0" * rest, last[1:]))),
    ]
    middle = "".join(str(d) for d in range(int(first[0]) + 1, int(last[0])))
    if middle:
        branches.append(Seq((Chars(chars(middle)), Repeat(_DIGIT, rest, rest))))
    return Alt(tuple(branches))


# Decimals: each facet is a language of texts, some of which are no decimals


def small(params: Params) -> bool:
    """Whether the facets of a decimal have few digits."""
    given = [(name, collapse(text)) for name, text in params if name != "pattern"]
    most = now().facet_digits
    return all(int(text) <= most if name in DIGITS else len(text) <= most for name, text in given)


def decimals(params: Params) -> Dfa:
    """Return the decimals within facets, patterns apart."""
    found = compile_regex(_digits(params)) if any(name in DIGITS for name, _ in params) else ANYTHING
    for name, text in params:
        if name.startswith(("min", "max")):
            found = automata.intersection(found, compile_regex(_bounded(name, collapse(text))))
    return found


def _digits(params: Params) -> Regex:
    """Return the decimals of so many digits, and so many after the point (zeros at the ends do not count)."""
    totals = [int(collapse(text)) for name, text in params if name == "totalDigits"]
    parts = [int(collapse(text)) for name, text in params if name == "fractionDigits"]
    sign = Repeat(Chars(chars("+-")), 0, 1)
    branches: list[Regex] = []
    for whole in range(min(totals) + 1) if totals else (None,):
        after = [*parts, *([] if whole is None else [min(totals) - whole])]
        before: Regex = Seq((_ZEROS, Repeat(_DIGIT, 0, whole)))
        tail = Seq((_POINT, Repeat(_DIGIT, 0, min(after, default=None)), _ZEROS))
        branches.append(Seq((sign, before, Repeat(tail, 0, 1))))
    return Alt(tuple(branches))


def _bounded(name: str, text: str) -> Regex:
    """Return the decimals on the side of a bound that it allows."""
    whole, _, part = text.lstrip("+-").partition(".")
    whole, part = whole.lstrip("0"), part.rstrip("0")
    zero = not whole and not part
    negative = text.startswith("-") and not zero
    strict, least = name.endswith("Exclusive"), name.startswith("min")
    away, near = _beyond(whole, part, strict=strict), _within(whole, part, strict=strict)
    if zero:  # -0 is 0
        own, other = (_PLUS, _MINUS) if least else (_MINUS, _PLUS)
        positive = Seq((own, _beyond("", "", strict=strict)))
        return positive if strict else Alt((positive, Seq((other, _within("", "", strict=False)))))
    everything = Seq((Repeat(_DIGIT, 0, None), _ANY_TAIL))
    if least:
        return Alt((Seq((_PLUS, everything)), Seq((_MINUS, near)))) if negative else Seq((_PLUS, away))
    return Seq((_MINUS, away)) if negative else Alt((Seq((_MINUS, everything)), Seq((_PLUS, near))))


def _beyond(whole: str, part: str, *, strict: bool) -> Regex:
    """Return the numbers without a sign from (strictly: beyond) one on; digits before and after its point."""
    same = Seq((_ZEROS, literal(whole), _tail(part, above=True, strict=strict)))
    return Alt((Seq((_between(int(whole or "0") + 1, None), _ANY_TAIL)), same))


def _within(whole: str, part: str, *, strict: bool) -> Regex:
    """Return the numbers without a sign up to (strictly: below) one."""
    same: Regex = Seq((_ZEROS, literal(whole), _tail(part, above=False, strict=strict)))
    if not whole:
        return same
    return Alt((Seq((Alt((EMPTY_WORD, _between(0, int(whole) - 1))), _ANY_TAIL)), same))


def _tail(part: str, *, above: bool, strict: bool) -> Regex:
    """Return the points with digits after them that lie on a side of a fraction; none where that has 0 on it."""
    written = Seq((_POINT, _fraction(part, above=above, strict=strict)))
    alone = bool(part) and not above if strict else not part or not above
    return Repeat(written, 0, 1) if alone else written


def _fraction(part: str, *, above: bool, strict: bool) -> Regex:
    digits = Repeat(_DIGIT, 0, None)
    if not part:
        if above:
            return Seq((_ZEROS, Chars(chars("123456789")), digits)) if strict else digits
        return Alt(()) if strict else _ZEROS
    first = int(part[0])
    branches: list[Regex] = [Seq((Chars(chars(part[0])), _fraction(part[1:], above=above, strict=strict)))]
    aside = "".join(str(d) for d in (range(first + 1, 10) if above else range(first)))
    if aside:
        branches.append(Seq((Chars(chars(aside)), digits)))
    if not above:
        branches.append(EMPTY_WORD)
    return Alt(tuple(branches))


def decimal_value(text: str) -> Regex:
    """Return the texts of one decimal."""
    whole, _, part = text.lstrip("+-").partition(".")
    whole, part = whole.lstrip("0"), part.rstrip("0")
    sign: Regex = Repeat(Chars(chars("+")), 0, 1)
    if text.startswith("-") and (whole or part):
        sign = Chars(chars("-"))
    elif not whole and not part:
        sign = Repeat(Chars(chars("+-")), 0, 1)
    tail = Seq((Chars(chars(".")), literal(part), _ZEROS))
    return Seq((sign, _ZEROS, literal(whole), tail if part else Repeat(tail, 0, 1)))
