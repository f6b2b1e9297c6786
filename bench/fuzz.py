"""Mutated input of every kind, each read in a process with limits: ``make fuzz SECONDS=…`` writes docs/bench/fuzz.md.

Seeds are the files of ``fixtures/``; half of the mutations are of bytes, half of tokens.  An input is determined by the
kind, the seed and its number.  What was tried is noted in ``build/fuzz``: a run that was stopped goes on, and
``--again`` begins a kind anew.  The figures of the page are kept in ``docs/bench/fuzz.json``: a run of some kinds, in
whichever tree, leaves those of the others as they are.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import msgspec

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "bench" / "fuzz.md"
FIGURES = PAGE.with_suffix(".json")
CPU_SECONDS = 10
RESIDENT_BYTES = 512 << 20
ENOUGH = 100
"""So many CPU seconds with another commit replace figures of more."""
NOTED = ROOT / "build" / "fuzz"
KINDS = (
    *("headers", "symbols", "libraries", "listings", "xdr", "rng", "rnc"),
    *("archives", "snapshots", "configuration", "profiles", "waivers", "histories"),
)
ENDINGS = {
    "headers": ".h",
    "symbols": ".syms",
    "libraries": ".so",
    "listings": ".symbols",
    "xdr": ".x",
    "rng": ".rng",
    "rnc": ".rnc",
}
TOKEN = re.compile(rb"\w+|\s+|[^\w\s]")
CONFIGURATION = b'surfaces = ["headers"]\nfail-on = "undecided"\n[define]\nA = "1"\n[limits]\nheader-tokens = 5000\n'
PROFILE = b'name = "demo"\n[headers]\ninclude = ["include/**/*.h"]\nroots = ["include/*.h"]\n[rng]\nfiles = ["*.rng"]\n'
LISTING = b"""libship.so.1 libship1 #MINVER#
| libship1 (>= 1.0)
* Build-Depends-Package: libship-dev
 shipOpen@Base 1.0
 (arch=!i386|optional)shipSink@SHIP_1 1.2~rc1 1
 (symver)SHIP_2 2.0
 (regex)"^ship[0-9]+@SHIP_3$" 3.0
#MISSING: 2.0# shipGone@Base 1.0
"""
DUMP = b"""  Machine:                           Advanced Micro Devices X86-64
 0x000000000000000e (SONAME)             Library soname: [libship.so.1]
     1: 0000000000001000    16 FUNC    GLOBAL DEFAULT   12 shipOpen@@SHIP_1
     2: 0000000000001010     8 OBJECT  WEAK   DEFAULT   12 shipCount@SHIP_1 (2)
