"""What each public macro stands for: constants are compared by value, not by spelling."""

from __future__ import annotations

import re
from decimal import Decimal
from math import isfinite

from msgspec.structs import replace

from abidiff import limits
from abidiff.surfaces.headers.build.constants import Constants
from abidiff.surfaces.headers.build.errors import Unreadable
from abidiff.surfaces.headers.build.initialisers import digest
from abidiff.surfaces.headers.build.unit import Parser
from abidiff.surfaces.headers.build.version_macros import family, is_version, says_version, spelled
from abidiff.surfaces.headers.model import EXPANSION, Macro, MacroValue, Mark, Type
from abidiff.surfaces.headers.read.expression import (
    Expression,
    NotConstant,
    character_literal,
    float_literal,
    integer_literal,
)
from abidiff.surfaces.headers.read.lexer import OFFSET_MASK, SourceFile, Token, presentable, tokenize
from abidiff.surfaces.headers.read.macros import Definition, Expander, Expanding, body_text, raw_text
from abidiff.surfaces.headers.read.pragmas import unwarned
from abidiff.surfaces.headers.read.texts import element_of, text_of

_ATTRIBUTE_WORDS = frozenset(
    {
        "__attribute__", "__attribute", "__declspec", "_Noreturn", "inline", "__inline", "__inline__",
        "__extension__", "extern", "static", "const", "volatile", "restrict", "__restrict", "__restrict__",
        "_Pragma", "__thread", "_Thread_local", "__const", "register", "__cdecl", "__stdcall",
    }
)  # fmt: skip
_QUALIFIERS = frozenset({"const", "volatile", "__const"})
MAX_REST = 6  # variable arguments that a helper macro may take apart
MAX_LOOKED = 2_000_000  # tokens, in looking for what a macro may expand
_DYNAMIC = frozenset({"__LINE__", "__FILE__", "__COUNTER__", "__INCLUDE_LEVEL__", "__DATE__", "__TIME__"})
_DOTTED = re.compile(r"\d+(?:\.\d+){2,3}(?:[-.]?[a-z]+\d*)?")
_GUARD_NAME = re.compile(r"^_*[A-Z0-9_]+_(?:H|H_|H__|INCLUDED|HDR|INC|H_INCLUDED|HEADER)_*$")


