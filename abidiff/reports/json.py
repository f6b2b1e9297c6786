"""The report for programs; the format is docs/formats/report.schema.json."""

from __future__ import annotations

import base64
import json
from typing import Any

from abidiff import __version__
from abidiff.advice import Advice, advice
from abidiff.finding import Finding, Problem, Report, Side, SurfaceSummary, Witness
from abidiff.location import Location
from abidiff.reports import Style, view
from abidiff.reports.escape import json_text, unicode_text

FORMAT = "abidiff-report"
FORMAT_VERSION = 1


def render(report: Report, style: Style) -> str:  # noqa: ARG001 - every format has the same signature
    """Return the report as JSON (RFC 8259), UTF-8, keys in a fixed order."""
    return json_text(json.dumps(document(report), indent=2, ensure_ascii=False)) + "\n"


def document(report: Report) -> dict[str, Any]:
    """Return the report as plain JSON values."""
    found = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "tool": {"name": "abidiff", "version": __version__},
        "verdict": str(report.verdict),
        "exit_code": report.exit_code,
        "allowed_undecided": report.allowed_undecided,
        "fail_on": str(report.fail_on),
        "profile": report.profile,
        "old": _side(report.old),
        "new": _side(report.new),
        "counts": view.counts(report),
        "surfaces": [_surface(report, summary) for summary in report.surfaces],
        "findings": [finding(report, f) for f in report.findings],
        "problems": [_problem(report, p) for p in report.problems],
        "notes": list(report.notes),
        "advice": [_advice(given) for given in advice(report)],
    }
    clean: dict[str, Any] = _clean(found)
    return clean


def finding(report: Report, f: Finding) -> dict[str, Any]:
    """Return one finding as plain JSON values."""
    return {
        "fingerprint": f.fingerprint,
        "rule": f.rule,
        "surface": f.surface,
        "severity": str(f.severity),
        "unit": f.unit,
        "subject": f.subject,
        "key": f.key,
        "message": f.message,
        "breaks": f.breaks,
        "old": _location(report.old, f.old),
        "new": _location(report.new, f.new),
        "affects": list(f.affects),
        "targets": list(f.targets),
        "details": [{"label": label, "text": text} for label, text in f.details],
        "reaches": list(f.reaches),
        "traits": list(f.traits),
        "tier": f.tier,
        "clause": f.clause,
        "waiver": f.waiver,
        "confirmation": str(f.confirmation) if f.confirmation else None,
        "confirmation_note": f.confirmation_note,
        "witness": _witness(f.witness),
    }


def _advice(given: Advice) -> dict[str, Any]:
    by = given.decided_by
    decided = {"fingerprint": by.fingerprint, "rule": by.rule, "subject": by.subject} if by is not None else None
    return {
        "about": given.about,
        "library": given.library,
        "answer": given.answer,
        "from": given.before,
        "to": given.after,
        "text": given.text,
        "decided_by": decided,
    }


def _side(side: Side | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {"label": side.label, "version": side.version, "origin": side.origin, "date": side.date}


def _surface(report: Report, summary: SurfaceSummary) -> dict[str, Any]:
    return {
        "name": summary.name,
        "title": summary.title,
        "units": list(summary.units),
        "old": dict(summary.old),
        "new": dict(summary.new),
        "decided": summary.decided,
        "counts": view.counts(report, summary.name),
    }


def _location(side: Side | None, location: Location | None) -> dict[str, Any] | None:
    if location is None:
        return None
    return {
        "path": location.path,
        "line": location.line,
        "column": location.column,
        "text": view.place(side, location),
    }


def _problem(report: Report, p: Problem) -> dict[str, Any]:
    side = {"old": report.old, "new": report.new}.get(p.side)
    return {
        "side": p.side,
        "surface": p.surface,
        "unit": p.unit,
        "message": p.message,
        "hint": p.hint,
        "location": _location(side, p.location),
        "rendered": p.rendered,
    }


def _witness(witness: Witness | None) -> dict[str, Any] | None:
    if witness is None:
        return None
    return {
        "kind": witness.kind,
        "summary": witness.summary,
        "text": witness.text,
        "files": [_file(name, content) for name, content in witness.files],
    }


def _file(name: str, content: bytes) -> dict[str, str]:
    try:
        return {"name": name, "encoding": "utf-8", "content": content.decode("utf-8")}
    except UnicodeDecodeError:
        return {"name": name, "encoding": "base64", "content": base64.b64encode(content).decode("ascii")}


def _clean(value: Any) -> Any:
    """Make every text encodable; an undecodable byte shows as ``\\xNN``."""
    match value:
        case str():
            return unicode_text(value)
        case dict():
            return {unicode_text(key): _clean(item) for key, item in value.items()}
        case list():
            return [_clean(item) for item in value]
        case _:
            return value
