"""Ask the compiler, the linker and the loader about witnesses, in a directory that is removed afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from abidiff.finding import Confirmation, Finding, Witness
from abidiff.release import Release

_SECONDS = 30


def verify(findings: Sequence[Finding], _old: Release, _new: Release) -> Iterable[Finding]:
    """Yield the findings, those that have a witness with what came out."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    for finding in findings:
        if finding.surface != "exports" or finding.witness is None:
            yield finding
        elif compiler is None or sys.platform != "linux":
            yield finding.with_(confirmation=Confirmation.UNAVAILABLE, confirmation_note="no C compiler for ELF here")
        else:
            confirmation, note = run(finding.witness, compiler)
            yield finding.with_(confirmation=confirmation, confirmation_note=note)


def run(witness: Witness, compiler: str) -> tuple[Confirmation, str]:
    """Build and start the stubs of one witness: (what came out, in a few words)."""
    with tempfile.TemporaryDirectory(prefix="abi-diff-") as name:
        for file, content in witness.files:
            (Path(name) / file).write_bytes(content)
        environment = {**os.environ, "LC_ALL": "C", "CC": compiler}
        try:
            done = subprocess.run(["sh", "run.sh"], cwd=name, env=environment, capture_output=True, timeout=_SECONDS)
        except (OSError, subprocess.SubprocessError) as error:
            return Confirmation.UNAVAILABLE, f"the witness could not be built: {error}"
        lines = (done.stdout + done.stderr).decode("utf-8", "replace").replace(f"{name}/", "").strip().split("\n")
    said = lines[-1] if done.returncode == 1 else lines[0]
    if done.returncode == 0:
        return Confirmation.CONFIRMED, said
    return (Confirmation.REFUTED if done.returncode == 1 else Confirmation.UNAVAILABLE), said
