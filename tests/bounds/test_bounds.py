"""Every hostile input ends within bounds of time and memory: with an answer, or a named limit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bounds.hostile import MAKERS, make

CPU_SECONDS = 10
RESIDENT_BYTES = 512 << 20
# What still costs more than it may: each is wanted within the bounds.
BEYOND: frozenset[str] = frozenset()
# Within the bounds, and together too long for every run.
SLOW = BEYOND | frozenset(
    (
        *("all-symbols-removed", "listed-symbols-moved", "symbols-and-globs", "many-globs", "many-globs-removed"),
        *("many-nodes", "many-functions", "chained-typedefs", "branches", "conditions", "members", "structs"),
        *("chained-pointers", "long-string", "macros-that-double", "macro-of-4-mb-used", "many-macros", "xdr-enum"),
        *(
            "xdr-union",
            "xdr-typedefs",
            "xdr-structs",
            "xdr-conditions",
            "many-defines-flat",
            "many-defines-deep",
            "long-choice",
            "wide-interleave",
        ),
        *("repeated-pattern-doubly", "chained-groups", "optional-items", "compact-tokens"),
    )
)
LIMITED = {
    "links-of-folders": "link-steps",
    "links-of-archives": "link-steps",
    "deep-path": "path-parts",
    "deep-paths": "path-parts",
    "enum-of-a-million": "header-tokens",
    "macro-of-4-mb": "header-tokens",
    "many-functions": "header-tokens",
    "chained-elif": "condition-branches",
    "nested-conditions": "condition-nesting",
    "nested-conditions-of-one": "condition-nesting",
    "long-struct": "record-members",
    "ring-of-headers": "header-includes",
    "repeated-includes": "unit-includes",
    "many-symbols": "map-symbols",
    "many-symbols-removed": "map-symbols",
    "symbols-and-globs": "glob-steps",
    "many-globs-removed": "glob-steps",
    "many-defines": "schema-defines",
    "repeated-pattern": "automaton-steps",
    "branches-of-values": "schema-steps",
    "nested-elements": "document-nesting",
    "chained-groups": "schema-patterns",
    "compact-braces": "schema-nesting",
    "compact-tokens": "schema-tokens",
}

# A process is as large as the one that it was forked from, before it is another program: so a small one forks it.
MEASURED = """
import os, resource, sys
seconds, size, *command = sys.argv[1:]
child = os.fork()
if not child:
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_AS, (int(size), int(size)))
    os.dup2(2, 1)
    os.execv(command[0], command)
_, status, used = os.wait4(child, 0)
print(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss << 10)
"""


def cost(old: Path, new: Path, options: tuple[str, ...], scratch: Path) -> tuple[int, float, int, str]:
    """Return exit code, CPU seconds, the largest process in bytes, and all that was printed."""

    command = [sys.executable, "-m", "abidiff", "compare", str(old), str(new), "--no-cache", "--no-config", *options]
    limits = (str(3 * CPU_SECONDS), str(4 * RESIDENT_BYTES))
    with (scratch / "printed").open("w+") as printed:
        told = subprocess.check_output(
            [sys.executable, "-S", "-c", MEASURED, *limits, *command], stderr=printed, text=True
        )
        printed.seek(0)
        text = printed.read()
    code, seconds, resident = told.split()
    return int(code), float(seconds), int(resident), text


def marks(name: str) -> list[pytest.MarkDecorator]:
    found = [pytest.mark.slow] if name in SLOW else []
    return [*found, pytest.mark.xfail(strict=True)] if name in BEYOND else found


@pytest.mark.parametrize("name", [pytest.param(name, marks=marks(name)) for name in MAKERS])
def test_hostile_input_ends_within_bounds(name: str, tmp_path: Path) -> None:
    given = make(name, tmp_path / "in")
    code, seconds, resident, text = cost(given.old, given.new, given.options, tmp_path)
    assert code in (0, 1, 3), text[-2000:]
    assert "unexpected error" not in text
    assert "recursion" not in text
    assert seconds < CPU_SECONDS
    assert resident < RESIDENT_BYTES
    if name in LIMITED:
        assert code == 3
        assert f"limit {LIMITED[name]}" in text
        assert f"--limit {LIMITED[name]}=" in text
