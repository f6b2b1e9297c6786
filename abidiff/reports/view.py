"""What every format asks of a report: counts, groups, places, and words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from abidiff.finding import Confirmation, Finding, Problem, Report, Severity, Side, SurfaceSummary, Verdict
from abidiff.location import Location
from abidiff.reports.escape import printable
from abidiff.surface_names import CONSISTENCY
from abidiff.wording import listed, plural

SEVERITIES = (
    Severity.BREAKING,
    Severity.UNDECIDED,
    Severity.WARNING,
    Severity.NOTICE,
    Severity.EXTENSION,
)

_VERDICTS = {
    Verdict.COMPATIBLE: "all that worked with the old side works with the new one",
    Verdict.INCOMPATIBLE: "something that worked with the old side does not with the new one",
    Verdict.UNDECIDED: "not everything could be looked at or decided, so nothing is promised",
}

_ANSWERS = {
    "requires": {
        Verdict.COMPATIBLE: ("served", "the application runs on every release from the one below on"),
        Verdict.INCOMPATIBLE: ("not served", "the application fails on a release that it is to run on"),
        Verdict.UNDECIDED: ("undecided", "not everything could be looked at, so no release is promised to do"),
    },
    "impact": {
        Verdict.COMPATIBLE: ("not affected", "nothing that breaks is used by the application"),
        Verdict.INCOMPATIBLE: ("affected", "the application uses what breaks"),
        Verdict.UNDECIDED: ("undecided", "not everything could be looked at or decided, so nothing is promised"),
    },
}
"""Word and sentence for what is no comparison, by the surface that the report is about."""

CONFIRMATIONS = {
    Confirmation.CONFIRMED: "confirmed by an independent program",
    Confirmation.REFUTED: "refuted by an independent program, so it counts as undecided: please report this",
    Confirmation.DISPUTED: "independent programs disagree",
    Confirmation.UNAVAILABLE: "not confirmed: no independent program is available",
}


class Group(NamedTuple):
    """The findings of one unit of one surface that are about equally grave."""

    surface: str
    title: str
    unit: str
    findings: tuple[Finding, ...]


_GRAVITY = {Severity.BREAKING: 0, Severity.UNDECIDED: 1, Severity.EXTENSION: 3}
"""Severity → rank in the order in which a reader needs the findings; what is not here stands between."""


def verdict_line(report: Report) -> str:
    """Say the verdict in one sentence, without the names of the sides; and the exit code where it is another."""
    if report.exit_code == report.verdict.exit_code:
        return _verdict_line(report)
    warnings = plural(report.count(Severity.WARNING), "warning") + " and " if report.exit_code else ""
    return f"{_verdict_line(report)}; exit code {report.exit_code}: {warnings}--fail-on {report.fail_on}"


def _verdict_line(report: Report) -> str:
    if report.verdict is Verdict.COMPATIBLE and report.allowed_undecided and undecided(report):
        return "as far as it was decided: --allow-undecided let open questions through"
    if answer := _answer(report):
        return answer[1]
    if report.old is None:
        if report.verdict is Verdict.COMPATIBLE and any(f.severity is Severity.WARNING for f in report.findings):
            return "nothing that breaks anybody, and something to look at"
        return {
            Verdict.COMPATIBLE: "the release says the same everywhere",
            Verdict.INCOMPATIBLE: "the release contradicts itself",
            Verdict.UNDECIDED: "not everything could be looked at",
        }[report.verdict]
    return _VERDICTS[report.verdict]


def _answer(report: Report) -> tuple[str, str] | None:
    name = report.surfaces[0].name if report.surfaces else ""
    return _ANSWERS[name][report.verdict] if name in _ANSWERS else None


def undecided(report: Report) -> list[Finding]:
    """Return what is open and not waived."""
    return [f for f in report.findings if f.severity is Severity.UNDECIDED and not f.waiver]


def name_of(side: Side | None) -> str:
    """Return what to call a side: its label, or what the user gave."""
    if side is None:
        return ""
    return side.label or side.origin or "input"


def word(report: Report) -> str:
    """Return the verdict as one word."""
    if answer := _answer(report):
        return answer[0]
    if report.old is None:
        return {"compatible": "consistent", "incompatible": "inconsistent"}.get(report.verdict, report.verdict)
    return str(report.verdict)


def sides(report: Report) -> str:
    """Return ``libvirt-9.0.0 → libvirt-11.3.0``, or one name for ``check``."""
    if report.old is None:
        return name_of(report.new)
    return f"{name_of(report.old)} → {name_of(report.new)}"


def side_of(report: Report, problem: Problem) -> Side | None:
    """Return the side that a problem is of, None where it is of none."""
    return {"old": report.old, "new": report.new}.get(problem.side)


def place(side: Side | None, location: Location | None) -> str:
    """Return ``libvirt-11.3.0/include/x.h:12:3``, or an empty text."""
    if location is None:
        return ""
    return location.under(side.label if side else "")


def old_place(report: Report, finding: Finding) -> str:
    """Where the finding stands in the old release."""
    return place(report.old, finding.old)


def new_place(report: Report, finding: Finding) -> str:
    """Where the finding stands in the new release."""
    return place(report.new, finding.new)


def annotated(report: Report, finding: Finding) -> Location | None:
    """Return where a note on a change goes: where the application uses the subject, else in the new release.

    Of what is gone that is the head of the file nearest to where it stood; where no files of the new release are known,
    the old file, without a line.
    """
    if report.application is not None:
        return in_tree(report, finding.used[0] if finding.used else finding.new)
    if finding.new is not None:
        return finding.new
    path = finding.near or (finding.old.path if finding.old else "")
    return Location(path) if path else None


def troubled(report: Report, problem: Problem) -> Location | None:
    """Return where a note on a problem goes; none for a file of the old release or of a library."""
    if problem.side == "old" or (problem.side and report.application is not None):
        return None
    return in_tree(report, problem.location)


def in_tree(report: Report, location: Location | None) -> Location | None:
    """Return a place in an application as the working tree names it."""
    if location is None or not report.application:
        return location
    return location._replace(path=f"{report.application.rstrip('/')}/{location.path}")


def places(report: Report, finding: Finding) -> list[tuple[str, str]]:
    """Return where a finding stands on both sides; a side that lacks the thing says so."""
    out = []
    for label, side, location in (("old", report.old, finding.old), ("new", report.new, finding.new)):
        if location is not None:
            out.append((label, place(side, location)))
        elif side is not None and (finding.old or finding.new) and one_sided(finding):
            out.append((label, f"not in {name_of(side)}"))
    return out


def one_sided(finding: Finding) -> bool:
    """Tell whether a missing place means that the thing is not there (a contradiction has but one side)."""
    return finding.surface != CONSISTENCY


def promise(finding: Finding) -> str:
    """Return the tier and its clause, or an empty text."""
    return f"{finding.tier}: {finding.clause}" if finding.clause else finding.tier


def order(finding: Finding) -> tuple[int, str, str, str, str]:
    """Sort key inside one unit: gravest first, then by rule and subject."""
    return (SEVERITIES.index(finding.severity), finding.rule, finding.subject, finding.key, finding.message)


def groups(report: Report, severities: Iterable[Severity], *, waived: bool = False) -> list[Group]:
    """Return the findings of some severities: gravest first, then by surface and unit in the report's order."""
    wanted = set(severities)
    chosen = [f for f in report.findings if f.severity in wanted and bool(f.waiver) is waived]
    titles = {summary.name: summary.title for summary in report.surfaces} | {"policy": "waivers"}
    ranks = {name: rank for rank, name in enumerate(titles)}
    units = {(s.name, unit): rank for s in report.surfaces for rank, unit in enumerate(s.units)}

    def where(f: Finding) -> tuple[int, int, str, int, str]:
        surface = f.surface
        rank = ranks.get(surface, len(ranks))
        unit = units.get((surface, f.unit), len(units))
        return (_GRAVITY.get(f.severity, 2), rank, surface, unit, f.unit)

    chosen.sort(key=lambda f: (where(f), order(f)))
    return [
        Group(key[2], titles.get(key[2], key[2]), key[4], tuple(found)) for key, found in groupby(chosen, key=where)
    ]


