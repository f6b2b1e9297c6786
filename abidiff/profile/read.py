"""Reads a profile file strictly: an unknown key is refused, with the file and the key named."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from abidiff.finding import Severity
from abidiff.profile.globs import globs
from abidiff.profile.model import Profile, Tier, UnitRule, VersionFile
from abidiff.project import with_options
from abidiff.release import frozen
from abidiff.surface_names import CONSISTENCY, NAMES
from abidiff.surfaces import PROFILED, options_of
from abidiff.toml import Table, text_of

TAKING = tuple(name for name in NAMES if name != CONSISTENCY)
"""The surfaces whose units are made of files."""


def read(path: Path, *, shipped: bool = False) -> Profile:
    """Read a profile from its file; the patterns of one that is ``shipped`` with the package are not tried."""
    return parse(text_of(path, "profile"), str(path), shipped=shipped)


def parse(text: str, file: str, *, shipped: bool = False) -> Profile:
    """Make a profile of the text of its file."""
    top = Table.of(text, file, shipped=shipped)
    if top.take("format", int, required=True) != 1:
        top.fail("this abidiff reads format 1", "format")
    version = top.table("version")
    tiers = {name: _tier(top, name) for name in top.left.get("tiers", {})}
    top.left.pop("tiers", None)
    if not tiers:
        top.fail("at least one tier is needed", "tiers")
    profile = Profile(
        name=top.text("name", required=True),
        title=top.text("title", required=True),
        summary=top.text("summary"),
        recognise=_groups(top),
        version_files=tuple(_version_file(table) for table in version.tables("files")),
        version_scale=_scale(version),
        tags=version.text("tags", "v*"),
        substitutions=frozen(top.mapping("substitutions")),
        tiers=frozen(tiers),
        units=tuple(_unit(table, tiers) for table in top.tables("units")),
        traits=_traits(top, tiers),
        consistency=frozen(_own_table(top, CONSISTENCY)),
        origin=file,
    )
    profile = _shared(profile, top)
    version.done()
    top.done()
    return profile


def _groups(top: Table) -> tuple[tuple[str, ...], ...]:
    groups = top.take("recognise", list, [])
    if not all(isinstance(group, list) and all(isinstance(item, str) for item in group) for group in groups):
        top.fail("a list of lists of paths expected", "recognise")
    return tuple(tuple(group) for group in groups)


def _scale(version: Table) -> tuple[int, ...]:
    scale = version.take("scale", list, [1000000, 1000, 1])
    if not all(isinstance(item, int) and not isinstance(item, bool) and 0 < item < 10**18 for item in scale):
        version.fail("a list of factors expected", "scale")
    return tuple(scale)


def _version_file(table: Table) -> VersionFile:
    found = VersionFile(table.text("file", required=True), table.pattern("pattern", groups=1))
    table.done()
    return found


def _tier(top: Table, name: str) -> Tier:
    tiers = Table(top.left["tiers"], top.document, ("tiers",))
    table = Table(tiers.left[name], top.document, ("tiers", name))
    severity = table.mapping("severity")
    for glob, value in severity.items():
        if value not in list(Severity):
            table.fail(f"{value!r} is no severity", "severity", glob)
    tier = Tier(
        name=name,
        title=table.text("title", required=True),
        promise=table.text("promise", required=True),
        clause=table.text("clause", required=True),
        source=table.text("source"),
        severity=tuple(severity.items()),
        deprecation_releases=table.take("deprecation_releases", int, 0),
        deprecation_months=table.take("deprecation_months", int, 0),
        drops_with_soname=table.flag("drops_with_soname"),
    )
    table.done()
    return tier


def _traits(top: Table, tiers: Mapping[str, Tier]) -> tuple[tuple[str, str], ...]:
    found = top.mapping("traits")
    for glob, tier in found.items():
        if tier not in tiers:
            top.fail(f"no tier named {tier!r}", "traits", glob)
    return tuple(found.items())


def _own_table(top: Table, name: str) -> dict[str, Any]:
    """Return the options in the table of a profile that is named as a surface; empty where there is none."""
    if name not in top.left:
        return {}
    table = top.table(name)
    options = options_of(name).read(table)
    table.done()
    return options


def _shared(profile: Profile, top: Table) -> Profile:
    """Give the units of each surface the options in its own table of the profile."""
    for found in PROFILED.values():
        read_shared = found.options().shared if found.options is not None else None
        if read_shared is None:
            continue
        table = top.table(found.name)
        more = read_shared(table)
        table.done()
        if more:
            profile = with_options(profile, found.name, more)
    return profile


def _unit(table: Table, tiers: Mapping[str, Tier]) -> UnitRule:
    surface = table.text("surface", required=True)
    if surface not in TAKING:
        table.fail(f"{surface!r} is no surface that takes files ({', '.join(TAKING)})", "surface")
    rule = UnitRule(
        surface=surface,
        name=table.text("name", required=True),
        tier=table.text("tier", required=True),
        files=globs(table, "files"),
        exclude=globs(table, "exclude"),
        contains=table.pattern("contains", data=True),
        context=globs(table, "context"),
        roots=globs(table, "roots"),
        expected=table.texts("expected"),
        since=table.text("since", ""),
        installed=table.text("installed", ""),
        otherwise=table.flag("otherwise"),
        options=frozen(_options(table.table("options"), surface)),
    )
    if rule.tier not in tiers:
        table.fail(f"no tier named {rule.tier!r}", "tier")
    if not rule.files:
        table.fail("at least one glob is needed", "files")
    table.done()
    return rule


def _options(table: Table, surface: str) -> dict[str, Any]:
    options = options_of(surface).read(table)
    table.done()
    return options
