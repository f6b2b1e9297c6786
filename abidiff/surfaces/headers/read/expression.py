"""Integer constant expressions (ISO C11 §6.6), typed as on x86_64.

One Pratt parser serves ``#if``, enumerators, array lengths and macro values.  A value is a pair
(number, type) with type one of ``int``, ``unsigned int``, ``long``, ``unsigned long``,
``long long``, ``unsigned long long`` (``double`` for floating macros).
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable, Sequence

from abidiff import limits
from abidiff.surfaces.headers.read.lexer import Token

Value = tuple[int | float, str]

_BITS = {
    "int": 32,
    "unsigned int": 32,
    "long": 64,
    "unsigned long": 64,
    "long long": 64,
    "unsigned long long": 64,
}
_RANK = {name: at for at, name in enumerate(_BITS)}
_INTEGER = re.compile(r"(0[xX][0-9a-fA-F']+|0[bB][01']+|[0-9']+)([uUlL]*(?:[iI]64|[uU][iI]64)?)$")
_FLOAT = re.compile(r"((?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eEfF]))(?:[eE][+-]?[0-9]+)?)([fFlL]?)$")
_HEXFLOAT = re.compile(r"(0[xX][0-9a-fA-F]*\.?[0-9a-fA-F]*[pP][+-]?[0-9]+)([fFlL]?)$")
ESCAPES = {
    "n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b",
    "\\": "\\", "'": "'", '"': '"', "?": "?",
}  # fmt: skip
ESCAPE = re.compile(r"\\(x[0-9a-fA-F]+|[0-7]{1,3}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_BINARY = {
    "*": 10, "/": 10, "%": 10, "+": 9, "-": 9, "<<": 8, ">>": 8, "<": 7, ">": 7, "<=": 7, ">=": 7,
    "==": 6, "!=": 6, "&": 5, "^": 4, "|": 3, "&&": 2, "||": 1,
}  # fmt: skip


class NotConstant(Exception):  # noqa: N818 - a question answered, not an error
    """The tokens are no constant expression; ``place`` says where, when known."""

    def __init__(self, message: str, place: int = -1) -> None:
        super().__init__(message)
        self.message = message
        self.place = place


def wrap(number: int, type_: str) -> int:
    """Convert a number to a type (§6.3.1.3; modulo, as gcc does for signed types)."""
    bits = _BITS[type_]
    number &= (1 << bits) - 1
    if not type_.startswith("unsigned") and number >> (bits - 1):
        number -= 1 << bits
    return number


def integer_literal(text: str) -> Value | None:
    """Return the value and type of an integer constant (§6.4.4.1), or None."""
    match = _INTEGER.match(text)
    if match is None:
        return None
    digits, suffix = match.group(1).replace("'", ""), match.group(2).lower()
    if suffix.endswith("i64"):
        suffix = suffix.replace("i64", "ll")
    if suffix not in ("", "u", "l", "ul", "lu", "ll", "ull", "llu"):
        return None
    decimal = digits[0] != "0" or digits == "0"
    try:
        number = int(digits, 10 if decimal else 0 if digits[1] in "xXbB" else 8)
    except ValueError:
        return None
    unsigned = "u" in suffix
    length = suffix.count("l")
    for name, bits in _BITS.items():
        if name.startswith("unsigned"):
            if decimal and not unsigned:
                continue
        elif unsigned:
            continue
        if name.count("long") < length:
            continue
        if number < 1 << (bits if name.startswith("unsigned") else bits - 1):
            return number, name
    return number & ((1 << 64) - 1), "unsigned long long"


def single(number: float) -> float:
    """Return the value that a ``float`` has for a number (IEEE 754 binary32)."""
    try:
        return float(struct.unpack("<f", struct.pack("<f", number))[0])
    except OverflowError:
        return math.copysign(math.inf, number)


def float_literal(text: str) -> Value | None:
    """Return the value of a floating constant (§6.4.4.2), or None."""
    match = _FLOAT.match(text)
    try:
        if match is not None:
            number = float(match.group(1))
            return (single(number) if text[-1] in "fF" else number), "double"
        match = _HEXFLOAT.match(text)
        if match is None:
            return None
        number = float.fromhex(match.group(1))
        return (single(number) if text[-1] in "fF" else number), "double"
    except (ValueError, OverflowError):
        return None


def unescape(body: str) -> str:
    """Return the characters of a string or character constant's body (§6.4.4.4)."""
    if "\\" not in body:
        return body

    def one(match: re.Match[str]) -> str:
        found = match.group(1)
        if found in ESCAPES:
            return ESCAPES[found]
        if found[0] == "x" and len(found) > 1:
            return chr(int(found[1:], 16) & 0xFF)
        if found[0] in "uU" and len(found) > 1:
            code = int(found[1:], 16)
            return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "�"
        if found[0] in "01234567":
            return chr(int(found, 8) & 0xFF)
        return found

    return ESCAPE.sub(one, body)


