from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from abidiff.cli.xdr import command
from abidiff.errors import AbidiffError

PROTOCOL = """
const NAME_MAX = 8;
enum kind { FILE_ = 1, DIR_ = 2 };
struct item { string name<NAME_MAX>; kind k; opaque id[4]; item *next; };
union answer switch (int status) { case 0: item found; default: void; };
struct foreign { opaque uuid[UUID_LEN]; };
"""
ITEM = "00000002" + "68690000" + "00000002" + "00010203" + "00000000"


@pytest.fixture
def file(tmp_path: Path) -> str:
    (tmp_path / "p.x").write_text(PROTOCOL)
    (tmp_path / "other.x").write_text("struct elsewhere { int a; };\n")
    (tmp_path / "len.h").write_text("#define UUID_LEN 4\n")
    return str(tmp_path / "p.x")


def ask(*args: str, given: str | None = None) -> Result:
    """Run the command; errors are shown as the program shows them."""

    class Shown(type(command)):  # type: ignore[misc]
        def invoke(self, ctx: click.Context) -> None:
            try:
                super().invoke(ctx)
            except AbidiffError as error:
                click.echo(error.render())
                ctx.exit(error.exit_code)

    group = Shown(command.name, commands=command.commands)
    return CliRunner().invoke(group, list(args), input=given)


def test_decode_shows_the_tree_with_offsets(file: str) -> None:
    result = ask("decode", file, "item", ITEM)
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        "     0  item",
        '     0    name = "hi"',
        "     8    k = DIR_ (2)",
        "    12    id = 00010203",
        "    16    next = absent",
    ]


def test_decode_and_encode_are_each_others_inverse(file: str) -> None:
    shown = ask("decode", file, "item", ITEM, "-f", "json").output
    assert json.loads(shown) == {"name": "hi", "k": "DIR_", "id": "00010203", "next": None}
    assert ask("encode", file, "item", shown).output.strip() == ITEM
    assert ask("encode", file, "item", "-", given=shown).output.strip() == ITEM
    union = '{"case": 0, "value": ' + shown + "}"
    assert ask("encode", file, "answer", union).output.strip() == "00000000" + ITEM


def test_bytes_in_many_spellings(file: str, tmp_path: Path) -> None:
    (tmp_path / "m.bin").write_bytes(bytes.fromhex(ITEM))
    spaced = " ".join(ITEM[i : i + 8] for i in range(0, len(ITEM), 8))
    expected = ask("decode", file, "item", ITEM).output
    for given in (
        spaced,
        "0x" + ITEM,
        ":".join(ITEM[i : i + 2] for i in range(0, len(ITEM), 2)),
        f"@{tmp_path / 'm.bin'}",
    ):
        assert ask("decode", file, "item", given).output == expected
    assert ask("decode", file, "item", "-", given=spaced + "\n").output == expected


@pytest.mark.parametrize(
    ("args", "code", "text"),
    [
        (("item", ITEM[:-8]), 3, "the message ends too early"),
        (("item", ITEM + "00000000"), 3, "4 bytes are left over"),
        (("item", ITEM.replace("00000002" + "00010203", "00000007" + "00010203")), 3, "7 is no value of enum kind"),
        (("item", "0g"), 2, "no hexadecimal"),
        (("itme", ITEM), 2, "did you mean item"),
        (("foreign", "00000000"), 3, "UUID_LEN"),
    ],
)
def test_errors_say_what_and_where(file: str, args: tuple[str, str], code: int, text: str) -> None:
    result = ask("decode", file, *args)
    assert result.exit_code == code
    assert text in result.output


def test_headers_and_neighbours_are_found(file: str, tmp_path: Path) -> None:
    result = ask("decode", file, "foreign", "01020304", "-H", str(tmp_path / "len.h"))
    assert result.output.splitlines()[-1] == "     0    uuid = 01020304"
    assert ask("decode", str(tmp_path / "other.x"), "elsewhere", "00000001").exit_code == 0


def test_lenient_and_partial(file: str) -> None:
    odd = ITEM.replace("00000002" + "00010203", "00000007" + "00010203")
    assert "no value of the enumeration" in ask("decode", file, "item", odd, "--lenient").output
    assert ask("decode", file, "item", ITEM + "00", "--partial").exit_code == 0


def test_bad_json(file: str) -> None:
    assert ask("encode", file, "item", "{").exit_code == 2
    result = ask("encode", file, "item", '{"name": "too long a name", "k": "DIR_", "id": "00010203", "next": null}')
    assert result.exit_code == 3
    assert "more than the limit of 8" in result.output


def test_a_file_that_does_not_parse(tmp_path: Path) -> None:
    (tmp_path / "bad.x").write_text("struct s { int a }\n")
    result = ask("decode", str(tmp_path / "bad.x"), "s", "00000000")
    assert result.exit_code == 3
    assert "bad.x:1:18" in result.output
