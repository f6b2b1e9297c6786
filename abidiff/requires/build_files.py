"""What build files and packages say of a library, comments left out: (rank, version, offset of the place) of each.

Syntax: Meson's and CMake's reference manuals, Autoconf (M4), TOML 1.0, PEP 508, Debian Policy 5 and 7, RPM's
spec files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from abidiff.location import blanked

NUMBER = r"(\d{1,9}(?:\.\d{1,9})*)"
OTHER_NAMES = {
    "libxml2": ("libxml-2.0",),
    "zlib": ("zlib1g", "python-zlib"),
}
"""What else build files and packages call a library."""

QUOTED = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
APOSTROPHES = r"'''.*?(?:'''|\Z)"
LONG = rf"\"\"\".*?(?:\"\"\"|\Z)|{APOSTROPHES}"
FLAGS = re.DOTALL | re.MULTILINE
M4_COMMENT = re.compile(r"\bdnl\b[^\n]*|(?:^|(?<=[ \t]))#[^\n]*", FLAGS)
LINE_COMMENT = re.compile(r"(?:^[ \t]*;|^#|(?<=[ \t])#)[^\n]*", FLAGS)
MESON_COMMENT = re.compile(rf"(?P<kept>{APOSTROPHES}|{QUOTED})|#[^\n]*", FLAGS)
CMAKE_COMMENT = re.compile(r"(?P<kept>\"(?:[^\"\\]|\\.)*\")|#\[(?P<of>=*)\[.*?(?:\](?P=of)\]|\Z)|#[^\n]*", FLAGS)
TOML_COMMENT = re.compile(rf"(?P<kept>{LONG}|{QUOTED})|#[^\n]*", FLAGS)
PYTHON_COMMENT = re.compile(rf"{LONG}|(?P<kept>{QUOTED})|#[^\n]*", FLAGS)

MESON_VARIABLE = re.compile(rf"^[ \t]*(\w+)[ \t]*=[ \t]*'(?:>=)?[ ]*{NUMBER}'", re.MULTILINE)
MESON_CALL = re.compile(r"\bdependency\s*\(\s*'([^'\n]+)'([^()]*)\)")
MESON_VERSION = re.compile(
    rf"\bversion\s*:\s*(?:\[\s*)?(?:'[<!][^'\n]*'\s*,\s*)*'(?:>=|>|==|=)?\s*(?:{NUMBER})?'(?:\s*\+\s*(\w+))?"
    r"|\bversion\s*:\s*(\w+)"
)
M4_VARIABLE = re.compile(
    rf"^[ \t]*(\w+)=[\"']?{NUMBER}[\"']?[ \t]*$|\bm4_define\s*\(\s*\[?(\w+)\]?\s*,\s*\[?{NUMBER}\]?\s*\)", re.MULTILINE
)
CMAKE_VARIABLE = re.compile(rf"\bset\s*\(\s*(\w+)\s+\"?{NUMBER}\"?", re.IGNORECASE)
CMAKE_PACKAGE = re.compile(rf"\bfind_package\s*\(\s*(\w+)\s+{NUMBER}", re.IGNORECASE)
SPEC_MACRO = re.compile(rf"^%(?:global|define)\s+(\w+)\s+{NUMBER}\s*$", re.MULTILINE)
SPEC_LINE = re.compile(r"^(?:Build)?Requires(?:\([\w,]+\))?:(.*)$", re.MULTILINE)
SPEC_USE = re.compile(r"%\{\??(\w+)\}")
PYTHON = re.compile(
    r"^[ \t]*MIN_(\w+)_VERSION(?:[ \t]{0,9}:[ \t]{0,9}[\w\[\], .]{1,99})?[ \t]{0,9}="
    rf"[ \t]*(?:\(([\d, \n]+)\)|[\"']{NUMBER}[\"']|(\d[\d_]{{6,12}})\b)",
    re.MULTILINE,
)
POETRY = re.compile(r"^\[tool\.poetry\.dependencies\][ \t]*$(.*?)(?:^\[|\Z)", FLAGS)
DEBIAN_FIELD = re.compile(r"^([A-Za-z][A-Za-z0-9-]*):(?:[^\n]*\n?)(?:[ \t#][^\n]*\n?)*", re.MULTILINE)
DEBIAN_COMMENT = re.compile(r"^#[^\n]*", re.MULTILINE)
NEEDING = frozenset(("build-depends", "build-depends-arch", "build-depends-indep", "depends", "pre-depends"))
"""The fields of Debian's control files without whose packages nothing is built or installed (Policy 7.2 and 7.7)."""

