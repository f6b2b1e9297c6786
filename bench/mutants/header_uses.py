"""Mutants of headers that programs judge: uses are built with gcc, clang, gcc -m32, clang for aarch64 and g++.

Each plants something that headers have (a macro, an inline function, a condition, a tag ...) into a real header, on
both sides, and changes it on one, or changes a real declaration. A use is a program that includes the header. A mutant
is harmful when a use that was built with the original is refused with the mutant, or gives another value.

Many are planted into one tree, judged and compared together, and findings are given back to the change whose name or
place they have; what can't be told apart is done again in halves, and what is wrong once more without the rest.

``python -m bench.mutants.header_uses --only LIBRARY --seed N --count N --seconds S --state FILE --out FILE.md``;
a run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from abidiff.finding import Severity
from abidiff.rule import load
from abidiff.rule import run as run_rules
from abidiff.surfaces import surface
from bench.mutants.core import Answer, Benchmark, Mutant, ToolRun, table
from bench.mutants.header_batch import COMPILERS, Builds, Tree, UnclearError, each_use, planted
from bench.mutants.header_judge import MULTIARCH
from bench.mutants.header_kinds import Texts
from bench.mutants.header_library import HeaderLibrary, libraries
from bench.mutants.header_planted import PLANTED, Planted
from bench.mutants.headers import OurHeaders

TOGETHER = 48
FEW = {
    "condition-feature": 3,
    "condition-target": 8,
    "condition-arm": 8,
    "condition-default": 4,
    "neighbour": 6,
    "root": 6,
}
"""Kinds whose macros multiply configurations, of which a unit has only so many: this many together."""
_NUMBER = re.compile(r"(?i)\bmut(\d+)_")


@dataclass(frozen=True)
class Case:
    """One planted change to one library."""

    library: str
    planted: Planted
    after: tuple[str, int] | None = None

    @property
    def key(self) -> str:
        return f"{self.library} {self.planted.kind} {self.planted.name}"


def cases(found: list[HeaderLibrary]) -> list[Case]:
    """Return each change in each library."""
    out = []
    for library in found:
        files = library.profile == "generic"  # which takes headers that it was not told of
        out += [Case(library.name, planted) for planted in PLANTED if files or not planted.old.startswith("@")]
        out += [Case(library.name, planted, after) for planted, after in real(library)]
    return out


def real(library: HeaderLibrary) -> Iterator[tuple[Planted, tuple[str, int]]]:
    """Yield changes to the library's own functions, one more declaration behind each, and where that stands."""
    texts = Texts(library)
    functions = [i for i in library.items if i.kind == "FunctionDecl" and i.storage != "static" and i.at >= 0]
    seen = {item.name for item in functions if [f.name for f in functions].count(item.name) == 1}
    for item in functions:
        statement = texts.statement(item)
        if item.name not in seen or "..." in item.type or statement is None:
            continue
        name = item.name
        call = f"void *use(void)\n{{\n    return (void *)&{name};\n}}"
        again = f"extern __typeof__({name}) {name}"
        found = []
        found.append(
            Planted("function-unavailable", name, "", f'{again} __attribute__((unavailable("gone")));', (call,))
        )
        found.append(Planted("function-hidden", name, "", f'{again} __attribute__((visibility("hidden")));', (call,)))
        found.append(Planted("function-poisoned", name, "", f"#pragma GCC poison {name}", (call,)))
        found.append(Planted("ok-function-redeclared", name, "", f"{again};", (call,)))
        found.append(
            Planted("ok-function-default", name, "", f'{again} __attribute__((visibility("default")));', (call,))
        )
        found.append(Planted("ok-function-deprecated", name, "", f"{again} __attribute__((deprecated));", (call,)))
        yield from ((one, (item.path, statement[1])) for one in found)


class Rig:
    """What looks at one library."""

    def __init__(self, library: HeaderLibrary, folder: Path) -> None:
        library.write(folder)
        self.builds = Builds(library, folder)
        self.ours = OurHeaders(library)
        self.hosts = self.builds.hosts()
        self.compilers = set(COMPILERS)
        if any(MULTIARCH.search(path) for path in library.files):  # for this target alone
            self.compilers -= {"m32", "win64", "aarch64"}
        if not any("_WIN32" in text for text in library.files.values()):  # nothing says that it is for Windows
            self.compilers -= {"win64"}
        if not self.hosts:
            raise RuntimeError(f"{library.name}: nothing can be planted")


