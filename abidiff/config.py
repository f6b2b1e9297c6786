"""The project's own settings: ``abidiff.toml``, or ``[tool.abidiff]`` in ``pyproject.toml``.

Every key is known and has a type; what is not known is refused with its place.
"""

from __future__ import annotations

import datetime
import os
import re
import stat
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
from msgspec.structs import replace

from abidiff.errors import PolicyError, UsageError, render_place
from abidiff.finding import FailOn, Severity
from abidiff.limits import check
from abidiff.resources import resource
from abidiff.surface_names import NAMES
from abidiff.toml import MAX_BYTES, Document, Keys, dotted, text_of

POLICY_RULES = ("policy/waiver-expired", "policy/waiver-too-broad", "policy/waiver-unused")
FILE_NAMES = ("abidiff.toml", "pyproject.toml")
WHAT = "configuration"
_TRUST = "a configuration that is found stays in its tree; name one that you trust with --config"

_TOP = (
    *("profile", "surfaces", "allow-undecided", "fail-on"),
    *("tiers", "waivers", "gate", "deprecations", "with", "define", "limits"),
)
MACRO = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TIER = ("severities", "deprecation-releases", "deprecation-months")
_WAIVER = ("rule", "subject", "unit", "fingerprint", "reason", "expires", "note", "at-most")
_GATE = ("against", "surfaces")
_DEPRECATION = ("since", "date")


class Waiver(msgspec.Struct, frozen=True):
    """One accepted break.  ``expires`` is a date (last day that it counts) or a release.

    ``subject`` is exact or a glob (``*``, ``?``, ``[…]``); ``fingerprint`` names one finding instead.
    ``at_most`` is the number of findings that it may cover before it counts as too broad.
    ``place`` is where it stands in the configuration.
    """

    reason: str
    rule: str = ""
    subject: str = ""
    unit: str = ""
    fingerprint: str = ""
    expires: datetime.date | str | None = None
    note: str = ""
    at_most: int = 20
    place: str = ""
    line: int = 0


class TierSettings(msgspec.Struct, frozen=True):
    """What the configuration changes on a tier of the profile."""

    severities: Mapping[str, Severity] = msgspec.field(default_factory=lambda: MappingProxyType({}))
    deprecation_releases: int | None = None
    deprecation_months: int | None = None


class Deprecation(msgspec.Struct, frozen=True):
    """Since when an item is deprecated, as the configuration says."""

    since: str
    date: datetime.date | None = None


class Config(msgspec.Struct, frozen=True):
    """The settings; ``path`` is the file that they come from, or None."""

    path: Path | None = None
    profile: str = ""
    surfaces: tuple[str, ...] = ()
    allow_undecided: bool = False
    fail_on: FailOn = FailOn.UNDECIDED
    tiers: Mapping[str, TierSettings] = msgspec.field(default_factory=lambda: MappingProxyType({}))
    waivers: tuple[Waiver, ...] = ()
    against: tuple[str, ...] = ()
    gate_surfaces: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    defines: tuple[tuple[str, str], ...] = ()
    limits: tuple[tuple[str, int], ...] = ()
    deprecations: Mapping[str, Deprecation] = msgspec.field(default_factory=lambda: MappingProxyType({}))


@cache
def known_rules() -> frozenset[str]:
    """Return the names of all rules, by their files: loading them would take longer than a warm run."""
    found = {
        f"{path.parts[-3]}/{path.stem.replace('_', '-')}"
        for path in resource("surfaces").glob("*/rules/*.py")
        if not path.stem.startswith("_")
    }
    found |= {f"history/{path.stem.replace('_', '-')}" for path in resource("history").glob("rules/[!_]*.py")}
    return frozenset(found.union(POLICY_RULES))


