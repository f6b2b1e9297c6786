"""The texts of a datatype as a regular language, or as two that it lies between."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import TypeAlias

from abidiff.surfaces.rng.values import automata, moments, uris
from abidiff.surfaces.rng.values.automata import ANYTHING, NOTHING, Dfa, compile_regex
from abidiff.surfaces.rng.values.charsets import XML_CHARS, chars
from abidiff.surfaces.rng.values.datatypes import (
    LENGTHS,
    TYPES,
    XSD,
    Type,
    allows,
    collapse,
    find,
    out_of_range,
    pattern,
)
from abidiff.surfaces.rng.values.interning import owned
from abidiff.surfaces.rng.values.numbers import decimal_value, decimals, integer_range, small
from abidiff.surfaces.rng.values.xsdregex import Alt, Chars, Regex, Repeat, Seq

Params: TypeAlias = tuple[tuple[str, str], ...]
Bounds: TypeAlias = tuple[Dfa, Dfa, tuple[str, ...]]


@cache
def data_bounds(library: str, name: str, params: Params) -> Dfa | Bounds:
    """Return the language of a datatype with parameters, exactly or as (upper, lower, samples)."""
    found = find(library, name)
    if found is None or any(out_of_range(found, param, text) for param, text in params):
        return NOTHING
    core, exact = _core(found, params)
    for param, text in params:
        if param == "pattern":
            core = automata.intersection(core, pattern(text))
    upper = _spaced(found, core)
    if exact:
        return upper
    lower, samples = _lower(found, params, core)
    return upper, _spaced(found, lower), samples


def _spaced(found: Type, core: Dfa) -> Dfa:
    if found.space == "preserve":
        return core
    return automata.replaced(core) if found.space == "replace" else automata.collapsed(core)


def _core(found: Type, params: Params) -> tuple[Dfa, bool]:
    """Return the normalised texts of the type without patterns, and whether they are exactly these."""
    facets = {name: collapse(text) for name, text in params if name != "pattern"}
    repeated = len([name for name, _ in params if name != "pattern"]) != len(facets)
    if found.name in _INTEGER_NAMES:
        return _integers(found, params), True
    lengths = {name for name in facets if name in LENGTHS}
    if found.many:
        item = pattern_regex(found.lexical)
        return compile_regex(_repeat_with_space(item, params)), found.name == "NMTOKENS"
    if found.family == "text":
        core = pattern(found.lexical) if found.lexical else ANYTHING
        core = automata.intersection(core, _sized(Chars(XML_CHARS), params)) if lengths else core
        return core, found.name not in ("ID", "IDREF", "ENTITY")
    if found.family == "hex":
        core = pattern(found.lexical)
        two = Repeat(Chars(chars("0123456789abcdefABCDEF")), 2, 2)
        return automata.intersection(core, _sized(two, params)), True
    if found.family == "uri":
        core = automata.intersection(pattern(uris.FORM), pattern(uris.ESCAPES))
        return automata.intersection(core, _sized(Chars(XML_CHARS), params)) if lengths else core, True
    lexical = pattern(found.lexical) if found.lexical else ANYTHING
    if found.name == "decimal" and facets and small(params):
        return automata.intersection(lexical, decimals(params)), True
    plain = not facets and not repeated
    regular = found.family in ("boolean", "float", "double", "decimal", "base64", "duration")
    return lexical, plain and (regular or found.name in ("time", "gDay", "gMonth"))


_INTEGER_NAMES = frozenset(
    [
        "integer",
        "nonPositiveInteger",
        "negativeInteger",
        "nonNegativeInteger",
        "positiveInteger",
        "long",
        "int",
        "short",
        "byte",
        "unsignedLong",
        "unsignedInt",
        "unsignedShort",
        "unsignedByte",
    ]
)


def pattern_regex(text: str) -> Regex:
    """Parse a pattern of ours."""
    from abidiff.surfaces.rng.values.xsdregex import parse_regex

    return parse_regex(text)


def _limits(params: Params) -> tuple[int, int | None]:
    low, high = 0, None
    for name, text in params:
        if name not in LENGTHS:
            continue
        number = int(collapse(text))
        if name in ("length", "minLength"):
            low = max(low, number)
        if name in ("length", "maxLength"):
            high = number if high is None else min(high, number)
    return low, high


def _sized(unit: Regex, params: Params) -> Dfa:
    low, high = _limits(params)
    if high is not None and high < low:
        return NOTHING
    return compile_regex(Repeat(unit, low, high))


def _repeat_with_space(item: Regex, params: Params) -> Regex:
    low, high = _limits(params)
    low = max(low, 1)
    if high is not None and high < low:
        return Alt(())
    rest = Seq((Chars(chars(" ")), item))
    return Seq((item, Repeat(rest, low - 1, None if high is None else high - 1)))


# Integers


def _integers(found: Type, params: Params) -> Dfa:
    low, high = found.low, found.high
    for name, text in params:
        if name in ("pattern", "fractionDigits"):
            continue
        number = int(collapse(text))
        if name == "totalDigits":
            edge = 10**number - 1
            low, high = _max(low, -edge), _min(high, edge)
        elif name.startswith("min"):
            low = _max(low, number + (name == "minExclusive"))
        else:
            high = _min(high, number - (name == "maxExclusive"))
    return compile_regex(integer_range(low, high))


def _max(one: int | None, other: int) -> int:
    return other if one is None else max(one, other)


def _min(one: int | None, other: int) -> int:
    return other if one is None else min(one, other)


# Nominal types


def _lower(found: Type, params: Params, core: Dfa) -> tuple[Dfa, tuple[str, ...]]:
    """Return texts that surely are values, and some to try."""
    plain = all(name == "pattern" for name, _ in params)
    samples = _SAMPLES.get(found.name, ()) + tuple(collapse(text) for name, text in params if name != "pattern")
    if found.family == "moment" and plain:
        sure = compile_regex(_SURE_MOMENT)
        return automata.intersection(automata.intersection(core, sure), pattern(moments.LEXICAL[found.name])), samples
    if found.family == "name" and plain:
        # without a prefix a name means something everywhere
        form = r"[\i-[:]][\c-[:]]*" if found.name == "QName" else r"[a-zA-Z_][a-zA-Z0-9_.\-]*"
        return automata.intersection(core, pattern(form)), samples
    if found.family == "moment":
        samples += _neighbours(params)
    if found.family in ("float", "double", "decimal"):
        samples += ("0", "1", "-1", "0.5", "2", "10", "100", "1000000", "NaN", "INF", "-INF")
    if found.name in BY_DOCUMENT:
        return NOTHING, samples
    library = XSD if found.name in TYPES else ""
    return automata.words(text for text in samples if allows(library, found.name, params, text, {})), samples


def _neighbours(params: Params) -> tuple[str, ...]:
    """Return moments a year before and after bounds; without a year, those at the ends."""
    found = []
    for _, text in params:
        year = re.match(r"-?[0-9]{4,18}(?=$|[Z+\-])", collapse(text))
        if year is not None:
            for other in (int(year[0]) - 1, int(year[0]) + 1):
                sign = "-" if other < 0 else ""
                found.append(f"{sign}{abs(other) or 1:04}{collapse(text)[year.end() :]}")
    return tuple(found)


BY_DOCUMENT = frozenset(["ID", "IDREF", "IDREFS", "ENTITY", "ENTITIES", "QName", "NOTATION"])
"""Only the whole document tells whether a text is a value."""

# any moment whose days are at most 28 exists; year 0000 does not
_SURE_MOMENT = Alt(
    (
        pattern_regex(r"-?[0-9]*[1-9][0-9]*-[0-9]{2}(-([01][0-9]|2[0-8]))?(T.*)?([^\-T][^\-]*)?"),
        pattern_regex(r"-?[0-9]*[1-9][0-9]*(Z|[\-+][0-9]{2}:[0-9]{2})?"),
        pattern_regex(r"--[0-9]{2}-([01][0-9]|2[0-8])(Z|[\-+][0-9]{2}:[0-9]{2})?"),
    )
)
_SAMPLES: Mapping[str, tuple[str, ...]] = {
    "dateTime": ("2001-01-01T00:00:00", "2001-01-01T00:00:00Z"),
    "date": ("2001-01-01", "2001-01-01Z"),
    "time": ("00:00:00", "23:59:59"),
    "gYearMonth": ("2001-01",),
    "gYear": ("2001",),
    "gMonthDay": ("--01-01", "--12-31"),
    "gDay": ("---01", "---31"),
    "gMonth": ("--01", "--12"),
    "duration": ("P1D", "PT0S", "P1Y", "P1M", "-P1Y", "P9999Y"),
    "base64Binary": ("", "YQ==", "YWI=", "YWJj", "YWJjZA=="),
    "ID": ("a",),
    "IDREF": ("a",),
    "IDREFS": ("a",),
    "ENTITY": ("a",),
    "ENTITIES": ("a",),
    "QName": ("a",),
    "NOTATION": ("a",),
}


def value_bounds(library: str, name: str, text: str) -> str | Dfa | Bounds:
    """Return the texts that are equal to a value: a token, a language, or two that they lie between."""
    found = find(library, name)
    if found is None:
        return NOTHING
    value = collapse(text)
    lexical = pattern(found.lexical) if found.lexical else ANYTHING
    if not lexical.accepts(value) and not found.many:
        return NOTHING
    if found.family == "text" and found.space == "replace":
        return automata.replaced(automata.words([text.translate({9: 32, 10: 32, 13: 32})]))
    if found.family in ("text", "uri"):
        return value
    if found.family == "boolean":
        return automata.collapsed(automata.words(["true", "1"] if value in ("true", "1") else ["false", "0"]))
    if found.family == "decimal":
        return automata.collapsed(automata.intersection(lexical, compile_regex(decimal_value(value))))
    if found.family == "hex":
        letters = tuple(Chars(chars(c.lower() + c.upper())) for c in value)
        return automata.collapsed(compile_regex(Seq(letters)))
    sure = NOTHING if found.family == "name" else automata.collapsed(automata.words([value]))
    return automata.collapsed(lexical), sure, (value,)


owned(caches=(data_bounds,))
