r"""Datatypes: RELAX NG's own two and those of XML Schema part 2, with all facets that RELAX NG lets through.

``allows`` and ``equal`` are exact.  The lexical spaces are regular expressions in the recommendation's own
syntax; what a regular expression can't say (days of a month, prefixes, ranges) is checked on the value.
Divergences: ``anyURI`` follows RFC 2396 after escaping, as the validators do, not "any text";
``\i`` and ``\c`` follow XML 1.0 up to its fourth edition, as the validators do.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias

import msgspec

from abidiff.errors import LimitError
from abidiff.surfaces.rng.values import moments
from abidiff.surfaces.rng.values.automata import Dfa, check_regex, compile_regex
from abidiff.surfaces.rng.values.interning import owned
from abidiff.surfaces.rng.values.xsdregex import RegexError, parse_regex

XSD = "http://www.w3.org/2001/XMLSchema-datatypes"
XSD_OTHER = "http://www.w3.org/2001/XMLSchema"
COMPATIBILITY = "http://relaxng.org/ns/compatibility/datatypes/1.0"

Params: TypeAlias = tuple[tuple[str, str], ...]
Context: TypeAlias = Mapping[str, str]

LENGTHS = ("length", "minLength", "maxLength")
LONGEST_BOUND = 300
"""Characters of a bound; a double has at most 309 digits before its point, and no schema writes them out."""
RANGES = ("minInclusive", "maxInclusive", "minExclusive", "maxExclusive")
DIGITS = ("totalDigits", "fractionDigits")

_WS = re.compile(r"[ \t\n\r]+")


class Type(msgspec.Struct, frozen=True):
    """A datatype.

    ``space``    ``preserve``, ``replace`` or ``collapse`` (4.3.6).
    ``lexical``  the lexical space as a pattern over the normalised text; empty for any text.
    ``family``   what values are: text, decimal, float, double, boolean, hex, base64, moment, duration, name, uri.
    ``low``, ``high``  bounds of integer types.
    ``many``     a list of such items, white space between them.
    """

    name: str
    space: str
    lexical: str
    family: str
    low: int | None = None
    high: int | None = None
    many: bool = False

    @property
    def facets(self) -> tuple[str, ...]:
        """The parameters it takes (pattern always)."""
        if self.many or self.family in ("text", "hex", "base64", "name", "uri"):
            return ("pattern", *LENGTHS)
        if self.family == "decimal":
            return ("pattern", *RANGES, *DIGITS)
        if self.family == "boolean":
            return ("pattern",)
        return ("pattern", *RANGES)


_INT = r"[\-+]?[0-9]+"
_FLOAT = r"[\-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([Ee][\-+]?[0-9]+)?|-?INF|NaN"
_NCNAME = r"[\i-[:]][\c-[:]]*"
_HEX = r"([0-9a-fA-F]{2})*"
_B64 = r"[A-Za-z0-9+/]"
_BASE64 = rf"(({_B64} ?){{4}})*(({_B64} ?){{3}}{_B64}|({_B64} ?){{2}}[AEIMQUYcgkosw048] ?=|{_B64} ?[AQgw] ?= ?=)?"
_LANGUAGE = "[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"


def _table() -> dict[str, Type]:
    types = [
        Type("string", "preserve", "", "text"),
        Type("normalizedString", "replace", "", "text"),
        Type("token", "collapse", "", "text"),
        Type("language", "collapse", _LANGUAGE, "text"),
        Type("Name", "collapse", r"\i\c*", "text"),
        Type("NMTOKEN", "collapse", r"\c+", "text"),
        Type("boolean", "collapse", "true|false|1|0", "boolean"),
        Type("decimal", "collapse", r"[\-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", "decimal"),
        Type("float", "collapse", _FLOAT, "float"),
        Type("double", "collapse", _FLOAT, "double"),
        Type("hexBinary", "collapse", _HEX, "hex"),
        Type("base64Binary", "collapse", _BASE64, "base64"),
        Type("anyURI", "collapse", "", "uri"),
        Type("QName", "collapse", f"({_NCNAME}:)?{_NCNAME}", "name"),
        Type("NOTATION", "collapse", f"({_NCNAME}:)?{_NCNAME}", "name"),
        Type("duration", "collapse", moments.LEXICAL["duration"], "duration"),
    ]
    types += [Type(name, "collapse", _NCNAME, "text") for name in ("NCName", "ID", "IDREF", "ENTITY")]
    types += [Type(name, "collapse", text, "moment") for name, text in moments.LEXICAL.items() if name != "duration"]
    types += [
        Type(name, "collapse", r"\c+" if name == "NMTOKENS" else _NCNAME, "text", many=True)
        for name in ("NMTOKENS", "IDREFS", "ENTITIES")
    ]
    types += [Type(name, "collapse", _INT, "decimal", low, high) for name, low, high in _INTEGERS]
    return {one.name: one for one in types}


_INTEGERS: tuple[tuple[str, int | None, int | None], ...] = (
    ("integer", None, None),
    ("nonPositiveInteger", None, 0),
    ("negativeInteger", None, -1),
    ("nonNegativeInteger", 0, None),
    ("positiveInteger", 1, None),
    *(
        (name, -(1 << bits - 1), (1 << bits - 1) - 1)
        for name, bits in zip(("long", "int", "short", "byte"), (64, 32, 16, 8), strict=True)
    ),
    *(
        (name, 0, (1 << bits) - 1)
        for name, bits in zip(
            ("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"), (64, 32, 16, 8), strict=True
        )
    ),
)
INTEGERS = frozenset(name for name, _, _ in _INTEGERS)

TYPES: Mapping[str, Type] = _table()
_BUILT_IN = {
    "string": Type("string", "preserve", "", "text"),
    "token": Type("token", "collapse", "", "text"),
}
_DTD = {name: TYPES[name] for name in ("ID", "IDREF", "IDREFS")}


def find(library: str, name: str) -> Type | None:
    """Return a datatype, None when there is none such."""
    if library == "":
        return _BUILT_IN.get(name)
    if library in (XSD, XSD_OTHER):
        return TYPES.get(name)
    return _DTD.get(name) if library == COMPATIBILITY else None


@cache
def known(library: str, name: str, params: Params) -> str | None:
    """Return what is wrong with a datatype and its parameters, None when nothing is."""
    found = find(library, name)
    if found is None:
        if library in ("", XSD, XSD_OTHER, COMPATIBILITY):
            return f"no datatype {name!r} in the datatype library {library!r}"
        return f"unknown datatype library {library!r}"
    if params and library in ("", COMPATIBILITY):
        return f"the datatype {name!r} of {library or 'RELAX NG'!r} takes no parameters"
    for param, text in params:
        problem = _param_problem(found, param, text)
        if problem:
            return problem
    return None


def _param_problem(found: Type, param: str, text: str) -> str | None:
    if param not in found.facets:
        return f"the datatype {found.name!r} takes no parameter {param!r}"
    if param == "pattern":
        try:
            check_regex(parse_regex(text))
        except RegexError as error:
            return f"invalid pattern: {error}, at character {error.position + 1} of {text[:200]!r}"
        except LimitError as error:
            shown = f"{error.message}: {text[:200]!r}"
            return f"{shown}; {error.hint}" if error.hint else shown
        return None
    value = collapse(text)
    if param in LENGTHS or param in DIGITS:
        good = re.fullmatch(r"\+?[0-9]{1,9}", value) and (param != "totalDigits" or int(value) > 0)
        return None if good else f"the parameter {param!r} is not a length: {text!r}"
    if len(value) > LONGEST_BOUND:
        return f"the parameter {param!r} has more than {LONGEST_BOUND} characters"
    if not _lexical(found, value, {}) and not out_of_range(found, param, text):
        return f"the parameter {param!r} is no {found.name}: {text!r}"
    return None


@cache
def out_of_range(found: Type, param: str, text: str) -> bool:
    """Whether a bound is an integer that the type does not have.

    jing refuses a schema with such a bound; libxml2 takes no text for the datatype, and so do we.
    """
    if param not in RANGES or found.name not in INTEGERS:
        return False
    value = collapse(text)
    return not _lexical(found, value, {}) and pattern(_INT).accepts(value)


def allows(library: str, name: str, params: Params, text: str, context: Context) -> bool:
    """Whether a text is a value of a datatype with parameters (datatypeAllows)."""
    found = find(library, name)
    if found is None or any(out_of_range(found, param, argument) for param, argument in params):
        return False
    value = normalise(found, text)
    items = value.split(" ") if found.many else [value]
    if found.many and not value:
        return False
    if not all(_lexical(found, item, context) for item in items):
        return False
    return all(_facet(found, param, argument, value) for param, argument in params)


def equal(library: str, name: str, one: str, one_context: Context, other: str, other_context: Context) -> bool:
    """Whether two texts are the same value of a datatype (datatypeEqual); False when one is no value."""
    found = find(library, name)
    if found is None:
        return False
    one, other = normalise(found, one), normalise(found, other)
    if found.lexical or found.family != "text":
        sides = ((one, one_context), (other, other_context))
        if not all(
            _lexical(found, item, c) for text, c in sides for item in (text.split(" ") if found.many else [text])
        ):
            return False
    if one == other and found.family != "name":
        return True
    return bool(value_of(found, one, one_context) == value_of(found, other, other_context))


# Values


def collapse(text: str) -> str:
    """Collapse white space."""
    return _WS.sub(" ", text).strip(" ")


def normalise(found: Type, text: str) -> str:
    """Normalise white space as the datatype asks for."""
    if found.space == "collapse":
        return collapse(text)
    return re.sub(r"[\t\n\r]", " ", text) if found.space == "replace" else text


@cache
def pattern(text: str) -> Dfa:
    """Return the automaton of a pattern."""
    return compile_regex(parse_regex(text))


def _lexical(found: Type, text: str, context: Context) -> bool:
    if found.lexical and not pattern(found.lexical).accepts(text):
        return False
    if found.family == "decimal" and (found.low is not None or found.high is not None):
        number = _integer(text)
        return (found.low is None or number >= found.low) and (found.high is None or number <= found.high)
    if found.family == "moment":
        return moments.valid(found.name, text)
    if found.family == "name":
        prefix, colon, _ = text.partition(":")
        return not colon or prefix == "xml" or prefix in context
    if found.family == "uri":
        return _is_uri(text)
    return True


def _integer(text: str) -> int | Decimal:
    # int() refuses very long texts; the sign and the digits after the zeros decide
    digits = text.lstrip("+-").lstrip("0")
    if len(digits) > 4000:
        return Decimal("-Infinity") if text.startswith("-") else Decimal("Infinity")
    return -int(digits or "0") if text.startswith("-") else int(digits or "0")


def _number(text: str) -> tuple[bool, str, str]:
    """Return (negative, digits before the point, digits behind it), without superfluous zeros."""
    negative = text.startswith("-")
    whole, _, part = text.lstrip("+-").partition(".")
    whole, part = whole.lstrip("0"), part.rstrip("0")
    return negative and bool(whole or part), whole, part


def _order(text: str) -> tuple[int, Any]:
    """Return a key that orders decimals of any length."""
    negative, whole, part = _number(text)
    if negative:
        flipped = "".join(chr(0x69 - ord(c)) for c in whole), "".join(chr(0x69 - ord(c)) for c in part) + "\x7f"
        return -1, (-len(whole), *flipped)
    return 0, (len(whole), whole, part)


def _float(found: Type, text: str) -> float:
    value = float(text.replace("INF", "inf"))
    if found.family == "float":
        import struct

        try:
            value = struct.unpack("f", struct.pack("f", value))[0]
        except OverflowError:
            return float("inf") if value > 0 else float("-inf")
    return value


def value_of(found: Type, text: str, context: Context) -> Any:
    """Return a value that compares as the datatype's values do."""
    match found.family:
        case "decimal":
            return _number(text)
        case "float" | "double":
            value = _float(found, text)
            return "NaN" if value != value else value
        case "boolean":
            return text in ("true", "1")
        case "hex":
            return text.lower()
        case "base64":
            return text.replace(" ", "")
        case "moment" | "duration":
            return moments.identity(found.name, text)
        case "name":
            prefix, colon, local = text.partition(":")
            return (context.get(prefix if colon else "", ""), local if colon else prefix)
        case _:
            return text


