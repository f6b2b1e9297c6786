"""Releases of a repository that follow each other, all surfaces, every break judged by an independent program.

``python -m bench.neighbours REPOSITORY... [--seconds N] [--again]``: the tags of each repository that are versions of
three numbers, each against the next.  What a pair gave is kept in build/neighbours.jsonl, so that a run goes on where
the last one ended.  A file that could not be read is given to xmllint and jing.  Writes docs/bench/neighbours.md.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import msgspec

from abidiff.errors import AbidiffError
from abidiff.finding import Confirmation, Problem, Report, Severity
from abidiff.pipeline import Options, compare
from bench.protocols import numbers

ROOT = Path(__file__).parents[1]
ROWS = ROOT / "build" / "neighbours.jsonl"
PAGE = ROOT / "docs" / "bench" / "neighbours.md"
OPTIONS = Options(cache=False, parallel=False, verify=True)
SCHEMAS = re.compile(r"(?i)\.rn[gc](?:\.in)?\Z")


class Said(msgspec.Struct, frozen=True):
    """A finding that a maintainer acts on, and what an independent program says of it."""

    surface: str
    rule: str
    subject: str
    severity: str
    confirmation: str
    note: str = ""


class Refused(msgspec.Struct, frozen=True):
    """A file that could not be read: why, and which other programs refuse it (``asked``: those that were there)."""

    tag: str
    path: str
    message: str
    refusing: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


class Row(msgspec.Struct):
    """What one pair gave: exit code (-1: no report), CPU seconds, findings."""

    old: str
    new: str
    code: int
    seconds: float
    said: list[Said] = []
    refused: list[Refused] = []
    why: str = ""


def steps(repository: str) -> Iterator[tuple[str, str]]:
    """Yield the tags that are releases, each with the next."""
    told = subprocess.run(["git", "-C", repository, "tag"], capture_output=True, text=True, check=True, timeout=60)
    found = [tag for tag in told.stdout.split() if re.fullmatch(r"v\d+(?:\.\d+){2}", tag)]
    yield from pairwise(sorted(found, key=lambda tag: numbers(tag[1:])))


def measured(repository: str, old: str, new: str) -> Row:
    """Compare two tags and let the judges speak."""
    start = time.process_time()
    try:
        report = compare(f"{repository}@refs/tags/{old}", f"{repository}@refs/tags/{new}", OPTIONS)
    except AbidiffError as error:
        return Row(old, new, -1, time.process_time() - start, why=error.message)
    seconds = round(time.process_time() - start, 2)
    return Row(old, new, report.exit_code, seconds, list(_said(report)), list(_refused(repository, (old, new), report)))


def _said(report: Report) -> Iterator[Said]:
    for finding in report.findings:
        if finding.severity in (Severity.BREAKING, Severity.UNDECIDED, Severity.WARNING):
            judged = finding.confirmation
            note = "" if judged is Confirmation.CONFIRMED else finding.confirmation_note
            yield Said(finding.surface, finding.rule, finding.subject, str(finding.severity), str(judged or ""), note)


def _refused(repository: str, tags: tuple[str, str], report: Report) -> Iterator[Refused]:
    """Yield what could not be read, with the answers of others; what follows from another problem has no place."""
    for problem in report.problems:
        if problem.location is not None:
            yield asked(repository, tags[problem.side == "new"], problem)


def asked(repository: str, tag: str, problem: Problem) -> Refused:
    """Ask xmllint and jing whether they take a schema that could not be read."""
    path = problem.location.path if problem.location is not None else ""
    if not SCHEMAS.search(path):
        return Refused(tag, path, problem.message)
    with tempfile.TemporaryDirectory(prefix="abidiff-bench-") as folder:
        inside = path.partition("/")[2] if path.partition("/")[0].endswith(f"@refs/tags/{tag}") else path
        files = subprocess.run(
            ["git", "-C", repository, "archive", tag, str(Path(inside).parent)], capture_output=True, check=True
        )
        subprocess.run(["tar", "-x", "-C", folder], input=files.stdout, check=True)
        empty = Path(folder, "empty.xml")
        empty.write_text("<empty/>", encoding="utf-8")
        schema = str(Path(folder, inside))
        answers = {
            "xmllint": _run(
                ["xmllint", "--noout", "--relaxng", schema, str(empty)], r"compilation error|failed to load|pars"
            ),
            "jing": _run(["jing", schema, str(empty)], rf"{re.escape(Path(inside).name)}:\d+:\d+: (?:fatal|error)"),
        }
    here = {name: said for name, said in answers.items() if said is not None}
    return Refused(tag, inside, problem.message, tuple(n for n, said in here.items() if said), tuple(here))


def _run(command: Sequence[str], refusal: str) -> bool | None:
    """Tell whether a program refuses a schema; None where the program is not there."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=120)
    except FileNotFoundError:
        return None
    return re.search(refusal, done.stdout + done.stderr) is not None


