"""The report for programs; its members are those of :mod:`abidiff.reports.document`."""

from __future__ import annotations

import base64
import json
from typing import Any

import msgspec

from abidiff import finding
from abidiff.about import __version__
from abidiff.advice import Advice, advice
from abidiff.finding import Report, SurfaceSummary
from abidiff.location import Location
from abidiff.reports import Style, document, view
from abidiff.reports.escape import json_text, unicode_text


def render(report: Report, style: Style) -> str:  # noqa: ARG001 - every format has the same signature
    """Return the report as JSON (RFC 8259), UTF-8, keys in a fixed order."""
    plain = _clean(msgspec.to_builtins(_document(report)))
    return json_text(json.dumps(plain, indent=2, ensure_ascii=False)) + "\n"


def _document(report: Report) -> document.Document:
    return document.Document(
        format=document.FORMAT,
        version=document.FORMAT_VERSION,
        tool=document.Tool("abidiff", __version__),
        verdict=report.verdict.value,
        exit_code=_exit_code(report),
        allowed_undecided=report.allowed_undecided,
        fail_on=report.fail_on.value,
        profile=report.profile,
        old=_side(report.old) if report.old is not None else None,
        new=_side(report.new),
        counts=_counts(report),
        surfaces=tuple(_surface(report, summary) for summary in report.surfaces),
        findings=tuple(_finding(report, f) for f in report.findings),
        problems=tuple(_problem(report, p) for p in report.problems),
        notes=report.notes,
        advice=tuple(_advice(given) for given in advice(report)),
    )


def _exit_code(report: Report) -> document.ExitCode:
    code: document.ExitCode = msgspec.convert(report.exit_code, document.ExitCode)
    return code


def _counts(report: Report, surface: str = "") -> document.Counts:
    return document.Counts(**view.counts(report, surface))


def _finding(report: Report, f: finding.Finding) -> document.Finding:
    return document.Finding(
        fingerprint=f.fingerprint,
        rule=f.rule,
        surface=f.surface,
        severity=f.severity.value,
        unit=f.unit,
        subject=f.subject,
        key=f.key,
        message=f.message,
        breaks=f.breaks,
        old=_place(report.old, f.old),
        new=_place(report.new, f.new),
        affects=f.affects,
        targets=f.targets,
        details=tuple(document.Detail(label, text) for label, text in f.details),
        reaches=f.reaches,
        traits=f.traits,
        tier=f.tier,
        clause=f.clause,
        waiver=f.waiver,
        confirmation=f.confirmation.value if f.confirmation else None,
        confirmation_note=f.confirmation_note,
        witness=_witness(f.witness) if f.witness is not None else None,
    )


def _side(side: finding.Side) -> document.Side:
    return document.Side(side.label, side.version, side.origin, side.date)


def _surface(report: Report, summary: SurfaceSummary) -> document.Surface:
    return document.Surface(
        name=summary.name,
        title=summary.title,
        units=summary.units,
        old=dict(summary.old),
        new=dict(summary.new),
        decided=summary.decided,
        counts=_counts(report, summary.name),
    )


def _place(side: finding.Side | None, location: Location | None) -> document.Place | None:
    if location is None:
        return None
    return document.Place(location.path, location.line, location.column, view.place(side, location))


def _problem(report: Report, p: finding.Problem) -> document.Problem:
    side = view.side_of(report, p)
    return document.Problem(
        side=msgspec.convert(p.side, document.Which),
        surface=p.surface,
        unit=p.unit,
        message=p.message,
        hint=p.hint,
        location=_place(side, p.location),
        rendered=p.rendered,
    )


def _witness(witness: finding.Witness) -> document.Witness:
    files = tuple(_file(name, content) for name, content in witness.files)
    return document.Witness(witness.kind, witness.summary, witness.text, files)


def _file(name: str, content: bytes) -> document.File:
    try:
        return document.File(name, "utf-8", content.decode("utf-8"))
    except UnicodeDecodeError:
        return document.File(name, "base64", base64.b64encode(content).decode("ascii"))


def _advice(given: Advice) -> document.Advice:
    by = given.decided_by
    return document.Advice(
        about=msgspec.convert(given.about, document.About),
        library=given.library,
        answer=msgspec.convert(given.answer, document.Answer),
        before=given.before,
        after=given.after,
        text=given.text,
        decided_by=document.Decisive(by.fingerprint, by.rule, by.subject) if by is not None else None,
    )


def _clean(value: Any) -> Any:
    """Make every text encodable; an undecodable byte shows as ``\\xNN``."""
    match value:
        case str():
            return unicode_text(value)
        case dict():
            return {unicode_text(key): _clean(item) for key, item in value.items()}
        case list() | tuple():
            return [_clean(item) for item in value]
        case _:
            return value