def _length(found: Type, text: str) -> int:
    if found.many:
        return len(text.split(" "))
    if found.family == "hex":
        return len(text) // 2
    if found.family == "base64":
        return len(base64.b64decode(text.replace(" ", "")))
    return len(text)


_RELATIONS: Mapping[str, Callable[[int], bool]] = {
    "minInclusive": lambda sign: sign >= 0,
    "maxInclusive": lambda sign: sign <= 0,
    "minExclusive": lambda sign: sign > 0,
    "maxExclusive": lambda sign: sign < 0,
}


def _facet(found: Type, param: str, argument: str, text: str) -> bool:
    if param == "pattern":
        return pattern(argument).accepts(text)
    if param in LENGTHS:
        if found.family == "name":
            return True  # the recommendation deprecates lengths of names: they say nothing
        length, bound = _length(found, text), int(collapse(argument))
        return length == bound if param == "length" else length >= bound if param == "minLength" else length <= bound
    if param in DIGITS:
        _, whole, part = _number(text)
        return len(part if param == "fractionDigits" else whole + part) <= int(collapse(argument))
    sign = _compare(found, text, collapse(argument))
    return sign is not None and _RELATIONS[param](sign)


def _compare(found: Type, one: str, other: str) -> int | None:
    """Return the sign of one minus other, None when they have no order."""
    if found.family in ("moment", "duration"):
        return moments.compare(found.name, one, other)
    left: Any
    right: Any
    if found.family == "decimal":
        left, right = _order(one), _order(other)
    else:
        left, right = _float(found, one), _float(found, other)
        if left != left or right != right:
            return None
    return int(left > right) - int(left < right)


