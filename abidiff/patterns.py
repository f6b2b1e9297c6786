"""Regular expressions that users write, searched with bounds on CPU time and memory.

Python's engine tries every way to share a text among the parts of an expression: ``(a+)+$`` doubles its work with every
letter of a text that does not match, and ``(.|\\n)*`` keeps a note of each.  A profile may be a stranger's, and the
texts are.  The expressions of the profiles that ship go the same way.
"""

from __future__ import annotations

import os
import re
import resource
import signal
import threading
import time
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from abidiff import limits
from abidiff.errors import AbidiffError, LimitError

TICK = 0.01
"""How often a search is looked after, in seconds of CPU time."""

SHORT = 1000
"""Characters of texts and expressions that go one way only, for which there is no need to look."""

MOST_KNOWN = 10_000
"""So many answers about short texts are kept."""

_SIZE = 1024
"""The unit of ``ru_maxrss``, in bytes."""


class Found(msgspec.Struct, frozen=True):
    """The groups of a match, the whole being the first, and those that have names; one that took no part is empty."""

    groups: tuple[str, ...]
    named: dict[str, str]


class _OverError(Exception):
    """A search passed the limit of this name."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


class Searches:
    """Searches that belong together: they share ``pattern-seconds`` of CPU time.

    All verbs raise :class:`~abidiff.errors.LimitError` with the expression and its place; ``where`` names the text.
    """

    __slots__ = ("_running", "spent")

    def __init__(self) -> None:
        self.spent = 0.0
        self._running = False

    def holds(self, pattern: str, text: str | bytes, where: str = "") -> bool:
        """Tell whether an expression matches somewhere in a text."""
        found: bool = self._asked(partial(_holds, pattern, text), pattern, where)
        return found

    def groups(self, pattern: str, text: str, where: str = "") -> Found | None:
        """Return what the first match of an expression holds; None when there is none."""
        found = self._asked(partial(_groups, pattern, text), pattern, where)
        return None if found is None else Found(tuple(found[0]), found[1])

    def check(self, pattern: str, *, data: bool = False) -> int:
        """Return how many groups an expression has, for texts or for bytes.  Raises ``re.error`` and its neighbours."""
        found: int = self._asked(partial(_count, pattern, data), pattern, "")
        return found

    def _asked(self, job: Callable[[], Any], pattern: str, where: str) -> Any:
        main = threading.current_thread() is threading.main_thread()
        try:
            return self._bounded(job) if main else self._elsewhere(job)
        except _OverError as over:
            raise _error(over.limit, pattern, where) from None

    def _bounded(self, job: Callable[[], Any]) -> Any:
        """Do a job of the main thread; the engine lets signals through.  Raises :class:`_OverError`."""
        began, before = time.process_time(), _peak()
        left, most = limits.now().pattern_seconds - self.spent, limits.now().pattern_bytes

        def look(*_: object) -> None:
            if self._running and time.process_time() - began > left:
                raise _OverError("pattern-seconds")
            if self._running and _peak() - before > most:
                raise _OverError("pattern-bytes")

        handler = signal.signal(signal.SIGVTALRM, look)
        self._running = True
        timer = signal.setitimer(signal.ITIMER_VIRTUAL, TICK, TICK)
        try:
            return job()
        except MemoryError:
            raise _OverError("pattern-bytes") from None
        finally:
            self._running = False  # first of all: from here on nothing is raised
            signal.setitimer(signal.ITIMER_VIRTUAL, *timer)
            signal.signal(signal.SIGVTALRM, signal.SIG_DFL if handler is None else handler)
            self.spent += time.process_time() - began

    def _elsewhere(self, job: Callable[[], Any]) -> Any:
        """Do a job in a child, whose only thread is its main thread: signals reach no other."""
        reader, writer = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # that other threads do not go on in the child
            child = os.fork()
        if not child:
            self._answer(job, writer)
        os.close(writer)
        try:
            with os.fdopen(reader, "rb") as stream:
                data = stream.read()
        finally:
            os.waitpid(child, 0)
        if not data:
            raise _OverError("pattern-bytes")  # the system ended it
        self.spent, kind, value = msgspec.msgpack.decode(data)
        if kind == "error":
            raise re.error(value)
        if kind == "over":
            raise _OverError(value)
        return value

    def _answer(self, job: Callable[[], Any], writer: int) -> None:
        try:
            try:
                kind, value = "found", self._bounded(job)
            except _OverError as over:
                kind, value = "over", over.limit
            except (re.error, OverflowError, RecursionError) as error:
                kind, value = "error", str(error)
            with os.fdopen(writer, "wb") as stream:
                stream.write(msgspec.msgpack.encode((self.spent, kind, value)))
        finally:
            os._exit(0)


class Patterns:
    """Some expressions of which one has to match; all searches together take ``pattern-seconds``."""

    __slots__ = ("_known", "_others", "_plain", "_searches", "all")

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self.all = patterns
        self._known: dict[str, bool] = {}
        self._plain = tuple(re.compile(pattern) for pattern in patterns if _plain(pattern))
        self._others = tuple(pattern for pattern in patterns if not _plain(pattern))
        self._searches = Searches()

    def hold(self, text: str) -> bool:
        """Tell whether one of them matches somewhere in a text, such as a name, of which many come again."""
        if len(text) > SHORT:
            return any(self._searches.holds(pattern, text, text) for pattern in self.all)
        found = self._known.get(text)
        if found is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            found = self._known[text] = self._holds(text)
        return found

    def _holds(self, text: str) -> bool:
        if any(pattern.search(text) for pattern in self._plain):
            return True
        return any(self._searches.holds(pattern, text, text) for pattern in self._others)


def _plain(pattern: str) -> bool:
    """Tell whether an expression goes one way only from each place: nothing is repeated, optional or a choice."""
    return len(pattern) <= SHORT and not set("*+?{|").intersection(pattern.replace("(?", "("))


def _holds(pattern: str, text: str | bytes) -> bool:
    if isinstance(text, str):
        return re.search(pattern, text) is not None
    return re.search(pattern.encode(), text) is not None


def _groups(pattern: str, text: str) -> tuple[tuple[str, ...], dict[str, str]] | None:
    found = re.search(pattern, text)
    return None if found is None else ((found[0], *found.groups("")), found.groupdict(""))


def _count(pattern: str, data: bool) -> int:
    return re.compile(pattern.encode()).groups if data else re.compile(pattern).groups


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _SIZE


_written: dict[str, Callable[[str], AbidiffError]] = {}


def written(pattern: str, error: Callable[[str], AbidiffError]) -> None:
    """Note where an expression was written: ``error`` makes an error of that place from a message."""
    _written[pattern] = error


def _error(limit: str, pattern: str, where: str) -> LimitError:
    current = limits.now()
    most = (
        f"{current.pattern_seconds:g} seconds of CPU time"
        if limit == "pattern-seconds"
        else f"{current.pattern_bytes:,} bytes of memory"
    )
    over = f" over {where!r:.200}" if where else ""
    found = limits.passed(
        limit,
        f"the regular expression {pattern!r:.100} takes more than {most}{over}",
        hint="what is repeated should not begin or end like what comes next: a+ for (a+)+, [^<]* for (.|\\n)*",
    )
    place = _written.get(pattern)
    return found if place is None else LimitError(place(found.message).message, hint=found.hint)