"""
SHIP = "int shipOpen(void){return 1;} int shipSink(void){return 2;} char shipTable[8]={1};"
SCRIPT = "SHIP_1 { global: shipOpen; local: *; }; SHIP_2 { global: shipSink; shipTable; } SHIP_1;"
WAIVERS = (
    b'fail-on = "warning"\n[[waivers]]\nrule = "headers/function-removed"\nsubject = "harbour_*"\nreason = "unused"\n'
    b'expires = 2030-01-01\nnote = "gone"\nat-most = 3\n[[waivers]]\nfingerprint = "0123456789ab"\nreason = "x"\n'
    b'[tiers.api]\ndeprecation-releases = 2\n[deprecations."harbour_open"]\nsince = "1.0.0"\ndate = 2020-02-02\n'
)
RNC = b'start = element a { attribute b { xsd:int { minInclusive = "1" } }?, c* }\nc = element c { text | empty }\n'


class Counts(msgspec.Struct, omit_defaults=True):
    """What came of the inputs of one kind; ``commit``: the code with which they were begun."""

    inputs: int = 0
    uncaught: int = 0
    slow: int = 0
    large: int = 0
    differing: int = 0
    seconds: float = 0.0
    commit: str = ""


class Outcome(msgspec.Struct, frozen=True):
    """One run: exit code (negative: a signal), CPU seconds, resident bytes beyond those it was forked with, text."""

    code: int
    seconds: float
    resident: int
    text: str

    def verdict(self) -> tuple[int, str]:
        """Return what two readers of an archive have to agree on."""
        return self.code, self.text if self.code in (0, 1) else ""


def mutated(data: bytes, random: Random, others: list[bytes]) -> bytes:
    """Return a text with a few changes, of bytes or of tokens."""
    for _ in range(random.choice((1, 1, 2, 4, 8))):
        data = _tokens(data, random, others) if random.random() < 0.5 else _bytes(data, random)
    return data


def _bytes(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    end = min(len(data), at + random.choice((1, 1, 4, 40)))
    return random.choice(
        (
            data[:at] + data[end:],
            data[:at] + random.randbytes(end - at) + data[end:],
            data[:at] + random.choice((b"\0", b"\xff", b"\xef\xbb\xbf", b"9" * 50, b"(" * 300)) + data[at:],
            data[:at] + data[at:end] * random.choice((2, 50)) + data[end:],
            data[:at],
        )
    )


def _tokens(data: bytes, random: Random, others: list[bytes]) -> bytes:
    parts = TOKEN.findall(data)
    if not parts:
        return data
    at, other = random.randrange(len(parts)), TOKEN.findall(random.choice(others)) or [b"x"]
    there = random.randrange(len(other))
    choice = random.randrange(4)
    if choice == 0:
        parts[at] = random.choice(other)
    elif choice == 1:
        parts[at:at] = other[there : there + random.choice((1, 5, 30))]
    elif choice == 2:
        del parts[at : at + random.choice((1, 3, 10))]
    else:
        two = random.randrange(len(parts))
        parts[at], parts[two] = parts[two], parts[at]
    return b"".join(parts)


def run(arguments: list[str], scratch: Path, environment: dict[str, str] | None = None) -> Outcome:
    """Run the command in a fork with limits on time and memory."""
    from abidiff.cli.main import main

    printed = scratch / "printed"
    page = resource.getpagesize()
    space, before = (int(pages) * page for pages in Path("/proc/self/statm").read_text().split()[:2])
    child = os.fork()
    if not child:
        code = 70
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (2 * CPU_SECONDS, 2 * CPU_SECONDS))
            resource.setrlimit(resource.RLIMIT_AS, (space + 4 * RESIDENT_BYTES, space + 4 * RESIDENT_BYTES))
            target = os.open(printed, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(target, 1)
            os.dup2(target, 2)
            sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
            os.environ.update(environment or {})
            main(arguments)
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)
    _, status, used = os.wait4(child, 0)
    text = printed.read_text(errors="replace") if printed.exists() else ""
    resident = max(0, (used.ru_maxrss << 10) - before)
    return Outcome(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, resident, text)


def loaded(scratch: Path) -> None:
    """Load what runs need before there are forks: a small comparison of every surface in this process."""
    from contextlib import suppress

    from abidiff.cli.main import main

    demo = str(ROOT / "fixtures" / "demo" / "harbour-1.")
    with suppress(SystemExit):
        main(["compare", f"{demo}0.0", f"{demo}1.0", "--no-cache", "--serial", "--no-config", "-o", f"{scratch}/warm"])
    gc.unfreeze()


def seeds(kind: str, scratch: Path) -> list[bytes]:
    """Return the seeds of a kind."""
    if kind == "libraries":
        return _libraries(scratch)
    if kind == "listings":
        return [LISTING, DUMP]
    if kind in ENDINGS:
        found = sorted(path for path in (ROOT / "fixtures").rglob(f"*{ENDINGS[kind]}") if path.is_file())
        return [path.read_bytes() for path in found if path.stat().st_size < 20_000] + [RNC] * (kind == "rnc")
    if kind == "configuration":
        return [CONFIGURATION]
    if kind == "waivers":
        return [WAIVERS]
    if kind == "profiles":
        return [PROFILE, *(path.read_bytes() for path in sorted((ROOT / "abidiff" / "profiles").glob("*.toml")))]
    if kind == "snapshots":
        made = scratch / "seed.snapshot"
        run(["snapshot", str(ROOT / "fixtures/demo/harbour-1.0.0"), "-o", str(made), "--no-cache"], scratch)
        return [made.read_bytes()]
    return _history(scratch) if kind == "histories" else _archives(scratch)


def _history(scratch: Path) -> list[bytes]:
    made = scratch / "seed.db"
    demo = str(ROOT / "fixtures/demo/harbour-1.")
    command = ["history", "build", "-o", str(made), f"{demo}0.0", f"{demo}1.0", "--no-cache", "--serial", "--no-config"]
    run(command, scratch)
    return [made.read_bytes()]


def _libraries(scratch: Path) -> list[bytes]:
    """Return small libraries, with versions and without, as the compiler of this machine makes them."""
    source, script, made = scratch / "ship.c", scratch / "ship.map", scratch / "ship.so"
    source.write_text(SHIP)
    script.write_text(SCRIPT)
    found = [b"\x7fELF\x02\x01\x01" + bytes(57)]
    for more in (["-Wl,-soname,libship.so.1"], [f"-Wl,--version-script={script}"], ["-m32", "-s"]):
        command = ["gcc", "-shared", "-fPIC", "-nostdlib", str(source), "-o", str(made), *more]
        with contextlib.suppress(OSError):
            if subprocess.run(command, check=False, capture_output=True).returncode == 0:
                found.append(made.read_bytes())
    return found


def _archives(scratch: Path) -> list[bytes]:
    import tarfile
    import zipfile

    folder = ROOT / "fixtures" / "demo" / "harbour-1.0.0"
    for mode in ("w", "w:gz", "w:xz"):
        with tarfile.open(scratch / f"seed{mode[2:]}", mode) as archive:
            archive.add(folder, "harbour-1.0.0")
    with zipfile.ZipFile(scratch / "seedzip", "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.rglob("*")):
            packed.write(path, f"harbour-1.0.0/{path.relative_to(folder)}")
    return [(scratch / f"seed{name}").read_bytes() for name in ("", "gz", "xz", "zip")]


def asked(kind: str, given: Path, number: int) -> list[str]:
    """Return the command beside ``compare`` that reads such a file; none for most inputs."""
    if kind == "xdr" and number % 5 == 1:
        return ["xdr", "list", str(given), "--types", "--no-cache"]
    if kind in ("rng", "rnc") and number % 5 == 1:
        return ["rng", "sample", str(given), "--count", "3"]
    if kind == "snapshots" and number % 5 == 1:
        return ["check", str(given), "--no-config", "--no-cache"]
    if kind == "histories" and number % 3:
        if number % 3 == 1:
            return ["since", "harbour_*", "--history", str(given)]
        return ["history", ("list", "check", "export")[number // 3 % 3], str(given)]
    return []


def runs(kind: str, data: bytes, scratch: Path, seed: bytes, number: int = 0) -> list[Outcome]:
    """Run one input: archives through both readers, everything else once."""
    common = ["--no-cache", "--serial"]
    demo = str(ROOT / "fixtures/demo/harbour-1.0.0")
    if kind in ENDINGS:
        old, new = scratch / f"old{ENDINGS[kind]}", scratch / f"new{ENDINGS[kind]}"
        old.write_bytes(seed)
        new.write_bytes(data)
        return [run(asked(kind, new, number) or ["compare", str(old), str(new), "--no-config", *common], scratch)]
    if kind == "archives":
        ending = {b"PK": ".zip", b"\x1f\x8b": ".tar.gz", b"\xfd7": ".tar.xz"}.get(seed[:2], ".tar")
        given = scratch / f"harbour-1.0.1{ending}"
        given.write_bytes(data)
        command = ["compare", demo, str(given), "--no-config", *common]
        return [run(command, scratch, {"ABIDIFF_ARCHIVE": name}) for name in ("libarchive", "stdlib")]
    names = {"snapshots": "new.snapshot", "histories": "own.db", "profiles": "own.toml"}
    given = scratch / names.get(kind, "abidiff.toml")
    given.write_bytes(data)
    if kind in ("snapshots", "histories"):
        other = f"{given}@1.1.0" if kind == "histories" else str(given)
        return [run(asked(kind, given, number) or ["compare", demo, other, "--no-config", *common], scratch)]
    option = ["--no-config", "--profile"] if kind == "profiles" else ["--config"]
    return [run(["compare", demo, f"{demo[:-5]}1.1.0", *option, str(given), *common], scratch)]


def fuzz(
    kind: str, seconds: float, seed: int, keep: Path | None = None, say: Callable[[str], None] = lambda _: None,
    counts: Counts | None = None, note: Callable[[Counts], None] = lambda _: None,
) -> Counts:  # fmt: skip
    """Try mutated inputs of one kind for some seconds of CPU time; keep those that show something.

    ``counts``: what an earlier run tried; ``note`` is told what has been tried so far.
    """
    counts = counts or Counts()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        loaded(scratch)
        given = seeds(kind, scratch)
        began = time.monotonic()
        while counts.seconds < seconds and time.monotonic() - began < 20 * seconds + 20:
            random = Random(f"{kind} {seed} {counts.inputs}")
            origin = random.choice(given)
            data = mutated(origin, random, given)
            found = runs(kind, data, scratch, origin, counts.inputs)
            if counted(counts, found):
                say(f"{kind} {counts.inputs}: {[(one.code, one.text[-300:]) for one in found]}")
                if keep:
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / f"{kind}-{counts.inputs}").write_bytes(data)
            note(counts)
    return counts


def counted(counts: Counts, found: list[Outcome]) -> bool:
    """Count one input; tell whether it shows something."""
    before = (counts.uncaught, counts.slow, counts.large, counts.differing)
    counts.inputs += 1
    counts.seconds += sum(one.seconds for one in found)
    counts.uncaught += any(one.code not in (0, 1, 2, 3) or "unexpected error" in one.text for one in found)
    counts.slow += any(one.seconds > CPU_SECONDS for one in found)
    counts.large += any(one.resident > RESIDENT_BYTES for one in found)
    counts.differing += len({one.verdict() for one in found}) > 1
    return before != (counts.uncaught, counts.slow, counts.large, counts.differing)


def noted(kind: str, seed: int) -> Counts:
    """Return what earlier runs tried."""
    path = NOTED / f"{kind}-{seed}.json"
    return msgspec.json.decode(path.read_bytes(), type=Counts) if path.exists() else Counts(commit=commit())


def commit() -> str:
    """Return the commit of this tree, with a mark where it was changed; empty where nothing tells."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--exclude=*"]
    with contextlib.suppress(OSError):
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        return done.stdout.strip() if done.returncode == 0 else ""
    return ""


