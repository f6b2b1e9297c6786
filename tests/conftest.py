"""What all tests share: the real releases, and a world without the user's cache and configuration."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# A run is the same every time; `make explore` tries other examples, and what it finds becomes an example of its own.
settings.register_profile("fixed", derandomize=True)
settings.register_profile("explore", derandomize=False)
settings.load_profile("explore" if os.environ.get("ABIDIFF_EXPLORE") else "fixed")

ROOT = Path(__file__).parents[1]
RELEASES = ROOT / "releases"


@pytest.fixture(scope="session")
def releases() -> Path:
    """The folder with the real release tarballs; skips when `make releases` has not run."""
    if not RELEASES.is_dir() or not any(RELEASES.glob("libvirt-*.tar.*")):
        pytest.skip("releases/ is missing: run `make releases`")
    return RELEASES


@pytest.fixture(scope="session")
def real_release(releases: Path) -> Callable[[str], Path]:
    """Return a function version → path of that libvirt tarball; skips when it is not there."""

    def find(version: str) -> Path:
        found = sorted(releases.glob(f"libvirt-{version}.tar.*"))
        if not found:
            pytest.skip(f"releases/libvirt-{version}.tar.* is missing: run `make releases`")
        return found[0]

    return find


@pytest.fixture(autouse=True)
def _no_user_state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep tests away from the user's cache, colour settings and git identity."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "SOURCE_DATE_EPOCH"):
        monkeypatch.delenv(name, raising=False)