def wide_code(body: str) -> int:
    """Return the code of the first character of a wide character constant's body."""
    match = ESCAPE.match(body)
    if match is None:
        return ord(body[0])
    found = match.group(1)
    if found[0] in "xuU" and len(found) > 1:
        return int(found[1:], 16) & 0xFFFFFFFF
    return int(found, 8) if found[0] in "01234567" else ord(ESCAPES.get(found, found))


def character_literal(text: str) -> Value:
    """Return the value of a character constant (§6.4.4.4); several characters as gcc does."""
    prefix, _, rest = text.partition("'")
    if len(rest) < 2:
        raise NotConstant("empty character constant")
    if prefix:
        code = wide_code(rest[:-1])
        kind = {"U": "unsigned int"}.get(prefix, "int")
        return wrap(code & 0xFFFF if prefix == "u" else code, kind), kind
    body = unescape(rest[:-1])
    raw = b"".join(bytes([ord(c)]) if ord(c) < 256 else c.encode("utf-8", "surrogateescape") for c in body)
    if len(raw) == 1:
        return (raw[0] - 256 if raw[0] > 127 else raw[0]), "int"
    return wrap(int.from_bytes(raw[-4:], "big"), "int"), "int"


Primary = Callable[["Expression"], Value | None]


class Expression:
    """A parser over a list of tokens.

    ``primary`` is asked first at every primary or cast: it may look at ``tokens`` from ``at``,
    move ``at`` and return a value (identifiers, ``sizeof``, casts), or return None.
    ``preprocessing``: every number is 64 bits wide and unknown identifiers are 0 (§6.10.1).
    """

    def __init__(self, tokens: Sequence[Token], primary: Primary | None = None, *, preprocessing: bool = False) -> None:
        self.tokens = tokens
        self.at = 0
        self.primary = primary
        self.preprocessing = preprocessing
        self.depth = 0

    def peek(self) -> str:
        """Return the text of the next token, or an empty one."""
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def fail(self, message: str) -> NotConstant:
        """Return an error at the current token."""
        tokens = self.tokens
        place = tokens[min(self.at, len(tokens) - 1)][2] if tokens else -1
        return NotConstant(message, place)

    def expect(self, text: str) -> None:
        """Take a punctuator."""
        if self.peek() != text:
            raise self.fail(f"expected {text!r}" + (f" before {self.peek()!r}" if self.peek() else ""))
        self.at += 1

    def whole(self) -> Value:
        """Parse all tokens as one expression."""
        value = self.conditional()
        while self.preprocessing and self.peek() == ",":
            self.at += 1
            value = self.conditional()
        if self.at < len(self.tokens):
            raise self.fail(f"unexpected {self.peek()!r}")
        return value

    def conditional(self) -> Value:
        """conditional-expression (§6.5.15)."""
        self.depth += 1
        if self.depth > limits.now().expression_nesting:
            raise self.fail("nested too deeply")
        value = self.binary(1)
        if self.peek() == "?":
            self.at += 1
            if self.peek() == ":":
                self.at += 1
                other = self.conditional()
                value = value if value[0] else other
            else:
                first = self.conditional()
                self.expect(":")
                second = self.conditional()
                type_ = self.common(first, second)
                value = self.typed((first if value[0] else second)[0], type_)
        self.depth -= 1
        return value

    def binary(self, lowest: int) -> Value:
        """Binary operators by precedence (§6.5.5 to §6.5.14)."""
        left = self.unary()
        while True:
            operator = self.peek()
            level = _BINARY.get(operator, 0)
            if level < lowest:
                return left
            self.at += 1
            right = self.binary(level + 1)
            left = self.apply(operator, left, right)

    def unary(self) -> Value:
        """unary-expression and cast-expression (§6.5.3, §6.5.4)."""
        self.depth += 1
        if self.depth > limits.now().expression_nesting:
            raise self.fail("nested too deeply")
        try:
            return self._unary()
        finally:
            self.depth -= 1

    def _unary(self) -> Value:
        if self.primary is not None:
            found = self.primary(self)
            if found is not None:
                return found
        if self.at >= len(self.tokens):
            raise self.fail("the expression ends too early")
        kind, text, _, _, _ = self.tokens[self.at]
        self.at += 1
        if kind == "n":
            number = integer_literal(text) or (None if self.preprocessing else float_literal(text))
            if number is None:
                self.at -= 1
                raise self.fail(f"{text!r} is no integer constant")
            return self.widened(number, "u" in text or "U" in text)
        if kind == "c":
            return self.widened(character_literal(text), text[0] in "uU")
        if kind == "i" and self.preprocessing:
            return 0, "long"
        if text == "(":
            value = self.conditional()
            self.expect(")")
            return value
        if text in ("+", "-", "~", "!"):
            return self.apply_unary(text, self.unary())
        self.at -= 1
        raise self.fail(f"{text!r} is not constant")

    def widened(self, value: Value, unsigned: bool) -> Value:
        """In ``#if`` all integers are (u)intmax_t (§6.10.1): unsigned is what says so, or what needs it."""
        if not self.preprocessing:
            return value
        return value[0], "unsigned long" if unsigned or value[0] >= 1 << 63 else "long"

    @staticmethod
    def common(left: Value, right: Value) -> str:
        """Usual arithmetic conversions (§6.3.1.8)."""
        if "double" in (left[1], right[1]):
            return "double"
        return left[1] if _RANK[left[1]] >= _RANK[right[1]] else right[1]

    @staticmethod
    def typed(number: int | float, type_: str) -> Value:
        """Convert to a type."""
        if type_ == "double":
            return float(number), type_
        return wrap(int(number), type_), type_

    def apply_unary(self, operator: str, value: Value) -> Value:
        """Evaluate a unary operator."""
        number, type_ = value
        if operator == "!":
            return int(not number), "long" if self.preprocessing else "int"
        if operator == "~":
            if type_ == "double":
                raise self.fail("~ on a floating value")
            return self.typed(~int(number), type_)
        return self.typed(-number if operator == "-" else number, type_)

    def apply(self, operator: str, left: Value, right: Value) -> Value:
        """Evaluate a binary operator."""
        truth = "long" if self.preprocessing else "int"
        if operator == "&&":
            return int(bool(left[0]) and bool(right[0])), truth
        if operator == "||":
            return int(bool(left[0]) or bool(right[0])), truth
        if operator in ("<<", ">>"):
            return self._shift(operator, left, right)
        type_ = self.common(left, right)
        a, b = self.typed(left[0], type_)[0], self.typed(right[0], type_)[0]
        if operator in _COMPARE:
            return int(_COMPARE[operator](a, b)), truth
        if operator in ("/", "%"):
            return self._divide(operator, a, b, type_)
        if type_ == "double" and operator not in _FLOATING:
            raise self.fail(f"{operator} on floating values")
        return self.typed(_ARITHMETIC[operator](a, b), type_)

    def _shift(self, operator: str, left: Value, right: Value) -> Value:
        if "double" in (left[1], right[1]):
            raise self.fail("shift of a floating value")
        by = int(right[0])
        if self.preprocessing:  # GCC: a negative count shifts the other way, a large one shifts all out
            by = -by if operator == ">>" else by
            number = int(left[0])
            return self.typed((number << by if by < 64 else 0) if by >= 0 else number >> min(-by, 64), left[1])
        if not 0 <= by < 128:
            raise self.fail("shift by a negative or too large count")
        number = int(left[0])
        return self.typed(number << by if operator == "<<" else number >> by, left[1])

    def _divide(self, operator: str, a: int | float, b: int | float, type_: str) -> Value:
        if not b:
            if self.preprocessing:
                return 0, type_
            raise self.fail("division by zero")
        if type_ == "double":
            return float(a) / float(b), type_
        a, b = int(a), int(b)
        quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
        return self.typed(quotient if operator == "/" else a - b * quotient, type_)


_COMPARE: dict[str, Callable[[int | float, int | float], bool]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
_FLOATING = frozenset("+-*")
_ARITHMETIC: dict[str, Callable[..., int | float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "&": lambda a, b: a & b,
    "^": lambda a, b: a ^ b,
    "|": lambda a, b: a | b,
}
