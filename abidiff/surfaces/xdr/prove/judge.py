"""Compile and run rpcgen's own code for a set of types, in a sandbox of resource limits."""

from __future__ import annotations

import resource
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

from abidiff.surfaces.xdr.prove.cgen import program
from abidiff.surfaces.xdr.wire.wire import Ref, Scope

BUILD_SECONDS = 120
RUN_SECONDS = 20
MEMORY = 1 << 31
NO_INLINE = "100000"
"""From how many words on rpcgen inlines, where no array stands among them."""

NEVER_INLINE = """
#undef XDR_INLINE
#define XDR_INLINE(x, n) NULL
"""
"""rpcgen's inlined code leaves out what xdr_bool() does; without a buffer it calls the functions."""


@cache
def missing() -> str:
    """Return what is not installed, as text; empty when a judge can be built."""
    lacks = [name for name in ("rpcgen", "cpp") if shutil.which(name) is None]
    if compiler() is None:
        lacks.append("a C compiler")
    if tirpc_flags() is None:
        lacks.append("libtirpc")
    return ", ".join(lacks)


@cache
def compiler() -> str | None:
    """Return the C compiler."""
    return shutil.which("gcc") or shutil.which("clang") or shutil.which("cc")


@cache
def tirpc_flags() -> tuple[str, ...] | None:
    """Return the options that find libtirpc."""
    for folder in ("/usr/include/tirpc", "/usr/local/include/tirpc"):
        if Path(folder, "rpc", "xdr.h").exists():
            return (f"-I{folder}",)
    return None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the real decoder says: None for ``tokens`` is a rejection."""

    tokens: tuple[str, ...] | None
    consumed: int = 0
    again: bytes | None = None


class JudgeError(Exception):
    """The judge could not be built or run."""


class Built:
    """A C program around what rpcgen makes of a protocol, in a folder of its own; use it as a context manager.

    ``serves``: the protocol has a program, whose dispatcher the C program includes as ``in_svc.c``.
    """

    def __init__(self, protocol: str, source: str, *, serves: bool = False) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="abidiff-xdr-")
        self._path = Path(self._folder.name)
        try:
            self._build(protocol, source, serves)
        except BaseException:
            self._folder.cleanup()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def _build(self, protocol: str, source: str, serves: bool) -> None:
        flags = tirpc_flags()
        cc = compiler()
        if flags is None or cc is None:
            raise JudgeError(f"not installed: {missing()}")
        (self._path / "in.x").write_text(protocol, encoding="ascii")
        (self._path / "main.c").write_text(source, encoding="ascii")
        self._run(["rpcgen", "-h", "-o", "in.h", "in.x"])
        with (self._path / "in.h").open("a", encoding="ascii") as header:
            header.write(NEVER_INLINE)
        self._run(["rpcgen", "-i", NO_INLINE, "-c", "-o", "in_xdr.c", "in.x"])
        if serves:
            self._run(["rpcgen", "-m", "-o", "in_svc.c", "in.x"])
        self._run([cc, "-w", "-O0", *flags, "-o", "judge", "main.c", "in_xdr.c", "-ltirpc"])

    def _run(self, command: list[str]) -> None:
        try:
            done = subprocess.run(
                command, cwd=self._path, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise JudgeError(f"{command[0]}: {error}") from None
        if done.returncode:
            lines = (done.stderr or done.stdout).strip().splitlines()
            raise JudgeError(f"{Path(command[0]).name}: {lines[0] if lines else 'failed'}")


class Judge(Built):
    """A compiled decoder for some types."""

    def __init__(self, scope: Scope, refs: Sequence[Ref], *, longest: int = 1 << 22) -> None:
        super().__init__(*program(scope, refs, longest))

    def ask(self, messages: Sequence[tuple[int, bytes]]) -> list[Answer]:
        """Decode messages, each given with the index of its type."""
        text = "".join(f"{index} {data.hex()}\n" for index, data in messages)
        try:
            done = subprocess.run(
                [self._path / "judge"], input=text, capture_output=True, text=True, timeout=RUN_SECONDS,
                preexec_fn=limits, cwd=self._path, check=False, env={},
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise JudgeError(f"the decoder did not finish: {error}") from None
        answers = [_answer(line) for line in done.stdout.splitlines()]
        if len(answers) != len(messages):
            raise JudgeError(f"the decoder ended after {len(answers)} of {len(messages)} messages")
        return answers


def limits() -> None:
    """Bound what a program that was built may use; to be called in its process."""
    resource.setrlimit(resource.RLIMIT_CPU, (RUN_SECONDS, RUN_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(line: str) -> Answer:
    words = line.split(" ")
    if words[0] != "ok":
        return Answer(None, int(words[1]) if len(words) > 1 and words[1].isdigit() else 0)
    bar = words.index("|")
    again = words[bar + 1] if len(words) > bar + 1 else ""
    return Answer(
        tuple(word for word in words[2:bar] if word), int(words[1]), None if again == "fail" else bytes.fromhex(again)
    )
