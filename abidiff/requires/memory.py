"""What an application needs is not asked twice: reports in the cache, known by all that they depend on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache as once
from pathlib import Path

from abidiff import cache
from abidiff.cache import entries
from abidiff.finding import Report
from abidiff.release import Release

HISTORY = Path(__file__).resolve().parents[1] / "history"


def remembered(key: str, make: Callable[[], Report]) -> Report:
    """Return the report of a key, made now if it is not known; one with problems is not kept."""
    store = cache.default()
    found: Report | None = entries.load(store, key, Report)
    if found is not None:
        return found
    made = make()
    if not made.problems:
        entries.save(store, key, made)
    return made


def key(application: Release, history: str, *question: object) -> str:
    """Return the key of a question: the content of all files, the history, the code."""
    total = hashlib.sha256()
    for path in application.files:
        data = application.files[path]
        total.update(b"%d:%d:" % (len(path), len(data)) + path.encode("utf-8", "surrogateescape"))
        total.update(data)
    named = (application.label, application.version, application.origin, *application.notes, application.unread)
    code = (cache.code_key(), cache.rules_key(), _history_code())
    return cache.join("requires", *code, total.hexdigest(), named, _identity(history), *question)


@once
def _history_code() -> str:
    parts = (path.read_bytes() for path in sorted(HISTORY.rglob("*.py")))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _identity(history: str) -> str:
    """Return what tells a history from another one: what it was made of, or the digest of its file.

    A state of the file (size, times, the counter of changes of SQLite) can be that of another one; what is
    written ahead (``-wal``) is part of the content.
    """
    path = Path(history)
    if path.is_file():
        digests = []
        for part in (path, path.with_name(f"{path.name}-wal")):
            if part.is_file():
                with part.open("rb") as stream:
                    digests.append(hashlib.file_digest(stream, "sha256").hexdigest())
        return " ".join(digests)
    shipped = HISTORY.parent / "histories" / f"{path.name}.json"
    return shipped.read_text(encoding="utf-8") if shipped.is_file() else history
