"""Read the pkg-config files of a release, and what its headers include."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from abidiff import pkgconfig
from abidiff.files import OTHERS, paths_of
from abidiff.finding import Problem, unversioned
from abidiff.location import Location
from abidiff.markup import as_utf8
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.resources import bundled
from abidiff.surface_names import EXPORTS, HEADERS
from abidiff.surfaces.packages.model import Include, Package, Packages, Provided, Requirement

_HEADERS = (".h", ".hh", ".hpp", ".inc", ".def", ".h.in")
_COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)
_DIRECTIVE = re.compile(
    rb"^[ \t]*#[ \t]*(?:(if|ifdef|ifndef)\b([^\n]*)|(endif)\b|(elif)\b([^\n]*)|"
    rb'include[ \t]*([<"])([^>"\n]{1,200})[>"])',
    re.MULTILINE,
)
_WORD = re.compile(rb"[A-Za-z_]\w*")
_BLANK = bytes(10 if byte == 10 else 32 for byte in range(256))
# Where a compiler looks by itself, of what was given beside the release.
_SEARCHED = re.compile(
    re.escape(OTHERS) + r"[^/]+/(?:usr/(?:local/)?)?(?:include/)?(?:[a-z0-9_]+-(?:linux|gnu|kfreebsd)[a-z0-9_-]*/)?"
)


def parse(release: Release, project: Project, models: Mapping[str, Any]) -> Packages:
    """Return the model; what does not read is a problem in it."""
    units = project.of("packages")
    problems: list[Problem] = []
    found: dict[str, Package] = {}
    for unit in units:
        for path in unit.files:
            package = _package(release, unit, path, problems)
            if package is not None:
                found.setdefault(package.name, package)
    packages = tuple(package for _, package in sorted(found.items()))
    if not packages:
        return Packages(problems=tuple(problems))
    laid = {path for unit in project.of(HEADERS) for path in unit.files}
    laid = laid or {path for path in paths_of(release.files, _HEADERS) if not path.startswith(OTHERS)}
    headers = tuple(sorted(path for path in laid if path in release.files))
    includes, tested = _includes(release, headers)
    read = models.get(HEADERS)
    return Packages(
        packages,
        tuple(path.removesuffix(".in") for path in headers),
        includes,
        tested,
        bool(read is not None and read.libraries),
        tuple(sorted(_system(release, {each.name for each in includes}))),
        tuple(sorted(_libraries(models.get(EXPORTS)))),
        tuple(problems),
    )


def _package(release: Release, unit: Unit, path: str, problems: list[Problem]) -> Package | None:
    where, _, file = path.rpartition("/")
    name = file.removesuffix(".in").removesuffix(".pc")
    data = release.files[path]
    if name.endswith("-uninstalled"):
        return None
    if len(data) > pkgconfig.MAX_BYTES:
        problems.append(_problem(unit, f"a pkg-config file of more than {pkgconfig.MAX_BYTES} bytes", path))
        return None
    text = as_utf8(data).decode("utf-8", "backslashreplace")
    given = {**pkgconfig.USUAL, "pcfiledir": f"/{where}", "pc_sysrootdir": ""}
    said = pkgconfig.read(text, given, _prefix(text, where))
    if "name" not in said.fields and "version" not in said.fields:
        if release.single_file or where.endswith("pkgconfig"):
            problems.append(_problem(unit, "no pkg-config file: it has neither a Name nor a Version", path))
        return None
    if said.cut:
        problems.append(_problem(unit, f"{said.cut}: more than {pkgconfig.MAX_VALUE} characters", path))
        return None
    template = path.endswith(".in")
    given_options = list(pkgconfig.options(said.value("Cflags")))
    defines = [value for option, value in given_options if option == "-D"]
    folders = list(_folders(given_options, template=template))
    apart = list(_folders(pkgconfig.options(said.value("Cflags.private")), template=template))
    forced = {value for option, value in given_options if option == "-include" and value.startswith("/")}
    for file in sorted(forced):
        if not template and "@" not in file and posixpath.normpath(file).lstrip("/") not in release.files:
            problems.append(_problem(unit, f"every program includes {file}, which the release does not hold", path))
    libraries = [value for option, value in pkgconfig.options(said.value("Libs")) if option == "-l"]
    requires = [
        Requirement(each.name, each.relation, each.version, private)
        for field, private in (("Requires", False), ("Requires.private", True))
        for each in pkgconfig.requirements(said.value(field))
        if not each.filled
    ]
    provides = [Provided(each.name, each.version) for each in pkgconfig.requirements(said.value("Provides"))]
    version = said.value("Version")
    fields = ("Requires", "Requires.private", "Cflags", "Libs", "Version")
    return Package(
        unit.name,
        name,
        path,
        "" if "@" in version else version,
        tuple(dict.fromkeys(folders)),
        tuple(dict.fromkeys(defines)),
        tuple(dict.fromkeys(libraries)),
        tuple(requires),
        tuple(provides),
        tuple(field for field in fields if "@" in said.value(field)),
        {field: said.line(field) for field in fields if field.lower() in said.fields},
        tuple(dict.fromkeys(apart)),
    )


def _folders(options: Iterable[tuple[str, str]], *, template: bool) -> Iterator[str]:
    """Yield the folders of a list of options, as paths in the release."""
    for option, value in options:
        if option in pkgconfig.SEARCHED and (folder := pkgconfig.folder(value)):
            yield folder.removeprefix("usr/") if template else folder


def _problem(unit: Unit, message: str, path: str) -> Problem:
    hint = "what programs get that ask for it is not known"
    return Problem("packages", message, Location(path, 1, 1), hint=hint, unit=unit.name)


def _prefix(text: str, where: str) -> str:
    """Return the prefix that a file has where it lies, when it names one in which it does not: ``/opt/ship``."""
    own = posixpath.dirname(posixpath.dirname(where)) if posixpath.basename(where) == "pkgconfig" else ""
    named = re.search(r"^prefix[ \t]*=[ \t]*(/[^\s$@]*)[ \t]*$", text, re.MULTILINE)
    if named is None or posixpath.basename(where) != "pkgconfig":
        return ""
    root = named[1].strip("/")
    return "" if f"{where}/".startswith(f"{root}/") else f"/{re.sub(r'(?:^|/)lib$', '', own)}"


def _includes(release: Release, headers: tuple[str, ...]) -> tuple[tuple[Include, ...], tuple[str, ...]]:
    """Return what the headers include, with the names of macros that their conditions ask for."""
    found: list[Include] = []
    tested: set[bytes] = set()
    for path in headers:
        data = as_utf8(release.files[path])
        if b"/*" in data:
            data = _COMMENT.sub(lambda match: match[0].translate(_BLANK), data)
        found += _of_header(path.removesuffix(".in"), data, tested)
    return tuple(found), tuple(sorted(word.decode("ascii") for word in tested))


def _of_header(path: str, data: bytes, tested: set[bytes]) -> Iterator[Include]:
    depth, line, at = 0, 1, 0
    guards: list[bool] = []
    for match in _DIRECTIVE.finditer(data):
        line += data.count(b"\n", at, match.start())
        at = match.start()
        if match[1]:
            guard = not guards and match[1] == b"ifndef" and _guards(data, match)
            guards.append(guard)
            depth += not guard
            tested.update(_WORD.findall(match[2]))
        elif match[3]:
            if guards:
                depth -= not guards.pop()
        elif match[4]:
            tested.update(_WORD.findall(match[5]))
        else:
            name = match[7].decode("utf-8", "backslashreplace").strip()
            yield Include(path, line, name, match[6] == b'"', depth > 0)


def _guards(data: bytes, match: re.Match[bytes]) -> bool:
    """Tell whether a condition is the guard of its file: it defines what it asks for in the next line."""
    name = match[2].strip()
    return (
        re.match(rb"\s*#[ \t]*define[ \t]+" + re.escape(name) + rb"\b", data[match.end() : match.end() + 300])
        is not None
    )


def _system(release: Release, wanted: set[str]) -> Iterator[str]:
    """Yield which of these names a compiler finds without options: the C library's, and those in given packages."""
    own = bundled("surfaces/headers/system")
    given = {
        path[found.end() :]
        for path in paths_of(release.files, below=OTHERS)
        if (found := _SEARCHED.match(path)) is not None
    }
    yield from (name for name in wanted if name in own or name in given)


def _libraries(exports: Any) -> Iterator[str]:
    for library in exports.libraries if exports is not None else ():
        yield unversioned(library.soname).removeprefix("lib")
