"""Mutants of C headers and symbol maps: what gcc, clang and the loader say, and what the tools say."""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from abidiff.finding import Severity
from abidiff.profile import load as load_profile
from abidiff.profile import project_of
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.rule import load
from abidiff.rule import run as run_rules
from abidiff.sources import open_release
from abidiff.surfaces import surface
from bench.mutants import symbol_kinds
from bench.mutants.core import Answer, Benchmark, Mutant, ToolRun, sample, wrong
from bench.mutants.header_judge import Judge
from bench.mutants.header_kinds import Candidate, apply, candidates
from bench.mutants.header_library import ROOT, HeaderLibrary, libraries
from bench.mutants.others import Abidiff, Acc, have_abidiff, have_acc

OTHERS = 120
WORKERS = 4
CHUNK = 40
SYMBOLS_SHARE = 8


def judged_by_rules(name: str, old: Any, new: Any) -> Answer:
    """Return what abi-diff says of two models of one surface, under the full promise."""
    found = run_rules(load(f"abidiff.surfaces.{name}.rules"), surface(name).compare(old, new))
    severities = {finding.severity for finding in found}
    if Severity.BREAKING in severities:
        return Answer.BREAKING
    unread = bool(old.problems or new.problems)
    return Answer.UNDECIDED if unread or Severity.UNDECIDED in severities else Answer.SILENT


class OurHeaders:
    """abi-diff on one library; the old side is parsed once."""

    def __init__(self, library: HeaderLibrary) -> None:
        self.library = library
        self.profile = load_profile(library.profile)
        self.old = self.parse(library.files)

    def parse(self, files: dict[str, str]) -> Any:
        data = {path: text.encode("latin-1") for path, text in sorted(files.items())}
        release = Release(self.library.name, "", MappingProxyType(data))
        return surface("headers").parse(release, project_of(self.profile, release), {})

    def ask(self, files: dict[str, str]) -> Answer:
        return judged_by_rules("headers", self.old, self.parse(files))


class OurSymbols:
    """abi-diff on a symbol map."""

    def __init__(self, text: str) -> None:
        self.old = self.parse(text)

    def parse(self, text: str) -> Any:
        release = Release("map", "", MappingProxyType({symbol_kinds.PATH: text.encode()}))
        options = MappingProxyType({"public": True, "version_prefix": "LIBVIRT_"})
        unit = Unit("symbols", "map", "full", (symbol_kinds.PATH,), (symbol_kinds.PATH,), options)
        return surface("symbols").parse(release, Project("bench", (unit,)), {})

    def ask(self, text: str) -> Answer:
        return judged_by_rules("symbols", self.old, self.parse(text))


TOOLS = ("abi-diff", "abi-compliance-checker", "abidiff (libabigail)")


class Collected:
    """Mutants and answers so far."""

    def __init__(self) -> None:
        self.mutants: list[Mutant] = []
        self.tools = {name: ToolRun(name) for name in TOOLS}

    def ask(self, name: str, question: Callable[[], Answer]) -> None:
        """Ask a tool about the newest mutant and take its processor time."""
        start = _processor_time()
        try:
            answer = question()
        except Exception:  # a crash is an answer
            answer = Answer.FAILED
        self.tools[name].answers[len(self.mutants) - 1] = answer
        self.tools[name].seconds += _processor_time() - start

    def add(self, other: Collected) -> None:
        """Append another worker's."""
        start = len(self.mutants)
        self.mutants += other.mutants
        for name, tool in other.tools.items():
            self.tools[name].answers.update((start + i, answer) for i, answer in tool.answers.items())
            self.tools[name].seconds += tool.seconds


def _processor_time() -> float:
    """Return the seconds of processor time of this process and its finished children."""
    found = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in found)


