"""A survey as one page: totals, and a table that sorts and filters; readable without JavaScript."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from abidiff import __version__
from abidiff.reports.escape import printable
from abidiff.resources import resource_text
from abidiff.survey.one import Row

_COUNTS = ("breaking", "undecided", "warning", "notice", "extension")


def render(rows: Sequence[Row]) -> str:
    """Return the page."""
    script, sheet = resource_text("survey/page.js"), resource_text("reports/page.css")
    policy = (
        f"default-src 'none'; style-src '{_digest(sheet)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>Survey of {len(rows)} pairs</title>\n<style>{sheet}</style>\n</head>\n<body>\n"
        f"<header>\n<h1>Survey of {len(rows)} pairs</h1>\n</header>\n<main>\n"
        f"{_totals(rows)}{_filters(rows)}{_table(rows)}</main>\n"
        f'<footer class="soft"><p>abidiff {_t(__version__)}</p></footer>\n<script>{script}</script>\n</body>\n</html>\n'
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _t(text: str) -> str:
    return escape(printable(text))


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
    linked = f'<a href="{escape(quote(row.report))}">{name}</a>' if row.report else name
    cells = "".join(f'<td data-n="{row.counts.get(kind, 0)}">{row.counts.get(kind, 0)}</td>' for kind in _COUNTS)
    said = _t(f"{verdict(row)}: {row.failed}" if row.failed else verdict(row))
    rules = _t(" ".join(row.rules))
    return f'<tr data-verdict="{_t(verdict(row))}" data-rules="{rules}"><td>{linked}</td><td>{said}</td>{cells}</tr>\n'
