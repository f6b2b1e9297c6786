"""Read the shared libraries of a release, and what its headers declare of them.

Options of a unit (from the profile):

``private_symbols``  globs of names that are no promise (``__ship*``).
``private_nodes``    globs of version nodes that are no promise (``LIBSHIP_PRIVATE_*``).
``declared``         names that are public, where no header that is read declares them; all others are private then.
A file `*.public` of the unit lists such names, one a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from msgspec.structs import replace

from abidiff.elf import MAGIC, NotReadableError, SharedObject, foreign
from abidiff.elf import read as read_elf
from abidiff.errors import ParseError
from abidiff.finding import Problem
from abidiff.location import Location
from abidiff.markup import as_utf8
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.surface_names import HEADERS, SYMBOLS
from abidiff.surfaces.exports import readelf, symbols_file
from abidiff.surfaces.exports.model import Exported, Exports, Missing, SharedLibrary

# What linkers define in every library.
_LINKER = ("_init", "_fini", "__bss_start", "_edata", "_end", "__end__", "_bss_end__", "__bss_end__", "__bss_start__",
           "_ftext", "_fbss", "_gp")  # fmt: skip
# Where the loader and the linker look: below these, folders are a program's own.
_SEARCHED = re.compile(r"(?:usr/)?lib(?:32|64|x32)?(?:/[a-z0-9_]+-[a-z0-9_-]+)?/[^/]+\Z")
_NAMED = re.compile(r"lib.+\.so(?:\.[0-9]+[a-z]?)*\Z")
# What a script of the linker that stands for a library holds (GNU ld, "Commands Dealing with Files").
_SCRIPT = re.compile(r"\b(?:INPUT|GROUP)\s{0,9}\(|^\s{0,9}INCLUDE\s", re.MULTILINE)
_IN_LIB = re.compile(r"(?:usr/)?lib(?:32|64|x32)?/")


def parse(release: Release, project: Project, models: Mapping[str, Any]) -> Exports:
    """Return the model; what does not read is a problem in it."""
    units = project.of("exports")
    if not units:
        return Exports()
    problems: list[Problem] = []
    found: dict[tuple[str, str], SharedLibrary] = {}
    modules = 0
    for unit in units:
        for library in _libraries(release, unit, problems):
            if not library.soname:
                modules += 1
                continue
            key = (library.soname, library.machine)
            known = found.get(key)
            if known is None or (library.whole and not known.whole):
                found[key] = library
    described = {soname for (soname, _), library in found.items() if library.whole}
    libraries = [lib for lib in found.values() if lib.whole or lib.soname not in described]
    declared = _declarations(release, models, units)
    mapped = bool(getattr(models.get(SYMBOLS), "maps", ()))
    libraries = [_told(library, declared) for library in sorted(libraries, key=lambda lib: (lib.soname, lib.machine))]
    missing = tuple(_missing(libraries, declared or {})) if libraries and declared is not None else ()
    return Exports(tuple(libraries), declared is not None, mapped, missing, modules, tuple(problems))


def _libraries(release: Release, unit: Unit, problems: list[Problem]) -> Iterator[SharedLibrary]:
    files = {path: release.files[path] for path in unit.files}
    longest = _file_names(files)
    for path, data in files.items():
        try:
            if data[:4] == MAGIC:
                file = longest.pop(data, "")
                if file:
                    found = replace(_of_elf(unit, path, data, alone=release.single_file), file=file)
                    yield _promised(found, unit.options)
            elif why := _no_library(path, data, alone=release.single_file):
                raise NotReadableError(why)
            else:
                for library in _of_text(unit, path, as_utf8(data).decode("utf-8", "backslashreplace")):
                    yield _promised(library, unit.options)
        except NotReadableError as error:
            problems.append(_problem(unit, f"the library does not read: {error}", Location(path)))
        except ParseError as error:
            text = error.render()
            problems.append(_problem(unit, error.message, error.location, hint=error.hint, rendered=text))


def _file_names(files: Mapping[str, bytes]) -> dict[bytes, str]:
    """Return the longest name under which each library lies: links to a library hold what it holds."""
    found: dict[bytes, str] = {}
    for path, data in files.items():
        name = path.rpartition("/")[2]
        if data[:4] == MAGIC and len(name) > len(found.get(data, "")):
            found[data] = name
    return found


def _problem(unit: Unit, message: str, place: Location, hint: str = "", rendered: str = "") -> Problem:
    hint = hint or "fetch or build it again; what it exports is not known"
    return Problem("exports", message, place, hint=hint, rendered=rendered, unit=unit.name)


def _of_elf(unit: Unit, path: str, data: bytes, *, alone: bool) -> SharedLibrary:
    """Read a library; a module, that no program is linked with, gets no name."""
    read = read_elf(data)
    file = path.rpartition("/")[2]
    linkable = alone or not _IN_LIB.match(path) or _SEARCHED.match(path) is not None
    soname = (read.soname or (file if file.startswith("lib") or alone else "")) if linkable else ""
    symbols = tuple(
        Exported(s.name, s.version, s.default, s.binding, s.type, s.size, protected=s.protected) for s in read.symbols
    )
    return SharedLibrary(
        unit.name, path, soname, read.machine, read.nodes, symbols, versioned=read.versioned, debug=read.debug
    )


def _of_text(unit: Unit, path: str, text: str) -> Iterable[SharedLibrary]:
    if ".symbols" in path.rpartition("/")[2]:
        return symbols_file.read(unit.name, path, text)
    if path.endswith(".readelf"):
        return [readelf.read(unit.name, path, text)]
    return []  # a script of the linker: `libship.so` that says INPUT(-lship2); or no library by its name


def _no_library(path: str, data: bytes, *, alone: bool) -> str:
    """Return why a file that is no ELF cannot stand for a library; empty for text that describes one."""
    name = path.rpartition("/")[2]
    if foreign(data):
        return f"{foreign(data)}: only ELF is read"
    text = as_utf8(data)
    if b"\0" in text[:4096]:
        return "neither an ELF library nor text"
    if ".symbols" in name or name.endswith(".readelf") or not (alone or _NAMED.match(name)):
        return ""
    if not text.strip():
        return "there is nothing in it"
    found = _SCRIPT.search(text.decode("utf-8", "backslashreplace"))
    return "" if found else "neither an ELF library nor a script of the linker"


def linked(release: Release, project: Project, problems: list[Problem]) -> Iterator[tuple[str, SharedObject]]:
    """Yield (path, library) of what programs are linked with, as it is, each once; what does not read is a problem."""
    for unit in project.of("exports"):
        seen: set[bytes] = set()
        for path in unit.files:
            data = release.files[path]
            if data in seen or not (release.single_file or _SEARCHED.match(path)):
                continue
            seen.add(data)
            try:
                if data[:4] != MAGIC:
                    if why := _no_library(path, data, alone=release.single_file):
                        raise NotReadableError(why)
                    continue
                found = read_elf(data)
            except NotReadableError as error:
                problems.append(_problem(unit, f"the library does not read: {error}", Location(path)))
                continue
            if found.soname:
                yield path, found


def _promised(library: SharedLibrary, options: Mapping[str, Any]) -> SharedLibrary:
    """Return a library without what linkers add and what the profile keeps private."""
    names, nodes = options.get("private_symbols", ()), options.get("private_nodes", ())
    kept = tuple(
        symbol
        for symbol in library.symbols
        if symbol.name not in _LINKER
        and not any(fnmatchcase(symbol.name, glob) for glob in names)
        and not any(fnmatchcase(symbol.version, glob) for glob in nodes)
    )
    return replace(library, symbols=kept)


def _declarations(release: Release, models: Mapping[str, Any], units: Iterable[Unit]) -> Mapping[str, Location] | None:
    """Return what the headers of the release declare; None where there are none."""
    given = {name: Location("") for unit in units for name in unit.options.get("declared", ())}
    for path, text in _lists(release, units):
        given.update((name, Location(path, number)) for number, name in enumerate(text.split("\n"), 1) if name)
    headers = models.get(HEADERS)
    if headers is None or not headers.libraries:
        return given or None
    found: dict[str, Location] = {}
    for library in headers.libraries:
        for item in (*library.functions.values(), *library.variables.values()):
            if item.linkage in ("extern", "inline"):
                found.setdefault(getattr(item, "asm", "") or item.name, item.mark.location)
    return {**found, **given} or None


def _lists(release: Release, units: Iterable[Unit]) -> Iterator[tuple[str, str]]:
    """Yield the lists of public names, one a line (`*.public`), where headers do not tell."""
    for unit in units:
        yield from ((path, release.text(path)) for path in unit.files if path.endswith(".public"))


def _told(library: SharedLibrary, declared: Mapping[str, Location] | None) -> SharedLibrary:
    if declared is None:
        return library
    symbols = tuple(replace(symbol, declared=declared.get(symbol.name)) for symbol in library.symbols)
    return replace(library, symbols=symbols)


def _missing(libraries: Iterable[SharedLibrary], declared: Mapping[str, Location]) -> Iterator[Missing]:
    exported = {symbol.name for library in libraries for symbol in library.symbols}
    if any(library.patterns for library in libraries):
        return
    for name, place in sorted(declared.items()):
        if name not in exported:
            yield Missing(name, place)
