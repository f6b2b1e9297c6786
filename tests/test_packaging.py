"""A wheel holds all that the command needs; an editable install finds it in the tree."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

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


def test_wheel_installs_and_works_away_from_the_tree(tmp_path: Path) -> None:
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path, ROOT)
    (wheel,) = tmp_path.glob("abidiff-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder, inside in (("grammars", "abidiff/grammars"), ("abidiff/profiles", "abidiff/profiles")):
        for file in (ROOT / folder).iterdir():
            if file.suffix in (".lark", ".json", ".toml"):
                assert f"{inside}/{file.name}" in names
    home = tmp_path / "venv"
    venv.create(home, with_pip=True)
    run(home / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", wheel)
    out = run(home / "bin" / "abi-diff", "compare", OLD, NEW, code=1, cwd=tmp_path)
    assert "incompatible" in out.lower()
    same = run(home / "bin" / "python", "-m", "abidiff", "compare", OLD, NEW, code=1, cwd=tmp_path)
    assert same == out
