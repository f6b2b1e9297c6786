"""Put a history into the package: facts only, with its digest and the command that made it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from abidiff.history.listing import listed
from abidiff.history.shipped import digest, pack

FOLDER = Path(__file__).parents[1] / "abidiff" / "histories"
MOST = 3_000_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("history", type=Path)
    parser.add_argument("name")
    parser.add_argument("--made-by", required=True, help="the command that made the history")
    given = parser.parse_args()
    data = pack(given.history)
    if len(data) > MOST:
        parser.error(f"{len(data)} bytes are more than {MOST}")
    versions = [row.version for row in listed(given.history)]
    told = {
        "made_by": [given.made_by, f"python tools/ship_history.py {given.history.name} {given.name} --made-by ..."],
        "sha256": digest(data),
        "releases": versions,
    }
    (FOLDER / f"{given.name}.db.zst").write_bytes(data)
    (FOLDER / f"{given.name}.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    print(f"{given.name}: {len(versions)} releases, {len(data)} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
