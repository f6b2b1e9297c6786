"""What both readers of archives share: which members are kept, under which path, within which bounds.

A reader walks the members and asks :meth:`Collector.member` about each; only when it answers
True does the reader hand over the bytes with :meth:`Collector.keep`.  Links, the common top
folder, duplicates and refusals are settled here, so that both readers give the same release.
"""

from __future__ import annotations

import re
from collections.abc import Container
from enum import IntEnum
from posixpath import normpath

from abidiff.errors import SourceError
from abidiff.limits import Deadline, passed
from abidiff.sources.request import Opening, not_read, printable

DAMAGED = "the archive is damaged, or made to deceive; fetch it again"
MAX_NOTES = 20
MAX_UNREAD = 1000
NEVER = b"\0/"
# Names that need a second look: "./x", "a//b", "../x", "/x", "x/", "a/./b".
ODD_NAME = re.compile(r"\A(?:[./]|\Z)|//|/\.|/\Z|\x00").search
# Folders that are part of a tree's own layout and never the name of a release around it.
LAYOUT = frozenset(
    ("usr", "opt", "etc", "include", "src", "lib", "lib64", "doc", "docs", "share", "tools", "daemon", "qemud")
)


class Kind(IntEnum):
    """What a member is."""

    FILE = 0
    FOLDER = 1
    SYMLINK = 2
    HARDLINK = 3
    OTHER = 4


