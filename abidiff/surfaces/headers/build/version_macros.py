"""Which constants carry the version of a release: their names say so, and their values agree with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from abidiff.surfaces.headers.model import MacroValue

MAX_NAMES = 50_000
"""Names that are remembered: each run over headers asks for the same ones again."""

_VERSION_NAME = re.compile(
    r"(?:^|_)(?:LIB)?VER(?:SION|NUM|NO|SIONNUM)?(?:_|$)|VERSION$|VERNUM$|VERSION_?(?:NUM|STR)|VERSIONID$"
    r"|_(?:MAJOR|MINOR|MICRO|PATCH|PATCHLEVEL|REVISION|SUBREVISION|AGE|TIMESTAMP|SOURCE_ID|RELEASE_DATE"
    r"|BUILDTYPE|STRING)(?:_VERSION)?$|_(?:MAJOR|MINOR|MICRO|PATCH)_|_SCM_"
)
_NO_RELEASE = re.compile(
    r"(?:(?:^|_)D?(?:TLS|SSL)[0-9]*(?:_|$)|PROTO|FORMAT|(?:^|_)(?:ABI|WIRE|SCHEMA|INTERFACE|CURRENT|FILE|PROTOCOL)(?:_|$))"
)
_WHOLE_NAME = re.compile(r"(?!API_)(?:LIB)?[A-Z0-9]+_(?:LIB_?)?VER(?:SION)?")
"""The library's own version: one word and ``VERSION``, so neither ``X_API_VERSION`` nor ``X_EVENT_VERSION``."""
_COUNT_NAME = re.compile(r"(?:^|_)VERSION(?:_?(?:NUMBER|NUM|HEX|INT|CODE))?$")
_PART_NAME = re.compile(
    r"(?P<stem>[A-Z0-9_]*?)(?P<before>_?VERSION_|_?VER_|_)"
    r"(?P<part>MAJOR|MINOR|MICRO|PATCH|PATCHLEVEL|SUBMINOR|SUBLEVEL|TINY|RELEASE|REVISION|REV|[123])(?P<behind>_VERSION)?"
)
_RANKS = {"MAJOR": 0, "1": 0, "MINOR": 1, "2": 1}
_LAST = ("MICRO", "PATCH", "PATCHLEVEL", "SUBMINOR", "SUBLEVEL", "TINY", "3", "REVISION", "REV", "RELEASE")
"""Names of the third number; of several beside each other the first one is it."""
_ENDS = tuple(f"{part}{behind}" for part in (*_RANKS, *_LAST) for behind in ("", "_VERSION"))


@lru_cache(maxsize=MAX_NAMES)
def says_version(name: str) -> bool:
    """Tell whether a name is one that versions have."""
    return _VERSION_NAME.search(name.upper()) is not None


def counts_versions(name: str) -> bool:
    """Tell whether a number of this name says what a library offers, and not what it takes: `LIBUSB_API_VERSION`."""
    upper = name.upper()
    return _COUNT_NAME.search(upper) is not None and _NO_RELEASE.search(upper) is None


def is_version(name: str, value: MacroValue, version: str) -> bool:
    """Tell whether a macro carries the version of the release: it changes with each one.

    The name has to say so, and the value too: when the release's version is known it has to be
    (part of) it, so that ``TLS1_2_VERSION`` stays a constant.
    """
    if not says_version(name) or _NO_RELEASE.search(name.upper()):
        return False
    numbers = _numbers(version)
    if not numbers and value.kind == "string":  # a name such as "api-minor" is none
        return re.search(r"[0-9]", value.text) is not None
    if not numbers:
        return True
    if value.kind == "string":
        return ".".join(str(n) for n in numbers[:2]) in value.text or bool(
            re.search(r"_(?:TIMESTAMP|SOURCE_ID|RELEASE_DATE|BUILDTYPE|SCM_\w+)$", name)
        )
    if re.search(r"MAJOR|MINOR|MICRO|PATCH|REVISION|_AGE$|RELEASE", name.upper()):
        return value.number in numbers
    if numbers == [value.number]:
        return numbers[0] >= 100 or _WHOLE_NAME.fullmatch(name.upper()) is not None
    return value.number in _encodings(numbers, bool(re.search(r"VERSION_?NUM|VERNUM", name.upper())))