def find(start: Path) -> Path | None:
    """Return the nearest ``abidiff.toml`` (or ``pyproject.toml`` with ``[tool.abidiff]``) upwards.

    The search ends at the top of a git work tree.  Raises PolicyError for a file of that name that can't be read, so
    that none is passed over in silence.
    """
    folder = start.resolve()
    for here in (folder, *folder.parents):
        for name in FILE_NAMES:
            path = here / name
            if _is_there(path) and (name == "abidiff.toml" or b"[tool.abidiff" in _bytes(path)):
                return path
        if (here / ".git").exists():
            return None
    return None


def _is_there(path: Path) -> bool:
    """Tell whether a file is there; what stands in its place and is none is refused."""
    wrong = f"the {WHAT} is no file"
    try:
        if not os.path.lexists(path):
            return False
        if stat.S_ISREG(path.stat().st_mode):
            return True
    except OSError as error:
        wrong = f"can't read the {WHAT}: {error.strerror}" + (", a link to nothing" if path.is_symlink() else "")
    raise PolicyError(f"{path}: {wrong}", hint="mend it, name another with --config, or go without by --no-config")


def load(path: Path | None, *, found: bool = False) -> Config:
    """Read a configuration; None gives the defaults.  Raises PolicyError with the place.

    ``found``: nobody named it, it lay in the tree: then it is input as the tree is, and the paths in it stay there.
    """
    if path is None:
        return Config()
    if not found:
        return parse(text_of(path, WHAT), path)
    top = _top(path)
    if not _within(path, top):
        raise PolicyError(render_place(str(path), "a link to outside of its folder: not read", "", 0, _TRUST))
    return parse(text_of(path, WHAT), path, top)


def _top(path: Path) -> Path:
    """Return the top of the git work tree that a file lies in, or its folder."""
    folder = path.parent.resolve()
    return next((here for here in (folder, *folder.parents) if (here / ".git").exists()), folder)


def _within(path: Path, top: Path) -> bool:
    """Tell whether a path leads to a place in a folder, links followed."""
    try:
        return path.resolve().is_relative_to(top)
    except (OSError, RuntimeError, ValueError):
        return False


def parse(text: str, path: Path, top: Path | None = None) -> Config:
    """Read a configuration from text; ``path`` is for messages and for finding its profile.

    With ``top``, a path in it that leads out of that folder is refused.
    """
    inside = path.name == "pyproject.toml"
    document = Document(text, str(path), ("tool", "abidiff") if inside else ())
    data = document.data()
    if inside:
        data = data.get("tool", {}).get("abidiff", {}) if isinstance(data.get("tool", {}), dict) else {}
    return replace(_Reader(document, path, top).config(data), path=path)


