"""Files of pkg-config (pc(5)) taken apart: variables and fields with their lines, lists of requirements, options."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import NamedTuple

ENDINGS = (".pc", ".pc.in")
MAX_BYTES = 1 << 16
MAX_STEPS = 20
MAX_VALUE = 16_000
KNOWN = frozenset(("name", "version", "requires", "requires.private", "provides", "cflags", "cflags.private", "libs"))
"""The fields that are read, in small letters."""
USUAL: Mapping[str, str] = {"prefix": "/usr", "exec_prefix": "/usr", "includedir": "/usr/include"}
_REFERENCE = re.compile(r"\$\{([\w.-]+)\}|@(\w+)@")
_LINE = re.compile(r"([A-Za-z][\w.-]{0,99})[ \t]*([:=])[ \t]*(.*)\Z")
_REQUIRED = re.compile(r"([^\s,<>=!][^\s,]*)(?:\s+(<=|>=|!=|==?|<|>)\s*([^\s,]+))?")
SEARCHED = ("-I", "-isystem", "-idirafter")
"""The options that name a folder in which names in angle brackets are looked for."""
_NAMING = (*SEARCHED, "-include", "-D", "-l")
_SEGMENT = re.compile(r"[0-9]+|[A-Za-z]+|~")


class Field(NamedTuple):
    """A field with its variables resolved, and the line on which it stands."""

    value: str
    line: int


class Required(NamedTuple):
    """An entry of a list of requirements: (name, relation or nothing, version)."""

    name: str
    relation: str = ""
    version: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.relation} {self.version}" if self.relation else self.name

    @property
    def filled(self) -> bool:
        """Whether something in it is only put in by a build (`@VERSION@`)."""
        return "@" in self.name or "@" in self.version


class Description(NamedTuple):
    """A file: its fields by their names as pkg-config knows them, without regard to capital letters."""

    fields: Mapping[str, Field]

    def value(self, name: str) -> str:
        """Return the value of a field; empty for one that is not there."""
        found = self.fields.get(name.lower())
        return found.value if found else ""

    @property
    def cut(self) -> str:
        """The first field whose value is longer than what is read of one; empty when there is none."""
        return next((name for name, (value, _) in self.fields.items() if len(value) >= MAX_VALUE), "")

    def line(self, name: str) -> int:
        """Return the line of a field; 1 for one that is not there."""
        found = self.fields.get(name.lower())
        return found.line if found else 1


def read(text: str, given: Mapping[str, str], prefix: str = "") -> Description:
    """Return what a file says; ``given`` are values of variables that it does not set, ``prefix`` one that it gets."""
    values = dict(given)
    raw: dict[str, Field] = {}
    for number, line in _lines(text):
        found = _LINE.match(line.strip())
        if found is None:
            continue
        if found[2] == "=":
            values[found[1]] = prefix if prefix and found[1] == "prefix" else found[3].strip()
        elif found[1].lower() in KNOWN:
            raw.setdefault(found[1].lower(), Field(found[3].strip(), number))
    return Description({name: Field(resolved(value, values), line) for name, (value, line) in raw.items()})


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines without comments, those that go on as one: (number of the first, text)."""
    held, at = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        body = re.sub(r"(?<!\\)#.*", "", line)
        at = at or number
        if body.endswith("\\"):
            held += body[:-1] + " "
            continue
        yield at, held + body
        held, at = "", 0
    if held:
        yield at, held


def resolved(text: str, values: Mapping[str, str], made: Mapping[str, str] = USUAL) -> str:
    """Return a text with its variables resolved; of placeholders of a template only those in ``made``."""

    def one(match: re.Match[str]) -> str:
        if match[1]:
            return values.get(match[1], "").strip()[:1000]
        return made.get(match[2], match[0])

    for _ in range(MAX_STEPS):
        after = _REFERENCE.sub(one, text)[:MAX_VALUE]
        if after == text:
            break
        text = after
    return text


def requirements(value: str) -> tuple[Required, ...]:
    """Return the entries of a list of requirements (`Requires`, `Requires.private`, `Provides`)."""
    found = (Required(match[1], (match[2] or "").replace("==", "="), match[3] or "") for match in
             _REQUIRED.finditer(value))  # fmt: skip
    return tuple(dict.fromkeys(found))


def options(value: str) -> Iterator[tuple[str, str]]:
    """Yield (an option that names a folder, a file, a macro or a library, what it names) of a list of options."""
    given = iter(_words(value))
    for word in given:
        option = next((each for each in _NAMING if word.startswith(each)), "")
        if option:
            yield option, word[len(option) :] or next(given, "")


def _words(value: str) -> list[str]:
    """Return the words of a list as a shell has them, quotes taken off; where one is not closed, what blanks divide."""
    try:
        return shlex.split(value)
    except ValueError:
        return value.split()


def folder(text: str) -> str:
    """Return the folder of an option as a path in the release; empty for one that is relative or not known."""
    if not text.startswith("/") or "@" in text:
        return ""
    return posixpath.normpath(text).lstrip("/")


def order(version: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key of a version as pkg-config compares them: runs of digits and of letters; `~` is before the end."""
    parts: list[tuple[int, int, str]] = []
    for segment in _SEGMENT.findall(version[:200]):
        if segment == "~":
            parts.append((-1, 0, ""))
        else:
            parts.append((2, int(segment), "") if segment.isdigit() else (1, 0, segment))
    return (*parts, (0, 0, ""))


def satisfies(version: str, wanted: Required) -> bool:
    """Tell whether a version is one that a requirement takes."""
    left, right = order(version), order(wanted.version)
    return {
        "": True,
        "=": left == right,
        "!=": left != right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }[wanted.relation]
