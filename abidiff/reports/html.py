"""One self-contained page: no network, readable without JavaScript, on paper and on a phone.

The filters are check boxes that style sheets read (``:has``), so they work with
JavaScript off; the script adds search, links that keep the filters, and copying.
"""

from __future__ import annotations

from itertools import groupby

from abidiff.about import __version__
from abidiff.finding import Finding, Report, Severity, Side
from abidiff.location import Location
from abidiff.reports import Style, page, view
from abidiff.reports.page import block as _block
from abidiff.reports.page import text as _t
from abidiff.resources import resource_text
from abidiff.wording import plural

_GRAVE = (Severity.BREAKING, Severity.UNDECIDED)
_REST = (Severity.WARNING, Severity.NOTICE)
_WAIVED = "waived"


def render(report: Report, style: Style) -> str:  # noqa: ARG001 - every format has the same signature
    """Return the page."""
    content = _Page(report)
    script = resource_text("reports/page.js")
    sheet = resource_text("reports/page.css") + content.filter_rules()
    return page.whole(f"{view.word(report)}: {view.sides(report)}", sheet, script, content.body())


class _Page:
    """One page; surfaces and tiers are numbered, so that no name becomes an identifier."""

    def __init__(self, report: Report) -> None:
        self.report = report
        shown = [f for f in report.findings if f.severity is not Severity.OFF]
        titles = {summary.name: summary.title for summary in report.surfaces} | {"policy": "waivers"}
        names = [summary.name for summary in report.surfaces]
        names += sorted({f.surface for f in shown} - set(names))
        self.surfaces = {name: (n, titles.get(name, name)) for n, name in enumerate(names)}
        self.tiers = {tier: n for n, tier in enumerate(sorted({f.tier for f in shown}))}
        self.severities = [s for s in view.SEVERITIES if any(f.severity is s and not f.waiver for f in shown)]
        self.has_waived = any(f.waiver for f in shown)
        self.used: dict[str, int] = {}

    def filters(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return (legend, [(class, label)]) of each filter that has something to choose."""
        severities = [(f"s-{s}", str(s)) for s in self.severities]
        if self.has_waived:
            severities.append((f"s-{_WAIVED}", _WAIVED))
        used = {f.surface for f in self.report.findings if f.severity is not Severity.OFF}
        surfaces = [(f"u-{n}", title) for name, (n, title) in self.surfaces.items() if name in used]
        tiers = [(f"t-{n}", tier or "no tier") for tier, n in self.tiers.items()]
        found = [("Severity", severities), ("Surface", surfaces), ("Promise", tiers)]
        return [(legend, choices) for legend, choices in found if len(choices) > 1]

    def filter_rules(self) -> str:
        """Return the style rules that let the check boxes hide things."""
        classes = [name for _, choices in self.filters() for name, _ in choices]
        return "".join(f"body:has(#f{name}:not(:checked)) .item.{name}{{display:none}}\n" for name in classes)

    def body(self) -> str:
        """Return the content of the page."""
        report = self.report
        parts = [
            f'<header>\n<span class="verdict v-{report.verdict}">{_t(view.word(report))}</span>\n'
            f"<h1>{_t(view.sides(report))}</h1>\n<p>{_t(_capital(view.verdict_line(report)))}.\n"
            f"<strong>{_t(view.whole_tally(report))}</strong></p>\n"
            '<p><button type="button" id="markdown" hidden>Copy as Markdown</button> '
            '<button type="button" id="unfold" hidden>Unfold all</button></p>\n</header>\n<main>\n',
            self.table(),
            self.plot(),
            self.filter_bar(),
            self.problems(),
            *(self.gravity(_capital(severity), view.groups(report, (severity,))) for severity in _GRAVE),
            self.folded("Other changes", view.groups(report, _REST)),
            self.folded("Waived", view.groups(report, (*_GRAVE, *_REST), waived=True)),
            self.additions(),
            self.notes(),
            f'</main>\n<footer class="soft"><p>abidiff {_t(__version__)}, profile {_t(report.profile)}. '
            f"{self.origin(report.old, 'Old')}{self.origin(report.new, 'New')}</p></footer>\n",
        ]
        return "".join(parts)

    @staticmethod
    def origin(side: Side | None, word: str) -> str:
        """Say where a side comes from."""
        if side is None:
            return ""
        date = f", {_t(side.date)}" if side.date else ""
        return f"{word}: <code>{_t(side.origin)}</code>{date}. "

    def table(self) -> str:
        """Return what was looked at, by surface."""
        surfaces, rest = view.shown_surfaces(self.report)
        if not self.report.surfaces:
            return ""
        columns = [*(str(s) for s in view.SEVERITIES), _WAIVED]
        head = "".join(f'<th scope="col">{c}</th>' for c in ("surface", *columns, "looked at"))
        rows = []
        for summary in surfaces:
            numbers = view.counts(self.report, summary.name)
            cells = "".join(
                f'<td class="s-{column}" data-n="{column}">{numbers[column]}</td>'
                if numbers[column]
                else '<td class="none">·</td>'
                for column in columns
            )
            looked = _t(view.looked_at(summary))
            rows.append(f'<tr><th scope="row">{_t(summary.title)}</th>{cells}<td>{looked}</td></tr>\n')
        body = "".join(rows)
        note = f'<p class="soft">{_t(_capital(rest))}.</p>\n' if rest else ""
        return (
            '<div class="wide" role="region" aria-label="What was looked at" tabindex="0"><table>\n'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table></div>\n{note}"
        )

    def filter_bar(self) -> str:
        """Return the check boxes, the search field and the number of what is shown."""
        sets = []
        for legend, choices in self.filters():
            boxes = "".join(
                f'<label><input type="checkbox" id="f{name}" data-hides="{name}" checked> {_t(label)}</label>\n'
                for name, label in choices
            )
            sets.append(f"<fieldset><legend>{legend}</legend>\n{boxes}</fieldset>\n")
        search = (
            '<label hidden>Search <input type="search" autocomplete="off"></label>\n'
            '<span id="shown" class="soft" role="status"></span>\n'
        )
        return f'<form class="filters" autocomplete="off">\n{"".join(sets)}{search}</form>\n'

    def problems(self) -> str:
        """Return what could not be looked at."""
        if not self.report.problems:
            return ""
        out = ["<section>\n<h2>Could not be looked at</h2>\n"]
        for p in self.report.problems:
            side = view.side_of(self.report, p)
            place = view.place(side, p.location) or view.name_of(side)
            detail = p.rendered.partition("\n")[2] or (f"hint: {p.hint}" if p.hint else "")
            block = f"<pre>{_block(detail)}</pre>" if detail else ""
            text = f"<code>{_t(place)}</code> {_t(p.message)}"
            out.append(f'<article class="finding s-undecided"><p>{text}</p>{block}</article>\n')
        return "".join(out) + "</section>\n"

    def gravity(self, name: str, groups: list[view.Group]) -> str:
        """Return a section of findings that everybody has to read, or nothing."""
        if not groups:
            return ""
        return f"<section>\n<h2>{name}</h2>\n{self.findings(groups)}</section>\n"

    def folded(self, name: str, groups: list[view.Group]) -> str:
        """Return a section of findings that opens on demand, or nothing."""
        found = [f for group in groups for f in group.findings]
        if not found:
            return ""
        tally = view.tally([(sum(f.severity is s for f in found), str(s)) for s in view.SEVERITIES])
        return (
            f"<section>\n<h2>{name}</h2>\n<details><summary>{_t(tally)}</summary>\n"
            f"{self.findings(groups)}</details></section>\n"
        )

    def findings(self, groups: list[view.Group]) -> str:
        """Return the findings, by surface and unit."""
        out = []
        for group in groups:
            name = " · ".join(part for part in (group.title, group.unit) if part)
            articles = "".join(self.finding(f) for f in group.findings)
            out.append(f'<div class="group">\n<h3>{_t(name)}</h3>\n{articles}</div>\n')
        return "".join(out)

    def plot(self) -> str:
        """Return a bar for each surface: how much changed, by severity, on one scale."""
        surfaces, _ = view.shown_surfaces(self.report)
        numbers = {s.name: view.counts(self.report, s.name) for s in surfaces}
        most = max((sum(found.values()) for found in numbers.values()), default=0)
        if not most:
            return ""
        bars = []
        for row, summary in enumerate(surfaces):
            bars.append(f'<text x="150" y="{row * 24 + 16}">{_t(summary.title)}</text>')
            at = 160.0
            for severity, number in numbers[summary.name].items():
                if not number:
                    continue
                length = max(4.0, 400 * number / most)
                bars.append(
                    f'<rect class="b-{severity}" x="{at:.0f}" y="{row * 24 + 4}" width="{length:.0f}" height="16"/>'
                )
                at += length + 1
            total = sum(numbers[summary.name].values())
            bars.append(f'<text class="n" x="{at + 6:.0f}" y="{row * 24 + 16}">{total}</text>')
        height = 24 * len(surfaces) + 4
        return (
            f'<figure class="plot"><svg viewBox="0 0 640 {height}" role="img" aria-labelledby="plotted">'
            f'<title id="plotted">What changed, by surface and severity; the numbers are in the table</title>'
            f"{''.join(bars)}</svg></figure>\n"
        )

    def classes(self, f: Finding) -> str:
        """Return the classes by which a finding is filtered."""
        severity = _WAIVED if f.waiver else str(f.severity)
        return f"item s-{severity} u-{self.surfaces[f.surface][0]} t-{self.tiers[f.tier]}"

    def identifier(self, f: Finding) -> str:
        """Return the anchor of a finding: its fingerprint, numbered when it is not alone."""
        n = self.used[f.fingerprint] = self.used.get(f.fingerprint, 0) + 1
        return f"f-{f.fingerprint}" + (f"-{n}" if n > 1 else "")

    def finding(self, f: Finding) -> str:
        """Return one finding."""
        name = self.identifier(f)
        link = f'<a class="link" href="#{name}" aria-label="link to {_t(f.subject)}">link</a>'
        breaks = f"<p><strong>Breaks:</strong> {_t(f.breaks)}</p>\n" if f.breaks else ""
        word = f"waived {f.severity}" if f.waiver else str(f.severity)
        return (
            f'<article class="finding {self.classes(f)}" id="{name}">\n'
            f'<div class="head"><span class="tag">{word}</span><h4><code>{_t(f.subject)}</code></h4>'
            f'<span class="soft">{_t(f.rule)}</span>{link}</div>\n'
            f"<p>{_t(f.message)}</p>\n{breaks}{self.both(f)}{self.facts(f)}{self.witness(f, name)}</article>\n"
        )

    def both(self, f: Finding) -> str:
        """Return old and new side by side: the places, and the details of that name."""
        sides = (("o", "old", self.report.old, f.old), ("n", "new", self.report.new, f.new))
        out = [
            self.side(kind, word, side, where, [text for label, text in f.details if label == word])
            for kind, word, side, where in sides
            if side is not None and (where is not None or view.one_sided(f))
        ]
        return f'<div class="sides">{"".join(out)}</div>\n'

    @staticmethod
    def side(kind: str, word: str, side: Side, where: Location | None, texts: list[str]) -> str:
        """Return one of the two panes."""
        place = f"<code>{_t(view.place(side, where))}</code>" if where else '<span class="soft">not there</span>'
        body = "".join(f"<pre>{_block(text)}</pre>" for text in texts)
        return f'<div class="side {kind}"><b>{word}</b>{place}{body}</div>'

    @staticmethod
    def facts(f: Finding) -> str:
        """Return the labelled facts."""
        rows = []
        for label, text in view.facts(f):
            if label in ("breaks", "old", "new"):
                continue
            value = f"<pre>{_block(text)}</pre>" if "\n" in text else _t(text)
            rows.append(f"<dt>{_t(label)}</dt><dd>{value}</dd>\n")
        rows.append(f"<dt>fingerprint</dt><dd><code>{f.fingerprint}</code></dd>\n")
        return f"<dl>\n{''.join(rows)}</dl>\n"

    @staticmethod
    def witness(f: Finding, name: str) -> str:
        """Return the witness with a button that copies it."""
        if f.witness is None:
            return ""
        return (
            f'<div class="witness"><div class="bar"><span><strong>Witness:</strong> {_t(f.witness.summary)}</span>'
            f'<button type="button" data-copies="w{name}" hidden>Copy</button></div>'
            f'<pre id="w{name}" tabindex="0">{_block(f.witness.text)}</pre></div>\n'
        )

    def additions(self) -> str:
        """Return the additions, by surface, unit and rule, each unit folded."""
        groups = view.groups(self.report, (Severity.EXTENSION,))
        if not groups:
            return ""
        out = []
        for group in groups:
            name = " · ".join(part for part in (group.title, group.unit) if part)
            body = []
            for rule, found in groupby(group.findings, key=lambda f: f.rule):
                listed = list(found)
                body.append(f"<h3>{_t(rule)} ({len(listed)})</h3>\n<ul class='additions'>\n")
                body += [self.addition(f) for f in listed]
                body.append("</ul>\n")
            number = plural(len(group.findings), "addition")
            out.append(
                f'<div class="group">\n<details><summary>{_t(name)}: {number}</summary>\n'
                f"{''.join(body)}</details></div>\n"
            )
        return f"<section>\n<h2>Added</h2>\n{''.join(out)}</section>\n"

    def addition(self, f: Finding) -> str:
        """Return one addition as a line."""
        place = view.new_place(self.report, f) or view.old_place(self.report, f)
        told = f.short
        more = f' <span class="soft">{_t(told)}</span>' if told else ""
        return (
            f'<li class="{self.classes(f)}" id="{self.identifier(f)}">'
            f'<code>{_t(f.subject)}</code>{more}<span class="at soft"> {_t(place)}</span></li>\n'
        )

    def notes(self) -> str:
        """Return the notes."""
        if not self.report.notes:
            return ""
        items = "".join(f"<li>{_t(note)}</li>\n" for note in self.report.notes)
        return f"<section>\n<h2>Notes</h2>\n<ul>\n{items}</ul></section>\n"


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
