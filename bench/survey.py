"""What a survey came to: `python -m bench.survey FOLDER` writes docs/bench/survey.md from its results and journal.

``--judge SECONDS`` compares the pairs that were told incompatible again with ``--verify``, as many as can be begun in
that time; what came out is kept in ``FOLDER/judged.jsonl``, and the next call goes on.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import msgspec

from abidiff.survey.one import Row
from abidiff.survey.run import RESULTS, Done, journal

ROOT = Path(__file__).parents[1]
MOST = 12
JUDGED = "judged.jsonl"
SECONDS = 120


class Judged(msgspec.Struct, frozen=True):
    """What judges said of the breaks of one pair: (rule, subject, what came out, why); ``code`` is -1 for no answer."""

    name: str
    code: int
    found: tuple[tuple[str, str, str | None, str], ...] = ()


def judge(row: Row) -> Judged:
    """Compare a pair again, each break judged by a compiler."""
    command = [sys.executable, "-m", "abidiff", "compare", "--verify", "--no-cache", "--no-config", "--format", "json"]
    try:
        done = subprocess.run([*command, row.old, row.new], cwd=ROOT, capture_output=True, timeout=SECONDS, check=False)
        report = json.loads(done.stdout)
    except (ValueError, subprocess.TimeoutExpired):
        return Judged(row.name, -1)
    found = (
        (each["rule"], each["subject"], each.get("confirmation"), each.get("confirmation_note") or "")
        for each in report["findings"]
        if each["severity"] == "breaking" or each.get("confirmation") == "refuted"
    )
    return Judged(row.name, done.returncode, tuple(found))


def judged(folder: Path) -> dict[str, Judged]:
    """Return what earlier calls judged."""
    path = folder / JUDGED
    lines = path.read_bytes().splitlines() if path.is_file() else []
    return {one.name: one for one in (msgspec.json.decode(line, type=Judged) for line in lines)}


def said(found: dict[str, Judged], incompatible: int) -> list[str]:
    """Return what judges said of the breaks, with those that they refuted or could not judge."""
    if not found:
        return ["The breaks were not judged by compilers; [libraries.md](libraries.md) tells of those that were."]
    every = [(one.name, *each) for one in found.values() for each in one.found]
    counts = Counter(what or "not judged" for _, _, _, what, _ in every)
    told = ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
    pairs = f"{len(found)} of the {incompatible} incompatible pairs"
    out = [f"Breaks judged by gcc (`--judge`): {pairs}, {len(every)} breaks: {told}."]
    silent = sorted(one.name for one in found.values() if one.code < 0)
    out += [f"No answer in {SECONDS} s: {', '.join(silent)}."] if silent else []
    others: dict[tuple[str, str], list[str]] = {}
    for name, rule, subject, what, why in every:
        if what != "confirmed":
            others.setdefault((name, what or "not judged"), []).append(f"`{rule}` {subject}{why and f': {why}'}")
    lines = [f"- {name}: {len(texts)} {what}, first {texts[0]}" for (name, what), texts in sorted(others.items())]
    return [*out, *(["", *lines] if lines else [])]


def page(rows: list[Row], done: list[Done], about: str, by_judges: dict[str, Judged] | None = None) -> str:
    """Return the page: verdicts, what it cost, what judges said, the rules that spoke most, and what failed."""
    verdicts = Counter(row.verdict or "failed" for row in rows)
    seconds = [found.seconds for found in done]
    peaks = [found.kilobytes / 1024 for found in done if found.kilobytes]
    rules = Counter(rule for row in rows for rule in row.rules)
    findings: Counter[str] = Counter()
    for row in rows:
        findings.update(row.rules)
    reasons = Counter(row.failed.rpartition("/")[2] for row in rows if row.failed)
    out = [
        "# A survey of packages",
        "",
        about,
        "",
        f"| {len(rows)} pairs | |",
        "|---|---:|",
        *(f"| {name} | {count} |" for name, count in sorted(verdicts.items())),
        f"| seconds of a pair, one after the other: all, median, most | {sum(seconds):.0f}, "
        f"{statistics.median(seconds):.1f}, {max(seconds):.1f} |",
        f"| MiB of a pair at its peak: median, most | {statistics.median(peaks):.0f}, {max(peaks):.0f} |",
        "",
        *said(by_judges or {}, verdicts["incompatible"]),
        "",
        "The rules that spoke of the most pairs:",
        "",
        "| rule | pairs | findings |",
        "|---|---:|---:|",
        *(
            f"| `{rule}` | {count} | {findings[rule]} |"
            for rule, count in sorted(rules.most_common(), key=_order)[:MOST]
        ),
    ]
    if reasons:
        out += ["", "Why pairs failed:", "", *(f"- {count}: {why}" for why, count in sorted(reasons.items()))]
    return "\n".join(out) + "\n"


def _order(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--about", default="", help="what was compared, and on which machine")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "bench" / "survey.md")
    parser.add_argument("--judge", type=float, default=0.0, help="begin judging pairs for so many seconds")
    given = parser.parse_args()
    lines = (given.folder / RESULTS).read_bytes().splitlines()
    rows = [msgspec.json.decode(line, type=Row) for line in lines]
    last = {found.row.name: found for found in journal(given.folder)}
    known, begun = judged(given.folder), time.monotonic()
    for row in rows:
        if row.verdict == "incompatible" and row.name not in known and time.monotonic() - begun < given.judge:
            known[row.name] = judge(row)
            with (given.folder / JUDGED).open("ab") as out:
                out.write(msgspec.json.encode(known[row.name]) + b"\n")
    given.out.write_text(page(rows, [last[row.name] for row in rows], given.about, known), encoding="utf-8")


if __name__ == "__main__":
    main()
