"""The table of limits: complete, set by option and configuration, part of the keys of the cache."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from abidiff import limits
from abidiff.cache.keys import code_key
from abidiff.cli.main import cli, main
from abidiff.errors import ParseError, UsageError
from abidiff.history import spread
from abidiff.pipeline.reading import Request
from abidiff.surfaces.rng.read.load import Files
from abidiff.surfaces.rng.validate.validate import parse_document

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _defaults() -> Iterator[None]:
    yield
    limits.use({})


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(one) for one in arguments])
    return int(ended.value.code or 0)


@pytest.fixture
def headers(tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "old.h", tmp_path / "new.h"
    old.write_text("".join(f"int f{n}(void);\n" for n in range(40)))
    new.write_text("".join(f"int f{n}(void);\n" for n in range(41)))
    return old, new


def test_every_limit_is_read_somewhere() -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "abidiff").rglob("*.py") if path.name != "limits.py")
    unread = [one.name for one in limits.table() if not re.search(rf"\.{one.field}\b", source)]
    assert unread == []


def test_the_page_is_current() -> None:
    command = [sys.executable, "tools/generate_limits.py", "--check"]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def test_a_limit_is_named_with_its_place_and_can_be_raised(
    headers: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("compare", *headers, "--no-cache", "--no-config", "--limit", "header-tokens=200") == 3
    shown = capsys.readouterr().out
    assert "limit header-tokens" in shown
    assert "--limit header-tokens=400" in shown
    assert re.search(r"\.h:\d+:\d+", shown)
    assert run("compare", *headers, "--no-cache", "--no-config", "--limit", "header-tokens=4000") == 0


def test_findings_beyond_the_limit_keep_the_verdict_open(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few, many = tmp_path / "few.syms", tmp_path / "many.syms"
    few.write_text("V1 { global: a; local: *; };\n")
    many.write_text("V1 { global: a; b; c; d; e; local: *; };\nV2 { global: f; g; h; i; j; local: k; } V1;\n")
    assert run("compare", many, few, "--no-cache", "--no-config", "--limit", "findings=3") == 1
    shown = capsys.readouterr().out
    assert "limit findings" in shown
    assert "--limit findings=6" in shown
    few.write_text("V1 { global: a; b; c; d; e; local: *; };\n")
    assert run("compare", few, many, "--no-cache", "--no-config", "--limit", "findings=3") == 3
    assert "limit findings" in capsys.readouterr().out
    assert run("compare", few, many, "--no-cache", "--no-config") == 0


def test_a_break_behind_the_limit_never_passes(tmp_path: Path) -> None:
    old, new, config = tmp_path / "old.h", tmp_path / "new.h", tmp_path / "abidiff.toml"
    mild = range(6)
    old.write_text("".join(f"int f{n}(int a);\n" for n in mild) + "int z(void);\n")
    new.write_text("".join(f"int f{n}(unsigned a);\n" for n in mild))
    few = ("--no-cache", "--limit", "findings=3")
    assert run("compare", old, new, "--no-cache", "--no-config") == 1
    assert run("compare", old, new, "--no-config", *few) == 3
    assert run("compare", old, new, "--no-config", "--allow-undecided", *few) == 3
    old.write_text("".join(f"int f{n}(void);\n" for n in mild))
    new.write_text("int g(void);\n")
    waiver = "[[waivers]]\nrule = 'headers/function-removed'\nsubject = 'f{}'\nreason = 'x'\n"
    config.write_text("".join(waiver.format(n) for n in range(3)))
    assert run("compare", old, new, "--config", config, *few) == 3, (
        "those that are listed are waived, the others not seen"
    )
    assert run("compare", old, new, "--config", config, "--no-cache") == 1


def test_names_and_patterns_have_a_limit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = tmp_path / "old.syms", tmp_path / "new.syms"
    old.write_text("V1 { global: " + "".join(f"ab{n};" for n in range(50)) + " local: *; };\n")
    new.write_text("V1 { global: " + "".join(f"a*{n}c*;" for n in range(50)) + " local: *; };\n")
    assert run("compare", old, new, "--no-cache", "--no-config") == 1
    capsys.readouterr()
    assert run("compare", old, new, "--no-cache", "--no-config", "--limit", "glob-steps=900") == 3
    assert "limit glob-steps" in capsys.readouterr().out
    assert run("compare", old, new, "--no-cache", "--no-config", "--limit", "map-symbols=40") == 3
    assert "limit map-symbols" in capsys.readouterr().out


def test_the_configuration_sets_limits_and_the_option_wins(headers: tuple[Path, Path], tmp_path: Path) -> None:
    config = tmp_path / "abidiff.toml"
    config.write_text("[limits]\nheader-tokens = 200\n")
    assert run("compare", *headers, "--no-cache", "--config", config) == 3
    assert run("compare", *headers, "--no-cache", "--config", config, "--limit", "header-tokens=4000") == 0


@pytest.mark.parametrize("given", ["header-token=5", "header_tokens=5", "header-tokens=x", "header-tokens=0", "depth"])
def test_what_is_no_limit_is_a_usage_error(headers: tuple[Path, Path], given: str) -> None:
    assert run("compare", *headers, "--limit", given) == 2


def test_limits_in_the_configuration_are_checked(headers: tuple[Path, Path], tmp_path: Path) -> None:
    config = tmp_path / "abidiff.toml"
    for text in ("header-token = 5", "header-tokens = 'many'", "header-tokens = 0"):
        config.write_text(f"[limits]\n{text}\n")
        assert run("compare", *headers, "--no-cache", "--config", config) == 2


def test_other_limits_are_other_keys() -> None:
    before = code_key()
    limits.use({"header-tokens": 5})
    assert code_key() != before
    limits.use({"header-tokens": limits.DEFAULT.header_tokens})
    assert code_key() == before
    with pytest.raises(UsageError):
        limits.use({"nothing": 1})


SCHEMA = (
    '<element name="a" xmlns="http://relaxng.org/ns/structure/1.0">'
    "<optional><element name='b'><text/></element></optional></element>"
)


@pytest.mark.parametrize("command", ["validate", "sample", "decode", "encode", "list", "drivers", "configurations"])
def test_every_command_that_reads_takes_limits(command: str, tmp_path: Path) -> None:
    schema, document, protocol = tmp_path / "a.rng", tmp_path / "a.xml", tmp_path / "p.x"
    schema.write_text(SCHEMA)
    document.write_text("<a/>")
    protocol.write_text("typedef int number;\nprogram P { version V { number F(void) = 1; } = 1; } = 9;\n")
    header = tmp_path / "include" / "f.h"
    header.parent.mkdir()
    header.write_text("int f(void);\n")
    arguments = {
        "validate": ("rng", "validate", schema, document),
        "sample": ("rng", "sample", schema),
        "decode": ("xdr", "decode", protocol, "number", "00000001"),
        "encode": ("xdr", "encode", protocol, "number", "1"),
        "list": ("xdr", "list", protocol, "--no-cache"),
        "drivers": ("drivers", tmp_path, "--no-cache"),
        "configurations": ("configurations", tmp_path, "--no-cache"),
    }[command]
    small = {
        "validate": "schema-tags=1",
        "sample": "schema-tags=1",
        "drivers": "members=1",
        "configurations": "members=1",
    }
    before = run(*arguments)
    assert run(*arguments, "--limit", "nothing=5") == 2
    assert run(*arguments, "--limit", small.get(command, "protocol-bytes=5")) == 3
    assert run(*arguments) == before, "a limit is that of one run"


UNBOUNDED = {"rules", "explain", "waive", "matrix", "cache", "completion"}
"""Commands that read no release."""


def test_every_command_but_those_that_read_no_release_takes_limits() -> None:
    import click

    def takers(group: click.Group, above: str) -> Iterator[tuple[str, bool]]:
        for name in group.list_commands(click.Context(group)):
            found = group.get_command(click.Context(group), name)
            assert found is not None
            if isinstance(found, click.Group):
                yield from takers(found, f"{above}{name} ")
            else:
                yield above + name, any("--limit" in one.opts for one in found.params)

    without = {name for name, takes in takers(cli, "") if not takes}
    assert {name.partition(" ")[0] for name in without} == UNBOUNDED


def test_a_history_is_read_within_the_limits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    header, made = tmp_path / "ship-1.0" / "include" / "f.h", tmp_path / "ship.db"
    header.parent.mkdir(parents=True)
    header.write_text("".join(f"int f{n}(void);\n" for n in range(20)))
    assert run("history", "build", header.parents[1], "-o", made, "--no-cache") == 0
    commands = ("since", "f1", "--history"), ("timeline", "--history"), ("history", "list"), ("history", "export")
    for command in commands:
        assert run(*command, made, "--limit", "file-bytes=1") == 3, command
        assert "unexpected error" not in capsys.readouterr().err
        assert run(*command, made) == 0, command


def test_what_is_no_file_is_no_history(tmp_path: Path) -> None:
    pipe, table = tmp_path / "pipe.db", tmp_path / "pairs.tsv"
    os.mkfifo(pipe)
    assert run("since", "x", "--history", pipe) == 3
    assert run("history", "build", tmp_path, "-o", pipe) == 2
    table.write_bytes(b"\xff\xfe\0\n")
    assert run("survey", table, "-o", tmp_path / "out") == 3


def test_limits_go_along_to_other_processes() -> None:
    limits.use({"header-tokens": 77})
    (work,) = spread.tasks([Request("/nowhere", cache=False)], 1)
    limits.use({})
    spread.task(work)
    assert limits.given() == {"header-tokens": 77}


GRAMMAR = '<grammar xmlns="http://relaxng.org/ns/structure/1.0"><start>{}</start></grammar>'
WILD = '<zeroOrMore><element><nsName ns="urn:{}"/><empty/></element></zeroOrMore>'
WILDCARDS = f"<element name='e'><interleave>{''.join(WILD.format(n) for n in range(4))}</interleave></element>"


@pytest.mark.parametrize(
    ("limit", "value"), [("schema-wildcards", 3), ("schema-tags", 5), ("schema-parts", 2), ("schema-patterns", 2)]
)
def test_schemas_say_which_limit_left_them_out(
    limit: str, value: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = tmp_path / "old.rng", tmp_path / "new.rng"
    old.write_text(GRAMMAR.format(WILDCARDS))
    new.write_text(GRAMMAR.format(WILDCARDS.replace("urn:3", "urn:4")))
    common = ("compare", old, new, "--no-cache", "--no-config")
    assert run(*common) == 1
    capsys.readouterr()
    assert run(*common, "--limit", f"{limit}={value}") == 3
    shown = " ".join("".join(capsys.readouterr()).split())
    assert f"limit {limit}" in shown
    assert f"--limit {limit}=" in shown


@pytest.mark.parametrize(("limit", "value"), [("instance-bytes", 3), ("instance-tags", 1)])
def test_documents_say_which_limit_refused_them(limit: str, value: int) -> None:
    limits.use({limit: value})
    with pytest.raises(ParseError, match=limit) as refused:
        parse_document(b"<a><b/></a>", "a.xml")
    assert refused.value.hint == f"--limit {limit}={2 * value} raises this bound"


def test_more_catalogs_than_the_limit_are_said() -> None:
    begin, end = '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog"><nextCatalog catalog="', '"/></catalog>'
    encoded = {f"c{n}.xml": f"{begin}c{n + 1}.xml{end}".encode() for n in range(9)}
    limits.use({"schema-catalogs": 4})
    with pytest.raises(ParseError, match="limit schema-catalogs"):
        Files(encoded, tuple(encoded)).catalogs.find("urn:nobody")
    limits.use({})
    assert Files(encoded, tuple(encoded)).catalogs.find("urn:nobody") is None
