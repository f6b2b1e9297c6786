"""What the tests of this surface share."""

from __future__ import annotations

import tarfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path, PurePosixPath

import pytest

from abidiff.finding import Finding
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.rule import load, run
from abidiff.surfaces.xdr.build.parse import parse
from abidiff.surfaces.xdr.compare.compare import compare
from abidiff.surfaces.xdr.model import Protocols

ROOT = Path(__file__).parents[3]
LIBVIRT = ("7.0.0", "9.0.0", "11.3.0")
CORPORA = tuple(sorted(path.name for path in (ROOT / "corpora/xdr").glob("*.tar.*")))


def sides(files: dict[str, bytes], **options: object) -> tuple[Release, Project]:
    """Return a release in which every .x file is a unit."""
    paths = sorted(p for p in files if p.endswith(".x"))
    units = tuple(Unit("xdr", PurePosixPath(p).stem, "full", (p,), (p,), options) for p in paths)
    return Release("r", "1", files), Project("test", units)


def model(text: str = "", **others: str) -> Protocols:
    """Parse protocols from text; a keyword names a file, its last underscore stands for the dot."""
    files = {"example.x": text.encode("utf-8", "surrogateescape")} if text else {}
    files |= {".".join(name.rsplit("_", 1)): body.encode() for name, body in others.items()}
    return parse(*sides(files), {})


def between(old: str | Protocols, new: str | Protocols) -> list[Finding]:
    """Compare two protocols and run the rules."""
    before = model(old) if isinstance(old, str) else old
    after = model(new) if isinstance(new, str) else new
    assert not before.problems, before.problems[0].rendered
    assert not after.problems, after.problems[0].rendered
    return run(load("abidiff.surfaces.xdr.rules"), compare(before, after))


def said(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """Return rule and subject of findings."""
    return [(f.rule.removeprefix("xdr/"), f.subject) for f in findings]


def problem(text: str) -> str:
    """Return the text of the only problem of a protocol."""
    found = model(text).problems
    assert len(found) == 1, [p.message for p in found]
    return found[0].rendered


@cache
def tarball_files(path: Path) -> dict[str, bytes]:
    """Read the protocols and public headers of a tarball, once; skips the test when it is not there."""
    if not path.exists():
        pytest.skip(f"{path.name} is missing: run `make releases`")
    files = {}
    with tarfile.open(path) as tar:
        for member in tar:
            name = member.name.partition("/")[2]
            header = name.startswith("include/libvirt/") and name.endswith((".h", ".h.in"))
            if member.isfile() and (header or name.endswith(".x")) and "tests/" not in name:
                found = tar.extractfile(member)
                assert found is not None
                files[name] = found.read()
    return files


_READ: dict[str, Protocols] = {}


def libvirt(version: str) -> Protocols:
    """Return the model of a libvirt release's protocols, read once."""
    if version not in _READ:
        files = tarball_files(ROOT / f"releases/libvirt-{version}.tar.xz")
        _READ[version] = parse(*sides(files), {})
    return _READ[version]
