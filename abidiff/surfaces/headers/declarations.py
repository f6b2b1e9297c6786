"""C declarations → the model (ISO C11 §6.7 with the GNU extensions that real headers use).

Bodies of inline functions, initialisers and statements are skipped; what can't be modelled
becomes a problem at its place and parsing goes on with the next declaration.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NoReturn

import msgspec

from abidiff.location import Location
from abidiff.surfaces.headers.attributes import LARGEST, Attributes
from abidiff.surfaces.headers.constants import Constants, per_target
from abidiff.surfaces.headers.expression import NotConstant, integer_literal
from abidiff.surfaces.headers.files import Files
from abidiff.surfaces.headers.lexer import OFFSET_MASK, PLACE_BITS, Token
from abidiff.surfaces.headers.model import (
    Array,
    Builtin,
    Enum,
    Enumerator,
    EnumRef,
    Function,
    FunctionDecl,
    Mark,
    Member,
    Parameter,
    Pointer,
    Qualified,
    Record,
    RecordRef,
    Type,
    Typedef,
    TypedefRef,
    Unmodelled,
    Variable,
    Vector,
)
from abidiff.surfaces.headers.pragmas import PackState
from abidiff.surfaces.headers.since import SinceTags
from abidiff.surfaces.headers.tables import BASIC_WORDS, VOID, Tables, basic_type, builtin

MAX_DEPTH = 60
_STORAGE = {
    "typedef": "typedef", "extern": "extern", "static": "static", "auto": "auto", "register": "register",
    "inline": "inline", "__inline": "inline", "__inline__": "inline", "__forceinline": "inline",
    "_Noreturn": "noreturn", "_Thread_local": "thread", "__thread": "thread", "thread_local": "thread",
    "__extension__": "", "__stdcall": "", "__cdecl": "", "__fastcall": "", "constexpr": "",
}  # fmt: skip
_QUALIFIERS = {
    "const": "const", "__const": "const", "__const__": "const",
    "volatile": "volatile", "__volatile": "volatile", "__volatile__": "volatile",
    "restrict": "restrict", "__restrict": "restrict", "__restrict__": "restrict",
    "_Atomic": "_Atomic",
    "_Nonnull": "", "_Nullable": "", "_Null_unspecified": "", "__ptr64": "", "__ptr32": "",
}  # fmt: skip
_ATTRIBUTE = frozenset({"__attribute__", "__attribute", "__declspec"})
_TYPEOF = frozenset({"typeof", "__typeof__", "__typeof", "__auto_type", "typeof_unqual"})
_ASM = frozenset({"asm", "__asm__", "__asm"})
_ALIGN = frozenset({"_Alignas", "alignas"})
_TYPE_WORDS = (
    BASIC_WORDS
    | frozenset({"struct", "union", "enum"})
    | frozenset(_QUALIFIERS)
    | _TYPEOF
    | _ATTRIBUTE
    | {"__extension__", "_BitInt"}
)
_MODES = {"QI": "char", "byte": "char", "HI": "short", "SI": "int", "DI": "int64_t", "TI": "__int128",
          "word": "ssize_t", "pointer": "ssize_t", "SF": "float", "DF": "double", "TF": "_Float128",
          "XF": "long double"}  # fmt: skip
_UNSIGNED = {"char": "unsigned char", "short": "unsigned short", "int": "unsigned int", "int64_t": "uint64_t",
             "__int128": "unsigned __int128", "ssize_t": "size_t"}  # fmt: skip
_OPEN = {"(": ")", "[": "]", "{": "}"}


class Unreadable(Exception):  # noqa: N818 - one declaration that is left out
    """A declaration that can't be read or modelled."""

    def __init__(self, message: str, place: int, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint


@dataclass(slots=True)
class Specifiers:
    """The specifiers of a declaration."""

    type: Type
    storage: set[str]
    attributes: Attributes
    place: int


@dataclass(slots=True)
class Declared:
    """A declarator: the name (empty when abstract) and the whole type."""

    name: str
    place: int
    type: Type
    attributes: Attributes


@dataclass(slots=True)
class Parser:
    """Reads the tokens of a translation unit into :class:`Tables`.

    ``report``    called with (message, place, hint) for what can't be modelled.
    ``sentinel``  tells whether a place is guarded by a sentinel macro.
    ``sentinel_names`` the profile's pattern of sentinel names.
    """

    files: Files
    tokens: list[Token]
    report: Callable[[str, int, str], None]
    sentinel: Callable[[int], bool] = lambda _place: False
    sentinel_names: re.Pattern[str] | None = None
    tables: Tables = field(default_factory=Tables)
    at: int = 0
    depth: int = 0
    packs: PackState = field(default_factory=PackState)
    close: dict[int, int] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    _since: dict[int, SinceTags] = field(default_factory=dict)
    _values: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tokens, self.packs = PackState.take(self.tokens)
        self.tokens.append(("e", "", self.tokens[-1][2] if self.tokens else 0, True, None))
        self.close = self._pairs()

    def _pairs(self) -> dict[int, int]:
        close: dict[int, int] = {}
        stack: list[tuple[str, int]] = []
        for at, token in enumerate(self.tokens):
            text = token[1]
            if token[0] != "p":
                continue
            if text in _OPEN:
                stack.append((_OPEN[text], at))
            elif text in ")]}":
                while stack and stack[-1][0] != text and text == "}":
                    stack.pop()
                if stack and stack[-1][0] == text:
                    close[stack.pop()[1]] = at
        return close

    # --- helpers ------------------------------------------------------------------------

    def fail(self, message: str, at: int | None = None, hint: str = "") -> NoReturn:
        """Give up the current declaration."""
        at = self.at if at is None else at
        raise Unreadable(message, self.tokens[min(at, len(self.tokens) - 1)][2], hint)

    def expect(self, text: str) -> None:
        """Take a token that has to stand here."""
        found = self.tokens[self.at]
        if found[1] != text or found[0] == "s":
            what = repr(found[1]) if found[0] != "e" else "the end of the file"
            self.fail(f"expected {text!r} before {what}")
        self.at += 1

    def group(self) -> tuple[int, int]:
        """Step over a bracketed group at the current place; return its inner span."""
        start = self.at
        end = self.close.get(start)
        if end is None:
            self.fail(f"{self.tokens[start][1]!r} is not closed")
        self.at = end + 1
        return start + 1, end

    def starts_type(self, text: str) -> bool:
        """Tell whether a type name can begin with this word."""
        return text in _TYPE_WORDS or text in self.tables.typedefs or text.startswith("__abidiff_")

    def location(self, place: int) -> Location:
        """Return the location of a place."""
        return self.files.location(place)

    def mark(self, place: int, start: int, end: int, deprecated: str | None) -> Mark:
        """Return what every declaration carries; ``start`` and ``end`` are token numbers."""
        first, last = self.tokens[start][2], self.tokens[end][2]
        index = place >> PLACE_BITS
        since = ""
        if first >> PLACE_BITS == index == last >> PLACE_BITS:
            tags = self._since.get(index)
            if tags is None:
                file = self.files.file_of(place)
                if file is not None and not file.system:
                    tags = self._since[index] = SinceTags(file)
            if tags is not None and tags.starts:
                since = tags.tag(first & OFFSET_MASK, (last & OFFSET_MASK) + len(self.tokens[end][1]))
        return Mark(self.location(place), since, deprecated)

    # --- the unit -----------------------------------------------------------------------

    def unit(self) -> Tables:
        """Read all declarations."""
        tokens = self.tokens
        last = len(tokens) - 1
        while self.at < last:
            start = self.at
            try:
                self._external()
            except (Unreadable, NotConstant) as error:
                self.report(error.message, error.place, getattr(error, "hint", ""))
                self._recover(start)
            except RecursionError:
                self.report("nested too deeply", tokens[start][2], "")
                self._recover(start)
            self.depth = 0
        return self.tables

    def _recover(self, start: int) -> None:
        """Go on behind the declaration that could not be read; its names are left open."""
        self._skip_declaration(start)
        self.unread.update(t[1] for t in self.tokens[start : self.at] if t[0] == "i")

    def _skip_declaration(self, start: int) -> None:
        self.at = start
        tokens, last = self.tokens, len(self.tokens) - 1
        while self.at < last:
            text, kind = tokens[self.at][1], tokens[self.at][0]
            if kind == "p":
                if text == ";":
                    self.at += 1
                    return
                if text == "{" and self.at in self.close:
                    self.at = self.close[self.at] + 1
                    following = tokens[self.at]
                    if following[0] == "i" and following[1] in ("typedef", "extern", "static", "struct"):
                        return
                    if following[0] != "p" and following[0] != "i":
                        return
                    continue
                if text in _OPEN and self.at in self.close:
                    self.at = self.close[self.at] + 1
                    continue
            self.at += 1

    def _external(self) -> None:
        """external-declaration (§6.9)."""
        kind, text, _, _, _ = self.tokens[self.at]
        if text == ";" or (text == "}" and kind == "p"):
            self.at += 1
        elif text in ("_Static_assert", "static_assert") or text in _ASM:
            self.at += 1
            while self.tokens[self.at][1] in ("volatile", "__volatile__", "goto"):
                self.at += 1
            self.group()
        elif text == "extern" and self.tokens[self.at + 1][0] == "s":
            self.at += 2
            if self.tokens[self.at][1] == "{":
                self.at += 1
        else:
            self.declaration()

    def declaration(self) -> None:
        """declaration or function-definition (§6.7, §6.9.1)."""
        start = self.at
        specifiers = self.specifiers()
        tokens = self.tokens
        if tokens[self.at][1] == ";":
            self.at += 1
            return
        while True:
            declared = self.declarator(specifiers.type)
            if not declared.name:
                self.fail(f"expected a name before {tokens[self.at][1]!r}")
            asm = self._after_declarator(declared.attributes)
            end = self.at - 1
            if tokens[self.at][1] == "{":
                self._declare(declared, specifiers, start, end, asm, defined=True)
                self.group()
                return
            initialised = tokens[self.at][1] == "="
            if initialised:
                self._skip_initialiser()
            self._declare(declared, specifiers, start, end, asm, defined=initialised)
            if tokens[self.at][1] != ",":
                break
            self.at += 1
        self.expect(";")

    def _after_declarator(self, attributes: Attributes) -> str:
        asm = ""
        while True:
            text = self.tokens[self.at][1]
            if text in _ASM:
                self.at += 1
                start, end = self.group()
                asm = "".join(t[1].strip('"') for t in self.tokens[start:end])
            elif text in _ATTRIBUTE or text == "[":
                if not self.attribute(attributes):
                    return asm
            else:
                return asm

    def _skip_initialiser(self) -> None:
        while self.tokens[self.at][1] not in (",", ";") or self.tokens[self.at][0] == "s":
            if self.tokens[self.at][0] == "e":
                self.fail("the initialiser does not end")
            if self.tokens[self.at][1] in _OPEN and self.tokens[self.at][0] == "p":
                self.group()
            else:
                self.at += 1

    # --- specifiers ---------------------------------------------------------------------

    def specifiers(self) -> Specifiers:
        """declaration-specifiers (§6.7), attributes included."""
        tokens = self.tokens
        start = tokens[self.at][2]
        storage: set[str] = set()
        qualifiers: set[str] = set()
        words: list[str] = []
        attributes = Attributes()
        type_: Type | None = None
        while True:
            kind, text, _, _, _ = tokens[self.at]
            if kind != "i":
                if text == "[" and self.attribute(attributes):
                    continue
                break
            if text in _STORAGE:
                storage.add(_STORAGE[text])
                self.at += 1
            elif text in _QUALIFIERS:
                self.at += 1
                if text == "_Atomic" and tokens[self.at][1] == "(":
                    type_ = self._type_in_parentheses()
                qualifiers.add(_QUALIFIERS[text])
            elif text in BASIC_WORDS:
                words.append(text)
                self.at += 1
            elif text in ("struct", "union"):
                type_ = self.record(attributes, "typedef" in storage)
            elif text == "enum":
                type_ = self.enum(attributes)
            elif text in _ATTRIBUTE:
                self.attribute(attributes)
            elif text in _ALIGN:
                self.at += 1
                begin, end = self.group()
                attributes.aligned.append(tokens[begin:end])
            elif text in _TYPEOF:
                type_ = self.typeof()
            elif type_ is None and not words:
                type_ = self._named(text)
                if type_ is None:
                    self._unknown_type()
                self.at += 1
            else:
                break
        if words:
            type_ = basic_type(words)
            if type_ is None:
                self.fail(f"{' '.join(words)!r} is no type that is known")
        if type_ is None:
            self._unknown_type()
        type_ = self._moded(type_, attributes)
        qualifiers.discard("")
        return Specifiers(qualify(type_, qualifiers) if qualifiers else type_, storage, attributes, start)

    def _unknown_type(self) -> NoReturn:
        kind, text, _, _, _ = self.tokens[self.at]
        if kind == "i":
            self.fail(f"unknown type name {text!r}", hint="is the header that declares it included?")
        self.fail(f"expected a declaration before {text!r}" if text else "the file ends in a declaration")

    def _named(self, text: str) -> Type | None:
        found = self.tables.references.get(text)
        if found is not None:
            return found
        if text in self.tables.typedefs:
            found = self.tables.references[text] = TypedefRef(text)
            return found
        if text.startswith("__abidiff_"):
            return builtin(text.removeprefix("__abidiff_"))
        return None

    def _type_in_parentheses(self) -> Type:
        start, end = self.group()
        return self.type_name(self.tokens[start:end])

    def typeof(self) -> Type:
        """``typeof(type)`` and ``typeof(name)``; of other expressions it can't be modelled."""
        place, text = self.at, self.tokens[self.at][1]
        self.at += 1
        if text == "__auto_type" or self.tokens[self.at][1] != "(":
            self.fail(f"{text} can't be modelled", place)
        start, end = self.group()
        inner = self.tokens[start:end]
        if inner and self.starts_type(inner[0][1]):
            return self.type_name(inner)
        name = inner[0][1] if len(inner) == 1 else ""
        known = self.tables.functions.get(name) or self.tables.variables.get(name)
        if known is None:
            self.fail(f"{text} of an expression can't be modelled", place)
        return known.type

    def _moded(self, type_: Type, attributes: Attributes) -> Type:
        """``mode(DI)`` and ``vector_size(N)`` replace the type."""
        if attributes.mode:
            kind = _MODES.get(attributes.mode)
            if kind is None or not isinstance(type_, Builtin):
                self.fail(f"mode({attributes.mode}) can't be modelled")
            unsigned = type_.kind.startswith("unsigned")
            type_ = builtin(_UNSIGNED.get(kind, kind) if unsigned else kind)
            attributes.mode = ""
        if attributes.vector is not None:
            type_ = Vector(type_, self.constant(attributes.vector))
            attributes.vector = None
        return type_

    def attribute(self, into: Attributes) -> bool:
        """``__attribute__((...))``, ``__declspec(...)`` or ``[[...]]``; False if none stands here."""
        tokens = self.tokens
        if tokens[self.at][1] == "[":
            if tokens[self.at + 1][1] != "[" or self.at not in self.close:
                return False
            start, end = self.at + 2, self.close[self.at] - 1
            self.at = end + 2
        else:
            double = tokens[self.at][1] != "__declspec"
            self.at += 1
            if tokens[self.at][1] != "(":
                self.fail("expected '(' behind an attribute")
            start, end = self.group()
            if double and tokens[start][1] == "(" and self.close.get(start) == end - 1:
                start, end = start + 1, end - 1
        at = start
        while at < end:
            kind, text, _, _, _ = tokens[at]
            at += 1
            if kind != "i":
                continue
            arguments: list[Token] = []
            if tokens[at][1] == "(" and at in self.close:
                arguments = tokens[at + 1 : self.close[at]]
                at = self.close[at] + 1
            into.add(text, arguments)
        return True

    def alignment(self, attributes: Attributes) -> int:
        """Return the strictest ``aligned`` in bytes, 0 for none, -1 for the largest of the target."""
        strictest = 0
        for tokens in attributes.aligned:
            if not tokens:
                return LARGEST
            found = self._align_of(tokens) if self.starts_type(tokens[0][1]) else self.constant(tokens)
            if found < 0 or found & (found - 1):
                raise Unreadable(f"alignment {found} is no power of two", tokens[0][2])
            strictest = max(strictest, found)
        return strictest

    def _align_of(self, tokens: list[Token]) -> int:
        place = tokens[0][2]
        made: list[Token] = [("i", "_Alignof", place, True, None), ("p", "(", place, False, None), *tokens]
        return self.constant([*made, ("p", ")", place, False, None)])

    # --- declarators --------------------------------------------------------------------

    def declarator(self, base: Type, *, abstract: bool = False) -> Declared:
        """declarator or abstract-declarator (§6.7.6, §6.7.7)."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail("nested too deeply")
        tokens = self.tokens
        attributes = Attributes()
        base = self._pointers(base, attributes)
        kind, text, place, _, _ = tokens[self.at]
        name = ""
        inner: int | None = None
        if kind == "i" and text not in _ATTRIBUTE and text not in _ASM and text not in _QUALIFIERS:
            name = text
            self.at += 1
        elif text == "(" and self._nested(abstract):
            inner = self.at + 1
            self.group()
        type_ = self._suffixes(base, attributes)
        if inner is not None:
            after = self.at
            self.at = inner
            found = self.declarator(type_, abstract=abstract)
            self.expect(")")
            self.at = after
            found.attributes.kept |= attributes.kept
            found.attributes.aligned += attributes.aligned
            self.depth -= 1
            return found
        self.depth -= 1
        return Declared(name, place, type_, attributes)

    def _pointers(self, base: Type, attributes: Attributes) -> Type:
        tokens = self.tokens
        while True:
            text = tokens[self.at][1]
            if text in ("*", "^"):
                self.at += 1
                base = Pointer(base)
            elif text in _QUALIFIERS:
                self.at += 1
                if _QUALIFIERS[text]:
                    base = qualify(base, {_QUALIFIERS[text]})
            elif text in _ATTRIBUTE:
                self.attribute(attributes)
                base = self._moded(base, attributes)
            elif text in ("__extension__", "__stdcall", "__cdecl", "__fastcall"):
                self.at += 1
            else:
                return base

    def _nested(self, abstract: bool) -> bool:
        """Tell ``(*name)`` from the parameter list of an abstract declarator."""
        following = self.tokens[self.at + 1]
        if not abstract:
            return True
        if following[1] in ("*", "^", "("):
            return True
        if following[1] in _ATTRIBUTE:
            return True
        return following[0] == "i" and not self.starts_type(following[1]) and following[1] not in _STORAGE

    def _suffixes(self, base: Type, attributes: Attributes) -> Type:
        tokens = self.tokens
        suffixes: list[tuple[int, int, bool]] = []
        while True:
            text = tokens[self.at][1]
            if text == "(":
                suffixes.append((*self.group(), True))
            elif text == "[":
                if tokens[self.at + 1][1] == "[" and self.attribute(attributes):
                    continue
                suffixes.append((*self.group(), False))
            else:
                break
        if not suffixes:
            return base
        after = self.at
        for start, end, is_function in reversed(suffixes):
            base = self._function(base, start, end) if is_function else self._array(base, start, end)
        self.at = after
        return base

    def _array(self, element: Type, start: int, end: int) -> Type:
        while start < end and self.tokens[start][1] in ("static", *_QUALIFIERS):
            start += 1
        inner = self.tokens[start:end]
        if not inner or (len(inner) == 1 and inner[0][1] == "*"):
            return Array(element, None)
        if len(inner) == 1 and inner[0][0] == "n":
            literal = integer_literal(inner[0][1])
            if literal is not None:
                return Array(element, int(literal[0]))
        length, lengths = per_target(self, inner)
        if length < 0:
            raise Unreadable(f"an array of {length} elements", inner[0][2])
        return Array(element, length, lengths)

    def _function(self, result: Type, start: int, end: int) -> Type:
        tokens = self.tokens
        if start == end:
            return Function(result, (), False, False)
        if end - start == 1 and tokens[start][1] == "void":
            return Function(result, ())
        parameters: list[Parameter] = []
        variadic = False
        self.at = start
        while True:
            if tokens[self.at][1] == "...":
                self.at += 1
                variadic = True
            else:
                parameters.append(self._parameter())
            if self.at >= end:
                break
            self.expect(",")
        if self.at != end:
            self.fail("the parameter list does not end where its parenthesis does")
        if len(parameters) == 1 and not parameters[0].name and self.tables.resolved(parameters[0].type) == VOID:
            parameters = []
        return Function(result, tuple(parameters), variadic)

    def _parameter(self) -> Parameter:
        """parameter-declaration, adjusted (§6.7.6.3 paragraphs 7 and 8), without top-level qualifiers."""
        specifiers = self.specifiers()
        if self.tokens[self.at][1] in (",", ")"):
            name, type_ = "", specifiers.type
        else:
            declared = self.declarator(specifiers.type, abstract=True)
            name, type_ = declared.name, declared.type
            self._after_declarator(declared.attributes)
        if isinstance(type_, Array):
            return Parameter(name, Pointer(type_.element))
        if isinstance(type_, Function):
            return Parameter(name, Pointer(type_))
        if isinstance(type_, Qualified):
            type_ = type_.type
        if isinstance(type_, TypedefRef):
            found = self.tables.resolved(type_)
            if isinstance(found, Array):
                return Parameter(name, Pointer(found.element))
            if isinstance(found, Function):
                return Parameter(name, Pointer(type_))
        return Parameter(name, type_)

    def type_name(self, tokens: list[Token]) -> Type:
        """type-name (§6.7.7), from tokens of their own."""
        parser = Parser(self.files, list(tokens), self.report, tables=self.tables)
        parser.depth = self.depth + 1
        specifiers = parser.specifiers()
        declared = parser.declarator(specifiers.type, abstract=True)
        if parser.at < len(parser.tokens) - 1:
            parser.fail("this is no type name")
        return declared.type

    def constant(self, tokens: list[Token]) -> int:
        """Evaluate an integer constant expression."""
        if len(tokens) == 1 and tokens[0][0] == "n":
            literal = integer_literal(tokens[0][1])
            if literal is not None:
                return int(literal[0])
        value = Constants(self).value(tokens)[0]
        if not isinstance(value, int):
            raise NotConstant("not an integer", tokens[0][2])
        return value

    # --- struct, union, enum ------------------------------------------------------------

    def _name_behind(self, brace: int) -> str:
        """Return the name that a declaration gives to the untagged type whose body starts here."""
        at = self.close.get(brace)
        if at is None:
            self.fail("'{' is not closed", brace)
        at += 1
        stars = 0
        while True:
            kind, text, _, _, _ = self.tokens[at]
            if text in _ATTRIBUTE and self.tokens[at + 1][1] == "(":
                at = self.close.get(at + 1, at + 1) + 1
            elif text in _QUALIFIERS or text in _STORAGE or text == "(":
                at += 1
            elif text == "*":
                stars += 1
                at += 1
            else:
                return "*" * stars + text if kind == "i" else ""

    def record(self, outer: Attributes, is_typedef: bool, parent: str = "", position: int = 0) -> Type:
        """struct-or-union-specifier (§6.7.2.1)."""
        del is_typedef
        tokens = self.tokens
        kind = tokens[self.at][1]
        start = self.at
        self.at += 1
        attributes = Attributes()
        while tokens[self.at][1] in _ATTRIBUTE or tokens[self.at][1] in _ALIGN or tokens[self.at][1] == "[":
            if tokens[self.at][1] in _ALIGN:
                self.at += 1
                begin, end = self.group()
                attributes.aligned.append(tokens[begin:end])
            elif not self.attribute(attributes):
                break
        tag = ""
        place = tokens[self.at][2]
        if tokens[self.at][0] == "i":
            tag = tokens[self.at][1]
            self.at += 1
        if tokens[self.at][1] != "{":
            if not tag:
                self.fail(f"expected a tag or '{{' behind {kind!r}")
            id_ = f"{kind} {tag}"
            if id_ not in self.tables.records:
                self.tables.records[id_] = Record(
                    id_, kind, tag, self.mark(place, start, self.at - 1, attributes.deprecated)
                )
            return RecordRef(id_)
        id_ = f"{kind} {tag}" if tag else self._untagged(kind, parent, position)
        if tag and self.tables.records.get(id_, None) is None:
            self.tables.records[id_] = Record(id_, kind, tag, Mark(self.location(place)))
        before = self.tables.records.get(id_)
        if before is not None and before.members is not None:
            id_ = self._redefined(before, place, id_)
        body = self.at
        self.group()
        after = self.at
        while tokens[self.at][1] in _ATTRIBUTE:
            self.attribute(attributes)
        end_of_attributes = self.at
        self.at = body + 1
        members = self._members(after - 1, id_)
        self.at = end_of_attributes
        self.tables.records[id_] = Record(
            id_,
            kind,
            tag,
            self.mark(place, start, after - 1, attributes.deprecated),
            tuple(members),
            packed=attributes.packed,
            pack=self.packs.at(after - 1),
            aligned=self.alignment(attributes),
            ms_struct=attributes.ms_struct,
        )
        del outer
        return RecordRef(id_)

    def _redefined(self, before: Record, place: int, id_: str) -> str:
        """A second definition of one tag, in another header: keep both, the first under the tag."""
        number = 2
        while f"{id_} #{number}" in self.tables.records:
            number += 1
        del before, place
        return f"{id_} #{number}"

    def _untagged(self, kind: str, parent: str, position: int) -> str:
        name = self._name_behind(self.at)
        if parent:
            return f"{parent}.{name.lstrip('*') or position}"
        if name:
            return f"{kind} ({name})"
        return f"{kind} <{self.location(self.tokens[self.at][2]).path}:{position}:{len(self.tables.records)}>"

    def _members(self, end: int, parent: str) -> list[Member]:
        """struct-declaration-list (§6.7.2.1)."""
        tokens = self.tokens
        members: list[Member] = []
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail("nested too deeply")
        while self.at < end:
            text = tokens[self.at][1]
            if text == ";":
                self.at += 1
                continue
            if text in ("_Static_assert", "static_assert"):
                self.at += 1
                self.group()
                continue
            self._member_declaration(members, parent)
        if self.at != end:
            self.fail("a member does not end with the struct's brace")
        self.depth -= 1
        return members

    def _member_declaration(self, members: list[Member], parent: str) -> None:
        tokens = self.tokens
        specifiers = self._member_specifiers(parent, len(members))
        if tokens[self.at][1] == ";":
            self.at += 1
            base = specifiers.type
            bare = base.type if isinstance(base, Qualified) else base
            if isinstance(bare, RecordRef) and self._anonymous_member(bare, parent):
                members.append(
                    Member("", base, self.location(specifiers.place), None,
                           self.alignment(specifiers.attributes), specifiers.attributes.packed)
                )  # fmt: skip
            return
        while True:
            attributes = Attributes()
            if tokens[self.at][1] == ":":
                declared = Declared("", tokens[self.at][2], specifiers.type, attributes)
            else:
                declared = self.declarator(specifiers.type)
                attributes = declared.attributes
            bits = self._width() if tokens[self.at][1] == ":" else None
            self._after_declarator(attributes)
            aligned = max(self.alignment(attributes), self.alignment(specifiers.attributes), key=_strict)
            members.append(
                Member(
                    declared.name,
                    declared.type,
                    self.location(declared.place),
                    bits,
                    aligned,
                    attributes.packed or specifiers.attributes.packed,
                    attributes.deprecated if attributes.deprecated is not None else specifiers.attributes.deprecated,
                )
            )
            if tokens[self.at][1] != ",":
                break
            self.at += 1
        self.expect(";")

    def _anonymous_member(self, reference: RecordRef, parent: str) -> bool:
        """An untagged struct or union is a member; a tagged one only declares its tag (§6.7.2.1)."""
        return reference.id.startswith(parent + ".")

    def _width(self) -> int:
        self.at += 1
        start = self.at
        while self.tokens[self.at][1] not in (",", ";") and self.tokens[self.at][1] not in _ATTRIBUTE:
            if self.tokens[self.at][0] == "e":
                self.fail("the width of a bit-field does not end")
            if self.tokens[self.at][1] in _OPEN:
                self.group()
            else:
                self.at += 1
        return self.constant(self.tokens[start : self.at])

    def _member_specifiers(self, parent: str, position: int) -> Specifiers:
        """Specifiers of a member: an untagged struct in it is named after its parent."""
        tokens = self.tokens
        at = self.at
        qualifiers: set[str] = set()
        while tokens[at][1] in _QUALIFIERS or tokens[at][1] == "__extension__":
            qualifiers.add(_QUALIFIERS.get(tokens[at][1], ""))
            at += 1
        if tokens[at][1] in ("struct", "union") and self._is_untagged(at + 1):
            place = tokens[self.at][2]
            self.at = at
            attributes = Attributes()
            type_ = self.record(attributes, False, parent, position)
            while tokens[self.at][1] in _QUALIFIERS:
                qualifiers.add(_QUALIFIERS[tokens[self.at][1]])
                self.at += 1
            qualifiers.discard("")
            return Specifiers(qualify(type_, qualifiers), set(), attributes, place)
        return self.specifiers()

    def _is_untagged(self, at: int) -> bool:
        tokens = self.tokens
        while tokens[at][1] in _ATTRIBUTE and tokens[at + 1][1] == "(":
            at = self.close.get(at + 1, at + 1) + 1
        return tokens[at][1] == "{"

    def enum(self, outer: Attributes) -> Type:
        """enum-specifier (§6.7.2.2)."""
        del outer
        tokens = self.tokens
        start = self.at
        self.at += 1
        attributes = Attributes()
        while tokens[self.at][1] in _ATTRIBUTE:
            self.attribute(attributes)
        tag = ""
        place = tokens[self.at][2]
        if tokens[self.at][0] == "i":
            tag = tokens[self.at][1]
            self.at += 1
        if tokens[self.at][1] == ":":
            self.fail("an enum with a fixed type can't be modelled")
        if tokens[self.at][1] != "{":
            if not tag:
                self.fail("expected a tag or '{' behind 'enum'")
            id_ = f"enum {tag}"
            if id_ not in self.tables.enums:
                self.tables.enums[id_] = Enum(id_, tag, self.mark(place, start, self.at - 1, None))
            return EnumRef(id_)
        body = self.at
        self.group()
        after = self.at
        while tokens[self.at][1] in _ATTRIBUTE:
            self.attribute(attributes)
        name = self._name_behind(body)
        id_ = f"enum {tag}" if tag else f"enum ({name})" if name else f"enum {{{tokens[body + 1][1]}}}"
        resume = self.at
        enumerators = self._enumerators(body + 1, after - 1)
        self.at = resume
        self.tables.enums[id_] = Enum(
            id_,
            tag,
            self.mark(place, start, after - 1, attributes.deprecated),
            tuple(enumerators),
            packed=attributes.packed,
        )
        return EnumRef(id_)

    def _enumerators(self, at: int, end: int) -> list[Enumerator]:
        """enumerator-list; one guarded by a sentinel macro does not move those behind it."""
        tokens = self.tokens
        found: list[Enumerator] = []
        counter = 0
        last = max((i for i in range(at, end) if tokens[i][1] == ","), default=end)
        while at < end:
            if tokens[at][1] == ",":
                at += 1
                continue
            if tokens[at][0] != "i":
                self.fail(f"expected the name of an enumerator before {tokens[at][1]!r}", at)
            start, name = at, tokens[at][1]
            at += 1
            attributes = Attributes()
            self.at = at
            while tokens[self.at][1] in _ATTRIBUTE:
                self.attribute(attributes)
            at = self.at
            explicit = tokens[at][1] == "="
            if explicit:
                first = at + 1
                at = self._until_comma(first, end)
                value = self._enumerator_value(tokens[first:at], start)
            elif tokens[at][1] == "," or at == end:
                value = counter
            else:
                self.fail(f"expected ',' or '}}' before {tokens[at][1]!r}", at)
            place = tokens[start][2]
            guarded = self.sentinel(place)
            matched = (
                not guarded
                and self.sentinel_names is not None
                and self.sentinel_names.search(name) is not None
                and (at >= end or at >= last)
                and (not explicit or (bool(found) and value == max(e.value for e in found) + 1))
            )
            found.append(
                Enumerator(name, value, self.mark(place, start, at - 1, attributes.deprecated), explicit,
                           guarded or matched)
            )  # fmt: skip
            self.tables.constants[name] = value
            if not guarded:
                counter = value + 1
        return found

    def _until_comma(self, at: int, end: int) -> int:
        while at < end and self.tokens[at][1] != ",":
            at = self.close[at] + 1 if at in self.close else at + 1
        return at

    def _enumerator_value(self, tokens: list[Token], name: int) -> int:
        if len(tokens) == 1 and tokens[0][0] == "n":
            literal = integer_literal(tokens[0][1])
            if literal is not None:
                return int(literal[0])
        if not tokens:
            self.fail(f"{self.tokens[name][1]!r} has no value", name)
        key = " ".join(t[1] for t in tokens)
        cached = self._values.get(key)
        if cached is not None:
            return cached
        value = self.constant(tokens)
        if all(t[0] != "i" for t in tokens):
            self._values[key] = value
        return value

    # --- what was declared --------------------------------------------------------------

    def _declare(
        self, declared: Declared, specifiers: Specifiers, start: int, end: int, asm: str, *, defined: bool
    ) -> None:
        storage = specifiers.storage
        own, outer = declared.attributes, specifiers.attributes
        deprecated = own.deprecated if own.deprecated is not None else outer.deprecated
        type_ = self._moded(declared.type, own) if own.mode or own.vector is not None else declared.type
        mark = self.mark(declared.place, start, end, deprecated)
        name = declared.name
        if "typedef" in storage:
            aligned = max(self.alignment(own), self.alignment(outer), key=_strict)
            if name not in self.tables.typedefs:
                self.tables.typedefs[name] = Typedef(name, type_, mark, aligned)
        elif isinstance(function := self._as_function(type_), Function):
            self._function_declared(name, function, mark, storage, own.kept | outer.kept, asm, defined)
        else:
            linkage = "static" if "static" in storage else "extern"
            before = self.tables.variables.get(name)
            if before is None or (isinstance(before.type, Array) and before.type.length is None):
                self.tables.variables[name] = Variable(name, type_, mark, linkage, "thread" in storage)

    def _as_function(self, type_: Type) -> Type:
        found = self.tables.resolved(type_) if isinstance(type_, TypedefRef) else type_
        return found if isinstance(found, Function) else type_

    def _function_declared(
        self, name: str, type_: Function, mark: Mark, storage: set[str], kept: set[str], asm: str, defined: bool
    ) -> None:
        linkage = "extern"
        if "static" in storage:
            linkage = "static inline" if "inline" in storage or defined else "static"
        elif "inline" in storage:
            linkage = "inline"
        attributes = tuple(sorted(kept | ({"noreturn"} if "noreturn" in storage else set())))
        made = FunctionDecl(name, type_, mark, linkage, attributes, asm)
        before = self.tables.functions.get(name)
        if before is not None:
            made = merged(before, made)
        self.tables.functions[name] = made


def merged(before: FunctionDecl, again: FunctionDecl) -> FunctionDecl:
    """Two declarations of one function: the first place counts, and every attribute of both."""
    mark = before.mark
    if mark.deprecated is None and again.mark.deprecated is not None:
        mark = msgspec.structs.replace(mark, deprecated=again.mark.deprecated)
    if not mark.since and again.mark.since:
        mark = msgspec.structs.replace(mark, since=again.mark.since)
    type_ = again.type if not before.type.prototyped else before.type
    linkage = before.linkage if before.linkage == "extern" else again.linkage
    if before.linkage.startswith("static") or again.linkage.startswith("static"):
        linkage = "static inline"
    attributes = tuple(sorted({*before.attributes, *again.attributes}))
    return FunctionDecl(before.name, type_, mark, linkage, attributes, before.asm or again.asm)


def qualify(type_: Type, qualifiers: set[str]) -> Type:
    """Add qualifiers, keeping them sorted and in one layer."""
    if not qualifiers:
        return type_
    if isinstance(type_, Qualified):
        return Qualified(type_.type, tuple(sorted({*type_.qualifiers, *qualifiers})))
    return Qualified(type_, tuple(sorted(qualifiers)))


def _strict(aligned: int) -> int:
    return 1 << 30 if aligned == LARGEST else aligned


__all__ = ["Parser", "Unmodelled", "Unreadable", "replace"]
