from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from abidiff.errors import AbidiffError
from abidiff.limits import DEFAULT, Limits
from abidiff.profile.globs import Selection
from abidiff.release import Release
from abidiff.sources import open_release
from abidiff.sources.larchive import library

WANTED = Selection(["include/**/*.h", "usr/include/**/*.h", "src/*.x", "meson.build"], ["tests/**"])
VERSIONS = (("meson.build", r"version: '([^']+)'"),)

Open = Callable[..., Release]


@pytest.fixture(params=["libarchive", "stdlib"])
def backend(request: pytest.FixtureRequest) -> str:
    if request.param == "libarchive" and library() is None:
        pytest.skip("this system has no libarchive")
    return str(request.param)


@pytest.fixture
def opened() -> Open:
    def run(path: Path | str, backend: str = "", limits: Limits = DEFAULT, wanted: object = WANTED) -> Release:
        return open_release(str(path), wanted, limits=limits, version_files=VERSIONS, backend=backend)  # type: ignore[arg-type]

    return run


def outcome(path: Path, backend: str, limits: Limits = DEFAULT) -> object:
    """What one backend makes of an archive, in a form that can be compared."""
    try:
        found = open_release(str(path), WANTED, limits=limits, version_files=VERSIONS, backend=backend)
    except AbidiffError as error:
        return type(error).__name__
    return (found.label, found.version, dict(found.files), found.date, set(found.notes))
