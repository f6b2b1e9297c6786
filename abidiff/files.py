"""The files of a release, each with its digest, which is made once and only where it is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping

MISSING = "-"
OTHERS = "<with>/"
"""Among the files of a release, those below this are headers of other projects: read, and never compared."""


class Files(Mapping[str, bytes]):
    """Path → bytes, in the order in which they were given."""

    __slots__ = ("_digests", "_held")

    def __init__(self, held: Mapping[str, bytes]) -> None:
        self._held: dict[str, bytes] = dict(held)
        self._digests: dict[str, str] = {}

    def __getitem__(self, path: str) -> bytes:
        return self._held[path]

    def __contains__(self, path: object) -> bool:
        return path in self._held

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def keys(self) -> KeysView[str]:
        """Return the paths."""
        return self._held.keys()

    def items(self) -> ItemsView[str, bytes]:
        """Return paths and contents."""
        return self._held.items()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)} files)"

    def digest(self, path: str) -> str:
        """Return the SHA-256 of a file's content; of one that is not there, what no content has."""
        found = self._digests.get(path)
        if found is None:
            data = self.get(path)
            found = self._digests[path] = MISSING if data is None else hashlib.sha256(data).hexdigest()
        return found


class Joined(Files):
    """The files of two, whose paths differ."""

    __slots__ = ("first", "second")

    def __init__(self, first: Files, second: Files) -> None:
        super().__init__({})
        self.first, self.second = first, second

    def __getitem__(self, path: str) -> bytes:
        return self.first[path] if path in self.first else self.second[path]

    def __contains__(self, path: object) -> bool:
        return path in self.first or path in self.second

    def __iter__(self) -> Iterator[str]:
        yield from self.first
        yield from self.second

    def __len__(self) -> int:
        return len(self.first) + len(self.second)

    def keys(self) -> KeysView[str]:
        """Return the paths."""
        return dict.fromkeys(self).keys()

    def items(self) -> ItemsView[str, bytes]:
        """Return paths and contents."""
        return {**self.first, **self.second}.items()

    def digest(self, path: str) -> str:
        """Return the SHA-256 of a file's content; of one that is not there, what no content has."""
        return (self.first if path in self.first else self.second).digest(path)


def digest_of(files: Mapping[str, bytes], path: str) -> str:
    """Return the SHA-256 of the content of a file that is there."""
    return files.digest(path) if isinstance(files, Files) else hashlib.sha256(files[path]).hexdigest()


def digests(files: Mapping[str, bytes], paths: Iterable[str]) -> str:
    """Return a hash over names and contents of files; a missing one counts as missing."""
    known = files if isinstance(files, Files) else Files({path: files[path] for path in paths if path in files})
    total = hashlib.sha256()
    for path in sorted(set(paths)):
        total.update(f"{len(path)}:{path}:{known.digest(path)}\n".encode("utf-8", "surrogateescape"))
    return total.hexdigest()
