"""Several packages that are one release: `NAME-dev.deb+NAME.deb`, or a folder of nothing but packages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from abidiff.errors import SourceError
from abidiff.files import Files
from abidiff.release import Release
from abidiff.sources.links import NOWHERE
from abidiff.sources.request import not_read, printable

MAX_PARTS = 64
_PACKAGES = (".deb", ".ddeb", ".udeb", ".rpm")


def is_package(origin: str) -> bool:
    """Tell whether what the user gave is one package, which may depend on others that hold a part of it."""
    return origin.lower().endswith(_PACKAGES) and not Path(origin).is_dir()


def parts_of(argument: str) -> tuple[str, ...]:
    """Return the paths that `A+B` names; nothing when it is no such argument.

    A name may hold ``+`` itself (`libship1_1.0+dfsg-1_amd64.deb`): of all places to cut, those count which leave names
    of files that are there.  A path that exists is never cut.
    """
    path = Path(argument)
    if path.is_dir():
        return _packages_in(path)
    if "+" not in argument or path.exists() or len(argument) > 1 << 16:
        return ()
    pieces = argument.split("+")
    if len(pieces) > 4 * MAX_PARTS:
        return ()
    reach: list[tuple[str, ...] | None] = [None] * (len(pieces) + 1)
    reach[0] = ()
    for end in range(1, len(pieces) + 1):
        for start in range(end):
            before, name = reach[start], "+".join(pieces[start:end])
            if before is not None and name and Path(name).exists():
                reach[end] = (*before, name)
                break
    found = reach[-1] or ()
    return found if 1 < len(found) <= MAX_PARTS else ()


def _packages_in(folder: Path) -> tuple[str, ...]:
    """Return the packages of a folder that holds nothing else."""
    found: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.endswith(_PACKAGES) or not entry.is_file() or len(found) == MAX_PARTS:
                return ()
            found.append(os.path.join(folder, entry.name))  # noqa: PTH118
    return tuple(sorted(found))


def put_together(argument: str, parts: tuple[str, ...], releases: list[Release]) -> Release:
    """Put the files of opened parts beside each other; two contents for one path are refused."""
    files: dict[str, bytes] = {}
    for part, release in zip(parts, releases, strict=True):
        if release.single_file or release.project is not None:
            raise SourceError(f"{printable(part)}: only packages, archives and folders are put beside each other")
        for path, data in release.files.items():
            if files.setdefault(path, data) != data:
                raise SourceError(
                    f"{printable(part)}: {printable(path)} is in two packages, and not the same",
                    hint="give packages of one release and one machine",
                )
    led = {path: target for release in releases for path, target in release.links if target in files}
    for path, target in led.items():
        files.setdefault(path, files[target])
    settled = {not_read(path, NOWHERE) for path in led}
    first = releases[0]
    dates = [release.date for release in releases if release.date]
    version = next((release.version for release in releases if release.version), "")
    label = first.label if not Path(argument).is_dir() else Path(argument).resolve().name
    return Release(
        label,
        version,
        Files(dict(sorted(files.items()))),
        argument,
        max(dates) if dates else None,
        notes=tuple(dict.fromkeys(note for each in releases for note in each.notes if note not in settled)),
        unread=tuple(_unread(releases, files)),
        pinned=tuple(dict.fromkeys(path for release in releases for path in release.pinned)),
        passed=tuple(path for release in releases for path in release.passed),
        astray=tuple(dict.fromkeys(path for release in releases for path in release.astray)),
    )


def _unread(releases: list[Release], files: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield what none of the parts has to read."""
    yield from dict.fromkeys(entry for release in releases for entry in release.unread if entry[0] not in files)
