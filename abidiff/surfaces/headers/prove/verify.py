"""Ask a C compiler about each witness: it has to accept the old headers and refuse the new ones.

Nothing that is compared is run, and nothing of it decides what is run: the compiler only
parses (``-fsyntax-only``, or ``-S`` into nothing for what the optimiser has to see), with a
fixed command line, without plug-ins or response files, with bounds on time and memory.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from abidiff.files import OTHERS
from abidiff.finding import Confirmation, Finding
from abidiff.release import Release
from abidiff.resources import resource as resource_path
from abidiff.surfaces.headers.layout.kinds import NAMED, OPAQUE_KINDS, standard_kind
from abidiff.surfaces.headers.prove.attributes import ASSEMBLED, CPLUSPLUS, holds
from abidiff.surfaces.headers.prove.witness import FLAGS, OPTIMISED, PROGRAM
from abidiff.surfaces.headers.read.others import TRIPLET, roots
from abidiff.surfaces.headers.read.packages import include_folders

SECONDS = 30
BATCH = 200
MEMORY = 2 << 30
_NAME = re.compile(r"\bwitness\b", re.IGNORECASE)
_ERROR = re.compile(r"([^:\n]+):\d+(?::\d+)?: (error|fatal error): ")
_USUAL = tuple(part for name in ("sys/types.h", "stdint.h", "stdio.h", "errno.h") for part in ("-include", name))
_C: tuple[str, ...] = ("-x", "c", "-std=gnu11", *FLAGS)
_CPLUSPLUS: tuple[str, ...] = ("-x", "c++", "-std=gnu++17", "-w")
_ALL_ERRORS = ("-fmax-errors=0", "-ferror-limit=0")
_TARGET = re.compile(r"/\* target: (\w+) \*/")
_TRIPLES = {
    "x86_64": "x86_64-linux-gnu",
    "i386": "i386-linux-gnu",
    "aarch64": "aarch64-linux-gnu",
    "armhf": "arm-linux-gnueabihf",
    "ppc64le": "powerpc64le-linux-gnu",
    "s390x": "s390x-linux-gnu",
    "riscv64": "riscv64-linux-gnu",
    "loongarch64": "loongarch64-linux-gnu",
    "win64": "x86_64-w64-windows-gnu",
}
_HEADER = re.compile(r"\.(?:h|hh|hpp|inc|def)(?:\.in)?$")
_INCLUDE = re.compile(rb"^[ \t]*#[ \t]*include[ \t]*<([^>\n]{1,200})>", re.MULTILINE)
_QUOTED = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*"([^"\n]{1,200})"', re.MULTILINE)
_INCLUDED = re.compile(r"#include <[^>\n]*>")
_PLACEHOLDER = re.compile(r"@([A-Za-z_]\w*)@")


def verify(findings: Sequence[Finding], old: Release, new: Release) -> Iterable[Finding]:
    """Return the findings, those with a C program marked as confirmed or refuted."""
    compiler = shutil.which(os.environ.get("CC", "cc").split()[0]) or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return [_marked(f, Confirmation.UNAVAILABLE, "no C compiler is installed") for f in findings]
    with tempfile.TemporaryDirectory(prefix="abidiff-") as temporary:
        bench = Bench(Path(temporary), compiler, old, new, findings)
        with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
            done: dict[int, Finding] = {}
            for judged in pool.map(bench.batch, batches(findings)):
                done.update(judged)
            rest = [(at, finding) for at, finding in enumerate(findings) if at not in done]
            done.update(zip((at for at, _ in rest), pool.map(bench.judged, rest), strict=True))
            return [done[at] for at in range(len(findings))]


def _marked(finding: Finding, confirmation: Confirmation, note: str = "") -> Finding:
    if finding.witness is None:
        return finding
    return finding.with_(confirmation=confirmation, confirmation_note=note)


@dataclass(frozen=True, slots=True)
class Batch:
    """Witnesses that begin with the same includes: number → (finding, body)."""

    preamble: str
    members: dict[int, tuple[Finding, str]]


def batches(findings: Sequence[Finding]) -> list[Batch]:
    """Put witnesses with the same includes together, some hundred at most."""
    groups: dict[str, list[Batch]] = {}
    for at, finding in enumerate(findings):
        if finding.witness is None or finding.witness.kind != "c-program":
            continue
        text = finding.witness.text
        if text.startswith((OPTIMISED, ASSEMBLED)):
            continue
        lines = text.splitlines(keepends=True)
        head = next((n for n, line in enumerate(lines) if not line.startswith(("#include", "#define"))), len(lines))
        cut = max((n + 1 for n, line in enumerate(lines[:head]) if line.startswith("#include")), default=0)
        if not cut or not lines[cut:]:
            continue
        made = groups.setdefault("".join(lines[:cut]), [])
        if not made or len(made[-1].members) >= BATCH:
            made.append(Batch("".join(lines[:cut]), {}))
        made[-1].members[at] = finding, "".join(lines[cut:])
    return [batch for made in groups.values() for batch in made if len(batch.members) > 1]


class Bench:
    """The headers of both releases on disk, and a compiler."""

    def __init__(self, root: Path, compiler: str, old: Release, new: Release, findings: Sequence[Finding]) -> None:
        self.root = root
        self.compiler = compiler
        names = {
            name.decode("utf-8", "replace")
            for finding in findings
            if finding.witness is not None
            for name in _INCLUDE.findall(finding.witness.text.encode("utf-8", "replace"))
        }
        self.sides = (self._unpacked("old", old, names), self._unpacked("new", new, names))
        self.programs = tuple(self._of_programs(side, release) for side, release in (("old", old), ("new", new)))
        if old.single_file and new.single_file:  # two names of one header
            first, other = (next(iter(release.files)) for release in (old, new))
            if first != other and first not in new.files:
                (root / "new" / first).write_bytes(new.files[other])
        self._refuse(names)

    def _refuse(self, names: set[str]) -> None:
        """Let the new side refuse the headers that only the old one has: this machine's would answer for them."""
        gone = self.root / "gone"
        for name in sorted(names):
            before, after = (any((Path(folder) / name).is_file() for folder in side[1::2]) for side in self.sides)
            own = gone / name
            if before and not after and ".." not in own.parts and own.is_relative_to(gone):
                own.parent.mkdir(parents=True, exist_ok=True)
                own.write_text("#error the new release has no such header\n", encoding="utf-8")
        for options in (self.sides[1], self.programs[1]) if gone.is_dir() else ():
            if options:
                options += ["-I", str(gone)]

    def _unpacked(self, side: str, release: Release, witnesses: set[str]) -> list[str]:
        """Write the headers of a release; return the options that find them before the host's."""
        base = self.root / side
        base.mkdir()
        folders: set[str] = {""}
        given: set[tuple[int, str]] = set()
        wanted = set(witnesses)
        quoted: list[tuple[Path, str]] = []
        for path in needed(release.files):
            content = release.files[path]
            target = base / path.removesuffix(".in")
            target.parent.mkdir(parents=True, exist_ok=True)
            if path.endswith(".in"):
                content = instantiated(content, release)
            target.write_bytes(content)
            wanted.update(name.decode("utf-8", "replace") for name in _INCLUDE.findall(content))
            quoted += [(target.parent, name.decode("utf-8", "replace")) for name in _QUOTED.findall(content)]
            if path.startswith(OTHERS):
                given.update(roots(path))
                continue
            parts = path.split("/")[:-1]
            folders.update("/".join(parts[:at]) for at in range(1, len(parts) + 1))
        ordered = sorted(folders, key=lambda f: (_rank(f), f))
        system = resource_path("surfaces/headers/system")
        wanted |= {name for folder, name in quoted if not (folder / name).is_file()}
        wanted = {name for name in wanted if not (system / name).is_file()}
        first = [f for f in ordered if f in ("", "include") or any((base / f / n).is_file() for n in wanted)]
        after = [f for f in ordered if f not in first]
        return [
            *(option for folder in first for option in ("-I", str(base / folder))),
            *(option for rank, folder in sorted(given) if rank < 2 for option in ("-I", str(base / folder))),
            *(option for folder in after for option in ("-idirafter", str(base / folder))),
            *(option for rank, folder in sorted(given) if rank == 2 for option in ("-idirafter", str(base / folder))),
        ]

    def _of_programs(self, side: str, release: Release) -> list[str]:
        """Return the options that a program gets for an installed package: what pkg-config names, ``/usr/include``."""
        folders = [f for f in include_folders(release.files) if (self.root / side / f).is_dir()]
        installed = self.root / side / "usr/include"
        if not installed.is_dir():
            return []
        usual = [path for path in sorted(installed.iterdir()) if path.is_dir() and TRIPLET.fullmatch(path.name)]
        paths = [*(self.root / side / folder for folder in folders), installed, *usual]
        return [option for path in paths for option in ("-I", str(path))]

    def batch(self, batch: Batch) -> dict[int, Finding]:
        """Compile many witnesses at once; return those that are confirmed without doubt.

        Each stands in a file of its own as far as the compiler's messages go.
        """
        text = [batch.preamble]
        for at, (_, body) in batch.members.items():
            text.append(f'#line 1 "part-{at}.c"\n' + _NAME.sub(f"witness_{at}", body))
        first = min(batch.members)
        program = self.root / f"batch-{first}.c"
        program.write_text("".join(text), encoding="utf-8", errors="surrogateescape")
        options = self._options(batch.preamble)
        if options is None:
            return {}
        options = [*options, _ALL_ERRORS["clang" in options[0]]]
        before = self._errors(program, options, self.sides[0])
        after = self._errors(program, options, self.sides[1])
        if before is None or after is None:
            return {}
        found: dict[int, Finding] = {}
        for at, (finding, _) in batch.members.items():
            part = f"part-{at}.c"
            if part not in before and part in after:
                found[at] = _marked(finding, Confirmation.CONFIRMED, after[part].replace(part, PROGRAM))
        return found

    def _errors(self, program: Path, options: list[str], includes: list[str]) -> dict[str, str] | None:
        """Return file → first error in it; None when the compiler stopped early."""
        done = self._run(program, options, includes)
        if done is None:
            return None
        found: dict[str, str] = {}
        for line in done.stderr.decode("utf-8", "replace").splitlines():
            match = _ERROR.match(line)
            if match is None:
                continue
            if match.group(2) == "fatal error" or not match.group(1).startswith("part-"):
                return None
            found.setdefault(match.group(1), line)
        return found if bool(found) == bool(done.returncode) else None

    def judged(self, item: tuple[int, Finding]) -> Finding:
        """Compile one witness against both sides."""
        number, finding = item
        if finding.witness is None or finding.witness.kind != "c-program":
            return finding
        text = dict(finding.witness.files).get(PROGRAM, finding.witness.text.encode("utf-8", "surrogateescape"))
        program = self.root / f"witness-{number}.c"
        program.write_bytes(text)
        if text.startswith(ASSEMBLED.encode()):
            return self._assembled(finding, program, text.decode("utf-8", "replace"))
        options = self._options(text.decode("utf-8", "replace"))
        if options is None:
            return _marked(finding, Confirmation.UNAVAILABLE, "no compiler for this target")
        before = self._compile(program, options, self.sides[0])
        if before:  # a header that leaves the usual includes to the program
            options = [*options, *_USUAL]
            before = self._compile(program, options, self.sides[0]) and before
        if before is None:
            return _marked(finding, Confirmation.UNAVAILABLE, "the compiler took too long")
        if before:
            program, before = self._by_its_own_header(finding, program, options, before)
        if before:
            return _marked(finding, Confirmation.UNAVAILABLE, f"does not compile against the old headers: {before}")
        after = self._compile(program, options, self.sides[1])
        if after is None:
            return _marked(finding, Confirmation.UNAVAILABLE, "the compiler took too long")
        if not after and all(self.programs) and not self._compile(program, options, self.programs[0]):
            # a folder that no include path of a program leads to may hold the header that is gone
            after = self._compile(program, options, self.programs[1])
        if after:
            return _marked(finding, Confirmation.CONFIRMED, after)
        return _marked(finding, Confirmation.REFUTED, "compiles against the new headers as well")

    def _by_its_own_header(
        self, finding: Finding, program: Path, options: list[str], before: str
    ) -> tuple[Path, str | None]:
        """Ask with the header that declares the item, where the one that the witness includes can't be read here."""
        path = finding.old.path if finding.old is not None else ""
        text = program.read_text(encoding="utf-8", errors="surrogateescape")
        if not path or text.count("#include <") != 1 or not (self.root / "old" / path).is_file():
            return program, before
        name = path.rpartition("include/")[2].replace("\\", "")
        other = program.with_suffix(".own.c")
        other.write_text(_INCLUDED.sub(f"#include <{name}>", text), encoding="utf-8", errors="surrogateescape")
        found = self._compile(other, options, self.sides[0])
        return (other, "") if found == "" else (program, before)

    def _assembled(self, finding: Finding, program: Path, text: str) -> Finding:
        """Look at the assembly that both sides give."""
        compiler, language = self.compiler, _C
        if CPLUSPLUS in text:
            found = shutil.which(os.environ.get("CXX", "c++").split()[0]) or shutil.which("g++")
            if found is None:
                return _marked(finding, Confirmation.UNAVAILABLE, "no C++ compiler is installed")
            compiler, language = found, _CPLUSPLUS
        options = [compiler, "-O1", "-S", "-o", "-"]
        done = [self._run(program, options, side, language) for side in self.sides]
        if done[0] is not None and done[0].returncode:
            options += _USUAL
            done = [self._run(program, options, side, language) for side in self.sides]
        before, after = (found.stdout.decode("utf-8", "replace") if found is not None else "" for found in done)
        if done[0] is None or done[1] is None:
            return _marked(finding, Confirmation.UNAVAILABLE, "the compiler took too long")
        if done[0].returncode or not holds(text, before):
            return _marked(finding, Confirmation.UNAVAILABLE, "the old headers do not give what the witness asks for")
        if done[1].returncode == 0 and holds(text, after):
            return _marked(finding, Confirmation.REFUTED, "the new headers give the same assembly")
        return _marked(finding, Confirmation.CONFIRMED, "the new headers give other assembly")

    def _options(self, text: str) -> list[str] | None:
        mode = ["-O1", "-S", "-o", os.devnull] if text.startswith(OPTIMISED) else ["-fsyntax-only"]
        match = _TARGET.search(text)
        if match is None:
            return [self.compiler, *mode]
        target = match.group(1)
        own = ["-ffreestanding", "-nostdinc", "-isystem", str(resource_path("surfaces/headers/system"))]
        own += [f"-D__abidiff_{kind}={standard_kind(kind, target)}" for kind in sorted(NAMED - OPAQUE_KINDS)]
        own += ["-D__abidiff_va_list=__builtin_va_list"]
        clang = shutil.which("clang")
        if clang is not None:
            return [clang, *mode, f"--target={_TRIPLES[target]}", *own]
        return [self.compiler, *mode, "-m32", *own] if target == "i386" else None

    def _compile(self, program: Path, options: list[str], includes: list[str]) -> str | None:
        """Return an empty text when it compiles, else the first error; None when it took too long."""
        done = self._run(program, options, includes)
        if done is None or done.returncode == 0:
            return None if done is None else ""
        lines = done.stderr.decode("utf-8", "replace").splitlines()
        first = next((line for line in lines if "error" in line), "the compiler failed")
        return first.replace(str(self.root) + "/", "").replace(program.name, PROGRAM)

    def _run(
        self, program: Path, options: list[str], includes: list[str], language: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[bytes] | None:
        """Run the compiler; None when it took too long or is not there."""
        command = [*options, *(language or _C), *includes, str(program)]
        try:
            return subprocess.run(
                command,
                capture_output=True,
                timeout=SECONDS,
                check=False,
                cwd=self.root,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TMPDIR": str(self.root)},
                preexec_fn=_limited,
            )
        except (subprocess.TimeoutExpired, OSError):
            return None


def needed(files: Mapping[str, bytes]) -> list[str]:
    """Return the headers of a release, and those of other projects that they may include."""
    paths = [
        path for path in files if _HEADER.search(path) and not path.startswith("/") and ".." not in path.split("/")
    ]
    found = dict.fromkeys(path for path in paths if not path.startswith(OTHERS))
    others: dict[str, list[str]] = {}
    for path in paths:
        if path not in found:
            others.setdefault(path.rpartition("/")[2], []).append(path)
    pending = list(found) if others else []
    while pending:
        content = files[pending.pop()]
        for name in (*_INCLUDE.findall(content), *_QUOTED.findall(content)):
            for path in others.pop(name.rpartition(b"/")[2].decode("utf-8", "replace"), ()):
                found[path] = None
                pending.append(path)
    return list(found)


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 20, 64 << 20))


def _rank(folder: str) -> int:
    """Directories that are called include come first, then those nearest to them."""
    parts = folder.split("/")
    if parts[-1] == "include":
        return 0
    if "include" in parts:
        return len(parts) - parts.index("include")
    return 50 + len(parts)


def instantiated(content: bytes, release: Release) -> bytes:
    """Fill the placeholders of a template with the version of its release."""
    numbers = [int(n) for n in re.findall(r"[0-9]+", release.version)[:3]] + [0, 0, 0]
    number = str(numbers[0] * 1_000_000 + numbers[1] * 1_000 + numbers[2])
    text = content.decode("utf-8", "surrogateescape")

    def one(match: re.Match[str]) -> str:
        name = match.group(1)
        return number if "NUMBER" in name else release.version if "VERSION" in name else "0"

    return _PLACEHOLDER.sub(one, text).encode("utf-8", "surrogateescape")
