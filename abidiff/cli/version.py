"""What ``--version --verbose`` tells: everything that a verdict may depend on."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import shutil
import sys

JUDGES = ("gcc", "clang", "rpcgen", "jing", "xmllint", "ld", "git")


def told() -> str:
    """Return the versions of Python, of the machine, of every library that is installed, and the judges found."""
    lines = [
        f"Python {platform.python_version()} ({platform.python_implementation()}, {sys.executable})",
        f"platform {platform.platform()}",
    ]
    for name in needed():
        try:
            lines.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            lines.append(f"{name} not installed")
    lines += [f"{name}: {shutil.which(name) or 'not found'}" for name in JUDGES]
    return "\n".join(lines)


def needed() -> list[str]:
    """Return the libraries that abidiff needs and those of its extras for users, by name."""
    try:
        entries = importlib.metadata.requires("abidiff") or []
    except importlib.metadata.PackageNotFoundError:
        return []
    names = set()
    for entry in entries:
        name = re.match(r"[A-Za-z0-9._-]+", entry)
        if name is not None and not re.search(r"extra\s*==\s*['\"](dev|docs)['\"]", entry):
            names.add(name[0])
    return sorted(names, key=str.lower)