class Collector:
    """Takes members one by one; :meth:`result` gives the files by their path in the release."""

    def __init__(
        self, what: str, request: Opening, packed: int, *, strip: bool = True, extra: frozenset[str] = frozenset()
    ) -> None:
        self.what = what
        self.request = request
        self.limits = request.limits
        self.packed = max(packed, 1)
        self.notes: dict[str, None] = {}
        self.dropped_notes = 0
        self.unread: dict[str, str] = {}
        self.pinned: list[str] = []
        self._astray: dict[str, str] = {}
        self._refused: dict[str, str] = {}
        self.newest = 0.0
        self.members = 0
        self.kept_bytes = 0
        self.files: dict[str, bytes] = {}
        self._held: set[str] = set()  # what hard links lead to
        self.links: dict[str, tuple[str, bool]] = {}
        self.names: list[bytes] = []
        self._special: list[bytes] = []
        self._others: set[str] = set()  # wanted paths that are folders, pipes, devices or sparse files
        self.extra = extra
        self.extra_names = frozenset(name.encode("utf-8", "surrogateescape") for name in extra)
        self.shut: dict[bytes, bool] = {}  # folder → whether nothing in it can be wanted, as far as it was asked
        self._unseen: frozenset[str] = frozenset()
        self._found: dict[str, str] | None = None
        self.deadline = Deadline(request.limits.seconds, what)
        self.top: str | None = None if strip else ""
        self._prefix = ""
        self._as_it_is = True
        self._wanted = request.wanted
        ends = {*request.endings, *(name.lower() for name in extra)}
        self._odd = (b"/", *sorted(text.encode("utf-8", "surrogateescape").lower() for text in ends))
        self._start = b"" if self.top == "" else NEVER

    def note(self, text: str) -> None:
        """Keep a note for the report; beyond some only their number."""
        if text in self.notes:
            return
        if len(self.notes) < MAX_NOTES:
            self.notes[text] = None
        else:
            self.dropped_notes += 1

    def progress_bytes(self, unpacked: int) -> None:
        """Check the bounds on what has been unpacked so far; called for every block of input."""
        self.deadline.check()
        limits = self.limits
        if unpacked > limits.unpacked_bytes:
            raise passed("unpacked-bytes", f"{self.what}: more than {limits.unpacked_bytes} bytes unpacked")
        if unpacked > limits.ratio_from and unpacked > self.packed * limits.ratio:
            raise passed("ratio", f"{self.what}: unpacks to more than {limits.ratio} times its size: refused")

    def check_size(self, path: str, size: int) -> None:
        """Refuse a wanted member whose size is out of bounds, before it is read."""
        if size > self.limits.file_bytes:
            raise passed(
                "file-bytes",
                f"{self.what}: {printable(path)}: {size} bytes, more than {self.limits.file_bytes}",
                hint="a file of an interface is never that large",
            )

    def ignores(self, raw: bytes) -> bool:
        """Count a member that is no link, when its name alone says that nobody wants it.

        Nearly all members end here: keep it quick.
        """
        if raw.lower().endswith(self._odd) or not raw.startswith(self._start) or b"//" in raw or b"/./" in raw:
            return False
        self.pass_by(raw)
        return True

    def closed(self, raw: bytes) -> bool:
        """Count a member, link or not, that lies in a folder in which nothing can be wanted."""
        folder = raw[: raw.rfind(b"/") + 1]
        known = self.shut.get(folder)
        if known is None:
            if raw.count(b"/") > self.limits.path_parts:
                self._deep(raw.decode("utf-8", "replace"))
            known = self.shut[folder] = self._closed(folder)
        if not known or raw in self.extra_names:
            return False
        self.pass_by(raw)
        return True

    def pass_by(self, raw: bytes) -> None:
        """Count a member that nobody wants."""
        self.members += 1
        if not self.members & 0xFF:
            self._many()
        self.names.append(raw)

    def _closed(self, folder: bytes) -> bool:
        if self._as_it_is or not folder.startswith(self._start) or b"//" in folder or b"/." in folder:
            return False
        inside = folder[len(self._start) : -1].decode("utf-8", "surrogateescape")
        return bool(inside) and not self.request.may_hold(inside)

    def member(self, raw: str, kind: Kind, target: str = "") -> str | None:
        """Count a member; return its path when its bytes are wanted."""
        self.members += 1
        if not self.members & 0xFF:
            self._many()
        path = raw
        if raw.count("/") > self.limits.path_parts:
            self._deep(raw)
        if ODD_NAME(raw):
            path = self._clean(raw)
            if not path:
                return None
        if self.top != "":
            self._common(path, kind)
        if kind is Kind.FILE:
            self.names.append(path.encode("utf-8", "surrogateescape"))
            return path if self._matters(path) else None
        if kind is Kind.SYMLINK or kind is Kind.HARDLINK:
            self._unlike(path, self._others)
            if path in self.files or path in self.links:
                self._held_still(path)
            self._drop(path)
            self.links[path] = (target, kind is Kind.HARDLINK)
            if kind is Kind.HARDLINK:
                self._held.add(normpath(target))
        elif kind is Kind.OTHER:
            self._special.append(path.encode("utf-8", "surrogateescape"))
            self.odd(path, "neither file, folder nor link")
        elif self._matters(path):
            self._other(path)
        return None

    def odd(self, path: str, what: str) -> None:
        """Note a member that can't be read as a file, when it matters."""
        if self._matters(path):
            self._other(path)
            self.missed(path, what)

    def _other(self, path: str) -> None:
        """Remember a wanted path that is no file and no link."""
        self._unlike(path, self.files, self.links)
        self._others.add(path)

    def _unlike(self, path: str, *known: Container[str]) -> None:
        """Refuse a path that is known as a member of another kind: what unpacks it keeps the one or the other."""
        if any(path in each for each in known):
            raise self._two_kinds(path)

    def _two_kinds(self, path: str) -> SourceError:
        text = f"{self.what}: can't be read: {printable(path)} is in it as things of two kinds"
        return SourceError(text, hint=DAMAGED)

    def missed(self, path: str, why: str) -> None:
        """Say that something wanted can't be read."""
        self.note(not_read(path, why))
        if len(self.unread) < MAX_UNREAD:
            self.unread[path] = why

    def submodule(self, path: str, commit: str) -> None:
        """Say that a submodule in which something wanted may lie is not entered."""
        if self.request.may_hold(path):
            self.missed(f"{path}/", f"a submodule, at commit {commit[:12]}")
            self.pinned.append(f"{path}/")

    def lost(self, path: str, why: str) -> None:
        """Say that a link leads to no file or folder here: what lies behind it is missed where it may be a folder."""
        inside = path[len(self.top) + 1 :] if self.top else path
        if len(self._astray) < MAX_UNREAD and not self._wanted(inside) and self.request.leads(inside):
            self._astray[f"{inside}/"] = why

    @property
    def astray(self) -> tuple[str, ...]:
        """The links behind which folders may lie that are not here, as folders in the release."""
        return tuple(self._astray)

    def leading(self) -> tuple[tuple[str, str], ...]:
        """Return (path, where it would lead) of the links that lead nowhere here, as paths in the release."""
        start = len(self.top) + 1 if self.top else 0
        found = ((path, self.links[path][0]) for path in self.unread if path in self.links and not self.links[path][1])
        led = ((path[start:], normpath(f"{path[start:].rpartition('/')[0]}/{target}")) for path, target in found)
        return tuple((path, target) for path, target in led if not target.startswith(("..", "/")))

    def misses(self) -> tuple[tuple[str, str], ...]:
        """Return (path in the release, why) of what is wanted and is not there to read."""
        start = len(self.top) + 1 if self.top else 0
        there = {path[start:] for path in (*self.files, *self._aliases())}
        missed = ((path[start:], why) for path, why in self.unread.items() if path[start:] not in there)
        return (*missed, *self._refused.items(), *self._astray.items())

    def keep(self, path: str, data: bytes, mtime: float) -> None:
        """Keep the bytes of a wanted member; the last of several with one name wins."""
        self._unlike(path, self._others)
        if path in self.files or path in self.links:
            self._held_still(path)
        if path in self.files:
            self._drop(path)
            self.note(f"{printable(path)}: more than once in the archive; the last one counts")
        self.links.pop(path, None)
        self.newest = max(self.newest, mtime)
        self.kept_bytes += len(data)
        if self.kept_bytes > self.limits.kept_bytes or len(self.files) >= self.limits.kept_files:
            name = "kept-bytes" if self.kept_bytes > self.limits.kept_bytes else "kept-files"
            raise passed(name, f"{self.what}: the files that matter are more than the bound allows")
        self.files[path] = data

    def _many(self) -> None:
        self.deadline.check()
        if self.members > self.limits.members:
            raise passed("members", f"{self.what}: more than {self.limits.members} members")

    def _deep(self, path: str) -> None:
        raise passed("path-parts", f"{self.what}: {printable(path)}: a path of {path.count('/') + 1} parts")

    def _held_still(self, path: str) -> None:
        """Refuse to put something else in a place that hard links share: programs write through it, or beside it."""
        if path in self._held or self.links.get(path, ("", False))[1]:
            text = f"{self.what}: can't be read: {printable(path)} comes again after a hard link to it or from it"
            raise SourceError(text, hint="what unpacks this gives one content or the other; pack it anew")

    def _drop(self, path: str) -> None:
        old = self.files.pop(path, None)
        if old is not None:
            self.kept_bytes -= len(old)

    def _clean(self, raw: str) -> str:
        """Return the path of a member within the archive; nothing when it is refused."""
        if raw.startswith("/") or "\0" in raw or ".." in raw.split("/"):
            ways = self._might_be(raw)
            if ways:
                self.note(f"{printable(raw)}: absolute or outside of the archive: refused")
            if len(self._refused) < MAX_UNREAD:
                self._refused.update((path, f"its name in the archive, {printable(raw)}, is refused") for path in ways)
            return ""
        path = normpath(raw) if raw else ""
        return "" if path == "." else path

    def _might_be(self, raw: str) -> list[str]:
        """Return the wanted paths in the release that a refused name may stand for."""
        parts = [part for part in raw.replace("\0", "/").split("/") if part not in ("", ".", "..")]
        ways = ("/".join(parts[start:]) for start in range(min(len(parts), 8)))
        return [way for way in ways if self._wanted(way)]

    def _common(self, path: str, kind: Kind) -> None:
        first = path.partition("/")[0]
        if self.top is None:
            alone = first == path and kind != Kind.FOLDER
            self.top = "" if alone or first.lower() in LAYOUT else first
            self._prefix = f"{first}/"
            anchored = getattr(self._wanted, "anchored", None)
            self._as_it_is = not self.top or anchored is None or anchored(first)
        elif not path.startswith(self._prefix) and path != self.top:
            self.top = ""
            self._as_it_is = True
            self.shut.clear()
        self._start = self.top.encode("utf-8", "surrogateescape") + b"/" if self.top else b""

    def _matters(self, path: str) -> bool:
        """Tell whether a member is wanted: below the common folder, or under its own path.

        The common folder may turn out to be none, late in the archive; then a path counts as it
        is, which makes a difference only for globs that name that folder.
        """
        if self._prefix and path.startswith(self._prefix) and self._wanted(path[len(self._prefix) :]):
            return True
        return (self._as_it_is and self._wanted(path)) or path in self.extra

    # --- at the end ---------------------------------------------------------------------

    def lacking(self) -> frozenset[str]:
        """Return the members that wanted links lead to and that were passed by: read again with these."""
        targets = self._aliases().values()
        return (frozenset(target for target in targets if target not in self.files) | self._unseen) - self.extra

    def result(self) -> dict[str, bytes]:
        """Return path in the release → bytes."""
        out: dict[str, bytes] = {}
        for link, target in self._aliases().items():
            if target in self.files:
                out[link] = self.files[target]
        out.update((path, data) for path, data in self.files.items())
        self._nested()
        start = len(self.top) + 1 if self.top else 0
        stripped = {path[start:]: data for path, data in out.items()}
        return {path: data for path, data in stripped.items() if self._wanted(path)}

    def passed(self) -> tuple[bytes, ...]:
        """Return the paths in the release of all that is no folder."""
        start = len(self.top.encode("utf-8", "surrogateescape")) + 1 if self.top else 0
        links = (link.encode("utf-8", "surrogateescape") for link in self.links)
        return tuple(name[start:] for name in (*self.names, *self._special, *links))

    def _nested(self) -> None:
        """Refuse a file in which another one lies that is kept."""
        folders = {
            path[:at].encode("utf-8", "surrogateescape")
            for path in self.files.keys() - self.extra
            for at, sign in enumerate(path)
            if sign == "/"
        }
        both = folders.intersection(self.names)
        if both:
            raise self._two_kinds(min(both).decode("utf-8", "surrogateescape"))

    def told(self) -> tuple[object, ...]:
        """Return what a release is made of, but for its day, to compare what two readers saw."""
        links = {link: target for link, target in self.links.items() if self.concerns(link)}
        return self.result(), links, self.top, sorted(path for path, _ in self.misses())

    @property
    def hollow(self) -> bool:
        """Whether there is nothing in it but folders."""
        return not (self.names or self.links or self.unread or self._refused)

    def aliased(self) -> bool:
        """Tell whether links lead to files that are wanted."""
        return bool(self._aliases())

    def _aliases(self) -> dict[str, str]:
        """Wanted path that is or lies below a link → the member that it leads to."""
        if self._found is None:
            self._found = self._follow_all()
        return self._found

    def _follow_all(self) -> dict[str, str]:
        if not any(self.concerns(link) for link in self.links):
            return {}
        from abidiff.sources.links import Links

        found, self._unseen = Links(self).follow()
        return found

    def passed_by(self, path: str) -> bool:
        """Tell whether a path lies in a folder whose members were passed by, links among them."""
        folder = path.encode("utf-8", "surrogateescape").rpartition(b"/")[0] + b"/"
        return bool(self.shut.get(folder)) and path not in self.extra

    def matters(self, path: str) -> bool:
        """Tell whether a path is wanted."""
        return self._matters(path)

    def concerns(self, link: str) -> bool:
        """Tell whether a link is wanted, or may stand for a folder in which something is."""
        start = len(self.top) + 1 if self.top else 0
        return self.request.may_hold(link[start:]) or self._matters(link)
