"""The languages of applications, one file each.

A module has ``takes(path)``, which tells by the name whether a file is of this kind, and ``read(files, catalogue)``,
which gives the uses of all such files of an application.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping

from abidiff.files import POINTER
from abidiff.finding import Problem
from abidiff.location import Location
from abidiff.markup import as_utf8
from abidiff.requires.catalogue import Catalogue
from abidiff.requires.declared import is_declaration
from abidiff.requires.languages.go_names import VENDORED
from abidiff.requires.model import Reading

ENDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("python", (".py",)),
    ("c", (".c", ".h", ".cc", ".cpp", ".cxx", ".c++", ".C", ".cppm", ".hpp", ".hh", ".hxx", ".H", ".inl", ".m", ".mm")),
    ("go", (".go",)),
    (
        "protocol",
        (".rs", ".rb", ".pl", ".pm", ".java", ".kt", ".scala", ".js", ".ts", ".ml", ".cs", ".swift", ".ex", ".exs"),
    ),
    (
        "xml",
        (".xml", ".xml.in", ".xml.j2", ".xml.jinja", ".xml.jinja2", ".xml.tmpl", ".xml.tpl", ".xml.erb", ".xml.mako"),
    ),
)
"""Module below this package → endings of the files that it reads; what holds code goes to ``binary``."""

CODE = frozenset((b"\x7f", b"\xfe", b"\xce", b"\xcf", b"\xca", b"!", b"B", b"\xde", b"M", b"d", b"L"))
"""Bytes that files of code begin with."""

OBJECTS = (".o", ".obj", ".a", ".lib", ".dylib", ".bundle", ".dll", ".exe", ".pyd", ".node", ".bc")
"""Endings of files of code beside those of shared libraries and of none."""

NAMING = (".toml", ".cfg", ".ini", ".yaml", ".yml", ".sh", ".bash", ".service", ".desktop", "entry_points.txt")
"""Endings of files that may name what Python defines: entry points, configuration, scripts of the shell."""

SCRIPT = re.compile(rb"#![^\n]*?\b(python|perl|ruby)[\d.]*\b")
SCRIPTS = {b"python": "python", b"perl": "protocol", b"ruby": "protocol"}
CONTROLS = bytes((*range(1, 9), *range(14, 27), *range(28, 32), 127))
RARE = 100
"""Bytes of a text for each control character that is none of text: not a line end, a tab, a form feed or an escape."""

TESTS = frozenset(("test", "tests", "testing", "testdata"))


def wanted(path: str) -> bool:
    """Tell whether a file may hold uses, or say which release is needed."""
    return language(path) != "" or _may_be_binary(path) or is_declaration(path) or path.endswith(NAMING)


def document_roots(files: Mapping[str, bytes], *, tests: bool) -> frozenset[str]:
    """Return the first elements of the documents among files, whose places have to be known."""
    kept = [path for path in files if language(path) == "xml" and (tests or not is_test(path))]
    if not kept:
        return frozenset()
    from abidiff.requires.languages.xml import roots_of

    return frozenset(root for path in kept for root in roots_of(as_utf8(files[path])))


def language(path: str) -> str:
    """Return the module that reads files of this name, or nothing."""
    return next((name for name, endings in ENDINGS if path.endswith(endings)), "")


def kind(path: str, data: bytes) -> str:
    """Return the module that reads a file, or nothing; a script without an ending is told by its first line."""
    if data[:1] in CODE and holds_code(data):
        return "binary"
    script = SCRIPT.match(data) if "." not in path.rpartition("/")[2] else None
    return language(path) or (SCRIPTS[script[1]] if script is not None else "")


def holds_code(data: bytes) -> bool:
    """Tell whether a file holds code: ELF, or a format that is only named."""
    from abidiff.requires.languages.binary import format_of

    return format_of(data) != ""


def _may_be_binary(path: str) -> bool:
    name = path.rpartition("/")[2]
    return "." not in name or ".so" in name or name.lower().endswith(OBJECTS)


def is_test(path: str) -> bool:
    """Tell whether a file belongs to the tests of an application."""
    return path.endswith("_test.go") or not TESTS.isdisjoint(path.split("/")[:-1])


def read(files: Mapping[str, bytes], catalogue: Catalogue) -> Reading:
    """Return what all files use, in the order of their paths; vendored clients of the library are left out."""
    groups: dict[str, dict[str, bytes]] = {}
    problems: list[Problem] = []
    beside: dict[str, bytes] = {}
    for path, data in files.items():
        if any(folder in path for folder in VENDORED):
            continue
        name = kind(path, data)
        if not name:
            beside[path] = data
            continue
        text = data if name == "binary" else as_utf8(data)
        why = "" if name == "binary" else _no_text(text)
        if why:
            problems.append(Problem("requires", why, Location(path), hint="mend it, or leave it out"))
        else:
            groups.setdefault(name, {})[path] = text
    parts = []
    for name, several in sorted(groups.items()):
        module = importlib.import_module(f"{__name__}.{name}")
        parts.append(module.read(several | beside if name == "python" else several, catalogue))
    return Reading(
        tuple(sorted((use for part in parts for use in part.uses), key=lambda use: (use.location, use.name))),
        tuple(sorted((guard for part in parts for guard in part.guards), key=lambda guard: guard.location)),
        (*problems, *(problem for part in parts for problem in part.problems)),
        tuple(sorted((each for part in parts for each in part.refusals), key=lambda each: each.location)),
    )


def _no_text(data: bytes) -> str:
    """Return why nothing can be said of a file that should be text, or nothing."""
    if data.startswith(POINTER):
        return "a pointer of Git LFS: what the file holds is elsewhere"
    if b"\0" in data:
        return "not text: it holds null bytes"
    unlike = len(data) - len(data.translate(None, CONTROLS))
    return "not text: it holds control characters" if unlike * RARE > len(data) else ""
