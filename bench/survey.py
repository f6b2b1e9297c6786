"""What a survey came to: `python -m bench.survey FOLDER` writes docs/bench/survey.md from its results and journal."""

from __future__ import annotations

import argparse
import statistics
from collections import Counter
from pathlib import Path

import msgspec

from abidiff.survey.one import Row
from abidiff.survey.run import RESULTS, Done, journal

ROOT = Path(__file__).parents[1]
MOST = 12


def page(rows: list[Row], done: list[Done], about: str) -> str:
    """Return the page: verdicts, what it cost, the rules that spoke most, and what failed."""
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
    given = parser.parse_args()
    lines = (given.folder / RESULTS).read_bytes().splitlines()
    rows = [msgspec.json.decode(line, type=Row) for line in lines]
    last = {found.row.name: found for found in journal(given.folder)}
    given.out.write_text(page(rows, [last[row.name] for row in rows], given.about), encoding="utf-8")


if __name__ == "__main__":
    main()
