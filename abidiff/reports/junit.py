"""JUnit XML: one suite a surface, one case a finding, and one that says what was looked at.

A break is a failure, what could not be decided or looked at is an error, what is waived is skipped.
"""

from __future__ import annotations

from abidiff.finding import FailOn, Finding, Problem, Report, Severity
from abidiff.markup import escape, quoteattr
from abidiff.reports import Style, view
from abidiff.reports.escape import lines, printable, xml_text

_CASES = (Severity.BREAKING, Severity.UNDECIDED, Severity.WARNING, Severity.NOTICE)


def render(report: Report, style: Style) -> str:  # noqa: ARG001 - every format has the same signature
    """Return a JUnit XML document."""
    suites = [_suite(report, name, title, looked) for name, title, looked in _suites(report)]
    totals = [sum(numbers[n] for numbers, _ in suites) for n in range(4)]
    body = "".join(text for _, text in suites)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<testsuites name={_attr('abidiff ' + view.sides(report))} {_numbers(totals[:3])}>\n{body}</testsuites>\n"
    )


def _suites(report: Report) -> list[tuple[str, str, str]]:
    out = [(s.name, s.title, view.looked_at(s)) for s in report.surfaces]
    known = {name for name, _, _ in out}
    others = {f.surface for f in report.findings} | {p.surface for p in report.problems}
    return out + [(name, name or "input", "") for name in sorted(others - known)]


def _suite(report: Report, name: str, title: str, looked: str) -> tuple[list[int], str]:
    found = [f for f in report.findings if f.surface == name and f.severity in _CASES]
    found.sort(key=view.order)
    problems = [p for p in report.problems if p.surface == name]
    cases = [_case(report, f) for f in found] + [_problem(report, p) for p in problems]
    if looked:
        cases.insert(0, ("", f'<testcase classname={_attr(title)} name={_attr("looked at " + looked)} time="0"/>'))
    kinds = [kind for kind, _ in cases]
    numbers = [len(cases), kinds.count("failure"), kinds.count("error"), kinds.count("skipped")]
    body = "".join(f"    {text}\n" for _, text in cases)
    label = _attr("abidiff." + (name or "input"))
    text = f'  <testsuite name={label} {_numbers(numbers)} time="0">\n{body}  </testsuite>\n'
    return numbers, text


def _numbers(numbers: list[int]) -> str:
    names = ("tests", "failures", "errors", "skipped")
    return " ".join(f'{name}="{n}"' for name, n in zip(names, numbers, strict=False))


def _case(report: Report, f: Finding) -> tuple[str, str]:
    start = f'<testcase classname={_attr(f"{f.surface}.{f.unit}")} name={_attr(f"{f.rule}: {f.subject}")} time="0">'
    text = escape(xml_text(body(report, f)))
    message = _attr(f.message)
    if f.waiver:
        return (
            "skipped",
            f"{start}<skipped message={_attr('waived: ' + f.waiver)}/><system-out>{text}</system-out></testcase>",
        )
    if report.fails(f.severity):
        if f.severity is Severity.UNDECIDED:
            return "error", f'{start}<error type="undecided" message={message}>{text}</error></testcase>'
        return "failure", f"{start}<failure type={_attr(f.rule)} message={message}>{text}</failure></testcase>"
    # What lets the run pass lets its test report pass as well.
    through = f"{f.severity}: {text}"
    if f.severity is Severity.UNDECIDED and report.allowed_undecided:
        through = f"undecided, let through by --allow-undecided\n{text}"
    elif f.severity in (Severity.BREAKING, Severity.UNDECIDED):
        through = f"{f.severity}, let through by --fail-on {report.fail_on}\n{text}"
    return "", f"{start}<system-out>{through}</system-out></testcase>"


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


def _problem(report: Report, p: Problem) -> tuple[str, str]:
    side = {"old": report.old, "new": report.new}.get(p.side)
    place = view.place(side, p.location) or view.name_of(side)
    name = f"{place}: {p.message}" if place else p.message
    text = escape(xml_text("\n".join(lines(p.rendered or f"{name}\n{p.hint}"))))
    start = f'<testcase classname={_attr(p.surface or "input")} name={_attr(name)} time="0">'
    if not report.fail_on.covers(FailOn.UNDECIDED):
        return "", f"{start}<system-out>{text}</system-out></testcase>"
    return "error", (f'{start}<error type="problem" message={_attr(p.message)}>{text}</error></testcase>')


def _attr(text: str) -> str:
    return quoteattr(xml_text(printable(text)))
