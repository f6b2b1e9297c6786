"""The other tools, asked about the same mutants: abi-compliance-checker and libabigail's abidiff."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from bench.mutants.clang_ast import Item, declarations, spelled
from bench.mutants.core import Answer
from bench.mutants.header_library import HeaderLibrary


def have_acc() -> bool:
    return shutil.which("abi-compliance-checker") is not None


def have_abidiff() -> bool:
    return shutil.which("abidiff") is not None


class Acc:
    """abi-compliance-checker with headers alone; the old side is dumped once."""

    def __init__(self, library: HeaderLibrary, folder: Path, work: Path) -> None:
        self.library, self.folder, self.work = library, folder, work
        work.mkdir(parents=True, exist_ok=True)
        self.old = work / "old.dump"
        self._call("-dump", str(self._descriptor("1")), "-dump-path", str(self.old))

    def _descriptor(self, version: str) -> Path:
        include = self.folder / self.library.include
        headers = [str(include / name) for name in re.findall(r"<([^>]+)>", self.library.source)]
        path = self.work / f"{version}.xml"
        path.write_text(
            f"<version>{version}</version>\n<headers>\n" + "\n".join(headers) + "\n</headers>\n"
            f"<include_paths>\n{include}\n</include_paths>\n"
        )
        return path

    def _call(self, *arguments: str) -> int:
        command = ["abi-compliance-checker", "-l", self.library.name, "-headers-only", *arguments]
        done = subprocess.run(command, cwd=self.work, capture_output=True, timeout=300)
        return done.returncode

    def ask(self) -> Answer:
        """Compare the original with the headers that stand in the folder now (exit code 1: incompatible)."""
        new = self._descriptor("2")
        report = str(self.work / "report.html")
        code = self._call("-old", str(self.old), "-new", str(new), "-report-path", report)
        return {0: Answer.SILENT, 1: Answer.BREAKING}.get(code, Answer.FAILED)


class Abidiff:
    """libabigail on a stub library with debug information: every function with an empty body."""

    def __init__(self, library: HeaderLibrary, folder: Path, work: Path) -> None:
        self.library, self.folder, self.work = library, folder, work
        work.mkdir(parents=True, exist_ok=True)
        self.old = work / "old.so"
        if not self._build(self.old):
            raise RuntimeError(f"{library.name}: the stub does not compile")

    def _build(self, output: Path) -> bool:
        items = declarations(self.library.source, self.folder, self.folder / self.library.include)
        seen: set[str] = set()
        lines = [self.library.source]
        for item in items:
            if item.name in seen or item.storage == "static":
                continue
            if item.kind == "FunctionDecl" and (text := definition(item)):
                lines.append(text)
                seen.add(item.name)
            elif item.kind == "VarDecl" and "[]" not in item.type:
                lines.append(f"__typeof__({item.name}) {item.name};")
                seen.add(item.name)
        command = ["gcc", f"-I{self.folder / self.library.include}", "-w", "-g", "-shared", "-fPIC", "-x", "c",
                   "-fno-eliminate-unused-debug-types", "-o", str(output), "-"]  # fmt: skip
        text = "\n".join(lines) + "\n"
        return not subprocess.run(command, input=text, capture_output=True, text=True, timeout=120).returncode

    def ask(self) -> Answer:
        """Exit code of abidiff: bit 2 a change, bit 3 an incompatible one, bits 0 and 1 errors."""
        new = self.work / "new.so"
        try:
            if not self._build(new):
                return Answer.FAILED
        except RuntimeError:
            return Answer.FAILED
        done = subprocess.run(["abidiff", str(self.old), str(new)], capture_output=True, text=True, timeout=300)
        if done.returncode & 3:
            return Answer.FAILED
        if done.returncode & 8:
            return Answer.BREAKING
        if not done.returncode & 4:
            return Answer.SILENT
        # Exit code 4 says "changed, for a person to look at"; additions alone are no break.
        harmless = re.search(r"Functions changes summary: 0 Removed, 0 Changed.*", done.stdout)
        variables = re.search(r"Variables changes summary: 0 Removed, 0 Changed.*", done.stdout)
        return Answer.SILENT if harmless and variables else Answer.BREAKING


def definition(function: Item) -> str:
    """Return a definition of a declared function, or an empty text when its type can't be taken apart."""
    head, parenthesis, _ = function.type.partition("(")
    if not parenthesis or ("(*" in function.type.split(")")[0] and function.type.count("(") > 1 and head.strip() == ""):
        return ""
    if re.match(r"[^(]*\(\*\)", function.type):
        return ""
    types = [spelled(parameter.type) for parameter in function.inner if parameter.kind == "ParmVarDecl"]
    given = ", ".join(f"__typeof__({t}) a{i}" for i, t in enumerate(types))
    if "..." in function.type:
        given += ", ..." if given else "..."
    return f"__typeof__({head.strip()}) ({function.name})({given or 'void'}) {{ __builtin_trap(); }}"
