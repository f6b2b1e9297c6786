"""What comes before the grammar: comments, ``%`` lines and ``#`` directives.

RFC 4506 section 6.3 (comments), RFC 5531 section 12 (rpcgen's ``%`` lines and the C preprocessor).
The text keeps its length and its lines, so that every later position is one in the file.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate, count
from operator import add
from typing import NamedTuple

import msgspec

from abidiff import limits
from abidiff.errors import ParseError
from abidiff.location import Location, blanked

# Each way to begin has a character of its own: the search runs from one such character to the next.
# No possessive groups: CPython before 3.11.5 matches them wrongly (its issue 106052).
_ASIDE = re.compile(
    r"/\*"
    r"|//[^\n]*"
    r"|%(?<![^\n]%)[^\n]*"
    r"|\#"
    r"|\"[^\"\n]*\"|'[^'\n]'"
)
_REST = re.compile(r"(?:[^\n\\/]+|\\\r?\n|\\|/(?!\*))*")
_PRAGMA = re.compile(r"(?:^|(?<=[;}]))[ \t]*pragma\s+(?:header|public|big_endian|exclude)(?:\s+\w+)+\s*;", re.MULTILINE)
_NAMESPACE = re.compile(r"\bnamespace\s+[A-Za-z_]\w*(?:::\w+)*\s*\{", re.MULTILINE)
_FOOTER = re.compile(r"^\S[^\n]*\[Page \d+\][ \t\r]*$", re.MULTILINE)
_HEADER = re.compile(r"^\f?(?:RFC \d+|Internet-Draft)\b[^\n]*\b(?:19|20)\d\d[ \t\r]*$", re.MULTILINE)
_MARKED = re.compile(r"^[ \t]*///", re.MULTILINE)
_BRACE = re.compile(r"[{}]")
_DIRECTIVE = re.compile(r"\#[ \t]*([a-z]+)?[ \t]*(.*)", re.DOTALL)
_LINE_MARKER = re.compile(r"\#[ \t]*(line[ \t]+)?\d+")
_WORD = re.compile(r"[A-Za-z_]\w*")
_NAME = re.compile(r"(?<!\w)[A-Za-z_]\w*")

DEFINED = frozenset({"RPC_XDR"})
"""rpcgen runs the preprocessor once for each kind of output; the codec is what this tool speaks about."""

PASSES = frozenset({"RPC_HDR", "RPC_XDR", "RPC_SVC", "RPC_CLNT", "RPC_TBL"})
"""What rpcgen itself defines, one at a time."""


class Comment(msgspec.Struct, frozen=True, gc=False):
    """A block comment: its text without the marks, and where it starts and ends."""

    start: int
    end: int
    text: str


class Source(msgspec.Struct):
    """A scanned file: ``code`` has the length and the lines of ``text``, without what stands aside.

    ``defined``  the names that are defined before its first line.
    ``asked``    the names that each of its conditions asks for, beside those that the file or rpcgen defines: who
                 runs rpcgen may define them (``rpcgen -D NAME``).
    ``own``      the names that it defines itself.
    ``skipped``  what stands in groups that were not entered and that such a name, or another value of one, would let
                 in: where it starts, and its text.
    ``dated``    the comments that say since when something is there, once they were looked for.
    """

    path: str
    text: str
    code: str = ""
    comments: list[Comment] = msgspec.field(default_factory=list)
    macros: dict[str, tuple[str, int]] = msgspec.field(default_factory=dict)
    includes: list[tuple[str, int]] = msgspec.field(default_factory=list)
    headers: list[str] = msgspec.field(default_factory=list)
    passed: list[tuple[int, str]] = msgspec.field(default_factory=list)
    dated: list[Comment] | None = None
    defined: frozenset[str] = DEFINED
    asked: list[frozenset[str]] = msgspec.field(default_factory=list)
    skipped: list[tuple[int, str]] = msgspec.field(default_factory=list)
    own: set[str] = msgspec.field(default_factory=set)
    lines: list[int] = msgspec.field(default_factory=list)

    def location(self, position: int) -> Location:
        """Return the place of a character of the file."""
        line = bisect_right(self.lines, position)
        return Location(self.path, line, position - self.lines[line - 1] + 1)

    def passed_through(self) -> str:
        """Return the ``%`` lines, which go to the C compiler, on their own lines of the file."""
        out: list[str] = []
        for start, text in self.passed:
            line = bisect_right(self.lines, start)
            out += [""] * (line - 1 - len(out))
            out.append(text)
        return "\n".join(out)

    def error(self, message: str, position: int, hint: str = "") -> ParseError:
        """Return an error at a character of the file."""
        place = self.location(position)
        start = self.lines[place.line - 1]
        end = self.text.find("\n", start, start + 100_000)
        line = self.text[start : end if end >= 0 else start + 400]
        return ParseError(message, place, line_text=line, hint=hint)


def printable(text: str) -> str:
    """Return text of a file as every encoding can hold it: bytes that are no UTF-8 are escaped."""
    return text.encode("utf-8", "backslashreplace").decode()


def scan(path: str, data: bytes, defined: frozenset[str] = DEFINED) -> Source:
    """Take comments, ``%`` lines and directives out of a file; ``defined`` names stand for 1 from its first line on.

    Raises :class:`ParseError` for a file that is too large, an unterminated comment, NUL bytes
    and conditionals that do not nest.
    """
    bound = limits.now().protocol_bytes
    if len(data) > bound:
        raise ParseError(
            f"the file has {len(data):,} bytes, more than {bound:,} (limit protocol-bytes)",
            Location(path),
            hint=f"is this a protocol file? {limits.raising('protocol-bytes')}",
        )
    text = _without_pages(data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape"))
    source = Source(path, text, defined=defined)
    source.lines = line_starts(text)
    if (nul := text.find("\0")) >= 0:
        raise source.error("NUL byte in the file", nul, "a protocol is a text file")
    _take_aside(source)
    _check_nesting(source)
    return source


def _without_pages(text: str) -> str:
    """Blank out the page breaks of an RFC; where it marks its code with ``///`` (RFC 5662), all that is none too."""
    if "[Page " not in text or _FOOTER.search(text) is None:
        return text
    text = _HEADER.sub(lambda match: blanked(match[0]), _FOOTER.sub(lambda match: blanked(match[0]), text))
    if _MARKED.search(text) is None:
        return text
    lines = text.split("\n")
    return "\n".join(
        _MARKED.sub(lambda match: blanked(match[0]), line) if _MARKED.match(line) else blanked(line) for line in lines
    )


