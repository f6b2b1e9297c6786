"""What is promised for what: tiers and severities over findings.  Nothing is ever dropped.

A tier comes from the profile, the configuration may change its severities.  A glob
only ever lowers a severity (so that ``"*" = "notice"`` does not turn an addition
into a notice); the exact name of a rule sets it.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from types import MappingProxyType

import msgspec

from abidiff.config import Config, Deprecation
from abidiff.errors import PolicyError
from abidiff.finding import Finding, LibraryNames, Severity, unversioned
from abidiff.profile.model import Profile, Tier
from abidiff.versions import version_key

_GRAVEST_FIRST = tuple(Severity)


class Policy(msgspec.Struct, frozen=True):
    """All that turns findings into a verdict.

    ``units``     (surface, unit) → name of its tier.
    ``today``     the day on which waivers expire and windows end.
    ``version``   the version of the new side, or empty.
    ``releases``  versions known to have been released, oldest first, up to the new side.
    ``libraries``  the shared libraries that both sides have.
    ``deprecated`` subject → since when it is deprecated.
    """

    profile: Profile
    config: Config
    units: Mapping[tuple[str, str], str]
    today: datetime.date
    version: str = ""
    releases: tuple[str, ...] = ()
    libraries: tuple[LibraryNames, ...] = ()
    deprecated: Mapping[str, Deprecation] = msgspec.field(default_factory=lambda: MappingProxyType({}))


def today() -> datetime.date:
    """Return the day: of ``SOURCE_DATE_EPOCH`` if that is set, else the current one (UTC)."""
    stamp = os.environ.get("SOURCE_DATE_EPOCH", "")
    if stamp:
        try:
            return datetime.datetime.fromtimestamp(int(stamp), datetime.UTC).date()
        except (ValueError, OverflowError, OSError):
            raise PolicyError(f"SOURCE_DATE_EPOCH is not a number of seconds: {stamp[:40]!r}") from None
    return datetime.datetime.now(datetime.UTC).date()


def apply(findings: Iterable[Finding], policy: Policy) -> list[Finding]:
    """Give each finding its tier, clause and severity."""
    return [_judge(finding, policy) for finding in findings]


def _judge(finding: Finding, policy: Policy) -> Finding:
    tier = tier_of(finding, policy)
    if tier is None:
        return finding
    severity = severity_in(tier, policy.config, finding.rule, finding.severity)
    if tier.drops_with_soname and severity is not finding.severity and _kept_soname(finding, policy.libraries):
        severity = finding.severity
        finding = finding.with_(
            details=(*finding.details, ("SONAME", "it did not change, and an API may go only with it"))
        )
    judged = finding.with_(tier=tier.title or tier.name, clause=_clause(tier), severity=severity)
    if finding.removes and severity is Severity.BREAKING:
        return _deprecation(judged, tier, policy)
    return judged


def _kept_soname(finding: Finding, libraries: Iterable[LibraryNames]) -> bool:
    """Tell whether the library of a finding is given, and has the SONAME that it had."""
    names = {finding.unit, f"lib{finding.unit}", finding.key} - {""}
    return any(found.old_soname == found.new_soname and unversioned(found.old_soname) in names for found in libraries)


def tier_of(finding: Finding, policy: Policy) -> Tier | None:
    """Return the tier that a finding falls under: by its traits, else by its unit."""
    tiers = policy.profile.tiers
    for glob, name in policy.profile.traits:
        if any(fnmatchcase(trait, glob) for trait in finding.traits):
            return tiers.get(name)
    name = policy.units.get((finding.surface, finding.unit), "")
    if not name:
        named = [tier for (_, unit), tier in policy.units.items() if unit == finding.unit]
        name = named[0] if named else ""
    return tiers.get(name)


def severity_in(tier: Tier, config: Config, rule: str, own: Severity) -> Severity:
    """Return the severity of a rule's finding in a tier, ``own`` being the rule's."""
    settings = config.tiers.get(tier.name)
    pairs = [(glob, Severity(name)) for glob, name in tier.severity]
    pairs += list(settings.severities.items()) if settings else []
    severity = own
    for glob, wanted in pairs:
        if glob == rule:
            severity = wanted
        elif fnmatchcase(rule, glob):
            severity = max(own, wanted, key=_GRAVEST_FIRST.index)
    return severity


def _clause(tier: Tier) -> str:
    """Return the clause with where it stands; a section that opens the clause is named once."""
    page, _, section = tier.source.rpartition(", ")
    if page and tier.clause.startswith(f"{section}:"):
        return f"{page}: {tier.clause}"
    if tier.source and tier.clause:
        return f"{tier.source}: {tier.clause}"
    return tier.clause or tier.promise


def window(tier: Tier, config: Config) -> tuple[int, int]:
    """Return for how many releases and months something is deprecated before it may go."""
    settings = config.tiers.get(tier.name)
    releases, months = tier.deprecation_releases, tier.deprecation_months
    if settings and settings.deprecation_releases is not None:
        releases = settings.deprecation_releases
    if settings and settings.deprecation_months is not None:
        months = settings.deprecation_months
    return releases, months


def window_text(releases: int, months: int) -> str:
    """Return ``2 releases and 12 months``."""
    parts = [f"{n} {word}{'' if n == 1 else 's'}" for n, word in ((releases, "release"), (months, "month")) if n]
    return " and ".join(parts)


def _deprecation(finding: Finding, tier: Tier, policy: Policy) -> Finding:
    """Soften a removal that was announced for long enough; say what is missing otherwise."""
    releases, months = window(tier, policy.config)
    if not releases and not months:
        return finding
    demanded = window_text(releases, months)
    since = policy.deprecated.get(finding.subject)
    if since is None:
        text = f"never marked deprecated; this tier demands {demanded} of notice"
        return finding.with_(details=(*finding.details, ("notice", text)))
    missing = remaining(since, releases, months, policy)
    if missing:
        text = f"deprecated since {since.since}, inside the window of {demanded}: {missing}"
        return finding.with_(details=(*finding.details, ("notice", text)))
    text = f"announced: deprecated since {since.since}, {demanded} of notice were given"
    return finding.with_(severity=Severity.NOTICE, details=(*finding.details, ("notice", text)))


def remaining(since: Deprecation, releases: int, months: int, policy: Policy) -> str:
    """Say what is missing before the item may go, or return an empty text."""
    missing = []
    if releases:
        shipped = _shipped(since.since, policy)
        if shipped is None:
            missing.append("the releases since then are not known (give --history)")
        elif shipped < releases:
            missing.append(f"{shipped} of {releases} releases have passed")
    if months:
        if since.date is None:
            missing.append("the date of that release is not known")
        elif (until := add_months(since.date, months)) > policy.today:
            missing.append(f"until {until.isoformat()}")
    return ", ".join(missing)


def _shipped(since: str, policy: Policy) -> int | None:
    """Number of releases that carried the mark before the new one, or None if not known."""
    known = sorted({*policy.releases}, key=version_key)
    if since not in known:
        return None
    first = version_key(since)
    end = version_key(policy.version) if policy.version else None
    return sum(1 for v in known if version_key(v) >= first and (end is None or version_key(v) < end))


def add_months(date: datetime.date, months: int) -> datetime.date:
    """Return the day ``months`` later (the last of the month where it has no such day)."""
    total = date.year * 12 + date.month - 1 + months
    year, month = divmod(total, 12)
    for day in (date.day, 30, 29, 28):
        try:
            return datetime.date(year, month + 1, day)
        except ValueError:
            continue
    raise PolicyError(f"not a date: {months} months after {date}")