Found = Iterator[tuple[int, str, int]]


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
        modules = rf"pkgconfig\((?:{several})(?:-qemu|-lxc)?\)"
        self.needed = re.compile(
            rf"(?<![\w.-])({package}{end}|{modules})(?:\[[\w,]*\])?\s*(?:>=|==|~=|>|=)\s*(?:{NUMBER}|\$?[{{(]?([A-Za-z_]\w*))"
        )
        self.debian = re.compile(rf"(?<![\w.-])({package}){end}(?::\w+)?\s*\(\s*>[>=]\s*(?:\d+:)?{NUMBER}")
        self.poetry = re.compile(
            rf"^[ \t]*[\"']?({package})[\"']?[ \t]*=[ \t]*(?:\{{[^}}\n]*\bversion[ \t]*=[ \t]*)?"
            rf"[\"'][ \t]*(?:\^|~=?|>=?|==?)?[ \t]*{NUMBER}",
            re.MULTILINE,
        )

    def rank(self, name: str, rank: int) -> int:
        """Return the rank of a declaration about a package of that name."""
        return 3 if self.binding.fullmatch(name) else rank


def reader(path: str) -> Callable[[str, Names], Found] | None:
    """Return what reads a file of that name; None where it says nothing of what is needed."""
    folder, _, name = path.rpartition("/")
    exact = READERS.get(name)
    if exact is not None:
        return exact
    if name.endswith("requirements.txt") and "test" not in name:
        return _lines
    if name == "control" and folder.rpartition("/")[2] == "debian":
        return _debian
    if name.endswith((".spec", ".spec.in")):
        return _spec
    return _python if name.endswith(".py") else None


def _code(text: str, comment: re.Pattern[str]) -> str:
    """Return a text with spaces for its comments: every place stays where it is."""
    return comment.sub(lambda found: found[0] if found.groupdict().get("kept") else blanked(found[0]), text)


def _needed(text: str, names: Names, variables: dict[str, str]) -> Found:
    for match in names.needed.finditer(text):
        yield names.rank(match[1], 1), match[2] or variables.get(match[3], ""), match.start()


def _meson(text: str, names: Names) -> Found:
    text = _code(text, MESON_COMMENT)
    variables = {match[1]: match[2] for match in MESON_VARIABLE.finditer(text)}
    for match in MESON_CALL.finditer(text):
        if names.module.fullmatch(match[1]) and (version := MESON_VERSION.search(match[2])):
            number = version[1] or variables.get(version[2] or version[3] or "", "")
            yield 1, number, match.start()


def _autoconf(text: str, names: Names) -> Found:
    text = _code(text, M4_COMMENT)
    yield from _needed(text, names, {m[1] or m[3]: m[2] or m[4] for m in M4_VARIABLE.finditer(text)})


def _cmake(text: str, names: Names) -> Found:
    text = _code(text, CMAKE_COMMENT)
    yield from _needed(text, names, {match[1]: match[2] for match in CMAKE_VARIABLE.finditer(text)})
    for match in CMAKE_PACKAGE.finditer(text):
        if names.module.fullmatch(match[1].lower()):
            yield 1, match[2], match.start()


def _lines(text: str, names: Names) -> Found:
    yield from _needed(_code(text, LINE_COMMENT), names, {})


def _pyproject(text: str, names: Names) -> Found:
    text = _code(text, TOML_COMMENT)
    yield from _needed(text, names, {})
    for table in POETRY.finditer(text):
        for match in names.poetry.finditer(text, table.start(1), table.end(1)):
            yield names.rank(match[1], 1), match[2], match.start(1)


def _debian(text: str, names: Names) -> Found:
    for field in DEBIAN_FIELD.finditer(text):
        if field[1].lower() in NEEDING:
            for match in names.debian.finditer(_code(field[0], DEBIAN_COMMENT)):
                yield names.rank(match[1], 2), match[2], field.start() + match.start()


def _spec(text: str, names: Names) -> Found:
    macros = {match[1]: match[2] for match in SPEC_MACRO.finditer(text)}
    for line in SPEC_LINE.finditer(text):
        told = SPEC_USE.sub(lambda found: macros.get(found[1], ""), line[1][:1000])
        for rank, number, _ in _needed(told, names, {}):
            yield max(rank, 2), number, line.start()


def _python(text: str, names: Names) -> Found:
    if f"MIN_{names.constant}_VERSION" not in text and "install_requires" not in text:
        return
    text = _code(text, PYTHON_COMMENT)
    for match in PYTHON.finditer(text):
        if match[1] == names.constant:
            several = [part.strip() for part in (match[2] or "").split(",") if part.strip()]
            yield 0, match[3] or ".".join(several or _scaled(int(match[4]))), match.start()
    if "install_requires" in text:
        yield from _needed(text, names, {})


def _scaled(number: int) -> tuple[str, ...]:
    """Return the three numbers of a version that is one: 8004000 is 8.4.0."""
    return tuple(str(part) for part in (number // 1_000_000, number // 1000 % 1000, number % 1000))


READERS: dict[str, Callable[[str, Names], Found]] = {
    "meson.build": _meson,
    "configure.ac": _autoconf,
    "configure.in": _autoconf,
    "CMakeLists.txt": _cmake,
    "pyproject.toml": _pyproject,
    "setup.cfg": _lines,
}
