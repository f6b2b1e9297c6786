"""``abi-diff bundle``: the smallest input that repeats a verdict."""

from __future__ import annotations

import io
import shutil
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from abidiff import bundle
from abidiff.cli.bundle import listed
from abidiff.cli.main import cli
from abidiff.errors import UsageError
from abidiff.pipeline import Options, compare

ROOT = Path(__file__).parents[1]
OLD = ROOT / "fixtures" / "demo" / "harbour-1.0.0"
NEW = ROOT / "fixtures" / "demo" / "harbour-1.1.0"
OPTIONS = Options(cache=False, parallel=False)


def fingerprint(rule: str) -> str:
    return next(f.fingerprint for f in compare(str(OLD), str(NEW), OPTIONS).findings if f.rule == rule)


def unpacked(data: bytes, folder: Path) -> Path:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        archive.extractall(folder, filter="data")
    return folder / "bundle"


def test_one_finding_needs_one_file_a_side(tmp_path: Path) -> None:
    wanted = fingerprint("xdr/member-added")
    found = bundle.bundle(str(OLD), str(NEW), wanted, OPTIONS)
    assert found.repeats
    assert {Path(path).suffix for path in found.files()} == {".x"}
    root = unpacked(bundle.packed(found, "told"), tmp_path)
    _, old, new, *more = found.arguments
    assert more == ["--profile generic"]
    again = compare(str(root / old), str(root / new), Options(profile="generic", cache=False, parallel=False))
    assert wanted in {f.fingerprint for f in again.findings}


def test_a_whole_verdict_keeps_every_finding(tmp_path: Path) -> None:
    found = bundle.bundle(str(OLD), str(NEW), "", OPTIONS)
    assert found.repeats
    assert {Path(path).suffix for path in found.files()} >= {".x", ".h", ".rng"}


def test_the_same_input_gives_the_same_bytes() -> None:
    found = bundle.bundle(str(OLD), str(NEW), fingerprint("rng/value-removed"), OPTIONS)
    assert bundle.packed(found, "x") == bundle.packed(found, "x")


def test_single_files(tmp_path: Path) -> None:
    for name, text in (("a.x", "struct s { int a; };"), ("b.x", "struct s { hyper a; };")):
        (tmp_path / name).write_text(text + "\nprogram P { version V { s F(s) = 1; } = 1; } = 1;\n")
    found = bundle.bundle(str(tmp_path / "a.x"), str(tmp_path / "b.x"), "", OPTIONS)
    assert sorted(found.files()) == ["new/b.x", "old/a.x"]
    assert found.repeats


def test_nothing_is_written_without_a_yes(tmp_path: Path) -> None:
    out = tmp_path / "b.tar.gz"
    asked = CliRunner().invoke(cli, ["bundle", str(OLD), str(NEW), "--surface", "xdr", "-o", str(out)])
    assert isinstance(asked.exception, UsageError)
    assert not out.exists()
    done = CliRunner().invoke(cli, ["bundle", str(OLD), str(NEW), "--surface", "xdr", "--yes", "-o", str(out)])
    assert done.exit_code == 0, done.output
    root = unpacked(out.read_bytes(), tmp_path)
    assert "abi-diff compare old/harbour-1.0.0 new/harbour-1.1.0" in (root / "README.txt").read_text()


def test_an_unknown_finding_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="no finding"):
        bundle.bundle(str(OLD), str(NEW), "0" * 16, OPTIONS)


def test_links_out_of_a_release_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.h"
    secret.write_text("#define SECRET 42\n")
    for name in ("old", "new"):
        shutil.copytree(OLD if name == "old" else NEW, tmp_path / name)
        (tmp_path / name / "include" / "harbour" / "link.h").symlink_to(secret)
    found = bundle.bundle(str(tmp_path / "old"), str(tmp_path / "new"), "", OPTIONS)
    assert not any(b"SECRET" in data for data in found.files().values())


def test_many_files_are_listed_by_folder() -> None:
    assert listed({f"a/{n}.h": 2 for n in range(100)}) == [("a/ (100 files)", 200)]
    assert listed({"b.h": 1, "a.h": 2}) == [("a.h", 2), ("b.h", 1)]
