"""Whether two sides are states of one project: of two projects nothing is compared, and nothing was removed."""

from __future__ import annotations

import posixpath
import re

from abidiff.finding import Problem, ProblemKind, Side
from abidiff.pipeline.options import Options
from abidiff.pipeline.reading import Reading

_VERSION = re.compile(r"[-_]v?(?=\d)")
_PACKAGED = re.compile(r"[\d.]*(?:-(?:dev|devel|headers))?\Z")
"""What stands behind the name of a library in that of its package: ``zlib1g-dev``, ``libtiff5-dev``."""

FEW = 10
"""Two states of one project have more than one in so many names of files in common; any two may have a `version.h`."""


def two_projects(before: Reading, after: Reading, options: Options) -> list[Problem]:
    """Report a comparison of two different projects: of two profiles, or of two names and hardly a file of one name."""
    if before.profile != after.profile:
        one, other = f"recognised as {before.profile}", f"as {after.profile}"
        why = ""
        known = [name for name in (after.profile, before.profile) if name != "generic"] or ["generic"]
    elif options.profile or options.globs or not _strangers(before, after):
        return []
    else:
        one, other = _name(before.side), _name(after.side)
        shared = len(_files(before) & _files(after))
        why = (
            f", and of {len(_files(before))} names of files {shared or 'none'} {'is' if shared < 2 else 'are'} in both"
        )
        known = [after.profile]
    message = f"the old side is {one}, the new one {other}{why}: nothing was compared"
    ways = " or ".join(f"--profile {name}" for name in known)
    return [Problem("", message, hint=f"to compare them as one project, give {ways}", kind=ProblemKind.NOTHING)]


def _strangers(before: Reading, after: Reading) -> bool:
    """Tell whether the names say two projects and the files do not say one.

    A name counts where a version follows it; a package that was renamed keeps the names of its headers.
    """
    one, other = (_PACKAGED.sub("", _name(side)).removeprefix("lib") for side in (before.side, after.side))
    if not one or not other or one.startswith(other) or other.startswith(one):
        return False
    files = _files(before), _files(after)
    return len(files[0] & files[1]) * FEW < min(len(files[0]), len(files[1]))


def _files(side: Reading) -> frozenset[str]:
    return frozenset(posixpath.basename(path) for path in side.paths)


def _name(side: Side) -> str:
    """Return the name in front of the version in a label (``zlib`` of ``zlib-1.3``), empty where there is none."""
    found = _VERSION.search(side.label)
    return side.label[: found.start()].lower() if found and side.version else ""
