"""pkg-config packages as values: what a program gets that asks for one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import msgspec

from abidiff.finding import Problem
from abidiff.location import Location


class Requirement(msgspec.Struct, frozen=True, array_like=True):
    """Another package that one needs; ``relation`` and ``version`` are empty for any version.

    ``private``  it counts for `--cflags` and for static linking, and not for `--libs`.
    """

    name: str
    relation: str = ""
    version: str = ""
    private: bool = False

    @property
    def title(self) -> str:
        """The entry as a file has it."""
        return f"{self.name} {self.relation} {self.version}" if self.relation else self.name


class Provided(msgspec.Struct, frozen=True, array_like=True):
    """Another name under which a package is found, with its version where there is one."""

    name: str
    version: str = ""


class Package(msgspec.Struct, frozen=True):
    """A file of pkg-config.

    ``name``       what programs ask for: the file's name.
    ``version``    empty where only a build puts it in.
    ``folders``    of `-I`, `-isystem` and `-idirafter`, as paths in the release.
    ``defines``    of `-D`: name, or `name=value`.
    ``libraries``  of `-l`.
    ``filled``     fields of which a build puts in a part that counts (`Requires: @NEEDED@`).
    ``lines``      field → line.
    ``apart``      folders that only `Cflags.private` names, for programs that are linked statically.
    """

    unit: str
    name: str
    path: str
    version: str
    folders: tuple[str, ...] = ()
    defines: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    requires: tuple[Requirement, ...] = ()
    provides: tuple[Provided, ...] = ()
    filled: tuple[str, ...] = ()
    lines: Mapping[str, int] = {}
    apart: tuple[str, ...] = ()

    @property
    def template(self) -> bool:
        """Whether it is filled in by a build."""
        return self.path.endswith(".in")

    def at(self, *fields: str) -> Location:
        """Return the place of the first of these fields that is there."""
        return Location(self.path, next((self.lines[field] for field in fields if field in self.lines), 1), 1)


class Include(msgspec.Struct, frozen=True, array_like=True):
    """An ``#include`` of a header; ``nested``: behind a condition other than the guard of its file."""

    path: str
    line: int
    name: str
    quoted: bool
    nested: bool


class Packages(msgspec.Struct, frozen=True, dict=True):
    """The packages of a release.

    ``headers``    paths of the headers of the release.
    ``includes``   what they include.
    ``tested``     names of macros that they ask for in conditions.
    ``told``       the surface of headers looks at them too.
    ``system``     names that any compiler's own path gives: of the C library, and of what was given beside the release.
    ``libraries``  the shared libraries of the release, as `-l` names them.
    """

    packages: tuple[Package, ...] = ()
    headers: tuple[str, ...] = ()
    includes: tuple[Include, ...] = ()
    tested: tuple[str, ...] = ()
    told: bool = False
    system: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Package]:
        """The packages by what they are asked for; a file's name counts before what another one provides."""
        found = {package.name: package for package in self.packages}
        for package in self.packages:
            for provided in package.provides:
                found.setdefault(provided.name, package)
        return found

    @cached_property
    def paths(self) -> frozenset[str]:
        """The paths of the headers."""
        return frozenset(self.headers)


def census(model: Packages) -> Mapping[str, int]:
    """Return what was looked at."""
    if not model.packages:
        return {}
    counts = {
        "pkg-config packages": len(model.packages),
        "requirements": sum(len(package.requires) for package in model.packages),
    }
    filled = sum(len(package.filled) for package in model.packages)
    if filled:
        counts["fields that a build fills in"] = filled
    return counts
