"""Small releases of one library, made as a test needs them."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from abidiff.history.build import build
from abidiff.history.export import export
from abidiff.history.store import writing
from abidiff.pipeline.options import Options

RNG = (
    '<grammar xmlns="http://relaxng.org/ns/structure/1.0"><start><element name="ship">{}</element></start></grammar>\n'
)


def files(functions: Sequence[str], *, procedures: Sequence[str] = (), models: Sequence[str] = ()) -> dict[str, str]:
    """Return the files of a release with these functions, procedures, and values of ship/@model."""
    declared = "".join(f"int {name}(int a);\n" for name in functions)
    listed = "".join(f"    {name} = {n},\n" for n, name in enumerate(procedures, 1))
    values = "".join(f"<value>{model}</value>" for model in models)
    inside = f'<attribute name="model"><choice>{values}</choice></attribute>' if values else "<empty/>"
    return {
        "include/ship.h": f"#ifndef SHIP_H\n#define SHIP_H\n{declared}#endif\n",
        "src/ship.x": f"enum ship_procedure {{\n{listed}    SHIP_PROC_LAST = 99\n}};\nstruct ship_args {{ int a; }};\n",
        "schemas/ship.rng": RNG.format(inside),
    }


def release(folder: Path, version: str, content: Mapping[str, str]) -> str:
    """Write a release; return its path."""
    top = folder / f"ship-{version}"
    for name, text in content.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(top)


def four(folder: Path) -> list[str]:
    """Return four releases: one function comes, goes, and comes back; a value comes."""
    return [
        release(folder, "1.0.0", files(["ship_new", "ship_sail"], models=["sloop"])),
        release(folder, "1.1.0", files(["ship_new", "ship_sail", "ship_moor"], models=["sloop", "ketch"])),
        release(folder, "1.9.0", files(["ship_new", "ship_moor"], models=["sloop", "ketch"])),
        release(folder, "1.10.0", files(["ship_new", "ship_moor", "ship_sail"], models=["ketch", "sloop"])),
    ]


def history(path: Path, releases: Sequence[str], *, compare: bool = True) -> Path:
    """Build a history of releases."""
    with writing(path, new=True) as store:
        done = build(store, releases, Options(), compare=compare)
    assert not done.failed
    return path


def exported(path: Path) -> str:
    """Return a history as text."""
    return "".join(export(path))


def repository(folder: Path, releases: Mapping[str, Mapping[str, str]]) -> Path:
    """Return a git repository with one tag a release."""
    folder.mkdir(parents=True)
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]

    def git(*arguments: str) -> None:
        day = {"GIT_AUTHOR_DATE": "2020-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2020-01-01T00:00:00Z"}
        subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True, env=day | ENV)

    git("init", "-q")
    for tag, content in releases.items():
        for name, text in content.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        git("add", "-A")
        git("commit", "-q", "--allow-empty", "-m", tag)
        git("tag", tag)
    return folder


ENV = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1"}
