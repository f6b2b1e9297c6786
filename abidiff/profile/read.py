"""Reads a profile file strictly: an unknown key is refused, with the file and the key named."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from msgspec.structs import replace

from abidiff.errors import PolicyError
from abidiff.finding import Severity
from abidiff.profile.globs import GlobError, translate
from abidiff.profile.model import Profile, Tier, UnitRule, VersionFile
from abidiff.release import frozen

MAX_BYTES = 1 << 20
SURFACES = ("headers", "symbols", "exports", "xdr", "rng", "drivers")
DIRECTIONS = ("input", "output", "both")
MESSAGES = ("all", "unnamed")


class Table:
    """A table of the file with its place, handing out checked values and refusing the rest."""

    def __init__(self, value: Any, file: str, place: str) -> None:
        self.file, self.place = file, place
        if not isinstance(value, dict):
            self.fail("a table is expected here")
        self.left: dict[str, Any] = dict(value)

    def fail(self, message: str, key: str = "") -> NoReturn:
        """Raise with the file and the key named."""
        place = ".".join(part for part in (self.place, key) if part)
        raise PolicyError(f"{self.file}: {place or 'top level'}: {message}")

    def at(self, key: str) -> str:
        """Return the dotted name of a key."""
        return f"{self.place}.{key}" if self.place else key

    def take(self, key: str, kind: type, default: Any = None, *, required: bool = False) -> Any:
        """Take a value of a kind; a missing one is the default."""
        if key not in self.left:
            if required:
                self.fail("is missing", key)
            return default
        value = self.left.pop(key)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.fail(f"{kind.__name__} expected, not {value!r:.60}", key)
        return value

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """Take a string."""
        value: str = self.take(key, str, default, required=required)
        if required and not value.strip():
            self.fail("must not be empty", key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Take a list of strings."""
        value = self.take(key, list, [])
        for item in value:
            if not isinstance(item, str):
                self.fail(f"a list of strings expected, not {item!r:.60}", key)
        return tuple(value)

    def globs(self, key: str) -> tuple[str, ...]:
        """Take a list of globs."""
        value = self.texts(key)
        for glob in value:
            try:
                translate(glob)
            except GlobError as error:
                self.fail(error.message, key)
        return value

    def pattern(self, key: str, *, groups: int = 0, default: str = "") -> str:
        """Take a regular expression."""
        value = self.text(key, default)
        self.check_pattern(value, key, groups)
        return value

    def check_pattern(self, value: str, key: str, groups: int = 0) -> None:
        """Refuse what is no regular expression or has too few groups."""
        try:
            compiled = re.compile(value)
        except (re.error, OverflowError, RecursionError) as error:
            self.fail(f"not a regular expression: {error}", key)
        if compiled.groups < groups:
            self.fail(f"needs {groups} group", key)

    def mapping(self, key: str) -> dict[str, str]:
        """Take a table of strings."""
        value: dict[str, Any] = self.take(key, dict, {})
        for name, item in value.items():
            if not isinstance(item, str):
                self.fail(f"string expected, not {item!r:.60}", f"{key}.{name}")
        return value

    def table(self, key: str) -> Table:
        """Take a table, empty when missing."""
        return Table(self.left.pop(key, {}), self.file, self.at(key))

    def tables(self, key: str) -> list[Table]:
        """Take an array of tables."""
        value = self.take(key, list, [])
        return [Table(item, self.file, f"{self.at(key)}[{number}]") for number, item in enumerate(value)]

    def done(self) -> None:
        """Refuse what nobody took."""
        if self.left:
            self.fail(f"unknown key {sorted(self.left)[0]!r}")


