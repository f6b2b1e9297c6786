"""What an entry depends on, as its key: content of the input, the code that reads it, the profile."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from abidiff import limits
from abidiff.about import __version__
from abidiff.cache.store import Store, default
from abidiff.project import Unit
from abidiff.release import plain

PACKAGE = Path(__file__).resolve().parents[1]
# What only judges and prints models does not change them.
WITHOUT = frozenset(
    ("cli", "reports", "policy.py", "waivers.py", "gate.py", "notes.py", "detail.py", "history", "histories")
)
ENDINGS = (".py", ".toml", ".lark", ".json", ".h")
RACY_SECONDS = 3.0
# What models are made with, beside the package's own code.
LIBRARIES = ("lark", "libarchive_c", "lxml", "msgspec", "pycparser", "zstandard")


def code_key() -> str:
    """Return a hash over the version and every source file that has a part in making a model."""
    raised = limits.key()
    return join(_keys()[0], raised) if raised else _keys()[0]


def rules_key() -> str:
    """Return a hash over the rules of every surface, which models do not depend on."""
    return _keys()[1]


@cache
def _keys() -> tuple[str, str]:
    """Return both keys.

    Sources of the same names, sizes, times and inodes were not edited since; as with git's index, what was
    changed just now tells nothing, since clocks of file systems are coarse.
    """
    sources, newest = _sources()
    store = default() if abs(time.time() - newest) > RACY_SECONDS else Store(None)
    others = libraries()
    stamp = join("code", __version__, PACKAGE, others, "\n".join(f"{name} {seen}" for _, name, seen in sources))
    known = (store.get(stamp) or b"").decode("ascii", "replace").split()
    if len(known) == 2:
        return known[0], known[1]
    models, rules = hashlib.sha256(join(__version__, others).encode()), hashlib.sha256()
    for path, name, _ in sources:
        total = rules if "/rules/" in name else models
        total.update(f"\0{name}\0".encode())
        total.update(Path(path).read_bytes())
    store.put(stamp, f"{models.hexdigest()} {rules.hexdigest()}".encode())
    return models.hexdigest(), rules.hexdigest()


def libraries() -> tuple[str, ...]:
    """Return the versions of Python and of the libraries that have a part in models, as installed."""
    found = {sys.version}
    for folder in sys.path:
        with suppress(OSError), os.scandir(folder or ".") as entries:
            for entry in entries:
                name, _, version = entry.name.partition("-")
                if entry.name.endswith((".dist-info", ".egg-info")) and name.lower() in LIBRARIES:
                    found.add(f"{name} {version}")
    return tuple(sorted(found))


def _sources() -> tuple[list[tuple[str, str, str]], float]:
    """Return path, name in the package, and what the file system says of each source file; and the last change."""
    found: list[tuple[str, str, str]] = []
    newest = 0.0
    grammars = PACKAGE.parent / "grammars"
    pending = [(str(PACKAGE), ""), (str(grammars), "grammars/")] if grammars.is_dir() else [(str(PACKAGE), "")]
    while pending:
        folder, prefix = pending.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                if name.startswith(("__pycache__", ".")) or prefix + name in WITHOUT:
                    continue
                if name.endswith(ENDINGS):
                    info = entry.stat()
                    newest = max(newest, info.st_ctime, info.st_mtime)
                    seen = f"{info.st_size} {info.st_mtime_ns} {info.st_ctime_ns} {info.st_ino}"
                    found.append((entry.path, prefix + name, seen))
                elif "." not in name and entry.is_dir():
                    pending.append((entry.path, f"{prefix}{name}/"))
    return sorted(found), newest


def join(*parts: object) -> str:
    """Return one key for several parts."""
    total = hashlib.sha256()
    for part in parts:
        text = part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogateescape")
        total.update(b"%d:" % len(text) + text)
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
