"""Sources without a reader of their own: procedures of a protocol by the names that the protocol gives them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from abidiff import limits
from abidiff.location import Location, blanked
from abidiff.requires.catalogue import Catalogue
from abidiff.requires.languages.problems import too_large
from abidiff.requires.model import Reading, Use

PROCEDURES = frozenset(("procedure", "event"))
WORD = re.compile(r"\b[A-Z][A-Z0-9_]*_PROC_[A-Z0-9_]+\b")
SLASHES = re.compile(r"//[^\n]*|/\*.*?\*/|(\"(?:[^\"\\\n]|\\.)*\")", re.DOTALL)
HASH = re.compile(r"(?:(?<=[\s;,(){}])|^)#[^\n]*|(\"(?:[^\"\\\n]|\\.)*\")", re.MULTILINE)
WITH_HASH = (".rb", ".pl", ".pm", ".ex", ".exs", ".tcl")
APART = {
    (".pl", ".pm"): re.compile(r"^=[a-zA-Z].*?(?:^=cut\b[^\n]*|\Z)|^__(?:END|DATA)__$.*", re.DOTALL | re.MULTILINE),
    (".rb",): re.compile(r"^=begin\b.*?(?:^=end\b[^\n]*|\Z)|^__END__$.*", re.DOTALL | re.MULTILINE),
}
"""Whole lines that are no code: perlpod, what stands behind the end of a script, Ruby's embedded documents."""

NESTING = (".rs", ".kt", ".kts", ".swift", ".scala", ".sc")
"""Languages in which a comment may stand in a comment."""

OUTSIDE = re.compile(r"//[^\n]*|/\*|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
INSIDE = re.compile(r"/\*|\*/")


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
    for number, line in enumerate(_code(path, text).split("\n"), 1):
        for found in WORD.finditer(line):
            if found[0] in known:
                yield Use(found[0], (found[0],), Location(path, number, found.start() + 1))


def _code(path: str, text: str) -> str:
    """Return a source with spaces for its comments."""
    for ends, apart in APART.items():
        if path.endswith(ends):
            text = apart.sub(_spaces, text)
    if path.endswith(NESTING):
        return _unnested(text)
    comment = HASH if path.endswith(WITH_HASH) else SLASHES
    return comment.sub(lambda found: found[1] or _spaces(found), text)


def _spaces(found: re.Match[str]) -> str:
    return blanked(found[0])


def _unnested(text: str) -> str:
    """Return a source without comments, where these may stand in each other."""
    out, depth, done, at = [], 0, 0, 0
    while found := (INSIDE if depth else OUTSIDE).search(text, at):
        at = found.end()
        if found[0].startswith('"'):
            continue
        if not depth:
            out.append(text[done : found.start()])
            done = found.start()
        depth += {"/*": 1, "*/": -1}.get(found[0], 0)
        if not depth:
            out.append(blanked(text[done:at]))
            done = at
    rest = text[done:]
    return "".join([*out, blanked(rest) if depth else rest])
