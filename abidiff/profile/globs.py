"""Globs over paths of a release: ``*`` within a folder, ``**`` over folders, ``?``, ``[a-z]``, ``{a,b}``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from abidiff.errors import UsageError
from abidiff.toml import Table

MAX_GLOB = 400


class GlobError(UsageError):
    """A glob that does not read."""


def translate(glob: str) -> str:
    """Return the regular expression (without anchors) of a glob."""
    if not glob or len(glob) > MAX_GLOB or glob.startswith("/") or "\\" in glob:
        raise GlobError(f"not a path glob: {glob[:80]!r}", hint="give it relative to the release, with /")
    out: list[str] = []
    at = depth = 0
    while at < len(glob):
        piece, at, depth = _piece(glob, at, depth)
        out.append(piece)
    if depth:
        raise GlobError(f"unclosed {{ in glob {glob!r}")
    return "".join(out)


def _piece(glob: str, at: int, depth: int) -> tuple[str, int, int]:
    char = glob[at]
    if glob.startswith("**/", at) and (at == 0 or glob[at - 1] == "/"):
        return "(?:[^/]+/)*", at + 3, depth
    if glob.startswith("**", at):
        return ".*", at + 2, depth
    if char == "*":
        return "[^/]*", at + 1, depth
    if char == "?":
        return "[^/]", at + 1, depth
    if char == "[":
        return _class(glob, at, depth)
    if char == "{":
        if depth:
            raise GlobError(f"nested {{ in glob {glob!r}")
        return "(?:", at + 1, 1
    if depth and char in ",}":
        return ("|", at + 1, 1) if char == "," else (")", at + 1, 0)
    return re.escape(char), at + 1, depth


def _class(glob: str, at: int, depth: int) -> tuple[str, int, int]:
    end = glob.find("]", at + 2)
    if end < 0:
        raise GlobError(f"unclosed [ in glob {glob!r}")
    body = glob[at + 1 : end]
    negated = body.startswith("!")
    body = re.sub(r"([\[\]^&~|])", r"\\\1", body[1:] if negated else body)
    return f"(?!/)[{'^' if negated else ''}{body}]", end + 1, depth


@lru_cache(maxsize=512)
def compiled(globs: tuple[str, ...]) -> re.Pattern[str]:
    """Return one pattern for ``fullmatch`` over all the globs; none of them matches nothing."""
    if not globs:
        return re.compile(r"(?!)")
    try:
        return re.compile("|".join(f"(?:{translate(glob)})" for glob in globs), re.DOTALL)
    except re.error as error:
        raise GlobError(f"glob does not read: {', '.join(globs)}: {error}") from None


def folders(glob: str) -> str:
    """Return a pattern of the folders (as ``/a/b``) in which a match of a glob without braces may lie."""
    *parts, last = glob.split("/")
    out = "(?:/.*)?" if "**" in last else ""
    for part in reversed(parts):
        out = "(?:/.*)?" if "**" in part else f"(?:/{translate(part)}{out})?"
    return out


BRACES = re.compile(r"\{([^{}]*)\}")
LITERAL_TAIL = re.compile(r"[^*?\[\]{}/]*\Z")


def expand(glob: str) -> list[str]:
    """Write out the braces of a glob."""
    found = BRACES.search(glob)
    if not found:
        return [glob]
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


def shortest(tails: Iterable[str]) -> tuple[str, ...]:
    """Drop the endings that end in another one of them."""
    every = set(tails)
    return tuple(sorted(tail for tail in every if not any(tail[at:] in every for at in range(1, len(tail) + 1))))


class Selection:
    """The files of a release that matter: a predicate over paths, whatever the case of their letters.

    A name in other letters than the profile's is no unit's, and has to be said: ``A.RNG`` beside ``*.rng``.
    ``may_hold`` prunes folders, and ``endings`` (in small letters) rules out most files at the speed of C.
    """

    __slots__ = ("_closed", "_folders", "_match", "endings", "exclude", "include")

    def __init__(self, include: Iterable[str], exclude: Iterable[str] = ()) -> None:
        self.include = tuple(sorted(set(include)))
        self.exclude = tuple(sorted(set(exclude)))
        self.endings = endings(glob.lower() for glob in self.include)
        positive = compiled(self.include).pattern
        negative = compiled(self.exclude).pattern if self.exclude else ""
        body = f"(?!(?:{negative})\\Z)(?:{positive})" if negative else f"(?:{positive})"
        self._match = re.compile(body, re.DOTALL | re.IGNORECASE).fullmatch
        closed = compiled(tuple(glob for glob in self.exclude if glob.endswith("/**")))
        self._closed = re.compile(closed.pattern, closed.flags | re.IGNORECASE).fullmatch
        inside = "|".join({f"(?:{folders(plain)})": None for glob in self.include for plain in expand(glob)})
        self._folders = re.compile(inside or "(?!)", re.DOTALL | re.IGNORECASE).fullmatch

    def __call__(self, path: str) -> bool:
        """Tell whether a file is wanted."""
        return path.lower().endswith(self.endings) and self._match(path) is not None

    def may_hold(self, folder: str) -> bool:
        """Tell whether anything wanted may lie in a folder (``""`` is the root) or below it."""
        if not folder:
            return True
        return self._folders(f"/{folder}") is not None and self._closed(f"{folder}/_") is None

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
    for glob in value:
        try:
            translate(glob)
        except GlobError as error:
            table.fail(error.message, key)
    return value
