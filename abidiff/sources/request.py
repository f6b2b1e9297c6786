"""What a source is asked for, and what every source hands back."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping

import msgspec

from abidiff.files import Files
from abidiff.limits import Limits
from abidiff.patterns import Searches
from abidiff.release import Release


class Opening(msgspec.Struct, frozen=True):
    """The parameters of :func:`abidiff.sources.open_release`."""

    wanted: Callable[[str], bool]
    limits: Limits
    progress: Callable[[str], None]
    version_files: tuple[tuple[str, str], ...] = ()
    backend: str = ""

    def may_hold(self, folder: str) -> bool:
        """Tell whether anything wanted may lie in a folder."""
        test = getattr(self.wanted, "may_hold", None)
        return True if test is None else bool(test(folder))

    def leads(self, link: str) -> bool:
        """Tell whether what lies behind a link is missed if it is a folder: where a glob begins with its top folder.

        A name with an ending of letters (``README.md``) is a file's.
        """
        anchored = getattr(self.wanted, "anchored", None)
        if anchored is None or ENDING.search(link):
            return False
        return bool(anchored(link.partition("/")[0])) and self.may_hold(link)

    @property
    def endings(self) -> tuple[str, ...]:
        """The endings of which every wanted file has one; ``("",)`` when nothing is known."""
        found: tuple[str, ...] = getattr(self.wanted, "endings", ("",))
        return found


# libvirt-11.3.0, foo_1.2-3, v1.2.3; not the "2" of lib2geom or the "x86_64" of a package.
VERSION = re.compile(
    r"(?:\A|[-_])v?(\d+(?:\.\d+)+[a-z]?(?:[-.~]?(?:rc|alpha|beta|pre)[-.]?\d*)?)(?![\w])", re.IGNORECASE
)


ENDING = re.compile(r"[^/]\.[A-Za-z]\w+\Z")
DATED = re.compile(r"[-_](\d{8})(?!\d)")
# Debian's name_[epoch:]upstream[-revision]_architecture; %3a is the colon in a file's name.
DEBIAN = re.compile(r"\A[^_]+_(?:\d+(?:%3a|:))?([^_]+?)(?:-[^-_]+)?_[a-z0-9-]+\Z")
REPACKED = re.compile(r"[.+~](?:dfsg|ds|repack)\d*\Z|[.+~]dfsg(?=[+.])")


def version_in_name(name: str) -> str:
    """Return the version that stands in the name of an archive or folder, or nothing."""
    package = DEBIAN.match(name)
    if package and package[1][0].isdigit():
        upstream = package[1].rpartition("+really")[2]
        return REPACKED.sub("", upstream)
    found = VERSION.findall(name) or DATED.findall(name)
    return str(found[-1]) if found else ""


def label_of_archive(stem: str) -> str:
    """Return the name of an archive without its endings, of a package without epoch and architecture."""
    if DEBIAN.match(stem):
        name, _, version = stem.rpartition("_")[0].partition("_")
        return f"{name}_{re.sub(r'^[0-9]+(?:%3a|:)', '', version)}"
    return stem


def version_in_files(files: Mapping[str, bytes], version_files: tuple[tuple[str, str], ...]) -> str:
    """Return the version that a file of the release states.

    It is the pattern's first group, or the groups ``major``, ``minor`` and ``micro`` with dots between them.
    """
    searches = Searches()
    for path, pattern in version_files:
        if path in files:
            found = searches.groups(pattern, files[path][: 1 << 18].decode("utf-8", "replace"), path)
            if found:
                parts = [found.named.get(name) for name in ("major", "minor", "micro")]
                return ".".join(part for part in parts if part) or found.groups[1].strip()
    return ""


_APART = (
    ((".a", ".la"), "static archives and files of libtool are not judged"),
    ((".debug",), "debug information is not read (libabigail compares it)"),
)


BESIDE = tuple(ending.encode() for endings, _ in _APART for ending in endings)


def beside(name: str) -> bool:
    """Tell whether a file belongs to a library and is read by nobody."""
    return name.endswith(tuple(ending for endings, _ in _APART for ending in endings))


def apart(names: Iterable[str]) -> tuple[str, ...]:
    """Return notes on files that belong to libraries and are read by nobody: how many, and the first of them."""
    every, notes = sorted(filter(beside, names)), []
    for endings, what in _APART:
        found = [name for name in every if name.endswith(endings)]
        if found:
            more = f" and {len(found) - 1} more" if len(found) > 1 else ""
            notes.append(f"{what}: {printable(found[0])}{more}")
    return tuple(notes)


def not_read(path: str, why: str) -> str:
    """Return the note on something wanted that can't be read."""
    return f"{printable(path)}: {why}: not read"


def release(
    label: str,
    version: str,
    files: Mapping[str, bytes],
    origin: str,
    *,
    date: datetime.date | None = None,
    single_file: bool = False,
    notes: tuple[str, ...] = (),
    unread: tuple[tuple[str, str], ...] = (),
    pinned: tuple[str, ...] = (),
    astray: tuple[str, ...] = (),
    passed: tuple[bytes, ...] = (),
    links: tuple[tuple[str, str], ...] = (),
) -> Release:
    """Make a release with its files in order."""
    held = files if isinstance(files, Files) else Files({path: files[path] for path in sorted(files)})
    told = (label, version, held, origin, date, single_file, notes)
    return Release(*told, unread=unread, pinned=pinned, astray=astray, passed=passed, links=links)


def day(seconds: float) -> datetime.date | None:
    """Return the day of a time stamp, None when it is none."""
    try:
        return datetime.datetime.fromtimestamp(seconds, datetime.UTC).date() if seconds > 0 else None
    except (OverflowError, ValueError, OSError):
        return None


def printable(name: str) -> str:
    """Return a name as it may be shown: control characters and broken bytes made visible."""
    shown = "".join(c if c.isprintable() and not "\ud800" <= c <= "\udfff" else "�" for c in name[:200])
    return shown + ("…" if len(name) > 200 else "")
