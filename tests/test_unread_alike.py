"""What can't be read on either side and is the same code on both keeps no verdict open."""

from pathlib import Path

import pytest

from abidiff.cli.main import main

BASE = {"a.h": "int f(int a);\n", "b.h": "#include <none/ext.h>\next_t g(API ext_t a);\n", "m.h": "#define API\n"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"a.h": "int f(int a);\nint h(void);\n"}, 0),
        ({"a.h": "int f(long a);\n"}, 1),
        ({"b.h": "#include <none/ext.h>\next_t g(API ext_t a, int b);\n"}, 3),
        ({"m.h": "#define API const\n"}, 3),
        ({"b.h": "#include <none/other.h>\next_t g(API ext_t a);\n"}, 3),
    ],
)
def test_only_code_that_differs_is_open(tmp_path: Path, change: dict[str, str], code: int) -> None:
    assert compared(tmp_path, BASE, {**BASE, **change}) == code


def test_a_header_that_may_be_cut_off_is_never_counted_away(tmp_path: Path) -> None:
    base = {"a.h": "int f(int a);\n", "b.h": "int g(int a);\nint b("}
    assert compared(tmp_path, base, {**base, "a.h": "int f(int a);\nint h(void);\n"}) == 3


def compared(tmp_path: Path, old: dict[str, str], new: dict[str, str]) -> int:
    for side, files in (("old", old), ("new", new)):
        folder = tmp_path / side / "include"
        folder.mkdir(parents=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit) as found:
        main(["compare", str(tmp_path / "old"), str(tmp_path / "new"), "--no-cache"])
    return int(found.value.code or 0)
