"""Globs over paths of a release: ``*`` within a folder, ``**`` over folders, ``?``, ``[a-z]``, ``{a,b}``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from math import prod
from typing import NamedTuple, TypeAlias

from abidiff.errors import UsageError
from abidiff.toml import Table

MAX_GLOB = 400
MAX_ALTERNATIVES = 300
_CROSSING = {"**/": "(?:[^/]+/)*?", "**": ".*?"}
MOST_KNOWN = 10_000


class GlobError(UsageError):
    """A glob that does not read."""


def translate(glob: str) -> str:
    """Return the regular expression (without anchors) of a glob.

    Its time grows with the path and not with the ways to share it among stars: between two stars that cross folders,
    and between two in one name, the first place that fits is as good as any other (atomic groups).
    """
    if not glob or len(glob) > MAX_GLOB or glob.startswith("/") or "\\" in glob:
        raise GlobError(f"not a path glob: {glob[:80]!r}", hint="give it relative to the release, with /")
    every = _alternatives(glob, list(_pieces(glob)))
    return "|".join(dict.fromkeys(_across(_stars(pieces)) for pieces in every))


def _too_many(glob: str) -> GlobError:
    return GlobError(f"too many choices in glob {glob[:80]!r}", hint=f"at most {MAX_ALTERNATIVES} in all")


class _Piece(NamedTuple):
    """A piece of a glob: ``kind`` is ``**/``, stars, ``/``, a brace or comma; ``.`` for a letter."""

    kind: str
    text: str = ""


def _pieces(glob: str) -> Iterator[_Piece]:
    at = depth = 0
    while at < len(glob):
        char = glob[at]
        if char == "*":
            yield _Piece("*")
            at += 1
        elif char == "[":
            text, at = _class(glob, at)
            yield _Piece(".", text)
        else:
            if char == "{" and depth:
                raise GlobError(f"nested {{ in glob {glob!r}")
            special = char in "{/" or (depth and char in ",}")
            depth = 1 if char == "{" else 0 if char == "}" else depth
            yield _Piece(char) if special else _Piece(".", "[^/]" if char == "?" else re.escape(char))
            at += 1
    if depth:
        raise GlobError(f"unclosed {{ in glob {glob!r}")


def _class(glob: str, at: int) -> tuple[str, int]:
    end = glob.find("]", at + 2)
    if end < 0:
        raise GlobError(f"unclosed [ in glob {glob!r}")
    body = glob[at + 1 : end]
    negated = body.startswith("!")
    body = re.sub(r"([\[\]^&~|])", r"\\\1", body[1:] if negated else body)
    return f"(?!/)[{'^' if negated else ''}{body}]", end + 1


def _alternatives(glob: str, pieces: list[_Piece]) -> list[list[_Piece]]:
    """Write out the braces, but those of letters alone that end a name or the glob."""
    done: list[list[_Piece]] = [[]]
    choices: list[list[_Piece]] | None = None
    for at, piece in enumerate(pieces):
        if piece.kind == "{":
            choices = [[]]
        elif choices is None:
            done = [[*each, piece] for each in done]
        elif piece.kind == ",":
            choices.append([])
        elif piece.kind == "}":
            star = not all(choices) and any(each and each[-1].kind == "*" for each in done)  # perhaps beside another
            if not star and all(part.kind == "." for choice in choices for part in choice) and _ends(pieces[at + 1 :]):
                texts = ("".join(part.text for part in choice) for choice in choices)
                choices = [[_Piece(".", f"(?:{'|'.join(texts)})")]]
            if len(done) * len(choices) > MAX_ALTERNATIVES:
                raise _too_many(glob)
            done = [[*each, *choice] for each in done for choice in choices]
            choices = None
        else:
            choices[-1].append(piece)
    return done


def _stars(pieces: list[_Piece]) -> list[_Piece]:
    """Join the stars that stand together once the braces are written out: ``*{a,*}`` holds ``**``."""
    out: list[_Piece] = []
    at = 0
    while at < len(pieces):
        piece = pieces[at]
        at += 1
        if piece.kind == "*":
            run = 1
            while at < len(pieces) and pieces[at].kind == "*":
                run, at = run + 1, at + 1
            piece = _Piece("**" if run > 1 else "*")
            if run == 2 and pieces[at : at + 1] == [_Piece("/")] and (not out or out[-1].kind in {"/", "**/"}):
                piece, at = _Piece("**/"), at + 1
        out.append(piece)
    return out


def _ends(pieces: list[_Piece]) -> bool:
    """Tell whether no star comes before the name ends."""
    return next((piece.kind for piece in pieces if piece.kind not in ".,{}"), "/") == "/"


def _across(pieces: list[_Piece]) -> str:
    """Return the regular expression of a glob without braces: stars that cross folders, and what stands between."""
    out, star, between = [], "", list[_Piece]()
    for piece in pieces:
        if piece.kind in _CROSSING:
            if star or between:
                out.append(f"(?>{star}{_within(between, last=False)})")
            star, between = _CROSSING[piece.kind], []
        else:
            between.append(piece)
    return "".join(out) + star.removesuffix("?") + _within(between, last=True)


def _within(pieces: list[_Piece], *, last: bool) -> str:
    """Return the regular expression of what stands between two stars that cross folders, or behind the ``last``.

    A star takes as little as it can where others share the name with it, else as much, which is found at once.
    """
    out: list[str] = []
    open_ = -1  # where a star of this name began
    for piece in pieces:
        if piece.kind == "*":
            if open_ >= 0:
                out[open_] = f"(?>{out[open_]}"
                out.append(")")
            open_ = len(out)
            out.append("[^/]*?")
        elif piece.kind == "/":
            if open_ >= 0:
                out[open_] = "[^/]*"
            open_ = -1
            out.append("/")
        else:
            out.append(piece.text)
    if last and open_ >= 0:
        out[open_] = "[^/]*"
    return "".join(out)


@lru_cache(maxsize=512)
def compiled(globs: tuple[str, ...]) -> re.Pattern[str]:
    """Return one pattern for ``fullmatch`` over all the globs; none of them matches nothing."""
    return _compiled(_either(globs), globs)


def _either(globs: Iterable[str]) -> str:
    return "|".join(f"(?:{translate(glob)})" for glob in globs) or r"(?!)"


def _compiled(pattern: str, globs: Iterable[str], flags: int = 0) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.DOTALL | flags)
    except re.error as error:
        raise GlobError(f"glob does not read: {', '.join(globs)}: {error}") from None


def folders(glob: str) -> str:
    """Return a pattern of the folders (as ``/a/b``) in which a match of a glob without braces may lie."""
    *parts, last = glob.split("/")
    out = "(?:/.*)?" if "**" in last else ""
    for part in reversed(parts):
        out = "(?:/.*)?" if "**" in part else f"(?:/{translate(part)}{out})?"
    return out


_Matcher: TypeAlias = Callable[[str], "re.Match[str] | None"]
BRACES = re.compile(r"\{([^{}]*)\}")
LITERAL_TAIL = re.compile(r"[^*?\[\]{}/]*\Z")
LITERAL_HEAD = re.compile(r"[^*?\[\]{}]*")


def expand(glob: str) -> list[str]:
    """Write out the braces of a glob."""
    found = BRACES.search(glob)
    if not found:
        return [glob]
    if prod(group.count(",") + 1 for group in BRACES.findall(glob)) > MAX_ALTERNATIVES:
        raise _too_many(glob)
    return [
        whole
        for choice in found[1].split(",")
        for whole in expand(glob[: found.start()] + choice + glob[found.end() :])
    ]


def endings(globs: Iterable[str]) -> tuple[str, ...]:
    """Return the endings of which every match has one (``("",)`` when nothing can be said)."""
    tails: set[str] = set()
    for glob in globs:
        for plain in expand(glob):
            match = LITERAL_TAIL.search(plain)
            tails.add(match[0] if match else "")
    return shortest(tails)


def heads(globs: Iterable[str]) -> tuple[str, ...]:
    """Return the beginnings of which every match has one."""
    return tuple(sorted({LITERAL_HEAD.match(plain)[0] for glob in globs for plain in expand(glob)}))  # type: ignore[index]


@lru_cache(maxsize=512)
def bounds(globs: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the beginnings and the endings of which every match has one: they rule out most paths at C's speed."""
    return heads(globs), endings(globs)


