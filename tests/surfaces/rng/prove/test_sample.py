"""Random members: every kind of value, any depth, and never "no valid document" for a schema that has one."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from abidiff.surfaces.rng.prove.sample import MAX_NESTED, Sampler
from abidiff.surfaces.rng.validate.validate import Validator, parse_document
from tests.surfaces.rng.support import RNG, XSD, Jing, in_rng, load

HEAD = f'xmlns="{RNG}" datatypeLibrary="{XSD}" xmlns:p="urn:p"'
DEEP = MAX_NESTED + 50


def attribute(body: str) -> str:
    return f'<element {HEAD} name="a"><attribute name="b">{body}</attribute></element>'


def chain(length: int) -> str:
    inner = "".join(
        f'<define name="d{n}"><element name="e"><ref name="d{n + 1}"/></element></define>' for n in range(length)
    )
    last = f'<define name="d{length}"><element name="f"><text/></element></define>'
    return f'<grammar {HEAD}><start><ref name="d0"/></start>{inner}{last}</grammar>'


WIDE = f"""<grammar {HEAD}><start><ref name="a"/></start><define name="a"><element name="a">
  <interleave><zeroOrMore><ref name="a"/></zeroOrMore><optional><attribute name="b"/></optional>
  <zeroOrMore><attribute><anyName><except><name>b</name></except></anyName></attribute></zeroOrMore>
  <choice><ref name="x"/><empty/></choice></interleave></element></define>
  <define name="x"><element name="x"><attribute name="n"><data type="ENTITY"/></attribute></element></define>
  </grammar>"""

SCHEMAS = {
    "a QName value": attribute('<value type="QName">p:x</value>'),
    "any QName": attribute('<data type="QName"/>'),
    "a QName with a prefix": attribute('<data type="QName"><param name="pattern">[^:]+:[^:]+</param></data>'),
    "one value of very many": attribute(
        '<data type="NMTOKEN"><param name="pattern">.{9}</param><except><data type="NMTOKEN">'
        '<param name="pattern">.*[^q].*</param></data></except></data>'
    ),
    "a moment": attribute('<choice><data type="dateTime"/><data type="time"/><data type="gDay"/></choice>'),
    "a URI": attribute('<data type="anyURI"/>'),
    "wildcards, and a branch that nothing matches": WIDE,
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_members_are_found_and_valid(name: str) -> None:
    model = load(SCHEMAS[name])
    sampler, validator, random = Sampler(model), Validator(model), Random(name)
    for _ in range(30):
        found = sampler.anywhere(model.schemas[0], random)
        assert found is not None
        assert validator.valid(model.schemas[0].start, parse_document(found, "d")), found


def test_a_schema_deeper_than_is_drawn_has_a_document() -> None:
    model = load(chain(DEEP))
    found = Sampler(model).document(model.schemas[0].start, Random(1))
    assert found is not None
    assert found.count(b"<e") == DEEP


def test_a_schema_without_a_document_has_none() -> None:
    model = load(attribute("<notAllowed/>"))
    assert Sampler(model).document(model.schemas[0].start, Random(1)) is None


@pytest.mark.judge
def test_jing_takes_them(jing: Jing, tmp_path: Path) -> None:
    for number, (name, text) in enumerate(SCHEMAS.items()):
        path = tmp_path / f"{number}.rng"
        path.write_text(in_rng(text), encoding="utf-8")
        assert jing.ask("S", path) == "yes", name
        model = load(text)
        sampler, random = Sampler(model), Random(number)
        for _ in range(15):
            found = sampler.anywhere(model.schemas[0], random)
            assert found is not None
            assert jing.validate(found), (name, found)
