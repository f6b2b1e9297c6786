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


@pytest.mark.parametrize(
    ("name", "text", "right"),
    [
        ("h", "int " + ")" * 20_000 + ";\nint a(void);\n", {3}),
        ("h", "int " + "(" * 20_000 + ";\nint a(void);\n", {3}),
        ("h", "int a(void);\n}\n", {3}),
        ("h", '#ifdef __cplusplus\nextern "C" {\n#endif\nint a(void);\n}\n', {3}),
        ("h", "int a" + "*" * 20_000 + ";\n", {1, 3}),
        ("h", '#include "' + "x" * 300 + '.h"\nint a(void);\n', {3}),
        ("h", "#include <" + "x/" * 3000 + ".h>\nint a(void);\n", {3}),
        ("h", '#if __has_include("' + "x" * 300 + '.h")\nint b(void);\n#endif\nint a(void);\n', {0}),
        ("x", "struct a { int " + ")" * 20_000 + "; };\n", {3}),
        ("x", "struct a { int " + "<" * 20_000 + "; };\n", {3}),
        ("syms", "V " + "{" * 20_000, {3}),
        ("syms", "V { global: " + ")" * 20_000, {3}),
        (
            "rng",
            '<grammar xmlns="http://relaxng.org/ns/structure/1.0"><include href="' + "x" * 300 + '.rng"/></grammar>',
            {3},
        ),
        ("rng", '<externalRef xmlns="http://relaxng.org/ns/structure/1.0" href="' + "../" * 300 + 'x.rng"/>', {3}),
        ("rnc", "start = element a { " + "(" * 20_000, {3}),
        ("rnc", 'include "' + "x" * 300 + '.rnc"', {3}),
    ],
)
def test_text_that_no_parser_likes(
    name: str, text: str, right: set[int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = {
        "h": "int a(void);\n",
        "x": "struct a { int b; };\n",
        "syms": "V { global: a; };\n",
        "rng": '<element name="a" xmlns="http://relaxng.org/ns/structure/1.0"><text/></element>',
        "rnc": "element a { text }\n",
    }[name]
    old, new = put(tmp_path / f"old.{name}", good.encode()), put(tmp_path / f"new.{name}", text.encode())
    with pytest.raises(SystemExit) as caught:
        main(["compare", str(old), str(new), "--no-cache", "--serial"])
    assert caught.value.code in right
    assert "unexpected error" not in capsys.readouterr().err
