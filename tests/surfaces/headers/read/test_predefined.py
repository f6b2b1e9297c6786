"""The tables of predefined macros: what the compilers print, and what the layout engine says."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from abidiff.surfaces.headers.layout.kinds import TARGET_NAMES
from abidiff.surfaces.headers.layout.targets import TARGETS, scalar
from abidiff.surfaces.headers.read.predefined import differing, macros_of, tables

TOOL = Path(__file__).parents[4] / "tools" / "generate_targets.py"


def test_every_target_has_a_table() -> None:
    assert set(tables()) == {"all", *TARGET_NAMES}
    assert macros_of("x86_64")["__GNUC__"] == "12"
    assert "_WIN32" in macros_of("win64")
    assert "__linux__" not in macros_of("win64")
    assert {"__SIZEOF_POINTER__", "__x86_64__", "_WIN32", "__s390x__", "__BYTE_ORDER__"} <= differing()
    assert "__GNUC__" not in differing()


@pytest.mark.parametrize("target", TARGET_NAMES)
def test_sizes_agree_with_the_layout_engine(target: str) -> None:
    table = macros_of(target)
    sizes = {"SHORT": "short", "INT": "int", "LONG": "long", "LONG_LONG": "long long", "FLOAT": "float"}
    sizes |= {"DOUBLE": "double", "LONG_DOUBLE": "long double", "SIZE_T": "size_t", "WCHAR_T": "wchar_t"}
    for name, kind in sizes.items():
        found = scalar(kind, TARGETS[target])
        assert found is not None
        assert table[f"__SIZEOF_{name}__"] == str(found[0]), name
    assert table["__SIZEOF_POINTER__"] == str(TARGETS[target].pointer)
    assert ("__CHAR_UNSIGNED__" in table) == TARGETS[target].char_unsigned
    assert table["__BYTE_ORDER__"] == f"__ORDER_{'BIG' if TARGETS[target].big_endian else 'LITTLE'}_ENDIAN__"


@pytest.mark.judge
@pytest.mark.skipif(not shutil.which("gcc") or not shutil.which("clang-16"), reason="needs gcc and clang-16")
def test_the_compilers_print_them() -> None:
    done = subprocess.run(["gcc", "-dumpfullversion"], capture_output=True, check=True, text=True)
    if not done.stdout.startswith("12."):
        pytest.skip("the tables are those of gcc 12")
    subprocess.run([sys.executable, str(TOOL), "--check"], check=True)
