"""The report for people: verdict first, then what was looked at, then each finding."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import groupby

from abidiff.advice import advice
from abidiff.finding import Finding, Problem, Report, Severity
from abidiff.reports import Style, folding, view
from abidiff.reports.escape import lines, printable
from abidiff.wording import plural

_CODES = {
    "breaking": "1;31",
    "incompatible": "1;31",
    "undecided": "1;35",
    "warning": "1;33",
    "notice": "36",
    "extension": "32",
    "compatible": "1;32",
    "problem": "1;35",
    "head": "1",
    "dim": "2",
}
_SHOWN = (Severity.BREAKING, Severity.UNDECIDED, Severity.WARNING, Severity.NOTICE)
_WITNESS_LINES = 40


class _Writer:
    """Collects lines; the only place that knows of colour and width."""

    def __init__(self, style: Style) -> None:
        self.out: list[str] = []
        self.style = style

    def paint(self, text: str, kind: str) -> str:
        return f"\x1b[{_CODES[kind]}m{text}\x1b[0m" if self.style.colour and text else text

    def line(self, text: str = "") -> None:
        self.out.append(text.rstrip())

    def head(self, text: str) -> None:
        if self.out and self.out[-1]:
            self.line()
        self.line(self.paint(printable(text), "head"))

    def labelled(self, label: str, text: str, indent: int = 4) -> None:
        width = 9
        first = " " * indent + self.paint(f"{printable(label):<{width}}", "dim")
        text = printable(text)
        room = max(30, self.style.width - indent - width)
        wrapped = [text]
        if len(text) > room or not text.isprintable():
            wrapped = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]
        pad = " " * (indent + max(width, len(printable(label))))
        self.line(first + (" " if len(label) > width - 1 else "") + wrapped[0])
        for more in wrapped[1:]:
            self.line(pad + more)

    def item(self, place: str, text: str) -> None:
        told = f"{printable(place)}: " if place else ""
        wrapped = self.wrapped(told + printable(text), "    ", "        ")
        start = f"    {told}"
        if wrapped[0].startswith(start):
            wrapped[0] = f"    {self.paint(told, 'dim')}{wrapped[0][len(start) :]}"
        for line in wrapped:
            self.line(line)

    def wrapped(self, text: str, first: str, more: str) -> list[str]:
        """Return a text as lines of the style's width; words, and so names and places, stay whole."""
        return textwrap.wrap(
            text,
            self.style.width,
            initial_indent=first,
            subsequent_indent=more,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def told(self, text: str, indent: str, more: str = "") -> None:
        """Write a sentence at an indent, what does not fit below it."""
        for line in self.wrapped(printable(text), indent, indent + more):
            self.line(line)


def render(report: Report, style: Style) -> str:
    """Return the report as text, ending with a newline."""
    w = _Writer(style)
    _verdict(w, report)
    if style.brief:
        _brief(w, report)
        return "\n".join(w.out) + "\n"
    _table(w, report)
    _advice(w, report)
    _problems(w, report)
    _findings(w, report)
    _waived(w, report)
    _additions(w, report)
    _notes(w, report)
    if report.findings or report.problems:
        w.line()
        for line in textwrap.wrap(view.told(report, style.width), style.width, break_long_words=False):
            w.line(w.paint(line, str(report.verdict)))
    return "\n".join(w.out) + "\n"


def _verdict(w: _Writer, report: Report) -> None:
    word, sides = view.word(report).upper(), printable(view.sides(report))
    head = [sides]
    if len(word) + 2 + len(sides) > w.style.width:
        head = [f"{side}{'' if number else ' →'}" for number, side in enumerate(sides.split(" → ", 1))]
    w.line(f"{w.paint(word, str(report.verdict))}  {w.paint(head[0], 'head')}")
    for more in head[1:]:
        w.line(" " * (len(word) + 2) + w.paint(more, "head"))
    w.told(view.verdict_line(report), "  ")
    for line in textwrap.wrap(view.whole_tally(report), w.style.width - 2):
        w.line(f"  {line}")


def _brief(w: _Writer, report: Report) -> None:
    """Write a line for each problem and finding, gravest first, how many there are of the rest, and each note."""
    for problem in report.problems:
        side = view.side_of(report, problem)
        where = view.place(side, problem.location) or view.name_of(side)
        w.line(f"{w.paint('PROBLEM', 'problem')}  {printable(f'{where}: {problem.message}')}")
    found = [f for group in view.groups(report, _SHOWN) for f in group.findings]
    for f in sorted(found, key=lambda f: view.SEVERITIES.index(f.severity)):
        word = w.paint(str(f.severity).upper(), str(f.severity))
        where = folding.where(report, f)
        place = f"{w.paint(printable(where), 'dim')}: " if where else ""
        w.line(f"{word}  {place}{w.paint(printable(f.subject), 'head')}: {printable(f.message)} [{f.rule}]")
    numbers = view.counts(report)
    if numbers["waived"] or numbers["extension"]:
        added = plural(numbers["extension"], "addition")
        w.line(f"{numbers['waived']} waived, {added}: not listed" if numbers["waived"] else f"{added} not listed")
    for note in report.notes:
        w.line(f"{w.paint('NOTE', 'dim')}  {printable(note)}")


def _table(w: _Writer, report: Report) -> None:
    surfaces, rest = view.shown_surfaces(report)
    if not report.surfaces:
        return
    w.line()
    columns = [*(str(s) for s in view.SEVERITIES), "waived"]
    width = max((len(printable(s.title)) for s in surfaces), default=0) + 2
    w.line(w.paint(" " * (width + 2) + "  ".join(columns), "dim"))
    for summary in surfaces:
        numbers = view.counts(report, summary.name)
        cells = []
        for column in columns:
            cell = f"{numbers[column] or '·':>{len(column)}}"
            cells.append(w.paint(cell, column) if numbers[column] and column in _CODES else cell)
        w.line(f"  {printable(summary.title):<{width}}" + "  ".join(cells))
        for more in textwrap.wrap("looked at: " + printable(view.looked_at(summary)), w.style.width - 6):
            w.line("      " + w.paint(more, "dim"))
    if rest:
        for more in textwrap.wrap(printable(rest), w.style.width - 2):
            w.line("  " + w.paint(more, "dim"))


def _advice(w: _Writer, report: Report) -> None:
    given = advice(report)
    if not given:
        return
    w.head("Advice")
    for found in given:
        decided = found.decided_by
        by = f" ({decided.rule} {decided.subject})" if decided is not None else ""
        w.labelled(found.title, f"{found.text}{by}", indent=2)


def _problems(w: _Writer, report: Report) -> None:
    if not report.problems:
        return
    w.head("Could not be looked at")
    for problem in report.problems:
        _problem(w, report, problem)


def _problem(w: _Writer, report: Report, problem: Problem) -> None:
    side = view.side_of(report, problem)
    label = view.name_of(side) if side else ""
    where = ", ".join(part for part in (label, problem.surface, problem.unit) if part)
    place = view.place(side, problem.location)
    message = f"{place}: {problem.message}" if place else problem.message
    told = printable(message) + (f"  [{printable(where)}]" if where else "")
    wrapped = w.wrapped(f"PROBLEM  {told}", "  ", "    ")
    for line in (wrapped[0].replace("PROBLEM", w.paint("PROBLEM", "problem"), 1), *wrapped[1:]):
        w.line(line)
    rendered = lines(problem.rendered) if problem.rendered else []
    for line in rendered[1:]:
        if "hint: " in line:
            w.told(line.strip(), "    ", "  ")
        else:
            w.line("    " + line)
    if problem.hint and not any("hint: " in line for line in rendered):
        w.told(f"hint: {problem.hint}", "    ", "  ")


def _findings(w: _Writer, report: Report) -> None:
    groups = view.groups(report, _SHOWN)
    crowded = folding.crowded(groups, w.style)
    for group in groups:
        w.head(f"{group.title} · {group.unit}" if group.unit else group.title)
        promises = {view.promise(f) for f in group.findings}
        shared = promises.pop() if len(promises) == 1 else ""
        if shared:
            w.labelled("promise", shared, indent=2)
        for batch in folding.batches(report, group, crowded):
            for finding in batch.whole:
                _finding(w, report, finding, shared)
            if batch.lines or batch.folded is not None:
                w.head(f"  {batch.rest}")
            for finding in batch.lines:
                w.item(folding.where(report, finding), finding.message)
            if batch.folded is not None:
                _by_place(w, batch.folded, "")


def _finding(w: _Writer, report: Report, finding: Finding, shared: str) -> None:
    w.line()
    word = w.paint(str(finding.severity).upper(), str(finding.severity))
    head = f"  {word}  {w.paint(printable(finding.subject), 'head')}"
    if len(f"  {finding.severity}  {printable(finding.subject)}  {finding.rule}") <= w.style.width:
        w.line(f"{head}  {w.paint(finding.rule, 'dim')}")
    else:
        w.line(head)
        w.line("    " + w.paint(finding.rule, "dim"))
    for more in textwrap.wrap(printable(finding.message), w.style.width - 4, break_long_words=False):
        w.line("    " + more)
    for label, place in view.places(report, finding):
        w.labelled(label, place)
    for label, text in view.facts(finding):
        if label == "promise" and text == shared:
            continue
        if "\n" in text:
            w.line("    " + w.paint(printable(label), "dim"))
            for line in lines(text):
                w.line("      " + line)
        else:
            w.labelled(label, text)
    _witness(w, finding)
    if finding.severity is not Severity.NOTICE and finding.surface not in ("policy", "requires"):
        w.labelled("waive", f"abi-diff waive {finding.fingerprint} --reason …")


def _witness(w: _Writer, finding: Finding) -> None:
    if finding.witness is None:
        return
    w.labelled("witness", finding.witness.summary)
    body = lines(finding.witness.text)
    room = w.style.width - 8
    for line in body[:_WITNESS_LINES]:
        sentence = (
            finding.witness.kind == "message" and len(line) > room
        )  # of programs and documents every blank counts
        for part in textwrap.wrap(line, room, subsequent_indent="  ", break_long_words=False) if sentence else [line]:
            w.line("      " + w.paint("| ", "dim") + part)
    if len(body) > _WITNESS_LINES:
        w.line(f"      … {len(body) - _WITNESS_LINES} more lines: see --witness-dir or --format json")


def _waived(w: _Writer, report: Report) -> None:
    found = view.waived(report)
    if not found:
        return
    w.head("Waived")
    for finding in found:
        w.line(f"  waived {finding.severity}  {printable(finding.subject)}  {w.paint(finding.rule, 'dim')}")
        w.told(finding.message, "    ")
        w.labelled("reason", finding.waiver)
        for label, place in (
            ("old", view.old_place(report, finding)),
            ("new", view.new_place(report, finding)),
        ):
            if place:
                w.labelled(label, place)


def _additions(w: _Writer, report: Report) -> None:
    added = view.groups(report, (Severity.EXTENSION,))
    total = sum(len(group.findings) for group in added)
    if not total:
        return
    for group in added:
        w.head(f"Added · {group.title} · {group.unit}" if group.unit else f"Added · {group.title}")
        for rule, found in groupby(group.findings, key=lambda f: f.rule):
            listed = list(found)
            w.line(f"  {w.paint(rule, 'extension')} ({len(listed)})")
            if folding.told_by_place(listed, w.style):
                _by_place(w, folding.by_place(report, listed), "+ ")
                continue
            _by_file(w, report, listed)


def _by_file(w: _Writer, report: Report, listed: Sequence[Finding]) -> None:
    """Write every addition below the file that it stands in, with its line."""
    for file, found in folding.gathered(listed, lambda f: folding.file(report, f)).items():
        if file:
            w.line(f"    {w.paint(printable(file), 'dim')}")
        for f in found:
            location = f.new or f.old
            at = str(location.line) if location and location.line else ""
            told = printable(f.short)
            line = f"      + {printable(f.subject)}"
            if not told or len(line) + len(at) + len(told) + 5 <= w.style.width:
                w.line(line + (f"  {w.paint(at, 'dim')}" if at else "") + (f"  ({told})" if told else ""))
                continue
            w.line(line + (f"  {w.paint(at, 'dim')}" if at else ""))
            for more in textwrap.wrap(f"({told})", w.style.width - 10, break_long_words=False):
                w.line("          " + more)


def _by_place(w: _Writer, folded: folding.Folded, mark: str) -> None:
    """Write the places with the most of a rule, each with one of them, and how many the others have."""
    for spot in folded.spots:
        shown, told = printable(spot.place), f"{mark}{printable(spot.subject)} {spot.others}".rstrip()
        if len(shown) + len(told) + 6 <= w.style.width:
            w.line(f"    {w.paint(shown, 'dim')}  {told}")
        else:
            w.line(f"    {w.paint(shown, 'dim')}")
            w.line(f"      {told}")
    w.line(f"      … {folded.ending}")


def _notes(w: _Writer, report: Report) -> None:
    if not report.notes:
        return
    w.head("Notes")
    for note in report.notes:
        for n, part in enumerate(textwrap.wrap(printable(note), w.style.width - 4, break_long_words=False)):
            w.line(("  - " if n == 0 else "    ") + part)