HEAD = """\
# Releases of libvirt that follow each other

Written by `make bench-neighbours LIBVIRT_GIT="CLONE..."`: the tags of clones of libvirt's repository, all surfaces,
each release against the next with `--verify`. gcc, the linker, rpcgen's decoders and two validators say whether a
witness works on the old side and fails on the new one. A tag that several clones have is taken from the first. CPU
is that of the tool alone, without git and without the judges.
"""


def page(rows: Sequence[Row]) -> str:
    """Return the page."""
    codes = Counter(row.code for row in rows)
    said = [(row, each) for row in rows for each in row.said]
    breaks = [(row, each) for row, each in said if each.severity == "breaking"]
    judged = Counter(each.confirmation or "not judged" for _, each in breaks)
    lines = [
        HEAD,
        f"{len(rows)} pairs, {rows[0].old} to {rows[-1].new}: {codes[0]} compatible, {codes[1]} incompatible, "
        f"{codes[3]} undecided, {codes[-1]} without a report. {len(breaks)} breaks: "
        + ", ".join(f"{count} {what}" for what, count in sorted(judged.items()))
        + f". CPU: median {sorted(row.seconds for row in rows)[len(rows) // 2]:.1f} s a pair, "
        f"most {max(row.seconds for row in rows):.1f} s.\n",
        *_table("By surface", ("surface", "breaking", "confirmed", "undecided", "warnings"), _surfaces(said)),
        *_table("Breaks that no program confirmed", ("pair", "rule", "subject", "said"), _open(breaks)),
        *_table(
            "Files that could not be read",
            ("tags", "file", "why", "refused as well by"),
            _files(each for row in rows for each in row.refused),
        ),
        *_table("Pairs with breaks", ("pair", "breaks", "of what"), _pairs(rows)),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    found = [" | ".join(str(cell).replace("|", r"\|").replace("<", r"\<") for cell in row) for row in rows]
    yield f"## {title}\n"
    if not found:
        yield "None.\n"
        return
    yield "| " + " | ".join(columns) + " |"
    yield "|---" * len(columns) + "|"
    yield from (f"| {row} |" for row in found)
    yield ""


def _surfaces(said: Sequence[tuple[Row, Said]]) -> Iterator[Sequence[object]]:
    for surface in sorted({each.surface for _, each in said}):
        mine = [each for _, each in said if each.surface == surface]
        by = Counter(each.severity for each in mine)
        sure = sum(each.severity == "breaking" and each.confirmation == "confirmed" for each in mine)
        yield surface, by["breaking"], sure, by["undecided"], by["warning"]


def _open(breaks: Iterable[tuple[Row, Said]]) -> Iterator[Sequence[object]]:
    for row, each in breaks:
        if each.confirmation != "confirmed":
            yield (
                f"{row.old} → {row.new}",
                each.rule,
                each.subject,
                f"{each.confirmation or 'not asked'} {each.note}"[:200],
            )


def _files(refused: Iterable[Refused]) -> Iterator[Sequence[object]]:
    tags: dict[Refused, dict[str, None]] = {}
    for each in refused:
        tags.setdefault(msgspec.structs.replace(each, tag=""), {})[each.tag] = None
    for each, known in tags.items():
        first, *_, last = [*known, *known]
        by = ", ".join(each.refusing) or ("none of " + ", ".join(each.asked) if each.asked else "not asked")
        yield first if first == last else f"{first} to {last}", each.path, each.message, by


def _pairs(rows: Iterable[Row]) -> Iterator[Sequence[object]]:
    for row in rows:
        mine = [each for each in row.said if each.severity == "breaking"]
        if mine:
            by = Counter(each.rule for each in mine)
            yield f"{row.old} → {row.new}", len(mine), ", ".join(f"{rule} {n}" for rule, n in sorted(by.items()))


def main() -> int:
    """Compare what is not yet known, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m bench.neighbours", description=__doc__)
    parser.add_argument("repositories", nargs="+")
    parser.add_argument("--seconds", type=float, default=3600, help="start no pair after so many seconds")
    parser.add_argument("--again", action="store_true", help="forget what is known")
    given = parser.parse_args()
    ROWS.parent.mkdir(exist_ok=True)
    if given.again:
        ROWS.unlink(missing_ok=True)
    lines = ROWS.read_bytes().splitlines() if ROWS.exists() else []
    known = {(row.old, row.new): row for row in (msgspec.json.decode(line, type=Row) for line in lines)}
    wanted: dict[tuple[str, str], str] = {}
    for repository in given.repositories:
        for step in steps(repository):
            wanted.setdefault(step, repository)
    end = time.monotonic() + given.seconds
    for step, repository in wanted.items():
        if step not in known and time.monotonic() < end:
            known[step] = row = measured(repository, *step)
            with ROWS.open("ab") as out:
                out.write(msgspec.json.encode(row) + b"\n")
            print(f"{row.old} {row.new}: exit {row.code}, {row.seconds:.1f} s {row.why}", file=sys.stderr, flush=True)
    rows = sorted((known[step] for step in wanted if step in known), key=lambda row: numbers(row.old[1:]))
    PAGE.write_text(page(rows), encoding="utf-8")
    return 1 if any(each.confirmation == "refuted" for row in rows for each in row.said) else 0


if __name__ == "__main__":
    sys.exit(main())
