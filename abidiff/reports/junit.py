"""JUnit XML: one suite a surface, one case a finding, and one that says what was looked at.

A break is a failure, what could not be decided or looked at is an error, what is waived is skipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from abidiff.finding import FailOn, Finding, Problem, Report, Severity
from abidiff.reports import Style, view
from abidiff.reports.escape import lines, printable, xml_text

_COUNTED = (("failure", "failures"), ("error", "errors"), ("skipped", "skipped"))
_CASES = (Severity.BREAKING, Severity.UNDECIDED, Severity.WARNING, Severity.NOTICE)


def render(report: Report, style: Style) -> str:  # noqa: ARG001 - every format has the same signature
    """Return a JUnit XML document."""
    top = Element("testsuites", name=_text("abidiff " + view.sides(report)))
    top.extend(_suite(report, name, title, looked) for name, title, looked in _suites(report))
    _count(top, len(top.findall("*/testcase")), _COUNTED[:2])
    indent(top)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(top, encoding="unicode") + "\n"


def _suites(report: Report) -> list[tuple[str, str, str]]:
    out = [(s.name, s.title, view.looked_at(s)) for s in report.surfaces]
    known = {name for name, _, _ in out}
    others = {f.surface for f in report.findings} | {p.surface for p in report.problems}
    return out + [(name, name or "input", "") for name in sorted(others - known)]


def _suite(report: Report, name: str, title: str, looked: str) -> Element:
    suite = Element("testsuite", name=_text("abidiff." + (name or "input")))
    if looked:
        _case(suite, title, f"looked at {looked}")
    found = [f for f in report.findings if f.surface == name and f.severity in _CASES]
    for f in sorted(found, key=view.order):
        _finding(suite, report, f)
    for problem in report.problems:
        if problem.surface == name:
            _problem(suite, report, problem)
    _count(suite, len(suite), _COUNTED)
    suite.set("time", "0")
    return suite


def _count(element: Element, tests: int, kinds: Sequence[tuple[str, str]]) -> None:
    element.set("tests", str(tests))
    for kind, name in kinds:
        element.set(name, str(sum(1 for _ in element.iter(kind))))


def _case(suite: Element, unit: str, name: str) -> Element:
    return SubElement(suite, "testcase", classname=_text(unit), name=_text(name), time="0")


def _say(case: Element, kind: str, text: str, **attributes: str) -> None:
    said = SubElement(case, kind, {name: _text(value) for name, value in attributes.items()})
    said.text = xml_text(text)


def _finding(suite: Element, report: Report, f: Finding) -> None:
    case = _case(suite, f"{f.surface}.{f.unit}", f"{f.rule}: {f.subject}")
    text = body(report, f)
    if f.waiver:
        _say(case, "skipped", _text("waived: " + f.waiver))
        _say(case, "system-out", text)
    elif report.fails(f.severity):
        undecided = f.severity is Severity.UNDECIDED
        _say(
            case,
            "error" if undecided else "failure",
            text,
            type="undecided" if undecided else f.rule,
            message=f.message,
        )
    # What lets the run pass lets its test report pass as well.
    elif f.severity is Severity.UNDECIDED and report.allowed_undecided:
        _say(case, "system-out", f"undecided, let through by --allow-undecided\n{text}")
    elif f.severity in (Severity.BREAKING, Severity.UNDECIDED):
        _say(case, "system-out", f"{f.severity}, let through by --fail-on {report.fail_on}\n{text}")
    else:
        _say(case, "system-out", f"{f.severity}: {text}")


def body(report: Report, f: Finding) -> str:
    """Return the text of a finding: what changed, both places, the facts and the witness."""
    out = [f.message]
    for label, place in (("old", view.old_place(report, f)), ("new", view.new_place(report, f))):
        if place:
            out.append(f"{label}: {place}")
    out += [f"{label}: {text}" for label, text in view.facts(f)]
    out.append(f"fingerprint: {f.fingerprint}")
    if f.witness is not None:
        out += [f"witness: {f.witness.summary}", f.witness.text]
    return "\n".join(line for part in out for line in lines(part))


def _problem(suite: Element, report: Report, p: Problem) -> None:
    side = view.side_of(report, p)
    place = view.place(side, p.location) or view.name_of(side)
    name = f"{place}: {p.message}" if place else p.message
    case = _case(suite, p.surface or "input", name)
    text = "\n".join(lines(p.rendered or f"{name}\n{p.hint}"))
    if report.fail_on.covers(FailOn.UNDECIDED):
        _say(case, "error", text, type="problem", message=p.message)
    else:
        _say(case, "system-out", text)


def _text(text: str) -> str:
    return xml_text(printable(text))