class Bench:
    """Judges cases and asks abi-diff, one library's after another's."""

    def __init__(self, found: list[HeaderLibrary], folder: Path, state: Path) -> None:
        self.folder, self.state = folder, state
        self.libraries = {library.name: library for library in found}
        self.rigs: dict[str, Rig] = {}
        self.done: dict[str, dict[str, str]] = {}
        if state.exists():
            for line in state.read_text(encoding="utf-8").splitlines():
                entry = json.loads(line)
                self.done[entry["key"]] = entry

    def rig(self, name: str) -> Rig:
        if name not in self.rigs:
            self.rigs[name] = Rig(self.libraries[name], self.folder / name)
        return self.rigs[name]

    def examine(self, batch: list[Case], again: bool = False) -> list[dict[str, str]]:
        """Judge and ask about cases of one library; in halves where they can't be told apart."""
        rig = self.rig(batch[0].library)
        changes = dict(enumerate((case.planted for case in batch), 1))
        library = self.libraries[batch[0].library]
        after = {number: case.after for number, case in enumerate(batch, 1) if case.after is not None}
        old = planted(library, rig.hosts, {n: change.old for n, change in changes.items()}, after)
        new = planted(library, rig.hosts, {n: change.new for n, change in changes.items()}, after)
        try:
            uses = {
                key: use
                for key, use in each_use(changes).items()
                if use.compiler in rig.compilers
                # Programs define what the original asks for, and nothing else.
                and all(define.partition("=")[0] in old.texts[key[0]] for define in use.defines)
            }
            before, now = (rig.builds.results(tree, uses) for tree in (old, new))
            start = time.process_time()
            answers = self.answers(rig, old, new, changes)
        except UnclearError as error:
            if len(batch) == 1:
                case = batch[0]
                return [{"key": case.key, "kind": case.planted.kind, "judged": f"can't be judged: {error}"}]
            print(f"in halves ({len(batch)}): {error}", file=sys.stderr, flush=True)
            half = len(batch) // 2
            return [*self.examine(batch[:half], again), *self.examine(batch[half:], again)]
        seconds = (time.process_time() - start) / len(batch)
        entries = []
        for number, case in enumerate(batch, 1):
            mine = [key for key in before if key[0] == number and before[key] is not None]
            entry = {"key": case.key, "kind": case.planted.kind, "name": f"{case.library}: {case.planted.name}"}
            if not mine:
                entries.append({**entry, "judged": "no use is built with the original"})
                continue
            harm = next((uses[key].text for key in mine if now[key] != before[key]), "")
            answer, why = answers[number]
            entry |= {"harmful": "yes" if harm else "no", "judged": harm, "answer": str(answer), "why": why}
            entries.append({**entry, "seconds": f"{seconds:.4f}"})
        places = [place for place, entry in enumerate(entries) if _wrong(entry)]
        if not again and places and len(places) < len(batch):  # what is wrong is done again without the others
            for place, entry in zip(places, self.examine([batch[place] for place in places], True), strict=True):
                entries[place] = entry
        return entries

    def answers(self, rig: Rig, old: Tree, new: Tree, changes: dict[int, Planted]) -> dict[int, tuple[Answer, str]]:
        """Compare once and give each finding back to the change that it speaks of."""
        names = {change.name: number for number, change in changes.items()}
        try:
            models = [rig.ours.parse(tree.files) for tree in (old, new)]
            found = run_rules(load("abidiff.surfaces.headers.rules"), surface("headers").compare(*models))
        except Exception as error:  # a crash is an answer
            if len(changes) > 1:
                raise UnclearError(repr(error)) from error
            return {number: (Answer.FAILED, repr(error)) for number in changes}
        out: dict[int, tuple[Answer, str]] = dict.fromkeys(changes, (Answer.SILENT, ""))

        def give(numbers: set[int], answer: Answer, why: str) -> None:
            if not numbers and len(changes) > 1:
                raise UnclearError(why)
            for number in numbers or set(changes):
                if answer is Answer.BREAKING or out[number][0] is not Answer.BREAKING:
                    out[number] = (answer, why)

        for finding in found:
            if finding.severity is Severity.WARNING:
                for number in _owner((finding.subject, finding.key, finding.message), set(), names):
                    if out[number][0] is Answer.SILENT:
                        out[number] = (Answer.SILENT, f"warns: {finding.rule}: {finding.message}")
            elif finding.severity in (Severity.BREAKING, Severity.UNDECIDED):
                places = {
                    tree.at(place.path, place.line) for tree, place in ((old, finding.old), (new, finding.new)) if place
                }
                texts = (finding.subject, finding.key, finding.message)
                answer = Answer.BREAKING if finding.severity is Severity.BREAKING else Answer.UNDECIDED
                give(_owner(texts, places, names), answer, f"{finding.rule} {finding.subject}: {finding.message}")
        for tree, model in zip((old, new), models, strict=True):
            for problem in model.problems:
                place = problem.location
                places = {tree.at(place.path, place.line)} if place else set()
                give(_owner((problem.message,), places, names), Answer.UNDECIDED, f"{place}: {problem.message}")
        return out

    def run(self, chosen: list[Case], end: float) -> None:
        with self.state.open("a", encoding="utf-8") as out:
            for batch in _batches([case for case in chosen if case.key not in self.done]):
                if time.monotonic() > end:
                    return
                for entry in self.examine(batch):
                    self.done[entry["key"]] = entry
                    out.write(json.dumps(entry) + "\n")
                out.flush()


