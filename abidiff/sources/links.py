"""Links within an archive or a git tree: what a wanted path that is a link, or lies below one, stands for."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Mapping, Sequence
from posixpath import normpath
from typing import NamedTuple, Protocol

from abidiff.limits import Limits, passed
from abidiff.sources.request import printable


class Members(Protocol):
    """What is asked of the members of an archive or a tree."""

    @property
    def what(self) -> str:
        """How messages name it."""

    @property
    def links(self) -> Mapping[str, tuple[str, bool]]:
        """Link → its target, and whether it is a hard one."""

    @property
    def names(self) -> Sequence[bytes]:
        """The files."""

    @property
    def limits(self) -> Limits:
        """The bounds."""

    def concerns(self, link: str) -> bool:
        """Tell whether a link is wanted, or may stand for a folder in which something is."""

    def matters(self, path: str) -> bool:
        """Tell whether a path is wanted."""

    def passed_by(self, path: str) -> bool:
        """Tell whether a path lies in a folder whose members were passed by."""

    def missed(self, path: str, why: str) -> None:
        """Note a wanted path that is not there."""

    def lost(self, path: str, why: str) -> None:
        """Note a link that leads nowhere here."""


NOWHERE = "a link that leads nowhere in the release"


class Folder(NamedTuple):
    """A link to a folder: where it appears, the folder, and the folders that a walk came through."""

    path: str
    target: str
    chain: tuple[str, ...]


class Links:
    """Follows the links of one collector, as a walk over the unpacked files would."""

    def __init__(self, collector: Members) -> None:
        self.collector = collector
        self.links = collector.links
        self.found: dict[str, str] = {}
        self.unseen: set[str] = set()
        self.names = self.followed = 0
        names = [*collector.names, *(link.encode("utf-8", "surrogateescape") for link in self.links)]
        self.every = b"\0" + b"\0".join(names) + b"\0"
        self._names: list[str] | None = None

    def follow(self) -> tuple[dict[str, str], frozenset[str]]:
        """Return wanted path → member, and what was passed by and has to be looked at for that."""
        folders: deque[Folder] = deque()
        for link in sorted(self.links):
            if self.collector.concerns(link):
                folders += self._one(link, link, _ancestors(link))
        while folders:
            folders += self._below(folders.popleft())
        return self.found, frozenset(self.unseen)

    def _one(self, link: str, path: str, chain: tuple[str, ...]) -> list[Folder]:
        """Look at a link that appears under a path: a file is taken, a folder returned."""
        target = self._resolve(link)
        if target is None:
            return self._nowhere(link, path)
        if any(one == target or one.startswith(f"{target}/") for one in chain):
            return self._around(path)
        raw = b"\0" + target.encode("utf-8", "surrogateescape")
        if raw + b"/" in self.every:
            return [Folder(path, target, (*chain, target))]
        passed = {way for way in (*_ancestors(target), target) if self.collector.passed_by(way)}
        if raw + b"\0" in self.every and self.collector.matters(path):
            self.found[path] = target
        elif passed:
            self.unseen |= passed
        elif raw + b"\0" in self.every:
            return self._around(path)  # a file that nobody wants
        else:
            return self._nowhere(link, path)
        return []

    def _nowhere(self, link: str, path: str) -> list[Folder]:
        if not self.links[link][1]:
            self.collector.lost(path, NOWHERE)
        return self._around(path)

    def _around(self, path: str) -> list[Folder]:
        if self.collector.matters(path):
            self.collector.missed(path, NOWHERE)
        return []

    def _below(self, folder: Folder) -> list[Folder]:
        """Take what lies below a link to a folder; return the folders that links in there lead to."""
        further: list[Folder] = []
        names, prefix = self._sorted(), f"{folder.target}/"
        at = bisect_left(names, prefix)
        while at < len(names) and names[at].startswith(prefix):
            name, path = names[at], f"{folder.path}/{names[at][len(prefix) :]}"
            at += 1
            self._count(folder, link=name in self.links)
            if name in self.links:
                if len(folder.chain) < self.collector.limits.depth:
                    inside = tuple(way for way in _ancestors(name) if way.startswith(prefix))
                    further += self._one(name, path, (*folder.chain, *inside))
            elif self.collector.matters(path):
                self.found.setdefault(path, name)
            elif self.collector.passed_by(name) and self.collector.concerns(path):
                self.unseen.add(name)
        return further

    def _count(self, folder: Folder, *, link: bool) -> None:
        """Count a name below a link; one that is a link itself is what multiplies."""
        self.names += 1
        self.followed += link
        bounds = self.collector.limits
        if self.followed > bounds.link_steps or self.names > bounds.members:
            where = f"{self.collector.what}: {printable(folder.path)}"
            name = "link-steps" if self.followed > bounds.link_steps else "members"
            raise passed(name, f"{where}: links between folders multiply without bound")

    def _sorted(self) -> list[str]:
        if self._names is None:
            self._names = sorted({name.decode("utf-8", "surrogateescape") for name in self.every.split(b"\0") if name})
        return self._names

    def _resolve(self, link: str) -> str | None:
        """Follow a link within the release, also through folders that are links."""
        path, seen = link, 0
        while True:
            hop = self._hop(path)
            if hop is None:
                return path
            seen += 1
            at, rest = hop
            target, hard = self.links[at]
            base = "" if hard else at.rpartition("/")[0]
            joined = normpath(f"{base}/{target}" if base else target)
            if seen > self.collector.limits.depth or target.startswith("/") or joined.startswith("..") or joined == ".":
                return None
            path = f"{joined}/{rest}" if rest else joined

    def _hop(self, path: str) -> tuple[str, str] | None:
        """Return the first part of a path that is itself a link, and what follows it."""
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            at = "/".join(parts[:depth])
            if at in self.links:
                return at, "/".join(parts[depth:])
        return None


def _ancestors(path: str) -> tuple[str, ...]:
    """Return the folders around a path, outermost first."""
    parts = path.split("/")
    return tuple("/".join(parts[:depth]) for depth in range(1, len(parts)))
