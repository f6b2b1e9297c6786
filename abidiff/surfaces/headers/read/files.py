"""Where ``#include`` finds a header: the release, then the system headers that ship with abidiff."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cache

from abidiff import limits
from abidiff.files import OTHERS, note_sought, paths_of
from abidiff.location import Location
from abidiff.release import Release
from abidiff.resources import bundled
from abidiff.surfaces.headers.layout.system import SYSTEM
from abidiff.surfaces.headers.read.lexer import OFFSET_MASK, PLACE_BITS, SourceFile, beyond
from abidiff.surfaces.headers.read.others import Others, of_machine
from abidiff.surfaces.headers.read.packages import include_folders
from abidiff.surfaces.headers.read.since import SinceTags

# What the compiler brings, and types that differ between targets: these stay the bundled ones.
_OF_THE_COMPILER = frozenset(
    f"{name}.h"
    for name in ("float", "iso646", "limits", "stdalign", "stdarg", "stdatomic", "stdbool", "stddef", "stdint",
                 "stdnoreturn", "inttypes")
)  # fmt: skip
_FIRST = 4096
_PLACEHOLDER = re.compile(r"@([A-Za-z_]\w*)@")
_system_files: list[SourceFile] = []


@cache
def system_file(name: str) -> SourceFile | None:
    """Return a system header of our own (kept for the life of the process).

    The name comes from what is compared: it is looked up among the names of what is bundled and never
    becomes a path.
    """
    path = bundled("surfaces/headers/system").get(name)
    if path is None:
        return None
    found = SourceFile(SYSTEM + name, path.read_text(encoding="utf-8"), 1 + len(_system_files), system=True)
    _system_files.append(found)
    return found


class Files:
    """The headers of one release by the name that ``#include`` gives them.

    A template ``x.h.in`` is found as ``x.h``; ``@NAME@`` in it is replaced by
    ``substitutions[NAME]``.
    """

    def __init__(
        self,
        release: Release,
        headers: Iterable[str],
        include_dirs: Iterable[str] = (),
        substitutions: Mapping[str, str] | None = None,
        triplet: str = "",
    ) -> None:
        self.release = release
        self.substitutions = substitutions or {}
        folders = (*include_folders(release.files), *_directories(release, include_dirs))
        self.include_dirs = tuple(dict.fromkeys(f for f in folders if of_machine(f"{f}/", triplet)))
        self._opened: dict[str, SourceFile] = {}
        self._by_index: dict[int, SourceFile] = {}
        self._tags: dict[int, SinceTags] = {}
        self._next = _FIRST
        self._by_suffix: dict[str, str] = {}
        self._others = Others(paths_of(release.files, below=OTHERS), triplet)
        for path in sorted(headers):
            parts = path.removesuffix(".in").split("/")
            for at in range(len(parts)):
                self._by_suffix.setdefault("/".join(parts[at:]), path)

    def open(self, path: str) -> SourceFile:
        """Return a file of the release, cleaned and cut."""
        found = self._opened.get(path)
        if found is None and self._fills(path + ".in"):
            found = self._opened[path] = self.open(path + ".in")
        if found is None:
            raw = self.release.files[path]
            if len(raw) > limits.now().header_bytes:
                found = self._add(path, "")
                found.too_large = len(raw)
            else:
                text = raw.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
                if path.endswith(".in") and self.substitutions:
                    text = self._filled(text)
                    if len(text) > limits.now().header_bytes:
                        found = self._opened[path] = self._add(path, "", system=path.startswith(OTHERS))
                        found.too_large = len(text)
                        return found
                over = beyond(text, limits.now().header_tokens)
                found = self._add(path, "" if over >= 0 else text, system=path.startswith(OTHERS))
                if over >= 0:
                    found.over, found.original = over, text
            self._opened[path] = found
        return found

    def _filled(self, text: str) -> str:
        """Return a template filled in, as far as the bytes that a header may have: one more shows that it is larger."""
        parts, size, at, most = [], 0, 0, limits.now().header_bytes
        for match in _PLACEHOLDER.finditer(text):
            parts += [text[at : match.start()], self.substitutions.get(match[1], match[0])]
            size += len(parts[-2]) + len(parts[-1])
            at = match.end()
            if size > most:
                return "".join(parts)
        return "".join([*parts, text[at:]])

    def _fills(self, template: str) -> bool:
        """Tell whether all that a template leaves open is known: what was made of it, beside it, may be an older one.

        A repository that keeps both (libvirt 0.0.2) has the file of whoever configured it last.
        """
        if not self.substitutions or template not in self.release.files:
            return False
        names = _PLACEHOLDER.findall(self.release.files[template].decode("utf-8", "surrogateescape"))
        return bool(names) and all(name in self.substitutions for name in names)

    def internal(self, name: str, text: str) -> SourceFile:
        """Return a file that is made of text (definitions, a list of includes)."""
        return self._add(name, text, system=True)

    def _add(self, path: str, text: str, *, system: bool = False) -> SourceFile:
        found = SourceFile(path, text, self._next, system=system)
        self._by_index[self._next] = found
        self._next += 1
        return found

    def find(
        self,
        wanted: str,
        quoted: bool,
        includer: SourceFile | None,
        *,
        following: bool = False,
        asked: bool = False,
    ) -> SourceFile | None:
        """Resolve an ``#include``: beside the includer, include_dirs, system, anywhere in the headers.

        What would have been taken before, had it been read, is noted: beside the includer, and all places where one
        only asks whether it is there (``asked``).
        """
        files = self.release.files
        foreign = includer is not None and includer.path.startswith(OTHERS)
        own = includer.path if includer is not None and (foreign or not includer.system) else ""
        if includer is not None and includer.system and not foreign:
            beside = system_file(wanted)
            if beside is not None or following:
                return beside
        tried: list[str] = []
        for folder in self._places(quoted, own, foreign):
            path = posixpath.normpath(posixpath.join(folder, wanted)) if folder else wanted
            if path.startswith("../"):
                continue
            if path == own and (following or not quoted):
                continue  # a header that includes its own name stands before the one that is meant
            for each in (path, path + ".in"):
                if each in files:
                    note_sought(files, (one for one in tried if quoted and one != path))  # a template is as good
                    return self.open(each)
                if quoted or asked:
                    tried.append(each)
        name = posixpath.normpath(wanted)
        given = "" if name in _OF_THE_COMPILER else self._others.find(name, own)
        system = system_file(wanted) if not given or given == own else None
        if system is not None:
            note_sought(files, tried[:2] if quoted and own else ())
            return system
        path = ("" if foreign or given else self._by_suffix.get(name, "")) or given or self._others.find(name, own)
        if not path or path == own:
            note_sought(files, tried if asked else ())
            return None
        note_sought(files, tried)
        return self.open(path)

    def _places(self, quoted: bool, own: str, foreign: bool) -> Iterable[str]:
        if quoted and own:
            yield posixpath.dirname(own)
        if not foreign:
            yield from self.include_dirs

    def file_of(self, place: int) -> SourceFile | None:
        """Return the file that a place lies in."""
        index = place >> PLACE_BITS
        if index < _FIRST:
            return _system_files[index - 1] if 0 < index <= len(_system_files) else None
        return self._by_index.get(index)

    def tags(self, place: int) -> SinceTags | None:
        """Return the since tags of the file that a place lies in; a system header has none."""
        index = place >> PLACE_BITS
        found = self._tags.get(index)
        if found is None:
            file = self._by_index.get(index)
            if file is not None and not file.system:
                found = self._tags[index] = SinceTags(file)
        return found

    def location(self, place: int) -> Location:
        """Return path, line and column of a place."""
        found = self.file_of(place)
        return found.location(place & OFFSET_MASK) if found else Location("")

    def line_text(self, place: int) -> str:
        """Return the source line of a place."""
        found = self.file_of(place)
        return found.line_text(place & OFFSET_MASK) if found else ""


def _directories(release: Release, patterns: Iterable[str]) -> tuple[str, ...]:
    """Resolve ``*`` and ``**`` in include_dirs against the directories of the release."""
    found: dict[str, None] = {}
    folders: list[str] | None = None
    for pattern in patterns:
        pattern = pattern.strip("/").removeprefix("./")
        if "*" not in pattern and "?" not in pattern:
            found[pattern if pattern != "." else ""] = None
            continue
        if folders is None:
            folders = sorted({f for path in release.files for f in _parents(path)})
        depth = None if "**" in pattern else pattern.count("/")
        for folder in folders:
            if (depth is None or folder.count("/") == depth) and fnmatchcase(folder, pattern.replace("**", "*")):
                found[folder] = None
    return tuple(found)


def _parents(path: str) -> Iterable[str]:
    at = path.rfind("/")
    while at > 0:
        yield path[:at]
        at = path.rfind("/", 0, at)
