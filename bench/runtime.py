"""``python -m bench.runtime FOLDER...``: -dev packages with their runtime packages, older suite against newer.

Each folder holds one folder for each suite with ``.deb`` files, as ``tools/fetch_sources.py --binary`` makes them.  The
runtime packages of a -dev package are those that it depends on in its own version.  For each pair:

- exports as ``readelf --dyn-syms -W`` lists them beside those that abi-diff reads,
- every name that vanished (by readelf) and stands in the old headers as a word: whether the report speaks of it,
- what libabigail's ``abidiff`` says of the same libraries,
- the advice on the SONAME beside what the distribution did with it.

Rows are kept (``--rows``): a run that was stopped goes on.  Writes docs/bench/runtime.md.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from abidiff.elf import MAGIC, NotReadableError
from abidiff.elf import read as read_elf

ROOT = Path(__file__).parents[1]
SUITES = ("bullseye", "bookworm", "trixie")
TOOL = [sys.executable, "-m", "abidiff", "compare", "--no-cache", "--format", "json"]
SURFACES = ("headers", "symbols", "exports")
SECONDS = 200
_ROW = re.compile(
    r"^\s*\d+:\s+[0-9a-f]+\s+(\d+|0x[0-9a-f]+)\s+(\w+)\s+(GLOBAL|WEAK|UNIQUE)\s+(DEFAULT|PROTECTED)\s+(?:\[[^]]*\]\s+)?"
    r"(\w+)\s+([^\s@]+)(@@?)?(\S*)"
)
_REMOVED = re.compile(
    r"^\s*\[D\]\s+(?:'(?:function|variable) .*?\b(\w+)\s*(?:\(.*)?'\s*\{(\S+?)(?:@.*)?\}|([\w.]+))", re.M
)
_DEPENDS = re.compile(r"(?:^|, )([a-z0-9][a-z0-9.+-]+) \(= [^)]*\)")
_WORD = re.compile(rb"[A-Za-z_]\w*")
# What linkers define in every library.
_LINKER = frozenset(
    ("_init", "_fini", "__bss_start", "_edata", "_end", "__end__", "_bss_end__", "__bss_end__", "__bss_start__")
)


class Library(msgspec.Struct):
    """One library on both sides; ``advice`` is abi-diff's answer on its name."""

    old: str
    new: str
    advice: str = ""
    decided_by: str = ""


class Row(msgspec.Struct):
    """What one pair gave.

    ``symbols``     exported symbols that readelf lists, of both sides; ``unlike``: those that abi-diff reads otherwise.
    ``vanished``    names that are gone by readelf; ``declared``: those of them that the old headers spell.
    ``silent``      those of ``declared`` of which the report says nothing.
    ``abigail``     names that libabigail's abidiff tells as removed; ``abigail_missed``, ``abigail_alarms``: of
                    ``declared`` those that it does not tell, and told ones that no old header spells.
    """

    package: str
    files: str
    old: str
    new: str
    code: int = -1
    seconds: float = 0.0
    breaking: int = 0
    undecided: int = 0
    libraries: list[Library] = []
    symbols: int = 0
    unlike: list[str] = []
    vanished: list[str] = []
    declared: list[str] = []
    silent: list[str] = []
    abigail: int = -1
    abigail_missed: list[str] = []
    abigail_alarms: int = 0
    problems: list[str] = []


class Package(msgspec.Struct, frozen=True):
    """A -dev package of a suite and the runtime packages that belong to it."""

    name: str
    dev: Path
    runtime: tuple[Path, ...]

    @property
    def given(self) -> str:
        """The argument of abi-diff."""
        return "+".join(str(path) for path in (self.dev, *self.runtime))


