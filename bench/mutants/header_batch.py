"""Many planted changes in one library at once: names of their own, few compiler runs, findings given back by name.

Each change gets a number, and all its names begin with it (``mut17_f``, ``MUT17_X``).  Uses of all changes that ask for
the same compiler, macros and headers stand in one program; what is refused is taken out by the line that the compiler
names, and the rest is compiled and run.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from bench.mutants.header_library import HeaderLibrary
from bench.mutants.header_planted import Planted

STRICT = tuple(
    f"-Werror={name}"
    for name in (
        "implicit-function-declaration",
        "incompatible-pointer-types",
        "discarded-qualifiers",
        "int-conversion",
    )
)
FOREIGN = ("-idirafter", "/usr/include/x86_64-linux-gnu")
COMPILERS = {
    "gcc": ("gcc", "-std=gnu11", "-ftrack-macro-expansion=0", "-fmax-errors=0", *STRICT),
    "clang": ("clang", "-std=gnu11", "-ferror-limit=0", *(f for f in STRICT if "discarded" not in f)),
    "m32": ("gcc", "-m32", "-std=gnu11", "-ftrack-macro-expansion=0", "-fmax-errors=0", *STRICT),
    "c++": ("g++", "-x", "c++", "-ftrack-macro-expansion=0", "-fmax-errors=0"),
    "win64": ("clang", "--target=x86_64-w64-windows-gnu", "-std=gnu11", "-ferror-limit=0"),
    "aarch64": ("clang", "--target=aarch64-linux-gnu", "-std=gnu11", "-ferror-limit=0", *FOREIGN),
}
_NAME = re.compile(r"\b(_?)(mut|MUT)_(?=\w)")
_LOCAL = re.compile(r"\b(use|f|g)\b(?!\s*[\".])")
_FILE = re.compile(r"^@(\S+)\n", re.M)
_ERROR = re.compile(r"^(?:<stdin>|stdin):(\d+):(?:\d+:)? (?:fatal )?error:", re.M)


@dataclass(frozen=True)
class Use:
    """A use taken apart: what builds it, the macros that it defines, the headers that it includes, its text."""

    compiler: str
    defines: tuple[str, ...]
    headers: tuple[str, ...]
    value: bool
    text: str


def parsed(use: str, number: int, place: int) -> Use:
    """Return a use of the change of this number; its own names are told apart by its place."""
    use = numbered(use, number)
    compiler, defines, headers = "gcc", [], []
    while use[:1] == "[":
        word, _, use = use[1:].partition("]")
        if word in COMPILERS:
            compiler = word
        elif word.startswith("<"):
            headers.append(word)
        else:
            defines.append(word)
    value = use[:1] == "="
    text = use[1:] if value else _LOCAL.sub(rf"\1_{number}_{place}", use)
    return Use(compiler, tuple(defines), tuple(headers), value, text)


def numbered(text: str, number: int) -> str:
    """Return a text whose planted names carry a number."""
    return _NAME.sub(rf"\g<1>\g<2>{number}_", text)


def parts(text: str) -> dict[str, str]:
    """Return file → text of what is planted; what stands before the first ``@FILE`` belongs to the library's header."""
    found = _FILE.split(text)
    return {"": found[0], **dict(zip(found[1::2], found[2::2], strict=True))}


@dataclass
class Tree:
    """One side: all files of the library with what is planted, and where it stands."""

    files: dict[str, str]
    places: dict[str, list[tuple[int, int, int]]] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)

    def at(self, path: str, line: int) -> int | None:
        """Return the number of the change that stands here."""
        return next((n for n, begin, end in self.places.get(path, ()) if begin <= line <= end), None)


