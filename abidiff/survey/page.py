"""A survey as one page: totals, and a table that sorts and filters; readable without JavaScript."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from urllib.parse import quote

from abidiff.about import __version__
from abidiff.reports import page
from abidiff.reports.page import text as _t
from abidiff.resources import resource_text
from abidiff.survey.one import Row

_COUNTS = ("breaking", "undecided", "warning", "notice", "extension")


def render(rows: Sequence[Row]) -> str:
    """Return the page."""
    script, sheet = resource_text("survey/page.js"), resource_text("reports/page.css")
    body = (
        f"<header>\n<h1>Survey of {len(rows)} pairs</h1>\n</header>\n<main>\n"
        f"{_totals(rows)}{_filters(rows)}{_table(rows)}</main>\n"
        f'<footer class="soft"><p>abidiff {_t(__version__)}</p></footer>\n'
    )
    return page.whole(f"Survey of {len(rows)} pairs", sheet, script, body)


def verdict(row: Row) -> str:
    """Return the verdict of a row, or that there is none."""
    return row.verdict or "failed"


def _totals(rows: Sequence[Row]) -> str:
    verdicts = Counter(verdict(row) for row in rows)
    rules = Counter(rule for row in rows for rule in row.rules)
    lines = "".join(f"<tr><td>{_t(name)}</td><td>{count}</td></tr>\n" for name, count in sorted(verdicts.items()))
    told = "".join(
        f"<tr><td>{_t(rule)}</td><td>{count}</td></tr>\n"
        for rule, count in sorted(rules.items(), key=lambda item: (-item[1], item[0]))
    )
    return (
        f"<h2>Verdicts</h2>\n<table>\n<tr><th>verdict</th><th>pairs</th></tr>\n{lines}</table>\n"
        f"<h2>Rules</h2>\n<table>\n<tr><th>rule</th><th>pairs</th></tr>\n{told}</table>\n"
    )


def _filters(rows: Sequence[Row]) -> str:
    def options(names: Sequence[str]) -> str:
        return "".join(f'<option value="{_t(name)}">{_t(name)}</option>' for name in names)

    verdicts = options(sorted({verdict(row) for row in rows}))
    rules = options(sorted({rule for row in rows for rule in row.rules}))
    return (
        '<h2>Pairs</h2>\n<p id="filters" hidden><label>verdict <select id="verdict"><option value="">all</option>'
        f'{verdicts}</select></label> <label>rule <select id="rule"><option value="">all</option>{rules}</select>'
        '</label> <span id="shown" role="status"></span></p>\n'
    )


def _table(rows: Sequence[Row]) -> str:
    heads = "".join(f'<th><button type="button">{name}</button></th>' for name in ("pair", "verdict", *_COUNTS))
    lines = "".join(_line(row) for row in rows)
    return f'<table id="pairs">\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{lines}</tbody>\n</table>\n'


def _line(row: Row) -> str:
    name = _t(row.name)
    linked = f'<a href="{_t(quote(row.report))}">{name}</a>' if row.report else name
    cells = "".join(f'<td data-n="{row.counts.get(kind, 0)}">{row.counts.get(kind, 0)}</td>' for kind in _COUNTS)
    said = _t(f"{verdict(row)}: {row.failed}" if row.failed else verdict(row))
    rules = _t(" ".join(row.rules))
    return f'<tr data-verdict="{_t(verdict(row))}" data-rules="{rules}"><td>{linked}</td><td>{said}</td>{cells}</tr>\n'
