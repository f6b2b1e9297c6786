"""What the user reads when a document is not valid, and documents made to exhaust the validator."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from abidiff import limits
from abidiff.cli.rng import command
from abidiff.errors import LimitError, ParseError
from abidiff.surfaces.rng.validate.choose import Chooser
from abidiff.surfaces.rng.validate.validate import Validator, parse_document
from tests.surfaces.rng.support import RNG, load

SCHEMA = f"""<grammar xmlns="{RNG}" datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
<start><element name="disk"><interleave>
  <attribute name="type"><choice><value>file</value><value>block</value></choice></attribute>
  <optional><element name="source"><attribute name="file"/></element></optional>
  <element name="size"><data type="unsignedInt"/></element>
</interleave></element></start></grammar>"""


def wrong(document: str, schema: str = SCHEMA) -> str:
    model = load(schema)
    assert not model.problems, model.problems[0].rendered
    found = Validator(model).validate(model.schemas[0].start, parse_document(document.encode(), "d.xml"), "d.xml")
    return str(found)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("<disk type='file'><size>1</size></disk>", "None"),
        (
            "<disk type='dir'><size>1</size></disk>",
            "d.xml:1: attribute 'type' of <disk> can't be 'dir'\n  expected: 'block', 'file'",
        ),
        ("<disk><size>1</size></disk>", "d.xml:1: <disk> lacks an attribute\n  expected: type"),
        ("<disk type='file' x='1'/>", "d.xml:1: attribute 'x' is not allowed on <disk> here"),
        (
            "<disk type='file'>\n<size>big</size></disk>",
            "d.xml:2: <size> can't have the text 'big'\n  expected: unsignedInt",
        ),
        ("<disk type='file'><size/></disk>", "d.xml:1: <size> can't be without text\n  expected: unsignedInt"),
        (
            "<disk type='file'><source file=''/></disk>",
            "d.xml:1: <disk> is not complete\n  expected: <size>",
        ),
        (
            "<disk type='file'><size>1</size>\n<soruce/></disk>",
            "d.xml:2: element <soruce> is not allowed here in <disk>\n  expected: <source>",
        ),
        ("<disc/>", "d.xml:1: element <disc> is not allowed here as the root\n  expected: <disk>"),
        ("<disk type='file'>x<size>1</size></disk>", "d.xml:1: text 'x' is not allowed beside elements"),
    ],
)
def test_messages(document: str, message: str) -> None:
    assert wrong(document) == message or wrong(document).startswith(message + "\n")


def test_the_path_of_the_first_wrong_element() -> None:
    model = load(SCHEMA)
    document = parse_document(b"<disk type='file'><size>1</size><source/></disk>", "d")
    found = Validator(model).validate(model.schemas[0].start, document)
    assert found
    assert (found.path, found.expected) == ("disk/source", ("file",))


def test_one_validator_for_many_documents_starts_anew_when_it_has_grown(monkeypatch: pytest.MonkeyPatch) -> None:
    model = load(SCHEMA)
    validator = Validator(model)
    monkeypatch.setattr("abidiff.surfaces.rng.validate.validate.SOFT_LIMIT", 1)
    document = parse_document(b"<disk type='file'><size>1</size></disk>", "d")
    first = validator.patterns
    assert validator.valid(model.schemas[0].start, document)
    assert validator.valid(model.schemas[0].start, document)
    assert validator.patterns is not first


def ambiguous(count: int, join: str) -> tuple[str, str]:
    """Return a schema in which every child can be read in two ways, and the document to the half."""

    def child(name: str, body: str) -> str:
        return f'<element name="{name}">{body}</element>'

    parts = []
    for k in range(count):
        one = child(f"x{k}", '<optional><element name="p"><empty/></element></optional>') + child(f"y{k}", "<empty/>")
        two = child(f"x{k}", '<optional><element name="q"><empty/></element></optional>') + child(f"z{k}", "<empty/>")
        parts.append(f"<choice><group>{one}</group><group>{two}</group></choice>")
    schema = f'<element name="a" xmlns="{RNG}"><{join}>{"".join(parts)}</{join}></element>'
    return schema, "".join(f"<x{k}/>" for k in range(count))


def test_independent_ambiguities_do_not_multiply() -> None:
    schema, half = ambiguous(40, "interleave")
    model = load(schema)
    started = time.process_time()
    validator, start = Validator(model), model.schemas[0].start
    ends = "".join(f"<{'yz'[k % 2]}{k}/>" for k in reversed(range(40)))
    assert validator.valid(start, parse_document(f"<a>{half}{ends}</a>".encode(), "d"))
    assert not validator.valid(start, parse_document(f"<a>{half}{ends}<y1/></a>".encode(), "d"))
    assert time.process_time() - started < 3


def test_patterns_that_grow_too_fast_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_current", limits.Limits(instance_patterns=50))
    schema, half = ambiguous(40, "interleave")
    model = load(schema)
    with pytest.raises(LimitError, match=r"grow too fast.*limit instance-patterns"):
        Validator(model).validate(model.schemas[0].start, parse_document(f"<a>{half}</a>".encode(), "d"))


def test_interleave_of_many_optional_elements_is_fast() -> None:
    parts = "".join(f'<optional><element name="x{k}"><empty/></element></optional>' for k in range(60))
    model = load(f'<element name="a" xmlns="{RNG}"><interleave>{parts}</interleave></element>')
    document = "<a>" + "".join(f"<x{k}/>" for k in reversed(range(60))) + "</a>"
    started = time.process_time()
    assert Validator(model).valid(model.schemas[0].start, parse_document(document.encode(), "d"))
    assert time.process_time() - started < 1


def test_many_attributes_are_fast() -> None:
    parts = "".join(f'<optional><attribute name="x{k}"/></optional>' for k in range(60))
    model = load(f'<element name="a" xmlns="{RNG}">{parts}<empty/></element>')
    document = "<a " + " ".join(f"x{k}=''" for k in reversed(range(60))) + "/>"
    started = time.process_time()
    assert Validator(model).valid(model.schemas[0].start, parse_document(document.encode(), "d"))
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "document",
    [
        b"<a>",
        b"",
        b"<a/><b/>",
        b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        b"<a>" * 100_000 + b"</a>" * 100_000,
        b"<!DOCTYPE a [<!ENTITY a '"
        + b"x" * 1000
        + b"'>"
        + b"".join(b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
        + b"]><a>&j;</a>",
    ],
    ids=["open", "empty", "two-roots", "external-entity", "deep", "bomb"],
)
def test_hostile_documents(document: bytes) -> None:
    model = load(f'<element name="a" xmlns="{RNG}"><empty/></element>')
    started = time.process_time()
    with pytest.raises((ParseError, AssertionError)):
        assert Validator(model).valid(model.schemas[0].start, parse_document(document, "d"))
    assert time.process_time() - started < 2


def test_the_chooser_takes_the_schema_that_fits_the_root() -> None:
    chooser = Chooser(load(SCHEMA))
    assert chooser.validate(parse_document(b"<disk type='file'><size>1</size></disk>", "d"), "d") == ("main.rng", None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "disk.rng").write_text(SCHEMA)
    (tmp_path / "good.xml").write_text("<disk type='file'><size>1</size></disk>")
    (tmp_path / "bad.xml").write_text("<disk type='file'><size>x</size></disk>")
    (tmp_path / "broken.xml").write_text("<disk")
    return tmp_path


@pytest.mark.parametrize(
    ("names", "code", "said"),
    [
        (["good.xml"], 0, "good.xml: valid"),
        (["bad.xml"], 1, "bad.xml:1: <size> can't have the text 'x'"),
        (["good.xml", "bad.xml"], 1, "1 invalid, 1 valid"),
        (["bad.xml", "broken.xml"], 3, "broken.xml: unreadable: "),
        (["no.xml"], 3, "No such file"),
        (["."], 3, "1 invalid, 1 unreadable, 1 valid"),
    ],
)
def test_command(folder: Path, names: list[str], code: int, said: str) -> None:
    paths = [str(folder / name) for name in names]
    result = CliRunner().invoke(command, ["validate", str(folder / "disk.rng"), *paths])
    assert result.exit_code == code
    assert said in result.output


def test_command_as_json_and_from_standard_input(folder: Path) -> None:
    arguments = ["validate", "-f", "json", str(folder / "disk.rng"), "-"]
    result = CliRunner().invoke(command, arguments, input="<disk type='tape'/>")
    (found,) = json.loads(result.output)["documents"]
    assert (found["result"], found["expected"], found["line"]) == ("invalid", ["'block'", "'file'"], 1)


def test_sample_writes_valid_documents(folder: Path) -> None:
    arguments = ["sample", str(folder / "disk.rng"), "-n", "20", "-o", str(folder / "out")]
    assert CliRunner().invoke(command, arguments).exit_code == 0
    assert len(list((folder / "out").iterdir())) == 20
    assert CliRunner().invoke(command, ["validate", str(folder / "disk.rng"), str(folder / "out")]).exit_code == 0


def test_sample_is_repeatable(folder: Path) -> None:
    arguments = ["sample", str(folder / "disk.rng"), "-n", "5", "--seed", "7"]
    first = CliRunner().invoke(command, arguments).output
    assert first == CliRunner().invoke(command, arguments).output
    assert first.count("<disk") == 5
