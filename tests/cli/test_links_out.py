"""Links in a folder that a user names are not followed out of it, by no command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCHEMA = '<element name="ship" xmlns="http://relaxng.org/ns/structure/1.0"><empty/></element>\n'


def run(*arguments: object) -> tuple[int, str]:
    command = [sys.executable, "-m", "abidiff", *map(str, arguments)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.returncode, found.stdout + found.stderr


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    place = tmp_path / "outside"
    place.mkdir()
    (place / "secret.x").write_text("struct secret { int seven; };\n")
    (place / "secret.h").write_text("#define SECRET 7\n")
    (place / "secret.xml").write_text("<secret>root:x:0</secret>\n")
    return place


def test_documents(tmp_path: Path, outside: Path) -> None:
    (tmp_path / "ship.rng").write_text(SCHEMA)
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "good.xml").write_text("<ship/>")
    (folder / "GOOD.XML").write_text("<ship/>")
    assert run("rng", "validate", tmp_path / "ship.rng", folder)[0] == 0
    (folder / "inside.xml").symlink_to("good.xml")
    assert run("rng", "validate", tmp_path / "ship.rng", folder)[0] == 0
    (folder / "bad.xml").symlink_to(outside / "secret.xml")
    code, said = run("rng", "validate", tmp_path / "ship.rng", folder)
    assert code == 3
    assert "root:x:0" not in said
    assert "a link out of the folder" in said


def test_a_document_with_another_spelling_counts(tmp_path: Path) -> None:
    (tmp_path / "ship.rng").write_text(SCHEMA)
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "BAD.XML").write_text("<boat/>")
    assert run("rng", "validate", tmp_path / "ship.rng", folder)[0] in {1, 3}


def test_protocols(tmp_path: Path, outside: Path) -> None:
    folder = tmp_path / "protocol"
    folder.mkdir()
    (folder / "ship.x").write_text('#include "link.x"\nstruct ship { int knots; };\n')
    (folder / "link.x").symlink_to(outside / "secret.x")
    code, said = run("xdr", "list", folder / "ship.x", "--types", "-f", "json")
    assert "seven" not in said
    assert code == 3


def test_headers_of_protocols(tmp_path: Path, outside: Path) -> None:
    folder = tmp_path / "headers"
    folder.mkdir()
    (folder / "link.h").symlink_to(outside / "secret.h")
    (tmp_path / "ship.x").write_text("struct ship { opaque name<SECRET>; };\n")
    code, said = run("xdr", "decode", "-H", folder, tmp_path / "ship.x", "ship", "00000000")
    assert code != 0, said


@pytest.mark.parametrize(
    ("datatype", "bound"),
    [("integer", "1" * 4301), ("duration", f"P{'9' * 5000}Y"), ("dateTime", f"{'9' * 5000}-01-01T00:00:00")],
)
def test_a_bound_of_thousands_of_digits_is_a_problem(tmp_path: Path, datatype: str, bound: str) -> None:
    library = 'datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes"'
    for n in (1, 2):
        (tmp_path / f"{n}.rng").write_text(
            f'<element name="ship" xmlns="http://relaxng.org/ns/structure/1.0" {library}>'
            f'<data type="{datatype}"><param name="minInclusive">{bound}</param></data>{"<!-- x -->" * n}</element>'
        )
    code, said = run("compare", tmp_path / "1.rng", tmp_path / "2.rng", "--no-cache")
    assert code == 3
    assert "unexpected" not in said
