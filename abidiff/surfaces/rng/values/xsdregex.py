r"""Regular expressions of XML Schema part 2, appendix F: parsed by the grammar of the recommendation.

They are not Python's: no anchors (``^`` outside of a class and ``$`` are ordinary), ``.`` is anything but
a line end, ``\i`` and ``\c`` are XML's name characters, classes subtract (``[a-z-[aeiou]]``), white space
counts, and the whole value has to match.
"""

from __future__ import annotations

from functools import cache
from typing import TypeAlias

import msgspec

from abidiff.limits import now
from abidiff.surfaces.rng.values.charsets import (
    NAME_CHARS,
    NAME_START,
    SPACE,
    XML_CHARS,
    CharSet,
    block,
    category,
    chars,
    charset,
    complement,
    difference,
    union,
)
from abidiff.surfaces.rng.values.interning import owned


class Chars(msgspec.Struct, frozen=True):
    """One character of a set."""

    set: CharSet


class Seq(msgspec.Struct, frozen=True):
    """The parts, one after the other; no part is the empty word."""

    parts: tuple[Regex, ...]


class Alt(msgspec.Struct, frozen=True):
    """One of the branches."""

    branches: tuple[Regex, ...]


class Repeat(msgspec.Struct, frozen=True):
    """``body``, ``low`` to ``high`` times; ``high`` is None without a bound."""

    body: Regex
    low: int
    high: int | None


Regex: TypeAlias = Chars | Seq | Alt | Repeat

EMPTY_WORD = Seq(())


