"""The list of rules, quickly: loading the rules loads the models that they look at.

What they say is kept in the cache for as long as their files are as they were.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypedDict

from abidiff import cache
from abidiff.about import __version__

PACKAGE = Path(__file__).resolve().parents[1]


class Listed(TypedDict):
    """A rule in the list."""

    id: str
    surface: str
    severity: str
    summary: str
    why: str
    affects: list[str]
    examples: list[str]


def listed() -> list[Listed]:
    """Return every rule: surface by surface, then those over histories, applications and waivers."""
    places = ("surfaces/*/rules", "history/rules", "requires/rules")
    files = [path for place in places for path in sorted(PACKAGE.glob(f"{place}/*.py"))]
    files += [PACKAGE / "waivers.py", Path(__file__)]
    seen = [(path.name, info.st_mtime_ns, info.st_size) for path in files for info in (path.stat(),)]
    store = cache.default()
    key = cache.join("rules", __version__, PACKAGE, *seen)
    data = store.get(key)
    if data is None:
        data = json.dumps(_asked(), ensure_ascii=False).encode()
        store.put(key, data)
    found: list[Listed] = json.loads(data)
    return found


def _asked() -> list[Listed]:
    from abidiff.cli.manual import all_rules, one_line

    return [
        {
            "id": rule.id,
            "surface": rule.id.partition("/")[0],
            "severity": str(rule.severity),
            "summary": rule.summary,
            "why": one_line(rule.why),
            "affects": list(rule.affects),
            "examples": [example.name for example in rule.examples],
        }
        for rule in all_rules()
    ]


def as_text(rules: list[Listed]) -> str:
    """Return a table of rules."""
    width = max((len(rule["id"]) for rule in rules), default=0)
    return "".join(f"{rule['id']:<{width}}  {rule['severity']:<9}  {rule['summary']}\n" for rule in rules)


def as_json(rules: list[Listed]) -> str:
    """Return the rules as JSON."""
    return json.dumps(rules, indent=2, ensure_ascii=False) + "\n"