class MacroReader:
    """Turns the definitions that a translation unit leaves behind into :class:`Macro`."""

    def __init__(self, expander: Expander, parser: Parser, version: str) -> None:
        self.expander = expander
        self.parser = parser
        self.constants = Constants(parser)
        self.version = version
        self._versions: frozenset[str] | None = None
        self._families: frozenset[str] | None = None
        self._made = self._valued = -limits.now().macro_expansion * len(expander.table)
        self._open: set[str] = set()  # macros whose values took more than what was left of the limit
        self._looked = 0
        self._every = ""

    def read(self, definition: Definition, file: SourceFile) -> Macro:
        """Return one macro of a header; what only makes the compiler talk is no part of its body."""
        written = raw_text(definition)
        body, deprecated = unwarned(definition.body)
        value = self.value(definition)
        if "_Pragma" in value.text and definition.parameters is None and body is definition.body:
            body, deprecated = self._unwarned(definition)
        if body is not definition.body:
            bare = replace(definition, body=body)
            meant = self.value(bare)
            if meant.kind == "integer":  # which gcc does not take in #if any more
                value = replace(value, number=meant.number, type=meant.type)
            else:
                definition, value = bare, meant
        said = as_written(value) if definition.parameters is None else value
        if said.kind in ("integer", "string") and self._carries_version(definition, said):
            value = MacroValue("version", value.text, value.number, value.type)
        elif is_date(definition):
            value = MacroValue("version", "".join(token[1] for token in definition.body))
        whole, limit = self._whole(definition, value)
        limit = EXPANSION if definition.name in self._open else limit
        return Macro(
            definition.name,
            value,
            presentable(body_text(definition)),
            presentable(written),
            self._mark(definition, file, deprecated),
            definition.parameters,
            definition.variadic,
            whole,
            self._type(value),
            limit,
            "" if limit else self._without_rest(definition),
            definition.overridable,
        )

    def looked_at_all(self) -> bool:
        """Tell whether some of what was read depends on every macro that there is: a limit of all was passed."""
        return bool(self._every) or bool(self._open)

    def take_versions(self, other: MacroReader) -> None:
        """Take over which macros carry the version from a reader to which they are the same."""
        self._versions, self._families = other.versions(), other._spelled()

    def _unwarned(self, definition: Definition) -> tuple[list[Token], str | None]:
        """Do so where another macro makes the compiler talk."""
        try:
            tokens = self.expander.expand([self._hidden(token, definition.name) for token in definition.body])
        except Expanding:
            return definition.body, None
        body, deprecated = unwarned([token for token in tokens if token[0] != "m"])
        return (body, deprecated) if 0 < len(body) < len(tokens) - 2 else (definition.body, None)

    def versions(self) -> frozenset[str]:
        """Return the macros that carry the version of the release: they stay names in what others stand for."""
        if self._versions is None:
            self._versions = frozenset()
            found = set()
            for definition in self._constants():
                if says_version(definition.name) or family(definition.name)[0]:
                    value = self.value(definition)
                    if value.kind in ("integer", "string") and self._carries_version(definition, value):
                        found.add(definition.name)
            self._versions = frozenset(found)
        return self._versions

    def _carries_version(self, definition: Definition, value: MacroValue) -> bool:
        """Tell whether a constant is the version of the release, by itself or as a part of a family that spells it."""
        name = definition.name
        if is_version(name, value, self.version):
            return True
        return definition.parameters is None and family(name)[0] != "" and name in self._spelled()

    def _spelled(self) -> frozenset[str]:
        """Return the macros of families that spell the version of the release: ``X_MAJOR``, ``X_MINOR``, ``X_REV``."""
        if self._families is None:
            values = {}
            for definition in self._constants():
                if says_version(definition.name) or family(definition.name)[0]:
                    values[definition.name] = as_written(self.value(definition))
            self._families = spelled(values, self.version)
        return self._families

    def _constants(self) -> list[Definition]:
        """Return the macros of headers that have a body and no parameters."""
        table = list(self.expander.table.values())
        return [found for found in table if found.place and found.parameters is None and found.body]

    def _whole(self, definition: Definition, value: MacroValue) -> tuple[str, str]:
        """Return the complete expansion, where it is not the body itself, and the limit that it passed.

        Empty too where the macros in it do not fit each other.
        """
        if len(definition.body) < 2 and definition.parameters is None and value.kind != "code":
            return "", ""
        kept = self.versions()
        spent, self.expander.spent = self.expander.spent, self._made  # values need their own part of the limit
        try:
            found = self._expansion(definition, kept)
        except Expanding as error:
            return (digest(self._all_bodies(definition)), error.limit) if error.limit else ("", "")
        finally:
            self._made, self.expander.spent = self.expander.spent, spent
        if found == value.text:
            return "", ""
        return (found, "") if len(found) <= limits.now().code_text else (digest(found), "code-text")

    def _expansion(self, definition: Definition, kept: frozenset[str]) -> str:
        """Return the complete expansion of a macro, of a function-like one with arguments.

        These are macros themselves: ``__raw1`` is one before, ``__arg1`` after its expansion (§6.10.3.1).
        """
        if definition.parameters is None:
            calls = [definition.body]
            kept = kept | {definition.name}
        else:
            count, kept = len(definition.parameters), kept - {definition.name}
            more = MAX_REST if definition.variadic else 0
            calls = [called(definition, count + extra) for extra in range(more + 1)]
        for at, call in enumerate(calls):
            try:
                return self._expanded_call(call, kept, definition)
            except Expanding as error:  # a helper may take more of the variable arguments
                if error.limit or at + 1 == len(calls):
                    raise
        raise AssertionError

    def _expanded_call(self, call: list[Token], kept: frozenset[str], definition: Definition) -> str:
        table = self.expander.table
        given = [argument(definition.place, at + 1) for at in range(len(definition.parameters or ()) + MAX_REST)]
        before = {each.name: table[each.name] for each in given if each.name in table}
        try:
            table.update((each.name, each) for each in given)
            tokens = self.expander.expand([(t[0], t[1], t[2], t[3], kept) for t in call])
            return presentable(" ".join(t[1] for t in tokens if t[0] != "m"))
        finally:
            for each in given:
                table.pop(each.name, None)
            table.update(before)

    def _without_rest(self, definition: Definition) -> str:
        """Return the expansion of a variadic macro that is called without variable arguments (GNU C, C23 §6.10.5)."""
        if not definition.variadic:
            return ""
        spent, self.expander.spent = self.expander.spent, self._made
        try:
            kept = self.versions() - {definition.name}
            return self._expanded_call(called(definition, len(definition.parameters or ()) - 1), kept, definition)
        except Expanding:
            return ""
        finally:
            self._made, self.expander.spent = self.expander.spent, spent

    def _all_bodies(self, definition: Definition) -> str:
        """Return the bodies of a macro and of all that it may expand (of all that there are, once looking for them
        takes too long), the version's left out."""
        table, kept = self.expander.table, self.versions()
        found, waiting = {definition.name: definition}, [definition]
        while waiting and self._looked < MAX_LOOKED:
            body = waiting.pop().body
            self._looked += len(body) + 1
            for token in body:
                inner = table.get(token[1])
                if token[0] == "i" and inner is not None and inner.name not in found and inner.name not in kept:
                    found[inner.name] = inner
                    waiting.append(inner)
        if waiting:
            if not self._every:
                self._every = digest(_bodies({n: d for n, d in table.items() if d.place and n not in kept}))
            return f"{definition.name} {body_text(definition)}\n{self._every}"
        return _bodies(found)

    def _type(self, value: MacroValue) -> Type | None:
        if value.kind != "type":
            return None
        tokens = tokenize(value.text, 0, len(value.text), 0)
        try:
            return self.parser.type_name(tokens)
        except (Unreadable, NotConstant, RecursionError):
            return None

    def _mark(self, definition: Definition, file: SourceFile, deprecated: str | None) -> Mark:
        tags = self.parser.files.tags(definition.place)
        offset = definition.place & OFFSET_MASK
        since = ""
        if tags is not None and tags.starts:
            last = definition.body[-1] if definition.body else None
            end = (last[2] & OFFSET_MASK) + len(last[1]) if last else offset + len(definition.name)
            since = tags.tag(file.text.rfind("\n", 0, offset) + 1, end)
        return Mark(file.location(offset), since, deprecated)

    def value(self, definition: Definition) -> MacroValue:
        """Classify and evaluate."""
        body = definition.body
        if definition.parameters is not None:
            return MacroValue("code", presentable(body_text(definition)))
        if definition.guard or (not body and _GUARD_NAME.match(definition.name)):
            return MacroValue("guard")
        if not body:
            return MacroValue("empty")
        if any(t[1] in _DYNAMIC for t in body):
            return MacroValue("code", presentable(body_text(definition)))
        if len(body) == 1:
            found = literal(body[0])
            if found is not None:
                return found
        spent, self.expander.spent = self.expander.spent, self._valued  # what headers were read with is no part of it
        try:
            tokens = self.expander.expand([self._hidden(t, definition.name) for t in body])
        except Expanding as error:
            if error.limit == EXPANSION:
                self._open.add(definition.name)
            return MacroValue("code", presentable(body_text(definition)))
        finally:
            self._valued, self.expander.spent = self.expander.spent, spent
        return self._expanded([t for t in tokens if t[0] != "m"])

    @staticmethod
    def _hidden(token: Token, name: str) -> Token:
        return (token[0], token[1], token[2], token[3], frozenset({name}))

    def _expanded(self, tokens: list[Token]) -> MacroValue:
        if not tokens:
            return MacroValue("empty")
        text = inside(tokens)
        if text and all(token[0] == "s" for token in text):
            return string(text) or MacroValue("code", presentable(" ".join(t[1] for t in tokens)))
        if len(tokens) == 1 and tokens[0][0] == "i":
            name = tokens[0][1]
            if name in self.parser.tables.constants:
                constant = self.parser.tables.constants[name]
                return integer(constant, "int" if constant < 1 << 31 else "unsigned int", "expression")
            if self.parser.starts_type(name):
                return MacroValue("type" if name not in _ATTRIBUTE_WORDS else "attribute", name)
            return MacroValue("attribute" if name in _ATTRIBUTE_WORDS else "name", name)
        if tokens[0][1] in _ATTRIBUTE_WORDS and not (tokens[0][1] in _QUALIFIERS and len(tokens) > 1):
            return MacroValue("attribute", presentable(" ".join(t[1] for t in tokens)))
        try:
            number, type_ = self.constants.value(tokens)
        except (NotConstant, Unreadable, RecursionError):
            return self._code(tokens)
        if isinstance(number, int):
            return integer(number, type_, "if" if in_condition(tokens, number) else "expression")
        return floating(number, tokens)

    def _code(self, tokens: list[Token]) -> MacroValue:
        text = presentable(" ".join(t[1] for t in tokens))
        if self.parser.starts_type(tokens[0][1]):
            try:
                self.parser.type_name(tokens)
            except (Unreadable, NotConstant, RecursionError):
                return MacroValue("code", text)
            return MacroValue("type", text)
        return MacroValue("code", text)


