"""Which kind of archive a file is, told by its first bytes, and how archives are named."""

from __future__ import annotations

import re
from pathlib import Path

ENDINGS = re.compile(r"(?:\.orig)?\.(?:tar(?:\.\w+)?|tgz|txz|tbz2?|tzst|zip|deb|rpm)\Z", re.IGNORECASE)
HEAD = 1024
MAGIC = (
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x1f\x8b", "gz"),
    (b"BZh", "bz2"),
    (b"\x28\xb5\x2f\xfd", "zst"),
    (b"\x5d\x00\x00", "lzma"),
)


def detect(head: bytes) -> str:
    """Return the compression that the first bytes tell, or nothing."""
    return next((name for magic, name in MAGIC if head.startswith(magic)), "")


def kind_of(path: Path) -> str:
    """Return what kind of archive the first bytes tell: a compression, tar, zip, ar, rpm, or nothing."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    compression = detect(head)
    if compression:
        return compression
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"!<arch>\n"):
        return "ar"
    if head.startswith(b"\xed\xab\xee\xdb"):
        return "rpm"
    from abidiff.sources.tar import looks_like

    return "tar" if looks_like(head) else ""