def planted(
    library: HeaderLibrary,
    hosts: Sequence[str],
    texts: dict[int, str],
    after: dict[int, tuple[str, int]] = MappingProxyType({}),  # type: ignore[assignment]
) -> Tree:
    """Plant texts (by number) into the headers of a library, before the ``#endif`` that ends each.

    ``after``: behind this place of this file instead, on the line where it is.
    """
    tree = Tree(dict(library.files), texts={number: numbered(text, number) for number, text in texts.items()})
    for number, (path, at) in sorted(after.items(), key=lambda item: item[1], reverse=True):
        text = tree.files[path]
        tree.files[path] = f"{text[:at]}\n{texts[number]}\n{text[at:]}"
    mine: dict[str, list[tuple[int, str]]] = {}
    for number in texts:
        if number in after:
            continue
        for name, inside in parts(tree.texts[number]).items():
            if name:
                path = f"{library.include}/{name}"
                tree.files[path] = inside
                tree.places.setdefault(path, []).append((number, 1, inside.count("\n") + 1))
            else:
                mine.setdefault(hosts[number % len(hosts)], []).append((number, inside))
    for path, found in mine.items():
        text = tree.files[path]
        at = text.rfind("#endif")
        head, tail = (text[:at], text[at:]) if at > 0 else (text, "")
        for number, inside in found:
            begin = head.count("\n") + 2
            head = f"{head}\n{inside}\n"
            tree.places.setdefault(path, []).append((number, begin, head.count("\n")))
        tree.files[path] = head + tail
    for number, (path, _) in after.items():
        at = tree.files[path].find(f"\n{texts[number]}\n") if texts[number] else -1
        if at >= 0:
            begin = tree.files[path].count("\n", 0, at) + 2
            tree.places.setdefault(path, []).append((number, begin, begin + texts[number].count("\n")))
    return tree


class Builds:
    """Builds uses against one library's headers in a folder."""

    def __init__(self, library: HeaderLibrary, folder: Path) -> None:
        self.library, self.folder = library, folder
        self.runs = 0

    def hosts(self) -> list[str]:
        """Return the headers into which something can be planted so that a program sees it."""
        found = []
        for path in sorted({item.path for item in self.library.items} or self.library.files):
            tree = planted(self.library, [path], {1: "enum { MUT_here = 1 };"})
            self.library.write(self.folder, {path: tree.files[path]})
            done = self._cc("gcc", (), ["int here = MUT1_here;"], self.library.source, "-fsyntax-only")
            self.library.write(self.folder, {path: self.library.files[path]})
            found += [path] if not done.returncode else []
        return found

    def results(self, tree: Tree, uses: dict[tuple[int, int], Use]) -> dict[tuple[int, int], str | None]:
        """Return for each use what it prints (empty for one that is only compiled), None where it is refused."""
        changed = {path: text for path, text in tree.files.items() if text != self.library.files.get(path)}
        self.library.write(self.folder, changed)
        out: dict[tuple[int, int], str | None] = dict.fromkeys(uses)
        try:
            for group in _groups(uses):
                out.update(self._group({key: uses[key] for key in group}, tree.texts))
        finally:
            for path in changed:
                (self.folder / path).unlink()
            self.library.write(self.folder, {p: self.library.files[p] for p in changed if p in self.library.files})
        return out

    def _cc(
        self, compiler: str, defines: Iterable[str], lines: Sequence[str], source: str, *more: str
    ) -> subprocess.CompletedProcess[str]:
        self.runs += 1
        command = [*COMPILERS[compiler], *(f"-D{d}" for d in defines), "-O1", f"-I{self.folder / self.library.include}"]
        command += [*more, "-x", "c++" if compiler == "c++" else "c", "-"]
        text = source + "\n".join(lines) + "\n"
        return subprocess.run(command, input=text, capture_output=True, text=True, timeout=120)

    def _group(self, uses: dict[tuple[int, int], Use], texts: dict[int, str]) -> dict[tuple[int, int], str | None]:
        """Build uses that go together: take out what is refused until the rest is built."""
        first = next(iter(uses.values()))
        defines = sorted({define for use in uses.values() for define in use.defines})
        source = "".join(f"#include {h}\n" for h in first.headers) or self.library.source
        if first.compiler == "win64":  # whose system's headers are not here
            source = "".join(f"{texts[number]}\n" for number in sorted({number for number, _ in uses}))
        source += "int printf(const char *, ...);\n" if any(use.value for use in uses.values()) else ""
        left = dict(uses)
        output = self.folder / "use"
        kind = () if first.value else ("-c",) if first.compiler == "c++" else ("-S",)
        while left:
            lines, owner = _lines(left)
            start = source.count("\n") + 1
            more = ["-o", str(output), *kind, *(["-Wl,--unresolved-symbols=ignore-all"] if first.value else [])]
            done = self._cc(first.compiler, defines, lines, source, *more)
            if not done.returncode:
                break
            refused = {owner.get(int(m[1]) - start) for m in _ERROR.finditer(done.stderr)} - {None}
            if not refused and len(left) == 1:
                return dict.fromkeys(uses)
            if not refused and len({number for number, _ in left}) == 1:
                alone = [self._group({key: use}, texts) for key, use in left.items()]
                return {**dict.fromkeys(uses), **{key: value for one in alone for key, value in one.items()}}
            if not refused:
                raise UnclearError(done.stderr[:400])
            left = {key: use for key, use in left.items() if key not in refused}
        if not left:
            return dict.fromkeys(uses)
        return {**dict.fromkeys(uses), **self._read(output, left, first)}

    def _read(self, output: Path, uses: dict[tuple[int, int], Use], first: Use) -> dict[tuple[int, int], str | None]:
        if first.value:
            done = subprocess.run([str(output)], capture_output=True, text=True, timeout=20)
            printed = dict(line.split(" ", 1) for line in done.stdout.splitlines())
            if done.returncode:
                raise UnclearError("the program does not end well")
            return {key: printed.get(f"{key[0]}.{key[1]}") for key in uses}
        threads: set[tuple[str, str]] = set()
        if first.compiler == "c++":
            nm = subprocess.run(["nm", "-u", str(output)], capture_output=True, text=True, timeout=60)
            symbols = nm.stdout.split()
        else:
            text = output.read_text(encoding="utf-8", errors="replace")
            symbols = re.findall(r"\.(?:hidden|internal)\s+(\w+)", text)
            threads = set(re.findall(r"(\w+)@(?:got)?tpoff|(\w+)@tls", text, re.IGNORECASE))
        found = {
            key: sorted(s for s in symbols if any(n in s for n in re.findall(r"\w{4,}", use.text)))
            for key, use in uses.items()
        }
        # A library of C has no mangled name, and a hidden one is not found: such a program is not linked.
        if first.compiler != "c++":
            local = {name for pair in threads for name in pair if name}
            return {
                key: None if names else " ".join(sorted(n for n in local if n in uses[key].text))
                for key, names in found.items()
            }
        return {
            key: None if any(s.startswith("_Z") for s in names) else " ".join(names) for key, names in found.items()
        }


