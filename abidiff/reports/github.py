"""Annotations of a GitHub workflow: one command a line on standard output.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from abidiff.finding import Finding, Problem, Report, Severity
from abidiff.location import Location
from abidiff.reports import Style, view
from abidiff.reports.escape import lines, printable
from abidiff.reports.junit import body

_LEVELS = {
    Severity.BREAKING: "error",
    Severity.UNDECIDED: "error",
    Severity.WARNING: "warning",
    Severity.NOTICE: "notice",
}


def render(report: Report, style: Style) -> str:  # noqa: ARG001 - every format has the same signature
    """Return the workflow commands, gravest first, and a summary line."""
    out = [_problem(report, p) for p in report.problems]
    shown = sorted((f for f in report.findings if f.severity in _LEVELS), key=view.order)
    out += [_annotation(report, f) for f in shown]
    summary = f"{view.sides(report)}: {view.verdict_line(report)}; {view.summary_tally(report)}"
    level = "notice" if report.exit_code == 0 else "error"
    out.append(f"::{level} title={_property('abidiff: ' + view.word(report))}::{_data(summary)}")
    return "\n".join(out) + "\n"


def _annotation(report: Report, f: Finding) -> str:
    level = "notice" if f.waiver else _LEVELS[f.severity]
    if f.severity is Severity.UNDECIDED and report.allowed_undecided and not f.waiver:
        level = "warning"
    word = f"waived {f.severity}" if f.waiver else str(f.severity)
    title = f"{word}: {f.subject} ({f.rule})"
    return f"::{level} {_place(view.annotated(report, f))}title={_property(title)}::{_data(body(report, f))}"


def _problem(report: Report, p: Problem) -> str:
    side = view.side_of(report, p)
    text = p.rendered or p.message
    if side:
        text = f"{view.name_of(side)}: {text}"
    place = _place(view.troubled(report, p))
    return f"::error {place}title={_property('abidiff could not look at this')}::{_data(text)}"


def _place(location: Location | None) -> str:
    if location is None:
        return ""
    out = f"file={_property(location.path)},"
    if location.line:
        out += f"line={location.line},"
        if location.column:
            out += f"col={location.column},"
    return out


def _data(text: str) -> str:
    clean = "\n".join(lines(text))
    return clean.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")
