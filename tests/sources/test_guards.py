"""What parsers and systems raise comes out as a documented error."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from abidiff.cli.main import main
from abidiff.cli.output import OutputError, write_file
from abidiff.config import parse
from abidiff.errors import PolicyError, SourceError
from abidiff.profile.read import parse as parse_profile
from abidiff.sources import archive
from tests.sources import build
from tests.sources.build import Member, put
from tests.sources.conftest import Open


@pytest.mark.parametrize("text", ["a = " + "9" * 5000, "a = " + "[" * 5000, "a = 0x" + "f" * 9000, "a = '"])
def test_toml(text: str) -> None:
    with pytest.raises(PolicyError):
        parse(text, Path("abidiff.toml"))
    with pytest.raises(PolicyError):
        parse_profile(text, "p.toml")


def test_an_output_that_is_a_circle_of_links(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OutputError):
        write_file(tmp_path / "loop", b"x")


def test_a_bad_lzma_stream_in_a_zip(tmp_path: Path, opened: Open) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as made:
        made.writestr("ship-1/include/ship.h", b"int f(void);\n" * 50)
    data = bytearray(out.getvalue())
    start = data.find(b"ship.h") + len("ship.h") + 9
    for at in range(start, start + 12):
        data[at] ^= 0xFF
    with pytest.raises(SourceError):
        opened(put(tmp_path / "a.zip", bytes(data)), backend="stdlib")


def test_an_interrupt_while_libarchive_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path / "a.tar", build.tar([Member("ship-1/include/ship.h", b"int f(void);\n")]))

    calls: list[int] = []

    def interrupted(*_: object) -> Iterator[bytes]:
        calls.append(1)
        if len(calls) == 2:  # the first one is of the reader of the package itself
            raise KeyboardInterrupt
        yield path.read_bytes()

    monkeypatch.setattr(archive, "chunks", interrupted)
    monkeypatch.setenv("ABIDIFF_ARCHIVE", "libarchive")
    with pytest.raises(SystemExit) as caught:
        main(["check", str(path), "--no-cache"])
    assert caught.value.code == 130
