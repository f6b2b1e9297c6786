#!/usr/bin/env python3
"""Write the frame of a rule: ``new_rule.py SURFACE/RULE-NAME``."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from abidiff.surfaces import SURFACES

FRAME = '''"""{words}."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule{own}
from abidiff.surfaces.{surface}.change import CHANGE
{shared}

def _check(change: CHANGE) -> Iterator[Finding]:
    yield {helper}(RULE, change, "WHAT changed", breaks="WHOM")


RULE = Rule(
    id="{surface}/{name}",
    summary="{words}",
    why="WHOM it breaks, and how: two or three sentences.",
    clause="HEADING-OF-CLAIMS",
    severity=Severity.BREAKING,
    on=(CHANGE,),
    check=_check,
    affects=(),
    examples=(
        Example("it fires", "OLD\\n", "NEW\\n", fires=("SUBJECT",)),
        Example("it stays silent", "OLD\\n", "NEW\\n"),
    ),
)
'''


def frame(surface: str, name: str) -> str:
    """Return the text of a rule's file: what a surface's rules share is imported where there is such a module."""
    module = Path(__file__).resolve().parents[1] / "abidiff/surfaces" / surface / "rules/_common.py"
    helper = "report" if module.exists() and "\ndef report(" in module.read_text(encoding="utf-8") else "finding"
    shared = f"from abidiff.surfaces.{surface}.rules._common import {helper}\n" if module.exists() else ""
    own = "" if shared else ", finding"
    return FRAME.format(surface=surface, name=name, words=name.replace("-", " "), helper=helper, shared=shared, own=own)


def main() -> int:
    """Write the file; refuse a name that is none, or that is taken."""
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    found = re.fullmatch(r"([a-z]+)/([a-z][a-z0-9]*(?:-[a-z0-9]+)*)", name)
    if found is None or found[1] not in {surface.name for surface in SURFACES}:
        print("usage: make new-rule RULE=SURFACE/NAME-OF-THE-RULE", file=sys.stderr)
        return 2
    folder = Path(__file__).resolve().parents[1] / "abidiff/surfaces" / found[1] / "rules"
    path = folder / f"{found[2].replace('-', '_')}.py"
    if path.exists():
        print(f"{path} is there already", file=sys.stderr)
        return 2
    path.write_text(frame(*found.groups()), encoding="utf-8")
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
