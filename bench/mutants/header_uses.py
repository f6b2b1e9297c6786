"""Mutants of headers that programs judge: uses are built with gcc, clang, gcc -m32 and g++ on both sides.

Each plants something that headers have (a macro, an inline function, a condition, a tag ...) into a real header, on
both sides, and changes it on one, or changes a real declaration. A use is a program that includes the header. A mutant
is harmful when a use that was built with the original is refused with the mutant, or gives another value.

``python -m bench.mutants.header_uses --seed N --count N --seconds S --state FILE --out FILE.md``; a run that was
stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.mutants.core import Answer, Benchmark, Mutant, ToolRun, table
from bench.mutants.header_library import HeaderLibrary, libraries
from bench.mutants.header_planted import PLANTED, Planted
from bench.mutants.headers import OurHeaders, judged_by_rules

STRICT = tuple(
    f"-Werror={name}"
    for name in (
        "implicit-function-declaration",
        "incompatible-pointer-types",
        "discarded-qualifiers",
        "int-conversion",
    )
)
COMPILERS = {
    "gcc": ("gcc", "-std=gnu11", *STRICT),
    "clang": ("clang", "-std=gnu11", *(f for f in STRICT if "discarded" not in f)),
    "m32": ("gcc", "-m32", "-std=gnu11", *STRICT),
    "c++": ("g++", "-x", "c++"),
    "aarch64": ("clang", "--target=aarch64-linux-gnu", "-std=gnu11"),
}


@dataclass(frozen=True)
class Case:
    """One planted change to one header of one library."""

    library: str
    path: str
    planted: Planted

    @property
    def key(self) -> str:
        return f"{self.library} {self.path} {self.planted.kind} {self.planted.name}"


class Builds:
    """Builds uses against one library's headers in a folder."""

    def __init__(self, library: HeaderLibrary, folder: Path) -> None:
        self.library, self.folder = library, folder
        self.kept: dict[tuple[str, str], str | None] = {}

    def results(self, path: str, text: str, uses: Iterable[str]) -> dict[str, str | None]:
        """Return use → what it prints (empty for one that is only compiled), None where it is refused."""
        missing = [use for use in uses if (text, use) not in self.kept]
        if missing:
            whole = f"{self.library.files[path]}\n{text}\n"
            self.library.write(self.folder, {path: whole})
            self.kept.update({(text, use): self._built(use) for use in missing})
            self.library.write(self.folder, {path: self.library.files[path]})
        return {use: self.kept[text, use] for use in uses}

    def _built(self, use: str) -> str | None:
        compiler, source, values, defines = "gcc", use, False, []
        while source[:1] == "[":
            word, _, source = source[1:].partition("]")
            if word in COMPILERS:
                compiler = word
            else:
                defines.append(f"-D{word}")
        if source[:1] == "=":
            values = True
            body = f'    printf("%.17g\\n", (double)({source[1:]}));\n'
            source = f"int printf(const char *, ...);\nint main(void)\n{{\n{body}}}\n"
        text = "\n".join((self.library.source, source)) + "\n"
        program = self.folder / "use"
        command = [*COMPILERS[compiler], *defines, "-w", "-O1", f"-I{self.folder / self.library.include}"]
        command += ["-x", "c++" if compiler == "c++" else "c", "-", "-o", str(program)]
        command += [] if values else ["-c"] if compiler == "c++" else ["-S"]
        for flag in STRICT:  # -w would silence them
            if compiler in ("gcc", "m32"):
                command.append(flag)
        command = [part for part in command if part != "-w"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=120)
        if done.returncode:
            return None
        if compiler == "c++":
            names = subprocess.run(["nm", str(program)], capture_output=True, text=True, timeout=60).stdout
            return " ".join(sorted(line.split()[-1] for line in names.splitlines()))
        if not values:
            text = program.read_text(encoding="utf-8", errors="replace")
            return "hidden" if ".hidden" in text or ".internal" in text else ""
        return subprocess.run([str(program)], capture_output=True, text=True, timeout=20).stdout


def cases(found: list[HeaderLibrary]) -> list[Case]:
    """Return each change in each library, in its first header."""
    out = []
    for library in found:
        name = library.source.partition("<")[2].partition(">")[0]
        path = f"{library.include}/{name}"
        out += [Case(library.name, path, planted) for planted in PLANTED]
        out += [Case(library.name, path, planted) for planted in real(library)]
    return out


