"""The whole flow: read both sides, compare each surface, ask the rules, apply policy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from abidiff import limits
from abidiff.change import Change
from abidiff.errors import LimitError, UsageError
from abidiff.finding import Confirmation, Finding, Problem, Report, Severity, Side, SurfaceSummary
from abidiff.pipeline import memory, worker
from abidiff.pipeline.complete import absent, apart, empty, nothing, nothing_in, summary_of, unjudged
from abidiff.pipeline.deprecations import listing
from abidiff.pipeline.inputs import Inputs
from abidiff.pipeline.judgement import dated, policy_for, report
from abidiff.pipeline.marks import Marked
from abidiff.pipeline.memory import Comparison
from abidiff.pipeline.options import Options, quiet
from abidiff.pipeline.parts import Part
from abidiff.pipeline.projects import two_projects
from abidiff.pipeline.reading import Reading, chosen
from abidiff.release import Release
from abidiff.rule import folded, run
from abidiff.rule import load as rules_of
from abidiff.sources.identify import same_input
from abidiff.sources.request import printable
from abidiff.surface import Surface
from abidiff.surface_names import CONSISTENCY, HEADERS


def compare(old: str, new: str, options: Options) -> Report:
    """Compare two releases, given as the user gives them."""
    inputs = Inputs(options)
    found = report_of(compared(old, new, options, inputs), options)
    return verified(found, inputs.release(old), inputs.release(new), options) if options.verify else found


def compare_with_sides(old: str, new: str, options: Options) -> tuple[Report, Reading, Reading]:
    """Compare two releases, and return both sides with their models as well; each is read once."""
    keys = _keys(old, new, options)
    inputs = Inputs(options)
    before, after = _read_both(old, new, keys, options, inputs)
    key = memory.comparison_key(*keys)
    found = report_of(memory.recall(key) or _compared(before, after, new, key, options), options)
    if options.verify:
        found = verified(found, inputs.release(old), inputs.release(new), options)
    return found, before, after


def compared(old: str, new: str, options: Options, inputs: Inputs | None = None) -> Comparison:
    """Return what two inputs differ by, from memory where both were compared before; ``inputs`` keeps what is read."""
    keys = _keys(old, new, options)
    key = memory.comparison_key(*keys)
    found = memory.recall(key)
    if found is None:
        before, after = _read_both(old, new, keys, options, inputs or Inputs(options))
        found = _compared(before, after, new, key, options)
    return found


def _keys(old: str, new: str, options: Options) -> tuple[str | None, str | None]:
    """Return what two inputs are known by.  Raises UsageError when they are one."""
    if not options.same_is_fine and same_input(old, new):
        raise UsageError(
            f"OLD and NEW are the same input: {printable(old)}",
            hint="a comparison of something with itself proves nothing; was one name mixed up?",
        )
    return memory.reading_key(options.request(old)), memory.reading_key(options.request(new))


def _compared(before: Reading, after: Reading, new: str, key: str | None, options: Options) -> Comparison:
    from abidiff.pipeline.mentions import with_places

    found = differences(before, after, options)
    told = with_places(found.findings, chosen(options.request("").surfaces), new)
    found = replace(found, findings=tuple(told))
    memory.remember(key, found)
    return found


def judge(before: Reading, after: Reading, options: Options) -> Report:
    """Compare two readings and apply policy: the pure half of the flow."""
    return report_of(differences(before, after, options), options)


def differences(before: Reading, after: Reading, options: Options) -> Comparison:
    """Compare two readings, surface by surface, and ask the rules."""
    from abidiff.pipeline.unread import closed, undecided, unproved, without_equal

    findings: list[Finding] = []
    summaries: list[SurfaceSummary] = []
    _globs_match(before, after)
    if two_projects(before, after, options):  # nothing of the one is a removal in the other
        return Comparison(before.head(), after.head(), (), (), ())
    before, after = without_equal(before, after)
    open_ = undecided(before, after)
    problems = [*before.problems("old", open_[0]), *after.problems("new", open_[1])]
    for surface in chosen(options.request("").surfaces):
        options.progress(f"compare {surface.title}")
        summary = summary_of(surface, before, after)
        found: list[Finding] = []
        unjudged: list[Problem] = []
        if not absent(surface, summary, after):
            found, unjudged = _of_surface(surface, before.parts[surface.name], after.parts[surface.name])
        if any(f.severity is Severity.BREAKING for f in found):
            found = list(unproved(found, closed(surface, summary, before, after)))
        findings += found
        problems += unjudged
        problems += empty(surface, summary, before, after)
        decided = not any(f.severity is Severity.UNDECIDED for f in found)
        decided = decided and not any(p.surface == surface.name for p in problems)
        summaries.append(replace(summary, decided=decided))
    problems += nothing(summaries, problems)
    if unlike := apart(summaries):
        return Comparison(before.head(), after.head(), (), tuple(summaries), tuple(unlike))
    return Comparison(before.head(), after.head(), tuple(findings), tuple(summaries), tuple(problems))


def _globs_match(before: Reading, after: Reading) -> None:
    """Refuse a glob of the user that matches nothing on either side."""
    for name, glob in before.unmatched:
        if (name, glob) in after.unmatched:
            raise UsageError(f"--{name} {glob!r} matches no file on either side")


def report_of(found: Comparison, options: Options) -> Report:
    """Apply policy and waivers to what was found."""
    problems = [*two_projects(found.before, found.after, options), *found.problems]
    old, new = (found.before.side, found.before.marked), (found.after.side, found.after.marked)
    policy = dated(policy_for(found.before, found.after, options), [old, new], _history(options))
    told = listing(found.after.marked, policy) if options.deprecations else []
    return report(found.before, found.after, found.findings, found.summaries, problems, options, policy, told)


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
        part = found.parts[surface.name]
        if surface.name == CONSISTENCY:
            findings, unlisted = _judged(surface, contradictions(part.model))
            problems += unlisted
        census = part.census
        units = tuple(u.name for u in found.units if u.surface == surface.name)
        summaries.append(SurfaceSummary(surface.name, surface.title, units, {}, census))
        problems += nothing_in(surface, units, census)
    problems += nothing(summaries, problems)
    policy = dated(policy_for(None, found, options), [(found.side, found.marked)], _history(options))
    told = listing(found.marked, policy) if options.deprecations else []
    return report(None, found, findings, summaries, problems, options, policy, told)


def read_side(argument: str, options: Options) -> Reading:
    """Read one side, from memory where it was read before."""
    key = memory.reading_key(options.request(argument))
    inputs = Inputs(options)
    known = memory.recall_reading(key, _quietly(argument, options, inputs))
    return known or _read_anew(argument, options, key, inputs)


def _quietly(argument: str, options: Options, inputs: Inputs) -> Callable[[], Reading]:
    return partial(inputs.read, argument, replace(options, progress=quiet))


def _read_anew(
    argument: str, options: Options, key: str | None, inputs: Inputs, like: Reading | None = None
) -> Reading:
    found = inputs.read(argument, options, like)
    memory.remember_reading(key, found)
    return found


def _history(options: Options) -> list[tuple[Side, tuple[Marked, ...]]]:
    """Return what each of the earlier releases marks as deprecated."""
    headers = replace(options, surfaces=(HEADERS,))
    return [(found.side, found.marked) for found in (read_side(given, headers) for given in options.history)]


def _read_both(
    old: str, new: str, keys: tuple[str | None, str | None], options: Options, inputs: Inputs
) -> tuple[Reading, Reading]:
    """Return both sides: from memory, in this process, or in two when neither is known."""
    known = tuple(
        memory.recall_reading(key, _quietly(name, options, inputs)) for name, key in zip((old, new), keys, strict=True)
    )
    first = partial(_read_anew, old, replace(options, progress=quiet), keys[0], inputs)
    second = partial(_read_anew, new, options, keys[1], inputs)
    if known[0] is None and known[1] is None and _apart(old, new, options):
        if not options.cache or Path(old).is_file():  # else most of it is known, library by library
            from abidiff.pipeline.ready import prepare

            prepare(options.request(old))
        return worker.both(first, second, partial(inputs.pack, old), partial(inputs.unpack, old))
    if known[1] is not None:
        return known[0] or first(like=known[1]), known[1]
    before = known[0] or first()
    return before, second(like=before)


def _apart(old: str, new: str, options: Options) -> bool:
    """Tell whether two processes are worth it: two states of one repository share nearly all, through the cache."""
    repository = old.rpartition("@")[0]
    together = options.cache and repository and new.rpartition("@")[0] == repository and not Path(old).exists()
    return options.parallel and worker.available() and not together


def _of_surface(surface: Surface, old: Part, new: Part) -> tuple[list[Finding], list[Problem]]:
    """Compare one surface; equal models have no differences, which needs neither comparison nor rules."""
    if old.equals(new):
        return [], []
    try:
        changes = surface.compare(old.model, new.model)
    except LimitError as error:
        return [], [Problem(surface.name, f"{surface.title}: {error.message}", hint=error.hint)]
    return _judged(surface, changes)


def _judged(surface: Surface, changes: Sequence[Change]) -> tuple[list[Finding], list[Problem]]:
    """Ask the rules; what they find beyond the limit is not listed, and keeps the verdict open."""
    rules, most = rules_of(surface.rules), limits.now().findings
    found, problems = run(rules, changes, most), unjudged(surface, changes)
    if len(found) > most:
        error = limits.passed("findings", f"{surface.title}: more than {most:,} findings: the rest was not looked at")
        problems.append(Problem(surface.name, error.message, hint=error.hint))
    return folded(rules, found[:most]), problems


def verified(report: Report, before: Release, after: Release, options: Options) -> Report:
    """Ask independent programs about each witness of a comparison of these two releases."""
    found: dict[int, Finding] = {}
    for surface in chosen(options.request("").surfaces):
        mine = [(n, f) for n, f in enumerate(report.findings) if f.surface == surface.name and f.witness is not None]
        if surface.verify is None or not mine:
            continue
        options.progress(f"verify {surface.title}")
        answers: Any = surface.verify([f for _, f in mine], before, after)
        found.update(zip((n for n, _ in mine), answers, strict=True))
    return replace(report, findings=tuple(_standing(found.get(n, f)) for n, f in enumerate(report.findings)))


def _standing(finding: Finding) -> Finding:
    """Return a finding as it counts once a judge has spoken: a refuted break is an open question."""
    if finding.confirmation is Confirmation.REFUTED and finding.severity is Severity.BREAKING:
        return finding.with_(severity=Severity.UNDECIDED)
    return finding
