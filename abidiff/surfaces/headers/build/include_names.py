"""How programs name the headers of a release."""

from __future__ import annotations

import posixpath
from collections.abc import Collection

from abidiff.surfaces.headers.read.files import Files


class IncludeNames:
    """The names by which the include paths of units lead to their headers.

    ``owner``: the headers of the units, by their paths.
    """

    def __init__(self, files: Files, owner: Collection[str]) -> None:
        self.files = files
        self.owner = owner
        self._names: dict[str, tuple[str, ...]] = {}
        self._usual: dict[tuple[str, str], int] | None = None

    def first(self, path: str) -> str:
        """Return how a program names a header."""
        return self.all(path)[0]

    def all(self, path: str) -> tuple[str, ...]:
        """Return the names by which the include paths lead to a header.

        First the one by which the release's own headers include their neighbours, else that from the longest path.
        """
        found = self._names.get(path)
        if found is None:
            name = path.removesuffix(".in")
            folders = sorted({f for f in self.files.include_dirs if f and name.startswith(f + "/")}, key=len)
            if len(folders) > 1:
                usual = self._usual_folders()
                folders.sort(key=lambda folder: usual.get((posixpath.dirname(name), folder), 0))
            found = self._names[path] = tuple(name[len(folder) + 1 :] for folder in reversed(folders)) or (name,)
        return found

    def _usual_folders(self) -> dict[tuple[str, str], int]:
        """Count from which include path the headers themselves include those of a folder: (folder, path) → times."""
        if self._usual is None:
            self._usual = {}
            for path in self.owner:
                file = self.files.open(path)
                for piece, start, end in file.pieces:
                    text = file.text[start:end].strip() if piece == "include" else ""
                    name = text[1:].partition(">")[0] if text.startswith("<") else ""
                    target = self.files.find(name, False, file) if name else None
                    if target is not None and target.path in self.owner and target.path.endswith("/" + name):
                        key = posixpath.dirname(target.path), target.path[: -len(name) - 1]
                        self._usual[key] = self._usual.get(key, 0) + 1
        return self._usual
