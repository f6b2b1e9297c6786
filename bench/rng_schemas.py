"""Pairs of schemas that are given by their paths: CPU and memory of a comparison, beside jing's time to compile both.

``python -m bench.rng_schemas [--out FILE] [--runs N] OLD.rng:NEW.rng ...``

A figure is the least of the runs; jing and abi-diff take turns.  No package carries all of the schemas that are
worth measuring, so none is named here.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from bench.rng_time import timed

COMPARE = [sys.executable, "-m", "abidiff", "compare", "--no-cache"]


class Row(msgspec.Struct, frozen=True):
    """One pair: seconds of CPU, peak memory in MiB, what was found, and how long the report is."""

    pair: str
    cpu: float
    peak: float
    jing: float | None
    exit: int
    breaking: int
    undecided: int
    extensions: int
    lines: int


def peak_of(command: list[str]) -> tuple[int, float, float, str]:
    """Return exit code, CPU seconds and peak MiB of a command, and its output."""
    program = (
        "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE);"
        "r = resource.getrusage(resource.RUSAGE_CHILDREN);"
        "sys.stderr.write(f'\\n{r.ru_utime + r.ru_stime} {r.ru_maxrss}'); sys.stdout.buffer.write(done.stdout);"
        "sys.exit(done.returncode)"
    )
    done = subprocess.run([sys.executable, "-I", "-c", program, *command], capture_output=True, text=True, check=False)
    cpu, peak = done.stderr.rsplit("\n", 1)[1].split()
    return done.returncode, float(cpu), int(peak) / 1024, done.stdout


def measured(old: str, new: str, runs: int) -> Row:
    """Compare one pair, in turn with jing."""
    ours: list[tuple[int, float, float, str]] = []
    jing: list[float] = []
    with tempfile.TemporaryDirectory(prefix="abidiff-") as folder:
        document = Path(folder) / "empty.xml"
        document.write_text("<x/>", encoding="utf-8")
        for _ in range(runs):
            ours.append(peak_of([*COMPARE, old, new]))
            if shutil.which("jing"):
                flags = [["-i", *(["-c"] if path.endswith(".rnc") else []), path] for path in (old, new)]
                jing.append(sum(timed(["jing", *one, str(document)])[1] for one in flags))
    said = json.loads(peak_of([*COMPARE, old, new, "--format", "json"])[3])
    found = [finding["severity"] for finding in said["findings"]]
    code, cpu, peak, text = min(ours, key=lambda one: one[1])
    return Row(
        f"{Path(old).name} → {Path(new).name}",
        cpu,
        peak,
        min(jing, default=None),
        code,
        found.count("breaking"),
        found.count("undecided"),
        found.count("extension"),
        text.count("\n"),
    )


def table(rows: list[Row], runs: int) -> str:
    """Return the page."""
    lines = [
        "# Pairs of large schemas",
        "",
        f"Read, decided both ways and reported, cold, on {os.cpu_count()} cores; the least of {runs} runs. jing: both "
        "schemas compiled, one process after the other, in the same minutes. Lines: of the text report, "
        "without `--all`.",
        "",
        "| pair | CPU s | peak MiB | jing CPU s | exit | breaking | undecided | extensions | lines |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        jing = "" if row.jing is None else f"{row.jing:.1f}"
        figures = (row.exit, row.breaking, row.undecided, row.extensions, row.lines)
        lines.append(f"| {row.pair} | {row.cpu:.1f} | {row.peak:.0f} | {jing} | {' | '.join(map(str, figures))} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", nargs="+", metavar="OLD.rng:NEW.rng")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    rows = []
    for pair in given.pairs:
        old, _, new = pair.partition(":")
        rows.append(measured(old, new, given.runs))
        print(rows[-1], flush=True)
    text = table(rows, given.runs)
    if given.out:
        given.out.write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
