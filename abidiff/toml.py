"""TOML with places: what is wrong in a configuration, a profile or a list is said with its line and a caret.

The one reader of the files that users write (TOML 1.0).  :class:`Document` holds the text and knows where a key
stands; :class:`Table` hands out checked values and refuses the rest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from abidiff.errors import PolicyError, render_place
from abidiff.given import content
from abidiff.patterns import Searches, written

MAX_BYTES = 1 << 20

Keys = tuple[str | int, ...]
"""The way to a value: names of tables and keys, and positions (from 0) in arrays of tables."""


def text_of(path: Path, what: str) -> str:
    """Return the text of a file, ``what`` being the noun for it.  Raises PolicyError; reads a megabyte at most."""
    try:
        data = content(path, MAX_BYTES + 1)
    except OSError as error:
        raise PolicyError(f"{path}: can't read the {what}: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise PolicyError(f"{path}: larger than {MAX_BYTES} bytes, which no {what} is")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PolicyError(f"{path}: not UTF-8 at byte {error.start}") from None


class Document:
    """A TOML file: its text, its name for messages, and the table in it that is looked at (empty: the whole).

    The globs and regular expressions of one that is ``shipped`` are not tried: the tests of the package do.  Its values
    are taken from the JSON beside it (``make generated``), which names the text that it was made of.
    """

    def __init__(self, text: str, name: str, prefix: Keys = (), *, shipped: bool = False) -> None:
        self.text, self.name, self.prefix, self.shipped = text, name, prefix, shipped
        self.lines = text.splitlines()
        self.searches = Searches()

    def data(self) -> Any:
        """Return the whole as Python's values.  Raises PolicyError with the place of what is no TOML."""
        kept = _kept(Path(self.name), self.text) if self.shipped else None
        return self._parsed() if kept is None else kept

    def _parsed(self) -> Any:
        import tomllib

        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            raise self._syntax(error) from None
        except RecursionError:
            raise PolicyError(f"{self.name}: nested too deeply") from None
        except ValueError as error:  # a number of thousands of digits
            raise PolicyError(f"{self.name}: not valid TOML: {error}") from None

    def place(self, keys: Keys) -> tuple[int, int]:
        """Return line and column (from 1) of a key of the table; of what is nearest when it does not stand there."""
        return locate(self.lines, self.prefix + keys)

    def error(self, keys: Keys, message: str, hint: str = "") -> PolicyError:
        """Return an error about a key."""
        return self._at(*self.place(keys), message, hint)

    def _syntax(self, error: ValueError) -> PolicyError:
        found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(found[1]), int(found[2])) if found else (len(self.lines), 0)
        message = re.sub(r" \(at .*\)$", "", str(error))
        return self._at(line, column, f"not valid TOML: {message}", "see https://toml.io")

    def _at(self, line: int, column: int, message: str, hint: str) -> PolicyError:
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        place = ":".join(str(part) for part in (self.name, line, column) if part)
        return PolicyError(render_place(place, message, text, column, hint))


class Values(msgspec.Struct, frozen=True):
    """The values of a TOML file that ships with the package: the SHA-256 of its text, and what it holds."""

    of: str
    data: dict[str, Any]

    @classmethod
    def made(cls, text: str, data: dict[str, Any]) -> Values:
        """Return the values of a text."""
        return cls(sha256(text.encode()).hexdigest(), data)


def _kept(path: Path, text: str) -> dict[str, Any] | None:
    """Return the values that stand beside a file; None where there are none, or they are of another text."""
    try:
        values = msgspec.json.decode(path.with_suffix(".json").read_bytes(), type=Values)
    except (OSError, msgspec.MsgspecError):
        return None
    return values.data if values.of == sha256(text.encode()).hexdigest() else None


