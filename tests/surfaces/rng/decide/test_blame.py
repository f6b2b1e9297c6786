"""The edit is named: one small change at a place that others lead to as well, by several ways."""

# ruff: noqa: E501 - a schema reads best in one line

from __future__ import annotations

import pytest

from abidiff.finding import Finding, Severity
from tests.surfaces.rng.compare.test_compare import findings, grammar
from tests.surfaces.rng.support import RNG, XSD

TWO_TYPES = grammar(
    '<element name="pool"><choice><ref name="dir"/>\n<ref name="fs"/>\n<ref name="rbd"/></choice></element>',
    """<define name="dir"><attribute name="type"><value>dir</value></attribute>
<interleave><ref name="common"/>
<optional><ref name="target"/></optional><optional><element name="x"><empty/></element></optional></interleave></define>
<define name="rbd"><attribute name="type"><value>rbd</value></attribute></define>
<define name="fs"><attribute name="type"><value>fs</value></attribute>
<interleave><ref name="common"/>
<optional><ref name="target"/></optional>
<optional><element name="uuid"><text/></element></optional>
</interleave></define>
<define name="common"><zeroOrMore><element name="name"><text/></element></zeroOrMore>
<optional><attribute name="note">
<text/>
</attribute></optional></define>
<define name="target"><element name="target"><empty/></element></define>""",
)
IN_FS = TWO_TYPES.index('<define name="fs">')


def edited(old: str, new: str) -> list[Finding]:
    """Return what breaks when a text in TWO_TYPES, where it is first, is another one."""
    at = TWO_TYPES.index(old)
    return refusing(TWO_TYPES, TWO_TYPES[:at] + new + TWO_TYPES[at + len(old) :])


def refusing(old: str, new: str) -> list[Finding]:
    """Return what breaks, or may, between two schemas."""
    return [one for one in findings(old, new) if one.severity in (Severity.BREAKING, Severity.UNDECIDED)]


def line_of(text: str, start: int = 0) -> int:
    return TWO_TYPES.count("\n", 0, TWO_TYPES.index(text, start)) + 1


UUID = '<optional><element name="uuid"><text/></element></optional>'
NAMES = '<element name="name"><text/></element>'
FS = f'<ref name="common"/>\n<optional><ref name="target"/></optional>\n{UUID}\n'


@pytest.mark.parametrize(
    ("old", "new", "line", "hint"),
    [
        (f"<interleave>{FS}</interleave>", f"<group>{FS}</group>", line_of("<interleave>", IN_FS), "<interleave> in place of <group>"),
        ('<optional><ref name="target"/></optional><', "<", line_of('<optional><ref name="target"'), 'put <optional><ref name="target"/> back into <interleave>'),
        (UUID, UUID.replace("uuid", "uuid2"), line_of(UUID), 'put <optional><element name="uuid"> back into <interleave>'),
        (f"<zeroOrMore>{NAMES}</zeroOrMore>", f"<optional>{NAMES}</optional>", line_of("<zeroOrMore>"), "<zeroOrMore> in place of <optional>"),
        ('<attribute name="note">\n<text/>', '<attribute name="note">\n<empty/>', line_of("\n<text/>") + 1, '<text> in place of <empty>'),
    ],
)  # fmt: skip
def test_the_place_of_an_edit_is_named(old: str, new: str, line: int, hint: str) -> None:
    (found,) = edited(old, new)
    assert found.old is not None
    assert found.old.line == line
    assert hint in dict(found.details)["repair"]


def test_what_is_required_in_one_branch_is_named_there() -> None:
    old = '<optional><ref name="target"/></optional>\n'
    (found,) = edited(old, '<ref name="target"/>\n')
    assert found.rule == "rng/element-required"
    assert found.new is not None
    assert found.new.line == line_of(old, IN_FS)


def test_a_branch_that_is_kept_does_not_stand_for_the_one_that_went() -> None:
    (found,) = [one for one in edited('<ref name="fs"/>', "") if one.rule == "rng/value-removed"]
    assert found.old is not None
    assert found.old.line == line_of('<ref name="fs"/>')
    assert 'put <ref name="fs"/> back into <choice>' in dict(found.details)["repair"]


def test_an_edit_in_one_of_several_branches_of_a_condition() -> None:
    old = grammar(
        '<element name="usage"><choice><group><attribute name="type"><value>a</value></attribute>\n<element name="n"><empty/></element></group>\n'
        '<group><attribute name="type"><value>c</value></attribute>\n<element name="n"><empty/></element></group>\n'
        '<group><attribute name="type"><value>b</value></attribute>\n<element name="n"><empty/></element></group></choice></element>'
    )
    at = old.rindex('<element name="n"><empty/></element>')
    (found,) = [f for f in findings(old, old[:at] + old[at + 36 :]) if f.severity is Severity.BREAKING]
    assert found.old is not None
    assert found.old.line == old.count("\n", 0, at) + 1


