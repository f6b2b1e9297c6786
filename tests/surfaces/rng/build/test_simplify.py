"""The node table: normal forms, sharing between schemas, and what the model says of a unit."""

from __future__ import annotations

import msgspec

from abidiff.project import Unit
from abidiff.surfaces.rng.build.parse import parse_units
from abidiff.surfaces.rng.model import (
    EMPTY,
    TEXT,
    Attribute,
    Choice,
    Data,
    Group,
    Interleave,
    Node,
    OneOrMore,
    Ref,
    Schemas,
    census,
    children,
)
from abidiff.surfaces.rng.names import AnyName, Name, NameChoice, NsName, contains, name_choice, overlap
from tests.surfaces.rng.support import RNG, XSD, load

A = "http://relaxng.org/ns/compatibility/annotations/1.0"
B, C = '<element name="b"><empty/></element>', '<element name="c"><empty/></element>'


def content(body: str) -> tuple[Schemas, Node]:
    """Return the model and the content of the root element."""
    model = load(f'<element name="a" datatypeLibrary="{XSD}">{body}</element>')
    assert not model.problems, model.problems[0].rendered
    root = model.nodes[model.schemas[0].start]
    assert isinstance(root, Ref)
    return model, model.nodes[model.elements[root.element].content]


def test_optional_puts_empty_first() -> None:
    model, node = content(f"<optional>{B}</optional>")
    assert isinstance(node, Choice)
    assert node.parts[0] == EMPTY
    assert isinstance(model.nodes[node.parts[1]], Ref)


def test_zero_or_more_is_a_choice_of_empty_and_one_or_more() -> None:
    model, node = content(f"<zeroOrMore>{B}</zeroOrMore>")
    assert isinstance(node, Choice)
    assert isinstance(model.nodes[node.parts[1]], OneOrMore)


def test_nested_choices_groups_and_interleaves_are_flat() -> None:
    _, node = content(f"<choice>{B}<choice>{C}<choice><text/><text/></choice></choice></choice>")
    assert isinstance(node, Choice)
    assert len(node.parts) == 3
    _, node = content(f"<group>{B}<group>{C}<empty/></group></group>{B}")
    assert isinstance(node, Group)
    assert len(node.parts) == 3
    _, node = content(f"<mixed><interleave>{B}<interleave>{C}</interleave></interleave></mixed>")
    assert isinstance(node, Interleave)
    assert len(node.parts) == 3
    assert TEXT in node.parts


def test_parts_stand_before_what_they_are_parts_of() -> None:
    model, _ = content(
        f"<interleave>{B}<zeroOrMore><choice>{C}<attribute name='x'/></choice></zeroOrMore></interleave>"
    )
    for index, node in enumerate(model.nodes):
        assert all(part < index for part in children(node))


def test_default_values_are_kept() -> None:
    model = load(
        f'<element name="a" xmlns="{RNG}" xmlns:x="{A}"><optional><attribute name="b" x:defaultValue="7"/></optional>'
        "</element>"
    )
    (attribute,) = [node for node in model.nodes if isinstance(node, Attribute)]
    assert attribute.default == "7"


def test_places_are_kept() -> None:
    model = load(
        f'<grammar xmlns="{RNG}" datatypeLibrary="{XSD}">\n<start>\n<element name="a">\n<attribute name="b">\n'
        '<data type="int"/>\n</attribute></element></start></grammar>'
    )
    assert str(model.elements[0].location) == "main.rng:3"
    places = {type(node): str(node.location) for node in model.nodes if isinstance(node, Attribute | Data)}
    assert places == {Attribute: "main.rng:4", Data: "main.rng:5"}


def two(first: str, second: str, common: str) -> Schemas:
    """Parse two top-level schemas over common defines."""

    def top(body: str) -> bytes:
        return f'<grammar xmlns="{RNG}"><include href="common.rng"/>{body}</grammar>'.encode()

    files = {
        "one.rng": top(first),
        "two.rng": top(second),
        "common.rng": f'<grammar xmlns="{RNG}">{common}</grammar>'.encode(),
    }
    units = tuple(Unit("rng", name, "full", tuple(files), (name,)) for name in ("one.rng", "two.rng"))
    model = parse_units(files, units)
    assert not model.problems
    return model


COMMON = (
    '<define name="x"><element name="x"><ref name="y"/></element></define>'
    '<define name="y"><element name="y"><ref name="z"/></element></define><define name="z"><empty/></define>'
    '<define name="w"><element name="w"><empty/></element></define>'
)


