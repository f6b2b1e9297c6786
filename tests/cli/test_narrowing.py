"""Options that narrow a comparison, waivers by pattern, and what completion offers."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import click
import pytest

from abidiff.cli.gate import _complete_ref
from abidiff.cli.main import main
from abidiff.cli.options import _complete_profile
from abidiff.cli.waive import _complete_fingerprint
from abidiff.config import load
from abidiff.errors import SourceError, UsageError
from abidiff.gate import resolve
from abidiff.pipeline import Options, compare
from abidiff.sources.git import latest_release


@pytest.fixture
def ship(tmp_path: Path) -> tuple[str, str]:
    for side, more in (("old", "int inner(void);"), ("new", "")):
        folder = tmp_path / side / "include"
        (folder / "internal").mkdir(parents=True)
        (folder / "ship.h").write_text("int ship(void);\n")
        (folder / "internal" / "inner.h").write_text(f"{more}\nint kept(void);\n")
    return str(tmp_path / "old"), str(tmp_path / "new")


def options(**more: object) -> Options:
    return Options(cache=False, parallel=False, **more)


def test_what_is_left_out_is_said(ship: tuple[str, str]) -> None:
    assert compare(*ship, options()).exit_code == 1
    report = compare(*ship, options(excluded=("include/internal/*",)))
    assert report.exit_code == 0
    assert sum("left out by --exclude: 1 file" in note for note in report.notes) == 2


@pytest.mark.parametrize("given", [{"excluded": ("nothing/*",)}, {"roots": ("nothing.h",)}])
def test_a_glob_that_matches_nothing_is_a_usage_error(ship: tuple[str, str], given: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="matches no file on either side"):
        compare(*ship, options(**given))


def test_roots_come_first(tmp_path: Path) -> None:
    for side in ("old", "new"):
        (tmp_path / side / "include").mkdir(parents=True)
        (tmp_path / side / "include/a.h").write_text("#ifndef SHIP\n#error include z.h first\n#endif\nint a(void);\n")
        (tmp_path / side / "include/z.h").write_text("#define SHIP 1\n#include <a.h>\nint z(void);\n")
    (tmp_path / "new/README").write_text("")
    sides = str(tmp_path / "old"), str(tmp_path / "new")
    assert compare(*sides, options(roots=("include/z.h",))).exit_code == 0


def ask(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(ended.value.code or 0)


def test_a_waiver_by_pattern_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    pattern = ["waive", "--rule", "headers/function-removed", "--subject", "shipOld*", "--reason", "announced"]
    assert ask(*pattern) == 2
    assert ask("waive", "--rule", "headers/function-removed", "--reason", "x") == 2
    assert ask("waive", "--reason", "x") == 2
    assert ask(*pattern, "--at-most", "2") == 0
    (waiver,) = load(tmp_path / "abidiff.toml").waivers
    assert (waiver.rule, waiver.subject, waiver.at_most) == ("headers/function-removed", "shipOld*", 2)


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, "-C", str(folder), *arguments], check=True, capture_output=True)


def test_the_latest_release(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "one")
    with pytest.raises(SourceError, match="no tag is that of a release"):
        latest_release(tmp_path)
    for tag in ("v1.9", "ship-1.10.0", "v2.0-rc1", "nightly", "build-77x"):
        git(tmp_path, "tag", tag)
    assert latest_release(tmp_path) == ("ship-1.10.0", ())
    assert resolve(tmp_path, "latest-release").argument.endswith("@refs/tags/ship-1.10.0")
    for tag in ("V1.11", "v1.12.0+git1", "v1.9-final", "v1.12-final", "debian/1.14-1", "1.22a", "v1.25-beta2"):
        git(tmp_path, "tag", tag)
    assert latest_release(tmp_path) == ("v1.12.0+git1", ("1.22a", "debian/1.14-1", "v1.12-final"))
    told = resolve(tmp_path, "latest-release").what
    assert "passed over 1.22a, debian/1.14-1, v1.12-final" in told
    assert told.endswith("HEAD is that release")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "two")
    assert "HEAD" not in resolve(tmp_path, "latest-release").what
    context = click.Context(click.Command("gate"))
    context.params["repository"] = str(tmp_path)
    offered = _complete_ref(context, click.Option(["--against"]), "")
    assert {"latest-release", "main", "v1.9"} <= set(offered)
    assert _complete_ref(context, click.Option(["--against"]), "ship") == ["ship-1.10.0"]


def test_profiles_and_fingerprints_are_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    context, parameter = click.Context(click.Command("waive")), click.Option(["--x"])
    findings = [{"fingerprint": "0123456789abcdef", "waiver": ""}, {"fingerprint": "ff", "waiver": "agreed"}]
    (tmp_path / "report.json").write_text(json.dumps({"findings": findings}))
    (tmp_path / "other.json").write_text("[1")
    assert _complete_fingerprint(context, parameter, "0") == ["0123456789abcdef"]
    assert _complete_fingerprint(context, parameter, "f") == []
    assert {"generic", "libvirt"} <= set(_complete_profile(context, parameter, ""))


def test_a_root_that_needs_another_header_is_read(tmp_path: Path) -> None:
    """It refuses to come first (`#error`): it comes behind the header that defines what it asks for."""
    for side, kind in (("old", "int"), ("new", "long")):
        folder = tmp_path / side / "include"
        folder.mkdir(parents=True)
        (folder / "ship.h").write_text("#define SHIP\nint ship(void);\n")
        (folder / "need.h").write_text(f"#ifndef SHIP\n#error include ship.h\n#endif\nint need({kind});\n")
    sides = str(tmp_path / "old"), str(tmp_path / "new")
    for roots in ((), ("include/need.h",), ("include/ship.h",)):
        report = compare(*sides, options(roots=roots))
        assert [found.rule for found in report.findings] == ["headers/function-parameters-changed"], roots
