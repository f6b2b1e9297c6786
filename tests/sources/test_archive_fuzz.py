"""Whatever an archive holds: a release or a clear error, and the same from both readers."""

from __future__ import annotations

import contextlib
import tarfile
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from abidiff.errors import AbidiffError
from abidiff.limits import Limits
from abidiff.sources import open_release
from abidiff.sources.larchive import library
from tests.sources import build
from tests.sources.build import Member
from tests.sources.conftest import WANTED, outcome
from tests.sources.mutants import differs

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
LIMITS = Limits(file_bytes=1 << 16, kept_bytes=1 << 18, unpacked_bytes=1 << 22, seconds=5.0)
PART = st.sampled_from(
    ["s-1", "include", "src", "real", "a.h", "b.h", "p.x", "meson.build", ".", "..", "", "tests", "é.h", "x y"]
)
NAME = st.lists(PART, min_size=1, max_size=5).map("/".join).filter(lambda name: name.strip("/") != "")
MEMBER = st.one_of(
    st.builds(Member, NAME, st.binary(max_size=700)),
    st.builds(lambda n: Member(n, kind=tarfile.DIRTYPE), NAME),
    st.builds(lambda n, t: Member(n, kind=tarfile.SYMTYPE, link=t), NAME, NAME),
    st.builds(lambda n, t: Member(n, kind=tarfile.LNKTYPE, link=t), NAME, NAME),
    st.builds(lambda n: Member(n, kind=tarfile.FIFOTYPE), NAME),
)
SEED = build.tar(
    [
        Member("s-1/meson.build", b"version: '1.0'\n"),
        Member("s-1/include/a.h", b"int f(void);\n"),
        Member("s-1/include/é.h", b"int g(void);\n"),
        Member("s-1/include/l.h", kind=tarfile.SYMTYPE, link="a.h"),
    ]
)
SEEDS = (
    SEED,
    build.compress(SEED, "xz"),
    build.compress(SEED, "gz"),
    build.compress(SEED, "zst"),
    build.compress(SEED, "bz2"),
    build.zipped([Member("s-1/include/a.h", b"int f(void);\n"), Member("s-1/src/p.x", b"const A = 1;\n")]),
    build.deb(build.compress(build.tar([Member("./usr/include/a.h", b"int f;\n")]), "xz")),
    build.rpm([Member("./usr/include/a.h", b"int f;\n")]),
)


def compare(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = build.put(Path(folder) / "x", data)
        one, other = outcome(path, "libarchive", LIMITS), outcome(path, "stdlib", LIMITS)
    assert one == other


@pytest.mark.skipif(library() is None, reason="this system has no libarchive")
@given(st.lists(MEMBER, max_size=12), st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]))
@example([Member("s-1/a", b""), Member("s-1/a", kind=tarfile.SYMTYPE, link="a")], tarfile.GNU_FORMAT)
@example([Member("include/a.h", b"", tarfile.LNKTYPE, "include/a.h")], tarfile.GNU_FORMAT)
@QUICK
def test_both_readers_agree_on_any_members(members: list[Member], form: int) -> None:
    compare(build.tar(members, form))


@given(st.sampled_from(SEEDS), st.data())
@QUICK
def test_damaged_bytes_never_crash(seed: bytes, data: st.DataObject) -> None:
    changed = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 6))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.none(), st.integers(0, len(changed))))
    with tempfile.TemporaryDirectory() as folder:
        path = build.put(Path(folder) / "x", bytes(changed[:cut]))
        for backend in ("libarchive", "stdlib"):
            if backend == "libarchive" and library() is None:
                continue
            with contextlib.suppress(AbidiffError):
                open_release(str(path), WANTED, limits=LIMITS, backend=backend)


@pytest.mark.skipif(library() is None, reason="this system has no libarchive")
def test_the_readers_agree_about_damaged_archives(tmp_path: Path) -> None:
    """What they would take in two ways is refused by both; ``make fuzz-archives`` does this for longer."""
    found = [seed for seed in range(1000) if differs(seed, tmp_path) is not None]
    assert found == []


@given(st.binary(max_size=3000))
@QUICK
def test_any_bytes(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = build.put(Path(folder) / "x", data)
        with contextlib.suppress(AbidiffError):
            open_release(str(path), WANTED, limits=LIMITS)


@given(st.binary(min_size=12, max_size=12), st.integers(0, 255))
@QUICK
def test_odd_numbers_in_headers(size: bytes, kind: int) -> None:
    head = bytearray(build.raw_header(b"s/include/a.h", 5, bytes([kind])))
    head[124:136] = size
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    with tempfile.TemporaryDirectory() as folder:
        path = build.put(Path(folder) / "x", bytes(head) + bytes(2048))
        for backend in ("libarchive", "stdlib"):
            if backend == "libarchive" and library() is None:
                continue
            with contextlib.suppress(AbidiffError):
                open_release(str(path), WANTED, limits=LIMITS, backend=backend)
