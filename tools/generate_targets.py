#!/usr/bin/env python3
"""Write the tables of predefined macros of every target from what gcc and clang print (``make targets``).

x86_64 and i386 are gcc's own.  For the others clang says what is there; names and spellings that only clang
has are left out, and what gcc has on every machine is put in, so that each table is a GNU C compiler's.
--check fails when the file is not what the compilers print.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

from abidiff.surfaces.headers.layout.kinds import TARGET_NAMES
from abidiff.surfaces.headers.layout.targets import TARGETS

FILE = Path(__file__).resolve().parents[1] / "abidiff/surfaces/headers/read/predefined.txt"
CLANG = "clang-16"
_CLANG_ONLY = re.compile(
    r"clang|llvm|CLANG|OPENCL|OBJC|_FMT|_C_SUFFIX|POINTER_WIDTH|BLOCKS|CFSTRINGS|MATH_INLINES|BITINT|FLOAT128__$"
    r"|^__declspec$|^_MSC_|__SEH__"
)
# What gcc's table has because the machine is an x86.
_X86_ONLY = re.compile(
    r"HLE|CET|SEG_|k8|MMX|SSE|FLT128|FLT64X|FLT16|LDBL|DECIMAL_DIG|BID|FLOAT80|FLOAT128|ASM_FLAG|86|FLT_EVAL|code_model"
)
_SYSTEM_ONLY = re.compile(r"STDC_PREDEF|STDC_IEC|STDC_ISO|_PIC__|_pic__|_PIE__|_pie__")
# What has no fixed value, or says with which options a compiler runs.
_ALWAYS = {"__OPTIMIZE__": "1", "__DATE__": '"Jan  1 1970"', "__TIME__": '"00:00:00"'}
_NEVER = re.compile(r"__NO_INLINE__|__OPTIMIZE__|__VERSION__$")

Table = dict[str, str]


def printed(*command: str) -> Table:
    """Return the macros that a compiler predefines."""
    done = subprocess.run([*command, "-dM", "-E", "-x", "c", "/dev/null"], capture_output=True, check=True, text=True)
    found = {}
    for line in done.stdout.splitlines():
        name, _, value = line.removeprefix("#define ").partition(" ")
        if "(" not in name and not _NEVER.match(name):
            found[name] = value
    return found


def like_gcc(there: Table, clang: Table, gcc: Table, *, linux: bool) -> Table:
    """Return clang's table of a target as gcc's, from what both say on x86_64."""
    found = {}
    for name, value in there.items():
        if name in clang and name in gcc:
            found[name] = gcc[name] if value == clang[name] else value
        elif not _CLANG_ONLY.search(name) and (name not in clang or name == "__LITTLE_ENDIAN__"):
            found[name] = value
    for name, value in gcc.items():
        if name not in clang and not _X86_ONLY.search(name) and (linux or not _SYSTEM_ONLY.search(name)):
            found.setdefault(name, value)
    return found


def tables() -> dict[str, Table]:
    """Return the table of every target."""
    gcc = printed("gcc")
    clang = printed(CLANG, f"--target={TARGETS['x86_64'].triple}")
    found = {"x86_64": gcc, "i386": printed("gcc", "-m32")}
    for name in TARGET_NAMES:
        if name not in found:
            triple = TARGETS[name].triple.replace("-w64-mingw32", "-w64-windows-gnu")
            found[name] = like_gcc(printed(CLANG, f"--target={triple}"), clang, gcc, linux=name != "win64")
    for table in found.values():
        table.update(_ALWAYS, __VERSION__='"12.2.0"')
    return {name: found[name] for name in TARGET_NAMES}


def text(found: dict[str, Table]) -> str:
    """Return the file: what all targets have, then what each has beside it."""
    first, *others = found.values()
    common = {name: value for name, value in first.items() if all(t.get(name) == value for t in others)}
    lines = ["# Written by tools/generate_targets.py: do not edit.", "[all]"]
    lines += [f"{name} {value}".rstrip() for name, value in sorted(common.items())]
    for target, table in found.items():
        lines += [f"[{target}]"]
        lines += [f"{name} {value}".rstrip() for name, value in sorted(table.items()) if name not in common]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail when the file is not current")
    current = text(tables())
    if not parser.parse_args().check:
        FILE.write_text(current, encoding="utf-8")
    elif FILE.read_text(encoding="utf-8") != current:
        print(f"{FILE} is not what the compilers print: make targets", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
