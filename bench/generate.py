"""Generated libraries of any size, for the growth measurements."""

from __future__ import annotations

from pathlib import Path


def library(folder: Path, size: int, *, version: str = "1.0.0", extra: bool = False) -> Path:
    """Write a library with ``size`` × (100 functions, 100 procedures, 50 elements); return its folder.

    ``extra`` adds one of everything, which makes the newer of two releases.
    """
    root = folder / f"orchard-{version}"
    for part in ("include/orchard", "src", "schemas"):
        (root / part).mkdir(parents=True, exist_ok=True)
    count = 100 * size
    last = 1 if extra else 0
    _headers(root, size, last)
    _symbols(root, count, last)
    _protocol(root, count, last)
    _schema(root, 50 * size, last)
    return root


def _headers(root: Path, size: int, last: int) -> None:
    names = []
    for part in range(size):
        lines = [f"#ifndef ORCHARD_{part}_H", f"#define ORCHARD_{part}_H", "#include <stddef.h>"]
        for index in range(part * 100, part * 100 + 100 + (last if part == size - 1 else 0)):
            lines += [
                f"#define ORCHARD_LIMIT_{index} ({index} << 2)",
                f"typedef struct _orchardTree{index} {{ int kind; unsigned long age; char name[{index % 31 + 1}]; "
                f"}} orchardTree{index};",
                f"typedef enum {{ ORCHARD_STATE_{index}_NONE = 0, ORCHARD_STATE_{index}_RIPE = 1 << 1, "
                f"ORCHARD_STATE_{index}_PICKED = 4 }} orchardState{index};",
                f"typedef void (*orchardCallback{index})(orchardTree{index} *tree, int state, void *opaque);",
                f"int orchardPick{index}(orchardTree{index} *tree, size_t count, orchardCallback{index} cb, "
                f"unsigned int flags);",
            ]
        lines.append("#endif")
        (root / f"include/orchard/orchard-{part}.h").write_text("\n".join(lines) + "\n")
        names.append(f"#include <orchard/orchard-{part}.h>")
    (root / "include/orchard/orchard.h").write_text(
        "\n".join(["#ifndef ORCHARD_H", "#define ORCHARD_H", *names, "#endif", ""])
    )


def _symbols(root: Path, count: int, last: int) -> None:
    lines = ["ORCHARD_1.0.0 {", "    global:"]
    lines += [f"        orchardPick{index};" for index in range(count)]
    lines += ["    local:", "        *;", "};"]
    if last:
        lines += ["ORCHARD_1.1.0 {", "    global:", f"        orchardPick{count};", "} ORCHARD_1.0.0;"]
    (root / "src/orchard.syms").write_text("\n".join(lines) + "\n")


def _protocol(root: Path, count: int, last: int) -> None:
    lines = ["const ORCHARD_STRING_MAX = 65536;", "typedef string orchard_string<ORCHARD_STRING_MAX>;"]
    for index in range(count + last):
        lines += [
            f"struct orchard_pick{index}_args {{ orchard_string name; unsigned int flags; opaque raw<{index + 1}>; }};",
            f"struct orchard_pick{index}_ret {{ hyper count; orchard_string *left; }};",
        ]
    lines += ["const ORCHARD_PROGRAM = 0x20551010;", "const ORCHARD_PROTOCOL_VERSION = 1;"]
    procs = ",\n".join(f"    ORCHARD_PROC_PICK{index} = {index + 1}" for index in range(count + last))
    lines += ["enum orchard_procedure {", procs, "};"]
    (root / "src/orchard_protocol.x").write_text("\n".join(lines) + "\n")


def _schema(root: Path, count: int, last: int) -> None:
    lines = [
        '<grammar xmlns="http://relaxng.org/ns/structure/1.0"'
        ' datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">',
        '<start><element name="orchard"><interleave>',
    ]
    lines += [f'<optional><ref name="tree{index}"/></optional>' for index in range(count + last)]
    lines += ["</interleave></element></start>"]
    for index in range(count + last):
        lines.append(
            f'<define name="tree{index}"><element name="tree{index}"><attribute name="kind"><choice>'
            f"<value>a{index}</value><value>b{index}</value></choice></attribute>"
            f'<optional><attribute name="age"><data type="unsignedInt"/></attribute></optional>'
            f'<interleave><element name="root"><data type="string"><param name="pattern">[a-z]{{1,{index % 20 + 1}}}'
            f'</param></data></element><optional><element name="crown"><text/></element></optional></interleave>'
            f"</element></define>"
        )
    lines.append("</grammar>")
    (root / "schemas/orchard.rng").write_text("\n".join(lines) + "\n")
