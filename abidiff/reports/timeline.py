"""A whole history as one self-contained page: growth, breaks by release, and the lives of names.

All of it is readable without JavaScript; the script adds the search for lifelines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from abidiff.about import __version__
from abidiff.history.timeline import Step, Timeline
from abidiff.reports import page
from abidiff.reports.page import text as _t
from abidiff.resources import resource_text
from abidiff.surfaces import SURFACES

WIDTH, HEIGHT = 300, 90


def render(found: Timeline, name: str) -> str:
    """Return the page."""
    script, sheet = resource_text("reports/timeline.js"), resource_text("reports/page.css")
    sheet += resource_text("reports/timeline.css")
    versions = [step.release.version for step in found.steps]
    told = f"{len(versions)} releases, {versions[0]} to {versions[-1]}" if versions else "no releases"
    body = (
        f"<header>\n<h1>Timeline of {_t(name)}</h1>\n<p>{_t(told)}.</p>\n</header>\n<main>\n"
        f"{_charts(found)}{_search()}{_table(found.steps)}{_releases(found.steps)}</main>\n"
        f'<footer class="soft"><p>abidiff {_t(__version__)}</p></footer>\n'
    )
    return page.whole(f"Timeline of {name}", sheet, script, body)


def _charts(found: Timeline) -> str:
    """Return one chart for each kind that is counted."""
    if len(found.steps) < 2 or not found.growth:
        return ""
    first, last = found.steps[0].release, found.steps[-1].release
    figures = "".join(
        f"<figure>\n<figcaption><strong>{_t(title)}</strong><span>{counts[-1]}</span></figcaption>\n"
        f"{_curve(counts, f'{title}: {counts[0]} in {first.version}, {counts[-1]} in {last.version}')}"
        f'<div class="axis soft"><span>{_t(first.version)}: {counts[0]}</span>'
        f"<span>most: {max(counts)}</span><span>{_t(last.version)}: {counts[-1]}</span></div>\n</figure>\n"
        for title, counts in found.growth.items()
    )
    note = '<p class="soft">Every release is as wide as the others, however long it took.</p>'
    return f'<section>\n<h2>Growth</h2>\n{note}\n<div class="charts">\n{figures}</div>\n</section>\n'


def _curve(counts: Sequence[int], label: str) -> str:
    """Return a curve of steps: every release is as wide as the others."""
    most = max(counts) or 1
    width = WIDTH / len(counts)
    points = []
    for n, count in enumerate(counts):
        height = HEIGHT - 4 - (HEIGHT - 8) * count / most
        points += [f"{n * width:.1f},{height:.1f}", f"{(n + 1) * width:.1f},{height:.1f}"]
    line = " ".join(points)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img" aria-label="{_t(label)}">'
        f'<polygon class="under" points="0,{HEIGHT} {line} {WIDTH},{HEIGHT}"/>'
        f'<polyline class="line" points="{line}"/></svg>\n'
    )


def _search() -> str:
    return (
        '<section id="lives" hidden>\n<h2>Lifelines</h2>\n'
        '<p><label>Search names <input type="search" autocomplete="off"></label>\n'
        '<span id="shown" class="soft" role="status"></span></p>\n<ul id="found"></ul>\n</section>\n'
    )


def _table(steps: Sequence[Step]) -> str:
    """Return breaks by release and surface; each number leads to the findings."""
    titles = {found.name: found.title for found in SURFACES}
    names = [name for name in titles if any(b.surface == name for step in steps for b in step.breaks)]
    columns = ("release", "date", "added", "gone", *(titles[name] for name in names))
    head = "".join(f'<th scope="col">{_t(column)}</th>' for column in columns)
    rows = []
    for n, step in reversed(list(enumerate(steps))):
        added = sum(map(len, step.added.values())) if n else 0
        gone = sum(map(len, step.gone.values()))
        cells = [_t(step.release.date), _number(added), _number(gone)]
        line = f'<tr><th scope="row"><a href="#r{n}">{_t(step.release.version)}</a></th>'
        line += "".join(f"<td>{cell}</td>" for cell in cells)
        for name in names:
            count = sum(b.surface == name for b in step.breaks)
            link = f'<td class="s-breaking"><a href="#r{n}-{name}">{count}</a></td>'
            line += link if count else '<td class="none">·</td>'
        rows.append(f"{line}</tr>\n")
    return (
        "<section>\n<h2>Breaks by release</h2>\n"
        '<p class="soft">Breaking findings between a release and the one before it.</p>\n'
        f'<div class="wide tall" tabindex="0"><table>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{''.join(rows)}</tbody></table></div>\n</section>\n"
    )


def _number(count: int) -> str:
    return str(count) if count else "·"


def _releases(steps: Sequence[Step]) -> str:
    out = ["<section>\n<h2>Releases</h2>\n"]
    for n, step in reversed(list(enumerate(steps))):
        release = step.release
        date = f' <span class="soft">{_t(release.date)}</span>' if release.date else ""
        out.append(
            f'<article class="release" id="r{n}" data-r="{n}" data-v="{_t(release.version)}">\n'
            f"<h3>{_t(release.version)}</h3>{date}\n"
        )
        if step.problems:
            out.append(f'<p class="s-undecided">{step.problems} of its files could not be read completely.</p>\n')
        out += [_breaks(n, step), _added(n, step), _gone(step), "</article>\n"]
    return "".join(out) + "</section>\n"


def _breaks(number: int, step: Step) -> str:
    if not step.breaks:
        return ""
    lines = []
    seen: set[str] = set()
    for found in step.breaks:
        anchor = "" if found.surface in seen else f' id="r{number}-{_t(found.surface)}"'
        seen.add(found.surface)
        lines.append(
            f"<li{anchor}><b>{_t(found.rule)}</b> <code>{_t(found.subject)}</code> ({_t(found.unit)}): "
            f"{_t(found.message)}</li>\n"
        )
    return f'<ul class="breaks">\n{"".join(lines)}</ul>\n'


def _added(number: int, step: Step) -> str:
    if not step.added:
        return ""
    told = _counted(step.added)
    word = "Added" if number else "There"
    out = [f"<details>\n<summary>{word}: {_t(told)}</summary>\n"]
    for title, several in sorted(step.added.items()):
        names = "".join(
            f"<li{f' data-e={chr(34)}{came.until}{chr(34)}' if came.until >= 0 else ''}>{_t(came.name)}</li>\n"
            for came in several
        )
        out.append(f'<h4>{_t(title)}</h4>\n<ul class="names added" data-k="{_t(title)}">\n{names}</ul>\n')
    return "".join(out) + "</details>\n"


def _gone(step: Step) -> str:
    if not step.gone:
        return ""
    told = _counted(step.gone)
    out = [f"<details>\n<summary>Gone: {_t(told)}</summary>\n"]
    for title, several in sorted(step.gone.items()):
        names = "".join(f"<li>{_t(name)}</li>\n" for name in several)
        out.append(f'<h4>{_t(title)}</h4>\n<ul class="names">\n{names}</ul>\n')
    return "".join(out) + "</details>\n"


def _counted(names: Mapping[str, Sequence[object]]) -> str:
    """Return how many there are by title: 1 function, 2 events."""
    counts = [(len(several), title) for title, several in sorted(names.items())]
    return ", ".join(f"{count} {title if count != 1 else title.removesuffix('s')}" for count, title in counts)
