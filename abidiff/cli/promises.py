"""The promises of a profile as a table that a maintainer can hold against their own page."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass

from abidiff.config import Config
from abidiff.policy import window, window_text
from abidiff.profile import Profile, load
from abidiff.reports.escape import printable
from abidiff.reports.markdown import code, text


@dataclass(frozen=True, slots=True)
class Promise:
    """One tier with all that falls under it."""

    name: str
    title: str
    promise: str
    clause: str
    source: str
    covers: tuple[str, ...]
    severities: tuple[tuple[str, str], ...]
    notice: str


def tiers_of(release: str | None, profile: str, config: Config) -> tuple[Profile, tuple[Promise, ...]]:
    """Return the tiers of a profile; of a release its units, without one the profile's globs."""
    if release is None:
        found = load(profile or "libvirt")
        covers = [(rule.tier, f"{rule.surface}: {', '.join(rule.files)}") for rule in found.units]
    else:
        from abidiff.pipeline.reading import Request, opened

        _, found, project = opened(Request(release, profile=profile))
        covers = [(unit.tier, f"{unit.surface}: {unit.name}") for unit in project.units]
    covers += [(tier, f"findings with the trait {glob}") for glob, tier in found.traits]
    return found, tuple(_promise(found, name, covers, config) for name in found.tiers)


def _promise(profile: Profile, name: str, covers: list[tuple[str, str]], config: Config) -> Promise:
    tier = profile.tiers[name]
    settings = config.tiers.get(name)
    own = [(rule, str(severity)) for rule, severity in (settings.severities.items() if settings else ())]
    return Promise(
        name=name,
        title=tier.title,
        promise=tier.promise,
        clause=tier.clause,
        source=tier.source,
        covers=tuple(what for where, what in covers if where == name),
        severities=(*tier.severity, *((rule, f"{severity} (configuration)") for rule, severity in own)),
        notice=window_text(*window(tier, config)),
    )


def render(found: tuple[Profile, tuple[Promise, ...]], format_name: str) -> str:
    """Return the table in a format: ``text``, ``markdown`` or ``json``."""
    profile, promises = found
    match format_name:
        case "json":
            return _json(profile, promises)
        case "markdown":
            return _markdown(profile, promises)
        case _:
            return _text(profile, promises)


def _rows(promise: Promise) -> list[tuple[str, str]]:
    severities = [f"{rule} → {severity}" for rule, severity in promise.severities]
    rows = [
        ("promise", promise.promise),
        ("clause", promise.clause),
        ("source", promise.source),
        *(("covers", what) for what in promise.covers or ("nothing",)),
        ("a break is", "breaking, as each rule says" if not severities else ", ".join(severities)),
    ]
    if promise.notice:
        rows.append(("removal", f"only after being marked deprecated for {promise.notice}"))
    return [(label, value) for label, value in rows if value]


def _text(profile: Profile, promises: tuple[Promise, ...]) -> str:
    out = [f"{profile.title}: what is promised for what (profile {profile.name})"]
    for promise in promises:
        out += ["", printable(f"{promise.title}  [{promise.name}]")]
        last = ""
        for label, value in _rows(promise):
            shown = "" if label == last else label
            last = label
            wrapped = textwrap.wrap(printable(value), 84, break_long_words=False, break_on_hyphens=False)
            out += [f"  {shown if n == 0 else '':<11}{line}".rstrip() for n, line in enumerate(wrapped)]
    return "\n".join(out) + "\n"


def _markdown(profile: Profile, promises: tuple[Promise, ...]) -> str:
    out = [
        f"What {text(profile.title)} promises for what (profile {code(profile.name)}):",
        "",
        "| tier | promise | clause | covers | severities |",
        "|---|---|---|---|---|",
    ]
    for p in promises:
        clause = text(f"{p.source}: {p.clause}" if p.source else p.clause)
        covers = "<br>".join(text(what) for what in p.covers)
        severities = "<br>".join(text(f"{rule} → {severity}") for rule, severity in p.severities) or "as each rule says"
        out.append(f"| **{text(p.title)}** ({text(p.name)}) | {text(p.promise)} | {clause} | {covers} | {severities} |")
    return "\n".join(out) + "\n"


def _json(profile: Profile, promises: tuple[Promise, ...]) -> str:
    tiers = [
        {
            "name": p.name,
            "title": p.title,
            "promise": p.promise,
            "clause": p.clause,
            "source": p.source,
            "covers": list(p.covers),
            "severities": [{"rule": rule, "severity": severity} for rule, severity in p.severities],
            "deprecation": p.notice,
        }
        for p in promises
    ]
    return json.dumps({"profile": profile.name, "tiers": tiers}, indent=2, ensure_ascii=False) + "\n"
