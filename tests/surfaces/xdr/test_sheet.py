"""What a protocol offers, as data and by the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from abidiff.cli.main import main
from abidiff.surfaces.xdr.build.parse import parse_text
from abidiff.surfaces.xdr.sheet import Known, Offered, Source, sheets
from tests.reports.protocols import TEXT, sample
from tests.surfaces.xdr.helpers import ROOT


def rows(text: str, known: Known | None = None, order: tuple[str, ...] = ()) -> list[Offered]:
    (sheet,) = sheets(parse_text("p.x", text.encode()), known or Known(), order)
    return [row for program in sheet.programs for version in program.versions for row in version.procedures]


def libvirt_like(*names: str) -> str:
    body = ",\n".join(f"    A_PROC_{name} = {number}" for number, name in enumerate(names, 1))
    return f"const A_PROGRAM = 7;\nconst A_PROTOCOL_VERSION = 1;\nenum a_procedure {{\n{body}\n}};\n"


def test_dates_come_from_the_history_then_from_comments_then_from_the_order() -> None:
    (sheet,) = sample()
    found = {row.name: str(row.since) for row in sheet.programs[0].versions[0].procedures}
    assert found == {
        "SHIP_PROC_LAUNCH": "≥ 1.0.0", "SHIP_PROC_DOCK": "1.3.0", "SHIP_PROC_EVENT_SUNK": "≥ 1.3.0",
        "SHIP_PROC_SAIL": "2.0.0",
    }  # fmt: skip
    (alone,) = sample(known=False)
    assert alone.programs[0].versions[0].procedures[1].since.source is Source.STATED


def test_a_function_that_was_renamed_later_does_not_make_what_follows_young() -> None:
    text = libvirt_like("ONE", "RENAMED", "THREE", "OLD", "FIVE")
    ages = {"A_PROC_ONE": "1", "A_PROC_RENAMED": "4", "A_PROC_THREE": "2", "A_PROC_OLD": "1", "A_PROC_FIVE": "3"}
    known = Known(functions={("p", name): version for name, version in ages.items()})
    found = [str(row.since) for row in rows(text, known, ("1", "2", "3", "4"))]
    assert found in (["≥ 1", "≥ 1", "≥ 2", "≥ 2", "≥ 3"], ["≥ 1", "≥ 1", "≥ 1", "≥ 1", "≥ 3"])


@pytest.mark.parametrize(
    ("above", "behind", "since"),
    [
        ("/* since 1.2 */", "", "1.2"), ("/** @since: 1.2.3 */", "", "1.2.3"), ("", "/* Since: v2.0 */", "2.0"),
        ("/* deprecated since 3.0 */", "", ""), ("/* since ever */", "", ""), ("", "", ""),
    ],
)  # fmt: skip
def test_comments_tell_since_when(above: str, behind: str, since: str) -> None:
    text = f"program P {{ version V {{\n int F(void) = 1; /* since 9.9 */\n {above}\n int G(void) = 2; {behind}\n"
    found = rows(text + " int H(void) = 3;\n} = 1; } = 9;\n")
    assert [row.since.version for row in found] == ["9.9", since, ""]


def test_numbers_without_a_procedure() -> None:
    found = [(u.first, u.last, u.name) for u in sample()[0].programs[0].versions[0].unused]
    assert found == [(2, 2, "SHIP_PROC_TOW"), (5, 7, ""), (9, 9, "SHIP_PROC_ROW")]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "ship_protocol.x").write_text(TEXT)
    (tmp_path / "other.x").write_text("struct other { ship_name name; };\n")
    return tmp_path


def listed(*arguments: object) -> int:
    with pytest.raises(SystemExit) as caught:
        main(["xdr", "list", *map(str, arguments)])
    return int(caught.value.code or 0)


def test_the_command_takes_a_file_and_a_folder(tree: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert listed(tree / "ship_protocol.x", "-f", "json") == 0
    alone = json.loads(capfd.readouterr().out)
    assert [protocol["name"] for protocol in alone["protocols"]] == ["ship_protocol"]
    assert listed(tree / "other.x", "-f", "json") == 0
    assert json.loads(capfd.readouterr().out)["protocols"][0]["borrowed"] == {"ship_name": "ship_protocol"}
    assert listed(tree, "-f", "json", "--no-cache") == 0
    both = json.loads(capfd.readouterr().out)
    assert sorted(protocol["name"] for protocol in both["protocols"]) == ["other", "ship_protocol"]
    procedure = both["protocols"][-1]["programs"][0]["versions"][0]["procedures"][0]
    assert (procedure["number"], procedure["access"]) == (1, ["ship:read", "ship:write::flags:1"])


def test_what_is_wrong_is_said(tree: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert listed(tree, "--protocol", "shop_protocol", "--no-cache") == 2
    assert "known: other, ship_protocol" in capfd.readouterr().err
    (tree / "other.x").write_text("struct other { nobody knows; };\n")
    assert listed(tree, "--no-cache") == 3
    assert "the type nobody is not defined" in capfd.readouterr().out


def test_a_history_tells_what_was_given_up(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for version, names in (("1.0", ("OPEN", "GONE")), ("1.1", ("OPEN", "GONE", "NEW")), ("1.2", ("OPEN", "", "NEW"))):
        folder = tmp_path / f"a-{version}"
        folder.mkdir()
        lines = [f"    A_PROC_{name} = {number}" for number, name in enumerate(names, 1) if name]
        text = (
            "const A_PROGRAM = 7;\nconst A_PROTOCOL_VERSION = 1;\nenum a_procedure {\n" + ",\n".join(lines) + "\n};\n"
        )
        (folder / "a_protocol.x").write_text(text)
    releases = [tmp_path / f"a-{version}" for version in ("1.0", "1.1", "1.2")]
    database = tmp_path / "a.db"
    with pytest.raises(SystemExit):
        main(["history", "build", "-o", str(database), *map(str, releases)])
    capfd.readouterr()
    assert listed(releases[-1], "--history", database, "-f", "json", "--no-cache") == 0
    version = json.loads(capfd.readouterr().out)["protocols"][0]["programs"][0]["versions"][0]
    assert [(p["name"], p["since"]) for p in version["procedures"]] == [("A_PROC_OPEN", None), ("A_PROC_NEW", "1.1")]
    assert version["unused"] == [{"first": 2, "last": 2, "name": "A_PROC_GONE", "gone": "1.2"}]


@pytest.mark.real
def test_procedures_of_libvirt_are_dated_by_their_functions(capfd: pytest.CaptureFixture[str]) -> None:
    assert (
        listed(ROOT / "releases" / "libvirt-11.3.0.tar.xz", "--protocol", "remote_protocol", "-f", "json", "--no-cache")
        == 0
    )
    (version,) = json.loads(capfd.readouterr().out)["protocols"][0]["programs"][0]["versions"]
    since = {p["name"]: (p["since"], p["since_is"]) for p in version["procedures"]}
    assert len(since) == 453
    assert since["REMOTE_PROC_DOMAIN_SET_THROTTLE_GROUP"] == ("11.2.0", "order")
    assert since["REMOTE_PROC_DOMAIN_CREATE_XML"][0] < "0.5.0"  # renamed in 0.5.0, there before