def _bodies(macros: dict[str, Definition]) -> str:
    return "\n".join(f"{name} {body_text(macros[name])}" for name in sorted(macros))


def integer(number: int, type_: str, usable: str = "if") -> MacroValue:
    """Return an integer value (one that msgpack can hold)."""
    return MacroValue("integer", str(number), number, type_, usable)


def floating(number: float, tokens: list[Token]) -> MacroValue:
    """Return a floating value, with its type (§6.4.4.2) where it is one literal with nothing but a sign.

    A ``long double`` that no ``double`` is keeps its suffix: it is another value than the nearest ``double``.
    """
    inner = inside(tokens)
    while len(inner) > 1 and inner[0][1] in ("+", "-"):
        inner = inside(inner[1:])
    text = inner[0][1] if len(inner) == 1 and inner[0][0] == "n" else ""
    type_ = {"f": "float", "l": "long double"}.get(text[-1:].lower(), "double") if text else ""
    if type_ != "long double" or _exact(text[:-1]):
        return MacroValue("float", repr(number), type=type_)
    return MacroValue("float", (repr(number) if isfinite(number) else text[:-1]) + "L", type=type_)


def _exact(text: str) -> bool:
    """Tell whether a double holds the number that is written."""
    try:
        return text[:2].lower() == "0x" or Decimal(text) == Decimal(float(text))
    except (ValueError, ArithmeticError):
        return False


