"""Lays a profile over a release: which files form which unit."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from abidiff.files import Files
from abidiff.markup import as_utf8
from abidiff.patterns import Searches
from abidiff.profile.globs import MAX_GLOB, Selection, bounds, compiled, expand
from abidiff.profile.model import Profile, UnitRule
from abidiff.project import Project, Unit
from abidiff.release import Release, frozen
from abidiff.surface_names import CONSISTENCY, HEADERS
from abidiff.surfaces import options_of
from abidiff.versions import older


def wanted(profile: Profile) -> Selection:
    """Return what has to be read of a release for this profile."""
    include: list[str] = [path for group in profile.recognise for path in group]
    include += [found.file for found in profile.version_files]
    for rule in profile.units:
        include += [*rule.files, *rule.context]
        include += [glob for key in options_of(rule.surface).globs for glob in rule.options.get(key, ())]
    include += [glob for key in options_of(CONSISTENCY).globs for glob in (profile.consistency or {}).get(key, ())]
    exclude = set.intersection(*(set(rule.exclude) for rule in profile.units)) if profile.units else set()
    return Selection(include, exclude)


def lay(profile: Profile, release: Release) -> Project:
    """Return the units of a release; what the profile expects and does not get is ``missing``."""
    closed = {path for path, _ in release.unread}
    paths = [path for path in sorted(release.files) if path not in closed]
    taken: dict[str, set[str]] = {}
    units: list[Unit] = []
    hidden: set[str] = set()
    searches = Searches()
    for rule in profile.units:
        if rule.otherwise and any(unit.surface == rule.surface and unit.name == rule.name for unit in units):
            continue
        mine = taken.setdefault(rule.surface, set())
        files = [path for path in _take(rule, release, paths, searches) if path not in mine]
        mine.update(files)
        hidden.update(_left_out(rule, paths))
        if not older(release.version, rule.installed):
            units += _units(profile, rule, release, files, paths)
    units = _hiding(units, hidden)
    missing = tuple(_missing(profile, release, {(unit.surface, unit.name) for unit in units}))
    units += _consistency(profile, paths)
    return Project(profile.name, tuple(_distinct(units)), missing)


def _left_out(rule: UnitRule, paths: Iterable[str]) -> Iterator[str]:
    """Yield the headers that a rule would take and leaves out by name."""
    if rule.surface == HEADERS and rule.exclude:
        match, without = compiled(rule.files).fullmatch, compiled(rule.exclude).fullmatch
        yield from (path for path in paths if match(path) and without(path))


def _hiding(units: list[Unit], hidden: set[str]) -> list[Unit]:
    """Let units of headers know which headers the profile leaves out by name: no unit's, though others include them."""
    own = {path for unit in units if unit.surface == HEADERS for path in unit.files}
    globs = tuple(re.sub(r"[][{}*?]", "?", path) for path in sorted(hidden - own) if len(path) <= MAX_GLOB)
    if not globs:
        return units
    return [
        replace(unit, options=frozen({**unit.options, "left_out": globs})) if unit.surface == HEADERS else unit
        for unit in units
    ]


