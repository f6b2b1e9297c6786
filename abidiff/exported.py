"""The lines that packages carry about their libraries: Debian's `symbols` files, what RPM packages provide."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from abidiff.elf import SharedObject
from abidiff.errors import EXIT_COMPATIBLE, EXIT_INCOMPATIBLE, EXIT_UNDECIDED, SourceError
from abidiff.finding import Problem
from abidiff.given import content
from abidiff.limits import now
from abidiff.pipeline.reading import opened
from abidiff.pipeline.request import Request
from abidiff.sources.request import printable
from abidiff.surface_names import EXPORTS
from abidiff.surfaces.exports import gensymbols
from abidiff.surfaces.exports.parse import linked
from abidiff.surfaces.exports.symbols_file import Section, sections

_MAX_SIZE = 64 << 20


class Listing(NamedTuple):
    """The text, what there is to say of it, and the exit code."""

    text: str
    said: tuple[str, ...]
    exit_code: int


def provided(release: str) -> Listing:
    """Return what an RPM package of the libraries provides, sorted."""
    libraries, problems = _libraries(release)
    lines = sorted({line for library in libraries for line in gensymbols.provides(library)})
    return Listing("".join(f"{line}\n" for line in lines), problems, EXIT_UNDECIDED if problems else EXIT_COMPATIBLE)


def updated(release: str, known: str | None, version: str, package: str) -> Listing:
    """Return the `symbols` file of a new version; raises SourceError and ParseError for files that do not read."""
    libraries, problems = _libraries(release)
    given = {section.soname: section for section in (_sections(known) if known else ())}
    lines: list[str] = []
    said = list(problems)
    lost = undecided = False
    for library in sorted(libraries, key=lambda found: found.soname):
        section = given.get(library.soname)
        if section is None and known:
            said.append(f"{library.soname}: this library is new")
        found = gensymbols.update(section or gensymbols.fresh(library.soname, package or "#PACKAGE#"), library, version)
        lines += found.lines
        for names, what in ((found.gone, "gone"), (found.new if section else (), "new"), (found.open, "open")):
            said += _told(library.soname, names, what)
        said += [f"{line.place}: {line.symbol:.100} is not evaluated: {reason}" for line, reason in found.unread]
        lost, undecided = lost or bool(found.gone), undecided or bool(found.open or found.unread)
    for soname in sorted(set(given) - {library.soname for library in libraries}):
        said.append(f"{soname}: this library is gone")
        lost = True
    code = EXIT_INCOMPATIBLE if lost else EXIT_UNDECIDED if undecided or problems else EXIT_COMPATIBLE
    return Listing("".join(f"{line}\n" for line in lines), tuple(said), code)


def _told(soname: str, names: Iterable[str], what: str) -> list[str]:
    words = {
        "gone": "is gone",
        "new": "is new",
        "open": "may be what a pattern stands for that is not evaluated: it is left out",
    }
    return [f"{soname}: {name} {words[what]}" for name in names]


def _libraries(release: str) -> tuple[list[SharedObject], tuple[str, ...]]:
    problems: list[Problem] = []
    opened_release, _, project = opened(Request(release, surfaces=(EXPORTS,), cache=False))
    found = {library.soname: library for _, library in linked(opened_release, project, problems)}
    if not found and not problems:
        raise SourceError(f"{printable(release)}: there is no shared library with a SONAME in it")
    return list(found.values()), tuple(f"{problem.location}: {problem.message}" for problem in problems)


def _sections(path: str) -> tuple[Section, ...]:
    try:
        most = min(_MAX_SIZE, now().map_symbols * 1000)
        data = content(Path(path), most + 1)
    except OSError as error:
        raise SourceError(f"{printable(path)}: {error.strerror}") from None
    if len(data) > most:
        raise SourceError(f"{printable(path)}: too large for a symbols file")
    return sections(path, data.decode("utf-8", "surrogateescape"))
