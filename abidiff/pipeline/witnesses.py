"""Writes the witnesses of a report below one folder, and nothing anywhere else."""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path

from abidiff.errors import AbidiffError
from abidiff.finding import Finding, Report

MARK = ".abidiff-witnesses"


class WitnessError(AbidiffError):
    """The witnesses can't be written where they should go."""


def write(report: Report, folder: Path, undo: ExitStack | None = None) -> int:
    """Write each witness into a folder of its own; return the number of files.

    An existing folder is taken only when it is empty or was written by this function
    before; what it wrote then is replaced, files of others are never overwritten.  When one
    can't be written all is as it was; ``undo`` takes in what makes it so later.
    """
    with ExitStack() as back:
        try:
            _make(folder, back)
            mark = folder / MARK
            if any(folder.iterdir()) and not mark.is_file():
                raise WitnessError(
                    f"{folder} is not empty and holds no witnesses of abidiff",
                    hint="give a new or an empty folder",
                )
            before = set(mark.read_text(encoding="utf-8").splitlines()) if mark.is_file() else set()
            files = _files(report)
            for name in sorted(files):
                target = folder / name
                if target.is_symlink() or (target.exists() and name not in before):
                    raise WitnessError(f"{target} was not written by abidiff: not overwritten")
            for name, data in sorted(files.items()):
                _write(folder, name, data, back)
            for name in sorted(before - set(files)):
                if _ours(name):
                    _remove(folder / name, back)
            _write(folder, MARK, "".join(f"{name}\n" for name in sorted(files)).encode(), back)
        except OSError as error:
            raise WitnessError(f"can't write witnesses to {folder}: {error.strerror}") from None
        done = back.pop_all()
    if undo is not None:
        undo.push(done)
    return len(files)


def _files(report: Report) -> dict[str, bytes]:
    out: dict[str, bytes] = {}
    for finding in report.findings:
        if finding.witness is None:
            continue
        for name, data in finding.witness.files:
            out[f"{folder_of(finding)}/{safe(name)}"] = data
        text = f"{finding.rule}: {finding.subject}\n{finding.message}\n\n{finding.witness.summary}\n"
        if not finding.witness.files:
            text += "\n" + finding.witness.text + "\n"
        out[f"{folder_of(finding)}/README"] = text.encode("utf-8", "backslashreplace")
    return out


def folder_of(finding: Finding) -> str:
    """Return the folder of a finding's witness: readable, safe, and unique by the fingerprint."""
    return f"{safe(finding.rule)}-{safe(finding.subject)[:60]}-{finding.fingerprint}"


def safe(name: str) -> str:
    """Return a name that is one path component on any system, never hidden and never special."""
    clean = re.sub(r"[^A-Za-z0-9._+-]+", "_", name).strip("._")[:120]
    return clean or "_"


def _ours(name: str) -> bool:
    parts = name.split("/")
    return len(parts) == 2 and all(part == safe(part) for part in parts)


def _make(folder: Path, back: ExitStack) -> None:
    """Make a folder and those above it."""
    for one in (*reversed(folder.parents), folder):
        if not one.is_dir():
            one.mkdir(exist_ok=True)
            back.callback(_emptied, one)


def _emptied(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _restored(target: Path, data: bytes | None) -> None:
    with suppress(OSError):
        if data is None:
            target.unlink(missing_ok=True)
        else:
            target.parent.mkdir(exist_ok=True)
            _put(target, data)


def _remove(target: Path, back: ExitStack) -> None:
    if target.is_file() and not target.is_symlink():
        back.callback(_restored, target, target.read_bytes())
    target.unlink(missing_ok=True)


def _write(folder: Path, name: str, data: bytes, back: ExitStack) -> None:
    target = folder / name
    if target.parent != folder:
        if target.parent.is_symlink():
            raise WitnessError(f"{target.parent} is a link: not followed")
        _make(target.parent, back)
    back.callback(_restored, target, target.read_bytes() if target.is_file() else None)
    _put(target, data)


def _put(target: Path, data: bytes) -> None:
    number, aside = tempfile.mkstemp(dir=target.parent, prefix=".write-")
    try:
        with os.fdopen(number, "wb") as stream:
            stream.write(data)
        Path(aside).chmod(0o644)
        Path(aside).replace(target)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
