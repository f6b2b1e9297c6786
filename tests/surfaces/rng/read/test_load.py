"""Files, includes and hostile input: every failure has its place, and is bounded."""

from __future__ import annotations

import time

import pytest

from abidiff.project import Unit
from abidiff.surfaces.rng.build.parse import parse_units
from abidiff.surfaces.rng.model import Schemas
from tests.surfaces.rng.support import RNG, load, problem, valid

START = f'<grammar xmlns="{RNG}"><start><ref name="a"/></start>'


def model_of(files: dict[str, str | bytes], *roots: str) -> Schemas:
    data = {path: body.encode() if isinstance(body, str) else body for path, body in files.items()}
    units = tuple(Unit("rng", root.rpartition("/")[2], "full", tuple(data), (root,)) for root in roots)
    return parse_units(data, units)


def test_a_problem_shows_path_line_caret_and_hint() -> None:
    text = problem(
        {
            "main.rng": '<grammar>\n  <start>\n    <ref name="domian"/>\n  </start>\n'
            '  <define name="domain"><element name="d"><empty/></element></define>\n</grammar>'
        }
    )
    assert text == (
        "main.rng:3:15: there is no define 'domian'\n"
        '      <ref name="domian"/>\n'
        "                ^\n"
        "  hint: did you mean 'domain'?"
    )


def test_one_problem_for_a_file_that_several_schemas_include() -> None:
    include = f'<grammar xmlns="{RNG}"><include href="common.rng"/><start><ref name="a"/></start></grammar>'
    fine = f'<element name="a" xmlns="{RNG}"><empty/></element>'
    model = model_of(
        {"x/one.rng": include, "x/two.rng": include, "x/common.rng": f'<grammar xmlns="{RNG}">', "x/fine.rng": fine},
        "x/one.rng",
        "x/two.rng",
        "x/fine.rng",
    )
    assert [schema.name for schema in model.schemas] == ["fine.rng"]
    (found,) = model.problems
    assert found.location
    assert found.location.path == "x/common.rng"
    assert "this keeps 2 schemas from being read: one.rng, two.rng" in found.rendered


def test_includes_resolve_against_xml_base_and_percent_escapes() -> None:
    main = (
        f'<grammar xmlns="{RNG}" xml:base="sub/"><include href="c%20d.rng" xml:base="deep/"/>'
        '<start><ref name="a"/></start></grammar>'
    )
    other = f'<grammar xmlns="{RNG}"><define name="a"><element name="a"><empty/></element></define></grammar>'
    model = model_of({"x/main.rng": main, "x/sub/deep/c d.rng": other}, "x/main.rng")
    assert not model.problems
    assert model.schemas[0].files == ("x/main.rng", "x/sub/deep/c d.rng")


@pytest.mark.parametrize(
    "href", ["../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "http://example.org/x.rng", "//host/x.rng", "a#b"]
)
@pytest.mark.parametrize("element", ["include", "externalRef"])
def test_nothing_outside_of_the_release_is_read(href: str, element: str) -> None:
    inside = f'<{element} href="{href}"/>'
    text = START + inside + "</grammar>" if element == "include" else f'<group xmlns="{RNG}">{inside}</group>'
    assert f"href '{href}'" in problem(text)


def test_a_missing_file_is_named() -> None:
    assert "'no.rng' is not in the release (looked for no.rng)" in problem(START + '<include href="no.rng"/></grammar>')


def test_include_cycle() -> None:
    files = {
        "main.rng": START + '<include href="b.rng"/></grammar>',
        "b.rng": '<grammar><include href="c.rng"/></grammar>',
        "c.rng": '<grammar><include href="b.rng"/></grammar>',
    }
    assert "files include each other: b.rng → c.rng → b.rng" in problem(files)


def test_external_ref_cycle() -> None:
    assert "main.rng → main.rng" in problem('<element name="a"><externalRef href="main.rng"/></element>')


def test_a_long_chain_of_files_is_refused() -> None:
    files = {f"{n}.rng": f'<grammar><include href="{n + 1}.rng"/></grammar>' for n in range(200)}
    files["main.rng"] = START + '<include href="0.rng"/></grammar>'
    assert "include each other in a chain" in problem(files)


def test_external_ref_inherits_ns() -> None:
    files = {"main.rng": '<externalRef href="b.rng" ns="urn:x"/>', "b.rng": '<element name="a"><empty/></element>'}
    assert valid(files, '<a xmlns="urn:x"/>')
    assert not valid(files, "<a/>")


BOMB = '<!DOCTYPE g [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12)
)


