"""An unpacked release or a work tree."""

from __future__ import annotations

import os
from pathlib import Path

from abidiff.errors import SourceError
from abidiff.limits import Deadline, passed
from abidiff.release import Release
from abidiff.sources import request as req
from abidiff.sources.regular import read_regular
from abidiff.sources.request import Opening, printable

MAX_UNREAD = 1000
OUTSIDE = "a link to outside of the folder"
SKIPPED = frozenset((".git", ".hg", ".svn"))


class Walk:
    """One walk over a folder: wanted files only, links followed within the folder, cycles seen."""

    def __init__(self, what: str, root: Path, request: Opening) -> None:
        self.what, self.request = what, request
        self.root = os.path.realpath(root)
        self.deadline = Deadline(request.limits.seconds, what)
        self.files: dict[str, bytes] = {}
        self.notes: dict[str, None] = {}
        self.unread: dict[str, str] = {}
        self.astray: dict[str, str] = {}
        self.pinned: list[str] = []
        self.apart: list[str] = []
        self.newest = 0.0
        self.seen = self.linked = self.bytes = 0

    def run(self) -> None:
        """Read all wanted files."""
        pending: list[tuple[str, tuple[str, ...]]] = [("", (self.root,))]
        while pending:
            folder, chain = pending.pop()
            self.deadline.check()
            pending += self._folder(folder, chain)

    def holes(self) -> None:
        """Say what a work tree of git leaves out."""
        if not os.path.lexists(os.path.join(self.root, ".git")):  # noqa: PTH118
            return
        from abidiff.sources.git_holes import holes, submodules

        for path, why in holes(Path(self.root)):
            matters = self.request.may_hold(path[:-1]) if path.endswith("/") else self.request.wanted(path)
            if matters and path not in self.files:
                self._unread(path, why)
        for path, why, pinned in submodules(Path(self.root)):
            for name in [name for name in self.files if name.startswith(path)]:
                del self.files[name]
            if self.request.may_hold(path[:-1]):
                self._unread(path, why)
                self.pinned += [path] if pinned else []

    def _folder(self, folder: str, chain: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
        try:
            with os.scandir(chain[-1]) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            if not folder:
                raise SourceError(f"{self.what}: {error.strerror}") from None
            self._unread(f"{folder}/", str(error.strerror))
            return []
        below = []
        through = chain[-1] != f"{self.root}/{folder}" and bool(folder)
        for entry in found:
            self.seen += 1
            self.linked += through and entry.is_symlink()
            if self.linked > self.request.limits.link_steps:
                where = f"{self.what}: {printable(folder)}"
                raise passed("link-steps", f"{where}: links between folders multiply without bound")
            if self.seen > self.request.limits.members:
                raise passed("members", f"{self.what}: more than {self.request.limits.members} files and folders")
            path = f"{folder}/{entry.name}" if folder else entry.name
            step = self._entry(entry, path, chain)
            if step:
                below.append(step)
        return below

    def _entry(self, entry: os.DirEntry[str], path: str, chain: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
        link = entry.is_symlink()
        is_folder = self._is_folder(entry)
        matters = self.request.may_hold(path) if is_folder else self.request.wanted(path)
        if entry.name in SKIPPED:
            return None
        if not matters:
            if not is_folder and req.beside(entry.name):
                self.apart.append(path)
            if link and not is_folder and not os.path.exists(entry.path):  # noqa: PTH110
                self._lost(path, "a link that leads nowhere")
            return None
        if not is_folder:
            self._file(path, link)
            return None
        if not link:
            if len(chain) > self.request.limits.depth:
                raise passed("depth", f"{self.what}: {printable(path)}: folders nested too deep")
            return path, (*chain, f"{chain[-1]}/{entry.name}")
        real = os.path.realpath(entry.path)
        if not self._inside(real) or real in chain or any(one.startswith(f"{real}/") for one in chain):
            self._note(f"{printable(path)}: a link to a folder outside or around it: not followed")
            if not self._inside(real) and not self.root.startswith(f"{real}/"):
                self._lost(path, OUTSIDE)
            return None
        if len(chain) > self.request.limits.depth:
            return None
        return path, (*chain, real)

    def _is_folder(self, entry: os.DirEntry[str]) -> bool:
        try:
            return entry.is_dir()
        except OSError:
            return False

    def _inside(self, real: str) -> bool:
        return real == self.root or real.startswith(f"{self.root}/")

    def _file(self, path: str, link: bool) -> None:
        full = os.path.join(self.root, path)  # noqa: PTH118
        if link and not self._inside(os.path.realpath(full)):
            self._unread(path, OUTSIDE)
            return
        read = read_regular(full, self.request.limits.file_bytes, self.what, path)
        if read is None:
            self._unread(path, "not a readable file")
            return
        data, mtime = read
        self.bytes += len(data)
        if self.bytes > self.request.limits.kept_bytes or len(self.files) >= self.request.limits.kept_files:
            name = "kept-bytes" if self.bytes > self.request.limits.kept_bytes else "kept-files"
            raise passed(name, f"{self.what}: the files that matter are more than the bound allows")
        self.newest = max(self.newest, mtime)
        self.files[_normal(path)] = data

    def _unread(self, path: str, why: str) -> None:
        """Say that something wanted could not be read."""
        self._note(f"{printable(path)}: {why}: not read")
        if len(self.unread) < MAX_UNREAD:
            self.unread[_normal(path)] = why

    def _lost(self, path: str, why: str) -> None:
        """Say that a link behind which a folder may lie is not followed."""
        if len(self.astray) < MAX_UNREAD and self.request.leads(path):
            self.astray[_normal(f"{path}/")] = why

    def _note(self, text: str) -> None:
        if len(self.notes) < 20:
            self.notes[text] = None


def _normal(path: str) -> str:
    """Return a path as UTF-8 where its bytes are that, whatever the encoding of the system's names is."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")


def open_folder(argument: str, path: Path, request: Opening, *, label: str = "") -> Release:
    """Read an unpacked release; a folder that holds nothing but one folder stands for that one."""
    what = printable(argument)
    for _ in range(2):
        inner = _only_folder(path)
        if (
            inner is None
            or inner.name in ("include", "usr", "src", "docs")
            or getattr(request.wanted, "as_it_is", False)
        ):
            break
        path = inner
    if all((path / name).exists() for name in ("HEAD", "objects", "refs")):
        raise SourceError(f"{what}: a bare repository of git, no release", hint=f"name a revision: {what}@REV")
    with os.scandir(path) as entries:
        if next(entries, None) is None:
            raise SourceError(f"{what}: the folder is empty", hint="a release with nothing in it is no release")
    walk = Walk(what, path, request)
    request.progress(f"reading {what}")
    walk.run()
    walk.holes()
    name = os.path.basename(os.path.realpath(path))  # noqa: PTH119
    version = req.version_in_files(walk.files, request.version_files) or req.version_in_name(name)
    return req.release(
        printable(label or name),
        version,
        walk.files,
        argument,
        date=req.day(walk.newest),
        notes=(*walk.notes, *req.apart(walk.apart)),
        unread=(*walk.unread.items(), *walk.astray.items()),
        pinned=tuple(walk.pinned),
        astray=tuple(walk.astray),
    )


def _only_folder(path: Path) -> Path | None:
    with os.scandir(path) as entries:
        found = [entry for _, entry in zip(range(2), entries, strict=False)]
    alone = len(found) == 1 and found[0].name not in SKIPPED and found[0].is_dir(follow_symlinks=False)
    return Path(found[0].path) if alone else None
