"""Expressions and small function bodies as trees (ISO C11 §6.5, §6.8), without types of objects.

A tree is a tuple: its kind, then its parts.  ``("num", value, type)``, ``("str", text)``, ``("id", name)``,
``("un", operator, x)``, ``("bin", operator, a, b)``, ``("cond", c, a, b)``, ``("cast", type, x)``,
``("call", f, args)``,
``("member", x, operator, name)``, ``("index", a, b)``, ``("assign", operator, a, b)``, ``("step", operator, x)``,
``("sizeof", x)``, ``("type", words)``, ``("braces", type, parts)``, in it ``("at", designators, part)``,
``("statements", parts)`` (GNU C).
Statements: ``("block", parts)``, ``("if", c, a, b)``, ``("return", x)``,
``("loop", first, c, step, body, at_least_once)``, ``("switch", x, body)``,
``("label", x)`` (of a case), ``("break",)``, ``("continue",)``,
``("declare", type, name, x)``, ``("do", x)``.  Parentheses leave no trace.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from abidiff import limits
from abidiff.surfaces.headers.read.expression import NotConstant, character_literal, float_literal, integer_literal
from abidiff.surfaces.headers.read.lexer import Token, tokenize
from abidiff.surfaces.headers.read.pragmas import unwarned
from abidiff.surfaces.headers.read.texts import PREFIXES, element_of, text_of

Tree = tuple[Any, ...]
_BINARY = {
    "*": 10, "/": 10, "%": 10, "+": 9, "-": 9, "<<": 8, ">>": 8, "<": 7, ">": 7, "<=": 7, ">=": 7,
    "==": 6, "!=": 6, "&": 5, "^": 4, "|": 3, "&&": 2, "||": 1,
}  # fmt: skip
_ASSIGN = frozenset({"=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "^=", "|="})
_UNARY = frozenset("+-~!*&")
_SIZE = frozenset({"sizeof", "_Alignof", "__alignof__", "alignof", "__alignof"})
_TYPEOF = frozenset({"typeof", "__typeof__", "__typeof"})
_BASE = frozenset(
    {"void", "char", "short", "int", "long", "float", "double", "signed", "unsigned", "_Bool", "_Complex", "struct",
     "union", "enum", "const", "volatile", "__const", "__signed__", "__int128", "bool"}
)  # fmt: skip
_SPELLED = {
    "__const": "const",
    "__const__": "const",
    "__signed__": "signed",
    "_Bool": "bool",
    "__volatile__": "volatile",
}
_DROPPED = frozenset({"__extension__", "static", "inline", "register"})
_ASSEMBLER = frozenset({"asm", "__asm__", "__asm"})


class NotCode(Exception):  # noqa: N818 - a question answered, not an error
    """The tokens are no expression or statement that is understood; ``limit``: the one that they passed."""

    def __init__(self, message: str, limit: str = "") -> None:
        super().__init__(message)
        self.limit = limit


def _meant(tokens: list[Token]) -> Iterator[Token]:
    """Leave out what has no meaning for the value: some keywords, and pragmas that only make the compiler talk."""
    for token in unwarned(tokens)[0]:
        if token[1] == "_Pragma":
            raise NotCode("a pragma")
        if token[1] not in _DROPPED:
            yield token


class Syntax:
    """Parses the tokens of a text; ``is_type`` tells which names stand for types."""

    def __init__(self, text: str, is_type: Callable[[str], bool]) -> None:
        tokens = tokenize(text, 0, len(text), 0)
        self.bound = limits.now().code_nesting
        self.tokens = list(_meant(tokens))
        self.is_type = is_type
        self.at = 0
        self.depth = 0

    def peek(self, ahead: int = 0) -> str:
        """Return the text of a token, empty at the end."""
        at = self.at + ahead
        return self.tokens[at][1] if at < len(self.tokens) else ""

    def take(self, text: str = "") -> str:
        """Take the next token, which has to be ``text`` if that is given."""
        found = self.peek()
        if not found or (text and found != text):
            raise NotCode(f"expected {text!r}")
        self.at += 1
        return found

    def whole(self) -> Tree:
        """Return all tokens as one expression."""
        found = self.comma()
        if self.at < len(self.tokens):
            raise NotCode(self.peek())
        return found

    def initialiser(self) -> Tree:
        """Return all tokens as a list in braces (§6.7.9), designators included."""
        if self.peek() != "{":
            raise NotCode("no list")
        found = ("braces", ("void",), self._braces())
        if self.at < len(self.tokens):
            raise NotCode(self.peek())
        return found

    def body(self) -> Tree:
        """Return all tokens as one statement (§6.8)."""
        found = self.statement()
        if self.at < len(self.tokens):
            raise NotCode(self.peek())
        return found

    # --- statements -----------------------------------------------------------------------

    def statement(self) -> Tree:
        """Take one statement."""
        self.depth += 1
        if self.depth > self.bound:
            raise NotCode("nested too deeply", "code-nesting")
        try:
            return self._statement()
        finally:
            self.depth -= 1

    def _statement(self) -> Tree:
        text = self.peek()
        if text == "{":
            return ("block", self._block())
        if text == ";":
            self.take()
            return ("block", ())
        if text == "return":
            self.take()
            value = ("void",) if self.peek() == ";" else self.comma()
            self.take(";")
            return ("return", value)
        if text in ("if", "while", "for", "do", "switch"):
            return self._control(text)
        if text in ("break", "continue"):
            self.take()
            self.take(";")
            return (text,)
        if text in ("case", "default"):
            self.take()
            label = ("void",) if text == "default" else self.conditional()
            self.take(":")
            return ("label", label)
        if text in _ASSEMBLER:
            raise NotCode("assembler")
        if self._starts_type(0):
            return self._declaration()
        found = ("do", self.comma())
        self.take(";")
        return found

    def _block(self) -> tuple[Tree, ...]:
        self.take("{")
        parts = []
        while self.peek() != "}":
            parts.append(self.statement())
        self.take("}")
        return tuple(parts)

    def _control(self, text: str) -> Tree:
        self.take()
        if text == "do":
            body = self.statement()
            self.take("while")
            condition = self._in_parentheses()
            if self.at < len(self.tokens):
                self.take(";")
            return ("loop", ("block", ()), condition, ("block", ()), body, True)
        if text == "for":
            return self._for()
        condition = self._in_parentheses()
        body = self.statement()
        if text == "switch":
            return ("switch", condition, body)
        if text == "while":
            return ("loop", ("block", ()), condition, ("block", ()), body, False)
        other: Tree = ("block", ())
        if self.peek() == "else":
            self.take()
            other = self.statement()
        return ("if", condition, body, other)

    def _for(self) -> Tree:
        self.take("(")
        first = self.statement()
        condition: Tree = ("num", 1, "int") if self.peek() == ";" else self.comma()
        self.take(";")
        step: Tree = ("block", ()) if self.peek() == ")" else ("do", self.comma())
        self.take(")")
        return ("loop", first, condition, step, self.statement(), False)

    def _in_parentheses(self) -> Tree:
        self.take("(")
        found = self.comma()
        self.take(")")
        return found

    def _declaration(self) -> Tree:
        words = self._specifiers()
        parts: list[Tree] = []
        while True:
            stars = 0
            while self.peek() in ("*", "const"):
                stars += self.take() == "*"
            name = self.take()
            if not name.isidentifier() or self.peek() == "(":
                raise NotCode(name)
            bounds: list[Any] = []
            while self.peek() == "[":
                self.take()
                bounds.append(("array", ("void",) if self.peek() == "]" else self.assignment()))
                self.take("]")
            value: Tree = ("void",)
            if self.peek() == "=":
                self.take()
                value = ("braces", ("void",), self._braces()) if self.peek() == "{" else self.assignment()
            parts.append(("declare", ("type", (*words, *("*",) * stars, *bounds)), name, value))
            if self.take() == ";":
                return parts[0] if len(parts) == 1 else ("many", tuple(parts))
            if self.tokens[self.at - 1][1] != ",":
                raise NotCode("no declaration")

    # --- types ----------------------------------------------------------------------------

    def _starts_type(self, ahead: int) -> bool:
        text = self.peek(ahead)
        if text in _BASE or text in _TYPEOF or (text.isidentifier() and self.is_type(text)):
            return True
        return text.startswith("__arg") and self.peek(ahead + 1) == "*" and self.peek(ahead + 2) in (")", "*")

    def _specifiers(self) -> tuple[Any, ...]:
        words: list[Any] = []
        while True:
            text = self.peek()
            if text in ("struct", "union", "enum"):
                self.take()
                words.append(f"{text} {self.take()}")
            elif text in _TYPEOF:
                self.take()
                self.take("(")
                words.append(("typeof", self.type_name() if self._starts_type(0) else self.comma()))
                self.take(")")
            elif text in _BASE or text in _SPELLED or (not words and (self.is_type(text) or self._starts_type(0))):
                words.append(_SPELLED.get(text, text))
                self.take()
            else:
                break
        if not words:
            raise NotCode("no type")
        return tuple(sorted(words, key=repr))

    def type_name(self) -> Tree:
        """Take a type name (§6.7.7); what stands in brackets is kept as it is."""
        words = self._specifiers()
        while self.peek() in ("*", "const", "volatile"):
            words += (self.take(),)
        while self.peek() in ("(", "["):
            words += (("declarator", *self._balanced()),)
        return ("type", words)

    def _balanced(self) -> Iterator[str]:
        depth = 0
        while True:
            text = self.take()
            depth += (text in "([{") - (text in ")]}") if len(text) == 1 else 0
            yield text
            if not depth:
                return

    # --- expressions ------------------------------------------------------------------------

    def comma(self) -> Tree:
        """Take an expression (§6.5.17)."""
        found = self.assignment()
        while self.peek() == ",":
            self.take()
            found = ("bin", ",", found, self.assignment())
        return found

    def assignment(self) -> Tree:
        """Take an assignment-expression (§6.5.16)."""
        self.depth += 1
        if self.depth > self.bound:
            raise NotCode("nested too deeply", "code-nesting")
        try:
            left = self.conditional()
            if self.peek() in _ASSIGN:
                return ("assign", self.take(), left, self.assignment())
            return left
        finally:
            self.depth -= 1

    def conditional(self) -> Tree:
        """Take a conditional-expression (§6.5.15)."""
        condition = self.binary(1)
        if self.peek() != "?":
            return condition
        self.take()
        first = condition if self.peek() == ":" else self.comma()  # GNU C: the condition is the value
        self.take(":")
        return ("cond", condition, first, self.assignment())

    def binary(self, lowest: int) -> Tree:
        """Take operands and binary operators by precedence (§6.5.5 to §6.5.14)."""
        left = self.unary()
        while True:
            operator = self.peek()
            level = _BINARY.get(operator, 0)
            if level < lowest or not level:
                return left
            self.take()
            left = ("bin", operator, left, self.binary(level + 1))

    def unary(self) -> Tree:
        """Take a unary-expression or cast-expression (§6.5.3, §6.5.4)."""
        self.depth += 1
        if self.depth > self.bound:
            raise NotCode("nested too deeply", "code-nesting")
        try:
            return self._unary()
        finally:
            self.depth -= 1

    def _unary(self) -> Tree:
        text = self.peek()
        if text in _UNARY:
            self.take()
            return ("un", text, self.unary())
        if text in ("++", "--"):
            self.take()
            return ("step", "pre" + text, self.unary())
        if text in _SIZE:
            self.take()
            word = "sizeof" if text == "sizeof" else "alignof"
            if self.peek() == "(" and self._starts_type(1):
                self.take()
                found = self.type_name()
                self.take(")")
                return (word, found)
            return (word, self.unary())
        if text == "(" and self._starts_type(1):
            self.take()
            type_ = self.type_name()
            self.take(")")
            if self.peek() == "{":
                return self._postfix(("braces", type_, self._braces()))
            return ("cast", type_, self.unary())
        return self._postfix(self._primary())

    def _braces(self) -> tuple[Tree, ...]:
        self.take("{")
        parts: list[Tree] = []
        while self.peek() != "}":
            path: list[Any] = []
            while self.peek() in (".", "["):
                if self.take() == ".":
                    path.append(self.take())
                else:
                    path.append(self.conditional())
                    self.take("]")
            if path:
                self.take("=")
            part = ("braces", ("void",), self._braces()) if self.peek() == "{" else self.assignment()
            parts.append(("at", tuple(path), part) if path else part)
            if self.peek() != ",":
                break
            self.take()
        self.take("}")
        return tuple(parts)

    def _primary(self) -> Tree:
        if self.at >= len(self.tokens):
            raise NotCode("the end")
        kind, text, _, _, _ = self.tokens[self.at]
        if kind == "s":
            first = self.at
            while self.at < len(self.tokens) and self.tokens[self.at][0] == "s":
                self.at += 1
            literals = self.tokens[first : self.at]
            element = element_of(literals)
            if element is None:
                raise NotCode(text)
            return ("str", PREFIXES[element], text_of(literals))
        self.take()
        if kind == "n":
            found = integer_literal(text) or float_literal(text)
            if found is None:
                raise NotCode(text)
            return ("num", *found)
        if kind == "c":
            try:
                return ("num", *character_literal(text))
            except (NotConstant, ValueError):
                raise NotCode(text) from None
        if kind == "i":
            return ("id", text)
        if text == "(":
            found_tree = ("statements", self._block()) if self.peek() == "{" else self.comma()
            self.take(")")
            return found_tree
        raise NotCode(text)

    def _postfix(self, found: Tree) -> Tree:
        while True:
            text = self.peek()
            if text == "(":
                self.take()
                arguments: list[Tree] = []
                while self.peek() != ")":
                    arguments.append(self.type_name() if self._starts_type(0) else self.assignment())
                    if self.peek() == ",":
                        self.take()
                        if self.peek() == ")":
                            raise NotCode("no argument")
                self.take(")")
                found = ("call", found, tuple(arguments))
            elif text == "[":
                self.take()
                found = ("index", found, self.comma())
                self.take("]")
            elif text in (".", "->"):
                self.take()
                found = ("member", found, text, self.take())
            elif text in ("++", "--"):
                found = ("step", "post" + self.take(), found)
            else:
                return found
