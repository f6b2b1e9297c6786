"""The compact syntax: each construct against the XML syntax it stands for, and what is refused."""

from __future__ import annotations

import pytest

from abidiff.project import Unit
from abidiff.release import frozen
from abidiff.surfaces.rng.build.parse import parse_units
from abidiff.surfaces.rng.decide.bisimulation import Universe
from abidiff.surfaces.rng.model import Schemas
from abidiff.surfaces.rng.values.interning import interning

HEAD = 'xmlns="http://relaxng.org/ns/structure/1.0" datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes"'

SAME = [
    ("element a { empty }", f'<element name="a" {HEAD}><empty/></element>'),
    (
        'default namespace = "u"\nelement a { attribute b { text }?, attribute * - b { text }* }',
        f'<element name="a" ns="u" {HEAD}><optional><attribute name="b"/></optional><zeroOrMore><attribute><anyName>'
        '<except><name ns="">b</name></except></anyName><text/></attribute></zeroOrMore></element>',
    ),
    (
        'namespace p = "u"\nelement p:a | p:* - p:b { xsd:int { minInclusive = "1" } | "x" ~ \'y\' | token "z" }',
        f'<element {HEAD}><choice><name ns="u">a</name><nsName ns="u"><except><name ns="u">b</name></except></nsName>'
        '</choice><choice><data type="int"><param name="minInclusive">1</param></data><value>xy</value>'
        "<value>z</value></choice></element>",
    ),
    (
        "start = a\na = element a { b & mixed { c* } }\nb |= element b { list { xsd:int+ } }\n"
        'b |= notAllowed\nc = element element { xsd:token - ("q" | "r") } # the end',
        f'<grammar {HEAD}><start><ref name="a"/></start><define name="a"><element name="a"><interleave><ref name="b"/>'
        '<mixed><zeroOrMore><ref name="c"/></zeroOrMore></mixed></interleave></element></define><define name="b">'
        '<element name="b"><list><oneOrMore><data type="int"/></oneOrMore></list></element></define><define name="c">'
        '<element name="element"><data type="token"><except><choice><value type="token">q</value>'
        '<value type="token">r</value></choice></except></data></element></define></grammar>',
    ),
    (
        'namespace h = "http://www.w3.org/1999/xhtml"\n## documented\n[ h:note [ "x" h:b [ ] ] h:c = "d" ]\n'
        "h:note [ \"all\" ]\nstart = element \\start { grammar { start = parent x } >> h:note [ ] }\ndiv { x = text }",
        f'<grammar {HEAD}><start><element name="start"><text/></element></start></grammar>',
    ),
    ("\\x{65}lement a { '''x\"''' ~ \"\\x{22}\" }", f'<element name="a" {HEAD}><value>x""</value></element>'),
]  # fmt: skip


def loaded(files: dict[str, bytes], root: str) -> Schemas:
    return parse_units(files, (Unit("rng", "s", "full", tuple(files), (root,), frozen({})),))


@pytest.mark.parametrize(("compact", "xml"), SAME)
def test_compact_and_xml_are_bisimilar(compact: str, xml: str) -> None:
    one, other = loaded({"s.rnc": compact.encode()}, "s.rnc"), loaded({"s.rng": xml.encode()}, "s.rng")
    assert not one.problems
    assert not other.problems
    with interning():
        universe = Universe(one, other)
        assert universe.start(0, one.schemas[0].start) is universe.start(1, other.schemas[0].start)


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("element a {", 1, "pattern expected"),
        ("element a { text, text | text }", 1, "beside each other"),
        ("element p:a { text }", 1, "prefix 'p' is not declared"),
        ("element a {\n  y:int }", 2, "datatype prefix 'y'"),
        ('element a { "x\n" }', 1, "unexpected character"),
        ("element a { text } text", 1, "the end expected"),
        ("start = a\na = element a { b }", 2, "no define 'b'"),
        ("element a { xsd:nothing }", 1, "no datatype"),
        ("[ a [ ] 1", 1, "unexpected character"),
        ("(" * 3000 + "text", 1, "nested more than 100 deep (limit schema-nesting)"),
        ("div { " * 3000, 1, "nested more than 100 deep (limit schema-nesting)"),
        ("element " + "(" * 3000, 1, "nested more than 100 deep (limit schema-nesting)"),
        ("element " + "* - " * 3000, 1, "nested more than 100 deep (limit schema-nesting)"),
    ],
)
def test_what_is_wrong_has_its_place(text: str, line: int, part: str) -> None:
    found = loaded({"s.rnc": text.encode()}, "s.rnc")
    assert part in found.problems[0].message
    location = found.problems[0].location
    assert location is not None
    assert location.line == line


def test_default_values_and_includes() -> None:
    main = (
        'namespace a = "http://relaxng.org/ns/compatibility/annotations/1.0"\ndefault namespace = "u"\n'
        'include "x.rnc" { b = element b { [ a:defaultValue = "1" ] attribute c { text }? } }'
    )
    files = {"s.rnc": main.encode(), "x.rnc": b"\xef\xbb\xbfstart = element a { b }\r\nb = empty"}
    found = loaded(files, "s.rnc")
    assert not found.problems
    assert [str(one.name) for one in found.elements] == ["{u}a", "{u}b"]
    assert [node.default for node in found.nodes if hasattr(node, "default")] == ["1"]
    assert found.elements[1].location.line == 3
