"""Archives with damage, made from a number: the same number gives the same archive.

Run as a program it holds the readers against each other for a while and prints what it found.
"""

from __future__ import annotations

import argparse
import random
import tarfile
import tempfile
import time
from pathlib import Path

from abidiff.limits import Limits
from tests.sources import build
from tests.sources.build import Member
from tests.sources.conftest import outcome

LIMITS = Limits(file_bytes=1 << 16, kept_bytes=1 << 18, unpacked_bytes=1 << 22, ratio_from=1 << 20, seconds=5.0)
MEMBERS = [
    Member("s-1", kind=tarfile.DIRTYPE),
    Member("s-1/meson.build", b"version: '1.0'\n"),
    Member("s-1/include/a.h", b"int f(void);\n" * 60),
    Member("s-1/include/\u00e9.h", b"int g(void);\n"),
    Member("s-1/doc/" + "long" * 40, b"x" * 700),
    Member("s-1/include/" + "deep/" * 30 + "d.h", b"int d(void);\n"),
    Member("s-1/include/l.h", kind=tarfile.SYMTYPE, link="a.h"),
    Member("s-1/include/m.h", kind=tarfile.LNKTYPE, link="s-1/include/a.h"),
    Member("s-1/src/p.x", b"const A = 1;\n"),
    Member("s-1/last", b"last\n"),
]
FIELDS = ((0, 100), (100, 108), (124, 136), (136, 148), (148, 156), (156, 157), (157, 257), (257, 265), (345, 500))
VALUES = (
    b"\0",
    b" ",
    b"7",
    b"8",
    b"-1",
    b"\x80\0\0\0\0\0\0\0\0\0\0\x05",
    b"\xff" * 12,
    b"00000000100\0",
    b"100 ",
    b"0x10",
    b"77777777777\0",
    b"1",
    b"2",
    b"5",
    b"L",
    b"K",
    b"S",
    b"x",
    b"g",
    b"D",
    b"V",
    b"Z",
    b"/",
    b"..",
    b"s-1/include/n.h\0",
    b"../include/n.h\0",
    b"s-1/include/\xff.h\0",
    b"ustar  \0",
    b"GNUtar ",
)
RECORDS = (
    b"path=s-1/include/n.h",
    b"size=13",
    b"size=99999999999999999999",
    b"size=-1",
    b"size=1x",
    b"size=",
    b"linkpath=b.h",
    b"path=",
    b"path=a\0b",
    b"hdrcharset=BINARY",
    b"hdrcharset=x",
    b"GNU.sparse.major=1",
    b"GNU.sparse.name=s-1/include/s.h",
    b"GNU.sparse.size=5",
    b"SCHILY.realsize=7",
    b"mtime=x",
    b"mtime=1.5",
    b"comment=\xff\xfe",
    b"path=s-1/include/\xff.h",
    b"LIBARCHIVE.symlinktype=dir",
    b"noequals",
)


def header(at: random.Random, data: bytearray) -> None:
    """Change a field of a header; mostly with a right sum."""
    starts = [n for n in range(0, len(data) - 512, 512) if data[n + 257 : n + 262] == b"ustar"]
    if not starts:
        return
    start = at.choice(starts)
    first, end = at.choice(FIELDS)
    value = at.choice(VALUES) if at.random() < 0.7 else at.randbytes(at.randint(1, end - first))
    offset = first if at.random() < 0.7 else at.randrange(first, end)
    value = value[: end - offset]
    data[start + offset : start + offset + len(value)] = value
    if at.random() < 0.85:
        data[start + 148 : start + 156] = b" " * 8
        data[start + 148 : start + 156] = b"%06o\0 " % sum(data[start : start + 512])


def extended(at: random.Random, data: bytearray) -> None:
    """Put a pax header before a member, well-formed or nearly so."""
    starts = [n for n in range(0, len(data) - 512, 512) if data[n + 257 : n + 262] == b"ustar"]
    if not starts:
        return
    body = b""
    for _ in range(at.randint(1, 3)):
        record = at.choice(RECORDS)
        size = len(record) + 3 + (len(record) + 3 > 9)
        if at.random() < 0.2:
            size += at.choice((-2, -1, 1, 2, 500))
        body += b"%d %s\n" % (size, record)
    if at.random() < 0.2:
        body = at.choice((body[:-1], body + b"\0\0", b"0 " + body, b" " + body, b"", b"+" + body, b"00" + body))
    kind = at.choice((b"x", b"x", b"g", b"L", b"K"))
    size = len(body) + at.choice((0, 0, 0, 0, 1, -1, 512))
    start = at.choice(starts)
    data[start:start] = build.raw_header(b"PaxHeaders/x", max(size, 0), kind) + build.blocks(body)


