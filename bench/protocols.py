"""Releases that follow each other, their protocols compared, and every break judged by rpcgen's own code.

``python -m bench.protocols [--repository NAME=REPOSITORY]... [--out FILE.md] [FOLDER]``: the tarballs of a folder
(``NAME-VERSION.tar.gz``) and the tags of repositories that are versions.  Of two tags with the same ``.x`` files
only the first is looked at.
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from abidiff.errors import AbidiffError
from abidiff.finding import Confirmation, Report, Severity
from abidiff.pipeline import Options, compare

TAG = r"(?:{}-)?[vV]?(\d+(?:[.]\d+)*)(?:-final)?"
OPTIONS = Options(surfaces=("xdr",), cache=False, parallel=False, verify=True)


class Pair(NamedTuple):
    """Two releases of a project, as arguments of ``compare``."""

    project: str
    old: str
    new: str


class Outcome(NamedTuple):
    """What a comparison said, and the seconds that it took; no report when it could not be made."""

    pair: Pair
    report: Report | None
    seconds: float
    why: str = ""


def numbers(version: str) -> list[int]:
    """Return a version for sorting."""
    return [int(part) for part in re.split(r"[.-]", version)]


def tarballs(folder: Path) -> Iterator[Pair]:
    """Yield the tarballs of each project that follow each other."""
    found: dict[str, list[tuple[list[int], str]]] = {}
    for path in folder.glob("*.tar.*"):
        match = re.match(r"(.+?)-(\d[\d.]*\d)\.tar", path.name)
        if match:
            found.setdefault(match[1], []).append((numbers(match[2]), str(path)))
    for project, known in sorted(found.items()):
        for (_, old), (_, new) in pairwise(sorted(known)):
            yield Pair(f"{project}, tarballs", old, new)


def tags(project: str, repository: str) -> Iterator[Pair]:
    """Yield the tags of a repository that are versions and follow each other, where protocol files differ."""
    versions = {}
    for tag in _git(repository, "tag").split():
        match = re.fullmatch(TAG.format(re.escape(project)), tag)
        if match:
            versions[tag] = numbers(match[1])
    before, last = "", ""
    for tag in sorted(versions, key=lambda tag: (versions[tag], tag)):
        tree = _git(repository, "ls-tree", "-r", tag)
        files = "\n".join(line for line in tree.splitlines() if line.endswith(".x"))
        if files == last or not files:
            continue
        if before:
            yield Pair(f"{project}, tags", f"{repository}@{before}", f"{repository}@{tag}")
        before, last = tag, files


def _git(repository: str, *command: str) -> str:
    done = subprocess.run(["git", "-C", repository, *command], capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


def judged(pair: Pair) -> Outcome:
    """Compare two releases and let rpcgen's code judge."""
    start = time.perf_counter()
    try:
        report = compare(pair.old, pair.new, OPTIONS)
    except AbidiffError as error:
        return Outcome(pair, None, time.perf_counter() - start, error.message)
    return Outcome(pair, report, time.perf_counter() - start)


def row(outcomes: list[Outcome]) -> str:
    """Return a line of the table: the pairs of one project together."""
    reports = [outcome.report for outcome in outcomes if outcome.report is not None]
    findings = [finding for report in reports for finding in report.findings]
    claimed = [f for f in findings if f.severity is Severity.BREAKING or f.confirmation is Confirmation.REFUTED]
    by = {said: sum(f.confirmation is said for f in claimed) for said in Confirmation}
    counts = {severity: sum(f.severity is severity for f in findings) for severity in Severity}
    compared = sum(report.exit_code < 3 for report in reports)
    seconds = [outcome.seconds for outcome in outcomes]
    cells = [
        outcomes[0].pair.project, len(outcomes), compared, len(claimed), by[Confirmation.CONFIRMED],
        by[Confirmation.REFUTED], len(claimed) - by[Confirmation.CONFIRMED] - by[Confirmation.REFUTED],
        counts[Severity.UNDECIDED] - by[Confirmation.REFUTED], counts[Severity.WARNING], counts[Severity.NOTICE],
        counts[Severity.EXTENSION], f"{statistics.median(seconds):.1f}", f"{max(seconds):.1f}",
    ]  # fmt: skip
    return "| " + " | ".join(map(str, cells)) + " |"


HEAD = """\
# Protocols of releases that follow each other

Each pair compared with `--verify`: every break is judged by rpcgen's own code, compiled with libtirpc. Decided are
pairs with exit code 0 or 1; the others have files that do not parse, or types that nothing in the release tells.

| releases | pairs | decided | breaks | confirmed | refuted | not judged | undecided | warnings | notices \
| extensions | median s | slowest s |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
"""


def main() -> int:
    """Compare and write the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.protocols", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--repository", action="append", default=[], metavar="NAME=REPOSITORY")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    pairs = list(tarballs(given.folder)) if given.folder else []
    for entry in given.repository:
        pairs += tags(*entry.split("=", 1))
    groups: dict[str, list[Outcome]] = {}
    for pair in pairs:
        found = judged(pair)
        groups.setdefault(pair.project, []).append(found)
        _told(found)
    text = HEAD + "".join(f"{row(found)}\n" for found in groups.values())
    print(text)
    if given.out:
        given.out.write_text(text, encoding="utf-8")
    return 0


def _told(found: Outcome) -> None:
    """Write on stderr what one would look into."""
    report = found.report
    print(f"{found.pair.old} {found.pair.new}: exit {report.exit_code if report else found.why}, "
          f"{found.seconds:.1f} s", file=sys.stderr, flush=True)  # fmt: skip
    for problem in report.problems if report else ():
        print(f"    {problem.side}: {problem.message}", file=sys.stderr)
    for finding in report.findings if report else ():
        if finding.confirmation not in (None, Confirmation.CONFIRMED) or finding.severity is Severity.UNDECIDED:
            print(f"    {finding.severity} {finding.subject}: {finding.message}: {finding.confirmation_note}",
                  file=sys.stderr)  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