def test_what_loosens_on_the_way_is_not_blamed() -> None:
    old = grammar(
        '<element name="a"><group>\n<choice>\n<element name="b"><empty/></element>\n<group><element name="c"><empty/></element>\n<element name="b"><empty/></element></group></choice></group></element>'
    )
    new = grammar(
        '<element name="a"><group>\n<optional><choice>\n<element name="b"><empty/></element>\n<element name="c"><empty/></element>\n</choice></optional></group></element>'
    )
    (found,) = [f for f in findings(old, new) if f.severity is Severity.BREAKING]
    assert found.old is not None
    assert found.old.line > 5


TICKS = """<element name="timer"><choice>
<attribute name="policy"><choice><value>a</value><value>b</value></choice></attribute>
<group><attribute name="policy">
<value>c</value></attribute><optional><element name="more"><empty/></element></optional></group>
</choice></element>"""


@pytest.mark.parametrize("new", ["policy2", ""])
def test_a_branch_that_stands_as_it_was_is_not_what_another_one_became(new: str) -> None:
    old = grammar(TICKS)
    first = '<attribute name="policy"><choice><value>a</value><value>b</value></choice></attribute>'
    other = old.replace(first, first.replace("policy", new) if new else "", 1)
    (found,) = [f for f in findings(old, other) if f.severity is Severity.BREAKING]
    assert "no longer takes 'a', 'b'" in found.message
    assert found.old is not None
    assert found.new is not None
    assert found.old.line == old.count("\n", 0, old.index(first)) + 1
    assert found.new.line <= found.old.line


def test_a_branch_of_many_optional_parts_went_and_nothing_was_unwrapped() -> None:
    several = "".join(f'\n<optional><attribute name="{name}"/></optional>' for name in ("port", "auto", "web"))
    branch = f"<group>{several}</group>"
    socket = '<group><optional><attribute name="socket"/></optional></group>'
    rest = '<optional><attribute name="passwd"/></optional>'
    old = grammar(
        '<element name="g"><choice><group><attribute name="type"><value>vnc</value></attribute>'
        f'\n<choice>\n{branch}{socket}</choice>{rest}</group>\n<group><attribute name="type"><value>rdp</value></attribute>'
        '<optional><attribute name="port"/></optional></group></choice></element>'
    )
    found = [f for f in findings(old, old.replace(branch, "")) if f.severity is Severity.BREAKING]
    line = old.count("\n", 0, old.index(branch)) + 1
    assert found
    assert {f.old.line for f in found if f.old is not None} == {line}


def test_an_element_that_both_sides_have_is_not_what_another_one_became() -> None:
    ports = [f'<element name="p"><attribute name="type">\n<value>{t}</value></attribute></element>' for t in "abc"]
    old = grammar('<element name="net"><choice>\n' + "\n".join(ports) + "</choice></element>")
    new = old.replace('"type"', '"kind"', 1)
    (found,) = [f for f in findings(old, new) if f.severity is Severity.BREAKING]
    assert found.new is not None
    assert found.new.line == old.count("\n", 0, old.index('<element name="p"')) + 1


def test_a_choice_split_by_its_values_is_one_cause() -> None:
    a, b = '<element name="a"><empty/></element>', '<element name="b"><empty/></element>'
    x, y = "<value>x</value>", "<value>y</value>"

    def kind(values: str, inside: str) -> str:
        return f'<group><attribute name="t">{values}</attribute>{inside}</group>'

    old = kind(f"<choice>{x}{y}</choice>", f"<choice>{a}{b}</choice>")
    new = f"<choice>{kind(x, a)}{kind(y, b)}</choice>"
    (found,) = findings(grammar(f'<element name="r">{old}</element>'), grammar(f'<element name="r">{new}</element>'))
    assert found.rule == "rng/structure-tightened"
    assert found.message == "<b>, <a> are no longer allowed in <r> together with @t of some values"


def _branch(value: str, *inside: str) -> str:
    kind = f'<attribute name="type"><value>{value}</value></attribute>'
    return f"<group>{kind}<interleave>{''.join(inside)}</interleave></group>"


def _breaks(old: str, new: str) -> list[Finding]:
    return findings(grammar(f'<element name="r">{old}</element>'), grammar(f'<element name="r">{new}</element>'))


