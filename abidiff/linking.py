"""Asks a compiler, a linker and the loader about witnesses.

Only the witness's own stubs are built and started, in a directory that is removed afterwards.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from abidiff.finding import Confirmation, Finding

Answer = tuple[Confirmation, str]
_SECONDS = 30


def asked(findings: Sequence[Finding], surface: str, run: Callable[[Path, str], Answer]) -> Iterable[Finding]:
    """Yield the findings, those of a surface that have a witness with what came out.

    ``run``  (directory with the files of a witness, compiler) → what came out, and in a few words why.
    """
    compiler = shutil.which("gcc") or shutil.which("cc")
    for finding in findings:
        if finding.surface != surface or finding.witness is None:
            yield finding
        elif compiler is None or sys.platform != "linux":
            yield finding.with_(confirmation=Confirmation.UNAVAILABLE, confirmation_note="no C compiler for ELF here")
        else:
            confirmation, note = _apart(finding.witness.files, lambda directory: run(directory, compiler))
            yield finding.with_(confirmation=confirmation, confirmation_note=note)


def _apart(files: Iterable[tuple[str, bytes]], run: Callable[[Path], Answer]) -> Answer:
    with tempfile.TemporaryDirectory(prefix="abi-diff-") as name:
        for file, content in files:
            (Path(name) / file).write_bytes(content)
        try:
            return run(Path(name))
        except (OSError, subprocess.SubprocessError) as error:
            return Confirmation.UNAVAILABLE, f"the witness could not be built: {error}"


def ran(directory: Path, compiler: str) -> Answer:
    """Start `run.sh` of one witness: (what came out, in a few words)."""
    environment = {**os.environ, "LC_ALL": "C", "CC": compiler}
    done = subprocess.run(["sh", "run.sh"], cwd=directory, env=environment, capture_output=True, timeout=_SECONDS)
    lines = (done.stdout + done.stderr).decode("utf-8", "replace").replace(f"{directory}/", "").strip().split("\n")
    said = lines[-1] if done.returncode == 1 else lines[0]
    if done.returncode == 0:
        return Confirmation.CONFIRMED, said
    return (Confirmation.REFUTED if done.returncode == 1 else Confirmation.UNAVAILABLE), said
