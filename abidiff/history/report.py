"""The report about a whole history."""

from __future__ import annotations

from abidiff.change import Change
from abidiff.finding import Problem, Report, Severity, Side, SurfaceSummary
from abidiff.history import RULES, checks
from abidiff.history.lives import History
from abidiff.pipeline.options import Options
from abidiff.rule import load, run

ORDER = tuple(Severity)


def report(history: History, name: str, options: Options, *, releases: int = 2, months: int = 0) -> Report:
    """Look at a whole history; ``releases`` and ``months``: how long something has to have been deprecated to go."""
    changes: list[Change] = [*checks.grouped(checks.lifetimes(history, releases=releases, months=months))]
    problems = []
    notes = []
    missing = checks.not_compared(history)
    if not checks.has_models(history):
        notes.append("this history holds no models: releases that are no neighbours were not compared")
    elif missing:
        hint = "compare them: abi-diff history build -o HISTORY.db, without --no-compare"
        problems.append(Problem("history", f"{missing} pairs of neighbours were not compared", hint=hint))
    else:
        changes += checks.composed(history, checks.wide_pairs(len(history.releases)), options)
    findings = run(load(RULES), changes)
    findings.sort(key=lambda f: (ORDER.index(f.severity), f.rule, f.unit, f.subject, f.key))
    versions = [found.version for found in history.releases]
    ends = [Side(name, row.version, f"{name}@{row.version}", row.date) for row in history.releases]
    unread = history.connection.execute("SELECT count(DISTINCT release) FROM problem").fetchone()[0]
    if unread:
        notes.append(f"{unread} of the releases could not be read completely; what they hide is taken to be there")
    units = tuple(sorted({finding.unit for finding in findings}))
    census = {"releases": len(versions), "items": history.connection.execute("SELECT count(*) FROM item").fetchone()[0]}
    return Report(
        old=ends[0] if len(ends) > 1 else None,
        new=ends[-1] if ends else Side(name, "", name),
        profile="",
        surfaces=(SurfaceSummary("history", "history", units, census, census),),
        findings=tuple(findings),
        problems=tuple(problems),
        notes=tuple(notes),
        allowed_undecided=options.allow_undecided,
        fail_on=options.fail_on or options.config.fail_on,
    )
