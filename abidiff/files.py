"""The files of a release, each with its digest, which is made once and only where it is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Mapping

import msgspec

MISSING = "-"
C_HEADERS = (".h", ".h.in")
"""How the names of C headers end, those that a build makes too."""
POINTER = b"version https://git-lfs.github.com/spec/"
"""How a file begins that Git LFS left in the place of another one."""

OTHERS = "<with>/"
"""Among the files of a release, those below this are headers of other projects: read, and never compared."""


class Files(Mapping[str, bytes]):
    """Path → bytes, in the order in which they were given."""

    __slots__ = ("_digests", "_held", "looked")

    def __init__(self, held: Mapping[str, bytes]) -> None:
        self._held: dict[str, bytes] = dict(held)
        self._digests: dict[str, str] = {}
        self.looked: dict[tuple[str, str], bool] = {}
        """(pattern, path) → whether a file holds what the pattern looks for, as far as it was asked."""

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

    def paths(self, endings: tuple[str, ...] = (), below: str = "") -> tuple[str, ...]:
        """Return the paths that begin with ``below`` and end with one of ``endings``, in their order."""
        return tuple(path for path in self if path.startswith(below) and (not endings or path.endswith(endings)))

    def digest(self, path: str) -> str:
        """Return the SHA-256 of a file's content; of one that is not there, what no content has."""
        found = self._digests.get(path)
        if found is None:
            data = self.get(path)
            found = self._digests[path] = MISSING if data is None else hashlib.sha256(data).hexdigest()
        return found

    def blob(self, path: str) -> str:  # noqa: ARG002
        """Return the id of a file's content where it is known without reading it, else nothing."""
        return ""


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

    def blob(self, path: str) -> str:
        """Return the id of a file's content where it is known without reading it, else nothing."""
        return (self.first if path in self.first else self.second).blob(path)


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


def note_sought(files: Mapping[str, bytes], paths: Iterable[str]) -> None:
    """Note paths that are not there and that, if they were, would be what was looked for."""
    if isinstance(files, Traced):
        files.sought(paths)


def paths_of(files: Mapping[str, bytes], endings: tuple[str, ...] = (), below: str = "") -> tuple[str, ...]:
    """Return the paths that begin with ``below`` and end with one of ``endings``, in the order of the files."""
    return (files if isinstance(files, Files) else Files(files)).paths(endings, below)


def asked_of(files: Mapping[str, bytes], about: tuple[str, ...], answers: Mapping[str, object]) -> Mapping[str, bytes]:
    """Return files for answering questions whose answers are noted instead of the files that they come from.

    ``about``: what the answers depend on beside the files.  ``answers``: question → answer, read when the trace is
    closed.  The surface's ``answer`` gives the same answers again.
    """
    return files.questions(about, answers) if isinstance(files, Traced) else files


