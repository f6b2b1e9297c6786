"""Markdown (CommonMark with tables and ``<details>``): for a comment on a merge request."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import groupby

from abidiff.finding import Finding, Report, Severity
from abidiff.reports import Style, folding, view
from abidiff.reports.escape import lines, printable
from abidiff.wording import plural

_ICONS = {"compatible": "✅", "incompatible": "❌", "undecided": "❓"}
_SHOWN = (Severity.BREAKING, Severity.UNDECIDED, Severity.WARNING, Severity.NOTICE)


def render(report: Report, style: Style) -> str:
    """Return the report as Markdown."""
    out = [f"# {_ICONS[str(report.verdict)]} {view.word(report)}: {text(view.sides(report))}", ""]
    out += [f"**{text(view.verdict_line(report))}**: {view.summary_tally(report)}.", ""]
    out += _table(report) + _problems(report)
    groups = view.groups(report, _SHOWN)
    crowded = folding.crowded(groups, style)
    for group in groups:
        out += [f"## {text(' · '.join(p for p in (group.title, group.unit) if p))}", ""]
        for batch in folding.batches(report, group, crowded):
            for finding in batch.whole:
                out += _finding(report, finding)
            out += _others(report, batch)
    out += _waived(report) + _additions(report, style) + _notes(report)
    return "\n".join(out).rstrip("\n") + "\n"


def _table(report: Report) -> list[str]:
    surfaces, rest = view.shown_surfaces(report)
    if not report.surfaces:
        return []
    columns = [*(str(s) for s in view.SEVERITIES), "waived"]
    out = [f"| | {' | '.join(columns)} | looked at |", "|---|" + "--:|" * len(columns) + "---|"]
    for summary in surfaces:
        numbers = view.counts(report, summary.name)
        cells = " | ".join(str(numbers[column] or "·") for column in columns)
        out.append(f"| {text(summary.title)} | {cells} | {text(view.looked_at(summary))} |")
    return [*out, "", *([f"{text(rest)}.", ""] if rest else [])]


def _problems(report: Report) -> list[str]:
    if not report.problems:
        return []
    out = ["## Could not be looked at", ""]
    for p in report.problems:
        side = view.side_of(report, p)
        place = view.place(side, p.location) or view.name_of(side)
        out.append(f"- {code(place) + ': ' if place else ''}{text(p.message)}")
        if p.hint:
            out.append(f"  hint: {text(p.hint)}")
    return [*out, ""]


def _finding(report: Report, f: Finding) -> list[str]:
    out = [f"### {f.severity}: {code(f.subject)}", "", f"{text(f.message)} ({code(f.rule)})", ""]
    for label, place in (("old", view.old_place(report, f)), ("new", view.new_place(report, f))):
        if place:
            out.append(f"- {label}: {code(place)}")
    for label, value in view.facts(f):
        if "\n" in value:
            out += [f"- {text(label)}:", "", *("  " + line for line in fence(value).split("\n")), ""]
        else:
            out.append(f"- {text(label)}: {text(value)}")
    out += [f"- waive: {code(f'abi-diff waive {f.fingerprint} --reason …')}", ""]
    if f.witness is not None:
        out += ["<details>", f"<summary>witness: {text(f.witness.summary)}</summary>", ""]
        out += [fence(f.witness.text, "c" if f.witness.kind == "c-program" else ""), "", "</details>", ""]
    return out


def _others(report: Report, batch: folding.Batch) -> list[str]:
    if not batch.lines and batch.folded is None:
        return []
    out = [f"### {text(batch.rest)}", ""]
    for f in batch.lines:
        out.append(f"- {code(folding.where(report, f))}: {text(f.message)}")
    if batch.folded is not None:
        out += _spots(batch.folded, "- ", text)
    return [*out, ""]


def _spots(folded: folding.Folded, mark: str, written: Callable[[str], str]) -> list[str]:
    out = [f"{mark}{written(spot.place)}: {code(spot.subject)} {spot.others}".rstrip() for spot in folded.spots]
    return [*out, f"{mark}{text(folded.ending)}"]


def _waived(report: Report) -> list[str]:
    found = view.waived(report)
    if not found:
        return []
    out = ["## Waived", ""]
    for f in found:
        places = ", ".join(code(p) for p in (view.old_place(report, f), view.new_place(report, f)) if p)
        out.append(f"- {f.severity}: {code(f.subject)}: {text(f.message)} ({code(f.rule)}; {places})")
        out.append(f"  reason: {text(f.waiver)}")
    return [*out, ""]


def _additions(report: Report, style: Style) -> list[str]:
    added = view.groups(report, (Severity.EXTENSION,))
    total = sum(len(group.findings) for group in added)
    if not total or style.brief:
        return [f"{plural(total, 'addition')} not listed.", ""] if total else []
    out = ["<details>", f"<summary>{plural(total, 'addition')}</summary>", ""]
    for group in added:
        out += [f"**{text(' · '.join(p for p in (group.title, group.unit) if p))}**", ""]
        for rule, found in groupby(group.findings, key=lambda f: f.rule):
            listed = list(found)
            out.append(f"- {code(rule)} ({len(listed)})")
            if folding.told_by_place(listed, style):
                out += _spots(folding.by_place(report, listed), "  - ", code)
                continue
            for f in listed:
                out.append(f"  - {code(f.subject)} ({code(folding.where(report, f))})")
        out.append("")
    return [*out, "</details>", ""]


def _notes(report: Report) -> list[str]:
    return ["## Notes", "", *(f"- {text(note)}" for note in report.notes), ""] if report.notes else []


def text(value: str) -> str:
    """Return a line of text in which nothing is markup, a mention, or a reference."""
    out = re.sub(r"([\\`*_\[\]|~$])", r"\\\1", printable(value))
    out = out.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    out = re.sub(r"^([-+#=])|^(\d+)(?=[.)])", r"\2\\\1", out)
    return re.sub(r"@(?=\w)", "@<!-- -->", out)


def code(value: str) -> str:
    """Return a code span that holds any text (CommonMark 6.1)."""
    clean = printable(value) or " "
    longest = max((len(run) for run in re.findall(r"`+", clean)), default=0)
    ticks = "`" * (longest + 1)
    pad = " " if clean.startswith("`") or clean.endswith("`") else ""
    return f"{ticks}{pad}{clean}{pad}{ticks}"


def fence(value: str, language: str = "") -> str:
    """Return a fenced block that holds any text."""
    body = lines(value)
    longest = max((len(run) for line in body for run in re.findall(r"`+", line)), default=0)
    ticks = "`" * max(3, longest + 1)
    return "\n".join([ticks + language, *body, ticks])
