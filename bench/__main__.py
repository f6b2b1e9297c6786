"""``python -m bench``: the figures of docs/bench/, competing commands in turn in one run.

Every figure is of whole processes (children included).  The releases come from
``make releases``; the competitors are programs of the distribution and are left
out, and said to be, where they are not installed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import generate, measure, plot, touched
from bench.measure import Run, Sample, in_turn, once, ratio

ROOT = Path(__file__).parents[1]
RELEASES = ROOT / "releases"
TOOL = [sys.executable, "-m", "abidiff"]
C_AND_WIRE = ["--surface", "headers", "--surface", "symbols", "--surface", "xdr"]


class Table:
    """Rows of a Markdown table, printed as they come."""

    def __init__(self, title: str, *columns: str) -> None:
        self.lines = [f"## {title}", "", "| " + " | ".join(columns) + " |", "|---" * len(columns) + "|"]
        print(f"\n{title}: {', '.join(columns)}", flush=True)

    def row(self, *cells: object) -> None:
        self.lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
        print("  " + " · ".join(str(cell) for cell in cells), flush=True)

    def note(self, text: str) -> None:
        self.lines += ["", text]
        print(f"  {text}", flush=True)


def timing_row(table: Table, sample: Sample, floor: Sample, target: str) -> None:
    table.row(
        sample.name,
        f"{sample.cpu:.2f}",
        f"{sample.wall:.2f}",
        f"{sample.peak:.0f}",
        f"{ratio(sample, floor):.2f}",
        target,
        ",".join(str(code) for code in sorted(sample.codes)),
    )


def environment(folder: Path) -> dict[str, str]:
    return measure.environment(XDG_CACHE_HOME=str(folder / "cache"))


def cold_and_warm(work: Path, runs: int) -> list[str]:
    old, new = (str(RELEASES / f"libvirt-{v}.tar.xz") for v in ("9.0.0", "11.3.0"))
    env = environment(work)
    commands = {
        "xz -dc (both)": ["xz", "-dc", old, new],
        "cold: headers, symbols, xdr": [*TOOL, "compare", old, new, "--no-cache", *C_AND_WIRE],
        "cold: all, rng decided": [*TOOL, "compare", old, new, "--no-cache"],
        "python -c pass": [sys.executable, "-c", "pass"],
        "warm: all": [*TOOL, "compare", old, new],
    }
    if checker := compliance_checker(work):
        commands["abi-compliance-checker, headers alone"] = checker
    samples = in_turn(commands, runs=runs, env=env)
    floor = samples["xz -dc (both)"]
    table = Table(
        "libvirt 9.0.0 → 11.3.0, two tarballs",
        "command", "CPU s", "wall s", "peak MiB", "CPU ÷ xz", "target", "exit",
    )  # fmt: skip
    targets = {
        "cold: headers, symbols, xdr": "≤ 2.5, peak ≤ 100",
        "cold: all, rng decided": "≤ 6",
        "warm: all": "≤ 0.25",
    }
    for name, sample in samples.items():
        timing_row(table, sample, floor, targets.get(name, ""))
    warm, python = samples["warm: all"], samples["python -c pass"]
    table.note(f"Warm takes {1000 * (warm.wall - python.wall):.0f} ms of wall time more than starting Python (≤ 150).")
    if checker:
        against = samples["abi-compliance-checker, headers alone"]
        of = ratio(samples["cold: headers, symbols, xdr"], against, "wall")
        table.note(f"Cold headers, symbols and xdr take {of:.2f} times abi-compliance-checker's wall time (≤ 1.3).")
    else:
        table.note("abi-compliance-checker is not installed: not compared.")
    return table.lines


def compliance_checker(work: Path) -> list[str]:
    """Lay out the C headers for abi-compliance-checker; its command, or nothing where it is missing."""
    if shutil.which("abi-compliance-checker") is None:
        return []
    sides = []
    for version in ("9.0.0", "11.3.0"):
        root = work / "acc" / version
        (root / "libvirt").mkdir(parents=True)
        with tarfile.open(RELEASES / f"libvirt-{version}.tar.xz") as archive:
            for member in archive:
                name = member.name.partition("/")[2]
                if name.startswith("include/libvirt/") and name.endswith((".h", ".h.in")):
                    stream = archive.extractfile(member)
                    assert stream is not None
                    text = stream.read().replace(b"@LIBVIRT_VERSION_NUMBER@", b"1")
                    (root / "libvirt" / Path(name).name.removesuffix(".in")).write_bytes(text)
        description = root.with_suffix(".xml")
        description.write_text(
            f"<version>{version}</version>\n<headers>{root}/libvirt/libvirt.h\n{root}/libvirt/virterror.h</headers>\n"
            f"<include_paths>{root}</include_paths>\n"
        )
        sides.append(str(description))
    report = str(work / "acc" / "report.html")
    return [
        "abi-compliance-checker", "-lib", "libvirt", "-old", sides[0], "-new", sides[1],
        "-headers-only", "-report-path", report,
    ]  # fmt: skip


def schemas(work: Path, runs: int) -> list[str]:
    """Decide every top-level schema against jing compiling the same ones."""
    old, new = (str(RELEASES / f"libvirt-{v}.tar.xz") for v in ("9.0.0", "11.3.0"))
    table = Table("RELAX NG: all top-level schemas of both releases", "command", "CPU s", "wall s", "peak MiB")
    commands = {
        "decided, cold": [*TOOL, "compare", old, new, "--no-cache", "--surface", "rng"],
        "decided, cached": [*TOOL, "compare", old, new, "--surface", "rng"],
    }
    if shutil.which("jing"):
        commands["jing compiles them, one process each"] = jing_script(work)
    samples = in_turn(commands, runs=max(1, runs // 2), env=environment(work))
    count = explored(old, new)
    for sample in samples.values():
        table.row(sample.name, f"{sample.cpu:.2f}", f"{sample.wall:.2f}", f"{sample.peak:.0f}")
    table.note(f"States explored: {count:,}, for all schemas that are on both sides.")
    if jing := samples.get("jing compiles them, one process each"):
        cold, warm = samples["decided, cold"], samples["decided, cached"]
        table.note(
            f"Wall time against jing: cold {ratio(cold, jing, 'wall'):.2f} (≤ 1), "
            f"cached {ratio(warm, jing, 'wall'):.2f} (≤ 0.1)."
        )
    return table.lines


FRAGMENTS = {
    "basictypes", "cputypes", "domaincommon", "domainoverrides", "networkcommon", "nwfilter_params",
    "privatedata", "storagecommon",
}  # fmt: skip


def jing_script(work: Path) -> list[str]:
    empty = work / "empty.xml"
    empty.write_text("<empty/>\n")
    lines = []
    for version in ("9.0.0", "11.3.0"):
        folder = work / "schemas" / version
        folder.mkdir(parents=True)
        with tarfile.open(RELEASES / f"libvirt-{version}.tar.xz") as archive:
            for member in archive:
                if member.name.endswith(".rng") and "/schemas/" in member.name:
                    stream = archive.extractfile(member)
                    assert stream is not None
                    (folder / Path(member.name).name).write_bytes(stream.read())
        for schema in sorted(folder.glob("*.rng")):
            if schema.stem not in FRAGMENTS:
                lines.append(f"jing {schema} {empty} >/dev/null || true")
    script = work / "jing.sh"
    script.write_text("\n".join(lines) + "\n")
    return ["sh", str(script)]


def start_up(work: Path, runs: int) -> list[str]:
    commands = {
        "python with click": [sys.executable, "-c", "import click"],
        "abi-diff --help": [*TOOL, "--help"],
        "abi-diff rules": [*TOOL, "rules"],
        "abi-diff completion bash": [*TOOL, "completion", "bash"],
    }
    samples = in_turn(commands, runs=4 * runs, env=environment(work))
    floor = samples["python with click"]
    table = Table("Start-up", "command", "CPU s", "wall s", "peak MiB", "CPU ÷ floor", "target", "exit")
    for name, sample in samples.items():
        timing_row(table, sample, floor, "≤ 2" if name != floor.name else "")
    return table.lines


def gate(work: Path, runs: int) -> list[str]:
    """New commits in a git repository that holds a whole libvirt tree; the base was seen before."""
    tree = repository(work)
    samples = [per_commit(name, tree, work, runs, touch) for name, touch in touched.KINDS.items()]
    again = "the same commit again"
    samples.append(in_turn({again: GATE}, runs=runs, env=environment(work), cwd=str(tree))[again])
    samples.append(worktree("a header in the work tree, not committed", tree, work, runs))
    table = Table(
        "Gate: a commit that changes one file of a real tree",
        *["file changed", "CPU s", "wall s", "peak MiB", "target", "exit"],
    )
    for sample in samples:
        codes = ",".join(str(code) for code in sorted(sample.codes))
        table.row(sample.name, f"{sample.cpu:.2f}", f"{sample.wall:.2f}", f"{sample.peak:.0f}", "wall < 0.33", codes)
    table.note(f"Each of the {runs} runs judges a commit that was never seen; the cache knows the base.")
    return table.lines


GATE = [*TOOL, "gate", "--against", "base"]


def repository(work: Path) -> Path:
    """Put libvirt into git."""
    folder = work / "repository"
    folder.mkdir()
    with tarfile.open(RELEASES / "libvirt-11.3.0.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    (tree,) = folder.iterdir()
    for command in (["init", "-q", "-b", "base"], ["add", "-A"], ["commit", "-q", "-m", "old"], ["gc", "-q"]):
        git(tree, *command)
    git(tree, "checkout", "-q", "-b", "change")
    return tree


def git(tree: Path, *command: str) -> None:
    author = [
        "-c",
        "user.name=bench",
        "-c",
        "user.email=bench@localhost",
        "-c",
        "commit.gpgsign=false",
        "-c",
        "gc.auto=0",
    ]
    subprocess.run(["git", *author, *command], cwd=tree, check=True, stdout=subprocess.DEVNULL)


def per_commit(name: str, tree: Path, work: Path, runs: int, touch: Callable[[Path, int], None]) -> Sample:
    """Measure the gate on new commits, each on top of the base."""
    done: list[Run] = []
    for number in range(runs + 1):
        git(tree, "reset", "-q", "--hard", "base")
        touch(tree, number)
        git(tree, "commit", "-q", "-a", "-m", f"{name} {number}")
        done.append(once(GATE, environment(work), str(tree)))
    return Sample(name, tuple(done[1:]))


def worktree(name: str, tree: Path, work: Path, runs: int) -> Sample:
    """Measure the gate on what is not committed."""
    git(tree, "reset", "-q", "--hard", "base")
    done = []
    for number in range(runs + 1):
        touched.header(tree, 1000 + number)
        done.append(once([*GATE, "--worktree"], environment(work), str(tree)))
    git(tree, "reset", "-q", "--hard", "base")
    return Sample(name, tuple(done[1:]))


def explored(old: str, new: str) -> int:
    """Count the states that deciding the schemas explores, in a process of its own."""
    command = [sys.executable, "-m", "bench.states", old, new]
    return int(subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout)


def growth(work: Path) -> tuple[list[str], str]:
    table = Table("Growth: generated libraries", "surface", "size", "CPU s", "peak MiB", "CPU ÷ 1×", "states", "exit")
    series: dict[str, list[tuple[int, float]]] = {}
    for surface in ("headers", "symbols", "xdr", "rng"):
        base = 0.0
        for size in (1, 4, 16):
            folder = work / f"growth-{size}"
            old = generate.library(folder, size)
            new = generate.library(folder, size, version="1.1.0", extra=True)
            command = [*TOOL, "compare", str(old), str(new), "--no-cache", "--surface", surface]
            run = min((once(command, environment(work)) for _ in range(3)), key=lambda r: r.cpu)
            base = base or run.cpu
            series.setdefault(surface, []).append((size, run.cpu))
            count = f"{explored(str(old), str(new)):,}" if surface == "rng" else ""
            table.row(
                surface, f"{size}×", f"{run.cpu:.2f}", f"{run.peak:.0f}", f"{run.cpu / base:.1f}", count, run.code
            )
    table.note("Of each size the best of three runs. Starting takes about 0.15 s of it, whatever the size.")
    return table.lines, plot.growth(series)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure; write docs/bench/.")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", choices=["releases", "schemas", "start-up", "gate", "growth"], action="append")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "bench")
    args = parser.parse_args()
    only = set(args.only or ["releases", "schemas", "start-up", "gate", "growth"])
    parts: list[list[str]] = []
    with tempfile.TemporaryDirectory(prefix="abidiff-bench-") as name:
        work = Path(name)
        if "releases" in only:
            parts.append(cold_and_warm(work, args.runs))
        if "schemas" in only:
            parts.append(schemas(work, args.runs))
        if "start-up" in only:
            parts.append(start_up(work, args.runs))
        if "gate" in only:
            parts.append(gate(work, args.runs))
        if "growth" in only:
            lines, svg = growth(work)
            parts.append(lines)
            args.out.mkdir(parents=True, exist_ok=True)
            (args.out / "growth.svg").write_text(svg)
    if args.only is None:
        write(args.out, parts)
    return 0


def write(out: Path, parts: list[list[str]]) -> None:
    cores = os.cpu_count()
    head = [
        "# Measured",
        "",
        "Written by `make bench`: whole processes, children included, competing commands in turn in one run;",
        f"medians of the runs, ratios pair by pair. {cores} cores, Python {sys.version.split()[0]}. Machines differ",
        "and are noisy: the ratios carry over, the seconds do not.",
    ]
    body = "\n\n".join("\n".join(lines) for lines in parts)
    out.mkdir(parents=True, exist_ok=True)
    (out / "results.md").write_text("\n".join(head) + "\n\n" + body + "\n\n![growth](growth.svg)\n")


if __name__ == "__main__":
    raise SystemExit(main())
