"""The whole flow: read both sides, compare each surface, ask the rules, apply policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from abidiff import policy as policies
from abidiff.change import Change
from abidiff.config import Config, Deprecation
from abidiff.errors import UsageError
from abidiff.finding import Finding, Problem, Report, Severity, Side, SurfaceSummary
from abidiff.pipeline import memory, worker
from abidiff.pipeline.deprecations import Marked, listing, marked, since
from abidiff.pipeline.memory import Comparison
from abidiff.pipeline.reading import Reading, Request, chosen, opened, pack, read, unpack
from abidiff.profile import load
from abidiff.rule import load as rules_of
from abidiff.rule import run
from abidiff.surface import Surface
from abidiff.waivers import waive

__all__ = ["Options", "check", "compare", "compared", "judge", "report_of", "verified"]


def _quiet(_: str) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to run.

    ``surfaces``     names of the surfaces to look at; empty means all.
    ``profile``      name or path of the profile; empty: recognised.
    ``parallel``     read the old side in a process of its own.
    ``globs``        (surface, glob) pairs that name the files instead of the generic profile.
    ``direction``    takes every schema as ``input``, ``output`` or ``both``.
    ``history``      earlier releases, which tell since when something is deprecated.
    ``deprecations`` list what is deprecated in the notes of the report.
    ``same_is_fine`` two sides of the same content are no problem (a change that touches no API).
    ``progress``     called with what is being done.
    """

    surfaces: tuple[str, ...] = ()
    profile: str = ""
    config: Config = field(default_factory=Config)
    allow_undecided: bool = False
    verify: bool = False
    parallel: bool = True
    cache: bool = True
    same_is_fine: bool = False
    history: tuple[str, ...] = ()
    deprecations: bool = False
    globs: tuple[tuple[str, str], ...] = ()
    direction: str = ""
    progress: Callable[[str], None] = _quiet

    def request(self, argument: str) -> Request:
        """Return what to read for one argument."""
        profile = self.profile or self.config.profile
        surfaces = self.surfaces or self.config.surfaces or tuple(dict(self.globs))
        return Request(argument, profile, surfaces, self.cache, self.globs, self.direction)


def compare(old: str, new: str, options: Options) -> Report:
    """Compare two releases, given as the user gives them."""
    report = report_of(compared(old, new, options), options)
    return verified(report, old, new, options) if options.verify else report


def compared(old: str, new: str, options: Options) -> Comparison:
    """Return what two inputs differ by, from memory where both were compared before."""
    keys = memory.reading_key(options.request(old)), memory.reading_key(options.request(new))
    key = memory.comparison_key(*keys)
    found = memory.recall(key)
    if found is None:
        before, after = _read_both(old, new, keys, options)
        found = weigh(before, after, options)
        memory.remember(key, found)
    return found


def judge(before: Reading, after: Reading, options: Options) -> Report:
    """Compare two readings and apply policy: the pure half of the flow."""
    return report_of(weigh(before, after, options), options)


def weigh(before: Reading, after: Reading, options: Options) -> Comparison:
    """Compare two readings, surface by surface, and ask the rules."""
    findings: list[Finding] = []
    summaries: list[SurfaceSummary] = []
    problems = [*before.problems("old"), *after.problems("new")]
    for surface in chosen(options.request("").surfaces):
        options.progress(f"compare {surface.title}")
        found, unjudged = _differences(surface, before.models[surface.name], after.models[surface.name])
        findings += found
        problems += unjudged
        summary = _summary(surface, before, after)
        problems += _empty(surface, summary, before, after)
        decided = not any(f.severity is Severity.UNDECIDED for f in found)
        decided = decided and not any(p.surface == surface.name for p in problems)
        summaries.append(replace(summary, decided=decided))
    problems += _nothing(summaries, problems)
    heads = before.head(), after.head()
    marks = marked(before.models), marked(after.models)
    return Comparison(*heads, tuple(findings), tuple(summaries), tuple(problems), *marks)


def report_of(found: Comparison, options: Options) -> Report:
    """Apply policy and waivers to what was found."""
    problems = [*_same(found.before, found.after, options), *found.problems]
    old, new = (found.before.side, found.marked_old), (found.after.side, found.marked_new)
    policy = _dated(policy_for(found.before, found.after, options), [old, new], options)
    told = listing(found.marked_new, policy) if options.deprecations else []
    return _report(found.before, found.after, found.findings, found.summaries, problems, options, policy, told)


