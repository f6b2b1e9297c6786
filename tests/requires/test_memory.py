"""A report is kept by the content of all that it depends on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from abidiff.release import Release
from abidiff.requires.memory import key


@pytest.mark.parametrize("ahead", ["", "-wal"])
def test_a_history_of_the_same_state_and_another_content_is_another_one(ahead: str, tmp_path: Path) -> None:
    application = Release("a", "1", {"a.c": b"int main(void) { return 0; }\n"})
    history = tmp_path / "h.db"
    history.write_bytes(b"SQLite format 3\0" + b"a" * 200)
    written = tmp_path / f"h.db{ahead}"
    written.write_bytes(b"SQLite format 3\0" + b"b" * 200)
    before, info = key(application, str(history), "q"), written.stat()
    assert key(application, str(history), "q") == before
    with written.open("r+b") as stream:
        stream.seek(150)
        stream.write(b"c")
    os.utime(written, ns=(info.st_atime_ns, info.st_mtime_ns))
    assert (written.stat().st_size, written.stat().st_mtime_ns) == (info.st_size, info.st_mtime_ns)
    assert key(application, str(history), "q") != before
