#!/usr/bin/env python3
"""Write where structs of the C library lie on each target (``make system-layouts ROOT=DIR``).

DIR holds unpacked packages: the headers of glibc for each machine below usr/TRIPLET/include (Debian's
libc6-dev-MACHINE-cross and linux-libc-dev-MACHINE-cross), those of mingw-w64 below usr/share/mingw-w64/include or
usr/x86_64-w64-mingw32/include.  x86_64 and i386 are the machine's own.  loongarch64 has glibc's generic layouts, which
riscv64's headers hold; what is its own (registers) is taken from the bundled headers.  clang says what the compiler
does; the file holds the records that abidiff would lay out otherwise.
--check fails when the file is not what the compilers say.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType

from abidiff.project import Unit
from abidiff.release import Release
from abidiff.surfaces.headers.build.translation import TranslationUnit
from abidiff.surfaces.headers.layout import system
from abidiff.surfaces.headers.layout.kinds import NAMED, OPAQUE_KINDS, TARGET_NAMES, standard_kind
from abidiff.surfaces.headers.layout.layout import Engine, LayoutError
from abidiff.surfaces.headers.layout.targets import TARGETS
from abidiff.surfaces.headers.model import Record

PACKAGE = Path(__file__).resolve().parents[1] / "abidiff/surfaces/headers"
FILE = PACKAGE / "layout/system.txt"
BUNDLED = PACKAGE / "system"
CLANG = "clang-16"
_NUMBERS = re.compile(r"i64 (\d+)")
_OWN_ON_LOONGARCH = ("setjmp.h", "fenv.h")
# Members that are unions or arrays of the same name elsewhere, and structs that only Linux has.
_LEFT_OUT = re.compile(r"struct \((?:Elf|max_align_t|atomic_flag)|struct __|\.")

Found = tuple[int, int, dict[str, tuple[int, int]]]


def records() -> tuple[TranslationUnit, dict[str, Record]]:
    """Return the complete records of the bundled headers by id."""
    names = sorted(str(path.relative_to(BUNDLED)) for path in BUNDLED.rglob("*.h"))
    text = "".join(f"#include <{name}>\n" for name in names)
    release = Release(label="system", version="", files=MappingProxyType({"all.h": text.encode()}))
    unit = TranslationUnit(release, [Unit("headers", "system", "full", ("all.h",), ("all.h",), MappingProxyType({}))])
    if unit.found:
        sys.exit("\n".join(problem.rendered for problem in unit.found))
    found = {
        key: record
        for key, record in unit.parser.tables.records.items()
        if record.members and (not _LEFT_OUT.search(key) or key == "struct __jmp_buf_tag")
    }
    return unit, found


def spelled(record: Record) -> str:
    """Return how a program names a record."""
    return record.id.split("(")[1].rstrip(")") if "(" in record.id else record.id


def options(target: str, root: Path) -> list[str]:
    """Return clang's options for a target's own headers."""
    triple = TARGETS[target].triple
    if target in ("x86_64", "i386"):
        return ["-m32" if target == "i386" else "-m64"]
    compiler = subprocess.run([CLANG, "-print-resource-dir"], capture_output=True, check=True, text=True)
    own = ["-nostdinc", "-isystem", f"{compiler.stdout.strip()}/include"]
    if target == "win64":
        folders = ("usr/share/mingw-w64/include", "usr/x86_64-w64-mingw32/include")
        return ["--target=x86_64-w64-windows-gnu", *own, *(f"-I{root / folder}" for folder in folders)]
    headers = root / "usr" / (triple if target != "loongarch64" else "riscv64-linux-gnu") / "include"
    more = ["-D__riscv_xlen=64", "-D__riscv=1"] if target == "loongarch64" else []
    return [f"--target={triple}", *own, "-isystem", str(headers), *more]


def bundled(target: str) -> list[str]:
    """Return clang's options for the bundled headers on a target."""
    triple = TARGETS[target].triple.replace("-w64-mingw32", "-w64-windows-gnu")
    kinds = [f"-D__abidiff_{kind}={standard_kind(kind, target)}" for kind in sorted(NAMED - OPAQUE_KINDS)]
    return [f"--target={triple}", "-nostdinc", f"-I{BUNDLED}", *kinds, "-D__abidiff_va_list=__builtin_va_list"]