def inside(tokens: list[Token]) -> list[Token]:
    """Return what stands between parentheses around nothing but literals; empty for all else."""
    count = 0
    while count < len(tokens) // 2 and tokens[count][1] == "(" and tokens[-count - 1][1] == ")":
        count += 1
    return tokens[count : len(tokens) - count]


def in_condition(tokens: list[Token], number: int) -> bool:
    """Tell whether ``#if`` takes an expression for the same number (§6.10.1)."""
    try:
        return Expression(tokens, preprocessing=True).whole()[0] == number
    except NotConstant:
        return False


def string(tokens: list[Token]) -> MacroValue | None:
    """Return the value of adjacent string literals, None where they do not go together (§6.4.5)."""
    element = element_of(tokens)
    return None if element is None else MacroValue("string", text_of(tokens), type=element)


def called(definition: Definition, count: int) -> list[Token]:
    """Return a call of a function-like macro with ``__raw1``, ``__raw2`` ... for so many arguments."""
    place = definition.place
    parts: list[Token] = [("i", definition.name, place, False, None), ("p", "(", place, False, None)]
    for at in range(count):
        if at:
            parts.append(("p", ",", place, False, None))
        parts.append(("i", f"__raw{at + 1}", place, True, None))
    return [*parts, ("p", ")", place, False, None)]


def argument(place: int, number: int) -> Definition:
    """Return the macro that an argument is."""
    return Definition(f"__raw{number}", [("i", f"__arg{number}", place, False, None)], place)


def literal(token: Token) -> MacroValue | None:
    """Return the value of a body that is one literal."""
    kind, text = token[0], token[1]
    if kind == "s":
        return string([token])
    if kind == "n":
        whole = integer_literal(text)
        if whole is not None:
            return integer(int(whole[0]), whole[1])
        found = float_literal(text)
        return floating(found[0], [token]) if found is not None else None
    if kind == "c":
        try:
            letter = character_literal(text)
        except (NotConstant, ValueError):
            return None
        return integer(int(letter[0]), letter[1])
    return None


def as_written(value: MacroValue) -> MacroValue:
    """Return ``1.9.4`` without quotation marks (it is for ``#NAME``) as the text that it says; others as they are."""
    text = value.text.replace(" ", "")
    return MacroValue("string", text) if value.kind == "code" and _DOTTED.fullmatch(text) else value


def is_date(definition: Definition) -> bool:
    """Tell whether a macro is a date, ``2022-12-07``: a text that is made a string, though it may be a difference."""
    parts = [token[1] for token in definition.body]
    if len(parts) != 5 or parts[1] != "-" or parts[3] != "-" or "DATE" not in definition.name.upper():
        return False
    year, month, day = (int(part) if part.isdecimal() else 0 for part in parts[::2])
    return 1900 < year < 2200 and 0 < month < 13 and 0 < day < 32
