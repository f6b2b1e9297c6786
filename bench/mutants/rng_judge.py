"""jing, asked about many schemas and documents in two processes: one for the old side, one for the new."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
JARS = ("jing", "xercesImpl", "xml-resolver", "xml-apis")


def missing() -> str:
    """Say why jing can't be asked, or nothing."""
    if not shutil.which("java") or not shutil.which("javac"):
        return "a Java development kit is not installed"
    return "" if Path("/usr/share/java/jing.jar").exists() else "jing is not installed"


class Process:
    """Loads a schema ("S path") and validates documents ("V path"), with jing's library."""

    def __init__(self) -> None:
        path = ":".join(f"/usr/share/java/{name}.jar" for name in JARS)
        source = HERE.parents[1] / "tests/surfaces/rng/JingBatch.java"
        self.process = subprocess.Popen(
            ["java", "-Xss16m", "-Xmx400m", "-cp", path, str(source)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, letter: str, path: Path) -> bool:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{letter} {path}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        if answer not in ("yes", "no"):
            raise RuntimeError(f"jing: {answer or 'has ended'}")
        return answer == "yes"


class Jing:
    """Both sides of one mutant after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sides = (Process(), Process())
        self.loaded: tuple[str, str] = ("", "")
        self.written: dict[str, str] = {}

    def __enter__(self) -> Jing:
        return self

    def __exit__(self, *_: object) -> None:
        for side in self.sides:
            side.process.kill()
            side.process.wait()

    def load(self, label: str, files: dict[str, bytes], changed: dict[str, bytes], schema: str) -> bool:
        """Load a schema of a release, and the same with some files changed; whether the new one is correct."""
        old, new = self.folder / f"old-{label.replace(' ', '-')}", self.folder / f"new-{label.replace(' ', '-')}"
        if not old.exists():
            for side in (old, new):
                side.mkdir()
                for name, text in files.items():
                    (side / name).write_bytes(text)
        if self.loaded != (label, schema):
            assert self.sides[0].ask("S", old / schema)
            self.loaded = (label, schema)
        for path, data in changed.items():
            (new / path).write_bytes(data)
        try:
            return self.sides[1].ask("S", new / schema)
        finally:
            for path in changed:
                (new / path).write_bytes(files[path])

    def _valid(self, side: int, document: bytes) -> bool:
        path = self.folder / "document.xml"
        path.write_bytes(document)
        return self.sides[side].ask("V", path)

    def old(self, document: bytes) -> bool:
        """Whether a document is valid under the old schema."""
        return self._valid(0, document)

    def new(self, document: bytes) -> bool:
        """Whether a document is valid under the new schema."""
        return self._valid(1, document)
