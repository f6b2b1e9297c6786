"""From findings to a report: policy, waivers, and what has to be said beside them."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from abidiff import policy as policies
from abidiff.config import Deprecation
from abidiff.errors import UsageError
from abidiff.finding import Finding, Problem, Report, Severity, Side, SurfaceSummary
from abidiff.pipeline.complete import name_of
from abidiff.pipeline.deprecations import since
from abidiff.pipeline.marks import Marked
from abidiff.pipeline.near import with_near
from abidiff.pipeline.options import Options
from abidiff.pipeline.reading import Reading
from abidiff.profile import load
from abidiff.versions import version_key
from abidiff.waivers import waive


def report(
    before: Reading | None,
    after: Reading,
    findings: Iterable[Finding],
    summaries: Iterable[SurfaceSummary],
    problems: Iterable[Problem],
    options: Options,
    policy: policies.Policy,
    told: Iterable[str] = (),
) -> Report:
    """Apply policy and waivers, and put the report together."""
    summaries = tuple(summaries)
    policy = replace(policy, libraries=tuple(names for summary in summaries for names in summary.libraries))
    judged = policies.apply(findings, policy)
    judged = with_near(judged, after.paths)
    judged = waive(judged, policy, looked_at=[summary.name for summary in summaries])
    allowed = options.allow_undecided or options.config.allow_undecided
    return Report(
        old=before.side if before else None,
        new=after.side,
        profile=policy.profile.name,
        surfaces=tuple(summaries),
        findings=tuple(judged),
        problems=tuple(problems),
        notes=(*_equal(before, after, options), *_notes(before, after, judged, allowed), *told),
        allowed_undecided=allowed,
        fail_on=options.fail_on or options.config.fail_on,
    )


def policy_for(before: Reading | None, after: Reading, options: Options) -> policies.Policy:
    """Return the policy of a comparison: the profile of the new side, the tiers of the old one first."""
    sides = [side for side in (before, after) if side is not None]
    units: dict[tuple[str, str], str] = {}
    for side in sides:
        for unit in side.units:
            units.setdefault((unit.surface, unit.name), unit.tier)
    profile = load(after.profile)
    unknown = [name for name in options.config.tiers if name not in profile.tiers]
    if unknown:
        known = ", ".join(profile.tiers)
        raise UsageError(
            f"{options.config.path}: the profile {profile.name} has no tier {unknown[0]!r}",
            hint=f"known: {known}",
        )
    return policies.Policy(
        profile=profile,
        config=options.config,
        units=units,
        today=policies.today(),
        version=after.side.version,
        releases=tuple(side.side.version for side in sides if side.side.version),
        deprecated=options.config.deprecations,
    )


def dated(
    policy: policies.Policy,
    sides: list[tuple[Side, tuple[Marked, ...]]],
    history: list[tuple[Side, tuple[Marked, ...]]],
) -> policies.Policy:
    """Return the policy with what the releases tell of deprecations; the configuration wins."""
    known: dict[str, Deprecation] = {}
    for n, (side, marks) in enumerate(sides):
        known = since(marks, side, [*history, *sides[:n]]) | known
    versions = (*(side.version for side, _ in history if side.version), *policy.releases)
    return replace(policy, deprecated={**known, **policy.deprecated}, releases=versions)


def _equal(before: Reading | None, after: Reading, options: Options) -> list[str]:
    """Say that two different inputs hold the same interface."""
    if before is None or before.digest != after.digest or options.same_is_fine:
        return []
    return ["the interface files of both sides are equal"]


def _notes(before: Reading | None, after: Reading, findings: list[Finding], allowed: bool) -> tuple[str, ...]:
    out = []
    for side in (before, after):
        if side is not None:
            out += [f"{name_of(side)}: {note}" for note in side.notes]
    if before is not None and _swapped(before.side.version, after.side.version):
        out.append(f"OLD ({before.side.version}) is newer than NEW ({after.side.version}): are they swapped?")
    off = [f for f in findings if f.severity is Severity.OFF]
    if off:
        tiers = ", ".join(sorted({f.tier for f in off if f.tier}))
        out.append(f"not shown, as nothing is promised there: {len(off)} change{'s'[: len(off) > 1]} ({tiers})")
    if allowed:
        through = [f for f in findings if f.severity is Severity.UNDECIDED and not f.waiver]
        out += [f"let through by --allow-undecided: {f.rule} {f.unit} {f.subject}".rstrip() for f in through]
    return tuple(out)


def _swapped(old: str, new: str) -> bool:
    return bool(old and new) and version_key(old) > version_key(new)
