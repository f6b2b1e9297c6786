"""How libraries put their version into one number, and the macros that compare with it."""

from __future__ import annotations

import re
from collections.abc import Sequence

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
BROAD = (10**12, 10**6)
"""The scale of numbers that hold any version of three parts."""


def decoded(number: int, scale: tuple[int, int] = DEFAULT) -> Version:
    """Return the version that a number stands for: major, minor and micro."""
    major, rest = divmod(number, scale[0])
    minor, micro = divmod(rest, scale[1])
    parts = [major, minor, *(divmod(micro, 0x10) if scale == MACROS["ZLIB_VERNUM"] else (micro,))]
    return trimmed(parts)


def encoded(version: Version, scale: tuple[int, int] = DEFAULT) -> int:
    """Return the number that stands for a version."""
    major, minor, micro, patch = (*version, 0, 0, 0, 0)[:4]
    last = micro * 0x10 + patch if scale == MACROS["ZLIB_VERNUM"] else micro
    return major * scale[0] + minor * scale[1] + last


def trimmed(parts: Sequence[int]) -> Version:
    """Return a version without zeros at its end."""
    end = next((n for n in range(len(parts), 0, -1) if parts[n - 1]), 0)
    return tuple(parts[:end])
