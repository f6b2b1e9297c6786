"""A lowered constant that no type uses is told with the places in C code that do."""

from __future__ import annotations

from pathlib import Path

from abidiff.finding import Finding
from abidiff.pipeline import Options, compare

PROTOCOL = """const PAYLOAD_MAX = {};
struct s {{ int a; }};
program P {{ version V {{ s F(s) = 1; }} = 1; }} = 0x20000099;
"""
OPTIONS = Options(parallel=False, cache=False, surfaces=("xdr",))


def lowered(folder: Path, sources: dict[str, str]) -> Finding:
    for side, number in (("old", 100), ("new", 50)):
        (folder / side).mkdir()
        (folder / side / "p.x").write_text(PROTOCOL.format(number))
    for name, text in sources.items():
        (folder / "new" / name).parent.mkdir(exist_ok=True)
        (folder / "new" / name).write_text(text)
    (found,) = compare(str(folder / "old"), str(folder / "new"), OPTIONS).findings
    assert found.rule == "xdr/constant-lowered"
    return found


def test_places_are_told_and_comments_and_strings_are_none(tmp_path: Path) -> None:
    text = (
        "/* PAYLOAD_MAX\n */\nint f(int n) {\n  // PAYLOAD_MAX\n"
        '  return n < PAYLOAD_MAX ? g("PAYLOAD_MAX") : MY_PAYLOAD_MAX;\n}\n'
    )
    found = lowered(tmp_path, {"src/a.c": text, "b.h": "int b[PAYLOAD_MAX + 1];\n", "c.txt": "PAYLOAD_MAX"})
    assert dict(found.details)["used in"] == "b.h:1, src/a.c:5"


def test_many_places_are_counted(tmp_path: Path) -> None:
    found = lowered(tmp_path, {"a.c": "int a = PAYLOAD_MAX;\n" * 9})
    assert dict(found.details)["used in"] == "a.c:1, a.c:2, a.c:3, a.c:4, a.c:5, a.c:6 and 3 more"


def test_sources_that_do_not_name_it_are_said(tmp_path: Path) -> None:
    found = lowered(tmp_path, {"a.c": "int a = OTHER;\n"})
    assert dict(found.details)["used in"] == "nothing in 1 C files of the new release"


def test_single_files_have_no_sources(tmp_path: Path) -> None:
    for side, number in (("old", 100), ("new", 50)):
        (tmp_path / f"{side}.x").write_text(PROTOCOL.format(number))
    (found,) = compare(str(tmp_path / "old.x"), str(tmp_path / "new.x"), OPTIONS).findings
    assert "used in" not in dict(found.details)