def shape(at: random.Random, data: bytearray) -> None:
    """Cut, double, swap, or add something."""
    match at.randrange(7):
        case 0:
            del data[at.randrange(len(data)) :]
        case 1:
            data += at.choice((b"junk", b"\0" * 512, at.randbytes(700), data[:1536]))
        case 2:
            n = at.randrange(max(len(data) // 512, 1)) * 512
            data[n:n] = data[at.randrange(max(len(data) // 512, 1)) * 512 :][:512]
        case 3:
            n = at.randrange(max(len(data) // 512, 1)) * 512
            del data[n : n + 512]
        case 4:
            n = at.randrange(max(len(data) // 512, 1)) * 512
            data[n:n] = bytes(512 * at.randint(1, 2))
        case 5:
            while len(data) > 1024 and not data[-512:].strip(b"\0"):
                del data[-512:]
            data += bytes(512 * at.randint(0, 2))
        case _:
            anywhere(at, data)


def anywhere(at: random.Random, data: bytearray) -> None:
    """Change a byte or some."""
    for _ in range(at.randint(1, 4)):
        if data:
            data[at.randrange(len(data))] = at.choice((0, 0xFF, at.randrange(256)))


def directory(at: random.Random, data: bytearray) -> None:
    """Change a field of one of a zip's records."""
    marks = [n for n in range(len(data) - 4) if data[n : n + 2] == b"PK" and data[n + 2] < 8]
    if marks:
        n = at.choice(marks)
        offset = at.randrange(4, 46)
        value = at.choice((b"\0", b"\1", b"\xff", b"\xff\xff\xff\xff", b"\0\0\0\0", at.randbytes(1), at.randbytes(2)))
        data[n + offset : n + offset + len(value)] = value


def tarball(at: random.Random) -> bytes:
    members = at.sample(MEMBERS, at.randint(1, len(MEMBERS))) if at.random() < 0.3 else MEMBERS
    form = at.choice((tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.PAX_FORMAT))
    data = bytearray(build.tar(members, form))
    while len(data) > 1024 and not data[-1024:].strip(b"\0") and at.random() < 0.95:
        del data[-512:]
    for _ in range(at.choice((0, 1, 1, 1, 2, 3))):
        at.choice((header, header, extended, extended, shape))(at, data)
    return bytes(data)


def mutant(seed: int) -> bytes:
    """Return the archive of a number."""
    at = random.Random(seed)
    kind = at.randrange(10)
    if kind < 6:
        return tarball(at)
    if kind == 6:
        packed = bytearray(build.compress(tarball(at), at.choice(("gz", "bz2", "xz", "zst", "lzma"))))
        if at.random() < 0.6:
            at.choice((anywhere, shape))(at, packed)
        if at.random() < 0.2:
            packed += build.compress(b"x" * 600, at.choice(("gz", "bz2", "xz", "zst")))
        return bytes(packed)
    if kind == 7:
        packed = bytearray(build.deb(build.compress(tarball(at), at.choice(("gz", "xz", "zst")))))
        if at.random() < 0.7:
            at.choice((anywhere, shape))(at, packed)
        return bytes(packed)
    zipped = bytearray(build.zipped(MEMBERS))
    for _ in range(at.choice((0, 1, 1, 2))):
        at.choice((directory, directory, directory, anywhere, shape))(at, zipped)
    return bytes(zipped)


def differs(seed: int, folder: Path) -> tuple[object, object] | None:
    """Return what the two readers make of an archive, where it is not the same."""
    path = build.put(folder / "x", mutant(seed))
    one, other = outcome(path, "libarchive", LIMITS), outcome(path, "stdlib", LIMITS)
    return None if one == other else (one, other)


PAGE = """# The readers of archives over damage

Written by `make fuzz-archives`. Damaged archives (tar in three forms and five compressions, zip, Debian packages; made
from the numbers {first} and up) are opened by the reader of the package alone, and with libarchive as a second
opinion. Each time both have to give the same release, or both refuse it.

| | |
|---|---|
| seconds | {seconds:g} |
| archives tried | {tried} |
| differing verdicts | {bad} |
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--out", type=Path)
    given = options.parse_args()
    until, tried, bad = time.monotonic() + given.seconds, 0, []
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < until:
            if differs(given.seed + tried, Path(folder)) is not None:
                bad.append(given.seed + tried)
            tried += 1
    print(f"archives tried: {tried}; the readers differ on: {len(bad)} {bad[:20]}")
    if given.out:
        (given.out / "archives.md").write_text(
            PAGE.format(tried=tried, bad=len(bad), seconds=given.seconds, first=given.seed)
        )
    raise SystemExit(bool(bad))


if __name__ == "__main__":
    main()
