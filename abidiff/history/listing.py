"""The releases of a history, as a table or as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from abidiff.history.lives import connected
from abidiff.history.order import key
from abidiff.sources.request import printable


class Row(msgspec.Struct, frozen=True):
    """A release: what was counted in it, and how much of it could not be read."""

    version: str
    date: str
    profile: str
    census: dict[str, int]
    problems: int
    models: bool


SHOWN = ("functions", "symbols", "procedures", "elements", "implementations")


def listed(name: str | Path) -> list[Row]:
    """Return the releases by version."""
    with connected(name) as connection:
        census: dict[int, dict[str, int]] = {}
        for release, told in connection.execute("SELECT release, census FROM model ORDER BY surface"):
            census.setdefault(release, {}).update(json.loads(told))
        problems = dict(connection.execute("SELECT release, count(*) FROM problem GROUP BY release").fetchall())
        rows = connection.execute("SELECT id, version, date, profile, head IS NOT NULL FROM releases").fetchall()
    return [
        Row(version, date, profile, census.get(number, {}), problems.get(number, 0), bool(models))
        for number, version, date, profile, models in sorted(rows, key=lambda row: key(row[1]))
    ]


def render(rows: list[Row], *, as_json: bool) -> str:
    """Return the table as text."""
    if as_json:
        document = {"format": "abidiff-history-list", "version": 1, "releases": msgspec.to_builtins(rows)}
        return json.dumps(document, indent=2, ensure_ascii=True) + "\n"
    lines: list[tuple[str, ...]] = [("version", "date", *SHOWN, "problems")]
    for row in rows:
        counts = (str(row.census.get(name, "") or "") for name in SHOWN)
        lines.append((printable(row.version), row.date, *counts, str(row.problems or "")))
    widths = [max(len(line[n]) for line in lines) for n in range(len(lines[0]))]
    return "".join(
        "  ".join(
            f"{cell:<{width}}" if n < 2 else f"{cell:>{width}}"
            for n, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        + "\n"
        for line in lines
    )
