"""The text of one symbol map → nodes.  The grammar is ``grammars/symbols.lark``."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from itertools import pairwise
from typing import Any

from abidiff import limits
from abidiff.errors import ParseError
from abidiff.grammar.run import Grammar, UnacceptedError
from abidiff.grammar.tables import Token
from abidiff.location import Location
from abidiff.surfaces.symbols.model import Entry, Node

# A list that needs no grammar: one name a line, a comment, or nothing.
_LIST_LINE = re.compile(r"[ \t]*(?:([.$_A-Za-z][.$_A-Za-z0-9]*)[ \t]*;?[ \t]*)?(?:#.*)?\r?$")
_COMMENTS = re.compile(r"#[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_GLOB = re.compile(r"[*?\[]")
_TAG = re.compile(r"(?:[._A-Za-z0-9/+-]|@[A-Za-z_][A-Za-z0-9_]*@)+")
_PLACEHOLDER = re.compile(r"@([A-Za-z_][A-Za-z0-9_]*)@")


# What other programs keep under the same endings: image maps of HTML, maps of compiled JavaScript.
_OTHERS = re.compile(rb"\s*(?:<(?:map|area)\b|\{\s*\"|\)\]\})", re.IGNORECASE)


def is_empty(data: bytes) -> bool:
    """Tell whether there is nothing in a symbol map but blanks and comments."""
    return not _COMMENTS.sub("", data.decode("utf-8", "replace")).strip()


def unlike(path: str, data: bytes) -> str:
    """Return why a file that holds no nodes and no names is no symbol map; empty for one without content."""
    if is_empty(data):
        return ""
    if _OTHERS.match(data) and not path.lower().endswith((".syms", ".syms.in")):
        return ""
    return "neither a version script nor a list of names"


class _Builder:
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
        language = parts[1].text[1:-1]
        return [(language if inner == "C" else inner, token) for inner, token in parts[2]]


@cache
def _grammar() -> Grammar:
    return Grammar("symbols", _Builder())


class Text:
    """One file with the texts that its placeholders stand for."""

    def __init__(self, path: str, text: str, substitutions: dict[str, str]) -> None:
        self.path = path
        self.text = text
        self.substitutions = substitutions
        self._filled = 0
        self._lines: list[int] = []

    def fail(self, message: str, line: int, column: int, hint: str = "") -> ParseError:
        """Return the error for a place of this file."""
        lines = self.text.split("\n")
        shown = lines[line - 1] if 0 < line <= len(lines) else ""
        return ParseError(message, Location(self.path, line, column), line_text=shown, hint=hint)

    def nodes(self) -> tuple[Node, ...]:
        """Return the nodes of a version script, or one anonymous node for a list."""
        bound = limits.now().map_bytes
        if len(self.text) > bound:
            message = f"symbol map of {len(self.text):,} characters: more than {bound:,} (limit map-bytes)"
            raise self.fail(message, 1, 1, limits.raising("map-bytes"))
        self._count()
        entries = self._plain_list()
        if entries is not None:
            return self._listed(entries)
        start = "version_script" if "{" in _COMMENTS.sub(" ", self.text) else "name_list"
        parsed: Any
        try:
            parsed = _grammar().attempt(self.text, start)
        except UnacceptedError:
            from abidiff.surfaces.symbols.explain import parse_or_explain

            parsed = parse_or_explain(_grammar(), self.text, start, self.fail)
        self._lines = [0, *(match.end() for match in re.finditer("\n", self.text))]
        if start == "name_list":
            self._check_lines(parsed)
            entries = tuple(self._entry(token, "C") for token in parsed)
            return self._listed(entries)
        return self._check(tuple(self._node(*raw) for raw in parsed))

    def _count(self) -> None:
        """Refuse a map with too many names: each of a script ends with a semicolon, each of a list with its line."""
        most = limits.now().map_symbols
        if self.text.count(";") <= most and self.text.count("\n") <= most:
            return
        bare = _COMMENTS.sub(" ", self.text)
        if bare.count(";") > most or ("{" not in bare and sum(map(bool, map(str.strip, bare.split("\n")))) > most):
            message = f"a symbol map of more than {most:,} symbols (limit map-symbols)"
            raise self.fail(message, 1, 1, limits.raising("map-symbols"))

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

    def _check_lines(self, names: list[Token]) -> None:
        """A list has one name a line: several are prose, and no ``;`` ends one of them."""
        for one, other in pairwise(names):
            between = self.text[one.start_pos + len(one.text) : other.start_pos]
            if "\n" not in between and ";" not in between:
                place = self._place(other)
                hint = "a list has one name a line"
                raise self.fail("neither a version script nor a list of names", place.line, place.column, hint)

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
        line = bisect_right(self._lines, token.start_pos)
        return Location(self.path, line, token.start_pos - self._lines[line - 1] + 1)

    def _tag(self, token: Token) -> str:
        text = token.text.strip('"')
        if not _TAG.fullmatch(text):
            place = self._place(token)
            raise self.fail(f"`{text}` is not the name of a node", place.line, place.column)
        return self._substitute(text)

    def _entry(self, token: Token, language: str) -> Entry:
        quoted = token.text.startswith('"')
        name = token.text[1:-1] if quoted else token.text
        if "@" in name:
            name = self._substitute(name)
        return Entry(name, self._place(token), language, not quoted and bool(_GLOB.search(name)))

    def _substitute(self, text: str) -> str:
        if "@" not in text:
            return text
        self._filled += sum(len(self.substitutions.get(name, "")) for name in _PLACEHOLDER.findall(text))
        most = limits.now().map_bytes
        if self._filled > most:
            message = f"the placeholders stand for more than {most:,} characters (limit map-bytes)"
            raise self.fail(message, 1, 1, limits.raising("map-bytes"))
        return _PLACEHOLDER.sub(lambda m: self.substitutions.get(m[1], m[0]), text)

    def _check(self, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        """What ld checks after parsing: one anonymous node alone, no name twice, parents known."""
        self._check_names(nodes)
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

    def _check_names(self, nodes: tuple[Node, ...]) -> None:
        """No name is exported by one node and hidden by another one."""
        exported = {e.key: node.name for node in nodes for e in node.exported if not e.glob}
        for node in nodes:
            for entry in node.hidden:
                if not entry.glob and exported.get(entry.key, node.name) != node.name:
                    raise self.fail(
                        f"{entry} is exported by node {exported[entry.key]} and hidden by {node.title}",
                        entry.location.line,
                        entry.location.column,
                        "keep one of them: the linker refuses this script",
                    )