def noting(kind: str, seed: int) -> Callable[[Counts], None]:
    """Return what writes down what has been tried, after every input."""
    path = NOTED / f"{kind}-{seed}.json"
    path.parent.mkdir(parents=True, exist_ok=True)

    def note(counts: Counts) -> None:
        path.with_suffix(".new").write_bytes(msgspec.json.encode(counts))
        path.with_suffix(".new").replace(path)

    return note


class Figures(msgspec.Struct, frozen=True):
    """What the page says: the seed, and what was tried of each kind."""

    seed: int
    kinds: dict[str, Counts]


def figures(path: Path, found: dict[str, Counts], seed: int) -> Figures:
    """Return the figures of a file with new ones put in.

    A kind gets new ones when as much was tried (whole CPU seconds) as for the old, when either show something, and of
    another commit when at least ``ENOUGH`` seconds were tried.
    """
    kept = msgspec.json.decode(path.read_bytes(), type=Figures) if path.exists() else Figures(seed, {})
    kinds = dict(kept.kinds) if kept.seed == seed else {}
    for kind, one in found.items():
        old = kinds.get(kind, Counts())
        enough = one.commit != old.commit and round(one.seconds) >= ENOUGH
        if one.inputs and (enough or round(one.seconds) >= round(old.seconds) or shows(one) or shows(old)):
            kinds[kind] = one
    return Figures(seed, {kind: kinds[kind] for kind in KINDS if kind in kinds})