def line_starts(text: str) -> list[int]:
    """Return where each line of a text starts."""
    return list(map(add, accumulate(map(len, text.split("\n")[:-1]), initial=0), count()))


def _check_nesting(source: Source) -> None:
    """Refuse braces that nest without measure before anything is built from them."""
    depth, bound = 0, limits.now().protocol_nesting
    for match in _BRACE.finditer(source.code):
        depth += 1 if match[0] == "{" else -1
        if depth > bound:
            raise source.error(
                f"types nest deeper than {bound} levels (limit protocol-nesting)",
                match.start(),
                f"give the inner ones names; {limits.raising('protocol-nesting')}",
            )


def _take_aside(source: Source) -> None:
    """Blank out what the grammar does not see, and remember it."""
    pieces: list[str] = []
    directives: list[tuple[int, int]] = []
    text = source.text
    last = behind = consumed = 0
    refused = -1
    while (match := _ASIDE.search(text, behind)) is not None:
        start, end, found = match.start(), match.end(), match[0]
        if found == "#":
            line = source.lines[bisect_right(source.lines, start) - 1]
            if line <= refused or line < consumed or text[line:start].strip(" \t"):
                behind, refused = end, line  # not the first of its line, and so none behind it is
                continue
            start, end = line, _REST.match(text, end).end()  # type: ignore[union-attr]
            directives.append((start, end))
        elif found == "/*":
            end = text.find("*/", end) + 2
            if end < 2:
                raise source.error("the comment that starts here never ends", start, "close it with */")
        behind = consumed = end
        if found[0] in "\"'":
            continue
        if found == "/*":
            source.comments.append(Comment(start, end, text[start + 2 : end - 2]))
        elif found[0] == "%":
            source.passed.append((start, found[1:]))
            source.headers += re.findall(r'^%\s*#\s*include\s*[<"]([^">\n]+)', found)
        pieces += [text[last:start], blanked(text[start:end])]
        last = end
    source.code = "".join([*pieces, text[last:]])
    if directives:
        source.code = _preprocess(source, directives)
    source.code = _dialects(source.code)


def _dialects(code: str) -> str:
    """Blank out what other generators add to the language, none of which is on the wire.

    The Linux kernel's ``pragma header|public|big_endian|exclude ...;`` and Stellar's ``namespace x { ... }``.
    """
    if "pragma" in code:
        code = _PRAGMA.sub(lambda match: blanked(match[0]), code)
    spaces = list(_NAMESPACE.finditer(code)) if "namespace" in code else []
    for match in spaces:
        end = _closing(code, match.end())
        if end < 0:
            return code
        behind = re.match(r"\}[ \t]*;?", code[end:])
        close = end + (behind.end() if behind else 1)
        code = code[: match.start()] + blanked(match[0]) + code[match.end() : end] + " " * (close - end) + code[close:]
    return code


