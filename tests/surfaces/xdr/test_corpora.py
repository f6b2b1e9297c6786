"""Consecutive releases that Debian's suites give: what breaks is confirmed by rpcgen's own code, none is refuted."""

from __future__ import annotations

import re
import tarfile
from functools import cache
from pathlib import PurePosixPath

import pytest

from abidiff.finding import Confirmation, Severity
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.rule import load, run
from abidiff.surfaces.xdr.build.parse import parse
from abidiff.surfaces.xdr.compare.compare import compare
from abidiff.surfaces.xdr.model import Protocols
from abidiff.surfaces.xdr.prove.judge import missing
from abidiff.surfaces.xdr.prove.verify import verify
from tests.surfaces.xdr.helpers import ROOT

pytestmark = [
    pytest.mark.real,
    pytest.mark.judge,
    pytest.mark.skipif(bool(missing()), reason=f"not installed: {missing()}"),
]
FOLDER = ROOT / "corpora/xdr"


def pairs() -> list[tuple[str, str]]:
    """Return the releases of one project that follow each other."""
    found: dict[str, list[tuple[list[int], str]]] = {}
    for path in FOLDER.glob("*.tar.*"):
        match = re.match(r"(.+?)-(\d[\d.]*\d)", path.name)
        if match:
            found.setdefault(match[1], []).append(([int(n) for n in match[2].split(".")], path.name))
    return [
        (one, other)
        for known in found.values()
        for (_, one), (_, other) in zip(sorted(known), sorted(known)[1:], strict=False)
    ]


@cache
def protocols(name: str) -> Protocols:
    files = {}
    with tarfile.open(FOLDER / name) as tar:
        for member in tar:
            path = member.name.partition("/")[2]
            if member.isfile() and path.endswith((".x", ".h")) and "test" not in path:
                files[path] = tar.extractfile(member).read()  # type: ignore[union-attr]
    units = [Unit("xdr", PurePosixPath(p).stem, "full", (p,), (p,)) for p in sorted(files) if p.endswith(".x")]
    return parse(Release("r", "1", files), Project("test", tuple({unit.name: unit for unit in units}.values())), {})


@pytest.mark.parametrize(("one", "other"), pairs() or [("", "")])
def test_no_break_is_refuted(one: str, other: str) -> None:
    if not one:
        pytest.skip("no project has two releases here: run `make corpora`")
    found = run(load("abidiff.surfaces.xdr.rules"), compare(protocols(one), protocols(other)))
    breaking = [f for f in found if f.severity is Severity.BREAKING][:12]
    said = [(f.rule, f.subject, f.confirmation_note) for f in verify(breaking, Release("", "", {}), Release("", "", {}))
            if f.confirmation is not Confirmation.CONFIRMED]  # fmt: skip
    assert said == []
    assert not [f for f in found if f.severity is Severity.UNDECIDED]


def test_a_release_against_itself_says_nothing() -> None:
    for name in {name for pair in pairs() for name in pair}:
        assert list(compare(protocols(name), protocols(name))) == []
