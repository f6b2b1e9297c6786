"""Asks a compiler, a linker and the loader about witnesses.

Only the witness's own stubs are built and started, in a directory that is removed afterwards.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from abidiff.finding import Confirmation, Finding

Answer = tuple[Confirmation, str]


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