def real(library: HeaderLibrary) -> Iterator[Planted]:
    """Yield changes to the library's own functions: attributes and conventions on one more declaration."""
    functions = [i for i in library.items if i.kind == "FunctionDecl" and i.storage != "static" and i.at >= 0]
    seen = {item.name for item in functions if [f.name for f in functions].count(item.name) == 1}
    for item in functions:
        if item.name not in seen or "..." in item.type:
            continue
        name = item.name
        call = f"void *use(void)\n{{\n    return (void *)&{name};\n}}"
        again = f"extern __typeof__({name}) {name}"
        yield Planted("function-unavailable", name, "", f'{again} __attribute__((unavailable("gone")));', (call,))
        yield Planted("function-hidden", name, "", f'{again} __attribute__((visibility("hidden")));', (call,))
        yield Planted("function-poisoned", name, "", f"#pragma GCC poison {name}", (call,))
        yield Planted("ok-function-redeclared", name, "", f"{again};", (call,))
        yield Planted("ok-function-default", name, "", f'{again} __attribute__((visibility("default")));', (call,))
        yield Planted("ok-function-deprecated", name, "", f"{again} __attribute__((deprecated));", (call,))


class Bench:
    """Judges cases and asks abi-diff, one library's after another's."""

    def __init__(self, found: list[HeaderLibrary], folder: Path, state: Path) -> None:
        self.folder, self.state = folder, state
        self.libraries = {library.name: library for library in found}
        self.rigs: dict[str, tuple[Builds, OurHeaders]] = {}
        self.models: dict[str, Any] = {}
        self.at = ("", "")
        self.done: dict[str, dict[str, str]] = {}
        if state.exists():
            for line in state.read_text(encoding="utf-8").splitlines():
                entry = json.loads(line)
                self.done[entry["key"]] = entry

    def rig(self, name: str) -> tuple[Builds, OurHeaders]:
        if name not in self.rigs:
            library = self.libraries[name]
            folder = self.folder / name
            library.write(folder)
            self.rigs[name] = Builds(library, folder), OurHeaders(library)
        return self.rigs[name]

    def examine(self, case: Case) -> dict[str, str]:
        builds, ours = self.rig(case.library)
        if self.at != (case.library, case.planted.kind):
            self.models.clear()
            builds.kept.clear()
            self.at = case.library, case.planted.kind
        before, after = (
            builds.results(case.path, text, case.planted.uses) for text in (case.planted.old, case.planted.new)
        )
        entry = {"key": case.key, "kind": case.planted.kind, "name": f"{case.library}: {case.planted.name}"}
        if all(value is None for value in before.values()):
            return {**entry, "judged": "no use is built with the original"}
        harm = next((use for use, value in before.items() if value is not None and after[use] != value), "")
        start = time.process_time()
        try:
            old, new = (self.model(ours, case, text) for text in (case.planted.old, case.planted.new))
            answer = judged_by_rules("headers", old, new)
        except Exception as error:  # a crash is an answer
            answer = Answer.FAILED
            entry["error"] = repr(error)
        seconds = time.process_time() - start
        return {
            **entry,
            "harmful": "yes" if harm else "no",
            "judged": harm,
            "answer": str(answer),
            "seconds": f"{seconds}",
        }

    def model(self, ours: OurHeaders, case: Case, text: str) -> Any:
        if text not in self.models:
            files = self.libraries[case.library].files
            self.models[text] = ours.parse({**files, case.path: f"{files[case.path]}\n{text}\n"})
        return self.models[text]

    def run(self, chosen: list[Case], end: float) -> None:
        with self.state.open("a", encoding="utf-8") as out:
            for case in chosen:
                if case.key in self.done:
                    continue
                if time.monotonic() > end:
                    return
                self.done[case.key] = self.examine(case)
                out.write(json.dumps(self.done[case.key]) + "\n")
                out.flush()


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
        "The other tools read binaries and see none of these: macros, conditions and inline functions have no symbol.",
    ]
    return Benchmark(
        "header-uses", "Mutants of C headers, judged by programs that use them", seed, mutants, [tool], notes
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1600)
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
        all_cases = cases(found)
        random.Random(given.seed).shuffle(all_cases)
        chosen = sorted(all_cases[: given.count], key=lambda case: (case.planted.kind, case.library))
        bench = Bench(found, Path(name), given.state)
        bench.run(chosen, start + given.seconds)
        entries = [bench.done[case.key] for case in chosen if case.key in bench.done]
    result = benchmark(given.seed, entries, [library.name for library in found])
    left = len(chosen) - len(entries)
    result = replace(result, notes=[*result.notes, *notes, *([f"{left} were not examined."] if left else [])])
    print(table(result))
    for entry in entries:
        if "harmful" in entry and (entry["answer"] == "breaking") is not (entry["harmful"] == "yes"):
            print(entry, file=sys.stderr)
    if given.out:
        given.out.write_text(table(result), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
