"""Runs git for reading only, so that a hostile repository can start nothing.

Only plumbing that reads objects is called: no checkout, no hooks, no filters, no pager.  The
repository's own settings that could start a program are overridden, fetching is forbidden
(a partial clone would otherwise fetch, with a program of the repository's choice), and
``GIT_*`` of the environment does not reach git.
"""

from __future__ import annotations

import os
import subprocess
import time
from functools import lru_cache
from pathlib import Path

from abidiff.errors import MissingError, SourceError
from abidiff.sources.git_waits import what_waits
from abidiff.sources.request import printable

TIMEOUT = 60
"""Seconds for which git may be silent."""
SETTINGS = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.quotePath=false",
    "core.untrackedCache=false",
    "protocol.allow=never",
    "gc.auto=0",
    "maintenance.auto=false",
    "log.showSignature=false",
    "core.sshCommand=false",
    "credential.helper=",
)


PROMISED = r"^(remote\..*\.(promisor|partialclonefilter)|extensions\.partialclone)$"
"""The settings of a partial clone."""


def environment(index: str = "") -> dict[str, str]:
    """Return the environment that git gets."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "LC_", "LANG"))}
    kept.update(
        LC_ALL="C",
        GIT_OPTIONAL_LOCKS="0",
        GIT_TERMINAL_PROMPT="0",
        GIT_NO_LAZY_FETCH="1",
        GIT_NO_REPLACE_OBJECTS="1",
        GIT_ALLOW_PROTOCOL="",
        GIT_PAGER="cat",
    )
    if index:
        kept["GIT_INDEX_FILE"] = index
    return kept


@lru_cache(maxsize=64)
def _looked_at(place: str, _time: int) -> str:
    return what_waits(Path(place))


_silent: dict[Path, float] = {}


def silent(repository: Path, what: str) -> SourceError:
    """Return the error for git that is silent; for a while it is not asked again about that repository."""
    _silent[repository] = time.monotonic()
    return SourceError(f"git {what} in {printable(str(repository))} was silent for {TIMEOUT} seconds and is ended")


def command(repository: Path, *arguments: str) -> list[str]:
    """Return the whole command line; a repository with a pipe in it is refused, since git would wait for it."""
    since = _silent.get(repository)
    if since is not None:
        if time.monotonic() - since < TIMEOUT:
            raise SourceError(f"git in {printable(str(repository))} was silent for {TIMEOUT} seconds and is ended")
        del _silent[repository]
    odd = _looked_at(os.path.realpath(repository), int(time.monotonic()) >> 2)
    if odd:
        raise SourceError(
            f"{printable(str(repository))}: {printable(odd)} is a pipe or a device: git would wait for it",
            hint="take it away; what is a repository holds files and folders",
        )
    settings = [part for setting in SETTINGS for part in ("-c", setting)]
    return ["git", "--no-pager", "-C", str(repository), *settings, *arguments]


def run(repository: Path, *arguments: str, index: str = "") -> tuple[int, bytes, str]:
    """Run git; return its exit code, what it printed, and what it complained of."""
    try:
        done = subprocess.run(
            command(repository, *arguments),
            env=environment(index),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except FileNotFoundError:
        raise SourceError("git is not installed", hint="install git, or give a tarball or a folder") from None
    except subprocess.TimeoutExpired:
        raise silent(repository, arguments[0]) from None
    except OSError as error:
        raise SourceError(f"git can't be run in {printable(str(repository))}: {error.strerror}") from None
    return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace").strip()


def ask(repository: Path, *arguments: str, what: str, hint: str = "", index: str = "") -> bytes:
    """Run git and return what it printed; its failure is a :class:`SourceError`."""
    code, out, complaint = run(repository, *arguments, index=index)
    if code:
        raise failure(repository, complaint, what, hint)
    return out


def failure(repository: Path, complaint: str, what: str, hint: str = "") -> SourceError:
    """Return the error for a complaint of git's, with the command that mends it."""
    shown = printable(str(repository))
    if "dubious ownership" in complaint:
        real = os.path.realpath(repository)
        return SourceError(
            f"{shown}: the repository belongs to another user",
            hint=f"if you trust it: git config --global --add safe.directory {real}",
        )
    if "not a git repository" in complaint:
        return MissingError(f"{shown}: not a git repository", hint=hint or "give REPO@REV with the path of one")
    if any(text in complaint for text in ("lazy fetch", "promisor", "not allowed", "missing blob")):
        if run(repository, "config", "--get-regexp", PROMISED)[0]:
            return SourceError(
                f"{what}: objects are missing or damaged ({printable(complaint.splitlines()[-1])})",
                hint=f"see which: git -C {shown} fsck",
            )
        return SourceError(
            f"{what}: the clone is partial and lacks objects",
            hint=f"fetch them: git -C {shown} fetch --refetch --no-filter origin",
        )
    text = printable(complaint.splitlines()[-1]) if complaint else "git failed"
    return SourceError(f"{what}: {text}", hint=hint)
