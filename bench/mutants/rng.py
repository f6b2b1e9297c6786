"""Mutants of libvirt's real schemas: what jing says on random documents, and what abi-diff says.

jing decides: a mutant is harmful when jing accepts a document under the old schema and refuses it under
the new one.  The documents are random members of the old schema that hold the changed place, and the
witnesses that abi-diff offers; so a witness that jing does not confirm is a false alarm.
"""

from __future__ import annotations

import bisect
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

ROOT = Path(__file__).parents[2]
VERSIONS = ("9.0.0", "11.3.0")
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
def base(version: str) -> Base:
    """Read one release."""
    release, _, project = opened(Request(str(ROOT / f"releases/libvirt-{version}.tar.xz"), surfaces=("rng",)))
    files = {Path(path).name: data for path, data in release.files.items() if path.endswith(".rng")}
    names = sorted({Path(unit.roots[0]).name for unit in project.of("rng")})
    model = parse_units(files, tuple(_unit(name, files) for name in names))
    lines: dict[str, set[tuple[int, int]]] = {}
    for element in model.elements:
        lines.setdefault(element.location.path, set()).add((element.location.line, element.id))
        for node in below(model.nodes, element.content):
            if isinstance(node, Attribute | Data | Value):
                lines.setdefault(node.location.path, set()).add((node.location.line, element.id))
    return Base(f"libvirt {version}", files, model, {path: sorted(found) for path, found in lines.items()})


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
    pools: dict[str, list[tuple[str, Candidate]]] = {}
    for version in VERSIONS:
        for path, data in sorted(base(version).files.items()):
            for candidate in candidates(path, data):
                pools.setdefault(candidate.kind, []).append((version, candidate))
    out = []
    for version, candidate in sample(pools, count * 2, random):
        found = base(version)
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
    lines = around(case.candidate, case.base.files[path])
    moved = shift(case.base.files[path], case.data)

    def named(change: SchemaChange) -> bool:
        old = change.old is not None and change.old.path == path and change.old.line in lines
        return old or (change.new is not None and change.new.path == path and change.new.line + moved in lines)

    return all(named(change) for change in found)


def judge(case: Case, found: list[SchemaChange], jing: Jing, random: Random) -> tuple[bool, str] | None:
    """Return whether the mutant is harmful and why, by jing alone; None when jing refuses the schema."""
    if not jing.load(case.base.label, case.base.files, case.candidate.path, case.data, case.schema.path):
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
    return Sampler(base(label.rpartition(" ")[2]).model)


def _sampler(found: Base) -> Sampler:
    return _sampler_of(found.label)


def run(seed: int, count: int) -> Benchmark:
    """Make the mutants, ask abi-diff and jing about each."""
    mutants: list[Mutant] = []
    blame: dict[str, list[bool]] = {}
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
                blame.setdefault(case.candidate.kind, []).append(right := blamed(case, found))
                if not right:
                    print(
                        "blamed", case.candidate, [(str(c.old), str(c.new), c.message) for c in found], file=sys.stderr
                    )
            where = f"{case.base.label}: {case.candidate.path}:{case.candidate.line} in {case.schema.name}"
            mutants.append(Mutant(case.candidate.kind, where, None, case.data, *said))
    notes = [
        f"jing judges, on {DOCUMENTS} random members of the old schema that hold the changed place and on "
        "abi-diff's own witnesses, which only count when jing confirms them.",
        f"{invalid} further changes gave no correct schema and were left out.",
        "Harmful and harmless are jing's word, not that of the kind: a removed alternative may be covered by "
        "another one.",
        "Blame: of the caught, so many name the mutated place and no other one (the line of the mutated pattern, of "
        "what it stands in or of what stands in it, in either schema): "
        + "; ".join(f"{kind} {sum(named)}/{len(named)}" for kind, named in sorted(blame.items()))
        + ".",
    ]
    return Benchmark("rng", "Mutants of libvirt's RELAX NG schemas", seed, mutants, [tool], notes)
