#!/usr/bin/env python3
"""Write the values of the profiles that ship as JSON beside them; --check fails when one is not current.

Reading TOML takes most of the time of reading a profile; JSON takes next to none.
"""

from __future__ import annotations

import argparse
import sys
import tomllib

import msgspec

from abidiff.resources import resource
from abidiff.toml import Values


def main() -> int:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail when a file is not current")
    check = parser.parse_args().check
    stale = []
    for path in sorted(resource("profiles").glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        values = msgspec.json.encode(Values.made(text, tomllib.loads(text)))
        wanted, written = msgspec.json.format(values, indent=1) + b"\n", path.with_suffix(".json")
        if not check:
            written.write_bytes(wanted)
        elif not written.exists() or written.read_bytes() != wanted:
            stale.append(written.name)
    if stale:
        print(f"not current: {', '.join(stale)}; run: make generated", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
