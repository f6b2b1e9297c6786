"""What is made ready before a fork is not loaded twice behind it."""

from __future__ import annotations

import subprocess
import sys

import pytest

LOADED = """
import sys
from abidiff.pipeline import ready, reading
from abidiff.pipeline.request import Request
request = Request(sys.argv[1], cache=False)
ready.prepare(request)
before = set(sys.modules)
reading.read(request)
print(*sorted(name for name in sys.modules.keys() - before if name.startswith("abidiff.")))
"""


@pytest.mark.real
def test_reading_an_archive_loads_nothing_that_was_not_made_ready(real_release) -> None:
    command = [sys.executable, "-c", LOADED, str(real_release("9.0.0"))]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["abidiff.profile.single"]
