"""Ask libxml2 about documents, in a process of its own: it can take exponential time and memory.

``python -m abidiff.surfaces.rng.libxml2`` reads a JSON list of [schema, [documents]] and writes one line a
document: its number, and ``valid``, ``invalid`` or ``error TEXT``.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence

MEMORY = 2 << 30


def main() -> None:
    """Answer for all documents, flushing each answer, so that a time limit loses one only."""
    import resource

    from lxml import etree

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    number = 0
    for schema, documents in json.load(sys.stdin):
        checker: etree.RelaxNG | None = None
        reason = ""
        try:
            if schema.endswith(".rnc"):
                raise OSError("the compact syntax is not read")
            checker = etree.RelaxNG(etree.parse(schema, parser))
        except (etree.LxmlError, OSError, MemoryError) as error:
            reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        for document in documents:
            answer = f"error {reason}"
            if checker is not None:
                try:
                    answer = "valid" if checker.validate(etree.parse(document, parser)) else "invalid"
                except (etree.LxmlError, OSError, MemoryError) as error:
                    answer = f"error {str(error)[:200]}"
            sys.stdout.write(f"{number} {answer}\n".replace("\n", " ").rstrip() + "\n")
            sys.stdout.flush()
            number += 1


def ask(
    jobs: Sequence[tuple[str, Sequence[str]]], *, catalog: str = "", seconds: float = 10.0, overall: float = 120.0
) -> list[str]:
    """Return ``valid``, ``invalid`` or what went wrong, for every document in order.

    A document that takes longer than ``seconds`` is given up, and the rest asked in a new process.  ``catalog`` is the
    file of the catalog that leads to what schemas include; the system's are not read.
    """
    flat = [(schema, document) for schema, documents in jobs for document in documents]
    answers: list[str] = []
    end = time.monotonic() + overall
    while len(answers) < len(flat) and time.monotonic() < end:
        answers += _run(flat[len(answers) :], catalog, seconds, end)
    return answers + ["time limit"] * (len(flat) - len(answers))


def _run(flat: Sequence[tuple[str, str]], catalog: str, seconds: float, end: float) -> list[str]:
    grouped: list[tuple[str, list[str]]] = []
    for schema, document in flat:
        if not grouped or grouped[-1][0] != schema:
            grouped.append((schema, []))
        grouped[-1][1].append(document)
    command = [sys.executable, "-I", "-m", "abidiff.surfaces.rng.prove.libxml2"]
    pipe, environment = subprocess.PIPE, {**os.environ, "XML_CATALOG_FILES": catalog}
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(grouped).encode())
        process.stdin.close()
        answers: list[str] = []
        buffer = b""
        while len(answers) < len(flat):
            wait = min(seconds + (5 if not answers else 0), end - time.monotonic())
            ready, _, _ = select.select([process.stdout], [], [], max(0.0, wait))
            block = os.read(process.stdout.fileno(), 65536) if ready else b""
            if not block:
                process.kill()
                answers.append("time limit" if not ready else "error libxml2 stopped")
                return answers
            buffer += block
            *lines, buffer = buffer.split(b"\n")
            answers += [line.partition(b" ")[2].decode("utf-8", "replace") for line in lines]
        return answers


if __name__ == "__main__":
    main()
