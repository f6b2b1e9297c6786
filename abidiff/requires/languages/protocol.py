"""Sources without a reader of their own: procedures of a protocol by the names that the protocol gives them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from abidiff import limits
from abidiff.location import Location
from abidiff.requires.catalogue import Catalogue
from abidiff.requires.languages.problems import too_large
from abidiff.requires.model import Reading, Use

PROCEDURES = frozenset(("procedure", "event"))
WORD = re.compile(r"\b[A-Z][A-Z0-9_]*_PROC_[A-Z0-9_]+\b")
SLASHES = re.compile(r"//[^\n]*|/\*.*?\*/|(\"(?:[^\"\\\n]|\\.)*\")", re.DOTALL)
HASH = re.compile(r"(?:(?<=[\s;,(){}])|^)#[^\n]*|(\"(?:[^\"\\\n]|\\.)*\")", re.MULTILINE)
WITH_HASH = (".rb", ".pl", ".pm", ".ex", ".exs", ".tcl")


def read(files: Mapping[str, bytes], catalogue: Catalogue) -> Reading:
    """Return the procedures that sources name, outside of comments; checks around them are not understood."""
    known = {name for name, entry in catalogue.entries.items() if entry.kind in PROCEDURES}
    uses: list[Use] = []
    problems = []
    for path, data in files.items():
        if b"_PROC_" not in data:
            continue
        large = too_large(path, data, "header-bytes", limits.now().header_bytes)
        if large is not None:
            problems.append(large)
            continue
        uses += _uses(path, data.decode("utf-8", "replace"), known)
    return Reading(tuple(uses), (), tuple(problems))


def _uses(path: str, text: str, known: set[str]) -> Iterator[Use]:
    comment = HASH if path.endswith(WITH_HASH) else SLASHES
    code = comment.sub(lambda found: found[1] or re.sub(r"[^\n]", " ", found[0]), text)
    for number, line in enumerate(code.split("\n"), 1):
        for found in WORD.finditer(line):
            if found[0] in known:
                yield Use(found[0], (found[0],), Location(path, number, found.start() + 1))
