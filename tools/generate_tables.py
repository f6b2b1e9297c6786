#!/usr/bin/env python3
"""Write grammars/*.json from grammars/*.lark; --check fails when one is not current."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec

from abidiff.grammar.build import made
from abidiff.grammar.tables import GRAMMARS

FOLDER = Path(__file__).resolve().parents[1] / "grammars"


def text(name: str) -> str:
    """Return the tables of a grammar: one state or rule a line, so that a change can be read."""
    tables = msgspec.to_builtins(made((FOLDER / f"{name}.lark").read_text(encoding="utf-8"), GRAMMARS[name]))
    lines = []
    for key, value in tables.items():
        if key in ("rules", "states"):
            rows = ",\n".join("  " + msgspec.json.encode(row).decode() for row in value)
            lines.append(f'"{key}": [\n{rows}\n]')
        else:
            lines.append(f'"{key}": {msgspec.json.encode(value).decode()}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def unsigned(tables: str) -> list[str]:
    """Return tables without the version of lark that made them: another one that makes the same will do."""
    return [line for line in tables.splitlines() if not line.startswith('"lark": ')]


def main() -> int:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail when tables are not current")
    check = parser.parse_args().check
    stale = []
    for name in GRAMMARS:
        path = FOLDER / f"{name}.json"
        wanted = text(name)
        if not path.is_file() or unsigned(path.read_text(encoding="utf-8")) != unsigned(wanted):
            stale.append(path.name)
            if not check:
                path.write_text(wanted, encoding="utf-8")
    if check and stale:
        print(f"not current: {', '.join(stale)}; run: make generated", file=sys.stderr)
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
