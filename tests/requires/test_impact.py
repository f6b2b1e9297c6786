"""What of a new release touches an application."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from abidiff.cli.main import cli
from abidiff.errors import SourceError

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


def touched(folder: Path, application: str, name: str = "app.c", more: str = "") -> tuple[int, set[str]]:
    for version, header in (("1.0.0", OLD), ("2.0.0", NEW + more)):
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


STEAM = "#define SHIP_STEAM 1\nint ship_fire(int a);\n"
ELSE = "#ifdef SHIP_STEAM\nint f(void) {{ return ship_fire({0}); }}\n#else\nint f(void) {{ return {1}; }}\n#endif\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("int f(void) { return ship_fire(1); }\n", 0),
        (ELSE.format("1", "ship_moor(1)"), 0),
        (ELSE.format("ship_moor(1)", "1"), 1),
        ("#ifndef SHIP_STEAM\nint f(void) { return ship_moor(1); }\n#endif\n", 0),
        ("#ifdef ship_fire\n#else\nint f(void) { return ship_moor(1); }\n#endif\n", 1),
    ],
)
def test_what_the_new_release_brought(tmp_path: Path, text: str, code: int) -> None:
    """It is no break, and a check that asks for it keeps what is behind its ``#else`` from the new release."""
    assert touched(tmp_path, text, more=STEAM)[0] == code
    if shutil.which("gcc"):
        (tmp_path / "built.c").write_text(f'#include "ship.h"\n{text}')
        command = ["gcc", "-fsyntax-only", "-Werror=implicit-function-declaration", f"-I{tmp_path / 'ship-2.0.0'}"]
        done = subprocess.run([*command, str(tmp_path / "built.c")], capture_output=True, check=False)
        assert done.returncode == code


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


RNG = """<grammar xmlns="http://relaxng.org/ns/structure/1.0"><start><element name="ship">
  <optional><element name="mast"><attribute name="rig"><choice>{rigs}</choice></attribute></element></optional>
  {more}
</element></start></grammar>
"""
BRIG, YAWL = "<value>brig</value>", "<value>yawl</value>"


def documents(folder: Path, files: dict[str, str], *, more: str = "") -> tuple[int, dict[str, str], list[str]]:
    """Return exit code, rule and subject of each finding, and notes: a rig went, and ``more`` came."""
    for version, text in (
        ("1.0.0", RNG.format(rigs=BRIG + YAWL, more="")),
        ("2.0.0", RNG.format(rigs=YAWL, more=more)),
    ):
        place = folder / f"ship-{version}"
        place.mkdir()
        (place / "ship.rng").write_text(text)
    for name, text in files.items():
        (folder / "app" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "app" / name).write_text(text)
    given = [str(folder / each) for each in ("app", "ship-1.0.0", "ship-2.0.0")]
    result = CliRunner().invoke(cli, ["impact", *given, "-f", "json", "--no-config"], standalone_mode=False)
    found = json.loads(result.output)
    return result.return_value or 0, {each["rule"]: each["subject"] for each in found["findings"]}, found["notes"]


def test_documents_are_held_against_both_schemas(tmp_path: Path) -> None:
    files = {"good.xml": "<ship><mast rig='yawl'/></ship>", "bad.xml": "<ship><mast rig='brig'/></ship>"}
    code, found, _ = documents(tmp_path, files)
    assert (code, found) == (1, {"impact/document-refused": "bad.xml"})


def test_a_document_that_nothing_breaks(tmp_path: Path) -> None:
    assert documents(tmp_path, {"good.xml": "<ship><mast rig='yawl'/></ship>"})[:2] == (0, {})


def test_a_document_that_was_refused_before(tmp_path: Path) -> None:
    code, found, notes = documents(tmp_path, {"raft.xml": "<ship><mast rig='raft'/></ship>"})
    assert (code, found) == (0, {})
    assert any("raft.xml" in note and "either" in note for note in notes)


def test_a_template_is_touched_by_its_places(tmp_path: Path) -> None:
    code, found, notes = documents(tmp_path, {"ship.xml.j2": "<ship><mast rig='{{ rig }}'/></ship>"})
    assert (code, found) == (1, {"rng/value-removed": "ship/mast/@rig"})
    assert any("ship.xml.j2" in note for note in notes)


def test_what_a_template_lacks_touches_it(tmp_path: Path) -> None:
    files = {"ship.xml.j2": "<ship><mast rig='{{ rig }}'/></ship>"}
    code, found, _ = documents(tmp_path, files, more="<attribute name='port'/>")
    assert code == 1
    assert found["rng/attribute-required"] == "ship/@port"


def test_a_document_of_another_kind(tmp_path: Path) -> None:
    files = {"ant.xml": "<project/>", "good.xml": "<ship/>"}
    assert documents(tmp_path, files)[:2] == (0, {})


PROTOCOL = """enum ship_procedure {{ SHIP_PROC_SAIL = 1, SHIP_PROC_MOOR = 2 }};
struct ship_sail_args {{ {type} knots; }};
struct ship_moor_args {{ int bollard; }};
"""


