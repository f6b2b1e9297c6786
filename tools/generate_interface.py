"""Writes docs/formats/python-interface.txt: what the Python interface promises, line by line."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from abidiff import __version__  # noqa: E402
from tests.test_interface import PROMISED, signatures  # noqa: E402


def main() -> int:
    """Write the file, or with ``--check`` say whether it is current."""
    text = "\n".join([f"abidiff {__version__}", *signatures()]) + "\n"
    if "--check" in sys.argv[1:]:
        current = PROMISED.is_file() and PROMISED.read_text(encoding="utf-8") == text
        print("" if current else f"{PROMISED.relative_to(ROOT)} is not current: make generated", file=sys.stderr)
        return 0 if current else 1
    PROMISED.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