def _closing(code: str, at: int) -> int:
    """Return the brace that closes the one before ``at``, -1 when there is none."""
    depth = 1
    for match in _BRACE.finditer(code, at):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.start()
    return -1


class _Group(NamedTuple):
    """A conditional: where it started, whether its group is taken and one was before; ``open``: others may take it."""

    start: int
    taken: bool
    before: bool
    open: bool


def _preprocess(source: Source, directives: list[tuple[int, int]]) -> str:
    """Follow conditionals, ``#define`` of plain values and ``#include`` (ISO C section 6.10)."""
    stack: list[_Group] = []
    code, kept, position = source.code, [], 0
    for start, end in directives:
        active = all(group.taken for group in stack)
        piece = code[position:start]
        if not active and piece.strip() and all(group.taken or group.open for group in stack):
            source.skipped.append((position + len(piece) - len(piece.lstrip()), " ".join(piece.split())))
        kept.append(piece if active else blanked(piece))
        kept.append(code[start:end])
        position = end
        _directive(source, source.text[start:end].strip(), start, stack, active)
    if source.asked:
        source.asked = [names - source.own for names in source.asked]
    if stack:
        raise source.error("this conditional has no #endif", stack[-1].start, "close it with #endif")
    return "".join([*kept, code[position:]])


def _directive(source: Source, text: str, start: int, stack: list[_Group], active: bool) -> None:
    match = _DIRECTIVE.match(text)
    word = match[1] if match else None
    rest = (match[2] if match else "").replace("\\\r\n", " ").replace("\\\n", " ").strip()
    if word in ("if", "ifdef", "ifndef"):
        known = len(source.asked)
        taken = active and _holds(source, word, rest, start)
        stack.append(_Group(start, taken, taken or not active, len(source.asked) > known or not active))
    elif word in ("elif", "else"):
        if not stack:
            raise source.error(f"#{word} without #if", start)
        opened, _, before, asks = stack.pop()
        known = len(source.asked)
        taken = not before and (word == "else" or _holds(source, "if", rest, start))
        stack.append(_Group(opened, taken, before or taken, asks or len(source.asked) > known))
    elif word == "endif":
        if not stack:
            raise source.error("#endif without #if", start)
        stack.pop()
    elif active:
        _effect(source, word, rest, text, start)


def _effect(source: Source, word: str | None, rest: str, text: str, start: int) -> None:
    if word == "define":
        match = re.match(r"([A-Za-z_]\w*)(\([^)]*\))?(.*)", rest, re.DOTALL)
        if match and match[2] is None:
            source.macros[match[1]] = (match[3].strip(), start)
            source.own.add(match[1])
    elif word == "undef":
        source.macros.pop(rest, None)
    elif word == "include":
        source.includes.append((rest.strip('<>" \t'), start))
    elif word == "error":
        raise source.error(f"#error {rest}", start)
    elif word not in ("pragma", "ident", "line", "warning", None) and not _LINE_MARKER.match(text):
        raise source.error(f"unknown directive #{word}", start)


def _holds(source: Source, word: str, rest: str, start: int) -> bool:
    """Evaluate a condition: names that are defined, numbers, ``!``, ``&&`` and ``||``."""
    known = source.defined | source.macros.keys()
    rest = re.sub(r"/\*.*", "", rest, flags=re.DOTALL)
    asked = {name for name in _NAME.findall(rest) if name != "defined"} - PASSES - source.macros.keys()
    if asked:
        source.asked.append(frozenset(asked))
    if word in ("ifdef", "ifndef"):
        name = _WORD.match(rest)
        return (bool(name) and name[0] in known) == (word == "ifdef") if name else False
    from abidiff.surfaces.xdr.read.constants import evaluate

    text = re.sub(r"defined\s*\(?\s*([A-Za-z_]\w*)\s*\)?", lambda m: str(int(m[1] in known)), rest)
    value = evaluate(text, lambda name: _macro_value(source, name))
    if value is None:
        raise source.error(f"cannot evaluate the condition: {rest}", start)
    return value != 0


def _macro_value(source: Source, name: str) -> int:
    from abidiff.surfaces.xdr.read.constants import evaluate

    text = source.macros.get(name, ("1" if name in source.defined else "0", 0))[0]
    return evaluate(text, lambda _: 0) or 0