def shows(one: Counts) -> bool:
    """Tell whether some input showed something."""
    return bool(one.uncaught or one.slow or one.large or one.differing)


def written(of: Figures) -> bytes:
    """Return figures as JSON, a kind a line, so that two trees that tried different kinds merge."""
    lines = [b'    "%b": %b' % (kind.encode(), msgspec.json.encode(one)) for kind, one in of.kinds.items()]
    return b'{\n  "seed": %d,\n  "kinds": {\n%b\n  }\n}\n' % (of.seed, b",\n".join(lines))


def page(found: dict[str, Counts], seed: int) -> str:
    """Return the page of figures."""
    out = [
        "<!-- Written by `make fuzz`. -->\n",
        "# Fuzzing\n",
        f"Mutations of bytes and tokens of the fixtures, seed {seed}; each input is compared in a process of its own.",
        "Slow is more than 10 s of CPU, large more than 512 MB resident; archives are read by both readers.\n",
        "| kind | commit | CPU seconds | inputs | uncaught | slow | large | differing verdicts |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for kind, one in found.items():
        differing = one.differing if kind == "archives" else "-"
        out.append(
            f"| {kind} | {one.commit or '-'} | {one.seconds:.0f} | {one.inputs} | {one.uncaught} | {one.slow} "
            f"| {one.large} | {differing} |"
        )
    return "\n".join(out) + "\n"


def main() -> int:
    """Fuzz every kind and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="CPU seconds for each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", action="append", choices=KINDS)
    parser.add_argument("--keep", type=Path, help="folder for the inputs that show something")
    parser.add_argument("--again", action="store_true", help="forget what earlier runs tried")
    given = parser.parse_args()
    keep = given.keep or NOTED / "shown"
    kinds = given.kind or list(KINDS)
    for kind in kinds:
        if given.again:
            (NOTED / f"{kind}-{given.seed}.json").unlink(missing_ok=True)
    for kind in kinds:
        counts, note = noted(kind, given.seed), noting(kind, given.seed)
        fuzz(kind, given.seconds, given.seed, keep, lambda text: print(text, file=sys.stderr), counts, note)
        print(kind, counts, file=sys.stderr, flush=True)
        kept = figures(FIGURES, {each: noted(each, given.seed) for each in KINDS}, given.seed)
        FIGURES.write_bytes(written(kept))
        PAGE.write_text(page(kept.kinds, kept.seed), encoding="utf-8")
    return 1 if any(shows(noted(kind, given.seed)) for kind in kinds) else 0


if __name__ == "__main__":
    sys.exit(main())
