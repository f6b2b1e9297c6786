"""Functions of a Go program whose callers are all known."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from abidiff.requires.languages.callers import words
from abidiff.requires.languages.go_index import File
from abidiff.requires.languages.go_tables import text

DECLARED = frozenset(("function_declaration", "method_declaration"))
LONE = frozenset(("main", "init"))
TEXT = re.compile(rb"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|`[^`]*`|'(?:\\.|[^'\\\n])*'", re.DOTALL)
ORDERS = (b"//export", b"//go:", b'"', b"`", b"'")
"""How comments begin that give a function to C or to another name; strings count as well."""


def alone(files: Iterable[File]) -> dict[str, str]:
    """Return the functions, of those that only their package sees, that are the only ones of their names → nothing."""
    counts = Counter(
        text(each.child_by_field_name("name"))
        for file in files
        for each in file.root.named_children
        if each.type in DECLARED
    )
    return {name: "" for name, count in counts.items() if count == 1 and name[:1].islower() and name not in LONE}


def named_nowhere_else(counts: Mapping[str, int], files: Mapping[str, bytes]) -> list[str]:
    """Return the functions that are named as often as they were seen, and where they are defined."""
    pattern = words(counts)
    seen: Counter[str] = Counter()
    for data in files.values():
        if pattern.search(data) is not None:
            seen.update(match.decode() for match in pattern.findall(TEXT.sub(_kept, data)))
    return [name for name, count in counts.items() if seen[name] == count + 1]


def _kept(found: re.Match[bytes]) -> bytes:
    return found[0] if found[0].startswith(ORDERS) else b" "
