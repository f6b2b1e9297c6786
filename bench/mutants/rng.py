"""Mutants of real schemas: what jing says on random documents, and what abi-diff says.

jing decides: a mutant is harmful when jing accepts a document under the old schema and refuses it under
the new one.  The documents are random members of the old schema that hold the changed place, and the
witnesses that abi-diff offers; so a witness that jing does not confirm is a false alarm.
"""

from __future__ import annotations

import bisect
import re
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from abidiff.pipeline.reading import opened
from abidiff.pipeline.request import Request
from abidiff.project import Unit
from abidiff.surfaces.rng.build.parse import parse_units
from abidiff.surfaces.rng.change import (
    AttributeAdded,
    DefaultChanged,
    ElementAdded,
    Masked,
    SchemaChange,
    StructureLoosened,
    Undecided,
    ValueAdded,
)
from abidiff.surfaces.rng.compare.compare import compare
from abidiff.surfaces.rng.decide.places import below
from abidiff.surfaces.rng.model import Attribute, Data, Schema, Schemas, Value
from abidiff.surfaces.rng.prove.sample import Sampler
from bench.mutants.core import Answer, Benchmark, Mutant, ToolRun, sample
from bench.mutants.rng_judge import Jing
from bench.mutants.rng_kinds import Candidate, apply, around, candidates, shift
from bench.mutants.rng_repair import apply as apply_repair

ROOT = Path(__file__).parents[2]
BASES = {
    "libvirt 9.0.0": ("releases/libvirt-9.0.0.tar.*", r".*"),
    "libvirt 11.3.0": ("releases/libvirt-11.3.0.tar.*", r".*"),
    "pacemaker 3.0.0": ("corpora/rng/pacemaker-3.0.0.tar.*", r"[a-z]+-4\.0\.rng"),
    "kiwi 9.24": ("corpora/rng/bookworm/kiwi_9.24*.deb", r"kiwi\.rng"),
}
"""Each release with the names of its schemas that are mutated."""
DOCUMENTS = 16
SILENT = (ElementAdded, AttributeAdded, ValueAdded, StructureLoosened, Masked, DefaultChanged)


@dataclass(frozen=True)
class Base:
    """One release's schemas: the files, the model, and which element a line belongs to."""

    label: str
    files: dict[str, bytes]
    model: Schemas
    lines: dict[str, list[tuple[int, int]]]

    def element_at(self, path: str, line: int) -> int:
        """Return the element that the pattern at a line (or the last one before it) is in, or -1."""
        found = self.lines.get(path, [])
        at = bisect.bisect_right(found, (line, 1 << 60)) - 1
        return found[at][1] if at >= 0 else -1

    def smallest(self, element: int) -> Schema | None:
        """Return the smallest schema that has an element."""
        having = [schema for schema in self.model.schemas if element in schema.elements]
        return min(having, key=lambda schema: (len(schema.elements), schema.name), default=None)


@cache
def base(label: str) -> Base | None:
    """Read one release; None when it is not here."""
    pattern, wanted = BASES[label]
    found = sorted(ROOT.glob(pattern))
    if not found:
        return None
    release, _, project = opened(Request(str(found[-1]), surfaces=("rng",)))
    files = {Path(path).name: data for path, data in release.files.items() if path.endswith(".rng")}
    named = {Path(unit.roots[0]).with_suffix(".rng").name for unit in project.of("rng")}
    names = sorted(name for name in named if name in files and re.fullmatch(wanted, name))
    model = parse_units(files, tuple(_unit(name, files) for name in names))
    lines: dict[str, set[tuple[int, int]]] = {}
    for element in model.elements:
        lines.setdefault(element.location.path, set()).add((element.location.line, element.id))
        for node in below(model.nodes, element.content):
            if isinstance(node, Attribute | Data | Value):
                lines.setdefault(node.location.path, set()).add((node.location.line, element.id))
    return Base(label, files, model, {path: sorted(found) for path, found in lines.items()})


