"""One declaration's tokens → what pycparser reads, and what it must not see.

pycparser knows the syntax of standard C.  What stands beside it in real headers is taken out
here and remembered under the number of the token it belongs to: attributes, asm labels,
alignments, ``__extension__``, initialisers, function bodies, static assertions.  A constant
expression is handed over as one constant ``FIRST:END`` (token numbers), since its value is
computed by :mod:`~abidiff.surfaces.headers.constants`.  Token numbers serve as line numbers,
so that each node of the tree leads back to its place.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from pycparser.c_lexer import Token as CToken

from abidiff import limits
from abidiff.surfaces.headers.build.errors import Unreadable
from abidiff.surfaces.headers.build.groups import DECLARATOR, NAMED, SPECIFIERS, Groups, Level, Specifier
from abidiff.surfaces.headers.build.tables import BASIC_WORDS
from abidiff.surfaces.headers.build.words import ASM, ATTRIBUTE, QUALIFIERS, TYPE_WORDS, WORDS, At
from abidiff.surfaces.headers.read.attributes import Attributes

MAX_DEPTH = 60
_OTHER = {"n": "INT_CONST_DEC", "s": "STRING_LITERAL", "c": "CHAR_CONST"}
_POINTER_QUALIFIERS = frozenset({"CONST", "VOLATILE", "RESTRICT"})
_NO_ATTRIBUTES = Attributes()
SHOWN = "\0"


class Feed(Groups):
    """Turns tokens into pycparser's.

    ``attached``  name's token (the first one's, where there is no name) → attributes of (the
                  specifiers, the declarator).
    ``shapes``    the place that pycparser gives a struct, union or enum → its tokens.
    ``ends``      name's token → last token of its declarator.
    ``special``   token of ``typeof`` or ``_Atomic(...)`` → token behind it.
    ``defined``   names with a body or an initialiser, ``values`` its tokens; ``labels`` with an asm label.
    ``bracketed`` first token of an array's length → the words before it (``static``, qualifiers).
    ``inner``     first token of a parameter → calling conventions in its declarator.

    A word that pycparser must not take for a type carries ``SHOWN``.
    """

    starts_type: Callable[[str], bool]
    out: list[CToken] = msgspec.field(default_factory=list)
    attached: dict[int, tuple[Attributes, Attributes]] = msgspec.field(default_factory=dict)
    shapes: dict[int, Specifier] = msgspec.field(default_factory=dict)
    enumerators: dict[int, tuple[Attributes, int]] = msgspec.field(default_factory=dict)
    ends: dict[int, int] = msgspec.field(default_factory=dict)
    labels: dict[int, str] = msgspec.field(default_factory=dict)
    special: dict[int, int] = msgspec.field(default_factory=dict)
    defined: set[int] = msgspec.field(default_factory=set)
    inner: dict[int, set[str]] = msgspec.field(default_factory=dict)
    bracketed: dict[int, tuple[str, ...]] = msgspec.field(default_factory=dict)
    values: dict[int, tuple[int, int]] = msgspec.field(default_factory=dict)
    levels: list[Level] = msgspec.field(default_factory=list)
    at: int = 0
    deep: int = 0
    members: int = 0
    _opening: dict[int, int] = msgspec.field(default_factory=dict)
    runs: list[int] = msgspec.field(default_factory=lambda: [0] * (MAX_DEPTH + 2))

    def declaration(self, start: int) -> int:
        """Read one external declaration; return the number of the token behind it (§6.7, §6.9)."""
        level = Level(start)
        self.levels = [level]
        self.at = start
        self.deep = self.members = 0
        tokens, out, words = self.tokens, self.out, WORDS
        while True:
            at = self.at
            kind, text, _, _, _ = tokens[at]
            word = words.get(text)
            if word is None:
                if kind == "i":
                    level = self.levels[-1]
                    if level.phase == SPECIFIERS and not level.typed:
                        level.typed = True
                    elif level.phase != NAMED:
                        level.phase, level.name, level.name_depth = NAMED, at, level.depth
                    out.append(CToken("ID", text + SHOWN if self._is_shown(text) else text, at, 0, ""))
                else:
                    self._other(kind, text, at)
                self.at = at + 1
                continue
            type_, value, what = word
            if what == At.PLAIN:
                out.append(CToken(type_, value, at, 0, ""))
                self.at = at + 1
            elif what == At.BASIC:
                out.append(CToken(type_, value, at, 0, ""))
                self.levels[-1].typed = True
                self.at = at + 1
            elif self._special(what, type_, value, at):
                return self.at

    def forget(self) -> None:
        """Forget what was noted of tokens."""
        for noted in (self.attached, self.shapes, self.enumerators, self.ends, self.labels, self.special, self.inner):
            noted.clear()
        self.defined.clear()
        self.bracketed.clear()
        self.values.clear()

    def _is_shown(self, text: str) -> bool:
        """Tell whether a word that is a type can only be a name here: behind ``*`` (§6.7.6).

        pycparser takes ``(*T)`` in a parameter for a type.
        """
        at = len(self.out) - 1
        while at > 0 and self.out[at].type in _POINTER_QUALIFIERS:
            at -= 1
        return at > 0 and self.out[at].type == "TIMES" and self.starts_type(text)

    def _other(self, kind: str, text: str, at: int) -> None:
        if kind == "e":
            raise Unreadable("the file ends in a declaration", self.tokens[at][2])
        if kind not in _OTHER:
            raise Unreadable(f"unexpected {text!r}", self.tokens[at][2])
        self.out.append(CToken(_OTHER[kind], text, at, 0, ""))

    def _special(self, what: At, type_: str, value: str, at: int) -> bool:
        """Act on a token; True at the end of the declaration."""
        level = self.levels[-1]
        match what:
            case At.STAR | At.OPEN | At.SHUT | At.COMMA:
                self._declarator(what, level, at)
                self.out.append(CToken(type_, value, at, 0, ""))
                self.at = at + 1
            case At.NOTHING:
                self.at = at + 1
            case At.END:
                return self._end(level, at)
            case At.BRACKET:
                self._bracket(level, at)
            case At.RECORD | At.ENUM:
                self._shape(level, type_, value, at)
            case At.BRACE:
                return self._body(level, at)
            case At.UNBRACE:
                self._unbrace(at)
            case At.COLON:
                self._colon(level, at)
            case At.EQUALS:
                self._initialiser(level, at)
            case At.ATTRIBUTE if level.phase == NAMED and level.depth > level.name_depth:
                self._in_parameter(level, at)
            case At.ATTRIBUTE:
                self.at = self.attribute(at, self._owner(level))
            case At.ALIGN if level.phase == SPECIFIERS or level.depth > level.name_depth:
                first, self.at = at + 2, self._group(at + 1)
                self._owner(level).aligned.append(self.tokens[first : self.at - 1])
            case At.ASM if level.phase == NAMED and not level.depth:
                self._label(level, at)
            case At.ASSERT if level.phase == SPECIFIERS and not level.typed:
                self.at = self._group(at + 1)
            case At.TYPEOF:
                self._typeof(level, at)
            case At.ATOMIC:
                self._atomic(level, at)
            case _:
                raise Unreadable(f"{value} can't be modelled here", self.tokens[at][2])
        return False

    # --- declarators --------------------------------------------------------------------

    def _declarator(self, what: At, level: Level, at: int) -> None:
        if what == At.OPEN:
            if at not in self.close:
                raise Unreadable("'(' is not closed", self.tokens[at][2])
            self._suffix(at)
            level.depth += 1
            self.deeper(at)
        elif what == At.SHUT:
            level.depth -= 1
            level.name_depth = min(level.name_depth, level.depth)
            self.deep -= 1
            return
        elif what == At.COMMA:
            if not level.depth:
                self._flush(level, at)
                level.phase = DECLARATOR
            return
        if level.phase == SPECIFIERS:
            level.phase = DECLARATOR

    def _suffix(self, at: int) -> None:
        """Count the suffixes of one declarator: pycparser's time grows with their square."""
        joined = self.out and self.out[-1].type in ("RPAREN", "RBRACKET")
        self.runs[self.deep] = self.runs[self.deep] + 1 if joined else 0
        if self.runs[self.deep] > MAX_DEPTH:
            raise Unreadable("nested too deeply", self.tokens[at][2])

    def deeper(self, at: int) -> None:
        """Go one bracket deeper."""
        self.deep += 1
        if self.deep > MAX_DEPTH:
            raise Unreadable("nested too deeply", self.tokens[at][2])

    def _flush(self, level: Level, at: int) -> None:
        """A declarator ends: remember what was taken out of it."""
        name = level.name
        if name >= 0:
            if level.shape is None:
                self.ends[name] = (level.end if level.end >= 0 else at) - 1
            if level.specifiers is not None or level.own is not None:
                self.attached[name] = (level.specifiers or _NO_ATTRIBUTES, level.own or _NO_ATTRIBUTES)
        if level.shape is not None:
            self._member(at)
        level.name = level.end = -1
        level.own = None

    def _member(self, at: int) -> None:
        self.members += 1
        most = limits.now().record_members
        if self.members > most:
            message = f"a struct of more than {most:,} members (limit record-members)"
            raise Unreadable(message, self.tokens[at][2], limits.raising("record-members"))

    def _end(self, level: Level, at: int) -> bool:
        if level.name < 0 and level.specifiers is not None:
            self.attached[level.first] = (level.specifiers, _NO_ATTRIBUTES)
        self._flush(level, at)
        self.out.append(CToken("SEMI", ";", at, 0, ""))
        self.at = at + 1
        if level.shape is None:
            return True
        level.phase, level.typed, level.specifiers, level.first, level.depth = SPECIFIERS, False, None, at + 1, 0
        return False

    def _body(self, level: Level, at: int) -> bool:
        """A function's body (§6.9.1) is skipped, and ends the declaration."""
        if level.shape is not None or level.depth or level.phase != NAMED:
            raise Unreadable("unexpected '{'", self.tokens[at][2])
        self.defined.add(level.name)
        after = self._group(at)
        self.values[level.name] = at, after
        self._end(level, at)
        self.at = after
        return True

    def _bracket(self, level: Level, at: int) -> None:
        if self.tokens[at + 1][1] == "[":
            self.at = self.attribute(at, self._owner(level))
            return
        tokens, after = self.tokens, self._group(at)
        self._suffix(at)
        first = at + 1
        while first < after - 1 and (tokens[first][1] == "static" or tokens[first][1] in _IN_BRACKETS):
            first += 1
        if first > at + 1:
            self.bracketed[first] = tuple(t[1].strip("_") for t in tokens[at + 1 : first])
        self.out.append(CToken("LBRACKET", "[", at, 0, ""))
        if first < after - 1 and (after - 1 - first > 1 or tokens[first][1] != "*"):
            self._constant(first, after - 1)
        self.out.append(CToken("RBRACKET", "]", after - 1, 0, ""))
        self.at = after

    def _constant(self, first: int, end: int) -> None:
        self.out.append(CToken("INT_CONST_DEC", f"{first}:{end}", first, 0, ""))

    def _colon(self, level: Level, at: int) -> None:
        """The width of a bit-field (§6.7.2.1)."""
        self.out.append(CToken("COLON", ":", at, 0, ""))
        self.at = at + 1
        if level.shape is None or level.depth:
            return
        if level.name < 0:
            level.name = at
        level.phase, level.name_depth = NAMED, 0
        tokens, end = self.tokens, at + 1
        while tokens[end][1] not in _ENDS_WIDTH and tokens[end][0] != "e":
            end = self._behind(end)
        if end > at + 1:
            self._constant(at + 1, end)
        self.at = end

    def _initialiser(self, level: Level, at: int) -> None:
        if level.shape is not None or level.depth or level.phase != NAMED:
            raise Unreadable("unexpected '='", self.tokens[at][2])
        level.end = at
        self.defined.add(level.name)
        tokens, end = self.tokens, at + 1
        while tokens[end][1] != "," and tokens[end][1] != ";":
            if tokens[end][0] == "e":
                raise Unreadable("the initialiser does not end", self.tokens[at][2])
            end = self._behind(end)
        self.values[level.name] = at + 1, end
        self.at = end

    # --- what pycparser does not see --------------------------------------------------------

    def _owner(self, level: Level) -> Attributes:
        """Return what an attribute at this place belongs to."""
        if level.phase == SPECIFIERS:
            if level.specifiers is None:
                level.specifiers = Attributes()
            return level.specifiers
        if level.phase == NAMED and level.depth > level.name_depth:
            return Attributes()
        if level.own is None:
            level.own = Attributes()
        return level.own

    def _in_parameter(self, level: Level, at: int) -> None:
        """An attribute among the parameters of what is declared."""
        found = Attributes()
        self.at = self.attribute(at, found)
        if found.calling:
            self.inner.setdefault(self.first_of_parameter(at), set()).update(found.calling)
        if found.unmodelled:
            if level.own is None:
                level.own = Attributes()
            level.own.join(found)

    def calling_at(self, specifier: int) -> set[str]:
        """Return the conventions in the parameter that a type specifier belongs to."""
        return self.inner.get(self.first_of_parameter(specifier), set())

    def first_of_parameter(self, at: int) -> int:
        """Return the first token of the parameter that a token stands in, looking through brackets of declarators."""
        tokens, opened = self.tokens, self._opening
        if not opened:
            opened.update((end, start) for start, end in self.close.items())
        while at > 0:
            before = tokens[at - 1][1]
            if before == ",":
                return at
            if before == "(":
                word = tokens[at][1]
                if word != "*" and word != "(" and word not in ATTRIBUTE and self.starts_type(word):
                    return at
                at -= 1
            elif before in (")", "]", "}") and at - 1 in opened:
                at = opened[at - 1]
            elif before in (";", "{"):
                return at
            else:
                at -= 1
        return at

    def _label(self, level: Level, at: int) -> None:
        after = self._group(at + 1)
        self.labels[level.name] = "".join(t[1].strip('"') for t in self.tokens[at + 2 : after - 1])
        self.at = after

    def _typeof(self, level: Level, at: int) -> None:
        text = self.tokens[at][1]
        if text == "__auto_type" or self.tokens[at + 1][1] != "(":
            raise Unreadable(f"{text} can't be modelled", self.tokens[at][2])
        self.at = self.special[at] = self._group(at + 1)
        level.typed = True
        self.out.append(CToken("INT", f"@{at}", at, 0, ""))

    def _atomic(self, level: Level, at: int) -> None:
        self.out.append(CToken("CONST", "_Atomic", at, 0, ""))
        self.at = at + 1
        if self.tokens[at + 1][1] == "(":
            self.at = self.special[at] = self._group(at + 1)
            level.typed = True
            self.out.append(CToken("INT", f"@{at}", at, 0, ""))

    # --- struct, union, enum ------------------------------------------------------------

    def _shape(self, level: Level, type_: str, value: str, at: int) -> None:
        tokens, out = self.tokens, self.out
        out.append(CToken(type_, value, at, 0, ""))
        level.typed = True
        attributes = Attributes()
        fixed = 0, 0
        place = behind = self._attributes(at + 1, attributes, aligning=True)
        if tokens[behind][0] == "i":
            out.append(CToken("ID", tokens[behind][1], behind, 0, ""))
            behind += 1
        if type_ == "ENUM" and tokens[behind][1] == ":" and self.starts_type(tokens[behind + 1][1]):
            fixed = behind + 1, self._fixed(behind + 1)
            behind = fixed[1]
        body = behind if tokens[behind][1] == "{" else -1
        shape = Specifier(at, place, body, attributes, level.first, fixed)
        self.shapes[at if type_ == "ENUM" else place] = shape
        self.at = behind
        if body < 0:
            return
        after = self._group(body)
        out.append(CToken("LBRACE", "{", body, 0, ""))
        if type_ == "ENUM":
            self._enumerators(body + 1, after - 1)
            out.append(CToken("RBRACE", "}", after - 1, 0, ""))
            self.at = self._attributes(after, attributes)
            return
        self.deeper(body)
        self.levels.append(Level(body + 1, shape))
        self.at = body + 1

    def _fixed(self, at: int) -> int:
        """Step over the type behind ``enum e :``: words of basic types, or one typedef."""
        first = at
        while self.tokens[at][1] in BASIC_WORDS or self.tokens[at][1] in QUALIFIERS - {"_Atomic"}:
            at += 1
        if at == first and self.tokens[at][0] == "i" and self.tokens[at][1] not in TYPE_WORDS:
            return at + 1
        if at == first:
            raise Unreadable("the fixed type of an enum can't be modelled", self.tokens[at][2])
        return at

    def _unbrace(self, at: int) -> None:
        shape = self.levels[-1].shape
        if shape is None or self.close.get(shape.body) != at:
            raise Unreadable("unexpected '}'", self.tokens[at][2])
        self.levels.pop()
        self.deep -= 1
        self.out.append(CToken("RBRACE", "}", at, 0, ""))
        self.at = self._attributes(at + 1, shape.attributes)

    def _enumerators(self, at: int, end: int) -> None:
        """enumerator-list (§6.7.2.2)."""
        tokens, out = self.tokens, self.out
        name = -1
        while at < end:
            kind, text, _, _, _ = tokens[at]
            if text == ",":
                out.append(CToken("COMMA", ",", at, 0, ""))
                at += 1
            elif text == "=":
                out.append(CToken("EQUALS", "=", at, 0, ""))
                first = at = at + 1
                while at < end and tokens[at][1] != ",":
                    at = self._behind(at)
                if at > first:
                    self._constant(first, at)
            elif text in ATTRIBUTE or (text == "[" and tokens[at + 1][1] == "["):
                attributes = Attributes()
                at = self.attribute(at, attributes)
                self.enumerators[name] = (attributes, at)
            elif kind == "i":
                out.append(CToken("ID", text, at, 0, ""))
                name = at
                at += 1
            else:
                raise Unreadable(f"expected the name of an enumerator before {text!r}", tokens[at][2])


_IN_BRACKETS = frozenset(
    {"const", "__const", "volatile", "__volatile", "restrict", "__restrict", "__restrict__", "_Atomic", "_Nonnull",
     "_Nullable", "_Null_unspecified"}
)  # fmt: skip
_ENDS_WIDTH = frozenset({",", ";"}) | ATTRIBUTE | ASM
