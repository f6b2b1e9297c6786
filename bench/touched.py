"""Changes to a libvirt tree such as merge requests make: one file each, a new one for each number."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

SCHEMAS = "src/conf/schemas"


def code(tree: Path, number: int) -> None:
    path = tree / "src/util/virbitmap.c"
    path.write_text(f"{path.read_text()}\n/* {number} */\n")


def header(tree: Path, number: int) -> None:
    path = tree / "include/libvirt/libvirt-host.h"
    body, end, rest = path.read_text().rpartition("\n#endif")
    path.write_text(f"{body}\nint virBenchNew{number}(virConnectPtr conn);\n{end}{rest}")


def header_begin(tree: Path, number: int) -> None:
    """All that follows moves down a line, in the header that all others include."""
    path = tree / "include/libvirt/libvirt-common.h.in"
    head, guard, rest = re.split(r"^(# *define \w+_H_*\n)", path.read_text(), maxsplit=1, flags=re.MULTILINE)
    path.write_text(f"{head}{guard}\n# define VIR_BENCH_{number} {number}\n{rest}")


def symbols(tree: Path, number: int) -> None:
    path = tree / "src/libvirt_public.syms"
    text = path.read_text()
    last = re.findall(r"^(LIBVIRT_[0-9.]+) \{", text, re.MULTILINE)[-1]
    path.write_text(f"{text}\nLIBVIRT_99.{number}.0 {{\n    global:\n        virBench{number};\n}} {last};\n")


def protocol(tree: Path, number: int) -> None:
    path = tree / "src/remote/remote_protocol.x"
    before, found, after = path.read_text().partition("struct remote_connect_open_args {")
    path.write_text(f"{before}struct remote_bench{number}_args {{\n    int a;\n}};\n\n{found}{after}")


def shared_schema(tree: Path, number: int) -> None:
    path = tree / SCHEMAS / "networkcommon.rng"
    body, end, rest = path.read_text().rpartition("</grammar>")
    path.write_text(f'{body}<define name="bench{number}"><element name="bench"><text/></element></define>\n{end}{rest}')


def domain_schema(tree: Path, number: int) -> None:
    path = tree / SCHEMAS / "domaincommon.rng"
    body, end, rest = path.read_text().rpartition("</grammar>")
    element = f'<optional><element name="bench{number}"><text/></element></optional>'
    path.write_text(f'{body}<define name="memtune" combine="interleave">{element}</define>\n{end}{rest}')


KINDS: dict[str, Callable[[Path, int], None]] = {
    "one .c file that no surface needs": code,
    "one header of the API: a new function": header,
    "the header that all others include: a new macro": header_begin,
    "the symbol map: a new node": symbols,
    "the largest protocol: a new struct": protocol,
    "a schema that others include: a new define": shared_schema,
    "the schema of domains: a new optional element": domain_schema,
}