def _dated(policy: policies.Policy, sides: list[tuple[Side, tuple[Marked, ...]]], options: Options) -> policies.Policy:
    """Return the policy with what the releases tell of deprecations; the configuration wins."""
    headers = replace(options, surfaces=("headers",))
    history = [(side.side, marked(side.models)) for side in (read_side(given, headers) for given in options.history)]
    known: dict[str, Deprecation] = {}
    for n, (side, marks) in enumerate(sides):
        known = since(marks, side, [*history, *sides[:n]]) | known
    versions = (*(side.version for side, _ in history if side.version), *policy.releases)
    return replace(policy, deprecated={**known, **policy.deprecated}, releases=versions)


def check(argument: str, options: Options) -> Report:
    """Look at one release: what it says of itself in several places."""
    return judge_one(read_side(argument, options), options)


def judge_one(found: Reading, options: Options) -> Report:
    """Check the consistency of one reading."""
    from abidiff.surfaces.consistency.compare import contradictions

    names = {surface.name for surface in chosen(options.request("").surfaces)}
    findings: list[Finding] = []
    summaries = []
    problems = found.problems("new")
    for surface in chosen(()):
        if surface.name not in names:
            continue
        model = found.models[surface.name]
        if surface.name == "consistency":
            findings = run(rules_of(surface.rules), contradictions(model))
        census = surface.census(model)
        units = tuple(u.name for u in found.units if u.surface == surface.name)
        summaries.append(SurfaceSummary(surface.name, surface.title, units, {}, census))
    problems += _nothing(summaries, problems)
    marks = marked(found.models)
    policy = _dated(policy_for(None, found, options), [(found.side, marks)], options)
    told = listing(marks, policy) if options.deprecations else []
    return _report(None, found, findings, summaries, problems, options, policy, told)


def read_side(argument: str, options: Options, key: str | None = None) -> Reading:
    """Read one side, from memory where it was read before."""
    request = options.request(argument)
    key = key or memory.reading_key(request)
    found = memory.recall_reading(key)
    if found is None:
        found = read(request, options.progress)
        memory.remember_reading(key, found)
    return found


def _read_both(old: str, new: str, keys: tuple[str | None, str | None], options: Options) -> tuple[Reading, Reading]:
    first = partial(read_side, old, replace(options, progress=_quiet), keys[0])
    second = partial(read_side, new, options, keys[1])
    if options.parallel and worker.available():
        return worker.both(first, second, pack, unpack)
    return first(), second()


def _same(before: Reading, after: Reading, options: Options) -> list[Problem]:
    problems = []
    hint = "a comparison of something with itself proves nothing; was one name mixed up?"
    if before.digest == after.digest and not options.same_is_fine:
        names = f"both sides have the same content: {_name(before)} and {_name(after)}"
        if before.side.origin == after.side.origin:
            names = f"OLD and NEW are the same input: {before.side.origin}"
        problems.append(Problem("", names, hint=hint))
    if before.profile != after.profile:
        message = f"the old side is recognised as {before.profile}, the new one as {after.profile}"
        problems.append(Problem("", message, hint="name one with --profile"))
    return problems


def _name(reading: Reading) -> str:
    label = reading.side.label
    return f"{label} ({reading.side.origin})" if label else reading.side.origin


def _summary(surface: Surface, before: Reading, after: Reading) -> SurfaceSummary:
    units = dict.fromkeys(unit.name for side in (before, after) for unit in side.units if unit.surface == surface.name)
    old: Mapping[str, int] = surface.census(before.models[surface.name])
    new: Mapping[str, int] = surface.census(after.models[surface.name])
    return SurfaceSummary(surface.name, surface.title, tuple(units), dict(old), dict(new))