def shortest(tails: Iterable[str]) -> tuple[str, ...]:
    """Drop the endings that end in another one of them."""
    every = set(tails)
    return tuple(sorted(tail for tail in every if not any(tail[at:] in every for at in range(1, len(tail) + 1))))


class Selection:
    """The files of a release that matter: a predicate over paths, whatever the case of their letters.

    A name in other letters than the profile's is no unit's, and has to be said: ``A.RNG`` beside ``*.rng``.
    ``may_hold`` prunes folders, and ``endings`` (in small letters) rules out most files at the speed of C.
    """

    __slots__ = ("_heads", "_inside", "_known", "_match", "_open", "_tails", "endings", "exclude", "include")

    def __init__(self, include: Iterable[str], exclude: Iterable[str] = ()) -> None:
        self.include = tuple(sorted(set(include)))
        self.exclude = tuple(sorted(set(exclude)))
        small = {glob: glob.lower() for glob in self.include}
        tails = {glob: endings([small[glob]]) for glob in self.include}
        self._open = tuple(glob for glob in self.include if "" in tails[glob])
        self._tails = shortest(tail for glob in self.include if glob not in self._open for tail in tails[glob])
        self.endings: tuple[str, ...] = ("",) if self._open else self._tails
        self._heads = heads(small.values())
        self._match: tuple[_Matcher, _Matcher] | None = None
        self._inside: tuple[_Matcher, _Matcher] | None = None
        self._known: dict[str, bool] = {}

    def _matchers(self) -> tuple[_Matcher, _Matcher]:
        """Return what matches the paths with an ending that is written out, and what matches all others."""
        positive, negative = _either(self.include), _either(self.exclude)
        without = f"(?!(?:{negative})\\Z)" if self.exclude else ""
        every = _compiled(f"{without}(?:{positive})", self.include, re.IGNORECASE).fullmatch
        if not self._tails or not self._open:
            return every, every
        return every, _compiled(f"{without}(?:{_either(self._open)})", self._open, re.IGNORECASE).fullmatch

    def __call__(self, path: str) -> bool:
        """Tell whether a file is wanted."""
        small = path.lower()
        if not small.endswith(self.endings) or not small.startswith(self._heads):
            return False
        if self._match is None:
            self._match = self._matchers()
        ended, others = self._match
        return (ended if small.endswith(self._tails) else others)(path) is not None

    def again(self, path: str) -> bool:
        """Tell whether a file is wanted, of one that is asked for again and again: in each release of a history."""
        small = path.lower()
        if not small.endswith(self.endings) or not small.startswith(self._heads):
            return False
        found = self._known.get(path)
        if found is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            found = self._known[path] = self(path)
        return found

    def may_hold(self, folder: str) -> bool:
        """Tell whether anything wanted may lie in a folder (``""`` is the root) or below it."""
        if not folder:
            return True
        if self._inside is None:
            self._inside = self._folders()
        may, closed = self._inside
        return may(f"/{folder}") is not None and closed(f"{folder}/_") is None

    def _folders(self) -> tuple[_Matcher, _Matcher]:
        """Return what matches the folders in which something may lie, and what those in which nothing does."""
        shut = tuple(glob for glob in self.exclude if glob.endswith("/**"))
        inside = "|".join({f"(?:{folders(plain)})": None for glob in self.include for plain in expand(glob)})
        may = _compiled(inside or "(?!)", self.include, re.IGNORECASE)
        return may.fullmatch, _compiled(_either(shut), shut, re.IGNORECASE).fullmatch

    def anchored(self, folder: str) -> bool:
        """Tell whether a glob names this top folder: one that begins with ``**/`` holds anywhere."""
        globs = tuple(plain for glob in self.include for plain in expand(glob) if not plain.startswith("**/"))
        tops = (compiled((glob.partition("/")[0].lower(),)) for glob in globs if "/" in glob)
        return any(top.fullmatch(folder.lower()) for top in tops)

    def __or__(self, other: Selection) -> AnyOf:
        return AnyOf((self, other))

    def __reduce__(self) -> tuple[type[Selection], tuple[tuple[str, ...], tuple[str, ...]]]:
        return Selection, (self.include, self.exclude)


class AnyOf:
    """What any of several selections wants."""

    __slots__ = ("endings", "parts")

    def __init__(self, parts: Iterable[Selection]) -> None:
        self.parts = tuple(parts)
        self.endings: tuple[str, ...] = shortest(ending for part in self.parts for ending in part.endings)

    def __call__(self, path: str) -> bool:
        """Tell whether a file is wanted by any of them."""
        return any(part(path) for part in self.parts)

    def may_hold(self, folder: str) -> bool:
        """Tell whether any of them may want something in a folder."""
        return any(part.may_hold(folder) for part in self.parts)

    def anchored(self, folder: str) -> bool:
        """Tell whether any of them names this top folder."""
        return any(part.anchored(folder) for part in self.parts)

    def __reduce__(self) -> tuple[type[AnyOf], tuple[tuple[Selection, ...]]]:
        return AnyOf, (self.parts,)


def globs(table: Table, key: str) -> tuple[str, ...]:
    """Take a list of globs from a table of a profile."""
    value = table.texts(key)
    for glob in () if table.document.shipped else value:
        try:
            translate(glob)
        except GlobError as error:
            table.fail(error.message, key)
    return value
