"""What is marked deprecated, since when, and what of it may go."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from abidiff.config import Deprecation
from abidiff.finding import Side
from abidiff.pipeline.marks import Marked
from abidiff.policy import Policy, remaining, window, window_text
from abidiff.surface_names import HEADERS
from abidiff.versions import version_key


def since(
    names: Iterable[Marked], side: Side, history: Sequence[tuple[Side, Iterable[Marked]]]
) -> dict[str, Deprecation]:
    """Return since when each name is marked: the first of the releases without a gap up to this one."""
    ordered = sorted(
        ((release, {m.name for m in marks}) for release, marks in history),
        key=lambda pair: version_key(pair[0].version),
        reverse=True,
    )
    out = {}
    for mark in names:
        first = side
        for release, marks in ordered:
            if version_key(release.version) >= version_key(side.version):
                continue
            if mark.name not in marks:
                break
            first = release
        out[mark.name] = Deprecation(first.version or first.label, _date(first))
    return out


def _date(side: Side) -> datetime.date | None:
    return datetime.date.fromisoformat(side.date) if side.date else None


def listing(names: Iterable[Marked], policy: Policy) -> list[str]:
    """Say of each name since when it is marked, and whether it may go in the release after this one."""
    policy = replace(policy, version="")
    out = []
    for mark in names:
        found = policy.deprecated.get(mark.name)
        date = f" ({found.date.isoformat()})" if found and found.date else ""
        text = (
            f"deprecated: {mark.unit} {mark.name}, since {found.since}{date}" if found else f"deprecated: {mark.name}"
        )
        out.append(f"{text}: {_may_go(mark, found, policy)}")
    return out


def _may_go(mark: Marked, found: Deprecation | None, policy: Policy) -> str:
    tier = policy.profile.tiers.get(policy.units.get((HEADERS, mark.unit), ""))
    if tier is None:
        return "no tier says when it may go"
    releases, months = window(tier, policy.config)
    if not releases and not months:
        return f"no window is set for {tier.title}, so its removal is judged as any other"
    missing = remaining(found, releases, months, policy) if found else "not known since when"
    demanded = window_text(releases, months)
    return f"may not go yet, {demanded} of notice: {missing}" if missing else "may go in the next release"