def run(
    seed: int,
    count: int,
    *,
    others: int = OTHERS,
    only: Iterable[str] = (),
    workers: int = WORKERS,
    limit: float = 0.0,
) -> Benchmark:
    """Make, judge and ask.

    ``others``: how many mutants the other tools see; ``only``: libraries; ``limit``: begin no more
    of the (shuffled) jobs after so many seconds.  What was not done is told in the notes.
    """
    rng, start = random.Random(seed), time.monotonic()
    found, notes = libraries()
    names = set(only)
    found = [library for library in found if not names or library.name in names]
    collected = Collected()
    jobs: list[tuple[str, list[tuple[Candidate, bool]]]] = []
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        pools: dict[str, list[Candidate]] = {}
        for library in found:
            library.learn(Path(name) / library.name)
            for kind, made in candidates(library).items():
                pools.setdefault(kind, []).extend(made)
    chosen = sample(pools, count, rng)
    seen = set(rng.sample(range(len(chosen)), min(others, len(chosen))))
    for library in found:
        for theirs in (True, False):  # what the other tools see stands in jobs of its own
            mine = [(c, theirs) for i, c in enumerate(chosen) if c.library == library.name and (i in seen) is theirs]
            jobs += [(library.name, mine[at : at + CHUNK]) for at in range(0, len(mine), CHUNK)]
    if not names or "symbols" in names:
        jobs += _symbol_jobs(rng, max(1, count // SYMBOLS_SHARE))
        notes.append("Symbol maps are judged by GNU ld and glibc's loader; the other two tools do not read them.")
    rng.shuffle(jobs)
    if others:  # those that the other tools see come first
        jobs.sort(key=lambda job: not job[1][0][1])
    for part in _parts(jobs, workers, start + limit if limit else 0.0):
        collected.add(part)
        _progress(part)
    planned = sum(len(chunk) for _, chunk in jobs)
    if len(collected.mutants) < planned:
        notes.append(_left(planned, len(collected.mutants), start if limit else 0.0, limit))
    tools = [tool for tool in collected.tools.values() if tool.answers]
    for tool in tools[1:]:
        tool.note = f"asked about a sample of {len(tool.answers)}, since it takes long"
    title = "Mutants of C headers and symbol maps"
    return Benchmark("headers", title, seed, collected.mutants, tools, _notes(found, notes))


def _parts(jobs: list[tuple[str, list[tuple[Candidate, bool]]]], workers: int, end: float) -> Iterable[Collected]:
    """Yield what the jobs find, until the time is over."""
    if workers > 1 and len(jobs) > 1 and not end:
        with ProcessPoolExecutor(workers) as pool:
            yield from pool.map(_job, jobs)
        return
    for job in jobs:
        if end and time.monotonic() > end:
            return
        yield _job(job)


def _left(planned: int, done: int, start: float, limit: float) -> str:
    """Say what became of the candidates that are not in the table."""
    why = "are not valid C or can't be judged"
    if start and time.monotonic() - start > limit:
        why = f"stayed undone when {limit:.0f} seconds were over, are not valid C or can't be judged"
    return f"{planned} candidates were drawn; {planned - done} of them {why}."


def _progress(part: Collected) -> None:
    """Tell what a finished job got wrong."""
    ours = part.tools[TOOLS[0]]
    print(f"{len(part.mutants)} mutants", file=sys.stderr, flush=True)
    for mutant, answer in wrong(Benchmark("", "", 0, part.mutants, [ours]), ours):
        word = "harmful" if mutant.harmful else "harmless"
        print(f"  {answer}, but {word}: {mutant.kind} {mutant.subject} ({mutant.judged})", file=sys.stderr, flush=True)


_RIGS: dict[tuple[str, bool], tuple[Rig, tempfile.TemporaryDirectory[str]]] = {}


def _job(job: tuple[str, list[tuple[Candidate, bool]]]) -> Collected:
    """Examine some mutants of one library, in a process and a folder of its own."""
    name, chunk = job
    collected = Collected()
    if name == "symbols":
        with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
            _examine_maps([candidate for candidate, _ in chunk], Path(folder), collected)
    else:
        rig = _rig(name, any(others for _, others in chunk))
        for candidate, others in chunk:
            rig.examine(candidate, collected, others)
    return collected


def _rig(name: str, others: bool) -> Rig:
    """Return this process's rig for a library, made once."""
    if (name, others) not in _RIGS:
        folder = tempfile.TemporaryDirectory(prefix="mutants-")
        library = next(found for found in libraries()[0] if found.name == name)
        _RIGS[name, others] = (Rig(library, Path(folder.name), others), folder)
    return _RIGS[name, others][0]


class Rig:
    """Everything that looks at one library."""

    def __init__(self, library: HeaderLibrary, folder: Path, others: bool) -> None:
        self.library, self.folder = library, folder
        library.learn(folder)
        self.judge = Judge(library, folder)
        self.ours = OurHeaders(library)
        self.functions = {item.name: item for item in library.items if item.kind == "FunctionDecl"}
        self.acc = Acc(library, folder, folder / "acc") if others and have_acc() else None
        self.abidiff = Abidiff(library, folder, folder / "abidiff") if others and have_abidiff() else None

    def examine(self, candidate: Candidate, collected: Collected, others: bool) -> None:
        """Write the mutant, let it be judged, ask the tools, and put the original back."""
        changed = apply(self.library.files, candidate.edits)
        touched = {edit.path for edit in candidate.edits}
        self.library.write(self.folder, {path: changed[path] for path in touched})
        try:
            if candidate.call:
                self.library.write(self.folder, {p: self.library.files[p] for p in touched if p in self.library.files})
                if not self.judge.callable_(self.functions[candidate.call]):
                    return
                self.library.write(self.folder, {path: changed[path] for path in touched})
                harmful = not self.judge.callable_(self.functions[candidate.call])
                words = "gcc: callers do not compile" if harmful else "gcc: callers compile as before"
            else:
                harmful, words = self.judge.harmful()
                if harmful and not self.judge.valid():
                    return
            subject = f"{self.library.name}: {candidate.subject}"
            collected.mutants.append(Mutant(candidate.kind, subject, self.library.name, candidate, harmful, words))
            collected.ask("abi-diff", lambda: self.ours.ask(changed))
            if others and self.acc:
                collected.ask("abi-compliance-checker", self.acc.ask)
            if others and self.abidiff:
                collected.ask("abidiff (libabigail)", self.abidiff.ask)
        finally:
            for path in touched - self.library.files.keys():
                (self.folder / path).unlink(missing_ok=True)
            self.library.write(self.folder, {p: self.library.files[p] for p in touched if p in self.library.files})


def _map_text() -> str:
    """Return libvirt's public symbol map, or an empty text."""
    tarball = next(iter(sorted((ROOT / "releases").glob("libvirt-11.3.0.tar.*"))), None)
    if tarball is None:
        return ""
    return open_release(str(tarball), lambda p: p == symbol_kinds.PATH).text(symbol_kinds.PATH)


def _symbol_jobs(rng: random.Random, count: int) -> list[tuple[str, list[tuple[Candidate, bool]]]]:
    text = _map_text()
    return [("symbols", [(c, False) for c in sample(symbol_kinds.candidates(text), count, rng)])] if text else []


def _examine_maps(chosen: list[Candidate], work: Path, collected: Collected) -> None:
    text = _map_text()
    judge, ours = symbol_kinds.SymbolJudge(text, work), OurSymbols(text)
    for candidate in chosen:
        changed = apply({symbol_kinds.PATH: text}, candidate.edits)[symbol_kinds.PATH]
        harmful, words = judge.harmful(changed)
        if harmful is None:
            continue
        collected.mutants.append(Mutant(candidate.kind, f"map: {candidate.subject}", None, candidate, harmful, words))
        collected.ask("abi-diff", partial(ours.ask, changed))


def _notes(found: list[HeaderLibrary], notes: list[str]) -> list[str]:
    return [
        f"Libraries: {', '.join(library.name for library in found)}.",
        "Harmful is what a probe says, made from the original headers and compiled by gcc and clang against the "
        "mutant: types by static assertion, values, sizes, offsets and bit-field images as data.",
        "Harmful ends with the first compiler that objects; harmless needs all: gcc, clang, gcc -m32 (no -m32 for "
        "headers below `x86_64-linux-gnu/`, which are for that target alone).",
        "Where only the `const` of what is pointed to changes (`ok-pointee-const`, `return-const-added`, "
        "`ok-return-const-dropped`, and `return-type-changed` from `const T *` to `T *`), gcc judges by direct "
        "callers: harmful is what they can't compile without a warning. What only a pointer to the function notices "
        "is a notice for abi-diff, as the promise has it, and counts as no alarm.",
        "Version numbers are not mutated. The seconds are processor time of the asking alone.",
        *notes,
    ]
