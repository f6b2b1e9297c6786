"""Annotations that libvirt's generator reads from comments: ``@acl``, ``@generate``, and the older words.

New: a ``/** ... */`` comment before the procedure holds ``@name: value`` lines.  Old: a plain comment behind
the enumerator on its line holds words (``autogen skipgen priority:high | readstream@1``).  The long comment at
the head of the enum explains the annotations and is none: it does not begin with ``/**``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from typing import NamedTuple

from abidiff.surfaces.xdr.read.scan import Source, printable

_LINE = re.compile(r"@([A-Za-z_]+)[ \t]*:?[ \t]*([^\n]*)")
_OLD = re.compile(r"(?:(?:auto|skip)gen|priority:|(?:read|write)stream@|acl(?:filter)?:)")
_SINCE = re.compile(r"(?<![Dd]eprecated )\b[Ss]ince:?[ \t]+(?:version[ \t]+|[vV])?(\d+(?:\.\d+)+)")
_GENERATE = {"skipgen skipgen": "none", "autogen skipgen": "server", "skipgen autogen": "client",
             "autogen autogen": "both"}  # fmt: skip


class Annotations(NamedTuple):
    """What the comments around one procedure say; ``acl`` is None where they do not speak of it."""

    acl: tuple[str, ...] | None = None
    filters: tuple[str, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()


NONE = Annotations()


def around(source: Source, before: int, start: int, end: int) -> Annotations:
    """Return the annotations of the procedure at ``start``..``end``; ``before`` is the end of the one above."""
    found = _annotated(source, before, start, end)
    since = _since(source, before, start, end)
    if not since or any(name == "since" for name, _ in found.notes):
        return found
    return found._replace(notes=tuple(sorted((*found.notes, ("since", since)))))


def _since(source: Source, before: int, start: int, end: int) -> str:
    """Return the release that a comment above, or behind on the same line, says to have brought it."""
    if source.dated is None:
        source.dated = [comment for comment in source.comments if _SINCE.search(comment.text)]
    first = bisect_left(source.dated, before, key=lambda c: c.start)
    last = bisect_left(source.dated, start, key=lambda c: c.start)
    above = [c for c in source.dated[first:last] if "\n" in source.text[before : c.start]]
    behind = [c for c in source.dated[last : last + 1] if "\n" not in source.text[end : c.start]]
    return next((match[1] for c in (*behind, *reversed(above)) if (match := _SINCE.search(c.text))), "")


def _annotated(source: Source, before: int, start: int, end: int) -> Annotations:
    comments = source.comments
    first = bisect_left(comments, before, key=lambda c: c.start)
    last = bisect_left(comments, start, key=lambda c: c.start)
    for comment in reversed(comments[first:last]):
        if comment.text.startswith("*") and "@" in comment.text:
            return _new(comment.text)
    for comment in comments[last : last + 4]:
        if "\n" in source.text[end : comment.start]:
            break
        if not comment.text.startswith("*") and _OLD.search(comment.text):
            return _read(_old(printable(comment.text)))
    return NONE


@lru_cache(maxsize=1024)
def _new(text: str) -> Annotations:
    """Read a comment of lines; most procedures have one of a few."""
    return _read([(m[1].lower(), m[2].strip()) for m in _LINE.finditer(printable(text))])


def _old(text: str) -> list[tuple[str, str]]:
    """Translate the older words: server and client generation, then priority and streams."""
    words = text.replace("|", " ").split()
    pairs = []
    generated = [word for word in words if word in ("autogen", "skipgen")]
    if len(generated) == 2:
        pairs.append(("generate", _GENERATE[" ".join(generated)]))
    for word in words:
        name, _, value = word.replace("@", ":", 1).partition(":")
        if value and name in ("priority", "readstream", "writestream", "acl", "aclfilter"):
            pairs.append((name, value))
    return pairs


def _read(pairs: list[tuple[str, str]]) -> Annotations:
    acl = [_requirement(value) for name, value in pairs if name == "acl"]
    filters = tuple(_requirement(value) for name, value in pairs if name == "aclfilter")
    notes = tuple(sorted((name, value) for name, value in pairs if name not in ("acl", "aclfilter")))
    required = tuple(dict.fromkeys(rule for rule in acl if rule != "none")) if acl else None
    return Annotations(required, tuple(f for f in filters if f != "none"), notes)


def _requirement(text: str) -> str:
    """Write a requirement in one spelling: no blanks around its colons."""
    return ":".join(part.strip() for part in text.split(":"))
