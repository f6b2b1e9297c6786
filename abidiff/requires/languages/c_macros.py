"""Macros that one file of an application defines behind a check, and another one tests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import reduce

from abidiff.errors import ParseError
from abidiff.requires.catalogue import Catalogue
from abidiff.requires.languages.c_conditions import either
from abidiff.requires.languages.c_points import ANYWHERE, Macro, is_check, named
from abidiff.requires.languages.conditionals import Directive, Groups

WORD = re.compile(r"[A-Za-z_]\w*")
DEFINED = re.compile(rb"^[ \t]*#[ \t]*define[ \t]+(\w+)", re.MULTILINE)


class Shared:
    """The definitions of one name, file by file."""

    def __init__(self) -> None:
        self.by_file: dict[str, Macro] = {}

    def outside(self, path: str) -> Macro | None:
        """Return what the other files define; None where they do not."""
        found = [macro for each, macro in self.by_file.items() if each != path]
        return reduce(either, found) if found else None


def shared(
    directives: Mapping[str, list[Directive]], files: Mapping[str, bytes], catalogue: Catalogue
) -> dict[str, Shared]:
    """Return the macros whose definitions are behind a check in some file, with all their definitions."""
    own: dict[str, dict[str, Macro]] = {}
    for path, several in directives.items():
        groups = Groups(path, catalogue, {})
        try:
            groups.read(several)
        except ParseError:
            continue
        own[path] = groups.macros
    telling = _telling(own, directives, catalogue)
    if not telling:
        return {}
    out = {name: Shared() for name in sorted(telling)}
    for path, data in files.items():
        if path in own:
            found = {name: macro.elsewhere() for name, macro in own[path].items() if name in telling}
        else:
            names = {match[1].decode() for match in DEFINED.finditer(data)}
            found = dict.fromkeys(names & telling, ANYWHERE)
        for name, macro in found.items():
            out[name].by_file[path] = macro
    return out


def _telling(
    own: Mapping[str, Mapping[str, Macro]], directives: Mapping[str, list[Directive]], catalogue: Catalogue
) -> set[str]:
    """Return the macros that are defined behind a check, ask for one, or stand in one beside a version."""

    def tells(word: str) -> bool:
        return catalogue.scale(word) is not None or is_check(word, catalogue) or named(word, catalogue) != ""

    telling: set[str] = set()
    bodies: dict[str, set[str]] = {}
    for macros in own.values():
        for name, macro in macros.items():
            if any(any(each.where) for each in macro.definitions if each.where is not None):
                telling.add(name)
            bodies.setdefault(name, set()).update(word for each in macro.definitions for word in each.body or ())
    users: dict[str, set[str]] = {}
    for name, words in bodies.items():
        for word in words:
            users.setdefault(word, set()).add(name)
    pending = [*telling, *(word for word in users if tells(word))]
    while pending:
        more = users.pop(pending.pop(), set()) - telling
        telling |= more
        pending += more
    for each in (found for several in directives.values() for found in several if found.word in ("if", "elif")):
        words = set(WORD.findall(each.rest)) if each.rest else set()
        if words and any(word in telling or tells(word) for word in words):
            telling |= words & bodies.keys()
    return telling