class _Reader:
    """Validates values and knows where they stand."""

    def __init__(self, document: Document, path: Path, top: Path | None = None) -> None:
        self.document = document
        self.path = path
        self.top = top
        self.error = document.error

    def config(self, data: Any) -> Config:
        self.table(data, (), _TOP)
        gate = data.get("gate", {})
        self.table(gate, ("gate",), _GATE)
        return Config(
            profile=self.profile(data),
            surfaces=self.surfaces(data, ()),
            allow_undecided=self.boolean(data, (), "allow-undecided"),
            fail_on=self.fail_on(data),
            tiers=self.tiers(data.get("tiers", {})),
            waivers=self.waivers(data.get("waivers", [])),
            against=self.against(gate),
            gate_surfaces=self.surfaces(gate, ("gate",)),
            others=tuple(self.inside(given, ("with",)) for given in self.strings(data, (), "with")),
            defines=self.defines(data.get("define", {})),
            limits=self.limits(data.get("limits", {})),
            deprecations=self.deprecations(data.get("deprecations", {})),
        )

    def profile(self, data: Any) -> str:
        """Return the name of a profile, or the path of its file."""
        name = self.string(data, (), "profile")
        return self.inside(name, ("profile",)) if name.endswith(".toml") or "/" in name else name

    def against(self, gate: Any) -> tuple[str, ...]:
        """Return what the gate compares with: revisions, or releases of the same tree."""
        found = self.strings(gate, ("gate",), "against")
        for given in found:
            if not given.startswith("tag:"):
                self.inside(given.partition("@")[0], ("gate", "against"))
        return found

    def inside(self, given: str, keys: Keys) -> str:
        """Return a path relative to this file; refuse one that leads out of the tree that the file was found in."""
        path = self.path.parent / given
        if self.top is not None and ("\0" in given or not _within(path, self.top)):
            raise self.error(keys, f"{given!r} leads out of {self.top}: not read", _TRUST)
        return str(path)

    def tiers(self, data: Any) -> Mapping[str, TierSettings]:
        self.table(data, ("tiers",), None)
        out = {}
        for name, tier in data.items():
            keys = ("tiers", name)
            self.table(tier, keys, _TIER)
            severities = tier.get("severities", {})
            self.table(severities, (*keys, "severities"), None)
            for rule in severities:
                if not any(fnmatchcase(name, rule) for name in known_rules()):
                    raise self.error((*keys, "severities", rule), f"{rule!r} matches no rule", _near_rule(rule))
            out[name] = TierSettings(
                MappingProxyType({rule: self.severity(severities, (*keys, "severities"), rule) for rule in severities}),
                self.number(tier, keys, "deprecation-releases"),
                self.number(tier, keys, "deprecation-months"),
            )
        return MappingProxyType(out)

    def waivers(self, data: Any) -> tuple[Waiver, ...]:
        if not isinstance(data, list):
            raise self.error(("waivers",), "waivers is a list of tables", "write [[waivers]] above each one")
        return tuple(self.waiver(item, ("waivers", n)) for n, item in enumerate(data))

    def waiver(self, data: Any, keys: Keys) -> Waiver:
        self.table(data, keys, _WAIVER)
        text = {key: self.string(data, keys, key) for key in ("rule", "subject", "unit", "fingerprint", "note")}
        reason = self.string(data, keys, "reason").strip()
        if not reason:
            raise self.error(keys, "a waiver needs a reason", 'add reason = "why this break is accepted"')
        if not text["fingerprint"] and not (text["rule"] and text["subject"]):
            raise self.error(keys, "a waiver names a rule and a subject, or a fingerprint")
        if text["rule"] and not re.fullmatch(r"[a-z]+/[a-z0-9-]+", text["rule"]):
            raise self.error((*keys, "rule"), f"not the name of one rule: {text['rule']!r}", "see abi-diff rules")
        if text["rule"] and text["rule"] not in known_rules():
            raise self.error((*keys, "rule"), f"no rule is called {text['rule']!r}", _near_rule(text["rule"]))
        line, column = self.document.place(keys)
        at_most = self.number(data, keys, "at-most")
        return Waiver(
            reason=reason,
            expires=self.expiry(data, keys),
            at_most=20 if at_most is None else at_most,
            place=f"{self.path.name}:{line}:{column}" if column else f"{self.path.name}:{line}",
            line=line,
            **text,
        )

    def expiry(self, data: Any, keys: Keys) -> datetime.date | str | None:
        value = data.get("expires")
        if isinstance(value, datetime.datetime):
            return value.date()
        if value is None or isinstance(value, datetime.date):
            return value
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            try:
                return datetime.date.fromisoformat(value)
            except ValueError as error:
                raise self.error((*keys, "expires"), str(error)) from None
        if isinstance(value, str) and re.fullmatch(r"v?\d+(\.\d+)*", value):
            return value.removeprefix("v")
        raise self.error((*keys, "expires"), f"not a date and not a release: {value!r}", '2026-12-31, or "12.0.0"')

    def deprecations(self, data: Any) -> Mapping[str, Deprecation]:
        self.table(data, ("deprecations",), None)
        out = {}
        for name, value in data.items():
            keys = ("deprecations", name)
            if isinstance(value, str):
                out[name] = Deprecation(value)
                continue
            self.table(value, keys, _DEPRECATION)
            date = value.get("date")
            if date is not None and (not isinstance(date, datetime.date)):
                raise self.error((*keys, "date"), f"not a date: {date!r}", "dates have no quotes in TOML")
            if isinstance(date, datetime.datetime):
                date = date.date()
            out[name] = Deprecation(self.string(value, keys, "since"), date)
        return MappingProxyType(out)

    def table(self, data: Any, keys: Keys, known: Iterable[str] | None) -> None:
        if not isinstance(data, dict):
            raise self.error(keys, f"{dotted(keys) or 'the configuration'} is a table")
        for key in data:
            if known is not None and key not in known:
                near = _near(key, known)
                hint = f"did you mean {near[0]!r}?" if near else "known: " + ", ".join(known)
                raise self.error((*keys, key), f"unknown key {key!r}", hint)

    def string(self, data: Any, keys: Keys, key: str) -> str:
        value = data.get(key, "")
        if not isinstance(value, str):
            raise self.error((*keys, key), f"{key} is a text, not {_kind(value)}")
        return value

    def defines(self, data: Any) -> tuple[tuple[str, str], ...]:
        self.table(data, ("define",), None)
        for name, value in data.items():
            if not MACRO.fullmatch(name):
                raise self.error(("define", name), f"{name!r} is no name of a macro")
            if not isinstance(value, str) or "\n" in value:
                raise self.error(("define", name), f"{name} is a text on one line", f'write {name} = "1"')
        return tuple(data.items())

    def limits(self, data: Any) -> tuple[tuple[str, int], ...]:
        self.table(data, ("limits",), None)
        out = []
        for name in data:
            value = self.number(data, ("limits",), name)
            try:
                check(name, value or 0)
            except UsageError as error:
                raise self.error(("limits", name), error.message, error.hint) from None
            out.append((name, value or 0))
        return tuple(out)

    def strings(self, data: Any, keys: Keys, key: str) -> tuple[str, ...]:
        value = data.get(key, [])
        if isinstance(value, str):
            return (value,)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error((*keys, key), f"{key} is a list of texts")
        return tuple(value)

    def surfaces(self, data: Any, keys: Keys) -> tuple[str, ...]:
        names = self.strings(data, keys, "surfaces")
        for name in names:
            if name not in NAMES:
                raise self.error((*keys, "surfaces"), f"no surface is called {name!r}", f"known: {', '.join(NAMES)}")
        return names

    def boolean(self, data: Any, keys: Keys, key: str) -> bool:
        value = data.get(key, False)
        if not isinstance(value, bool):
            raise self.error((*keys, key), f"{key} is true or false, not {_kind(value)}")
        return value

    def fail_on(self, data: Any) -> FailOn:
        value = data.get("fail-on", FailOn.UNDECIDED)
        try:
            return FailOn(value)
        except (ValueError, TypeError):
            raise self.error(("fail-on",), f"unknown level {value!r}", f"known: {', '.join(FailOn)}") from None

    def number(self, data: Any, keys: Keys, key: str) -> int | None:
        value = data.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.error((*keys, key), f"{key} is a whole number, not {value!r}")
        return value

    def severity(self, data: Any, keys: Keys, key: str) -> Severity:
        try:
            return Severity(data[key])
        except (ValueError, TypeError):
            known = ", ".join(Severity)
            raise self.error((*keys, key), f"unknown severity {data[key]!r}", f"known: {known}") from None


def _near_rule(name: str) -> str:
    near = _near(name, sorted(known_rules()))
    return f"did you mean {near[0]!r}?" if near else "abi-diff rules lists them"


def _kind(value: object) -> str:
    return {bool: "a truth value", int: "a number", list: "a list", dict: "a table"}.get(type(value), repr(value))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()[:MAX_BYTES]
    except OSError as error:
        raise PolicyError(f"{path}: {error.strerror}") from None


def _near(name: str, known: Iterable[str]) -> list[str]:
    import difflib

    return difflib.get_close_matches(name, list(known), 1)