class RegexError(ValueError):
    """A regular expression is not one of XML Schema; ``position`` counts from 0."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


def literal(text: str) -> Regex:
    """Return the regular expression that matches one text."""
    return Seq(tuple(Chars(chars(c)) for c in text))


@cache
def parse_regex(text: str) -> Regex:
    """Parse a pattern.  Raises :class:`RegexError`."""
    parser = _Parser(text)
    found = parser.alternatives()
    if parser.at < len(text):
        raise RegexError(f"unbalanced {text[parser.at]!r}", parser.at)
    return found


DOT = complement(chars("\n\r"))


@cache
def _escape_class(letter: str) -> CharSet | None:
    positive = letter.lower()
    if positive == "s":
        found = SPACE
    elif positive == "i":
        found = NAME_START
    elif positive == "c":
        found = NAME_CHARS
    elif positive == "d":
        found = category("Nd") or ()
    elif positive == "w":
        found = difference(XML_CHARS, union(*(category(kind) or () for kind in "PZC")))
    else:
        return None
    return found if letter == positive else complement(found)


_SINGLE = {"n": "\n", "r": "\r", "t": "\t", **{c: c for c in "\\|.-^?*+{}()[]"}}


class _Parser:
    """Recursive descent over regExp ::= branch ( '|' branch )*."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def fail(self, message: str) -> RegexError:
        return RegexError(message, min(self.at, len(self.text)))

    def alternatives(self) -> Regex:
        branches = [self.branch()]
        while self.peek() == "|":
            self.at += 1
            branches.append(self.branch())
        return branches[0] if len(branches) == 1 else Alt(tuple(branches))

    def branch(self) -> Regex:
        pieces: list[Regex] = []
        while (c := self.peek()) and c not in "|)":
            piece = self.quantified(self.atom())
            if isinstance(piece, Seq):
                pieces.extend(piece.parts)
            else:
                pieces.append(piece)
        return pieces[0] if len(pieces) == 1 else Seq(tuple(pieces))

    def atom(self) -> Regex:
        c = self.peek()
        if c == "(":
            return self.parenthesis()
        if c == "[":
            self.at += 1
            return Chars(self.char_class())
        if c == "\\":
            return Chars(self.escape())
        if c in "?*+{}]":
            raise self.fail(f"{c!r} has nothing before it that it could belong to")
        self.at += 1
        return Chars(DOT if c == "." else chars(c))

    def parenthesis(self) -> Regex:
        start = self.at
        self.at += 1
        self.depth += 1
        if self.depth > now().pattern_nesting:
            raise self.fail(f"nested deeper than {now().pattern_nesting} (limit pattern-nesting)")
        inner = self.alternatives()
        if self.peek() != ")":
            self.at = start
            raise self.fail("this parenthesis is not closed")
        self.at += 1
        self.depth -= 1
        return inner

    def quantified(self, atom: Regex) -> Regex:
        """Quantifier ::= [?*+] | ( '{' quantity '}' )."""
        c = self.peek()
        simple = {"?": (0, 1), "*": (0, None), "+": (1, None)}
        if c in simple and c:
            self.at += 1
            return Repeat(atom, *simple[c])
        if c != "{":
            return atom
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at + 1 : max(end, self.at)].partition(",")
        if end < 0 or not _digits(low) or (comma and high and not _digits(high)):
            raise self.fail("a quantity is {n}, {n,} or {n,m}")
        least = int(low)
        most = least if not comma else int(high) if high else None
        if max(least, most or 0) > now().pattern_repeat:
            raise self.fail(f"more than {now().pattern_repeat} repetitions (limit pattern-repeat)")
        if most is not None and most < least:
            raise self.fail("the upper bound is below the lower one")
        self.at = end + 1
        return Repeat(atom, least, most)

    def escape(self) -> CharSet:
        """Read an escape, single-character, category or multi-character, from the backslash on."""
        letter = self.text[self.at + 1 : self.at + 2]
        if letter in _SINGLE and letter:
            self.at += 2
            return chars(_SINGLE[letter])
        if letter and letter in "pP":
            return self.property(letter)
        found = _escape_class(letter) if letter else None
        if found is None:
            raise self.fail(f"XML Schema has no escape \\{letter}")
        self.at += 2
        return found

    def property(self, letter: str) -> CharSet:
        end = self.text.find("}", self.at)
        if self.text[self.at + 2 : self.at + 3] != "{" or end < 0:
            raise self.fail(f"\\{letter} needs a category or block in braces")
        name = self.text[self.at + 3 : end]
        found = block(name[2:]) if name.startswith("Is") else category(name)
        if found is None:
            raise self.fail(f"no Unicode category or block {name!r}")
        self.at = end + 1
        return found if letter == "p" else complement(found)

    def char_class(self) -> CharSet:
        """charGroup, from behind the '[' to behind the ']'."""
        start = self.at - 1
        self.depth += 1
        if self.depth > now().pattern_nesting:
            raise self.fail(f"nested deeper than {now().pattern_nesting} (limit pattern-nesting)")
        negated = self.peek() == "^"
        self.at += negated
        members: list[CharSet] = []
        removed: CharSet = ()
        while (c := self.peek()) != "]":
            if not c:
                self.at = start
                raise self.fail("this class is not closed")
            if c == "-" and self.text[self.at + 1 : self.at + 2] == "[" and members:
                self.at += 2
                removed = self.char_class()
                if self.peek() != "]":
                    raise self.fail("a subtraction ends its class")
                break
            members.append(self.class_member())
        if not members:
            raise self.fail("an empty class")
        self.at += 1
        self.depth -= 1
        found = union(*members)
        return difference(complement(found) if negated else found, removed)

    def class_member(self) -> CharSet:
        """A range, a single character or an escape; '-' is itself where no range can stand."""
        low = self.class_char()
        text, at = self.text, self.at
        single = len(low) == 1 and low[0][0] == low[0][1]
        if not single or text[at : at + 1] != "-" or text[at + 1 : at + 2] in ("]", "[", ""):
            return low
        self.at += 1
        high = self.class_char()
        if len(high) != 1 or high[0][0] != high[0][1]:
            raise self.fail("a range ends with a class")
        if high[0][0] < low[0][0]:
            raise self.fail("a range ends before it starts")
        return charset([(low[0][0], high[0][0])])

    def class_char(self) -> CharSet:
        c = self.peek()
        if c == "\\":
            return self.escape()
        if c == "[":
            raise self.fail("'[' in a class is written \\[")
        self.at += 1
        return chars(c)


def _digits(text: str) -> bool:
    return 0 < len(text) <= 9 and text.isascii() and text.isdigit()


owned(caches=(parse_regex,))
