"""The matrix of distributions, as text, JSON and Markdown."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence

from abidiff.reports.escape import printable
from abidiff.reports.markdown import text as marked
from abidiff.requires.distributions import Row

HEAD = ("distribution", "released", "supported until", "state")


def render(name: str, rows: Sequence[Row], libraries: Sequence[str], day: datetime.date) -> str:
    """Return the rows in the format of that name, as they stand on a day."""
    if name == "json":
        return _json(rows, day)
    lines = [(*HEAD, *libraries), *(_line(row, libraries, day) for row in rows)]
    return _markdown(lines) if name == "markdown" else _text(lines, rows, day)


def state(row: Row, day: datetime.date) -> str:
    """Return how a row stands on a day, in a word or two."""
    if row.rolling:
        return "rolling"
    if row.released is not None and row.released > day:
        return "to come"
    if row.supported(day):
        return "supported"
    return "extended support" if row.extended is not None and day <= row.extended else "ended"


def _line(row: Row, libraries: Sequence[str], day: datetime.date) -> tuple[str, ...]:
    name = f"{row.name} ({row.codename})" if row.codename else row.name
    dates = (row.released.isoformat() if row.released else "", row.ends.isoformat() if row.ends else "")
    return (printable(name), *dates, state(row, day), *(printable(row.versions.get(each, "")) for each in libraries))


def _text(lines: list[tuple[str, ...]], rows: Sequence[Row], day: datetime.date) -> str:
    widths = [max(len(line[n]) for line in lines) for n in range(len(lines[0]))]
    out = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    stale = [row.name for row in rows if row.stale(day)]
    if stale:
        out += ["", f"read more than a year before {day.isoformat()}: {printable(', '.join(stale))}"]
    return "\n".join(out) + "\n"


def _markdown(lines: list[tuple[str, ...]]) -> str:
    shown = ["| " + " | ".join(marked(cell) for cell in line) + " |" for line in lines]
    return "\n".join([shown[0], "|" + "---|" * len(lines[0]), *shown[1:]]) + "\n"


def _json(rows: Sequence[Row], day: datetime.date) -> str:
    told = [
        {
            "distribution": row.distribution,
            "version": row.version,
            "codename": row.codename,
            "released": row.released.isoformat() if row.released else None,
            "ends": row.ends.isoformat() if row.ends else None,
            "extended": row.extended.isoformat() if row.extended else None,
            "state": state(row, day),
            "versions": dict(sorted(row.versions.items())),
            "sources": list(row.sources),
            "read": row.read.isoformat(),
            "stale": row.stale(day),
            "note": row.note,
        }
        for row in rows
    ]
    document = {"format": "abidiff-matrix", "version": 1, "day": day.isoformat(), "releases": told}
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"
