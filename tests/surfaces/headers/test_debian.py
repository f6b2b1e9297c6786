"""The -dev headers of other libraries, between Debian suites: parsed, and every break confirmed by gcc."""

from __future__ import annotations

import functools
import shutil
from pathlib import Path

import pytest

from abidiff.finding import Confirmation, Severity
from abidiff.project import Project
from abidiff.release import Release
from abidiff.rule import load, run
from abidiff.surfaces.headers.build.parse import parse
from abidiff.surfaces.headers.compare.compare import compare
from abidiff.surfaces.headers.model import Headers
from abidiff.surfaces.headers.prove.verify import verify

pytestmark = pytest.mark.real
CORPORA = Path(__file__).parents[3] / "corpora" / "dev"
SUITES = ("bullseye", "bookworm", "trixie")
PACKAGES = (
    "libcurl4-openssl-dev",
    "libevent-dev",
    "libexpat1-dev",
    "libglib2.0-dev",
    "libpng-dev",
    "libsqlite3-dev",
    "libssh2-1-dev",
    "libssl-dev",
    "libusb-1.0-0-dev",
    "libxml2-dev",
    "zlib1g-dev",
)
# What can't be read, and why: headers of another package.
MISSING = {"libxml2-dev": ("header 'unicode/ucnv.h' not found", "unknown type name 'UConverter'")}
# In trixie GLib's headers moved to another package.
MOVED = {("libglib2.0-dev", "trixie")}


@functools.lru_cache(maxsize=4)
def opened(suite: str, package: str) -> tuple[Release, Project, Headers]:
    from abidiff.profile import load as profile_named
    from abidiff.profile import project_of, wanted
    from abidiff.sources import open_release

    found = sorted((CORPORA / suite).glob(f"{package}_*.deb"))
    if not found:
        pytest.skip(f"corpora/dev/{suite}/{package} is missing: run `make corpora`")
    profile = profile_named("generic")
    release = open_release(str(found[0]), wanted(profile))
    project = project_of(profile, release)
    return release, project, parse(release, project, {})


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("suite", SUITES)
def test_complete(suite: str, package: str) -> None:
    if (package, suite) in MOVED:
        pytest.skip("its headers moved to another package")
    _, _, model = opened(suite, package)
    messages = {p.message.partition("; ")[0] for p in model.problems}
    assert all(message.startswith(MISSING.get(package, ())) for message in messages), messages
    assert model.libraries[0].functions
    assert list(compare(model, model)) == []


@pytest.mark.judge
@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize(("old", "new"), [("bullseye", "bookworm"), ("bookworm", "trixie")])
def test_every_break_is_confirmed(package: str, old: str, new: str) -> None:
    if (package, new) in MOVED:
        pytest.skip("its headers moved to another package")
    before, after = opened(old, package), opened(new, package)
    found = run(load("abidiff.surfaces.headers.rules"), compare(before[2], after[2]))
    breaking = [f for f in found if f.severity is Severity.BREAKING]
    wrong = [
        f"{f.rule} {f.subject}: {f.confirmation_note}"
        for f in verify(breaking, before[0], after[0])
        if f.confirmation is not Confirmation.CONFIRMED
    ]
    assert wrong == []
