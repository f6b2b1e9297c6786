"""What every mutation benchmark shares: the mutant, the answers, the table, the seeded sample.

A benchmark module (``bench/mutants/NAME.py``) offers one function::

    def run(seed: int, count: int) -> Benchmark

It makes mutants (a real input with one change), asks an independent judge whether each is
harmful (never our own code), asks one or several tools about each, and returns the lot.
``python -m bench.mutants NAME`` then prints the table and writes ``DIR/mutants-NAME.md`` and ``.json``.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class Answer(StrEnum):
    """What a tool says of one mutant; ``FAILED`` is a crash, a timeout or unreadable input."""

    BREAKING = "breaking"
    SILENT = "silent"
    UNDECIDED = "undecided"
    FAILED = "failed"


@dataclass(frozen=True)
class Mutant:
    """One change to one real input.

    ``kind``     what was done: ``function-removed``; kinds are the rows of the detailed table.
    ``subject``  where: ``libvirt: virDomainGetInfo``.
    ``old``, ``new``  the two inputs, in whatever form the benchmark's tools take them.
    ``harmful``  the judge's word; None while nobody judged it (such mutants are not counted).
    ``judged``   who said so, and why, in a few words: ``gcc+clang: static assertion failed``.
    """

    kind: str
    subject: str
    old: Any = field(repr=False)
    new: Any = field(repr=False)
    harmful: bool | None = None
    judged: str = ""


@dataclass
class ToolRun:
    """One tool's answers; a tool that only saw a sample has fewer answers than there are mutants."""

    name: str
    answers: dict[int, Answer] = field(default_factory=dict)
    seconds: float = 0.0
    note: str = ""


@dataclass
class Benchmark:
    """A finished run."""

    name: str
    title: str
    seed: int
    mutants: Sequence[Mutant]
    tools: Sequence[ToolRun]
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Score:
    """Counts over the mutants that a tool saw and the judge decided."""

    harmful: int = 0
    caught: int = 0
    missed: int = 0
    harmless: int = 0
    false_alarms: int = 0
    undecided: int = 0
    failed: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(**{name: getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__})


def score_one(mutant: Mutant, answer: Answer) -> Score:
    """Score one answer: undecided and failed are neither caught nor missed nor alarms, but counted."""
    undecided, failed = int(answer is Answer.UNDECIDED), int(answer is Answer.FAILED)
    said = answer is Answer.BREAKING
    if mutant.harmful:
        missed = int(answer is Answer.SILENT)
        return Score(harmful=1, caught=int(said), missed=missed, undecided=undecided, failed=failed)
    return Score(harmless=1, false_alarms=int(said), undecided=undecided, failed=failed)


def score(bench: Benchmark, tool: ToolRun, kind: str = "") -> Score:
    """Score a tool over all mutants, or over those of one kind."""
    total = Score()
    for index, answer in tool.answers.items():
        mutant = bench.mutants[index]
        if mutant.harmful is not None and (not kind or mutant.kind == kind):
            total += score_one(mutant, answer)
    return total


def ask(
    name: str,
    mutants: Sequence[Mutant],
    tool: Callable[[Mutant], Answer],
    *,
    only: Iterable[int] | None = None,
    note: str = "",
) -> ToolRun:
    """Ask a tool about each mutant (or those of ``only``) and take the time."""
    run = ToolRun(name, note=note)
    start = time.perf_counter()
    for index in range(len(mutants)) if only is None else only:
        run.answers[index] = tool(mutants[index])
    run.seconds = time.perf_counter() - start
    return run


def sample(candidates: Mapping[str, Sequence[Any]], count: int, rng: random.Random) -> list[Any]:
    """Take about ``count`` candidates, spread evenly over the kinds; the same for the same seed."""
    pools = {kind: rng.sample(list(pool), len(pool)) for kind, pool in sorted(candidates.items()) if pool}
    taken: list[Any] = []
    while pools and len(taken) < count:
        for kind in list(pools):
            if len(taken) >= count:
                break
            taken.append(pools[kind].pop())
            if not pools[kind]:
                del pools[kind]
    return taken