def _owner(texts: Iterable[str], places: set[int | None], names: dict[str, int]) -> set[int]:
    """Return the number of the change that a finding speaks of: by its names, else by its place."""
    for text in texts:
        found = {int(number) for number in _NUMBER.findall(text)} & set(names.values())
        words = [word.removeprefix("z_") for word in re.findall(r"\w+", text)]  # Z_PREFIX of zlib
        found |= {names[word] for word in words if word in names}
        if found:
            return found
    return {number for number in places if number is not None}


def _wrong(entry: dict[str, str]) -> bool:
    return "harmful" in entry and entry["answer"] != (Answer.BREAKING if entry["harmful"] == "yes" else Answer.SILENT)


def _batches(chosen: list[Case]) -> Iterator[list[Case]]:
    """Yield cases of one library that can stand in one tree: one for each real name, and few of some kinds."""
    waiting = list(chosen)
    while waiting:
        batch: list[Case] = []
        names: set[str] = set()
        kinds: dict[str, int] = {}
        left = []
        for case in waiting:
            kind = case.planted.kind
            fits = case.library == waiting[0].library and len(batch) < TOGETHER and case.planted.name not in names
            if fits and kinds.get(kind, 0) < FEW.get(kind, TOGETHER):
                batch.append(case)
                names.add(case.planted.name)
                kinds[kind] = kinds.get(kind, 0) + 1
            else:
                left.append(case)
        yield batch
        waiting = left


def benchmark(seed: int, entries: Iterable[dict[str, str]], names: Iterable[str]) -> Benchmark:
    """Return what was found as a table."""
    mutants: list[Mutant] = []
    tool = ToolRun("abi-diff")
    for entry in entries:
        if "harmful" not in entry:
            continue
        tool.answers[len(mutants)] = Answer(entry["answer"])
        tool.seconds += float(entry["seconds"])
        harmful = entry["harmful"] == "yes"
        mutants.append(Mutant(entry["kind"], entry["name"], None, None, harmful, entry["judged"]))
    notes = [
        f"Libraries: {', '.join(names)}.",
        "Harmful is what programs say: uses are built with gcc, clang, gcc -m32, clang for aarch64 and g++ against the "
        "original and the mutant; one that is refused, gives another value or needs another symbol is harmed.",
        f"Up to {TOGETHER} stand in one tree and are compared together; findings are told apart by name and place. "
        "What is wrong there is judged and asked about again, without the others.",
        "The other tools read binaries and see none of these: macros, conditions and inline functions have no symbol.",
    ]
    return Benchmark(
        "header-uses", "Mutants of C headers, judged by programs that use them", seed, mutants, [tool], notes
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=300, help="of each library")
    parser.add_argument("--seconds", type=float, default=270.0, help="begin no more after so long")
    parser.add_argument("--state", type=Path, default=Path("build/header-uses.jsonl"))
    parser.add_argument("--only", nargs="*", default=(), help="libraries")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    start = time.monotonic()
    found, notes = libraries(given.only)
    given.state.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="uses-") as name:
        for library in found:
            library.learn(Path(name) / "learn" / library.name)
        chosen = []
        for library in found:
            drawn = cases([library])
            random.Random(f"{given.seed} {library.name}").shuffle(drawn)
            chosen += drawn[: given.count]
        bench = Bench(found, Path(name), given.state)
        bench.run(chosen, start + given.seconds)
        entries = [bench.done[case.key] for case in chosen if case.key in bench.done]
    result = benchmark(given.seed, entries, [library.name for library in found])
    left = len(chosen) - len(entries)
    unfit = sum(1 for entry in entries if "harmful" not in entry)
    warned = sum(1 for entry in entries if entry.get("why", "").startswith("warns") and entry["harmful"] == "yes")
    counts = [f"{left} were not examined."] if left else []
    counts += [f"Of {len(chosen)} that were drawn no use of {unfit} is built with the original."] if unfit else []
    counts += [f"Of those missed {warned} get a warning, as docs/claims.md has it."] if warned else []
    result = replace(result, notes=[*result.notes, *notes, *counts])
    print(table(result))
    for entry in entries:
        if _wrong(entry) or "harmful" not in entry:
            print(entry, file=sys.stderr)
    if given.out:
        given.out.write_text(table(result), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