class Traced(Files):
    """Files that note all that is read of them: contents, presence, listings, answers to questions."""

    __slots__ = ("_asked", "_listed", "_read", "_sought", "_there", "files")

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__({})
        self.files = files if isinstance(files, Files) else Files(files)
        self._read: set[str] = set()
        self._there: set[str] = set()
        self._sought: set[str] = set()
        self._listed: set[tuple[tuple[str, ...], str]] = set()
        self._asked: list[tuple[tuple[str, ...], Mapping[str, object]]] = []

    def __getitem__(self, path: str) -> bytes:
        self._read.add(path)
        return self.files[path]

    def __contains__(self, path: object) -> bool:
        found = path in self.files
        if isinstance(path, str):
            (self._there if found else self._read).add(path)
        return found

    def __iter__(self) -> Iterator[str]:
        self._listed.add(((), ""))
        return iter(self.files)

    def __len__(self) -> int:
        self._listed.add(((), ""))
        return len(self.files)

    def keys(self) -> KeysView[str]:
        """Return the paths."""
        self._listed.add(((), ""))
        return self.files.keys()

    def items(self) -> ItemsView[str, bytes]:
        """Return paths and contents."""
        self._listed.add(((), ""))
        self._read.update(self.files)
        return self.files.items()

    def paths(self, endings: tuple[str, ...] = (), below: str = "") -> tuple[str, ...]:
        """Return the paths that begin with ``below`` and end with one of ``endings``, in their order."""
        self._listed.add((endings, below))
        return self.files.paths(endings, below)

    def digest(self, path: str) -> str:
        """Return the SHA-256 of a file's content; of one that is not there, what no content has."""
        self._read.add(path)
        return self.files.digest(path)

    def blob(self, path: str) -> str:
        """Return the id of a file's content where it is known without reading it, else nothing."""
        self._read.add(path)
        return self.files.blob(path)

    def questions(self, about: tuple[str, ...], answers: Mapping[str, object]) -> Files:
        """Return the files themselves; what is read of them stands in ``answers`` when the trace is closed."""
        self._asked.append((about, answers))
        return self.files

    def sought(self, paths: Iterable[str]) -> None:
        """Note paths that are not there and that, if they were, would be what was looked for."""
        self._sought.update(paths)

    def missing(self, *, every: bool) -> tuple[str, ...]:
        """Return the paths that were looked for and are not there: every one, or those that would change the result."""
        return _missing(self._read, self._sought, self.files, every=every)

    def trace(self) -> Trace:
        """Return what was read, with hashes of what was found."""
        read = tuple(sorted(self._read))
        listed = tuple((*one, _listing(self.files, *one)) for one in sorted(self._listed))
        asked = tuple(
            (about, digests(self.files, about), tuple((name, repr(found)) for name, found in said.items()))
            for about, said in self._asked
        )
        there, sought = tuple(sorted(self._there - self._read)), tuple(sorted(self._sought))
        return Trace(read, digests(self.files, read), there, listed, asked, sought)


class Trace(msgspec.Struct, frozen=True, array_like=True):
    """What was read of files, so that it can be told whether others would have given the same.

    ``read``    the paths whose content, or absence, was read; ``content`` a hash over these.
    ``there``   the paths that were only found to exist.
    ``listed``  (endings, below, hash of the paths that were listed).
    ``asked``   (about, hash over these, ((question, answer), ...)): questions that stand for the files that answer
                them, so that others may answer the same.
    ``sought``  the paths that are not there and that, if they were, would be what was looked for.
    """

    read: tuple[str, ...] = ()
    content: str = ""
    there: tuple[str, ...] = ()
    listed: tuple[tuple[tuple[str, ...], str, str], ...] = ()
    asked: tuple[tuple[tuple[str, ...], str, tuple[tuple[str, str], ...]], ...] = ()
    sought: tuple[str, ...] = ()

    def missing(self, files: Files, *, every: bool) -> tuple[str, ...]:
        """Return the same as a reader's ``missing``, of files of which the trace holds."""
        return _missing(self.read, self.sought, files, every=every)

    def holds(self, files: Files, answer: Answer | None = None) -> bool:
        """Tell whether all that was read is the same in other files."""
        if any(path not in files for path in self.there):
            return False
        if any(_listing(files, endings, below) != told for endings, below, told in self.listed):
            return False
        if digests(files, self.read) != self.content:
            return False
        for about, content, answers in self.asked:
            if digests(files, about) == content:
                continue
            if answer is None:
                return False
            ask = answer(files, about)
            if any(repr(ask(question)) != told for question, told in answers):
                return False
        return True


Answer = Callable[[Files, tuple[str, ...]], Callable[[str], object]]
"""(files, what the questions are about) → question → answer."""


def _missing(read: Iterable[str], sought: Iterable[str], files: Files, *, every: bool) -> tuple[str, ...]:
    """Where all was found, a header that is missing is the system's in another folder, unless it was ``sought``."""
    paths = {*(path for path in read if every or not path.endswith(C_HEADERS)), *sought}
    return tuple(path for path in sorted(paths) if path not in files)


def _listing(files: Files, endings: tuple[str, ...], below: str) -> str:
    found = "\0".join(files.paths(endings, below))
    return hashlib.sha256(found.encode("utf-8", "surrogateescape")).hexdigest()