def implies(library: str, name: str, params: Params, others: Params) -> bool:
    """Whether the first parameters surely allow nothing that the others refuse (ranges are compared)."""
    found = find(library, name)
    return found is not None and all((p, a) in params or _bounded(found, params, p, collapse(a)) for p, a in others)


def _bounded(found: Type, params: Params, param: str, argument: str) -> bool:
    if param not in RANGES:
        return False
    side = param[:3]
    for own, value in params:
        if not own.startswith(side) or own not in RANGES:
            continue
        sign = _compare(found, collapse(value), argument)
        inside = sign == (1 if side == "min" else -1)
        touches = sign == 0 and (param.endswith("Inclusive") or own.endswith("Exclusive"))
        if inside or touches:
            return True
    return False


# anyURI: RFC 2396 with RFC 2732 after escaping what is no character of a URI (XLink, section 5.4)

_URI = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*):(?P<rest>[^#]+)|(?P<relative>[^#]*))(?:#(?P<fragment>[^#]*))?",
    re.DOTALL,
)
_BRACKETED = re.compile(r"//(?:[^\[\]@/]*@)?\[(?P<address>[^\[\]%]*)\](?::[0-9]*)?(?:/[^\[\]]*)?")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def _is_uri(text: str) -> bool:
    if _BAD_ESCAPE.search(text):
        return False
    found = _URI.fullmatch(text)
    if found is None:
        return False
    relative = found["relative"]
    if relative is not None and ":" in relative.partition("/")[0].partition("?")[0]:
        return False
    return _brackets_stand_right(relative if relative is not None else found["rest"], relative is not None)


def _brackets_stand_right(text: str, is_relative: bool) -> bool:
    """RFC 2732: square brackets stand in queries and opaque parts, or around the address of a host."""
    path = text.partition("?")[0]
    if "[" not in path and "]" not in path:
        return True
    if not path.startswith("/"):
        return not is_relative
    found = _BRACKETED.fullmatch(path)
    if found is None:
        return False
    from ipaddress import AddressValueError, IPv6Address

    try:
        IPv6Address(found["address"])
    except AddressValueError:
        return False
    return True


owned(caches=(known, out_of_range, pattern))
