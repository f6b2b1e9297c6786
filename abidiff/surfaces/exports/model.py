"""Shared libraries as values: which symbols, in which versions, of which size."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import msgspec

from abidiff.finding import Problem
from abidiff.location import Location


class Exported(msgspec.Struct, frozen=True, array_like=True):
    """A symbol that a library defines for others.

    ``version``   its version node, empty for none.
    ``default``   programs that are linked anew get this version (``name@@version``).
    ``binding``   ``GLOBAL``, ``WEAK`` or ``UNIQUE``.
    ``type``      ``FUNC``, ``OBJECT``, ``TLS``, ``IFUNC`` or ``NOTYPE``.
    ``size``      in bytes; 0 where it is not known.
    ``declared``  where a header of the same release declares it.
    ``location``  where it stands in a text; None in a library.
    ``protected``  the library itself always uses its own (``STV_PROTECTED``); None where a text does not tell.
    """

    name: str
    version: str = ""
    default: bool = True
    binding: str = "GLOBAL"
    type: str = "FUNC"
    size: int = 0
    declared: Location | None = None
    location: Location | None = None
    protected: bool | None = None

    @property
    def title(self) -> str:
        """The name with its version, as readelf writes it."""
        return f"{self.name}{'@@' if self.default else '@'}{self.version}" if self.version else self.name

    @property
    def cxx(self) -> bool:
        """Whether it is a mangled name of C++ (Itanium C++ ABI, 5.1)."""
        return self.name.startswith("_Z")


class SharedLibrary(msgspec.Struct, frozen=True, dict=True):
    """A shared library, or what a text says of one.

    ``unit``      the unit of the project.
    ``path``      in the release.
    ``soname``    ``DT_SONAME``; the file's name where there is none.
    ``machine``   machine, word size and byte order; empty where it is not known.
    ``nodes``     the version nodes that it defines.
    ``whole``     sizes, types and default versions are known: false for a `symbols` file.
    ``file``      the longest name that the library's file has (`libship.so.1.2.3`); empty for a text.
    ``versioned``  its rows have marks of versions, its own or those of what it uses; None where a text does not tell.
    ``debug``     it holds debug information, which is not read.
    ``patterns``  patterns of a `symbols` file, which stand for names that are not known.
    """

    unit: str
    path: str
    soname: str
    machine: str
    nodes: tuple[str, ...]
    symbols: tuple[Exported, ...]
    whole: bool = True
    patterns: tuple[str, ...] = ()
    file: str = ""
    versioned: bool | None = None
    debug: bool = False

    @cached_property
    def by_name(self) -> dict[str, tuple[Exported, ...]]:
        """The versions of each name."""
        found: dict[str, tuple[Exported, ...]] = {}
        for symbol in self.symbols:
            found[symbol.name] = (*found.get(symbol.name, ()), symbol)
        return found

    @property
    def location(self) -> Location:
        """The library as a place."""
        return Location(self.path)


class Missing(msgspec.Struct, frozen=True, array_like=True):
    """A function or variable that a header declares and no library of the release exports."""

    name: str
    declared: Location


class Exports(msgspec.Struct, frozen=True):
    """The libraries of a release.

    ``headers``   the headers of the release were read: a symbol that none declares is private.
    ``mapped``    the release has symbol maps, which say what is exported: only the rest is told here.
    ``missing``   declared and not exported; only where there are libraries.
    ``modules``   libraries that no program is linked with: modules, and what lies in folders of its own.
    """

    libraries: tuple[SharedLibrary, ...] = ()
    headers: bool = False
    mapped: bool = False
    missing: tuple[Missing, ...] = ()
    modules: int = 0
    problems: tuple[Problem, ...] = ()


def census(model: Exports) -> Mapping[str, int]:
    """Return what was looked at."""
    if not model.libraries:
        return {}
    symbols = [symbol for library in model.libraries for symbol in library.symbols]
    counts = {"libraries": len(model.libraries), "exported symbols": len(symbols)}
    if model.headers:
        counts["that no header declares"] = sum(symbol.declared is None for symbol in symbols)
    debug = sum(library.debug for library in model.libraries)
    if debug:
        counts["with debug information, which libabigail compares"] = debug
    if model.modules:
        counts["modules, not judged"] = model.modules
    return counts
