"""Structs of the C library: their layouts are those of glibc, on each target those of the bundled headers too."""

from __future__ import annotations

import functools
import shutil
import subprocess
from pathlib import Path

import pytest

from abidiff.resources import resource
from abidiff.surfaces.headers.build.translation import TranslationUnit
from abidiff.surfaces.headers.layout.kinds import NAMED, OPAQUE_KINDS, TARGET_NAMES, standard_kind
from abidiff.surfaces.headers.layout.layout import Engine
from abidiff.surfaces.headers.layout.targets import TARGETS
from abidiff.surfaces.headers.model import Library, Record
from tests.surfaces.headers.helpers import project_of, release_of, rules
from tests.surfaces.headers.structs import clang, knows

# Not there, or in another way, where no glibc is.
LINUX_ONLY = frozenset({"win64"})
OTHERS = ("struct (Elf", "struct (max_align_t)", "struct (atomic_flag)")


@functools.cache
def system() -> tuple[Library, tuple[Record, ...], str]:
    folder = Path(str(resource("surfaces/headers/system")))
    text = "".join(f"#include <{name}>\n" for name in sorted(str(p.relative_to(folder)) for p in folder.rglob("*.h")))
    release = release_of({"all.h": text})
    unit = TranslationUnit(release, list(project_of(release).of("headers")))
    assert not unit.found
    tables = unit.parser.tables
    found = [r for key, r in tables.records.items() if r.members and "." not in key and not key.startswith(OTHERS)]
    return tables.library(), tuple(found), text


def asserts(target: str) -> str:
    """Return size, alignment and offsets of all of them as static assertions."""
    library, records, text = system()
    engine, lines = Engine(library, target), [text]
    for record in records:
        name = record.id.split("(")[1].rstrip(")") if "(" in record.id else record.id
        layout = engine.record(record)
        assert layout is not None
        lines.append(f'_Static_assert(sizeof({name}) == {layout.size}, "{name} {layout.size}");')
        lines.append(f'_Static_assert(_Alignof({name}) == {layout.align}, "{name} aligned to {layout.align}");')
        for field in layout.fields:
            if field.name and not field.name.startswith("_") and field.bit_size % 8 == 0:
                lines.append(f"#undef {field.name}")
                offset = f"__builtin_offsetof({name}, {field.name}) == {field.bit_offset // 8}"
                lines.append(f'_Static_assert({offset}, "{name}.{field.name} at {field.bit_offset // 8}");')
    return "\n".join(lines)


def refused(command: list[str], text: str) -> str:
    done = subprocess.run([*command, "-w", "-fsyntax-only", "-x", "c", "-"], input=text, text=True, capture_output=True)
    return "" if done.returncode == 0 else done.stderr


@pytest.mark.judge
@pytest.mark.parametrize(("target", "flag"), [("x86_64", "-m64"), ("i386", "-m32")])
def test_glibc_of_this_machine_has_the_same_layouts(target: str, flag: str) -> None:
    gcc = shutil.which("gcc")
    if gcc is None or refused([gcc, flag], "#include <stdio.h>\n"):
        pytest.skip(f"no gcc {flag} with the headers of glibc here")
    assert refused([gcc, flag, "-D_GNU_SOURCE"], asserts(target)) == ""


@pytest.mark.judge
@pytest.mark.parametrize("target", [target for target in TARGET_NAMES if target not in LINUX_ONLY])
def test_the_bundled_headers_have_the_same_layouts(target: str) -> None:
    if not knows(target):
        pytest.skip(f"no clang here that knows {target} (ABIDIFF_CLANG names one)")
    kinds = [f"-D__abidiff_{kind}={standard_kind(kind, target)}" for kind in sorted(NAMED - OPAQUE_KINDS)]
    command = [clang(), f"--target={TARGETS[target].triple}", "-nostdinc", f"-I{resource('surfaces/headers/system')}"]
    assert refused([*command, *kinds, "-D__abidiff_va_list=__builtin_va_list"], asserts(target)) == ""


@pytest.mark.parametrize(
    ("type_", "header"),
    [
        ("struct stat", "sys/stat.h"), ("struct termios", "termios.h"), ("siginfo_t", "signal.h"),
        ("struct msghdr", "sys/socket.h"), ("struct rusage", "sys/resource.h"), ("struct dirent", "dirent.h"),
        ("jmp_buf", "setjmp.h"), ("pthread_mutex_t", "pthread.h"), ("struct addrinfo", "netdb.h"),
        ("fd_set", "sys/select.h"), ("struct sigaction", "signal.h"), ("regex_t", "regex.h"),
    ],
)  # fmt: skip
def test_a_member_behind_one_of_them(type_: str, header: str) -> None:
    text = f"#include <{header}>\nstruct ship {{ long a; {type_} b; int c; }};\nint f(struct ship *);\n"
    assert rules(text, text.replace("int c", "long c")) == ["field-type-changed struct ship.c"] or rules(
        text, text.replace("int c; ", "int c; double d, e; ")
    ) == ["record-layout-changed struct ship"]
    assert rules(text, text.replace("int c; ", "int c; double d, e; ")) == ["record-layout-changed struct ship"]


def test_a_file_stays_closed() -> None:
    text = "#include <stdio.h>\nstruct ship { FILE *file; int a; };\n"
    assert rules(text, text.replace("int a", "int a, b, c")) == ["record-layout-changed struct ship"]
