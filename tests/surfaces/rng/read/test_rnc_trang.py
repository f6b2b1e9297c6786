"""The compact syntax of real schemas: each is bisimilar to what trang makes of it in the XML syntax."""

from __future__ import annotations

import functools
import posixpath
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from abidiff.pipeline.reading import opened
from abidiff.pipeline.request import Request
from abidiff.project import Unit
from abidiff.release import frozen
from abidiff.surfaces.rng.build.parse import parse_units
from abidiff.surfaces.rng.decide.bisimulation import Universe
from abidiff.surfaces.rng.model import Schemas
from abidiff.surfaces.rng.values.interning import interning

CORPUS = Path(__file__).parents[4] / "corpora" / "rng"
INCLUDES = re.compile(rb'(?:include|external)\s*"([^"]+)"')
# Package → how many of its files are complete schemas that trang converts; the others stand in these.
PACKAGES = {
    "docbook5-xml-*.tar.*": 2,
    "jing-trang-*.tar.*": 7,
    "bookworm/biber_*.deb": 2,
    "bookworm/kiwi_*.deb": 1,
    "bookworm/latexml_*.deb": 1,
}


@functools.cache
def compact_files(package: str) -> Mapping[str, bytes]:
    found = sorted(CORPUS.glob(package))
    if not found:
        pytest.skip(f"corpora/rng/{package} is missing: run `make corpora`")
    release, _, _ = opened(Request(str(found[-1]), surfaces=("rng",)))
    return {path: placed(data) for path, data in release.files.items() if path.endswith(".rnc")}


def placed(data: bytes) -> bytes:
    """Name files by their place, as the catalog of LaTeXML does, which trang can't be given."""
    named = data.replace(b'include "svg11.rnc"', b'include "svg/svg11.rnc"')
    return named.replace(b"urn:x-LaTeXML:RelaxNG:", b"")


def tops(files: Mapping[str, bytes]) -> list[str]:
    """Return the files that no other one includes."""
    parts = {
        posixpath.normpath(posixpath.join(posixpath.dirname(path), name.decode()))
        for path, data in files.items()
        for name in INCLUDES.findall(data)
    }
    return sorted(set(files) - parts)


def converted(folder: Path, path: str) -> bool:
    """Let trang write the XML syntax beside a file and all that it includes."""
    file = folder / path
    done = subprocess.run(["trang", file.name, f"{file.stem}.rng"], cwd=file.parent, capture_output=True, check=False)
    return done.returncode == 0


def model(files: Mapping[str, bytes], root: str) -> Schemas:
    return parse_units(files, (Unit("rng", "s", "full", tuple(files), (root,), frozen({})),))


@pytest.mark.real
@pytest.mark.judge
@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("trang"), reason="trang is not installed")
@pytest.mark.parametrize(("package", "count"), PACKAGES.items())
def test_what_trang_makes_of_it_is_bisimilar(package: str, count: int, tmp_path: Path) -> None:
    files = compact_files(package)
    for path, data in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    same = []
    for path in tops(files):
        if not converted(tmp_path, path):
            continue
        xml = {str(p.relative_to(tmp_path)): p.read_bytes() for p in tmp_path.rglob("*.rng")}
        one, other = model(files, path), model(xml, path.removesuffix(".rnc") + ".rng")
        assert [p.message for p in one.problems] == [p.message for p in other.problems], path
        if one.problems:  # a part of a schema, by itself
            continue
        with interning():
            universe = Universe(one, other)
            assert universe.start(0, one.schemas[0].start) is universe.start(1, other.schemas[0].start), path
        same.append(path)
    assert len(same) == count, same