def _unit(name: str, files: Iterable[str]) -> Unit:
    return Unit("rng", name, "xml", tuple(files), (name,), {"direction": "input"})


@dataclass(frozen=True)
class Case:
    """A mutant with all that is needed to judge it."""

    base: Base
    schema: Schema
    element: int
    candidate: Candidate
    data: bytes


def cases(seed: int, count: int) -> list[Case]:
    """Return seeded mutants, spread evenly over the kinds."""
    random = Random(seed)
    pools: dict[str, list[tuple[Base, Candidate]]] = {}
    for found in filter(None, map(base, BASES)):
        used = {path for schema in found.model.schemas for path in schema.files}
        for path, data in sorted(found.files.items()):
            for candidate in candidates(path, data) if path in used else ():
                pools.setdefault(candidate.kind, []).append((found, candidate))
    out = []
    for found, candidate in sample(pools, count * 2, random):
        element = found.element_at(candidate.path, candidate.line)
        schema = found.smallest(element) if element >= 0 else None
        changed = apply(candidate, found.files[candidate.path], random)
        if schema is not None and changed is not None:
            out.append(Case(found, schema, element, candidate, changed))
        if len(out) >= count:
            break
    return out


def ask(case: Case) -> tuple[Answer, list[SchemaChange]]:
    """Return what abi-diff says, and the findings that forbid something."""
    old = _alone(case.base, case.schema)
    files = {**case.base.files, case.candidate.path: case.data}
    new = parse_units(files, (_unit(case.schema.name, files),))
    if new.problems:
        return Answer.FAILED, []
    found = [change for change in compare(old, new) if not isinstance(change, SILENT)]
    if any(not isinstance(change, Undecided) for change in found):
        return Answer.BREAKING, found
    return (Answer.UNDECIDED, found) if found else (Answer.SILENT, [])


_ALONE: dict[tuple[str, str], Schemas] = {}


def _alone(found: Base, schema: Schema) -> Schemas:
    key = (found.label, schema.name)
    if key not in _ALONE:
        _ALONE[key] = parse_units(found.files, (_unit(schema.name, found.files),))
    return _ALONE[key]


def blamed(case: Case, found: list[SchemaChange]) -> bool:
    """Whether every finding names the place of the change, on the side that has it."""
    path = case.candidate.path
    lines = around(case.candidate, case.base.files[path], case.data)
    moved = shift(case.base.files[path], case.data)

    def named(change: SchemaChange) -> bool:
        old = change.old is not None and change.old.path == path and change.old.line in lines
        return old or (change.new is not None and change.new.path == path and change.new.line + moved in lines)

    return all(named(change) for change in found)


def repaired(case: Case, found: list[SchemaChange], jing: Jing) -> bool | None:
    """Whether each printed repair, applied alone, makes the witness valid, by jing; None when there is none.

    Of a single finding nothing that breaks is left then.
    """
    new = {**case.base.files, case.candidate.path: case.data}
    answers = []
    for change in found:
        if change.repair is None or change.proof is None:
            continue
        files = apply_repair(change.repair, case.base.files, new)
        data = files and files[change.repair.now.path]
        if not files or not data:
            answers.append(False)
            continue
        unit = (_unit(case.schema.name, files),)
        left = compare(_alone(case.base, case.schema), parse_units(files, unit)) if len(found) == 1 else []
        breaks = [one for one in left if not isinstance(one, SILENT)]
        path = change.repair.now.path
        both = {case.candidate.path: case.data, path: data}
        answers.append(
            not breaks
            and jing.load(case.base.label, case.base.files, both, case.schema.path)
            and jing.new(change.proof.document)
        )
    return all(answers) if answers else None


