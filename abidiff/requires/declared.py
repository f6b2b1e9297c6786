"""The release of the library that an application says it needs, read from its own build files and packages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from abidiff.location import Location
from abidiff.requires.model import Version, parsed

NUMBER = r"(\d{1,9}(?:\.\d{1,9})*)"
OTHER_NAMES = {
    "libxml2": ("libxml-2.0",),
    "zlib": ("zlib1g", "python-zlib"),
}
"""What else build files and packages call a library."""

MESON_VARIABLE = re.compile(rf"^[ \t]*(\w+)[ \t]*=[ \t]*'(?:>=)?[ ]*{NUMBER}'", re.MULTILINE)
MESON_CALL = re.compile(r"\bdependency\s*\(\s*'([^'\n]+)'([^()]*)\)")
MESON_VERSION = re.compile(rf"\bversion\s*:\s*\[?\s*'>=\s*(?:{NUMBER})?'(?:\s*\+\s*(\w+))?|\bversion\s*:\s*(\w+)")
SPEC_MACRO = re.compile(rf"^%(?:global|define)\s+(\w+)\s+{NUMBER}\s*$", re.MULTILINE)
SPEC_LINE = re.compile(r"^(?:Build)?Requires(?:\([\w,]+\))?:(.*)$", re.MULTILINE)
SPEC_USE = re.compile(r"%\{\??(\w+)\}")
PYTHON = re.compile(r"^MIN_(\w+)_VERSION(?:\s*:\s*[\w\[\], .]+)?\s*=\s*\(([\d, ]+)\)", re.MULTILINE)
MOST_BYTES = 4 << 20


class Declared(NamedTuple):
    """A version that stands somewhere, and what it is a promise about.

    ``rank``  0: what the application checks at run time, 1: what its build asks for, 2: what its packages do,
    3: the release of the bindings, which is only about as old as that of the library.
    """

    rank: int
    version: Version
    location: Location


def is_declaration(path: str) -> bool:
    """Tell whether a file of that name may say which release is needed."""
    return _reader(path) is not None


def declared(files: Mapping[str, bytes], library: str) -> tuple[Declared, ...]:
    """Return what an application declares, the most binding first; of equals the oldest release."""
    found: list[Declared] = []
    names = Names(library)
    for path, data in files.items():
        reader = _reader(path)
        if reader is None or len(data) > MOST_BYTES or names.bytes not in data.lower():
            continue
        text = data.decode("utf-8", "replace")
        for rank, number, offset in reader(text, names):
            line = text.count("\n", 0, offset) + 1
            column = offset - text.rfind("\n", 0, offset)
            if version := parsed(number):
                found.append(Declared(rank, version, Location(path, line, column)))
    return tuple(sorted(found))


class Names:
    """What a library and its bindings are called in build files."""

    def __init__(self, library: str) -> None:
        bare = library.lower()
        several = "|".join(re.escape(name) for name in (bare, *OTHER_NAMES.get(bare, ())))
        self.bytes = bare.removesuffix("2").encode()
        self.constant = bare.upper()
        package = rf"(?:(?:{several})(?:-dev|-devel|-libs|0)?|(?:{several})[-_]python|python3?-(?:{several}))"
        self.binding = re.compile(rf"(?:{several})[-_]python|python3?-(?:{several})")
        self.module = re.compile(rf"(?:{several})(?:-qemu|-lxc)?")
        end = r"(?![\w.-])"
        self.needed = re.compile(rf"(?<![\w.-])({package}){end}(?:\[[\w,]*\])?\s*(?:>=|==|~=)\s*{NUMBER}")
        self.debian = re.compile(rf"(?<![\w.-])({package}){end}(?::\w+)?\s*\(\s*>=\s*(?:\d+:)?{NUMBER}")

    def rank(self, name: str, rank: int) -> int:
        """Return the rank of a declaration about a package of that name."""
        return 3 if self.binding.fullmatch(name) else rank


Found = Iterator[tuple[int, str, int]]


def _build(text: str, names: Names) -> Found:
    for match in names.needed.finditer(text):
        yield names.rank(match[1], 1), match[2], match.start()


def _meson(text: str, names: Names) -> Found:
    variables = {match[1]: match[2] for match in MESON_VARIABLE.finditer(text)}
    for match in MESON_CALL.finditer(text):
        if names.module.fullmatch(match[1]) and (version := MESON_VERSION.search(match[2])):
            number = version[1] or variables.get(version[2] or version[3] or "", "")
            yield 1, number, match.start()


def _debian(text: str, names: Names) -> Found:
    for match in names.debian.finditer(text):
        yield names.rank(match[1], 2), match[2], match.start()


def _spec(text: str, names: Names) -> Found:
    macros = {match[1]: match[2] for match in SPEC_MACRO.finditer(text)}
    for line in SPEC_LINE.finditer(text):
        told = SPEC_USE.sub(lambda found: macros.get(found[1], ""), line[1][:1000])
        for match in names.needed.finditer(told):
            yield names.rank(match[1], 2), match[2], line.start()


def _python(text: str, names: Names) -> Found:
    for match in PYTHON.finditer(text):
        if match[1] == names.constant:
            yield 0, ".".join(part.strip() for part in match[2].split(",") if part.strip()), match.start()
    if "install_requires" in text:
        yield from _build(text, names)


def _reader(path: str) -> Callable[[str, Names], Found] | None:
    folder, _, name = path.rpartition("/")
    if name == "meson.build":
        return _meson
    if name in ("configure.ac", "configure.in", "CMakeLists.txt", "pyproject.toml", "setup.cfg"):
        return _build
    if name.endswith("requirements.txt") and "test" not in name:
        return _build
    if name == "control" and folder.rpartition("/")[2] == "debian":
        return _debian
    if name.endswith((".spec", ".spec.in")):
        return _spec
    return _python if name.endswith(".py") else None