def read(path: Path) -> Profile:
    """Read a profile from its file."""
    shown = str(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise PolicyError(f"{shown}: can't read the profile: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise PolicyError(f"{shown}: larger than {MAX_BYTES} bytes: not a profile")
    try:
        return parse(data.decode("utf-8"), shown)
    except UnicodeDecodeError:
        raise PolicyError(f"{shown}: not UTF-8") from None


def parse(text: str, file: str) -> Profile:
    """Make a profile of the text of its file."""
    try:
        top = Table(tomllib.loads(text), file, "")
    except (ValueError, RecursionError) as error:
        raise PolicyError(f"{file}: not TOML: {error}") from None
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
    tiers = Table(top.left["tiers"], top.file, "tiers")
    table = Table(tiers.left[name], top.file, f"tiers.{name}")
    severity = table.mapping("severity")
    for glob, value in severity.items():
        if value not in list(Severity):
            table.fail(f"{value!r} is no severity", f"severity.{glob}")
    tier = Tier(
        name=name,
        title=table.text("title", required=True),
        promise=table.text("promise", required=True),
        clause=table.text("clause", required=True),
        source=table.text("source"),
        severity=tuple(severity.items()),
        deprecation_releases=table.take("deprecation_releases", int, 0),
        deprecation_months=table.take("deprecation_months", int, 0),
        drops_with_soname=table.take("drops_with_soname", bool, False),
    )
    table.done()
    return tier


def _traits(top: Table, tiers: Mapping[str, Tier]) -> tuple[tuple[str, str], ...]:
    found = top.mapping("traits")
    for glob, tier in found.items():
        if tier not in tiers:
            top.fail(f"no tier named {tier!r}", f"traits.{glob}")
    return tuple(found.items())


def _consistency(top: Table) -> dict[str, Any]:
    """Return the options of the surface that holds the others against each other; empty: not looked at."""
    if "consistency" not in top.left:
        return {}
    table = top.table("consistency")
    options: dict[str, Any] = {
        "sources": table.globs("sources"),
        "flags": table.pattern("flags"),
        "no_flags": table.globs("no_flags"),
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
    options.update((key, table.globs(key)) for key in ("only", "local", "internal") if key in table.left)
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
        files=table.globs("files"),
        exclude=table.globs("exclude"),
        contains=table.pattern("contains"),
        context=table.globs("context"),
        roots=table.globs("roots"),
        expected=table.texts("expected"),
        since=table.text("since", ""),
        installed=table.text("installed", ""),
        otherwise=_flag(False)(table, "otherwise"),
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


def _sentinels(table: Table, key: str) -> tuple[str, ...]:
    patterns = table.texts(key)
    for pattern in patterns:
        table.check_pattern(pattern, key)
    return patterns


def _one_of(table: Table, key: str, words: tuple[str, ...]) -> str:
    """Take one of some words; the last one is the default."""
    value = table.text(key, words[-1])
    if value not in words:
        table.fail(f"one of {', '.join(words)} expected", key)
    return value


def _optional_text(table: Table, key: str) -> str | None:
    return table.text(key) if key in table.left else None


def _flag(default: bool) -> Callable[[Table, str], bool]:
    return lambda table, key: bool(table.take(key, bool, default))


OPTIONS: dict[str, dict[str, Callable[[Table, str], Any]]] = {
    "headers": {
        "include_dirs": lambda table, key: table.globs(key),
        "packages": lambda table, key: table.globs(key),
        "configurations": lambda table, key: int(table.take(key, int, 0)),
        "defines": lambda table, key: table.mapping(key),
        "sentinels": _sentinels,
        "sentinel_macros": lambda table, key: table.texts(key),
        "symbols": lambda table, key: table.text(key),
    },
    "symbols": {
        "public": _flag(True),
        "version_prefix": _optional_text,
        "private_nodes": lambda table, key: table.texts(key),
        "private_symbols": lambda table, key: table.texts(key),
        "closed": _flag(False),
        "evidence": lambda table, key: table.globs(key),
    },
    "exports": {
        "private_nodes": lambda table, key: table.texts(key),
        "private_symbols": lambda table, key: table.texts(key),
        "declared": lambda table, key: table.texts(key),
    },
    "xdr": {
        "acl": _flag(False),
        "headers": lambda table, key: table.globs(key),
        "sentinels": _sentinels,
        "messages": lambda table, key: _one_of(table, key, MESSAGES),
    },
    "drivers": {},
    "rng": {
        "direction": lambda table, key: _one_of(table, key, DIRECTIONS),
        "free_namespaces": lambda table, key: table.mapping(key),
    },
}
