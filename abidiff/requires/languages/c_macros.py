"""Macros that one file of an application defines behind a check, and another one tests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import reduce

from abidiff.errors import ParseError
from abidiff.requires.catalogue import Catalogue
from abidiff.requires.facts import UNKNOWN
from abidiff.requires.languages.c_conditions import Macro, either
from abidiff.requires.languages.conditionals import Directive, Groups

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
    telling = {name for macros in own.values() for name, macro in macros.items() if _tells(macro)}
    if not telling:
        return {}
    out = {name: Shared() for name in sorted(telling)}
    for path, data in files.items():
        if path in own:
            found = {name: macro for name, macro in own[path].items() if name in telling}
        else:
            names = {match[1].decode() for match in DEFINED.finditer(data)}
            found = dict.fromkeys(names & telling, Macro(UNKNOWN, UNKNOWN))
        for name, macro in found.items():
            out[name].by_file[path] = macro
    return out


def _tells(macro: Macro) -> bool:
    return macro.checks or any(macro.there) or (macro.true is not None and any(macro.true))
