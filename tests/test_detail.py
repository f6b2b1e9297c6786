"""What changed inside one record."""

from __future__ import annotations

import msgspec
import pytest

from abidiff.cli.main import main
from abidiff.detail import Difference, differences, records


class Field(msgspec.Struct, frozen=True):
    name: str
    type: str
    location: tuple[str, int]


class Record(msgspec.Struct, frozen=True):
    name: str
    fields: tuple[Field, ...]


class Model(msgspec.Struct, frozen=True):
    records: tuple[Record, ...]
    typedefs: dict[str, Field] = {}


def model(*fields: tuple[str, str], line: int = 1) -> Model:
    made = tuple(Field(name, kind, ("x.h", line)) for name, kind in fields)
    return Model((Record("ship", made),), {"struct _other": made[0]})


def test_fields_are_matched_by_name_and_places_do_not_count() -> None:
    (old,) = records(model(("a", "int"), ("b", "long")), "ship").values()
    (new,) = records(model(("b", "char"), ("a", "int"), ("c", "int"), line=9), "ship").values()
    assert differences(old, new) == [
        Difference("fields.b.type", '"long"', '"char"'),
        Difference("fields.c", "", '{"name": "c", "type": "int"}'),
    ]
    assert differences(old, old) == []


def test_records_are_found_by_name_key_and_tag() -> None:
    assert list(records(model(("a", "int")), "ship")) == ["records.ship"]
    assert list(records(model(("a", "int")), "other")) == ["typedefs.struct _other"]
    assert records(model(("a", "int")), "nothing") == {}


def test_the_command(capfd: pytest.CaptureFixture[str]) -> None:
    demo = ("fixtures/demo/harbour-1.0.0", "fixtures/demo/harbour-1.1.0")
    with pytest.raises(SystemExit) as caught:
        main(["detail", *demo, "harbour_berth_info", "--surface", "headers"])
    assert not caught.value.code
    out = capfd.readouterr().out
    assert "changed" in out
    assert "length" in out
    with pytest.raises(SystemExit) as caught:
        main(["detail", *demo, "nothing_like_it", "--surface", "headers"])
    assert caught.value.code == 2
