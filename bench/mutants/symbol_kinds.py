"""Single changes to a symbol map, judged by GNU ld and the loader.

A stub library with every symbol is linked with the old and with the new map. A program that uses all
symbols of the old library must start with the new one (``LD_BIND_NOW``); and a program that uses
all symbols of the new library must start with the old one or be refused by name of the node
(``version ... not found``), not die of a missing symbol.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from bench.mutants.header_kinds import Candidate, Edit

PATH = "src/libvirt_public.syms"


def candidates(text: str) -> dict[str, list[Candidate]]:
    """Return all candidates by kind."""
    found: dict[str, list[Candidate]] = {}
    for candidate in _all(text):
        found.setdefault(candidate.kind, []).append(candidate)
    return found


def _all(text: str) -> Iterator[Candidate]:
    every = set(re.findall(r"^[ \t]+(\w+);", text, re.M))
    nodes = list(re.finditer(r"^(\w[\w.]*) \{\n(.*?)\n\}( [\w.]+)?;", text, re.S | re.M))
    for number, node in enumerate(nodes):
        symbols = list(re.finditer(r"^[ \t]+(\w+);\n?", node[0] + "\n", re.M))
        for place, symbol in enumerate(symbols):
            begin, end = node.start() + symbol.start(), node.start() + symbol.end()
            name = symbol[1]
            gone = Edit(PATH, begin, end, "")
            if len(symbols) > 1:
                yield _one("symbol-removed", name, gone)
                for other in (nodes[number - 1], nodes[(number + 3) % len(nodes)]):
                    if other is not node:
                        at = other.start(2) + len("    global:\n")
                        yield _one("symbol-moved", name, gone, Edit(PATH, at, at, f"        {name};\n"))
            glob = f"{name[:-1]}?"
            if sum(fnmatchcase(each, glob) for each in every) == 1:
                yield _one("ok-symbol-globbed", name, Edit(PATH, begin, end, f"        {glob};\n"))
                last = node.end(2)
                yield _one("ok-local-glob", name, Edit(PATH, last, last, f"\n    local:\n        {glob};"))
                if len(symbols) > 1:
                    hidden = Edit(PATH, last, last, f"\n    local:\n        {glob};")
                    yield _one("symbol-hidden-by-glob", name, gone, hidden)
                    other = nodes[(number + 3) % len(nodes)]
                    at = other.start(2) + len("    global:\n")
                    moved = Edit(PATH, at, at, f"        {glob};\n")
                    if other is not node:
                        yield _one("symbol-moved-by-glob", name, gone, moved)
            yield _one("symbol-added-to-old-node", name, Edit(PATH, begin, begin, f"        mutant_{place};\n"))
            yield _one("ok-symbol-comment", name, Edit(PATH, begin, begin, "        # a comment\n"))
            if place:
                previous = symbols[place - 1]
                if previous.end() == symbol.start():
                    swapped = f"        {name};\n        {previous[1]};\n"
                    yield _one("ok-symbols-sorted", name, Edit(PATH, node.start() + previous.start(), end, swapped))
        head = Edit(PATH, node.start(1), node.end(1), f"{node[1]}_MUTANT")
        uses = [
            Edit(PATH, n.start(3), n.end(3), f" {node[1]}_MUTANT") for n in nodes if n[3] and n[3].strip() == node[1]
        ]
        yield _one("node-renamed", node[1], head, *uses)
        yield _one("ok-node-layout", node[1], Edit(PATH, node.end(1), node.start(2), "\n{\n"))
    for number in range(60):
        new = f"\nLIBVIRT_99.{number}.0 {{\n    global:\n        mutant_{number};\n}} {nodes[-1][1]};\n"
        yield _one("ok-node-added", f"LIBVIRT_99.{number}.0", Edit(PATH, len(text), len(text), new))


def _one(kind: str, subject: str, *edits: Edit) -> Candidate:
    return Candidate("symbols", kind, subject, edits)


class SymbolJudge:
    """Links and loads."""

    def __init__(self, text: str, work: Path) -> None:
        self.work = work
        work.mkdir(parents=True, exist_ok=True)
        self.names = sorted(set(re.findall(r"^[ \t]+(\w+);", text, re.M)))
        mutants = [f"mutant_{n}" for n in range(200)]
        self._write("library.c", "".join(f"int {n}(void) {{ return 0; }}\n" for n in self.names + mutants))
        self._cc("-c", "-fPIC", "-o", "library.o", "library.c")
        self.original = text
        self._library("old", text)
        self._program("old", self.names)

    def _write(self, name: str, text: str) -> None:
        (self.work / name).write_text(text)

    def _cc(self, *arguments: str) -> bool:
        return not subprocess.run(["gcc", *arguments], cwd=self.work, capture_output=True, timeout=60).returncode

    def _library(self, side: str, text: str) -> bool:
        (self.work / side).mkdir(exist_ok=True)
        # As libvirt is built: what no public node names is not exported.
        self._write(f"{side}.map", text + "\nLIBVIRT_PRIVATE { global: private_stub; local: *; };\n")
        return self._cc(
            "-shared", "-o", f"{side}/libm1.so", "library.o", f"-Wl,--version-script={side}.map", "-Wl,-soname,libm1.so"
        )

    def _program(self, side: str, names: list[str]) -> bool:
        declared = "".join(f"int {n}(void);\n" for n in names)
        table = ", ".join(names)
        self._write("program.c", f"{declared}int (*table[])(void) = {{ {table} }};\nint main(void) {{ return 0; }}\n")
        return self._cc("-o", f"program-{side}", "program.c", f"-L{side}", "-lm1", "-Wl,--no-as-needed")

    def _starts(self, program: str, side: str) -> tuple[bool, str]:
        environment = {**os.environ, "LD_BIND_NOW": "1", "LD_LIBRARY_PATH": str(self.work / side), "LC_ALL": "C"}
        done = subprocess.run([str(self.work / program)], env=environment, capture_output=True, text=True, timeout=60)
        return done.returncode == 0, done.stderr

    def harmful(self, text: str) -> tuple[bool | None, str]:
        """Judge a map; None for one that ld refuses."""
        if not self._library("new", text):
            return None, "ld refuses it"
        works, says = self._starts("program-old", "new")
        if not works:
            return True, f"loader: {says.strip().splitlines()[0][-120:]}" if says.strip() else "loader: fails"
        listed = sorted(set(re.findall(r"^[ \t]+(\w+);", re.sub(r"#.*", "", text), re.M)))
        if not self._program("new", listed):
            return None, "ld refuses the program"
        works, says = self._starts("program-new", "old")
        if not works and "not found" not in says:
            return True, f"loader, new program on the old library: {says.strip().splitlines()[0][-120:]}"
        return False, "ld and the loader: programs of either side start, or are refused by node"
