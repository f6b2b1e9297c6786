"""The libraries whose headers are mutated: texts, what clang sees in them, and their values."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from bench.mutants.clang_ast import Item, blank_comments, declarations

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class HeaderLibrary:
    """One library.  ``files``: path → text (latin-1, one character a byte)."""

    name: str
    files: dict[str, str]
    include: str
    source: str
    profile: str = "generic"
    items: list[Item] = field(default_factory=list)
    integers: dict[str, int] = field(default_factory=dict)
    strings: dict[str, str] = field(default_factory=dict)
    macros: dict[str, tuple[str, int, int, str]] = field(default_factory=dict)

    def write(self, folder: Path, files: dict[str, str] | None = None) -> None:
        for path, text in (files or self.files).items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode("latin-1"))

    def learn(self, folder: Path) -> None:
        """Ask clang what is declared, and what macros and enumerators are worth."""
        blanked = {path: blank_comments(text) for path, text in self.files.items()}
        self.write(folder, blanked)
        self.items = declarations(self.source, folder, folder / self.include)
        self.write(folder)
        self._macros(folder)

    def _macros(self, folder: Path) -> None:
        """Find object-like macros of the library's own files that stand on one line and are defined once."""
        names: dict[str, list[tuple[str, int, int, str]]] = {}
        for path, text in self.files.items():
            for match in re.finditer(r"^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+([^\n]*[^\n\\])$", text, re.M):
                body = re.sub(r"/\*.*?\*/|//.*", "", match[2]).strip()
                if "/*" not in body and body:
                    start = match.start(2)
                    names.setdefault(match[1], []).append((path, start, match.end(2), body))
        once = {name: found[0] for name, found in names.items() if len(found) == 1}
        kinds = ", ".join(f"{t}: 1" for t in ("int", "unsigned", "long", "unsigned long", "long long", "char"))
        numbers = self._valid(
            folder,
            [
                f'_Static_assert(_Generic(({n}), {kinds}, unsigned long long: 1), ""); enum {{ probe{i} = !!({n}) }};'
                for i, n in enumerate(once)
            ],
        )
        texts = self._valid(folder, [f"const char probe{i}[] = {n};" for i, n in enumerate(once)])
        for number, (name, place) in enumerate(once.items()):
            if number in texts and place[3].startswith('"'):
                self.macros[name] = place
                self.strings[name] = place[3]
            elif number in numbers and number not in texts:
                self.macros[name] = place
                self.integers[name] = 0
        enumerators = [
            c.name for i in self.items if i.kind == "EnumDecl" for c in i.inner if c.kind == "EnumConstantDecl"
        ]
        self.integers.update(dict.fromkeys(enumerators, 0))
        self._values(folder)

    def _valid(self, folder: Path, lines: list[str]) -> set[int]:
        """Return the numbers of the lines that compile."""
        start = self.source.count("\n") + 1
        text = self.source + "\n".join(lines) + "\n"
        command = ["clang", f"-I{folder / self.include}", "-x", "c", "-w", "-ferror-limit=0", "-fsyntax-only", "-"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=120)
        wrong = {int(m[1]) - start for m in re.finditer(r"^<stdin>:(\d+):\d+: (?:fatal )?error:", done.stderr, re.M)}
        return set(range(len(lines))) - wrong

    def _values(self, folder: Path) -> None:
        names = sorted(self.integers)
        lines = [f'printf("{name} %lld\\n", (long long)({name}));' for name in names]
        text = f"#include <stdio.h>\n{self.source}int main(void) {{\n" + "\n".join(lines) + "\nreturn 0; }\n"
        program = folder / "values"
        command = ["gcc", f"-I{folder / self.include}", "-x", "c", "-w", "-o", str(program), "-"]
        subprocess.run(command, input=text, check=True, capture_output=True, text=True, timeout=120)
        out = subprocess.run([str(program)], check=True, capture_output=True, text=True, timeout=60).stdout
        program.unlink()
        self.integers = {name: int(value) for name, value in (line.split() for line in out.splitlines())}


def libraries(only: Iterable[str] = ()) -> tuple[list[HeaderLibrary], list[str]]:
    """Return the libraries that are here (``only``: of these), and notes on those that are not."""
    from abidiff.sources import open_release

    found, notes, wanted = [], [], set(only)
    tarball = next(iter(sorted((ROOT / "releases").glob("libvirt-11.3.0.tar.*"))), None)
    if wanted and "libvirt" not in wanted:
        pass
    elif tarball is not None:
        release = open_release(str(tarball), lambda p: p.startswith("include/libvirt/"))
        files = {p.removesuffix(".in"): d.decode("latin-1") for p, d in release.files.items() if ".h" in p}
        files = {p: t.replace("@LIBVIRT_VERSION_NUMBER@", "11003000") for p, t in files.items()}
        names = ("libvirt", "virterror", "libvirt-admin", "libvirt-qemu", "libvirt-lxc")
        source = "".join(f"#include <libvirt/{name}.h>\n" for name in names)
        found.append(HeaderLibrary("libvirt", files, "include", source, "libvirt"))
    else:
        notes.append("libvirt: not here (make releases)")
    for name, package, include, header in (
        ("libusb", "libusb-1.0-0-dev", "usr/include/libusb-1.0", "libusb.h"),
        ("libcurl", "libcurl4-openssl-dev", "usr/include/x86_64-linux-gnu", "curl/curl.h"),
        ("zlib", "zlib1g-dev", "usr/include", "zlib.h"),
        ("libexpat", "libexpat1-dev", "usr/include", "expat.h"),
        ("libssh2", "libssh2-1-dev", "usr/include", "libssh2.h"),
    ):
        if wanted and name not in wanted:
            continue
        package_file = next(iter(sorted((ROOT / "corpora/dev/trixie").glob(f"{package}_*.deb"))), None)
        if package_file is None:
            notes.append(f"{name}: not here (the corpora)")
            continue
        release = open_release(str(package_file), lambda p: p.endswith(".h") and "/include/" in f"/{p}")
        files = {p: d.decode("latin-1") for p, d in release.files.items()}
        found.append(HeaderLibrary(name, files, include, f"#include <{header}>\n"))
    return found, notes


def have_compilers() -> bool:
    return shutil.which("gcc") is not None and shutil.which("clang") is not None
