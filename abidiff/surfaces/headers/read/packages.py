"""Include folders that the pkg-config files of a release name: ``Cflags: -I${includedir}/name``."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from abidiff.files import OTHERS, paths_of
from abidiff.pkgconfig import ENDINGS, MAX_BYTES, USUAL, resolved

_PLACEHOLDER = re.compile(r"@\w+@")
_VARIABLE = re.compile(r"^(\w+)[ \t]*=[ \t]*(.*)$", re.MULTILINE)
_FLAGS = re.compile(r"^C[Ff]lags(?:\.private)?[ \t]*:[ \t]*(.*)$", re.MULTILINE)
_INCLUDE = re.compile(r"-I[ \t]*(\"[^\"]*\"|[^\s\"]+)")


def include_folders(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return the folders, as paths in the release, in the order of the names of the pkg-config files.

    A template (``.pc.in``) stands in a source tree, whose ``include`` becomes ``/usr/include``.
    """
    found: dict[str, None] = {}
    for path in sorted(paths_of(files, ENDINGS)):
        if not path.startswith(OTHERS) and len(files[path]) <= MAX_BYTES:
            for folder in folders_of(files[path].decode("utf-8", "replace"), posixpath.dirname(path)):
                found[folder.removeprefix("usr/") if path.endswith(".in") else folder] = None
    return tuple(found)


def folders_of(text: str, where: str) -> list[str]:
    """Return the folders that one pkg-config file in the folder ``where`` names."""
    values = {**USUAL, **dict(_VARIABLE.findall(text)), "pcfiledir": f"/{where}"}
    found = []
    for flags in _FLAGS.findall(text):
        for folder in _INCLUDE.findall(flags):
            resolved = _resolved(folder.strip('"'), values)
            if resolved.startswith("/"):
                found.append(posixpath.normpath(resolved).lstrip("/"))
    return found


def _resolved(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub("", resolved(text, values))
