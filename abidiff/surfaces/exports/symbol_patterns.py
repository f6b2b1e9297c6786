"""Patterns of Debian's `symbols` files by what they stand for (deb-src-symbols(5), "Using symbol patterns").

Tags of a pattern are steps, in their order: ``c++`` takes the demangled name, ``symver`` the version alone, ``regex``
searches an expression; without one, names are equal.  An expression is of Perl: those of its constructs are evaluated
that Python's engine takes alike.  Names of C++ are asked of the program that dpkg asks, ``c++filt`` of GNU binutils.
"""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from abidiff import limits, patterns
from abidiff.errors import LimitError
from abidiff.surfaces.exports.symbols_file import Line

_VERSION = re.compile(r"@([^@]+)\Z")
_MARK = r"[ -/:-@\[-^`{-~]"
_SET = rf"\[\^?+\]?+(?:\\(?:[dDwWsSt]|{_MARK})|(?![\[\\\]]|--|&&|~~|\|\|)[\x20-\x7e])*+\]"
_ATOM = rf"(?:{_SET}|\\(?:[dDwWsStbBA]|{_MARK})|[^\\\[\](){{}}*+?|\x00-\x1f\x7f-\U0010ffff])"
_AGAIN = r"(?:[*+?]|\{[0-9]{1,3}(?:,[0-9]{0,3})?\})[?+]?+"
_ALIKE = re.compile(rf"(?:{_ATOM}|[|)]|\((?:\?(?:[:=!]|<[=!]))?+|{_AGAIN})*+\Z")
"""What Perl and Python read alike, over ASCII: no classes by name, no groups by name, no conditions, no code."""

_MOST_OUTPUT = 64 << 20
_MOST_MEMORY = 1 << 30
_MOST_SECONDS = 60


class Matches(NamedTuple):
    """What the patterns of a library stand for.

    ``of``      symbol → the pattern that it belongs to.
    ``open``    symbols that may belong to a pattern that was not evaluated.
    ``maybe``   patterns that may stand for one of those.
    ``unread``  patterns that were not evaluated, with the reason.
    """

    of: dict[str, Line]
    open: frozenset[str]
    maybe: frozenset[Line]
    unread: dict[Line, str]


def kept(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return the patterns that count: of two names of C++, or of two version nodes, that are alike the last one."""
    aliases: dict[tuple[str, str], Line] = {}
    generic: list[Line] = []
    for line in lines:
        if not line.pattern:
            continue
        kind = _alias(line)
        if kind:
            aliases[kind, line.name] = line
        else:
            generic.append(line)
    return (*sorted(aliases.values(), key=lambda line: _alias(line) != "c++"), *generic)


def matches(lines: Sequence[Line], symbols: Iterable[str]) -> Matches:
    """Return what patterns stand for; ``lines`` as :func:`kept` returns them, those of the machine alone."""
    names = sorted(symbols)
    asked = {text for name in names for text in (name, name.rpartition("@")[2]) if text.startswith("_Z")}
    known = demangled(asked) if any(line.tagged("c++") for line in lines) else {}
    evaluator = _Evaluator(known)
    of: dict[str, Line] = {}
    unsure: set[str] = set()
    maybe: set[Line] = set()
    for name in names:
        for number, line in enumerate(lines):
            found = evaluator.stands_for(line, name)
            if found is None:
                unsure.add(name)
                maybe.update(other for other in lines[number:] if evaluator.stands_for(other, name) is not False)
                break
            if found:
                of[name] = line
                break
    for line in lines:
        evaluator.readable(line)
    return Matches(of, frozenset(unsure), frozenset(maybe), evaluator.unread)


class _Evaluator:
    def __init__(self, known: dict[str, str] | None) -> None:
        self.known = known
        self.unread: dict[Line, str] = {}
        self._searches = patterns.Searches()
        self._alike: dict[Line, bool] = {}

    def readable(self, line: Line) -> bool:
        """Tell whether the expression of a line is evaluated; notes the reason where it is not."""
        if line not in self._alike:
            self._alike[line] = not line.tagged("regex") or self._checked(line)
        return self._alike[line]

    def stands_for(self, line: Line, symbol: str) -> bool | None:
        """Tell whether a pattern stands for a symbol; None where that is not known."""
        target, equal = symbol, True
        for tag in dict.fromkeys(tag.partition("=")[0] for tag in line.tags):
            if tag == "c++":
                if not target.startswith("_Z"):
                    return False
                if self.known is None or target not in self.known:
                    self.unread.setdefault(line, "it needs c++filt (GNU binutils), which did not answer")
                    return None
                if self.known[target] == target:
                    return False
                target = self.known[target]
            elif tag == "symver":
                version = _VERSION.search(target)
                if version is None:
                    return False
                target = version[1]
            elif tag == "regex":
                equal = False
                found = self._searched(line, target)
                if not found:
                    return found
        return not equal or target == line.name

    def _searched(self, line: Line, target: str) -> bool | None:
        if not self.readable(line):
            return None
        try:
            return self._searches.holds(f"(?a){line.name}", target, target)
        except LimitError as error:
            self._alike[line] = False
            self.unread[line] = error.message
            return None

    def _checked(self, line: Line) -> bool:
        if len(line.name) > patterns.SHORT or not _ALIKE.match(line.name):
            self.unread[line] = "only expressions are evaluated that Perl and Python read alike"
            return False
        try:
            self._searches.check(f"(?a){line.name}")
        except LimitError as error:
            self.unread[line] = error.message
            return False
        except (re.error, OverflowError, RecursionError) as error:
            self.unread[line] = f"the expression is not a sound one: {error}"
            return False
        return True


def _alias(line: Line) -> str:
    """Return by what dpkg looks a pattern up before it goes through the others; empty for one of those."""
    if line.tagged("regex") or (line.tagged("c++") and line.tagged("symver")):
        return ""
    return "c++" if line.tagged("c++") else "symver"


def demangled(names: Iterable[str]) -> dict[str, str] | None:
    """Return names with versions as c++filt writes them; None where it is not there, or does not answer in bounds."""
    asked = sorted(name for name in names if "\n" not in name)
    program = shutil.which("c++filt")
    if not asked:
        return {}
    if program is None:
        return None
    with tempfile.TemporaryFile() as given:
        given.write("".join(f"{name}\n" for name in asked).encode("utf-8", "surrogateescape"))
        given.seek(0)
        try:
            process = subprocess.Popen(
                [program, "--format=auto"], stdin=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError:
            return None
        if sys.platform == "linux":
            resource.prlimit(process.pid, resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
        timer = threading.Timer(min(_MOST_SECONDS, 10 * limits.now().pattern_seconds), process.kill)
        timer.start()
        try:
            with process:
                data = process.stdout.read(_MOST_OUTPUT + 1) if process.stdout else b""
                if len(data) > _MOST_OUTPUT:
                    process.kill()
        finally:
            timer.cancel()
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    if process.returncode or len(lines) != len(asked) + 1:
        return None
    return dict(zip(asked, lines, strict=False))
