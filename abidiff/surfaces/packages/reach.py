"""What a program gets that asks for a package: folders, and which header a name leads to."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from abidiff.surfaces.packages.model import Include, Package, Packages, Requirement

_MACHINE = re.compile(r"(usr/include/[a-z0-9_]+-(?:linux|gnu|kfreebsd)[a-z0-9_-]*)/")
MAX_PACKAGES = 2000


def needed(model: Packages, package: Package, *, private: bool = True) -> tuple[Package, ...]:
    """Return a package and those of the release that it needs, in the order of `pkg-config`."""
    found: dict[str, Package] = {}
    pending = [package]
    while pending and len(found) < MAX_PACKAGES:
        one = pending.pop(0)
        if one.name in found:
            continue
        found[one.name] = one
        pending += [
            model.by_name[each.name]
            for each in one.requires
            if each.name in model.by_name and (private or not each.private)
        ]
    return tuple(found.values())


def foreign(model: Packages, package: Package, *, private: bool = True) -> dict[str, Requirement]:
    """Return what a package needs, itself or through others of the release, that the release does not hold."""
    found: dict[str, Requirement] = {}
    for one in needed(model, package, private=private):
        for each in one.requires:
            if each.name not in model.by_name and (private or not each.private):
                found.setdefault(each.name, each)
    return found


def usual(model: Packages, package: Package) -> tuple[str, ...]:
    """Return the folders in which a compiler looks by itself; of a template those that a build installs there."""
    if package.template:
        return ("include",)
    machines = dict.fromkeys(found[1] for path in model.headers if (found := _MACHINE.match(path)))
    return ("usr/local/include", *machines, "usr/include")


def folders(model: Packages, package: Package) -> tuple[str, ...]:
    """Return the folders that `pkg-config --cflags` names, before those in which a compiler looks by itself."""
    own = [folder for one in needed(model, package) for folder in one.folders]
    return tuple(dict.fromkeys((*own, *usual(model, package))))


def leads(model: Packages, places: tuple[str, ...], name: str) -> str:
    """Return the header that a name in angle brackets leads to; empty for none of the release."""
    for folder in places:
        path = posixpath.normpath(posixpath.join(folder, name))
        if path in model.paths:
            return path
    return ""


def below(model: Packages, folder: str) -> Iterator[str]:
    """Yield the names that a folder gives to headers."""
    start = f"{folder}/"
    yield from (path[len(start) :] for path in model.headers if path.startswith(start))


def reached(model: Packages, places: tuple[str, ...]) -> Iterator[Include]:
    """Yield what the headers below some folders include."""
    starts = tuple(f"{folder}/" for folder in places)
    yield from (include for include in model.includes if include.path.startswith(starts))


def beside(model: Packages, include: Include) -> bool:
    """Tell whether an include in quotes finds its header beside the one that it stands in."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(include.path), include.name))
    return include.quoted and path in model.paths


def outside(model: Packages, places: tuple[str, ...]) -> tuple[Include, ...]:
    """Return what headers below some folders include, without a condition, that the release and the C library lack."""
    own = {path[at:] for path in model.headers for at in _cuts(path)}
    system = frozenset(model.system)
    return tuple(
        include
        for include in reached(model, places)
        if not include.nested
        and include.name not in system
        and posixpath.normpath(include.name) not in own
        and not beside(model, include)
    )


def _cuts(path: str) -> Iterator[int]:
    yield 0
    yield from (at + 1 for at, character in enumerate(path) if character == "/")
