"""Schemas and documents from text, and jing's opinion on them."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from abidiff.project import Unit
from abidiff.surfaces.rng.build.parse import parse_units
from abidiff.surfaces.rng.model import Schemas
from abidiff.surfaces.rng.validate.validate import Validator, parse_document

RNG = "http://relaxng.org/ns/structure/1.0"
XSD = "http://www.w3.org/2001/XMLSchema-datatypes"
HERE = Path(__file__).parent


def in_rng(text: str) -> str:
    """Put the root element into RELAX NG's namespace, unless it says where it is."""
    if "xmlns=" in text.split(">", 1)[0] or "xmlns:" in text.split(">", 1)[0]:
        return text
    return re.sub(r"^\s*<(\w+)", rf'<\1 xmlns="{RNG}"', text, count=1)


def files_of(text: str | Mapping[str, str]) -> dict[str, bytes]:
    texts = {"main.rng": text} if isinstance(text, str) else text
    return {path: in_rng(body).encode("utf-8", "surrogateescape") for path, body in texts.items()}


def load(text: str | Mapping[str, str], **options: object) -> Schemas:
    files = files_of(text)
    return parse_units(files, (Unit("rng", "main.rng", "full", tuple(files), ("main.rng",), options),))


def problem(text: str | Mapping[str, str]) -> str:
    """Return the rendered problem of a schema that must have one."""
    model = load(text)
    assert not model.schemas
    (found,) = model.problems
    return found.rendered


def valid(text: str | Mapping[str, str], document: str) -> bool:
    model = load(text)
    assert not model.problems, model.problems[0].rendered
    root = parse_document(document.encode(), "document")
    return Validator(model).valid(model.schemas[0].start, root)


class Jing:
    """One process of jing's library that answers any number of questions."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        jars = [f"/usr/share/java/{name}.jar" for name in ("jing", "xercesImpl", "xml-resolver", "xml-apis")]
        self.process = subprocess.Popen(
            ["java", "-Xss16m", "-cp", ":".join(jars), str(HERE / "JingBatch.java")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )

    def ask(self, letter: str, path: Path) -> str:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{letter} {path}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        assert answer, "jing's process has ended"
        return answer

    def schema(self, text: str | Mapping[str, str]) -> bool:
        """Load a schema; whether it is correct."""
        self.count += 1
        folder = self.folder / str(self.count)
        for path, body in files_of(text).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(body)
        return self.ask("S", folder / "main.rng") == "yes"

    def validate(self, document: str | bytes) -> bool:
        """Whether a document is valid under the schema that was loaded last."""
        path = self.folder / "document.xml"
        path.write_bytes(document.encode() if isinstance(document, str) else document)
        return self.ask("V", path) == "yes"

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(10)


@functools.cache
def jing_missing() -> str:
    """Say why jing's library can't be asked, or nothing."""
    if not shutil.which("java") or not shutil.which("javac"):
        return "a Java development kit is not installed"
    return "" if os.path.exists("/usr/share/java/jing.jar") else "jing is not installed"  # noqa: PTH110