@pytest.mark.parametrize(("used", "code"), [("SHIP_PROC_SAIL", 1), ("SHIP_PROC_MOOR", 0)])
def test_a_procedure_leads_to_its_messages(tmp_path: Path, used: str, code: int) -> None:
    for version, kind in (("1.0.0", "int"), ("2.0.0", "hyper")):
        place = tmp_path / f"ship-{version}"
        place.mkdir()
        (place / "ship.x").write_text(PROTOCOL.format(type=kind))
    (tmp_path / "app.c").write_text(f"int f(void) {{ return call({used}); }}\n")
    given = [str(tmp_path / each) for each in ("app.c", "ship-1.0.0", "ship-2.0.0")]
    result = CliRunner().invoke(cli, ["impact", *given, "-f", "json", "--no-config"], standalone_mode=False)
    assert result.return_value == code, result.output


def between(folder: Path, old: str, new: str, application: str) -> tuple[int, set[str]]:
    for version, header in (("1.0.0", old), ("2.0.0", new)):
        place = folder / f"ship-{version}"
        place.mkdir()
        (place / "ship.h").write_text(header)
    (folder / "app.c").write_text(application)
    given = [str(folder / each) for each in ("app.c", "ship-1.0.0", "ship-2.0.0")]
    arguments = ["impact", *given, "--headers", "*.h", "-f", "json", "--no-config"]
    result = CliRunner().invoke(cli, arguments, standalone_mode=False)
    return result.return_value or 0, {each["subject"] for each in json.loads(result.output)["findings"]}


@pytest.mark.parametrize(
    ("declared", "application"),
    [
        ("struct big {{ {0} a; }}; int ship_big(struct big *);", "int f(struct big *b) {{ return ship_big(b); }}"),
        (
            "typedef struct big big; struct big {{ {0} a; }}; int ship_big(big *);",
            "int f(void *b) {{ return ship_big(b); }}",
        ),
        ("struct big {{ {0} a; }}; extern struct big ship_all;", "void *f(void) {{ return &ship_all; }}"),
        (
            "typedef struct _hull hull; struct _hull {{ {0} a; }}; typedef struct _deck deck;"
            "struct _deck {{ hull *h; }}; int ship_deck(deck *);",
            "int f(void *d) {{ return ship_deck(d); }}",
        ),
        (
            "struct hull {{ {0} a; }}; typedef void (*ship_cb)(struct hull *); struct ops {{ ship_cb f; }};"
            "int ship_call(struct ops *);",
            "int f(void *d) {{ return ship_call(d); }}",
        ),
        ("struct _hull {{ {0} a; }}; typedef struct _hull hull;", "int f(struct _hull *x) {{ return x->a; }}"),
    ],
)
def test_a_type_that_is_reached_by_its_tag(tmp_path: Path, declared: str, application: str) -> None:
    old, new = (declared.format(kind) + "\n" for kind in ("int", "long long"))
    code, found = between(tmp_path, old, new, application.format() + "\n")
    assert code == 1
    assert found


def test_enumerators_of_a_type_that_is_reached(tmp_path: Path) -> None:
    text = "typedef enum {{ {} }} rig;\nrig ship_rig(void);\n"
    given = text.format("RIG_A, RIG_B"), text.format("RIG_B, RIG_A")
    assert between(tmp_path, *given, "int f(void) { return ship_rig(); }\n")[0] == 1


GONE = "int ship_sail(int); int ship_gone(void);\n", "int ship_sail(int);\n"


@pytest.mark.parametrize(
    ("header", "application"),
    [
        ("", "#define G() ship_gone()\nint f(void) { return G() + ship_sail(1); }\n"),
        ("", "#define H ship_gone\n#define G() H()\nint f(void) { return G(); }\n"),
        ("#define SHIP_CALL(n) ship_##n()\n", "int f(void) { return SHIP_CALL(gone); }\n"),
    ],
)
def test_macros_lead_to_what_they_expand_to(tmp_path: Path, header: str, application: str) -> None:
    old, new = (each + header for each in GONE)
    code, found = between(tmp_path, old, new, application)
    assert code == 1
    assert "ship_gone" in found


def test_a_macro_that_nothing_names_touches_nothing(tmp_path: Path) -> None:
    assert between(tmp_path, *GONE, "#define G() ship_gone()\nint f(void) { return ship_sail(1); }\n")[0] == 0


def test_a_wrong_order_is_told(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app/app.c").write_text("int f(void) { return ship_sail(1); }\n")
    for version in ("1", "2"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "ship.h").write_text(f"int ship_sail(int);\nint ship_{version}(void);\n")
    given = [str(tmp_path / each) for each in ("1", "2", "app")]
    with pytest.raises(SourceError, match="NEW holds nothing") as error:
        CliRunner().invoke(cli, ["impact", *given, "--headers", "*.h", "--no-config"], catch_exceptions=False)
    assert "APP OLD NEW" in (error.value.hint or "")