class UnclearError(Exception):
    """The changes of a batch can't be told apart: a smaller one is needed."""


def _groups(uses: dict[tuple[int, int], Use]) -> Iterator[list[tuple[int, int]]]:
    """Yield uses that one compiler run can take: no change stands in two with other macros."""
    groups: dict[tuple[str, tuple[str, ...], bool, int], list[tuple[int, int]]] = {}
    seen: dict[int, list[tuple[str, ...]]] = {}
    for key, use in uses.items():
        sets = seen.setdefault(key[0], [()])
        if use.defines not in sets:
            sets.append(use.defines)
        groups.setdefault((use.compiler, use.headers, use.value, sets.index(use.defines)), []).append(key)
    yield from groups.values()


def _lines(uses: dict[tuple[int, int], Use]) -> tuple[list[str], dict[int, tuple[int, int]]]:
    """Return the program's lines, and whose each is."""
    lines: list[str] = []
    owner: dict[int, tuple[int, int]] = {}
    for key, use in uses.items():
        name = f"{key[0]}.{key[1]}"
        text = use.text
        if use.value:
            text = f'void print_{key[0]}_{key[1]}(void) {{ printf("{name} %.17g\\n", (double)({use.text})); }}'
        for line in text.split("\n"):
            owner[len(lines)] = key
            lines.append(line)
    if any(use.value for use in uses.values()):
        lines.append("int main(void) {" + "".join(f" print_{n}_{k}();" for n, k in uses) + " return 0; }")
    return lines, owner


def each_use(changes: dict[int, Planted]) -> dict[tuple[int, int], Use]:
    """Return the uses of all changes."""
    return {
        (number, place): parsed(use, number, place)
        for number, change in changes.items()
        for place, use in enumerate(change.uses)
    }
