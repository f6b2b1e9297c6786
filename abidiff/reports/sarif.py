"""SARIF 2.1.0 (OASIS), for code scanning.

A proven break and an open question are both results of level ``error``: consumers
hide results of kind ``open``, and what is undecided must be seen (decision 070).
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any
from urllib.parse import quote

from abidiff.about import __version__
from abidiff.finding import Finding, Problem, Report, Severity, Side
from abidiff.location import Location
from abidiff.reports import Style, view
from abidiff.reports.escape import json_text, lines, printable, unicode_text

_LEVELS = {
    Severity.BREAKING: "error",
    Severity.UNDECIDED: "error",
    Severity.WARNING: "warning",
    Severity.NOTICE: "note",
    Severity.EXTENSION: "none",
    Severity.OFF: "none",
}


TREE = "%SRCROOT%"
"""What paths of an application are relative to."""


def render(report: Report, style: Style) -> str:  # noqa: ARG001 - every format has the same signature
    """Return a SARIF log with one run; additions are results of kind ``informational``."""
    shown = [f for f in report.findings if f.severity is not Severity.OFF]
    rules = sorted({f.rule for f in shown})
    index = {rule: n for n, rule in enumerate(rules)}
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "abidiff",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": _bases(report),
        "invocations": [
            {
                "executionSuccessful": not report.problems,
                "exitCode": report.exit_code,
                "toolExecutionNotifications": [_notification(report, p) for p in report.problems],
            }
        ],
        "properties": {
            "verdict": str(report.verdict),
            "profile": report.profile,
            "notes": list(report.notes),
        },
        "results": [_result(report, f, index[f.rule]) for f in shown],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json_text(unicode_text(json.dumps(_texts(log), indent=2, ensure_ascii=False))) + "\n"


def _texts(value: Any) -> Any:
    match value:
        case str():
            return unicode_text(value)
        case dict():
            return {key: _texts(item) for key, item in value.items()}
        case list():
            return [_texts(item) for item in value]
        case _:
            return value


@cache
def _manual() -> dict[str, tuple[str, str, Severity]]:
    """Return rule → (summary, why, severity); a rule that is not known has no entry."""
    from abidiff import history, requires
    from abidiff.rule import load
    from abidiff.surfaces import SURFACES
    from abidiff.waivers import RULES

    folders = (*(surface.rules for surface in SURFACES), requires.RULES, history.RULES)
    rules = [*(rule for folder in folders for rule in load(folder)), *RULES]
    return {rule.id: (rule.summary, " ".join(rule.why.split()), rule.severity) for rule in rules}


def _rule(name: str) -> dict[str, Any]:
    summary, why, severity = _manual().get(name, (name, name, Severity.WARNING))
    return {
        "id": name,
        "name": "".join(part.capitalize() for part in name.replace("/", "-").split("-")),
        "shortDescription": {"text": summary},
        "fullDescription": {"text": why},
        "help": {"text": f"{why} See: abi-diff explain {name}"},
        "defaultConfiguration": {"level": _LEVELS[severity]},
        "properties": {"tags": ["compatibility", name.partition("/")[0]]},
    }


def _bases(report: Report) -> dict[str, Any]:
    tree = {"description": {"text": "the top of the work tree, or the working folder"}}
    if report.application is not None and report.old is None:
        return {TREE: tree}
    out = {"NEW": {"description": {"text": f"the new side: {view.name_of(report.new)}"}}}
    if report.old is not None:
        out["OLD"] = {"description": {"text": f"the old side: {view.name_of(report.old)}"}}
    return out | ({TREE: tree} if report.application is not None else {})


def _places(report: Report, f: Finding) -> list[dict[str, Any]]:
    """Return where a finding stands, first what a note on the change points to."""
    here = f.new
    used: tuple[Location | None, ...] = f.used
    if report.application is None:
        here = f.new or (Location(f.near) if f.near else None)
    elif report.old is None:
        here, used = None, (f.new,)
    sides = [
        *((None, TREE, view.in_tree(report, each)) for each in used),
        (report.new, "NEW", here),
        (report.old, "OLD", f.old),
    ]
    return [_location(side, base, location) for side, base, location in sides if location is not None]


def _result(report: Report, f: Finding, index: int) -> dict[str, Any]:
    places = _places(report, f)
    result: dict[str, Any] = {
        "ruleId": f.rule,
        "ruleIndex": index,
        "level": "warning" if report.allowed_undecided and f.severity is Severity.UNDECIDED else _LEVELS[f.severity],
        "message": {"text": message(f)},
        "locations": places[:1],
        "relatedLocations": [{"id": n, **found} for n, found in enumerate(places[1:], 1)],
        "partialFingerprints": {"abidiff/v1": f.fingerprint},
        "properties": _properties(report, f),
    }
    if f.severity is Severity.EXTENSION:
        result["kind"] = "informational"
    if f.waiver:
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": f.waiver}]
    return result


def message(f: Finding) -> str:
    """Return what a person reads: what changed, whom it breaks, and the witness."""
    out = [f"{f.severity}: {printable(f.subject)}: {printable(f.message)}"]
    out += [f"{label}: {text}" for label, text in view.facts(f)]
    if f.witness is not None:
        out += [f"witness: {f.witness.summary}", f.witness.text]
    return "\n".join(line for part in out for line in lines(part))


def _properties(report: Report, f: Finding) -> dict[str, Any]:
    out: dict[str, Any] = {
        "severity": str(f.severity),
        "unit": f.unit,
        "subject": f.subject,
        "old": view.old_place(report, f),
        "new": view.new_place(report, f),
        "affects": list(f.affects),
        "targets": list(f.targets),
        "tier": f.tier,
    }
    if f.witness is not None:
        out["witness"] = {"kind": f.witness.kind, "summary": f.witness.summary, "text": f.witness.text}
    return out


def _location(side: Side | None, base: str, location: Location) -> dict[str, Any]:
    path = quote(location.path, safe="/", errors="surrogateescape")
    artifact = {"uri": f"file://{path}"} if path.startswith("/") else {"uri": path, "uriBaseId": base}
    physical: dict[str, Any] = {"artifactLocation": artifact}
    if location.line:
        physical["region"] = {"startLine": location.line}
        if location.column:
            physical["region"]["startColumn"] = location.column
    return {"physicalLocation": physical, "message": {"text": view.place(side, location)}}


def _notification(report: Report, p: Problem) -> dict[str, Any]:
    side = view.side_of(report, p)
    out: dict[str, Any] = {"level": "error", "message": {"text": p.rendered or p.message}}
    place = p.location if p.side else view.in_tree(report, p.location)
    if place is not None:
        own = report.application is not None and not p.side
        out["locations"] = [_location(side, TREE if own else "OLD" if p.side == "old" else "NEW", place)]
    return out