def judge(case: Case, found: list[SchemaChange], jing: Jing, random: Random) -> tuple[bool, str] | None:
    """Return whether the mutant is harmful and why, by jing alone; None when jing refuses the schema."""
    changed = {case.candidate.path: case.data}
    if not jing.load(case.base.label, case.base.files, changed, case.schema.path):
        return None
    for change in found:
        if change.proof is not None and jing.old(change.proof.document) and not jing.new(change.proof.document):
            return True, f"a witness at {change.subject}"
    sampler = _sampler(case.base)
    for number in range(DOCUMENTS):
        target = case.element if number % 4 else -1
        document = sampler.document(case.schema.start, random, target)
        if document is not None and not jing.new(document) and jing.old(document):
            return True, f"random document {number}"
    return False, f"{DOCUMENTS} random documents"


@cache
def _sampler_of(label: str) -> Sampler:
    found = base(label)
    assert found is not None
    return Sampler(found.model)


def _sampler(found: Base) -> Sampler:
    return _sampler_of(found.label)


class Tally:
    """Which findings name the mutated place, and which repairs repair, by the kind of the mutant."""

    def __init__(self) -> None:
        self.blamed: dict[str, list[bool]] = {}
        self.repaired: dict[str, list[bool]] = {}

    def add(self, case: Case, found: list[SchemaChange], jing: Jing) -> None:
        """Count a mutant that was caught."""
        kind = case.candidate.kind
        right, mended = blamed(case, found), repaired(case, found, jing)
        self.blamed.setdefault(kind, []).append(right)
        if mended is not None:
            self.repaired.setdefault(kind, []).append(mended)
        if not right or mended is False:
            told = [(str(c.old), str(c.new), c.message, c.repair and c.repair.text) for c in found]
            words = f"{'' if right else 'not blamed '}{'not repaired ' if mended is False else ''}"
            print(words, case.base.label, case.candidate, case.schema.name, told, file=sys.stderr, flush=True)

    def notes(self) -> list[str]:
        """Return both as sentences."""
        return [
            f"Blame: {_shares(self.blamed)}. So many of the caught name the mutated place and no other one: the line "
            "of the mutated pattern, of what it stands in or of what stands in it, in either schema.",
            f"Repairs: {_shares(self.repaired)}. So many of those with a printed repair are right: applied to the "
            "mutant, each makes its witness valid again (jing), and a single one leaves nothing that breaks.",
        ]


def _shares(answers: dict[str, list[bool]]) -> str:
    every = [one for found in answers.values() for one in found]
    wrong = [f"{kind} {sum(found)}/{len(found)}" for kind, found in sorted(answers.items()) if not all(found)]
    return f"{sum(every)} of {len(every)}" + (f" (short of all: {'; '.join(wrong)})" if wrong else "")


def run(seed: int, count: int) -> Benchmark:
    """Make the mutants, ask abi-diff and jing about each."""
    mutants: list[Mutant] = []
    tally = Tally()
    tool = ToolRun("abi-diff")
    invalid = 0
    random = Random(seed)
    with tempfile.TemporaryDirectory(prefix="abidiff-") as folder, Jing(Path(folder)) as jing:
        for case in cases(seed, count):
            started = time.process_time()
            answer, found = ask(case)
            seconds = time.process_time() - started
            said = judge(case, found, jing, random)
            if said is None:
                invalid += 1
                continue
            tool.answers[len(mutants)] = answer
            tool.seconds += seconds
            if said[0] and answer is Answer.BREAKING:
                tally.add(case, found, jing)
            where = f"{case.base.label}: {case.candidate.path}:{case.candidate.line} in {case.schema.name}"
            mutants.append(Mutant(case.candidate.kind, where, None, case.data, *said))
    notes = [
        f"jing judges, on {DOCUMENTS} random members of the old schema that hold the changed place and on "
        "abi-diff's own witnesses, which only count when jing confirms them.",
        f"{invalid} further changes gave no correct schema and were left out.",
        "Harmful and harmless are jing's word, not that of the kind: a removed alternative may be covered by "
        "another one.",
        *tally.notes(),
    ]
    return Benchmark("rng", "Mutants of RELAX NG schemas", seed, mutants, [tool], notes)