@pytest.mark.parametrize(
    "text",
    [
        BOMB + f']><element name="&m;" xmlns="{RNG}"><empty/></element>',
        BOMB + f']><element name="a" xmlns="{RNG}"><value>&m;</value></element>',
        f'<!DOCTYPE g [<!ENTITY x SYSTEM "file:///etc/passwd">]><element name="a" xmlns="{RNG}"><value>&x;</value>'
        "</element>",
        f'<!DOCTYPE g [<!ENTITY x "y">]><element name="a" xmlns="{RNG}"><value>&x;</value></element>',
        f'<!DOCTYPE g [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><element name="a" xmlns="{RNG}"><empty/>'
        "</element>",
    ],
    ids=["bomb-in-attribute", "bomb-in-text", "external", "internal", "parameter"],
)
def test_entities_are_refused(text: str) -> None:
    started = time.process_time()
    model = model_of({"main.rng": text}, "main.rng")
    assert time.process_time() - started < 1
    assert not model.schemas
    assert "root:" not in model.problems[0].rendered


def test_nesting_100000_deep() -> None:
    text = f'<element name="a" xmlns="{RNG}">' + "<group>" * 100_000 + "<empty/>" + "</group>" * 100_000 + "</element>"
    started = time.process_time()
    assert "hint: elements may be nested" in problem(text)
    assert time.process_time() - started < 1


def test_defines_5000_deep() -> None:
    defines = "".join(f'<define name="d{n}"><optional><ref name="d{n + 1}"/></optional></define>' for n in range(5_000))
    text = (
        f'<grammar xmlns="{RNG}"><start><element name="a"><ref name="d0"/></element></start>{defines}'
        '<define name="d5000"><text/></define></grammar>'
    )
    assert valid(text, "<a/>")


def test_patterns_that_nest_by_defines_are_bounded() -> None:
    defines = "".join(
        f'<define name="d{n}"><group><text/><oneOrMore><choice><text/><group><ref name="d{n + 1}"/><text/></group>'
        f"</choice></oneOrMore></group></define>"
        for n in range(1000)
    )
    text = (
        f'<grammar xmlns="{RNG}"><start><element name="a"><ref name="d0"/></element></start>{defines}'
        '<define name="d1000"><text/></define></grammar>'
    )
    assert "nested more than 200 deep" in problem(text)


def test_defines_that_double_are_bounded() -> None:
    defines = "".join(
        f'<define name="d{n}"><group><ref name="d{n + 1}"/><ref name="d{n + 1}"/></group></define>' for n in range(60)
    )
    text = (
        f'<grammar xmlns="{RNG}"><start><element name="a"><ref name="d0"/></element></start>{defines}'
        '<define name="d60"><element name="b"><empty/></element></define></grammar>'
    )
    started = time.process_time()
    assert "more than 50000 parts" in problem(text)
    assert time.process_time() - started < 3


def test_grammars_that_nest_by_files_are_bounded() -> None:
    files = {
        f"{n}.rng": f'<grammar><start><element name="a"><externalRef href="{n + 1}.rng"/></element></start></grammar>'
        for n in range(30)
    }
    files["30.rng"] = '<element name="z"><empty/></element>'
    files["main.rng"] = '<externalRef href="0.rng"/>'
    assert load(files).problems or load(files).schemas


def test_a_huge_file_is_refused() -> None:
    found = model_of({"main.rng": b" " * 50_000_001}, "main.rng").problems[0].message
    assert "larger than 50,000,000 bytes (limit schema-bytes)" in found


@pytest.mark.parametrize("body", [b"", b"\0\0", b"\xff\xfe\x00", b"<?xml version='1.0' encoding='nope'?><a/>", b"<a"])
def test_what_is_no_xml(body: bytes) -> None:
    (found,) = model_of({"main.rng": body}, "main.rng").problems
    assert found.location
    assert found.location.path == "main.rng"


def test_another_language_is_named() -> None:
    assert "the root element is 'schema'" in problem('<schema xmlns="http://www.w3.org/2001/XMLSchema"/>')


def test_the_good_schema_beside_a_broken_one_is_unharmed() -> None:
    common = (
        f'<grammar xmlns="{RNG}"><define name="x"><element name="x"><ref name="y"/></element></define>'
        '<define name="y"><empty/></define><define name="bad"><ref name="bad"/></define></grammar>'
    )

    def top(name: str) -> str:
        return f'<grammar xmlns="{RNG}"><include href="common.rng"/><start><ref name="{name}"/></start></grammar>'

    bad = top("x").replace(
        "</grammar>", '<define name="z"><element name="z"><ref name="bad"/></element></define></grammar>'
    )
    files = {"common.rng": common, "a.rng": bad.replace('<ref name="x"/>', '<ref name="z"/>'), "b.rng": top("x")}
    model = model_of(files, "a.rng", "b.rng")  # type: ignore[arg-type]
    assert [schema.name for schema in model.schemas] == ["b.rng"]
    assert len(model.elements) == 1
    assert "refers to itself" in model.problems[0].message