def told(report: Report, width: int) -> str:
    """Return ``INCOMPATIBLE: 3 breaking, 1 warning (libvirt-9.0.0 → libvirt-11.3.0)``: the report in one line.

    The names of the releases, which stand in the first line too, are left out where they do not fit the width.
    """
    short = f"{word(report).upper()}: {whole_tally(report)}"
    whole = printable(f"{short} ({sides(report)})")
    return whole if len(whole) <= width else short


def waived(report: Report) -> list[Finding]:
    """Return the waived findings in the report's order."""
    return [f for f in report.findings if f.waiver and f.severity is not Severity.OFF]


def looked_at(summary: SurfaceSummary) -> str:
    """Return ``functions 500 → 509, enumerators 1200``: what was looked at on both sides."""
    kinds = list(dict.fromkeys((*summary.old, *summary.new)))
    out = []
    for kind in kinds:
        old, new = summary.old.get(kind, 0), summary.new.get(kind, 0)
        if not summary.old and new:
            out.append(f"{kind} {new}")
        elif old or new:
            out.append(f"{kind} {old}" if old == new else f"{kind} {old} → {new}")
    return ", ".join(out) or "nothing"


def empty(summary: SurfaceSummary) -> bool:
    """True if nothing at all was looked at on this surface."""
    return not any(summary.old.values()) and not any(summary.new.values())