def measured(record: Record, flags: list[str]) -> Found | None:
    """Return what a compiler says of a record; None where there is none of that name."""
    name, header = spelled(record), record.mark.location.path.removeprefix(system.SYSTEM)
    members = [m.name for m in record.members or () if m.name and not m.name.startswith("_") and m.bits is None]
    for asked in (members, []):
        parts = [f"sizeof({name})", f"_Alignof({name})"]
        for member in asked:
            parts += [f"__builtin_offsetof({name}, {member})", f"sizeof((({name} *)0)->{member})"]
        undefined = "".join(f"#undef {member}\n" for member in asked)
        listed = ", ".join(f"(unsigned long long)({part})" for part in parts)
        text = f"#include <{header}>\n{undefined}const unsigned long long numbers[] = {{ {listed} }};\n"
        command = [CLANG, *flags, "-D_GNU_SOURCE", "-w", "-S", "-emit-llvm", "-o", "-", "-x", "c", "-"]
        done = subprocess.run(command, input=text, capture_output=True, check=False, text=True)
        if done.returncode == 0:
            line = next(line for line in done.stdout.splitlines() if line.startswith("@numbers"))
            size, align, *rest = (int(number) for number in _NUMBERS.findall(line))
            if not size:
                return None
            return size, align, dict(zip(asked, zip(rest[::2], rest[1::2], strict=True), strict=True))
    return None


def ours(unit: TranslationUnit, record: Record, target: str) -> Found | None:
    """Return how abidiff lays out a record from its members."""
    try:
        whole = Engine(unit.parser.tables.library(), target).record(record)
    except LayoutError:
        return None
    assert whole is not None
    places = {f.name: (f.bit_offset // 8, f.bit_size // 8) for f in whole.fields}
    return whole.size, whole.align, places


def text(root: Path) -> str:
    """Return the file."""
    unit, found = records()
    rows: dict[tuple[str, str], list[str]] = {}
    system._layouts.cache_clear()
    system._layouts = lambda: {}  # type: ignore[assignment]
    jobs = [(record, target) for record in found.values() for target in TARGET_NAMES]
    with ThreadPoolExecutor(max_workers=4) as pool:
        answers = list(pool.map(lambda job: measured(job[0], flags(job[0], job[1], root)), jobs))
    for (record, target), theirs in zip(jobs, answers, strict=True):
        mine = ours(unit, record, target)
        if theirs is None or mine is None:
            continue
        size, align, members = theirs
        if (size, align) != mine[:2] or any(mine[2].get(name) != place for name, place in members.items()):
            listed = " ".join(f"{name}:{at}:{width}" for name, (at, width) in members.items())
            rows.setdefault((record.id, f"{size} {align}\t{listed}"), []).append(target)
    lines = [
        "# Written by tools/generate_system_layouts.py: do not edit.  Record, targets, size and alignment, members."
    ]
    lines += [f"{key}\t{' '.join(targets)}\t{said}" for (key, said), targets in sorted(rows.items())]
    return "\n".join(lines) + "\n"


def flags(record: Record, target: str, root: Path) -> list[str]:
    """Return the options that find the headers which decide."""
    own = target == "loongarch64" and record.mark.location.path.endswith(_OWN_ON_LOONGARCH)
    return bundled(target) if own else options(target, root)


def main() -> int:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path, help="where the headers of other machines are unpacked")
    parser.add_argument("--check", action="store_true", help="change nothing, fail when the file is not current")
    given = parser.parse_args()
    current = text(given.root)
    if not given.check:
        FILE.write_text(current, encoding="utf-8")
    elif FILE.read_text(encoding="utf-8") != current:
        print(f"{FILE} is not what the compilers say: make system-layouts", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