def table(bench: Benchmark) -> str:
    """Return the benchmark as Markdown: tools side by side, then each kind for each tool."""
    judged = [m for m in bench.mutants if m.harmful is not None]
    harmful = sum(1 for m in judged if m.harmful)
    lines = [
        f"# {bench.title}",
        "",
        f"{len(judged)} mutants (seed {bench.seed}): {harmful} harmful, {len(judged) - harmful} harmless, "
        "as the independent judge says. Undecided and failed answers are neither caught nor false alarms.",
        "",
        "| tool | mutants | caught | missed | false alarms | undecided | failed | seconds |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for tool in bench.tools:
        s = score(bench, tool)
        lines.append(
            f"| {tool.name} | {s.harmful + s.harmless} | {s.caught}/{s.harmful} | {s.missed} "
            f"| {s.false_alarms}/{s.harmless} | {s.undecided} | {s.failed} | {tool.seconds:.1f} |"
        )
    lines += [
        "",
        *(f"- {t.name}: {t.note}" for t in bench.tools if t.note),
        *(f"- {n}" for n in bench.notes),
        "",
    ]
    lines += [
        "## By kind",
        "",
        "Caught of the harmful; `+n` false alarms on the harmless, `?n` undecided.",
        "",
        "| kind | harmful | harmless | " + " | ".join(t.name for t in bench.tools) + " |",
        "|---|--:|--:|" + "--:|" * len(bench.tools),
    ]
    for kind in sorted({m.kind for m in judged}):
        bad = sum(1 for m in judged if m.kind == kind and m.harmful)
        good = sum(1 for m in judged if m.kind == kind and not m.harmful)
        cells = [_cell(score(bench, tool, kind)) for tool in bench.tools]
        lines.append(f"| {kind} | {bad} | {good} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(s: Score) -> str:
    parts = [f"{s.caught}/{s.harmful}"] if s.harmful else []
    parts += [f"+{s.false_alarms}"] if s.false_alarms else []
    parts += [f"?{s.undecided}"] if s.undecided else []
    parts += [f"!{s.failed}"] if s.failed else []
    return " ".join(parts) or ("ok" if s.harmless else "-")


def wrong(bench: Benchmark, tool: ToolRun) -> list[tuple[Mutant, Answer]]:
    """Return the mutants that a tool got wrong or left open."""
    return [
        (bench.mutants[i], answer)
        for i, answer in sorted(tool.answers.items())
        if bench.mutants[i].harmful is not None
        and answer is not (Answer.BREAKING if bench.mutants[i].harmful else Answer.SILENT)
    ]


def as_json(bench: Benchmark) -> str:
    """Return counts and every mutant's outcome as JSON (no inputs in it)."""
    tools = [
        {"name": t.name, "seconds": round(t.seconds, 3), "note": t.note, **score(bench, t).__dict__}
        for t in bench.tools
    ]
    mutants = [
        {
            "kind": m.kind,
            "subject": m.subject,
            "harmful": m.harmful,
            "judged": m.judged,
            "answers": {t.name: str(t.answers[i]) for t in bench.tools if i in t.answers},
        }
        for i, m in enumerate(bench.mutants)
    ]
    return (
        json.dumps(
            {
                "name": bench.name,
                "seed": bench.seed,
                "tools": tools,
                "notes": list(bench.notes),
                "mutants": mutants,
            },
            indent=1,
        )
        + "\n"
    )


def write(bench: Benchmark, out: Path) -> None:
    """Write the table into a file (``NAME.md``), or as ``mutants-NAME.md`` into a directory.

    Beside a directory's table stands ``mutants-NAME.json`` with every mutant's outcome.
    """
    if out.suffix == ".md":
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(table(bench), encoding="utf-8")
        return
    out.mkdir(parents=True, exist_ok=True)
    (out / f"mutants-{bench.name}.md").write_text(table(bench), encoding="utf-8")
    (out / f"mutants-{bench.name}.json").write_text(as_json(bench), encoding="utf-8")
