"""What of a new release touches an application."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from abidiff.cli.main import cli

pytest.importorskip("tree_sitter_c")

OLD = """#define SHIP_CHECK_VERSION(a, b, c) ((a) * 100 + (b) * 10 + (c) <= 100)
typedef struct _ship ship;
typedef ship *shipPtr;
struct _ship { int length; int mast; };
typedef enum { RIG_A, RIG_B } shipRig;
int ship_sail(shipPtr it, shipRig rig);
int ship_moor(int bollard);
#define ship_rest(n) ship_moor((n) + 1)
"""
NEW = """#define SHIP_CHECK_VERSION(a, b, c) ((a) * 100 + (b) * 10 + (c) <= 200)
typedef struct _ship ship;
typedef ship *shipPtr;
struct _ship { long long length; int mast; };
typedef enum { RIG_A, RIG_B } shipRig;
int ship_sail(shipPtr it, shipRig rig);
#define ship_rest(n) ship_moor((n) + 1)
"""


def touched(folder: Path, application: str, name: str = "app.c") -> tuple[int, set[str]]:
    for version, header in (("1.0.0", OLD), ("2.0.0", NEW)):
        place = folder / f"ship-{version}"
        place.mkdir()
        (place / "ship.h").write_text(header)
    (folder / name).write_text(application)
    given = [str(folder / name), str(folder / "ship-1.0.0"), str(folder / "ship-2.0.0")]
    result = CliRunner().invoke(
        cli, ["impact", *given, "--headers", "*.h", "-f", "json", "--no-config"], standalone_mode=False
    )
    found = json.loads(result.output)["findings"]
    assert all("used" in {detail["label"] for detail in each["details"]} for each in found)
    return result.return_value or 0, {each["subject"] for each in found}


def test_a_function_that_is_gone(tmp_path: Path) -> None:
    assert touched(tmp_path, "int f(void) { return ship_moor(1); }\n") == (1, {"ship_moor"})


def test_a_type_that_a_function_leads_to(tmp_path: Path) -> None:
    assert touched(tmp_path, "int f(void) { return ship_sail(0, RIG_A); }\n") == (1, {"ship", "ship.length"})


def test_a_macro_leads_to_what_it_expands_to(tmp_path: Path) -> None:
    assert touched(tmp_path, "int f(void) { return ship_rest(1); }\n")[1] == {"ship_moor"}


def test_nothing_that_breaks_is_used(tmp_path: Path) -> None:
    assert touched(tmp_path, "int f(void) { return RIG_A; }\n") == (0, set())


def test_a_look_up_is_not_touched_by_a_removal(tmp_path: Path) -> None:
    text = 'void *f(void *so) { return dlsym(so, "ship_moor"); }\n'
    assert touched(tmp_path, text) == (0, set())


def test_a_use_on_older_releases_only(tmp_path: Path) -> None:
    text = "#if !SHIP_CHECK_VERSION(2, 0, 0)\nint f(void) { return ship_moor(1); }\n#endif\n"
    assert touched(tmp_path, text) == (0, set())


def test_what_can_not_be_read_is_open(tmp_path: Path) -> None:
    assert touched(tmp_path, "#if 1\nint f(void) { return RIG_A; }\n")[0] == 3


@pytest.mark.skipif(shutil.which("gcc") is None, reason="no gcc")
@pytest.mark.parametrize(
    ("number", "function", "told"),
    [
        ("1", "ship_moor", {"exports/symbol-vanished"}),
        ("1", "ship_sail", set()),
        ("2", "ship_sail", {"exports/soname-changed"}),
    ],
)
def test_a_binary(tmp_path: Path, number: str, function: str, told: set[str]) -> None:
    pytest.importorskip("elftools")
    for version, soname, text in (
        ("1.0.0", "libship.so.1", "int ship_sail(void) { return 1; } int ship_moor(void) { return 1; }"),
        ("2.0.0", f"libship.so.{number}", "int ship_sail(void) { return 1; }"),
    ):
        place = tmp_path / f"ship-{version}"
        place.mkdir()
        (tmp_path / "ship.c").write_text(text)
        command = ["gcc", "-shared", "-fPIC", f"-Wl,-soname,{soname}", "-o", str(place / soname)]
        subprocess.run([*command, str(tmp_path / "ship.c")], check=True)
    (tmp_path / "app.c").write_text(f"int {function}(void); int main(void) {{ return {function}(); }}")
    built, old = tmp_path / "app", tmp_path / "ship-1.0.0"
    subprocess.run(["gcc", "-o", str(built), str(tmp_path / "app.c"), str(old / "libship.so.1")], check=True)
    arguments = ["impact", str(built), str(old), str(tmp_path / "ship-2.0.0"), "-f", "json", "--no-config"]
    result = CliRunner().invoke(cli, arguments, standalone_mode=False)
    found = json.loads(result.output)["findings"]
    assert {each["rule"] for each in found if each["severity"] == "breaking"} == told, result.output
    assert (result.return_value or 0) == (1 if told else 0)