class Table:
    """A table of a document, handing out checked values and refusing the rest."""

    def __init__(self, value: Any, document: Document, keys: Keys = ()) -> None:
        self.document, self.keys = document, keys
        if not isinstance(value, dict):
            self.fail("a table is expected here")
        self.left: dict[str, Any] = dict(value)

    @classmethod
    def of(cls, text: str, name: str, *, shipped: bool = False) -> Table:
        """Return the top level of a file, ``name`` being what messages call it."""
        document = Document(text, name, shipped=shipped)
        return cls(document.data(), document)

    def fail(self, message: str, *keys: str | int) -> NoReturn:
        """Raise with the file, the place and the key."""
        where = self.keys + keys
        raise self.document.error(where, f"{dotted(where) or 'top level'}: {message}")

    def take(self, key: str, kind: type, default: Any = None, *, required: bool = False) -> Any:
        """Take a value of a kind; a missing one is the default."""
        if key not in self.left:
            if required:
                self.fail("is missing", key)
            return default
        value = self.left.pop(key)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.fail(f"{kind.__name__} expected, not {value!r:.60}", key)
        return value

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """Take a string."""
        value: str = self.take(key, str, default, required=required)
        if required and not value.strip():
            self.fail("must not be empty", key)
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Take a truth value."""
        return bool(self.take(key, bool, default))

    def texts(self, key: str) -> tuple[str, ...]:
        """Take a list of strings."""
        value = self.take(key, list, [])
        for item in value:
            if not isinstance(item, str):
                self.fail(f"a list of strings expected, not {item!r:.60}", key)
        return tuple(value)

    def one_of(self, key: str, words: tuple[str, ...]) -> str:
        """Take one of some words; the last one is the default."""
        value = self.text(key, words[-1])
        if value not in words:
            self.fail(f"one of {', '.join(words)} expected", key)
        return value

    def pattern(self, key: str, *, groups: int = 0, default: str = "", data: bool = False) -> str:
        """Take a regular expression, for texts or for bytes."""
        value = self.text(key, default)
        self.check_pattern(value, key, groups, data=data)
        return value

    def patterns(self, key: str) -> tuple[str, ...]:
        """Take a list of regular expressions."""
        found = self.texts(key)
        for pattern in found:
            self.check_pattern(pattern, key)
        return found

    def check_pattern(self, value: str, key: str, groups: int = 0, *, data: bool = False) -> None:
        """Refuse what is no regular expression or has too few groups."""
        written(value, partial(self.document.error, (*self.keys, key)))
        if self.document.shipped:
            return
        try:
            found = self.document.searches.check(value, data=data)
        except (re.error, OverflowError, RecursionError) as error:
            self.fail(f"not a regular expression: {error}", key)
        if found < groups:
            self.fail(f"needs {groups} group", key)

    def mapping(self, key: str) -> dict[str, str]:
        """Take a table of strings."""
        value: dict[str, Any] = self.take(key, dict, {})
        for name, item in value.items():
            if not isinstance(item, str):
                self.fail(f"string expected, not {item!r:.60}", key, name)
        return value

    def table(self, key: str) -> Table:
        """Take a table, empty when missing."""
        return Table(self.left.pop(key, {}), self.document, (*self.keys, key))

    def tables(self, key: str) -> list[Table]:
        """Take an array of tables."""
        value = self.take(key, list, [])
        return [Table(item, self.document, (*self.keys, key, number)) for number, item in enumerate(value)]

    def done(self) -> None:
        """Refuse what nobody took."""
        if self.left:
            key = sorted(self.left)[0]
            where = dotted(self.keys) or "top level"
            raise self.document.error((*self.keys, key), f"{where}: unknown key {key!r}")


def dotted(keys: Keys) -> str:
    """Return ``units[0].options``."""
    out = ""
    for key in keys:
        out += f"[{key}]" if isinstance(key, int) else f".{key}" if out else key
    return out


def locate(lines: list[str], keys: Keys) -> tuple[int, int]:
    """Return line and column (from 1) of a key of a TOML text; of the nearest table if not found."""
    best, depth = (1, 0), 0
    table: Keys = ()
    seen: dict[Keys, int] = {}
    for number, line in enumerate(lines, 1):
        here: Keys = ()
        if header := re.match(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$", line):
            table = _split(header[2])
            if header[1] == "[[":
                seen[table] = seen.get(table, -1) + 1
            table = _indexed(table, seen)
            here = table
        elif key := re.match(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*=", line):
            here = table + _split(key[1])
        common = 0
        for a, b in zip(here, keys, strict=False):
            if a != b:
                break
            common += 1
        if common == len(here) and common > depth:
            best, depth = (number, len(line) - len(line.lstrip()) + 1), common
            inner = keys[common] if common < len(keys) else None
            found = (
                re.search(rf"[{{,]\s*(['\"]?{re.escape(inner)}['\"]?)\s*=", line) if isinstance(inner, str) else None
            )
            if found:
                best, depth = (number, found.start(1) + 1), common + 1
    return best


def _split(dotted: str) -> Keys:
    parts = re.findall(r"\"([^\"]*)\"|'([^']*)'|([\w-]+)", dotted)
    return tuple(a or b or c for a, b, c in parts)


def _indexed(table: Keys, seen: Mapping[Keys, int]) -> Keys:
    """Put the index behind the name of each array of tables."""
    out: list[str | int] = []
    for n, part in enumerate(table, 1):
        out.append(part)
        if table[:n] in seen:
            out.append(seen[table[:n]])
    return tuple(out)
