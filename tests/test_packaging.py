"""A wheel holds all that the command needs; an editable install finds it in the tree."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
import venv
import zipfile
from pathlib import Path
from shlex import quote

import pytest

from abidiff import __version__
from abidiff.resources import resource

ROOT = Path(__file__).parents[1]
OLD = ROOT / "fixtures" / "demo" / "harbour-1.0.0"
NEW = ROOT / "fixtures" / "demo" / "harbour-1.1.0"


def run(*command: object, code: int | None = 0, cwd: Path | None = None) -> str:
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False, cwd=cwd)
    assert code is None or done.returncode == code, done.stdout + done.stderr
    return done.stdout


def test_grammars_and_profiles_are_found_in_the_tree() -> None:
    assert resource("grammars").is_dir()
    assert resource("profiles/libvirt.toml").is_file()


def test_every_extra_is_documented() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.M)) == set(extras)


def test_the_debian_package_has_the_version_and_the_programs_of_this_tree() -> None:
    first = (ROOT / "debian" / "changelog").read_text(encoding="utf-8").partition("\n")[0]
    assert first.startswith(f"abidiff ({__version__}) ")
    suggested = re.search(r"^Suggests: (.*)$", (ROOT / "debian" / "control").read_text(encoding="utf-8"), re.M)
    assert suggested is not None
    judges = next(line for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if "castxml" in line)
    assert set(suggested[1].split(", ")) <= set(f"{judges} jing libxml2-utils".split())


@pytest.mark.slow
@pytest.mark.judge
@pytest.mark.skipif(shutil.which("dh") is None, reason="debhelper is not installed")
def test_dpkg_buildpackage_makes_a_package_that_works(tmp_path: Path) -> None:
    tree = tmp_path / "abidiff"
    left_out = shutil.ignore_patterns(".git", ".venv", "build", "releases", "corpora", "tests", "dist", "__pycache__")
    shutil.copytree(ROOT, tree, ignore=left_out)
    run("dpkg-buildpackage", "-b", "-us", "-uc", cwd=tree)
    (package,) = tmp_path.glob("abi-diff_*.deb")
    run("dpkg-deb", "-x", package, tmp_path / "root")
    (tmp_path / "root" / "usr" / "bin" / "python3").symlink_to("/usr/bin/python3")  # what the package depends on
    command = tmp_path / "root" / "usr" / "bin" / "abi-diff"
    assert "INCOMPATIBLE" in run(command, "compare", OLD, NEW, "--no-cache", "--verify", code=1, cwd=tmp_path)
    table = tmp_path / "pairs.tsv"
    table.write_text(f"harbour\t{OLD}\t{NEW}\n", encoding="utf-8")
    assert "1 incompatible" in run(command, "survey", table, "-o", tmp_path / "survey", cwd=tmp_path)
    assert (tmp_path / "root" / "usr/share/man/man1/abi-diff-compare.1.gz").is_file()


def container_steps(home: Path, wheels: Path) -> list[str]:
    """Return what the container file has pip do, with this tree as /source and a folder as /wheels."""
    text = (ROOT / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    runs = [line.removeprefix("RUN ") for line in text.splitlines() if line.startswith("RUN ")]
    steps = [step.strip() for line in runs for step in line.split("&&")]
    pip = [step.replace("--no-cache-dir ", "") for step in steps if step.startswith("pip ")]
    moved = [step.replace("/source", quote(str(ROOT))).replace("/wheels", quote(str(wheels))) for step in pip]
    return [f"{quote(str(home / 'bin'))}/{step}" for step in moved]


def test_wheel_installs_and_works_away_from_the_tree(tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=True)
    make_wheel, install = container_steps(home, tmp_path)
    run("/bin/sh", "-c", make_wheel)
    (wheel,) = tmp_path.glob("abidiff-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder, inside in (("grammars", "abidiff/grammars"), ("abidiff/profiles", "abidiff/profiles")):
        for file in (ROOT / folder).iterdir():
            if file.suffix in (".lark", ".json", ".toml"):
                assert f"{inside}/{file.name}" in names
    run("/bin/sh", "-c", install)
    run(home / "bin" / "python", "-c", "import libarchive")
    out = run(home / "bin" / "abi-diff", "compare", OLD, NEW, code=1, cwd=tmp_path)
    assert "incompatible" in out.lower()
    same = run(home / "bin" / "python", "-m", "abidiff", "compare", OLD, NEW, code=1, cwd=tmp_path)
    assert same == out
