"""The sheet of a protocol as text, JSON and one HTML page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from abidiff.reports.escape import printable
from abidiff.reports.page import block
from abidiff.reports.page import text as _t
from abidiff.resources import resource_text
from abidiff.surfaces.xdr.sheet import Defined, Offered, Service, Sheet, Source, Spoken, Unused
from abidiff.wording import plural

COLUMNS = ("number", "name", "arguments", "result", "since", "access", "annotations")
HEADS = {"number": "No.", "name": "Procedure", "arguments": "Arguments", "result": "Result", "since": "Since",
         "access": "Access", "annotations": "Annotations"}  # fmt: skip
_NAME = re.compile(r"([A-Za-z_][\w.]*)")
LEGEND = "≥ not before this release: numbers are given out in order"


def render(name: str, sheets: Sequence[Sheet], title: str, problems: Iterable[str], types: bool = True) -> str:
    """Return the sheets in the format of that name; ``types`` adds the types to the text."""
    found = list(problems)
    if name == "json":
        return _json(sheets, title, found)
    return _html(sheets, title, found) if name == "html" else _text(sheets, title, found, types)


def cells(row: Offered) -> dict[str, str]:
    """Return what stands in the columns of a procedure."""
    access = [] if row.access is None else list(row.access) or ["none"]
    return {
        "number": str(row.number),
        "name": f"{row.name} (event)" if row.event else row.name,
        "arguments": "" if row.event else ", ".join(row.arguments) or "void",
        "result": row.result or "void",
        "since": str(row.since),
        "access": ", ".join([*access, *(f"filter {rule}" for rule in row.filters)]),
        "annotations": ", ".join(f"{name} {value}" for name, value in row.notes),
    }


def used(rows: Iterable[Mapping[str, str]]) -> list[str]:
    """Return the columns that have something in them."""
    found = list(rows)
    return [name for name in COLUMNS if name == "number" or any(row[name] for row in found)]


def heading(program: Service, version: Spoken) -> str:
    """Return one line about a version of a program."""
    events = sum(row.event for row in version.procedures)
    number = "without a number" if program.number is None else f"{program.number:#x}"
    counted = f"{plural(len(version.procedures) - events, 'procedure')}" + (
        f", {plural(events, 'event')}" if events else ""
    )
    spoken = f"{version.name} {'?' if version.number is None else version.number}"
    return f"{program.name} {number}, {spoken}: {counted}"


def holes(version: Spoken) -> list[str]:
    """Return the numbers that no procedure has, in words."""
    return [_hole(found) for found in version.unused]


def _hole(found: Unused) -> str:
    numbers = str(found.first) if found.first == found.last else f"{found.first}-{found.last}"
    return f"{numbers} ({found.name} until {found.gone})" if found.name else numbers


def _text(sheets: Sequence[Sheet], title: str, problems: list[str], types: bool) -> str:
    out = [f"protocols of {printable(title)}"]
    for sheet in sheets:
        out += ["", f"{printable(sheet.name)}  {printable(sheet.path)}"]
        for program in sheet.programs:
            for version in program.versions:
                out += ["", f"  {printable(heading(program, version))}", *_table(version)]
        messages = [found.name for found in sheet.types if found.message and found.kind in ("struct", "union")]
        if messages:
            out += ["", f"  types that travel on their own: {printable(', '.join(messages))}"]
        if types:
            for found in sheet.types:
                out += ["", *(f"  {printable(line)}" for line in found.text.splitlines())]
    if any(row.since.source is Source.ORDER for row in _rows(sheets)):
        out += ["", LEGEND]
    out += [line for problem in problems for line in ("", *map(printable, problem.splitlines()))]
    return "\n".join(out) + "\n"


def _rows(sheets: Sequence[Sheet]) -> Iterator[Offered]:
    for sheet in sheets:
        for program in sheet.programs:
            for version in program.versions:
                yield from version.procedures


def _table(version: Spoken) -> list[str]:
    rows = [cells(row) for row in version.procedures]
    columns = used(rows)
    lines = [{name: HEADS[name] for name in columns}, *rows]
    widths = {name: max(len(line[name]) for line in lines) for name in columns}
    out = []
    for line in lines:
        parts = [f"{line[n]:>{widths[n]}}" if n == "number" else f"{line[n]:<{widths[n]}}" for n in columns]
        out.append(f"    {printable('  '.join(parts))}".rstrip())
    if version.unused:
        out += ["", f"    numbers without a procedure: {printable(', '.join(holes(version)))}"]
    if version.unnumbered:
        out.append(f"    procedures whose number is not known: {printable(', '.join(version.unnumbered))}")
    return out


# ---- JSON


def _json(sheets: Sequence[Sheet], title: str, problems: list[str]) -> str:
    document = {
        "format": "abidiff-protocols",
        "version": 1,
        "release": title,
        "protocols": [
            {
                "name": sheet.name,
                "path": sheet.path,
                "programs": [_program(program) for program in sheet.programs],
                "types": [_type(found) for found in sheet.types],
                "borrowed": dict(sheet.borrowed),
                "constants": dict(sheet.constants),
            }
            for sheet in sheets
        ],
        "problems": problems,
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def _program(program: Service) -> dict[str, Any]:
    return {
        "name": program.name,
        "number": program.number,
        "versions": [
            {
                "name": version.name,
                "number": version.number,
                "procedures": [_procedure(row) for row in version.procedures],
                "unused": [
                    {"first": f.first, "last": f.last, "name": f.name or None, "gone": f.gone or None}
                    for f in version.unused
                ],
                "unnumbered": list(version.unnumbered),
            }
            for version in program.versions
        ],
    }


def _procedure(row: Offered) -> dict[str, Any]:
    return {
        "number": row.number,
        "name": row.name,
        "kind": "event" if row.event else "call",
        "arguments": list(row.arguments),
        "result": row.result or None,
        "since": row.since.version or None,
        "since_is": str(row.since.source) or None,
        "access": None if row.access is None else list(row.access),
        "filters": list(row.filters),
        "annotations": [{"name": name, "value": value} for name, value in row.notes],
        "path": row.place.path,
        "line": row.place.line,
    }


def _type(found: Defined) -> dict[str, Any]:
    return {
        "name": found.name,
        "kind": found.kind,
        "definition": found.text,
        "uses": list(found.uses),
        "least_bytes": found.least,
        "message": found.message,
    }


# ---- HTML


def _html(sheets: Sequence[Sheet], title: str, problems: list[str]) -> str:
    name = _t(title)
    out = [
        '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>Protocols of {name}</title><style>\n{resource_text('reports/protocol.css')}</style></head>",
        f"<body>\n<h1>Protocols of {name}</h1>",
    ]
    for problem in problems:
        out.append(f"<pre>{block(problem)}</pre>")
    if len(sheets) > 1:
        links = "".join(f'<li><a href="#{_anchor(s.name)}">{_t(s.name)}</a></li>' for s in sheets)
        out.append(f"<nav><ul>{links}</ul></nav>")
    for sheet in sheets:
        out += _section(sheet)
    if any(row.since.source is Source.ORDER for row in _rows(sheets)):
        out.append(f"<p>{_t(LEGEND)}</p>")
    return "\n".join(out) + "\n</body>\n</html>\n"


def _anchor(*parts: str) -> str:
    return _t("-".join("".join(c if c.isalnum() or c in "_." else "-" for c in part) for part in parts))


def _section(sheet: Sheet) -> Iterator[str]:
    own = {found.name: f"#{_anchor(sheet.name, found.name)}" for found in sheet.types}
    own |= {name: f"#{_anchor(unit, name)}" for name, unit in sheet.borrowed}
    yield f'<section id="{_anchor(sheet.name)}"><h2>{_t(sheet.name)}</h2>'
    yield f"<p><code>{_t(sheet.path)}</code></p>"
    for program in sheet.programs:
        for version in program.versions:
            yield f"<h3>{_t(heading(program, version))}</h3>"
            yield from _rows_html(version, own)
    if sheet.types:
        yield f"<details><summary>{plural(len(sheet.types), 'type')}</summary>"
        for found in sheet.types:
            text = _linked(found.text, {name: own[name] for name in found.uses if name in own})
            size = f"at least {plural(found.least, 'byte')}" + (", travels on its own" if found.message else "")
            yield f'<div id="{_anchor(sheet.name, found.name)}" class="type"><pre>{text}</pre><p>{size}</p></div>'
        yield "</details>"
    yield "</section>"


def _rows_html(version: Spoken, own: Mapping[str, str]) -> Iterator[str]:
    rows = [(row, cells(row)) for row in version.procedures]
    columns = used(found for _, found in rows)
    heads = "".join(f'<th scope="col">{HEADS[name]}</th>' for name in columns)
    yield f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>"
    for row, found in rows:
        links = {name: own[name] for name in row.uses if name in own}
        line = "".join(_cell(name, found[name], links) for name in columns)
        yield f"<tr>{line}</tr>"
    yield "</tbody></table>"
    if version.unused:
        yield f"<p>Numbers without a procedure: {_t(', '.join(holes(version)))}</p>"
    if version.unnumbered:
        yield f"<p>Procedures whose number is not known: {_t(', '.join(version.unnumbered))}</p>"


def _cell(name: str, text: str, links: Mapping[str, str]) -> str:
    shown = _linked(text, links if name in ("arguments", "result") else {}, "_<wbr>")
    kind = 'th scope="row"' if name == "name" else "td"
    empty = "" if text else ' class="empty"'
    return f'<{kind}{empty} data-label="{HEADS[name]}">{shown}</{kind.partition(" ")[0]}>'


def _linked(text: str, links: Mapping[str, str], underscore: str = "_") -> str:
    """Write a text of the language; names of types lead to their definitions.  Lines may break behind an underscore."""
    return "\n".join("".join(_words(line, links, underscore)) for line in text.split("\n"))


def _words(line: str, links: Mapping[str, str], underscore: str) -> Iterator[str]:
    for part in _NAME.split(line):
        shown = _t(part).replace("_", underscore)
        yield f'<a href="{links[part]}">{shown}</a>' if part in links else shown
