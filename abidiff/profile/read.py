"""Reads a profile file strictly: an unknown key is refused, with the file and the key named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from abidiff.finding import Severity
from abidiff.profile.globs import globs
from abidiff.profile.model import Profile, Tier, UnitRule, VersionFile
from abidiff.release import frozen
from abidiff.toml import Table, text_of

SURFACES = ("headers", "symbols", "exports", "xdr", "rng", "drivers")
DIRECTIONS = ("input", "output", "both")
MESSAGES = ("all", "unnamed")


def read(path: Path) -> Profile:
    """Read a profile from its file."""
    return parse(text_of(path, "profile"), str(path))


def parse(text: str, file: str) -> Profile:
    """Make a profile of the text of its file."""
    top = Table.of(text, file)
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
        consistency=frozen(_consistency(top)),
        origin=file,
    )
    profile = _with_opaque(profile, _opaque(top))
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
    if not all(isinstance(item, int) and not isinstance(item, bool) and item > 0 for item in scale):
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


def _consistency(top: Table) -> dict[str, Any]:
    """Return the options of the surface that holds the others against each other; empty: not looked at."""
    if "consistency" not in top.left:
        return {}
    table = top.table("consistency")
    options: dict[str, Any] = {
        "sources": globs(table, "sources"),
        "flags": table.pattern("flags"),
        "no_flags": globs(table, "no_flags"),
        "rpc": tuple(_rpc(rpc) for rpc in table.tables("rpc")),
    }
    table.done()
    return options


def _opaque(top: Table) -> tuple[str, ...]:
    """Return the types that only C code knows and that the profile declares to be equal on both sides."""
    table = top.table("xdr")
    found = table.table("opaque")
    names = tuple(name for name, equal in list(found.left.items()) if found.take(name, bool) and equal)
    table.done()
    return names


def _with_opaque(profile: Profile, names: tuple[str, ...]) -> Profile:
    """Give the units of protocols the declared types."""
    units = tuple(
        replace(rule, options=frozen({**rule.options, "opaque": names})) if rule.surface == "xdr" else rule
        for rule in profile.units
    )
    return replace(profile, units=units) if names else profile


def _rpc(table: Table) -> dict[str, Any]:
    options: dict[str, Any] = {key: table.text(key, required=True) for key in ("headers", "protocol")}
    options.update((key, table.text(key)) for key in ("functions", "procedures", "drop"))
    options.update((key, globs(table, key)) for key in ("only", "local", "internal") if key in table.left)
    options["renamed"] = table.mapping("renamed")
    table.done()
    return options


def _unit(table: Table, tiers: Mapping[str, Tier]) -> UnitRule:
    surface = table.text("surface", required=True)
    if surface not in SURFACES:
        table.fail(f"{surface!r} is no surface that takes files ({', '.join(SURFACES)})", "surface")
    rule = UnitRule(
        surface=surface,
        name=table.text("name", required=True),
        tier=table.text("tier", required=True),
        files=globs(table, "files"),
        exclude=globs(table, "exclude"),
        contains=table.pattern("contains"),
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
    options: dict[str, Any] = {key: read_option(table, key) for key, read_option in OPTIONS[surface].items()}
    table.done()
    return options


def _optional_text(table: Table, key: str) -> str | None:
    return table.text(key) if key in table.left else None


def _flag(default: bool) -> Callable[[Table, str], bool]:
    return lambda table, key: table.flag(key, default=default)


OPTIONS: dict[str, dict[str, Callable[[Table, str], Any]]] = {
    "headers": {
        "include_dirs": lambda table, key: globs(table, key),
        "packages": lambda table, key: globs(table, key),
        "configurations": lambda table, key: int(table.take(key, int, 0)),
        "defines": lambda table, key: table.mapping(key),
        "sentinels": Table.patterns,
        "sentinel_macros": lambda table, key: table.texts(key),
        "symbols": lambda table, key: table.text(key),
    },
    "symbols": {
        "public": _flag(True),
        "version_prefix": _optional_text,
        "private_nodes": lambda table, key: table.texts(key),
        "private_symbols": lambda table, key: table.texts(key),
        "closed": _flag(False),
        "evidence": lambda table, key: globs(table, key),
    },
    "exports": {
        "private_nodes": lambda table, key: table.texts(key),
        "private_symbols": lambda table, key: table.texts(key),
        "declared": lambda table, key: table.texts(key),
    },
    "xdr": {
        "acl": _flag(False),
        "headers": lambda table, key: globs(table, key),
        "sentinels": Table.patterns,
        "messages": lambda table, key: table.one_of(key, MESSAGES),
    },
    "drivers": {},
    "rng": {
        "direction": lambda table, key: table.one_of(key, DIRECTIONS),
        "free_namespaces": lambda table, key: table.mapping(key),
    },
}