@lru_cache(maxsize=MAX_NAMES)
def family(name: str) -> tuple[str, str]:
    """Return which family a macro is part of and which part it is: ``GIFLIB_*``, ``RELEASE``; empty texts for none."""
    upper = name.upper()
    found = _PART_NAME.fullmatch(upper) if upper.endswith(_ENDS) else None
    if found is None or _NO_RELEASE.search(upper):
        return "", ""
    if found["part"].isdigit() and "VER" not in found["before"]:
        return "", ""
    return f"{found['stem']}{found['before']}*{found['behind'] or ''}", found["part"]


def spelled(values: Mapping[str, MacroValue], version: str) -> frozenset[str]:
    """Return the macros of families that spell the version of a release; ``values`` are the constants of that release.

    Three numbers of one family together are the release's version (``2.5`` is ``2.5.0``), or a text that
    carries the release's version is these three numbers. A number made of the three is no proof: protocols
    of plugins have one too.
    """
    families: dict[str, dict[str, tuple[str, int]]] = {}
    for name, value in values.items():
        form, part = family(name)
        if form and value.kind == "integer" and value.number is not None:
            families.setdefault(form, {})[part] = name, value.number
    numbers = tuple((*_numbers(version), 0, 0)[:3]) if _numbers(version) else None
    found: set[str] = set()
    for form, parts in families.items():
        members = _members(parts)
        if len(members) < 3:
            continue
        spells = tuple(number for _, number in members)
        if spells == numbers or _text_says(values, form, spells, version):
            found.update(name for name, _ in members)
    return frozenset(found)


def _members(parts: Mapping[str, tuple[str, int]]) -> list[tuple[str, int]]:
    """Return name and number of the first, second and third part, as many as there are in this order."""
    ranks = {_RANKS.get(part, 2): member for part, member in parts.items() if part in _RANKS}
    third = next((parts[part] for part in _LAST if part in parts), None)
    return [member for member in (ranks.get(0), ranks.get(1), third) if member is not None]


def _text_says(values: Mapping[str, MacroValue], form: str, spells: tuple[int, ...], version: str) -> bool:
    """Tell whether a text of the same library is these numbers, and carries the release's version."""
    stem = form.partition("*")[0].removesuffix("_").removesuffix("VERSION").removesuffix("VER").removesuffix("_")
    text = ".".join(str(number) for number in spells)
    return any(
        value.kind == "string" and value.text == text and is_version(name, value, version)
        for name, value in values.items()
        if name.upper().startswith(f"{stem}_VER")
    )


def _numbers(version: str) -> list[int]:
    """Return the first four numbers of a version."""
    return [int(part) for part in re.findall(r"[0-9]+", version)[:4]]


def _encodings(numbers: list[int], small: bool) -> set[int]:
    """Return the integers that projects make of a whole version; ``small`` ones too, which much else may be."""
    major, minor, micro = (*numbers, 0, 0)[:3]
    found: set[int] = set()
    for step in (10, 100, 1000, 0x10, 0x100, 0x1000):
        for shift in (1, step, step * step):
            found.add(((major * step + minor) * step + micro) * shift)
            found.add(((major * step + minor) * step + micro) * shift + 0xF)
    found.add(major * 1_000_000 + minor * 1_000 + micro)
    found.add((major << 28) | (minor << 20) | (micro << 4))
    found.add((major << 24) | (minor << 16) | (micro << 8))
    found.add((major << 28) | (minor << 20) | (micro << 12) | 0xF)
    found.update(major * step + minor for step in (100, 1000, 0x100, 0x10000))
    return {number for number in found if number >= 100 or (small and number)}
