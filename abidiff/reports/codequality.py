"""GitLab Code Quality (a subset of the Code Climate issue format).

Additions are no issues; a waived finding is one of severity ``info``.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from abidiff.finding import Finding, Problem, Report, Severity
from abidiff.location import Location
from abidiff.reports import Style, view
from abidiff.reports.escape import printable, unicode_text
from abidiff.reports.junit import body

_SEVERITIES = {
    Severity.BREAKING: "blocker",
    Severity.UNDECIDED: "critical",
    Severity.WARNING: "minor",
    Severity.NOTICE: "info",
}


def render(report: Report, style: Style) -> str:  # noqa: ARG001 - every format has the same signature
    """Return a JSON array of issues; every fingerprint stands once."""
    issues = [_problem(report, p) for p in report.problems]
    issues += [_issue(report, f) for f in report.findings if f.severity in _SEVERITIES]
    seen: dict[str, int] = {}
    for issue in issues:
        name = issue["fingerprint"]
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            issue["fingerprint"] = hashlib.sha256(f"{name}{seen[name]}".encode()).hexdigest()[:16]
    return json.dumps(issues, indent=2, ensure_ascii=False) + "\n"


def _issue(report: Report, f: Finding) -> dict[str, Any]:
    text = f"{f.subject}: {f.message}"
    old, new = view.old_place(report, f), view.new_place(report, f)
    if old and new:
        text += f" (was {old})"
    elif old:
        text += f" (stood in {old})"
    if f.waiver:
        text = f"waived ({f.waiver}): {text}"
    elif f.severity is Severity.UNDECIDED:
        text = f"undecided: {text}"
    issue: dict[str, Any] = {
        "type": "issue",
        "check_name": f.rule,
        "description": unicode_text(printable(text)),
        "content": {"body": unicode_text(_fenced(body(report, f)))},
        "categories": ["Compatibility"],
        "fingerprint": f.fingerprint,
        "severity": "info" if f.waiver else _SEVERITIES[f.severity],
        "location": _location(view.annotated(report, f)),
    }
    if report.application is None and f.old and (f.new or f.near):
        issue["other_locations"] = [_location(f.old)]
    return issue


def _problem(report: Report, p: Problem) -> dict[str, Any]:
    side = view.side_of(report, p)
    text = f"{view.name_of(side)}: {p.message}" if side else p.message
    place = str(p.location or "")
    name = "\0".join((p.surface, p.unit, p.side, p.message, place))
    return {
        "type": "issue",
        "check_name": "abidiff/problem",
        "description": unicode_text(printable(f"could not be looked at: {text}")),
        "content": {"body": unicode_text(_fenced(p.rendered or text))},
        "categories": ["Compatibility"],
        "fingerprint": hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:16],
        "severity": "critical",
        "location": _location(view.troubled(report, p)),
    }


def _location(location: Location | None) -> dict[str, Any]:
    path = printable(location.path) if location else "."
    return {"path": path, "lines": {"begin": max(1, location.line) if location else 1}}


def _fenced(text: str) -> str:
    from abidiff.reports.markdown import fence

    return fence(text)