def _empty(surface: Surface, summary: SurfaceSummary, before: Reading, after: Reading) -> list[Problem]:
    """Report a surface that has units but nothing in them, or that is only on one side."""
    out = []
    sides = (("old", before, summary.old, summary.new), ("new", after, summary.new, summary.old))
    for side, reading, here, there in sides:
        units = [unit.name for unit in reading.units if unit.surface == surface.name]
        if any(here.values()):
            continue
        if units:
            message = f"{surface.title}: nothing was found in {', '.join(units)}"
        elif any(there.values()) and surface.name != "consistency":
            message = f"{surface.title}: there are none on this side, and there are on the other"
        else:
            continue
        out.append(Problem(surface.name, message, side=side, hint="an empty surface is never a success"))
    return out


def _differences(surface: Surface, old: Any, new: Any) -> tuple[list[Finding], list[Problem]]:
    """Compare one surface; equal models have no differences, which needs neither comparison nor rules."""
    if old == new:
        return [], []
    changes = surface.compare(old, new)
    return run(rules_of(surface.rules), changes), _unjudged(surface, changes)


def _unjudged(surface: Surface, changes: Iterable[Change]) -> list[Problem]:
    """Report changes that no rule looks at: what nobody judged is not compatible."""
    known = {kind for rule in rules_of(surface.rules) for kind in rule.on}
    kinds: dict[str, list[Change]] = {}
    for change in changes:
        if type(change) not in known:
            kinds.setdefault(type(change).__name__, []).append(change)
    return [
        Problem(
            surface.name,
            f"{surface.title}: no rule judges {len(found)} of the changes ({kind}, first {found[0].subject})",
            hint="this is a gap in abidiff: please report it",
            unit=found[0].unit,
        )
        for kind, found in sorted(kinds.items())
    ]


def _nothing(summaries: list[SurfaceSummary], problems: list[Problem]) -> list[Problem]:
    looked = any(any(s.old.values()) or any(s.new.values()) for s in summaries)
    if looked or any("nothing was found" in problem.message for problem in problems):
        return []
    hint = "no headers, symbol maps, protocols or schemas that a profile knows; see --profile"
    return [Problem("", "nothing was looked at: there is nothing to compare", hint=hint)]


def _report(
    before: Reading | None,
    after: Reading,
    findings: Iterable[Finding],
    summaries: Iterable[SurfaceSummary],
    problems: Iterable[Problem],
    options: Options,
    policy: policies.Policy,
    told: Iterable[str] = (),
) -> Report:
    judged = policies.apply(findings, policy)
    judged = waive(judged, policy, looked_at=[summary.name for summary in summaries])
    allowed = options.allow_undecided or options.config.allow_undecided
    return Report(
        old=before.side if before else None,
        new=after.side,
        profile=policy.profile.name,
        surfaces=tuple(summaries),
        findings=tuple(judged),
        problems=tuple(problems),
        notes=(*_notes(before, after, judged, allowed), *told),
        allowed_undecided=allowed,
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


def _notes(before: Reading | None, after: Reading, findings: list[Finding], allowed: bool) -> tuple[str, ...]:
    out = []
    for side in (before, after):
        if side is not None:
            out += [f"{_name(side)}: {note}" for note in side.notes]
    off = [f for f in findings if f.severity is Severity.OFF]
    if off:
        tiers = ", ".join(sorted({f.tier for f in off if f.tier}))
        out.append(f"not shown, as nothing is promised there: {len(off)} change{'s'[: len(off) > 1]} ({tiers})")
    if allowed:
        through = [f for f in findings if f.severity is Severity.UNDECIDED and not f.waiver]
        out += [f"let through by --allow-undecided: {f.rule} {f.unit} {f.subject}".rstrip() for f in through]
    return tuple(out)


def verified(report: Report, old: str, new: str, options: Options) -> Report:
    """Ask independent programs about each witness; reads both releases again, with their files."""
    before, after = opened(options.request(old))[0], opened(options.request(new))[0]
    found: dict[int, Finding] = {}
    for surface in chosen(options.request("").surfaces):
        mine = [(n, f) for n, f in enumerate(report.findings) if f.surface == surface.name and f.witness is not None]
        if surface.verify is None or not mine:
            continue
        options.progress(f"verify {surface.title}")
        answers: Any = surface.verify([f for _, f in mine], before, after)
        found.update(zip((n for n, _ in mine), answers, strict=True))
    return replace(report, findings=tuple(found.get(n, f) for n, f in enumerate(report.findings)))
