"""Include folders that the pkg-config files of a release name: ``Cflags: -I${includedir}/name``."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from abidiff.files import OTHERS, paths_of
from abidiff.pkgconfig import ENDINGS, MAX_BYTES, SEARCHED, USUAL, options, read

_PLACEHOLDER = re.compile(r"@\w+@")


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
    said = read(text, {**USUAL, "pcfiledir": f"/{where}"})
    found = []
    for field in ("Cflags", "Cflags.private"):
        for option, value in options(said.value(field)):
            folder = _PLACEHOLDER.sub("", value)
            if option in SEARCHED and folder.startswith("/"):
                found.append(posixpath.normpath(folder).lstrip("/"))
    return found
