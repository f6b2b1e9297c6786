"""Ask a compiler, a linker and the loader about witnesses.

Only the witness's own stub library and program are built and started, in a
directory that is removed afterwards.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from abidiff.finding import Confirmation, Finding
from abidiff.linking import asked
from abidiff.release import Release

_SECONDS = 20


def verify(findings: Sequence[Finding], _old: Release, _new: Release) -> Iterable[Finding]:
    """Yield the findings, those of this surface that have a witness with what the loader says."""
    return asked(findings, "symbols", _run)


def _run(directory: Path, compiler: str) -> tuple[Confirmation, str]:
    """Build and start one witness: (what came out, in a few words)."""
    built = "new" if b"-Lnew" in (directory / "run.sh").read_bytes() else "old"
    other = "old" if built == "new" else "new"
    for side in ("old", "new"):
        (directory / side).mkdir()
        _call(directory, compiler, "-shared", "-fPIC", "-o", f"{side}/libwitness.so", "library.c",
              f"-Wl,--version-script={side}.map", "-Wl,-soname,libwitness.so")  # fmt: skip
    _call(directory, compiler, "-o", "program", "program.c", f"-L{built}", "-lwitness")
    works, says = _starts(directory, built)
    if not works:
        return Confirmation.REFUTED, f"it does not even start with the {built} library: {says}"
    works, says = _starts(directory, other)
    if works:
        return Confirmation.REFUTED, f"it starts with the {other} library too"
    return Confirmation.CONFIRMED, says


def _call(directory: Path, *command: str) -> None:
    subprocess.run(command, cwd=directory, check=True, capture_output=True, timeout=_SECONDS)


def _starts(directory: Path, side: str) -> tuple[bool, str]:
    environment = {**os.environ, "LD_BIND_NOW": "1", "LD_LIBRARY_PATH": str(directory / side), "LC_ALL": "C"}
    done = subprocess.run(
        [str(directory / "program")], cwd=directory, env=environment, capture_output=True, timeout=_SECONDS
    )
    lines = done.stderr.decode("utf-8", "replace").strip().split("\n")
    return done.returncode == 0, lines[0].replace(f"{directory}/", "")
