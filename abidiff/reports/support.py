"""The support matrix as text, JSON and one HTML page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from abidiff.reports.escape import printable
from abidiff.reports.page import text as _t
from abidiff.surfaces.drivers.matrix import Group

_STYLE = (
    ":root{color-scheme:light dark}body{font:14px/1.4 system-ui,sans-serif;margin:1rem}"
    "table{border-collapse:collapse;margin:0 0 2rem}th,td{border:1px solid #8886;padding:.15rem .4rem;text-align:left}"
    "thead th{position:sticky;top:0;background:Canvas}div{overflow-x:auto}"
    ".gone{opacity:.6;text-decoration:line-through}"
)


def render(name: str, groups: Sequence[Group], title: str, problems: Iterable[str]) -> str:
    """Return the matrix in the format of that name."""
    return {"text": _text, "json": _json, "html": _html}[name](groups, title, list(problems))


def _text(groups: Sequence[Group], title: str, problems: list[str]) -> str:
    out = [f"driver support of {printable(title)}"]
    for group in groups:
        out += ["", printable(group.kind)]
        columns = ["function", "version", *group.drivers]
        lines = [
            [row.api, row.version, *(str(row.cells[d]) if d in row.cells else "" for d in group.drivers)]
            for row in group.rows
        ]
        widths = [max(len(line[n]) for line in (columns, *lines)) for n in range(len(columns))]
        for line in (columns, *lines):
            padded = "  ".join(f"{printable(cell):<{width}}" for cell, width in zip(line, widths, strict=True))
            out.append(f"  {padded}".rstrip())
    out += [line for problem in problems for line in ("", *map(printable, problem.splitlines()))]
    return "\n".join(out) + "\n"


def _json(groups: Sequence[Group], title: str, problems: list[str]) -> str:
    document = {
        "format": "abidiff-drivers",
        "version": 1,
        "release": title,
        "groups": [
            {
                "kind": group.kind,
                "drivers": list(group.drivers),
                "functions": [
                    {
                        "function": row.api,
                        "version": row.version,
                        "drivers": {name: {"since": c.since, "until": c.until} for name, c in row.cells.items()},
                    }
                    for row in group.rows
                ],
            }
            for group in groups
        ],
        "problems": problems,
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def _html(groups: Sequence[Group], title: str, problems: list[str]) -> str:
    name = _t(title)
    out = [
        '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>Driver support of {name}</title><style>{_STYLE}</style></head>",
        f"<body>\n<h1>Driver support of {name}</h1>",
    ]
    out += [f"<pre>{_t(line)}</pre>" for problem in problems for line in problem.splitlines()]
    for group in groups:
        heads = "".join(f'<th scope="col">{_t(text)}</th>' for text in ("function", "version", *group.drivers))
        out.append(f"<h2>{_t(group.kind)}</h2>\n<div><table>\n<thead><tr>{heads}</tr></thead>\n<tbody>")
        for row in group.rows:
            cells = "".join(_cell(row.cells.get(driver)) for driver in group.drivers)
            out.append(f'<tr><th scope="row">{_t(row.api)}</th><td>{_t(row.version)}</td>{cells}</tr>')
        out.append("</tbody></table></div>")
    return "\n".join(out) + "\n</body>\n</html>\n"


def _cell(cell: object) -> str:
    if cell is None:
        return "<td></td>"
    gone = ' class="gone"' if getattr(cell, "until", "") else ""
    return f"<td{gone}>{_t(str(cell))}</td>"
