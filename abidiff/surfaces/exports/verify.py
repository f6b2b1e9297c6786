"""Ask the compiler, the linker and the loader about witnesses, in a directory that is removed afterwards."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from abidiff.finding import Confirmation, Finding
from abidiff.linking import asked
from abidiff.release import Release

_SECONDS = 30


def verify(findings: Sequence[Finding], _old: Release, _new: Release) -> Iterable[Finding]:
    """Yield the findings, those that have a witness with what came out."""
    return asked(findings, "exports", _run)


def _run(directory: Path, compiler: str) -> tuple[Confirmation, str]:
    """Build and start the stubs of one witness: (what came out, in a few words)."""
    environment = {**os.environ, "LC_ALL": "C", "CC": compiler}
    done = subprocess.run(["sh", "run.sh"], cwd=directory, env=environment, capture_output=True, timeout=_SECONDS)
    lines = (done.stdout + done.stderr).decode("utf-8", "replace").replace(f"{directory}/", "").strip().split("\n")
    said = lines[-1] if done.returncode == 1 else lines[0]
    if done.returncode == 0:
        return Confirmation.CONFIRMED, said
    return (Confirmation.REFUTED if done.returncode == 1 else Confirmation.UNAVAILABLE), said
