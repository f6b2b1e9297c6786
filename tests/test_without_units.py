"""A surface without units costs no parser: the empty model is that of its parser, and its modules stay unloaded."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from abidiff import surfaces
from abidiff.pipeline.ready import suffixes
from abidiff.project import Project
from abidiff.release import Release

PARSERS = {
    "headers": "abidiff.surfaces.headers.build.parse",
    "symbols": "abidiff.surfaces.symbols.parse",
    "xdr": "abidiff.surfaces.xdr.build.parse",
    "rng": "abidiff.surfaces.rng.build.parse",
    "exports": "abidiff.surfaces.exports.parse",
    "drivers": "abidiff.surfaces.drivers.parse",
    "consistency": "abidiff.surfaces.consistency.parse",
}
RELEASE, NONE = Release("", "", {}), Project("generic", ())
RUN = "import sys; from abidiff.pipeline import Options, compare; compare(*sys.argv[1:], Options(cache=False)); "
RUN += "print(*sorted(m for m in sys.modules if m.startswith(('abidiff.surfaces', 'pycparser', 'lxml'))))"


@pytest.mark.parametrize("name", PARSERS)
def test_the_model_of_no_units_is_that_of_the_parser(name: str) -> None:
    parser = importlib.import_module(PARSERS[name])
    assert surfaces.surface(name).parse(RELEASE, NONE, {}) == parser.parse(RELEASE, NONE, {})


def test_folders_of_protocols_load_no_parser_of_headers_or_schemas(tmp_path: Path) -> None:
    for side, kind in (("old", "int"), ("new", "hyper")):
        (tmp_path / side).mkdir()
        (tmp_path / side / "a.x").write_text(f"struct s {{ {kind} a; }};\n", encoding="utf-8")
    command = [sys.executable, "-c", RUN, str(tmp_path / "old"), str(tmp_path / "new")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert PARSERS["xdr"] in loaded
    assert not loaded & {"pycparser", "lxml", "abidiff.surfaces.exports.compare"}
    assert loaded.intersection(PARSERS.values()) == {PARSERS["xdr"]}


def test_what_a_folder_may_hold_is_told_by_its_names(tmp_path: Path) -> None:
    (tmp_path / "include").mkdir()
    for name in ("a.x", "include/b.h.in", "README"):
        (tmp_path / name).touch()
    assert suffixes(str(tmp_path)) == {".x", ".h", ""}
    assert suffixes(str(tmp_path / "a.x")) == {".x"}
    (tmp_path / "c.tar.gz").touch()
    assert suffixes(str(tmp_path / "c.tar.gz")) is None
    assert suffixes("repository@tag") is None
