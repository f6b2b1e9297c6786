"""How libraries put their version into one number, and the macros that compare with it."""

from __future__ import annotations

import re

from abidiff.requires.model import Version

MACROS = {
    "LIBVIR_VERSION_NUMBER": (1_000_000, 1_000),
    "LIBXML_VERSION": (10_000, 100),
    "LIBCURL_VERSION_NUM": (0x10000, 0x100),
    "ZLIB_VERNUM": (0x1000, 0x100),
}
"""Macro that holds the version of the headers → what major and minor are multiplied with."""

CHECK = re.compile(r"(?:\A|_)(?:CHECK_VERSION|VERSION_CHECK)\Z")
"""The end of the names of macros that take major, minor and micro and hold from that version on."""

CALLS = frozenset(("getLibVersion", "getVersion", "virGetVersion", "virConnectGetLibVersion"))
"""Functions that tell the version of the library that runs."""

DEFAULT = (1_000_000, 1_000)


def decoded(number: int, scale: tuple[int, int] = DEFAULT) -> Version:
    """Return the version that a number stands for: major, minor and micro."""
    major, rest = divmod(number, scale[0])
    minor, micro = divmod(rest, scale[1])
    if scale == MACROS["ZLIB_VERNUM"]:
        micro >>= 4
    parts = [major, minor, micro]
    while parts and not parts[-1]:
        parts.pop()
    return tuple(parts)
