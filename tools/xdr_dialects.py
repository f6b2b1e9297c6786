#!/usr/bin/env python3
"""Write the table of docs/xdr-divergences.md: which tool takes what, as each of them says.

Asked are rpcgen (of rpcsvc-proto), libvirt's generator out of a release's tarball, and abi-diff.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from abidiff.errors import ParseError
from abidiff.surfaces.xdr.build.parse import parse_text

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "xdr-divergences.md"
MARKS = ("<!-- measured: tools/xdr_dialects.py -->", "<!-- end -->")

TEXTS = {
    "`struct s { int a; };`": "struct s { int a; };",
    "enumerators without values": "enum e { A, B };",
    "`enum e { A = 1; B = 2 };`": "enum e { A = 1; B = 2 };",
    "`struct s { int a, int b; };`": "struct s { int a, int b; };",
    "stacked `case`": "union u switch (int d) { case 1: case 2: int a; };",
    "a union with nothing but a default": "union u switch (int d) { default: void; };",
    "a default before a case": "union u switch (int d) { default: void; case 1: int a; };",
    "`case 'a':`": "union u switch (int d) { case 'a': int x; };",
    "`typedef struct s *p;`": "struct s { int a; };\ntypedef struct s *p;",
    "`typedef struct s s;`": "struct s { int a; };\ntypedef struct s s;",
    "`struct s x;` as a member": "struct s { int a; };\nstruct t { struct s x; };",
    "a body without a name": "struct t { struct { int a; } x; };",
    "a union inside of itself through an arm": "union u switch (int d) { case 0: void; case 1: u x; };",
    "`quadruple`": "struct s { quadruple q; };",
    "`unsigned x`": "struct s { unsigned x; };",
    "`long`, `short`, `char`": "struct s { long a; short b; char c; };",
    "`u_int`, `uint32_t`": "struct s { u_int a; uint32_t b; };",
    "`string s<>` as an array's element": "struct s { string a<>; };\ntypedef s t<4>;",
    "`string x;`": "struct s { string x; };",
    "`opaque x;`": "struct s { opaque x; };",
    "an empty struct": "struct s { };",
    "`const A = \"(1 + 2)\";`": 'const A = "(1 + 2)";\nstruct s { int a[A]; };',
    "a constant by name": "const A = 3;\nconst B = A;",
    "a negative constant": "const A = -3;",
    "`//` comments": "// aside\nstruct s { int a; };",
    "`%` lines": "%#include <x.h>\nstruct s { int a; };",
    "`#define`, `#ifdef`": "#define N 3\n#ifdef N\nstruct s { int a[N]; };\n#endif",
    "a UTF-8 byte order mark": "\ufeffstruct s { int a; };",
    "`pragma header x;`": "pragma header nfs4;\nstruct s { int a; };",
    "`namespace x { }`": "namespace x {\nstruct s { int a; };\n}",
    "a program": "program P { version V { int F(int) = 1; } = 1; } = 9;",
    "several arguments": "program P { version V { int F(int, int) = 1; } = 1; } = 9;",
    "an argument with a name": "program P { version V { int F(int count) = 1; } = 1; } = 9;",
    "`F()`": "program P { version V { int F() = 1; } = 1; } = 9;",
    "`string F(string)`": "program P { version V { string F(string) = 1; } = 1; } = 9;",
    "a type that nothing defines": "struct s { nowhere x; };",
    "a struct inside of itself": "struct s { int a; s b; };",
    "two members of one name": "struct s { int a; int a; };",
    "two procedures of one number": "program P { version V { int F(int) = 1; int G(int) = 1; } = 1; } = 9;",
    "page breaks of an RFC": "struct s {\n   int a;\nA. Author            Standards Track            [Page 7]\n\f\n"
    "RFC 4711            Something            May 2006\n};",
}  # fmt: skip


def rpcgen(text: str, folder: Path) -> str:
    """Say whether rpcgen takes a text without a complaint."""
    (folder / "in.x").write_text(text + "\n", encoding="utf-8")
    done = subprocess.run(["rpcgen", "-c", "in.x"], cwd=folder, capture_output=True, text=True, timeout=30, check=False)
    return "no" if done.returncode or done.stderr.strip() else "yes"


def libvirt(text: str, folder: Path) -> str:
    """Say whether libvirt's generator takes a text."""
    (folder / "in.x").write_text(text + "\n", encoding="utf-8")
    command = [sys.executable, "main.py", "--mode", "source", str(folder / "in.x"), str(folder / "out.c")]
    try:
        done = subprocess.run(command, cwd=folder / "rpcgen", capture_output=True, timeout=5, check=False)
    except subprocess.TimeoutExpired:
        return "does not end"
    return "no" if done.returncode else "yes"


def ours(text: str, _folder: Path) -> str:
    """Say whether abi-diff reads a text."""
    try:
        return "no" if parse_text("in.x", (text + "\n").encode()).problems else "yes"
    except ParseError:
        return "no"


def table(tarball: Path) -> str:
    """Ask all three about each text."""
    lines = ["| | rpcgen | libvirt's generator | abi-diff |", "|---|:-:|:-:|:-:|"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with tarfile.open(tarball) as tar:
            for member in tar:
                inside = re.search(r"/scripts/(rpcgen/(?:main\.py|rpcgen/\w+\.py))$", member.name)
                content = tar.extractfile(member) if inside and member.isfile() else None
                if inside and content:
                    target = folder / inside[1]
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(content.read())
        for what, text in TEXTS.items():
            said = (tool(text, folder) for tool in (rpcgen, libvirt, ours))
            lines.append(f"| {what} | {' | '.join(said)} |")
    return "\n".join(lines)


def main() -> int:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--libvirt", type=Path, default=ROOT / "releases" / "libvirt-11.3.0.tar.xz")
    given = parser.parse_args()
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(MARKS[0])
    tail = rest.partition(MARKS[1])[2]
    PAGE.write_text(f"{head}{MARKS[0]}\n\n{table(given.libvirt)}\n\n{MARKS[1]}{tail}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