def test_what_means_the_same_is_shared() -> None:
    model = two(
        '<start><ref name="x"/></start>', '<start><choice><ref name="x"/><ref name="w"/></choice></start>', COMMON
    )
    assert [str(element.name) for element in model.elements] == ["x", "y", "w"]
    assert [schema.elements for schema in model.schemas] == [(0, 1), (0, 1, 2)]


def test_what_an_extension_changes_is_not_shared() -> None:
    change = '<define name="z" combine="choice"><attribute name="more"/></define>'
    start = '<start><choice><ref name="x"/><ref name="w"/></choice></start>'
    model = two(start, start + change, COMMON)
    first, second = (set(schema.elements) for schema in model.schemas)
    assert sorted(str(model.elements[index].name) for index in first & second) == ["w"]
    assert len(model.elements) == 5


def test_recursive_defines_are_shared() -> None:
    loop = '<define name="x"><element name="x"><optional><ref name="y"/></optional></element></define>' + (
        '<define name="y"><element name="y"><ref name="x"/></element></define>'
    )
    model = two('<start><ref name="x"/></start>', '<start><ref name="y"/></start>', loop)
    assert len(model.elements) == 2


def test_what_is_not_reached_is_not_in_the_model() -> None:
    model = load(f'<grammar xmlns="{RNG}"><start>{B}</start><define name="unused">{C}</define></grammar>')
    assert [str(element.name) for element in model.elements] == ["b"]
    assert census(model) == {"schemas": 1, "elements": 1, "attributes": 0, "values": 0}


def test_options_of_the_unit() -> None:
    text = f'<element name="a" xmlns="{RNG}"><empty/></element>'
    schema = load(text, direction="output", free_namespaces={"qemu": "urn:q", "lxc": "urn:l"}).schemas[0]
    assert (schema.direction, schema.free_namespaces) == ("output", (("lxc", "urn:l"), ("qemu", "urn:q")))
    assert load(text).schemas[0].direction == "input"


def test_the_model_is_stored_and_read_back() -> None:
    body = (
        '<element><choice><anyName><except><nsName ns="urn:x"/></except></anyName><name>b</name></choice><text/>'
        "</element>"
        '<attribute name="c"><choice><list><oneOrMore><data type="int"><param name="minInclusive">1</param>'
        '<except><value type="int">5</value></except></data></oneOrMore></list><value type="QName">x</value></choice>'
        "</attribute>"
    )
    model, _ = content(body)
    for codec in (msgspec.json, msgspec.msgpack):
        assert codec.decode(codec.encode(model), type=Schemas) == model


def test_name_classes() -> None:
    some = name_choice([Name("", "a"), name_choice([Name("", "b"), Name("", "a")])])
    assert some == NameChoice((Name("", "a"), Name("", "b")))
    other = AnyName(name_choice([NsName("urn:x"), Name("", "a")]))
    assert contains(other, "", "b")
    assert not contains(other, "urn:x", "b")
    assert overlap(some, other)
    assert not overlap(Name("", "a"), other)
    assert not overlap(NsName("urn:x"), other)
    assert not overlap(NsName("urn:x", Name("urn:x", "a")), Name("urn:x", "a"))
    assert overlap(AnyName(NsName("urn:x")), NsName("urn:y"))


def test_a_fragment_that_a_schema_includes_is_no_schema_and_no_problem() -> None:
    fragment = f'<grammar xmlns="{RNG}"><start><optional>{B}</optional></start></grammar>'
    whole = f'<element name="a" xmlns="{RNG}"><externalRef href="fragment.rng"/></element>'
    files = {"fragment.rng": fragment.encode(), "whole.rng": whole.encode()}
    units = tuple(Unit("rng", name, "full", tuple(files), (name,)) for name in files)
    model = parse_units(files, units)
    assert not model.problems
    assert [schema.name for schema in model.schemas] == ["whole.rng"]
    (problem,) = parse_units(files, units[:1]).problems
    assert "7.1.5" in problem.message
    assert "<start>" in problem.rendered


def test_a_unit_with_several_roots() -> None:
    good = f'<element name="a" xmlns="{RNG}"><empty/></element>'.encode()
    files = {"one.rng": good, "two.rng": good.replace(b'"a"', b'"b"'), "three.rng": f'<empty xmlns="{RNG}"/>'.encode()}
    model = parse_units(files, (Unit("rng", "all", "full", tuple(files), tuple(files)),))
    assert [schema.name for schema in model.schemas] == ["one.rng", "two.rng"]
    assert [problem.unit for problem in model.problems] == ["three.rng"]
