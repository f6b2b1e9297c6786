"""The order of releases, and the inputs that a pattern of tags stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from abidiff.errors import UsageError
from abidiff.sources.request import printable
from abidiff.versions import version_key

IN_TAG = re.compile(r"\d+(?:[._]\d+)+(?:[._-]?(?:rc|alpha|beta|pre)[._-]?\d*)?", re.IGNORECASE)
GLOB = re.compile(r"[*?\[]")
PRE = re.compile(r"\d[._-]?(?:rc|alpha|beta|pre)", re.IGNORECASE)
NAMES_PRE = re.compile(r"rc|alpha|beta|pre", re.IGNORECASE)
MOST_TAGS = 20_000


def key(version: str) -> tuple[tuple[tuple[int, ...], int, str], str]:
    """Sort key of releases: by version, and by its spelling where two are equal."""
    return version_key(version), version


def expanded(arguments: Iterable[str], *, prereleases: bool = False) -> list[str]:
    """Return the releases that arguments name; ``REPO@GLOB`` stands for the tags that match, in order of versions.

    Of tags with one version the first is taken; without ``prereleases`` those of release candidates are left out,
    unless the pattern names them.
    """
    out: list[str] = []
    for argument in arguments:
        repository, at, pattern = argument.rpartition("@")
        if not at or not GLOB.search(pattern) or Path(argument).exists() or not Path(repository).is_dir():
            out.append(argument)
            continue
        tags = _tags(repository, pattern, prereleases or NAMES_PRE.search(pattern) is not None)
        if not tags:
            raise UsageError(f"{printable(argument)}: no tag with a version matches")
        out += [f"{repository}@{tag}" for tag in tags]
    return list(dict.fromkeys(out))


def _tags(repository: str, pattern: str, prereleases: bool) -> list[str]:
    from abidiff.sources.git_command import ask

    out = ask(Path(repository), "for-each-ref", "--format=%(refname:strip=2)", "refs/tags", what=printable(repository))
    found: dict[str, str] = {}
    for tag in sorted(out.decode("utf-8", "surrogateescape").splitlines())[:MOST_TAGS]:
        version = version_in_tag(tag)
        if version and fnmatchcase(tag, pattern) and (prereleases or not PRE.search(tag)):
            found.setdefault(version, tag)
    return [found[version] for version in sorted(found, key=key)]


def version_in_tag(tag: str) -> str:
    """Return the version in the name of a tag (``v9.0.0``, ``LIBVIRT_0_6_4``), or nothing."""
    found = IN_TAG.search(tag)
    if found is None or (found.end() < len(tag) and (tag[found.end()].isalnum() or tag[found.end()] == "-")):
        return ""
    return found[0].replace("_", ".")