def shown_surfaces(report: Report) -> tuple[list[SurfaceSummary], str]:
    """Return the surfaces with something in them, and the titles of the others as one sentence."""
    told = {finding.surface for finding in report.findings if finding.severity is not Severity.OFF}
    full = [s for s in report.surfaces if not empty(s) or s.name in told]
    rest = [s.title for s in report.surfaces if s not in full]
    return full, f"nothing to look at: {', '.join(rest)}" if rest else ""


def counts(report: Report, surface: str = "") -> dict[str, int]:
    """Return severity → number of findings that are not waived, and ``waived``."""
    out = dict.fromkeys((*map(str, SEVERITIES), "waived"), 0)
    for f in report.findings:
        if f.severity is not Severity.OFF and (not surface or f.surface == surface):
            out["waived" if f.waiver else f.severity.value] += 1
    return out


def facts(finding: Finding) -> list[tuple[str, str]]:
    """Return the labelled lines below a finding, apart from places and witness."""
    out: list[tuple[str, str]] = []
    if finding.breaks:
        out.append(("breaks", finding.breaks))
    if finding.affects or finding.targets:
        affects = ", ".join(finding.affects)
        targets = ", ".join(finding.targets)
        out.append(("affects", f"{affects} on {targets}" if affects and targets else affects or targets))
    out += [(label, text) for label, text in finding.details if label.strip() and text.strip()]
    if finding.reaches and finding.reaches != (finding.subject,):
        out.append(("reaches", listed([name for name in finding.reaches if name] or ["others"], 8)))
    if finding.tier:
        out.append(("promise", promise(finding)))
    if finding.waiver:
        out.append(("waived", finding.waiver))
    if finding.confirmation is not None:
        note = f" ({finding.confirmation_note})" if finding.confirmation_note else ""
        out.append(("checked", CONFIRMATIONS[finding.confirmation] + note))
    return out


def tally(numbers: Sequence[tuple[int, str]]) -> str:
    """Return ``2 breaking, 1 warning``, leaving out zeros."""
    words = {"warning": "warnings", "notice": "notices", "extension": "extensions"}
    return ", ".join(f"{n} {word if n == 1 else words.get(word, word)}" for n, word in numbers if n)


def summary_tally(report: Report) -> str:
    """Return the counts of the whole report in words, or ``nothing to report``."""
    return tally([(n, word) for word, n in counts(report).items()]) or "nothing to report"


def whole_tally(report: Report) -> str:
    """Return the counts in words, with how much could not be looked at."""
    extra = f", {plural(len(report.problems), 'problem')}" if report.problems else ""
    return summary_tally(report) + extra
