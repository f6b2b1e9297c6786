"""What an entry depends on, as its key: content of the input, the code that reads it, the profile."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from abidiff import __version__
from abidiff.errors import AbidiffError
from abidiff.project import Unit
from abidiff.release import Release, plain

PACKAGE = Path(__file__).resolve().parents[1]
# What only judges and prints models does not change them.
WITHOUT = frozenset(("cli", "reports", "rules", "policy.py", "waivers.py", "gate.py", "notes.py", "detail.py"))
ENDINGS = frozenset((".py", ".toml", ".lark", ".h"))


@cache
def code_key() -> str:
    """Return a hash over the version and every source file that has a part in making a model."""
    total = hashlib.sha256(__version__.encode())
    roots = [PACKAGE, *(folder for folder in (PACKAGE.parent / "grammars",) if folder.is_dir())]
    for root in roots:
        for path in _sources(root):
            total.update(f"\0{path.relative_to(root).as_posix()}\0".encode())
            total.update(path.read_bytes())
    return total.hexdigest()


def _sources(root: Path) -> list[Path]:
    found: list[Path] = []
    pending = [root]
    while pending:
        folder = pending.pop()
        for path in sorted(folder.iterdir()):
            if path.name in WITHOUT or path.name.startswith(("__pycache__", ".")):
                continue
            if path.is_dir():
                pending.append(path)
            elif path.suffix in ENDINGS:
                found.append(path)
    return sorted(found)


def join(*parts: object) -> str:
    """Return one key for several parts."""
    total = hashlib.sha256()
    for part in parts:
        text = part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogateescape")
        total.update(b"%d:" % len(text) + text)
    return total.hexdigest()


def contents(files: Mapping[str, bytes], paths: Iterable[str]) -> str:
    """Return a hash over names and contents of files; a missing one counts as missing."""
    total = hashlib.sha256()
    for path in sorted(set(paths)):
        name = path.encode("utf-8", "surrogateescape")
        data = files.get(path)
        total.update(b"%d:%s%d:" % (len(name), name, -1 if data is None else len(data)))
        total.update(data or b"")
    return total.hexdigest()


def unit(found: Unit) -> str:
    """Return what is fixed about a unit, as text."""
    options = sorted(plain(found.options).items())
    return repr((found.surface, found.name, found.tier, found.files, found.roots, _ordered(options)))


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted((key, _ordered(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        return [_ordered(item) for item in value]
    return value


def input_key(argument: str, *settings: object) -> str | None:
    """Return the key of a whole input where its content is known without reading its files.

    An archive is known by its own hash, ``REPO@REV`` by the ids of its tree and commit; for
    anything else, and for what can't be read, there is none.  ``settings`` is whatever else
    the result depends on (profile, surfaces).
    """
    from abidiff.sources.identify import identify

    try:
        identity = identify(argument)
    except (AbidiffError, OSError):
        return None
    return join("input", code_key(), identity, *settings) if identity else None


def content_key(release: Release, *settings: object) -> str:
    """Return the key of a release that had to be read to be known: a folder, the index, a file."""
    names = (release.label, release.version, release.date, release.single_file, release.notes)
    return join("content", code_key(), contents(release.files, release.files), *names, *settings)
