"""RPM packages: read in every compression, and never believed when a digest, a size or the container is another."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from abidiff.errors import AbidiffError, SourceError
from abidiff.sources.larchive import library
from abidiff.sources.rpm import MOST
from tests.sources import build
from tests.sources.build import HEADER, Member, put
from tests.sources.conftest import Open

pytestmark = pytest.mark.skipif(library() is None, reason="this system has no libarchive")
FILES = {"usr/include/ship.h": HEADER}
ALL = "size md5 sha1 sha256 payload"


def package(compression: str = "gz", tags: str = ALL) -> bytes:
    return build.rpm([Member(f"./{name}", data) for name, data in FILES.items()], compression, tags)


@pytest.mark.parametrize("compression", ["", "gz", "bz2", "xz", "lzma", "zst"])
@pytest.mark.parametrize("tags", ["", ALL])
def test_every_compression_is_read(compression: str, tags: str, tmp_path: Path, opened: Open) -> None:
    found = opened(put(tmp_path / "ship-devel-1.2.3-1.noarch.rpm", package(compression, tags)))
    assert dict(found.files) == FILES


@pytest.mark.parametrize("tags", ["md5", "payload", "sha1 md5", "sha256 payload", ALL])
@pytest.mark.parametrize("compression", ["", "gz"])
def test_a_letter_of_the_payload_that_changed_is_noticed(
    tags: str, compression: str, tmp_path: Path, opened: Open
) -> None:
    if compression:  # a stream that is whole, of another text
        other = build.rpm([Member("./usr/include/ship.h", HEADER.replace(b"int", b"uint"))], compression, tags)
        own = package(compression, tags)
        at = own.index(b"\x1f\x8b")
        data = own[:at] + other[other.index(b"\x1f\x8b") :]
    else:
        data = package(compression, tags).replace(b"int f", b"iNt f")
    with pytest.raises(SourceError, match=r"digest of its (package|payload)|bytes where it states"):
        opened(put(tmp_path / "a.rpm", data))


@pytest.mark.parametrize("tags", ["sha1", "sha256"])
def test_a_header_that_changed_is_noticed(tags: str, tmp_path: Path, opened: Open) -> None:
    whole = package("gz", f"{tags} payload")
    at = whole.rindex(b"\x8e\xad\xe8\x01") + 16 + 4 * 4  # the first type of the second entry
    with pytest.raises(SourceError, match="digest of its header"):
        opened(put(tmp_path / "a.rpm", whole[:at] + b"\1" + whole[at + 1 :]))


def test_the_size_is_held_against_the_file(tmp_path: Path, opened: Open) -> None:
    for data in (package("", "size")[:-512], package("", "size") + bytes(512)):
        with pytest.raises(SourceError, match="bytes where it states"):
            opened(put(tmp_path / "a.rpm", data))


@pytest.mark.parametrize(
    ("at", "value"),
    [(96, b"\0"), (96 + 8, (MOST >> 4).to_bytes(4)), (96 + 8, b"\xff\xff\xff\xff"), (96 + 12, b"\x7f\xff\xff\xff")],
)
def test_a_header_that_is_none_is_refused(at: int, value: bytes, tmp_path: Path, opened: Open) -> None:
    data = package()
    with pytest.raises(SourceError, match=r"no header that can be read|cut off"):
        opened(put(tmp_path / "a.rpm", data[:at] + value + data[at + len(value) :]))


@pytest.mark.parametrize("compression", ["", "gz", "xz", "bz2", "lzma", "zst"])
def test_no_damage_passes(compression: str, tmp_path: Path, opened: Open) -> None:
    """Bits, gaps, ends: the files come as they were, or not at all."""
    data, random, refused = package(compression), Random(compression), 0
    for _ in range(60):
        at = random.randrange(96, len(data))
        damaged = random.choice(
            (
                data[:at] + bytes((data[at] ^ 1 << random.randrange(8),)) + data[at + 1 :],
                data[:at] + data[at + random.choice((1, 7, 100)) :],
                data[:at],
                data + random.randbytes(5),
            )
        )
        try:
            found = opened(put(tmp_path / "a.rpm", damaged))
        except AbidiffError:
            refused += 1
        else:
            assert dict(found.files) == FILES
    assert refused > 30
