"""The release that brought each name of libvirt: its own tags against its symbol map, its headers and a text search."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from abidiff.history.lives import opened
from abidiff.requires.catalogue import Catalogue
from abidiff.requires.model import parsed, shown

pytestmark = pytest.mark.real

WANTED = re.compile(r"/include/libvirt/[\w-]+\.h(\.in)?\Z|/src/libvirt_public\.syms\Z")

FIRST = "0.0.3"
"""The first node of the map, which has what is older as well."""

CONTRADICTED = {
    "virConnectAuthPtrDefault": ("0.4.1", "0.4.0"),
    "virDomainBlockPeek": ("0.4.4", "0.4.2"),
    "virDomainMemoryPeek": ("0.4.4", "0.4.2"),
    "virGetLastErrorMessage": ("1.0.5", "1.0.6"),
    "virDomainSetBlockThreshold": ("3.2.0", "3.1.0"),
}
"""Where libvirt's tag and its map differ: what the tag says, and the node."""


@cache
def content(archive: Path) -> dict[str, bytes]:
    """Return the symbol map and the headers of a release, read in one go."""
    found = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            if WANTED.search(member.name) and (stream := tar.extractfile(member)) is not None:
                found[member.name.rpartition("/")[2].removesuffix(".in")] = stream.read()
    return found


def nodes(archive: Path) -> dict[str, str]:
    """Return symbol → version node, read line by line."""
    lines = content(archive)["libvirt_public.syms"].decode().splitlines()
    found: dict[str, str] = {}
    node = ""
    for line in lines:
        if match := re.match(r"LIBVIRT_([\d.]+) \{", line):
            node = match[1]
        elif match := re.match(r"\s+(vir\w+);", line):
            found[match[1]] = node
    return found


def test_tags_and_nodes(real_release: Callable[[str], Path]) -> None:
    with opened("libvirt") as history:
        catalogue = Catalogue(history)
    told = nodes(real_release("9.0.0"))
    assert len(told) > 490
    differing = {}
    for name, node in told.items():
        entry = catalogue.get(name)
        assert entry is not None, name
        if node != FIRST and entry.since != parsed(node):
            differing[name] = (shown(entry.since[:3]), node)
    assert differing == CONTRADICTED


def undeclared(archive: Path, folder: Path, names: list[str]) -> set[str]:
    """Ask a compiler which names the headers of a release do not declare."""
    (folder / "libvirt").mkdir(parents=True)
    for name, data in content(archive).items():
        (folder / "libvirt" / name).write_bytes(data.replace(b"@LIBVIRT_VERSION_NUMBER@", b"1"))
    headers = "libvirt/libvirt.h", "libvirt/virterror.h", "libvirt/libvirt-qemu.h", "libvirt/libvirt-admin.h"
    program = "".join(f"#include <{each}>\n" for each in headers)
    program += "".join(f"__typeof__({name}) *witness_{name};\n" for name in names)
    (folder / "witness.c").write_text(program)
    command = ["gcc", "-fsyntax-only", "-fmax-errors=0", f"-I{folder}", str(folder / "witness.c")]
    result = subprocess.run(command, check=False, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
    errors = [line for line in result.stderr.splitlines() if " error: " in line]
    found = {match[1] for line in errors if (match := re.search(r"error: ['‘](\w+)['’] undeclared", line))}
    assert len(found) == len(errors), result.stderr
    return found


@pytest.mark.skipif(shutil.which("gcc") is None, reason="no gcc")
def test_a_compiler_agrees(real_release: Callable[[str], Path], tmp_path: Path) -> None:
    """What came between two releases is declared by the newer one, and not by the older one."""
    with opened("libvirt") as history:
        catalogue = Catalogue(history)
        staying = {name for name in catalogue.entries if not catalogue.gaps(name)}
    kinds = ("function", "enumerator", "typedef", "callback")
    older, newer = "7.0.0", "9.0.0"
    names = sorted(
        entry.name
        for entry in catalogue.entries.values()
        if entry.kind in kinds and parsed(older) < entry.since <= parsed(newer) and entry.name in staying
    )
    assert len(names) > 50
    assert undeclared(real_release(newer), tmp_path / newer, names) == set()
    assert undeclared(real_release(older), tmp_path / older, names) == set(names)


UNLIKE = {
    "virConnCopyLastError": "0.6.0",
    "virConnGetLastError": "0.6.0",
    "virDomainBlockPeek": "0.4.3",
    "virDomainDestroyFlagsValues": "0.9.4",
    "virDomainMemoryPeek": "0.4.3",
    "virGetLastErrorMessage": "1.0.6",
    "virStorageVolCreateXML": "1.0.1",
    "virStorageVolCreateXMLFrom": "1.0.1",
}
"""Where a text search of libvirt 11.3.0 for tags says another release: that of a flag, or of one of several tags."""


def test_a_text_search_for_tags_agrees(real_release: Callable[[str], Path]) -> None:
    place = Path(__file__).resolve().parents[2] / "tools/check_uses.py"
    spec = importlib.util.spec_from_file_location("check_uses", place)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    told = tool.tags(tool.sources(real_release("11.3.0")))
    with opened("libvirt") as history:
        catalogue = Catalogue(history)
    entries = {name: entry for name in told if (entry := catalogue.get(name)) is not None}
    assert len(entries) > 2200
    oldest = parsed(tool.FIRST)
    unlike = {name for name, entry in entries.items() if not tool.same(entry.since, told[name], oldest)}
    assert {name: told[name] for name in unlike} == UNLIKE