def _missing(profile: Profile, release: Release, found: set[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield what the profile expects of a release of this age and did not get."""
    for rule in profile.units:
        if not older(release.version, rule.since):
            yield from ((rule.surface, name) for name in rule.expected if (rule.surface, name) not in found)


def predates(profile: Profile, surface: str, version: str) -> bool:
    """Tell whether a release is older than all that the profile expects on a surface."""
    since = [rule.since for rule in profile.units if rule.surface == surface and rule.expected]
    return bool(since) and all(older(version, first) for first in since)


def looks(profile: Profile, release: Release) -> Iterator[tuple[str, str, bool]]:
    """Yield the files that are taken for what they hold: (pattern, path, whether it does)."""
    searches = Searches()
    for rule in profile.units:
        if rule.contains:
            for path in _matching(rule, release.files):
                yield rule.contains, path, _holds(rule, release, path, searches)


def _consistency(profile: Profile, paths: Iterable[str]) -> list[Unit]:
    """Return the unit that carries the options of the consistency surface, and the C files it reads comments of."""
    if not profile.consistency:
        return []
    match = compiled(tuple(profile.consistency.get("sources", ()))).fullmatch
    files = tuple(path for path in paths if match(path))
    tier = profile.units[0].tier if profile.units else ""
    return [Unit(CONSISTENCY, profile.name, tier, files, files, profile.consistency)]


def _matching(rule: UnitRule, paths: Iterable[str]) -> list[str]:
    match, without = compiled(rule.files).fullmatch, compiled(rule.exclude).fullmatch
    starts, ends = bounds(rule.files)
    return [
        path for path in paths if path.startswith(starts) and path.endswith(ends) and match(path) and not without(path)
    ]


def claimed(profile: Profile, path: str, surfaces: Container[str] | None = None) -> str:
    """Return the surface (of these) whose a file is by its name; of a folder (``a/b/``), of which it may hold one."""
    for rule in profile.units:
        if surfaces is not None and rule.surface not in surfaces:
            continue
        selection = _selection(rule)
        if selection.may_hold(path[:-1]) if path.endswith("/") else selection.again(path):
            return rule.surface
    return ""


def reached(profile: Profile, folder: str) -> bool:
    """Tell whether a glob that begins with the name of a folder may match below this one (``a/b/``)."""
    for rule in profile.units:
        globs = tuple(plain for glob in rule.files for plain in expand(glob) if not plain.startswith("**"))
        if globs and _selected(globs, rule.exclude).may_hold(folder[:-1]):
            return True
    return False


@lru_cache(maxsize=256)
def _selected(files: tuple[str, ...], exclude: tuple[str, ...]) -> Selection:
    return Selection(files, exclude)


def _selection(rule: UnitRule) -> Selection:
    return _selected(rule.files, rule.exclude)


def candidates(profile: Profile, release: Release) -> Iterator[tuple[str, str, str, bool]]:
    """Yield (surface, path, glob, taken) of the files that a profile names.

    ``glob`` is the one that a name differs from in capital and small letters alone; ``taken`` tells whether the
    file holds what its rule looks for.
    """
    searches = Searches()
    for surface in dict.fromkeys(rule.surface for rule in profile.units):
        rules = [rule for rule in profile.units if rule.surface == surface]
        named: dict[str, bool] = {}
        for rule in rules:
            for path in _matching(rule, release.files):
                named[path] = named.get(path, False) or _holds(rule, release, path, searches)
        yield from ((surface, path, "", taken) for path, taken in sorted(named.items()))
        for rule in rules:
            selection = _selection(rule)
            for path in release.files:
                if path not in named and selection.again(path):
                    named[path] = False
                    yield surface, path, _nearest(rule, path), False


def _nearest(rule: UnitRule, path: str) -> str:
    globs = [plain for glob in rule.files for plain in expand(glob)]
    return next((glob for glob in globs if Selection((glob,))(path)), rule.files[0])


def _holds(rule: UnitRule, release: Release, path: str, searches: Searches) -> bool:
    """Tell whether a file holds what makes it one of the rule's."""
    return not rule.contains or holds(rule.contains, release.files, path, searches)


def holds(pattern: str, files: Mapping[str, bytes], path: str, searches: Searches) -> bool:
    """Tell whether a pattern matches in a file; each is looked into once, a blob of git once for all states."""
    blob = files.blob(path) if isinstance(files, Files) else ""
    key, known = (pattern, blob or path), _held if blob else files.looked if isinstance(files, Files) else {}
    found = known.get(key)
    if found is None:
        found = searches.holds(pattern, as_utf8(files[path]), path)
        if len(known) >= MOST_HELD:
            known.clear()
        known[key] = found
    return found


_held: dict[tuple[str, str], bool] = {}
MOST_HELD = 20_000


def _take(rule: UnitRule, release: Release, paths: Iterable[str], searches: Searches) -> list[str]:
    found = _matching(rule, paths)
    if rule.contains:
        found = [path for path in found if _holds(rule, release, path, searches)]
    return found


def _units(profile: Profile, rule: UnitRule, release: Release, files: list[str], paths: list[str]) -> list[Unit]:
    if not files:
        return []
    options = _options(profile, rule, release, paths)
    starts, ends = bounds(rule.context)
    match = compiled(rule.context).fullmatch
    context = [path for path in paths if path.startswith(starts) and path.endswith(ends) and match(path)]
    if "{" not in rule.name:
        every = _with_context(context, files)
        return [Unit(rule.surface, rule.name, rule.tier, every, _roots(rule, files), options)]
    return [
        Unit(rule.surface, _name(rule, path), rule.tier, _with_context(context, [path]), (path,), options)
        for path in files
    ]


def _name(rule: UnitRule, path: str) -> str:
    file = path.rpartition("/")[2]
    stem = re.sub(r"\.in\Z", "", file).rpartition(".")[0] or file
    return rule.name.replace("{stem}", stem).replace("{file}", file).replace("{path}", path)


def _with_context(context: list[str], files: list[str]) -> tuple[str, ...]:
    """Add the context that lies in the same folder as the unit, or below it."""
    folders = {path.rpartition("/")[0] for path in files}
    below = ("",) if "" in folders else tuple(f"{folder}/" for folder in folders)
    return tuple(sorted({*files, *(path for path in context if path.startswith(below))}))


def _roots(rule: UnitRule, files: list[str]) -> tuple[str, ...]:
    if not rule.roots:
        return tuple(files)
    ordered = [path for glob in rule.roots for path in files if compiled((glob,)).fullmatch(path)]
    return tuple(dict.fromkeys(ordered)) or tuple(files)


def _distinct(units: list[Unit]) -> list[Unit]:
    """Give units of one surface that would share a name the path of their file instead."""
    count: dict[tuple[str, str], int] = {}
    for unit in units:
        count[unit.surface, unit.name] = count.get((unit.surface, unit.name), 0) + 1
    return [
        unit
        if count[unit.surface, unit.name] == 1
        else Unit(unit.surface, unit.roots[0], unit.tier, unit.files, unit.roots, unit.options)
        for unit in units
    ]


def _options(profile: Profile, rule: UnitRule, release: Release, paths: list[str]) -> Mapping[str, Any]:
    options, laid = dict(rule.options), options_of(rule.surface).laid
    if laid is not None:
        options = laid(options, paths, substitutions(profile, release.version))
    frozen_options: Mapping[str, Any] = frozen(options)
    return frozen_options


def version_number(profile: Profile, version: str) -> int | None:
    """Return the number of a version (``11.3.0`` → 11003000), or None when it is no plain version."""
    match = re.match(r"[0-9]{1,18}(?:\.[0-9]{1,18})*(?![0-9])", version)
    if not match:
        return None
    parts = [int(part) for part in match[0].split(".")][: len(profile.version_scale)]
    return sum(part * factor for part, factor in zip(parts, profile.version_scale, strict=False))


def substitutions(profile: Profile, version: str) -> Mapping[str, str]:
    """Return what the placeholders of templates stand for in a release of this version."""
    number = version_number(profile, version)
    values = {"{version}": version or "0", "{version_number}": str(number if number is not None else 0)}
    out = {}
    for name, text in profile.substitutions.items():
        for key, value in values.items():
            text = text.replace(key, value)
        out[name] = text
    return out
