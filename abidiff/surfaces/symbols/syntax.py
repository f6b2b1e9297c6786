"""The text of one symbol map → nodes.  The grammar is ``grammars/symbols.lark``."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from abidiff.errors import ParseError
from abidiff.location import Location
from abidiff.resources import resource_text
from abidiff.surfaces.symbols.model import Entry, Node

MAX_SIZE = 16 << 20

# A list that needs no grammar: one name a line, a comment, or nothing.
_LIST_LINE = re.compile(r"[ \t]*(?:([.$_A-Za-z][.$_A-Za-z0-9]*)[ \t]*;?[ \t]*)?(?:#.*)?\r?$")
_COMMENTS = re.compile(r"#[^\n]*|/\*.*?\*/", re.DOTALL)
_GLOB = re.compile(r"[*?\[]")
_TAG = re.compile(r"(?:[._A-Za-z0-9/+-]|@[A-Za-z_][A-Za-z0-9_]*@)+")
_PLACEHOLDER = re.compile(r"@([A-Za-z_][A-Za-z0-9_]*)@")

_WORDS = {
    "SEMICOLON": "`;`",
    "LBRACE": "`{`",
    "RBRACE": "`}`",
    "NAME": "a name",
    "QUOTED": "a quoted name",
    "EXTERN": "`extern`",
    "_GLOBAL_LABEL": "`global:`",
    "_LOCAL_LABEL": "`local:`",
    "$END": "the end of the file",
}


class _Builder(Transformer[Token, Any]):
    """Turns reductions into plain lists; runs inside the parser, so that no tree is built."""

    def version_script(self, nodes: list[Any]) -> list[Any]:
        return nodes

    def name_list(self, names: list[Token]) -> list[Token]:
        return names

    def anonymous_node(self, parts: list[Any]) -> tuple[Token | None, Any, list[Token]]:
        return (None, parts[0], [])

    def named_node(self, parts: list[Any]) -> tuple[Token | None, Any, list[Token]]:
        return (parts[0], parts[1], parts[2:])

    def empty_body(self, _: list[Any]) -> tuple[list[Any], list[Any]]:
        return ([], [])

    def global_body(self, parts: list[Any]) -> tuple[list[Any], list[Any]]:
        return (parts[0], [])

    def local_body(self, parts: list[Any]) -> tuple[list[Any], list[Any]]:
        return ([], parts[0])

    def both_body(self, parts: list[Any]) -> tuple[list[Any], list[Any]]:
        return (parts[0], parts[1])

    def patterns(self, parts: list[Any]) -> list[tuple[str, Token]]:
        return parts[0] if isinstance(parts[0], list) else [("C", parts[0])]

    def more_patterns(self, parts: list[Any]) -> list[tuple[str, Token]]:
        found: list[tuple[str, Token]] = parts[0]
        if isinstance(parts[1], list):
            found.extend(parts[1])
        else:
            found.append(("C", parts[1]))
        return found

    def extern_block(self, parts: list[Any]) -> list[tuple[str, Token]]:
        language = str(parts[1])[1:-1]
        return [(language if inner == "C" else inner, token) for inner, token in parts[2]]


@cache
def _parser() -> Lark:
    return Lark(
        resource_text("grammars/symbols.lark"),
        parser="lalr",
        lexer="contextual",
        start=["version_script", "name_list"],
        transformer=_Builder(),
        maybe_placeholders=False,
    )


class Text:
    """One file with the texts that its placeholders stand for."""

    def __init__(self, path: str, text: str, substitutions: dict[str, str]) -> None:
        self.path = path
        self.text = text
        self.substitutions = substitutions

    def fail(self, message: str, line: int, column: int, hint: str = "") -> ParseError:
        """Return the error for a place of this file."""
        lines = self.text.split("\n")
        shown = lines[line - 1] if 0 < line <= len(lines) else ""
        return ParseError(message, Location(self.path, line, column), line_text=shown, hint=hint)

    def nodes(self) -> tuple[Node, ...]:
        """Return the nodes of a version script, or one anonymous node for a list."""
        if len(self.text) > MAX_SIZE:
            raise self.fail(f"symbol map of {len(self.text):,} characters: more than {MAX_SIZE:,}", 0, 0)
        entries = self._plain_list()
        if entries is not None:
            return self._listed(entries)
        start = "version_script" if "{" in _COMMENTS.sub(" ", self.text) else "name_list"
        try:
            parsed: Any = _parser().parse(self.text, start=start)
        except UnexpectedInput as error:
            raise self._explain(error, start) from None
        if start == "name_list":
            entries = tuple(self._entry(token, "C") for token in parsed)
            return self._listed(entries)
        return self._check(tuple(self._node(*raw) for raw in parsed))

    def _listed(self, entries: tuple[Entry, ...]) -> tuple[Node, ...]:
        return (Node("", Location(self.path, 1), exported=entries, script=False),) if entries else ()

    def _plain_list(self) -> tuple[Entry, ...] | None:
        found: list[Entry] = []
        path = self.path
        for number, line in enumerate(self.text.split("\n"), 1):
            match = _LIST_LINE.match(line)
            if match is None:
                return None
            if match[1]:
                found.append(Entry(match[1], Location(path, number, match.start(1) + 1)))
        return tuple(found)

    def _node(self, tag: Token | None, body: Any, parents: list[Token]) -> Node:
        exported, hidden = body
        everything = tuple(self._entry(token, language) for language, token in exported)
        first = everything[0].location if everything else Location(self.path, 1)
        return Node(
            self._tag(tag) if tag is not None else "",
            self._place(tag) if tag is not None else first,
            tuple(self._tag(parent) for parent in parents),
            everything,
            tuple(self._entry(token, language) for language, token in hidden),
        )

    def _place(self, token: Token) -> Location:
        return Location(self.path, token.line or 0, token.column or 0)

    def _tag(self, token: Token) -> str:
        text = str(token).strip('"')
        if not _TAG.fullmatch(text):
            raise self.fail(f"`{text}` is not the name of a node", token.line or 0, token.column or 0)
        return self._substitute(text)

    def _entry(self, token: Token, language: str) -> Entry:
        quoted = token.startswith('"')
        name = str(token)[1:-1] if quoted else str(token)
        if "@" in name:
            name = self._substitute(name)
        return Entry(name, self._place(token), language, not quoted and bool(_GLOB.search(name)))

    def _substitute(self, text: str) -> str:
        if "@" not in text:
            return text
        return _PLACEHOLDER.sub(lambda m: self.substitutions.get(m[1], m[0]), text)

    def _check(self, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        """What ld checks after parsing: one anonymous node alone, no name twice, parents known."""
        seen: set[str] = set()
        for node in nodes:
            if len(nodes) > 1 and not node.name:
                raise self.fail(
                    "an anonymous node stands beside others",
                    node.location.line,
                    node.location.column,
                    "give it a name: the linker refuses this script",
                )
            if node.name in seen:
                raise self.fail(f"node {node.name} is defined twice", node.location.line, node.location.column)
            for parent in node.parents:
                if parent not in seen:
                    raise self.fail(
                        f"node {node.name} depends on {parent}, which is not defined before it",
                        node.location.line,
                        node.location.column,
                        "define the older node first: the linker refuses this script",
                    )
            seen.add(node.name)
        return nodes

    def _explain(self, error: UnexpectedInput, start: str) -> ParseError:
        if isinstance(error, UnexpectedCharacters):
            character = self.text[error.pos_in_stream] if error.pos_in_stream is not None else "?"
            rest = self.text[error.pos_in_stream or 0 :]
            if rest.startswith("/*"):
                return self.fail("comment without an end", error.line, error.column, "close it with `*/`")
            if character == '"':
                return self.fail("quote without an end", error.line, error.column)
            hint = "comments begin with `#` or stand in `/* */`" if rest.startswith("//") else ""
            return self.fail(f"unexpected character {character!r}", error.line, error.column, hint)
        if isinstance(error, UnexpectedToken) and error.token.type != "$END":
            return self.fail(f"unexpected `{error.token}`", error.line, error.column, self._expected(error, start))
        lines = self.text.rstrip().split("\n")
        expected = self._expected(error, start)
        return self.fail("the file ends too early", len(lines), len(lines[-1]) + 1, expected)

    def _expected(self, error: UnexpectedInput, start: str) -> str:
        if isinstance(error, UnexpectedToken):
            names = error.accepts or error.expected
        else:
            names = set(error.expected) if isinstance(error, UnexpectedEOF) else set()
        if isinstance(error, UnexpectedToken) and error.token.type == "_LOCAL_LABEL":
            return "`local:` may only follow the names below a `global:`"
        known = sorted(_WORDS[name] for name in names if name in _WORDS)
        return f"expected {' or '.join(known)}" if known and start == "version_script" else ""
