"""reStructuredText, valid for docutils, with nothing but standard roles and directives."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import groupby

from abidiff.finding import Finding, Report, Severity
from abidiff.reports import Style, folding, view
from abidiff.reports.escape import lines, printable
from abidiff.wording import plural

_SHOWN = (Severity.BREAKING, Severity.UNDECIDED, Severity.WARNING, Severity.NOTICE)


def render(report: Report, style: Style) -> str:
    """Return the report as reStructuredText."""
    out = title(f"{view.word(report)}: {view.sides(report)}", "=", over=True)
    out += [f"**{text(view.verdict_line(report))}**: {text(view.summary_tally(report))}.", ""]
    out += _table(report) + _problems(report)
    groups = view.groups(report, _SHOWN)
    crowded = folding.crowded(groups, style)
    for group in groups:
        out += title(" · ".join(p for p in (group.title, group.unit) if p), "=")
        for batch in folding.batches(report, group, crowded):
            for finding in batch.whole:
                out += _finding(report, finding)
            out += _others(report, batch)
    out += _waived(report) + _additions(report, style)
    if report.notes:
        out += [*title("Notes", "="), *(f"* {text(note)}" for note in report.notes), ""]
    return "\n".join(out).rstrip("\n") + "\n"


def _table(report: Report) -> list[str]:
    surfaces, rest = view.shown_surfaces(report)
    if not report.surfaces:
        return []
    columns = [*(str(s) for s in view.SEVERITIES), "waived", "looked at"]
    rows = [["surface", *columns]]
    for summary in surfaces:
        numbers = view.counts(report, summary.name)
        rows.append([summary.title, *(str(numbers[c]) for c in columns[:-1]), view.looked_at(summary)])
    out = [".. list-table::", "   :header-rows: 1", ""]
    for row in rows:
        out += [f"   {'* -' if n == 0 else '  -'} {text(cell)}" for n, cell in enumerate(row)]
    return [*out, "", *([f"{text(rest)}.", ""] if rest else [])]


def _problems(report: Report) -> list[str]:
    if not report.problems:
        return []
    out = title("Could not be looked at", "=")
    for p in report.problems:
        side = view.side_of(report, p)
        place = view.place(side, p.location) or view.name_of(side)
        out.append(f"* {literal(place) + ': ' if place else ''}{text(p.message)}")
        if p.hint:
            out.append(f"  Hint: {text(p.hint)}")
    return [*out, ""]


def _finding(report: Report, f: Finding) -> list[str]:
    out = title(f"{f.severity}: {f.subject}", "-")
    out += [f"{text(f.message)} ({literal(f.rule)})", ""]
    for label, place in (("old", view.old_place(report, f)), ("new", view.new_place(report, f))):
        if place:
            out.append(f":{label}: {literal(place)}")
    blocks = []
    for label, value in view.facts(f):
        if "\n" in value:
            blocks += [f"{text(label)}:", "", *block(value)]
        else:
            out.append(f":{_field(label)}: {text(value)}")
    out += [f":waive: {literal(f'abi-diff waive {f.fingerprint} --reason …')}", "", *blocks]
    if f.witness is not None:
        out += [f"Witness: {text(f.witness.summary)}", "", *block(f.witness.text)]
    return out


def _others(report: Report, batch: folding.Batch) -> list[str]:
    if not batch.lines and batch.folded is None:
        return []
    out = title(batch.rest, "-")
    out += [f"* {literal(folding.where(report, f))}: {inline(f.message)}" for f in batch.lines]
    if batch.folded is not None:
        out += _spots(batch.folded, text)
    return [*out, ""]


def _spots(folded: folding.Folded, written: Callable[[str], str]) -> list[str]:
    out = [f"* {written(spot.place)}: {literal(spot.subject)} {inline(spot.others)}".rstrip() for spot in folded.spots]
    return [*out, f"* {text(folded.ending)}"]


def _field(label: str) -> str:
    return re.sub(r"(?<!\\\\):", r"\\:", text(label)) or "\\ "


def _waived(report: Report) -> list[str]:
    found = view.waived(report)
    if not found:
        return []
    out = title("Waived", "=")
    for f in found:
        places = ", ".join(literal(p) for p in (view.old_place(report, f), view.new_place(report, f)) if p)
        out += [f"* {f.severity}: {literal(f.subject)}: {text(f.message)} ({literal(f.rule)}; {places})", ""]
        out += [f"  Reason: {text(f.waiver)}", ""]
    return out


def _additions(report: Report, style: Style) -> list[str]:
    added = view.groups(report, (Severity.EXTENSION,))
    total = sum(len(group.findings) for group in added)
    if not total or style.brief:
        return [f"{plural(total, 'addition')} not listed.", ""] if total else []
    out = title("Additions", "=")
    for group in added:
        out += title(" · ".join(p for p in (group.title, group.unit) if p), "-")
        for rule, found in groupby(group.findings, key=lambda f: f.rule):
            listed = list(found)
            out += [f"{literal(rule)} ({len(listed)}):", ""]
            if folding.told_by_place(listed, style):
                out += [*_spots(folding.by_place(report, listed), literal), ""]
                continue
            out += [f"* {literal(f.subject)} ({literal(folding.where(report, f))})" for f in listed]
            out.append("")
    return out


def title(value: str, mark: str, *, over: bool = False) -> list[str]:
    """Return a section title; wide characters count twice."""
    shown = text(value) or "\\-"
    width = max(4, sum(1 if c.isascii() else 2 for c in shown))
    return [*([mark * width] if over else []), shown, mark * width, ""]


def text(value: str) -> str:
    """Return the text of a line in which nothing is markup, a reference or an address."""
    out = inline(value)
    if re.match(r"[-+=~^\"'#.•‣⁃!$%&(),/;?{}:<>\[\]]|(\w+|[(]\w+)[.)]( |$)", out):
        out = "\\" + out
    if out and not out.strip("\\"):
        out = "\\ " + out  # else a line of nothing but one mark
    return out


def inline(value: str) -> str:
    """Return text that stands behind other text on its line."""
    return re.sub(
        r"([\\*`|@]|_(?![A-Za-z0-9])|(?<![A-Za-z0-9])_|:(?=\S)|(?<=\])_)", r"\\\1", " ".join(printable(value).split())
    )


def literal(value: str) -> str:
    """Return an inline literal; what can't stand in one becomes escaped text."""
    clean = printable(value)
    if not clean or clean != clean.strip() or "``" in clean or clean.endswith("`") or clean.startswith("`"):
        return text(clean) or "\\ "
    return f"``{clean}``"


def block(value: str) -> list[str]:
    """Return a literal block; nothing for nothing."""
    body = [f"    {line}" if line.strip() else "" for line in lines(value)]
    return ["::", "", *body, ""] if any(body) else []
