"""``python -m bench.packages FOLDER...``: -dev packages of neighbouring suites, every break compiled as a use.

Each folder holds one folder for each suite with ``.deb`` files, as ``tools/fetch_sources.py --binary`` makes them.
What a package depends on, and the kernel's headers, are given to ``--with`` when they stand in the suite's folder or in
``with/SUITE``.  For each package: the newer one against itself (nothing may be found), each pair of suites, and gcc on
the witness of each breaking finding.  Writes docs/bench/libraries.md.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).parents[1]
SUITES = ("bullseye", "bookworm", "trixie")
TOOL = [sys.executable, "-m", "abidiff", "compare"]
SECONDS = 600
SLOW = 10


class Row(msgspec.Struct):
    """What one pair gave; ``states``: findings by severity, ``checked``: breaking ones by confirmation."""

    package: str
    old: str
    new: str
    code: int
    seconds: float
    states: dict[str, int] = {}
    checked: dict[str, int] = {}
    wrong: list[str] = []
    undecided: list[str] = []
    problems: list[str] = []
    files: str = ""


def pairs(folders: list[Path]) -> list[tuple[str, Path, Path]]:
    """Return (package, older file, newer file), of neighbouring suites, equal versions left out."""
    found = []
    names = {path.name.split("_")[0] for folder in folders for path in folder.glob("*/*.deb")}
    for name in sorted(names):
        files = [path for suite in SUITES for folder in folders for path in sorted((folder / suite).glob(f"{name}_*"))]
        one = list({path.parent.name: path for path in files}.values())
        found += [(name, a, b) for a, b in pairwise(one) if a.name != b.name]
    return found


def version(path: Path) -> str:
    """Return the upstream version in the name of a package's file."""
    text = path.name.split("_")[1].replace("%3a", ":").partition(":")
    return re.sub(r"[-+~](?:[^-]*)$", "", text[2] or text[0])


ALWAYS = "linux-libc-dev"


def depended(path: Path, folders: list[Path]) -> list[Path]:
    """Return the -dev packages of a package's suite that it depends on, and theirs."""
    suite = path.parent.name
    there = {
        deb.name.split("_")[0]: deb
        for folder in folders
        for place in (folder / "with" / suite, folder / suite)
        for deb in sorted(place.glob("*.deb"))
    }
    found: dict[Path, None] = {}
    pending = [path, *([there[ALWAYS]] if ALWAYS in there else [])]
    while pending:
        deb = pending.pop()
        found[deb] = None
        done = subprocess.run(["dpkg-deb", "-f", str(deb), "Depends"], capture_output=True, text=True, check=False)
        names = re.findall(r"(?:^|[,|])\s*([a-z0-9][a-z0-9.+-]+-dev)\b", done.stdout)
        pending += [there[name] for name in names if name in there and there[name] not in found]
    return sorted(deb for deb in found if deb != path)


def compared(package: str, old: Path, new: Path, more: list[str], reports: Path | None = None) -> Row:
    """Compare one pair, the compiler asked about each break."""
    command = [*TOOL, str(old), str(new), "--no-cache", "--verify", "--format", "json", "--surface", "headers", *more]
    start = time.monotonic()
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return Row(
            package, version(old), version(new), -1, SECONDS, problems=["not done in time"], files=files_of(old, new)
        )
    row = Row(package, version(old), version(new), done.returncode, time.monotonic() - start, files=files_of(old, new))
    try:
        report: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        row.problems = done.stderr.decode(errors="replace").splitlines()[:3]
        return row
    if reports is not None:
        (reports / f"{files_of(old, new)}.json").write_bytes(done.stdout)
    row.states = dict(Counter(finding["severity"] for finding in report["findings"]))
    breaking = [finding for finding in report["findings"] if finding["severity"] == "breaking"]
    row.checked = dict(
        Counter(str(finding["confirmation"]) for finding in report["findings"] if finding["confirmation"])
    )
    row.wrong = [_said(f) for f in report["findings"] if f["confirmation"] not in (None, "confirmed")]
    row.wrong += [f"not asked: {_said(f)}" for f in breaking if f["confirmation"] is None]
    row.undecided = [_said(f) for f in report["findings"] if f["severity"] == "undecided"]
    row.problems = [problem["message"] for problem in report["problems"]]
    return row


def _said(finding: dict[str, Any]) -> str:
    rule = finding["rule"].partition("/")[2]
    return f"{rule} {finding['subject']}: {finding['message'][:90]} [{finding['breaks'][-120:]}]"