def field(path: Path, name: str) -> str:
    """Return a field of a package's control file."""
    done = subprocess.run(["dpkg-deb", "-f", str(path), name], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def packages(folders: list[Path], suite: str) -> dict[str, Package]:
    """Return the -dev packages of a suite whose runtime packages are there too."""
    there = {path.name.split("_")[0]: path for folder in folders for path in sorted((folder / suite).glob("*.deb"))}
    found = {}
    for name, path in there.items():
        if not name.endswith("-dev"):
            continue
        names = [each for each in _DEPENDS.findall(field(path, "Depends")) if not each.endswith("-dev")]
        runtime = tuple(there[each] for each in names if each in there)
        if runtime:
            found[name] = Package(name, path, runtime)
    return found


def pairs(folders: list[Path]) -> Iterator[tuple[Package, Package]]:
    """Yield the packages of neighbouring suites, equal versions left out."""
    of = [packages(folders, suite) for suite in SUITES]
    for name in sorted({name for each in of for name in each}):
        for before, after in ((0, 1), (1, 2)):
            if name in of[before] and name in of[after] and of[before][name].dev.name != of[after][name].dev.name:
                yield of[before][name], of[after][name]


def unpacked(package: Package, into: Path) -> None:
    """Unpack a package with its runtime packages; nothing of it is run."""
    for path in (package.dev, *package.runtime):
        subprocess.run(["dpkg-deb", "-x", str(path), str(into)], check=True, capture_output=True)


def libraries(root: Path) -> dict[str, Path]:
    """Return SONAME → file of the shared libraries where the linker looks."""
    found = {}
    for folder in (*root.glob("lib/*-linux-gnu"), *root.glob("usr/lib/*-linux-gnu"), root / "lib", root / "usr/lib"):
        for path in sorted(folder.glob("*.so*")):
            if path.is_file() and not path.is_symlink() and path.read_bytes()[:4] == MAGIC:
                done = subprocess.run(["readelf", "-d", "-W", str(path)], capture_output=True, text=True, check=False)
                soname = re.search(r"Library soname: \[([^]]+)\]", done.stdout)
                if soname:
                    found[soname[1]] = path
    return found


def listed(path: Path) -> set[tuple[str, str, bool, str, str, int]]:
    """Return what readelf lists: (name, version, default, binding, type, size)."""
    done = subprocess.run(["readelf", "--dyn-syms", "-W", str(path)], capture_output=True, text=True, check=True)
    versions = subprocess.run(["readelf", "-V", "-W", str(path)], capture_output=True, text=True, check=True)
    nodes = set(re.findall(r"\bName: (\S+)", versions.stdout))
    found = set()
    for line in done.stdout.splitlines():
        row = _ROW.match(line)
        if row is not None and row[5] != "UND" and not (row[5] == "ABS" and row[6] in nodes):
            found.add((row[6], row[8], row[7] != "@", row[3], row[2], int(row[1], 0)))
    return found


def ours(path: Path) -> set[tuple[str, str, bool, str, str, int]]:
    """Return what abi-diff reads of the same library."""
    try:
        read = read_elf(path.read_bytes())
    except NotReadableError as error:
        return {(str(error), "", False, "", "", 0)}
    return {(s.name, s.version, s.default, s.binding, s.type, s.size) for s in read.symbols}


def words(root: Path) -> set[str]:
    """Return the words of the headers of an unpacked package."""
    found: set[bytes] = set()
    for path in root.glob("usr/**/*.h"):
        found.update(_WORD.findall(path.read_bytes()) if path.is_file() else ())
    return {word.decode() for word in found}


def told(report: dict[str, Any]) -> set[str]:
    """Return the words of all findings that are more than additions."""
    found: set[str] = set()
    for finding in report["findings"]:
        if finding["severity"] != "extension":
            found.update(re.findall(r"[A-Za-z_]\w*", json.dumps(finding)))
    return found


def abigail(old: Path, new: Path, headers: tuple[Path, Path]) -> set[str] | None:
    """Return the names that libabigail's abidiff tells as removed; None where it ends otherwise."""
    command = ["abidiff", "--headers-dir1", str(headers[0]), "--headers-dir2", str(headers[1]), str(old), str(new)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, errors="replace")
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode & 3:
        return None
    found = set()
    for match in _REMOVED.finditer(done.stdout):
        found.add((match[2] or match[3] or "").partition("@")[0])
    return found


def row(old: Package, new: Package) -> Row:
    """Compare one pair."""
    out = Row(old.name, f"{old.dev.stem}--{new.dev.stem}", field(old.dev, "Version"), field(new.dev, "Version"))
    more = [part for surface in SURFACES for part in ("--surface", surface)]
    begun = time.monotonic()
    try:
        done = subprocess.run(
            [*TOOL, *more, old.given, new.given], cwd=ROOT, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        out.problems.append("not done in time")
        return out
    out.seconds = time.monotonic() - begun
    out.code = done.returncode
    try:
        report: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        out.problems += done.stderr.decode(errors="replace").splitlines()[:3]
        return out
    out.breaking = sum(finding["severity"] == "breaking" for finding in report["findings"])
    out.undecided = sum(finding["severity"] == "undecided" for finding in report["findings"])
    out.problems += [problem["message"] for problem in report["problems"]]
    with tempfile.TemporaryDirectory() as name:
        sides = Path(name) / "old", Path(name) / "new"
        for package, side in zip((old, new), sides, strict=True):
            unpacked(package, side)
        _held(out, report, sides)
    return out


def _held(out: Row, report: dict[str, Any], sides: tuple[Path, Path]) -> None:
    """Hold a report against readelf and libabigail."""
    before, after = libraries(sides[0]), libraries(sides[1])
    symbols: tuple[set[str], set[str]] = (set(), set())
    for side, mine in zip((before, after), symbols, strict=True):
        for soname, path in side.items():
            by_readelf, by_us = listed(path), ours(path)
            out.symbols += len(by_readelf)
            out.unlike += [f"{soname}: {each}" for each in sorted(map(str, by_readelf ^ by_us))]
            mine.update(each[0] for each in by_readelf)
    advice = {each["library"]: each for each in report["advice"] if each["about"] == "soname"}
    spoken, spelled = told(report), words(sides[0])
    out.vanished = sorted(symbols[0] - symbols[1] - _LINKER)
    out.declared = [name for name in out.vanished if name in spelled]
    out.silent = [name for name in out.declared if name not in spoken]
    removed: set[str] = set()
    for soname, given in sorted(advice.items()):
        by = given.get("decided_by") or {}
        out.libraries.append(
            Library(
                given["from"],
                given["to"] or given["from"],
                given["answer"],
                f"{by.get('rule', '')} {by.get('subject', '')}",
            )
        )
        target = given["to"] or given["from"]
        if soname in before and target in after:
            headers = sides[0] / "usr/include", sides[1] / "usr/include"
            found = abigail(before[soname], after[target], headers)
            if found is not None:
                out.abigail = max(out.abigail, 0)
                removed |= found
    if out.abigail >= 0:
        removed &= set(out.vanished) | {name for name in removed if name not in symbols[1]}
        out.abigail = len(removed)
        out.abigail_missed = [name for name in out.declared if name not in removed]
        out.abigail_alarms = len([name for name in removed if name not in spelled])


_SAID = {
    "must-change": "must change",
    "changed": "changed, and had to",
    "may-stay": "may stay",
    "changed-without-need": "changed without need",
    "not-decided": "not decided",
}


_WHY = {
    "headers/field-type-changed": (
        "a field of a struct that programs see is of another type. Projects hold that programs read it "
        "through functions only, or that a spare field (`pad`, `_flags2`) was nobody's; headers do not say "
        "so."
    ),
    "headers/record-layout-changed": (
        "a struct that programs can define is of another size. Projects hand it out by pointer only "
        "(`curl_version_info_data`), or tell its size to a function; a header that spells it does not say so."
    ),
    "headers/field-removed": (
        "a field went, and its place is another one's; it was the library's own, in a public struct."
    ),
    "headers/function-removed": (
        "a declaration went (since these rows the advice asks the library whether its symbol did)."
    ),
    "headers/enumerator-value-changed": (
        "an enumerator, which is compiled into programs, has another number (those that count the others or "
        "name the last one demand nothing since these rows)."
    ),
    "headers/constant-value-changed": (
        "a number or a text that is compiled into programs differs: a date, an address, the version of "
        "something else. It is a value as any other; a waiver says that nobody depends on it."
    ),
    "headers/variable-changed": ("a variable is of another type."),
    "headers/function-parameters-changed": (
        "a function that was meant for the library alone, in a public header, takes other parameters."
    ),
    "headers/callback-changed": (
        "functions that programs hand over are called with other arguments; of a part that the header calls "
        "experimental, in words."
    ),
    "exports/symbol-vanished": (
        "a declared symbol is gone, or in another version node: programs linked with it do not start."
    ),
}
"""What stands behind a decision that a distribution did not share."""


def why(kept: list[tuple[Row, Library]]) -> list[str]:
    """Return how often each rule decides against a name that the distribution kept, and what stands behind it."""
    rules = Counter(library.decided_by.split()[0] for _, library in kept if library.advice == "must-change")
    return [f"- {count} by `{rule}`: {_WHY.get(rule, '')}".rstrip(": ") for rule, count in rules.most_common()]


def page(rows: list[Row]) -> str:
    """Return the page."""
    named = [(row, library) for row in rows for library in row.libraries]
    kept = [(row, library) for row, library in named if library.old == library.new]
    renamed = [(row, library) for row, library in named if library.old != library.new]
    lines = [
        "<!-- Written by `make bench-runtime`. -->",
        "",
        "# Runtime packages",
        "",
        "`-dev` packages with the runtime packages that belong to them, neighbouring Debian suites, amd64, generic "
        "profile (the full promise). *Vanished* are names that `readelf --dyn-syms -W` lists on the old side alone, "
        "*declared* those of them that the old headers spell (as words, comments too), *silent* those of which the "
        "report says nothing. The last columns are libabigail's `abidiff` with `--headers-dir1`, `--headers-dir2` on "
        "the same files (no debug information is there): names told as removed, declared ones that it does not tell, "
        "and told ones that no header spells.",
        "",
        f"{len(rows)} pairs: {sum(row.symbols for row in rows)} exported symbols, "
        f"{sum(len(row.unlike) for row in rows)} read otherwise than by readelf; "
        f"{sum(len(row.vanished) for row in rows)} names vanished, {sum(len(row.declared) for row in rows)} of them "
        f"declared, {sum(len(row.silent) for row in rows)} silent; libabigail tells "
        f"{sum(max(row.abigail, 0) for row in rows)}, of which no header spells "
        f"{sum(row.abigail_alarms for row in rows)}, and misses {sum(len(row.abigail_missed) for row in rows)} "
        "declared ones.",
        "",
        "| package | from → to | exit | breaking | undecided | symbols | unlike | vanished | declared | silent | "
        "abidiff | misses | undeclared |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for each in rows:
        counts = [each.code, each.breaking, each.undecided, each.symbols, len(each.unlike)]
        counts += [len(each.vanished), len(each.declared), len(each.silent)]
        told_ = [each.abigail, len(each.abigail_missed), each.abigail_alarms] if each.abigail >= 0 else ["-", "-", "-"]
        lines.append("| " + " | ".join(map(str, [each.package, f"{each.old} → {each.new}", *counts, *told_])) + " |")
    lines += ["", "## SONAME: the advice beside what the distribution did", ""]
    lines += ["| the advice | name kept | name changed |", "|---|--:|--:|"]
    for answer, text in _SAID.items():
        counts = [sum(library.advice == answer for _, library in some) for some in (kept, renamed)]
        lines.append(f"| {text} | {counts[0]} | {counts[1]} |")
    loud = [
        f"- {row.package} {row.old} → {row.new}: {library.old} {_SAID[library.advice]}: {library.decided_by}"
        for row, library in kept
        if library.advice == "must-change"
    ]
    lines += [
        "",
        "Where the distribution kept a name and the advice is that it must change, the advice goes by what headers",
    ]
    lines += ["promise to programs, the distribution by what programs are known to do:", "", *why(kept)]
    lines += ["", "One by one, with what decides first:", "", *loud]
    lines += ["", "Changed by the distribution:", ""]
    lines += [
        f"- {row.package} {row.old} → {row.new}: {library.old} → {library.new}: {_SAID[library.advice]}"
        + (f" ({library.decided_by.strip()})" if library.decided_by.strip() else "")
        for row, library in renamed
    ]
    lines += _list("Declared, vanished and silent", [f"{r.package} {r.new}: {name}" for r in rows for name in r.silent])
    lines += _list("Read otherwise than by readelf", [f"{r.package}: {said}" for r in rows for said in r.unlike])
    lines += _list("Problems", [f"{r.package} {r.new}: {said}" for r in rows for said in r.problems])
    return "\n".join(lines) + "\n"


def _list(title: str, entries: list[str]) -> list[str]:
    return ["", f"## {title}", "", *(f"- {entry}" for entry in entries)] if entries else []


def known(path: Path) -> dict[str, Row]:
    """Return the rows of an earlier run."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return {found.files: found for found in (msgspec.json.decode(line, type=Row) for line in lines)}


def main() -> int:
    """Run the command line; 1 where a pair is not done or something is silent or read otherwise."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--rows", type=Path, default=ROOT / "build" / "runtime.jsonl")
    parser.add_argument("--seconds", type=float, default=1e9, help="begin no pair after so many seconds")
    parser.add_argument("--only", action="append", help="a package; may be repeated")
    args = parser.parse_args()
    args.rows.parent.mkdir(parents=True, exist_ok=True)
    done, begun = known(args.rows), time.monotonic()
    asked = [pair for pair in pairs([f.resolve() for f in args.folders]) if not args.only or pair[0].name in args.only]
    for old, new in asked:
        key = f"{old.dev.stem}--{new.dev.stem}"
        if key not in done and time.monotonic() - begun < args.seconds:
            done[key] = row(old, new)
            with args.rows.open("a", encoding="utf-8") as out:
                out.write(msgspec.json.encode(done[key]).decode() + "\n")
    keys = [f"{old.dev.stem}--{new.dev.stem}" for old, new in asked]
    rows = [done[key] for key in keys if key in done]
    (ROOT / "docs" / "bench" / "runtime.md").write_text(page(rows), encoding="utf-8")
    print(f"{len(rows)} of {len(asked)} pairs")
    return 1 if len(rows) < len(asked) or any(each.silent or each.unlike for each in rows) else 0


if __name__ == "__main__":
    raise SystemExit(main())
