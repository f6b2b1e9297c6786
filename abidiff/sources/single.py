"""A single file, taken as it is; or a snapshot."""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path

from abidiff.elf import MAGIC, foreign
from abidiff.errors import SourceError
from abidiff.files import Files
from abidiff.markup import as_utf8
from abidiff.release import Release
from abidiff.sources import request as req
from abidiff.sources.regular import read_regular
from abidiff.sources.request import Opening, printable

# What a file takes in from beside it: RELAX NG include and externalRef in both syntaxes, C quoted includes.
BESIDE = re.compile(
    rb"""(?:\bhref\s*=\s*["']|^[ \t]*#[ \t]*include[ \t]*"|\b(?:include|external)\s{1,99}["'])([\w./-]{1,200})["']""",
    re.MULTILINE,
)
MAX_BESIDE = 500
HEAD = 400
TOLD = re.compile(rb'\s*\{\s*"format"\s*:\s*"abidiff-([a-z]{1,20}(?:-[a-z]{1,20})?)"')
"""The begin of a JSON document that a command of abi-diff wrote."""
NAMED_ARCHIVE = re.compile(
    r"\.(?:tar(?:\.(?:gz|bz2|xz|zst|lz|lz4|lzma|Z))?|tgz|txz|tbz2?|tzst|zip|deb|rpm)\Z", re.IGNORECASE
)
SNAPSHOT_TIMES = 8


def open_single(argument: str, path: Path, request: Opening) -> Release:
    """Read one file, with the files beside it that it includes by relative name."""
    what = printable(argument)
    limit = request.limits.file_bytes
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if is_snapshot(head):
        limit *= SNAPSHOT_TIMES
    elif told := TOLD.match(head):
        kind = "a report" if told[1] == b"report" else f"what abi-diff told (abidiff-{told[1].decode()})"
        raise SourceError(f"{what}: {kind}, not a snapshot", hint="make one with: abi-diff snapshot RELEASE -o FILE")
    elif NAMED_ARCHIVE.search(path.name):
        held = "empty" if not head else "of another kind"
        raise SourceError(
            f"{what}: named like an archive, but is none: {held}",
            hint="fetch it again, and see that it is no page of an error (tar, zip, deb and rpm are read)",
        )
    read = read_regular(str(path), limit, what, argument)
    if read is None:
        raise SourceError(f"{what}: not a readable file")
    data, mtime = read
    if is_snapshot(data):
        from abidiff.sources.snapshot import read_snapshot

        return read_snapshot(data, argument)
    kind = foreign(data)
    if kind:
        raise SourceError(f"{what}: {kind}: not judged", hint="of libraries, only shared ones in ELF are read")
    if b"\0" in as_utf8(data)[:4096] and data[:4] != MAGIC:
        raise SourceError(
            f"{what}: neither an archive nor text", hint="tar (gz, bz2, xz, zst), zip, deb and rpm are read"
        )
    files = {path.name: data}
    files.update(_beside(path, data, request, what))
    return Release(path.name, "", Files(files), argument, req.day(mtime), single_file=True)


def _beside(path: Path, data: bytes, request: Opening, what: str) -> dict[str, bytes]:
    """Read what the file includes from its own folder or below, and what those include."""
    folder = os.path.realpath(path.parent)
    found: dict[str, bytes] = {}
    pending = [(path.name, data)]
    while pending and len(found) < MAX_BESIDE:
        name, body = pending.pop()
        for match in BESIDE.finditer(as_utf8(body)):
            inside = posixpath.normpath(posixpath.join(posixpath.dirname(name), match[1].decode()))
            if inside.startswith((".", "/")) or inside in found or inside == path.name:
                continue
            full = os.path.join(folder, inside)  # noqa: PTH118
            if not os.path.realpath(full).startswith(f"{folder}/"):
                continue
            read = read_regular(full, request.limits.file_bytes, what, inside)
            if read is not None:
                found[inside] = read[0]
                pending.append((inside, read[0]))
    return dict(sorted(found.items()))


def is_snapshot(data: bytes) -> bool:
    """Tell whether a file claims to be a snapshot."""
    return data[:HEAD].lstrip()[:1] == b"{" and b'"abidiff-snapshot"' in data[:HEAD]