def itself(path: Path) -> str:
    """Return what is found between a package and itself, read twice."""
    code = (
        "import sys; from abidiff.profile import load, project_of, wanted; from abidiff.sources import open_release;"
        "from abidiff.surfaces.headers.build.parse import parse;"
        "from abidiff.surfaces.headers.compare.compare import compare;"
        "p = load('generic'); r = open_release(sys.argv[1], wanted(p)); q = project_of(p, r);"
        "found = list(compare(parse(r, q, {}), parse(r, q, {}))); print(found[:2]) if found else None"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return (done.stdout + done.stderr)[-300:]


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", action="append", help="a package; may be repeated")
    parser.add_argument("--rows", type=Path, help="write what was found there, a line of JSON a pair")
    parser.add_argument("--no-self", action="store_true", help="compare no package with itself")
    parser.add_argument("--reports", type=Path, help="write the reports there (bench.oracle reads them)")
    parser.add_argument("--page", action="store_true", help="compare nothing: write the page of what is in --rows")
    args = parser.parse_args()
    folders = [f.resolve() for f in args.folders]
    asked = [found for found in pairs(folders) if not args.only or found[0] in args.only]
    for folder in (args.reports, args.rows.parent if args.rows else None):
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
    known, loud = read(args.rows)
    asked = [] if args.page else [(p, a, b) for p, a, b in asked if files_of(a, b) not in known]

    def job(found: tuple[str, Path, Path]) -> tuple[Row, str]:
        package, old, new = found
        more = [part for path in depended(old, folders) for part in ("--with", str(path))]
        row = compared(package, old, new, more, args.reports)
        return row, "" if args.no_self else itself(new)

    rows = list(known.values())
    with ThreadPoolExecutor(args.jobs) as pool:
        for row, said in pool.map(job, asked):
            rows.append(row)
            loud += [f"{row.package} {row.new}: {said}"] if said else []
            if args.rows:
                with args.rows.open("a", encoding="utf-8") as out:
                    out.write(msgspec.json.encode(row).decode() + "\n")
                    out.write(json.dumps({"self": loud[-1]}) + "\n" if said else "")
    order = [files_of(old, new) for _, old, new in pairs(folders)]
    rows.sort(key=lambda row: order.index(row.files) if row.files in order else len(order))
    (ROOT / "docs" / "bench" / "libraries.md").write_text(text(rows, loud, alone=not args.no_self), encoding="utf-8")
    return 0


def files_of(old: Path, new: Path) -> str:
    return f"{old.stem}--{new.stem}"


def read(path: Path | None) -> tuple[dict[str, Row], list[str]]:
    """Return what an earlier run wrote: it is not done again."""
    known: dict[str, Row] = {}
    loud: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines() if path is not None and path.is_file() else ():
        entry = json.loads(line)
        if "self" in entry:
            loud.append(entry["self"])
        else:
            row = msgspec.convert(entry, Row)
            known[row.files] = row
    return known, loud


def _silent(loud: list[str], alone: bool) -> str:
    """Return what came of comparing packages with themselves."""
    if not alone:
        return "packages were not compared with copies of themselves in this run"
    return f"compared with itself {f'{len(loud)} packages are' if loud else 'no package is'} not silent"


def text(rows: list[Row], loud: list[str], *, alone: bool = True) -> str:
    """Return the page; ``alone``: each package was compared with itself too."""
    breaking = sum(row.states.get("breaking", 0) for row in rows)
    open_ = [row for row in rows if row.code not in (0, 1)]
    refuted = sum(row.checked.get("refuted", 0) for row in rows)
    confirmed = sum(row.checked.get("confirmed", 0) for row in rows)
    unjudged = sum(row.checked.get("unavailable", 0) for row in rows)
    packages = len({row.package for row in rows})
    slow = sorted(rows, key=lambda row: -row.seconds)[:SLOW]
    lines = [
        "# Libraries",
        "",
        "The headers of `-dev` packages in neighbouring Debian suites, with the generic profile (the full promise, "
        "which these projects do not all give). gcc compiles the witness of every breaking finding. Written by "
        "`python -m bench.packages`.",
        "",
        f"{len(rows)} pairs of {packages} packages: {breaking} breaking findings; of all findings with a witness "
        f"{confirmed} confirmed, {refuted} refuted, {unjudged} not judged; "
        f"{len(open_)} pairs not decided ({100 * len(open_) / max(1, len(rows)):.1f} %); "
        f"{_silent(loud, alone)}.",
        "",
        "| package | from → to | exit | breaking | confirmed | undecided | warnings | extensions |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        counts = [row.states.get(word, 0) for word in ("undecided", "warning", "extension")]
        confirmed = row.checked.get("confirmed", 0)
        cells = [row.package, f"{row.old} → {row.new}", row.code, row.states.get("breaking", 0), confirmed, *counts]
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    reasons = Counter(_kind(said) for row in rows for said in (*row.undecided, *row.problems))
    lines += ["", "## What is not decided, by kind", ""]
    lines += [f"- {kind}: {count}" for kind, count in reasons.most_common(30)]
    lines += [
        "",
        "## The slowest",
        "",
        "Seconds of one comparison with verification, on a machine with other work.",
        "",
    ]
    lines += [f"- {row.package} {row.old} → {row.new}: {row.seconds:.0f}" for row in slow]
    wrong = [f"{row.package} {row.new}: {said}" for row in rows for said in row.wrong] + loud
    if wrong:
        lines += ["", "## Not confirmed", "", *(f"- {said}" for said in wrong[:60])]
    return "\n".join(lines) + "\n"


def _kind(said: str) -> str:
    """Return a reason without names."""
    rule, _, rest = said.partition(" ")
    reason = rest[rest.rfind("decided: ") + 9 :].rstrip("]") if "decided: " in rest else ""
    return re.sub(r"'[^']*'", "'…'", re.sub(r"declares \w+", "declares …", f"{rule}: {reason}" if reason else said))[
        :120
    ]


if __name__ == "__main__":
    raise SystemExit(main())