def test_what_is_left_out_in_one_branch_is_required_there_and_nothing_else_refused() -> None:
    def os(wrapper: str) -> str:
        arguments = f'<{wrapper}><element name="initarg"><text/></element></{wrapper}>'
        folder = '<optional><element name="initdir"><text/></element></optional>'
        exe, hvm = (f'<element name="type"><value>{one}</value></element>' for one in ("exe", "hvm"))
        exe = f'<element name="os"><interleave>{exe}{arguments}{folder}</interleave></element>'
        hvm = f'<element name="os">{hvm}<optional><element name="boot"><empty/></element></optional></element>'
        return f"<choice>{hvm}{exe}</choice>"

    found = _breaks(os("zeroOrMore"), os("oneOrMore"))
    assert [(one.rule, one.subject) for one in found] == [("rng/element-required", "r/os/initarg")]


def test_values_that_went_beside_one_value_of_another_attribute_are_what_went() -> None:
    def passwd(content: str) -> str:
        return f'<optional><attribute name="passwd">{content}</attribute></optional>'

    def both(vnc: str) -> str:
        return f"<choice>{_branch('vnc', passwd(vnc))}{_branch('spice', passwd('<text/>'))}</choice>"

    found = _breaks(both("<text/>"), both("<empty/>"))
    assert [(one.rule, one.subject) for one in found] == [("rng/value-removed", "r/@passwd")]


def test_elements_that_exclude_each_other_now_are_one_cause() -> None:
    names = ("mac", "vlan", "stp", "arp")
    each = [f'<element name="{name}"><empty/></element>' for name in names]
    old = "".join(f"<zeroOrMore>{one}</zeroOrMore>" for one in each)
    required, parted = _breaks(old, f"\n<choice>{''.join(each)}</choice>")
    assert (required.rule, parted.rule) == ("rng/element-required", "rng/structure-tightened")
    assert parted.subject == "r"
    assert "<mac>, <vlan>, <stp>, <arp> are no longer allowed in <r> where they were" in parted.message
    assert dict(parted.details)["repair"].startswith("put <zeroOrMore> around <choice>")
    mended = f"<zeroOrMore>\n<choice>{''.join(each)}</choice></zeroOrMore>"
    assert not [one for one in _breaks(old, mended) if one.severity is not Severity.EXTENSION]


PAIR = f"""<grammar xmlns="{RNG}">
<start><ref name="nvset"/></start>
<define name="nvset"><element name="nvset"><oneOrMore><element name="nvpair">
<ref name="name"/>
</element></oneOrMore></element></define>
<define name="name"><attribute name="name"/></define>
<define name="supported"><attribute name="name">
<data type="string" datatypeLibrary="{XSD}"><except>
<value>went</value>
</except></data>
</attribute></define>
</grammar>"""
USER = f"""<grammar xmlns="{RNG}"><start><element name="set">
<element name="any"><externalRef href="pair.rng"/></element>
<element name="own"><grammar><include href="pair.rng"><define name="name"><ref name="supported"/></define></include></grammar></element>
</element></start></grammar>"""


def test_a_value_that_a_datatype_leaves_out_is_named_in_the_grammar_that_uses_it() -> None:
    old = {"main.rng": USER, "pair.rng": PAIR}
    every = findings(old, {**old, "pair.rng": PAIR.replace("went", "other")})
    (found,) = [one for one in every if one.severity is Severity.BREAKING]
    assert (found.rule, found.subject) == ("rng/value-removed", "set/own/nvset/nvpair/@name")
    assert (str(found.old), str(found.new)) == ("pair.rng:8", "pair.rng:9")
    assert "repair" not in dict(found.details)


USAGES = grammar(
    '<element name="usage"><choice><ref name="ceph"/>\n<ref name="volume"/>\n<ref name="iscsi"/></choice></element>',
    """<define name="ceph"><attribute name="type"><value>ceph</value></attribute>
<element name="name"><text/></element></define>
<define name="volume"><attribute name="type"><value>volume</value></attribute>
<element name="volume"><text/></element></define>
<define name="iscsi"><attribute name="type"><value>iscsi</value></attribute>
<element name="name"><text/></element></define>""",
)


def test_of_contents_that_a_value_tells_apart_the_one_that_was_edited_is_named() -> None:
    at = USAGES.rindex('name="name"')
    (found,) = refusing(USAGES, USAGES[:at] + 'name="target"' + USAGES[at + len('name="name"') :])
    assert found.message == "<name> is no longer allowed in <usage> together with @type of 'iscsi'"
    line = USAGES.count("\n", 0, at) + 1
    assert (found.old and found.old.line, found.new and found.new.line) == (line, line)
    assert dict(found.details)["repair"].startswith('allow <element name="name"> again beside <element name="target">')


def test_an_element_of_one_content_that_was_renamed_hides_nothing_else() -> None:
    (found,) = refusing(USAGES, USAGES.replace('element name="volume"', 'element name="disk"'))
    assert found.message == "<volume> is no longer allowed in <usage>"
