"""Builds archives by hand, sane ones and hostile ones."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import md5, sha1, sha256
from pathlib import Path

import zstandard

BACKENDS = ("libarchive", "stdlib")
HEADER = b"/* a header */\nint f(void);\n"


@dataclass(frozen=True)
class Member:
    """One member: ``kind`` is a tar type flag."""

    name: str
    data: bytes = b""
    kind: bytes = tarfile.REGTYPE
    link: str = ""
    mtime: float = 1_700_000_000


def folder(name: str) -> Member:
    return Member(name, kind=tarfile.DIRTYPE)


def symlink(name: str, link: str) -> Member:
    return Member(name, kind=tarfile.SYMTYPE, link=link)


def hardlink(name: str, link: str) -> Member:
    return Member(name, kind=tarfile.LNKTYPE, link=link)


def tar(members: Iterable[Member], form: int = tarfile.PAX_FORMAT, pax: dict[str, str] | None = None) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form, pax_headers=pax or {}, errors="surrogateescape") as archive:
        for member in members:
            info = tarfile.TarInfo(member.name)
            info.type, info.linkname, info.mtime = member.kind, member.link, member.mtime
            info.size = len(member.data)
            archive.addfile(info, io.BytesIO(member.data))
    return out.getvalue()


def raw_header(
    name: bytes, size: int = 0, kind: bytes = b"0", link: bytes = b"", magic: bytes = b"ustar\x0000"
) -> bytes:
    """Return a tar header with whatever is asked for."""
    head = bytearray(512)
    head[0 : min(len(name), 100)] = name[:100]
    head[100:124] = b"0000644\0" + b"0000000\0" + b"0000000\0"
    head[124:136] = b"%011o\0" % size if 0 <= size < 8**11 else b"\x80" + size.to_bytes(11, "big")
    head[136:148] = b"%011o\0" % 1_700_000_000
    head[156:157] = kind
    head[157 : 157 + len(link)] = link[:100]
    head[257 : 257 + len(magic)] = magic
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head)


def blocks(data: bytes) -> bytes:
    return data + bytes(-len(data) % 512)


END = bytes(1024)


def compress(data: bytes, how: str) -> bytes:
    match how:
        case "gz":
            return gzip.compress(data, mtime=0)
        case "bz2":
            return bz2.compress(data)
        case "xz":
            return lzma.compress(data)
        case "lzma":
            return lzma.compress(data, lzma.FORMAT_ALONE)
        case "zst":
            return zstandard.ZstdCompressor().compress(data)
        case _:
            return data


def zipped(members: Iterable[Member]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            info = zipfile.ZipInfo(member.name, (2023, 11, 14, 12, 0, 0))
            info.create_system = 3
            if member.kind == tarfile.SYMTYPE:
                info.external_attr = 0o120777 << 16
                archive.writestr(info, member.link)
            elif member.kind == tarfile.DIRTYPE:
                archive.writestr(zipfile.ZipInfo(member.name.rstrip("/") + "/", (2023, 11, 14, 12, 0, 0)), b"")
            else:
                info.external_attr = 0o100644 << 16
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, member.data)
    return out.getvalue()


def ar(members: Iterable[tuple[str, bytes]]) -> bytes:
    out = b"!<arch>\n"
    for name, data in members:
        out += f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(data):<10}`\n".encode() + data
        out += b"\n" if len(data) % 2 else b""
    return out


def deb(data: bytes, name: str = "data.tar.xz") -> bytes:
    return ar([("debian-binary", b"2.0\n"), ("control.tar.gz", compress(tar([]), "gz")), (name, data)])


def cpio(members: Iterable[Member]) -> bytes:
    out = b""
    for number, member in enumerate([*members, Member("TRAILER!!!")], 1):
        name = member.name.encode() + b"\0"
        mode = 0o40755 if member.kind == tarfile.DIRTYPE else 0o100644
        fields = (number, mode, 0, 0, 1, int(member.mtime), len(member.data), 0, 0, 0, 0, len(name), 0)
        head = b"070701" + b"".join(b"%08X" % value for value in fields) + name
        out += head + bytes(-len(head) % 4) + member.data + bytes(-len(member.data) % 4)
    return out + bytes(-len(out) % 512)


def rpm(members: Iterable[Member], compression: str = "gz", tags: str = "size md5 sha1 sha256 payload") -> bytes:
    """Return a package that states the given digests, as rpmbuild writes them."""
    unpacked = cpio(members)
    payload = compress(unpacked, compression) if compression else unpacked
    own: list[tuple[int, int, bytes]] = []
    if "payload" in tags:
        own = [(5092, 8, sha256(payload).hexdigest().encode() + b"\0"), (5093, 4, b"\0\0\0\x08")]
        own.append((5097, 8, sha256(unpacked).hexdigest().encode() + b"\0"))
    header = rpm_header(own)
    stated = {
        "sha1": (269, 6, sha1(header).hexdigest().encode() + b"\0"),
        "sha256": (273, 6, sha256(header).hexdigest().encode() + b"\0"),
        "size": (1000, 4, len(header + payload).to_bytes(4)),
        "md5": (1004, 7, md5(header + payload).digest()),
    }
    signature = rpm_header([stated[name] for name in stated if name in tags.split()])
    lead = b"\xed\xab\xee\xdb\x03" + bytes(91)
    return lead + signature + bytes(-len(signature) % 8) + header + payload


def rpm_header(entries: list[tuple[int, int, bytes]]) -> bytes:
    """Return a header of (tag, type, value), the values of integers first, where they are aligned."""
    index, store = b"", b""
    for tag, kind, value in sorted(entries, key=lambda entry: entry[1]):
        count = len(value) if kind == 7 else 1
        index += b"".join(number.to_bytes(4) for number in (tag, kind, len(store), count))
        store += value
    return b"\x8e\xad\xe8\x01" + bytes(4) + len(entries).to_bytes(4) + len(store).to_bytes(4) + index + store


def put(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
