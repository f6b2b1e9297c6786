"""The printed repair, applied to the new schema, makes the witness valid again, and leaves the other findings."""

# ruff: noqa: E501 - a schema reads best in one line

from __future__ import annotations

import pytest

from abidiff.surfaces.rng.change import DefaultChanged, Masked, SchemaChange
from abidiff.surfaces.rng.compare.compare import compare
from bench.mutants.rng import SILENT
from bench.mutants.rng_repair import apply
from tests.surfaces.rng.compare.test_compare import attribute, element, grammar, optional, parsed
from tests.surfaces.rng.support import Jing, files_of

E, F = element("e"), element("f")
OTHER = optional(attribute("other"))


def wild(kind: str, *others: str, of: str = "") -> str:
    """Return a wildcard without some names."""
    names = "".join(f'<name ns="{of}">{other}</name>' for other in others)
    scope = f'nsName ns="{of}"' if of else "anyName"
    return f"<zeroOrMore><{kind}><{scope}><except>{names}</except></{scope.split()[0]}>\n<text/></{kind}></zeroOrMore>"


EDITS = {
    "an element went": (optional(E) + optional(F), optional(F)),
    "an element was renamed": (optional(E) + F, optional(element("ee")) + F),
    "a required element was renamed": (E + F, element("ee") + F),
    "a required attribute was renamed": (attribute("a") + E, attribute("b") + E),
    "a reference in an attribute went": ('<attribute name="a"><ref name="n"/></attribute>', '<attribute name="a"><empty/></attribute>'),
    "an attribute went": (optional(attribute("a")) + E, E),
    "an attribute is required": (optional(attribute("a")) + E, attribute("a") + E),
    "an element is required": (optional(E), E),
    "a value went": (attribute("a", "1", "2", "3"), attribute("a", "1", "3")),
    "a value is another one": (attribute("a", "1", "2"), attribute("a", "1", "4")),
    "a range was narrowed": ('<data type="integer"/>', '<data type="integer">\n<param name="maxInclusive">5</param></data>'),
    "text went": ('<attribute name="a"><text/></attribute>', '<attribute name="a"><value>x</value></attribute>'),
    "interleave to group": (f"<interleave>{E}{F}</interleave>", f"<group>{E}{F}</group>"),
    "zeroOrMore to optional": (f"<zeroOrMore>{E}</zeroOrMore>", f"<optional>{E}</optional>"),
    "zeroOrMore to oneOrMore": (f"<zeroOrMore>{E}</zeroOrMore>", f"<oneOrMore>{E}</oneOrMore>"),
    "a branch went": (f"<choice>{E}<group>{F}{attribute('x')}</group>{element('g')}</choice>", f"<choice>{E}{element('g')}</choice>"),
    "all branches but one went": (f"<choice>{E}{F}</choice>", E),
    "a branch of several patterns went": (f"<choice>{E}<group>{F}{element('g')}</group>{element('h')}</choice>", f"<choice>{E}{element('h')}</choice>"),
    "a choice became a group": (f"<choice>{E}{F}</choice>", f"<group>{E}{F}</group>"),
    "text became empty": (element("e", "<text/>"), element("e", "<empty/>")),
    "text became values": (element("e", "<text/>"), element("e", "<value>x</value>")),
    "a wildcard takes an element less": (wild("element", "zz"), wild("element", "zz", "b")),
    "a wildcard takes an attribute less": (wild("attribute", "zz"), wild("attribute", "zz", "b")),
    "a wildcard of a namespace takes an element less": (wild("element", "zz", of="u:x"), wild("element", "zz", "b", of="u:x")),
    "a wildcard of a namespace takes an attribute less": (wild("attribute", "zz", of="u:x"), wild("attribute", "zz", "b", of="u:x")),
    "a wildcard of attributes went": (wild("attribute", "zz") + E, E),
    "a wildcard of elements went": (E + wild("element", "e"), E),
    "a choice of names lost one": (
        '<element><choice><name>e</name>\n<name>f</name></choice>\n<text/></element>',
        '<element><choice><name>e</name>\n</choice>\n<text/></element>',
    ),
    "a branch that an attribute tells apart went": (
        f"<choice><group>{attribute('t', '1')}{E}</group>\n<group>{attribute('t', '2')}{E}{F}</group><group>{attribute('t', '3')}{F}</group></choice>",
        f"<choice><group>{attribute('t', '2')}{E}{F}</group><group>{attribute('t', '3')}{F}</group></choice>",
    ),
    "an attribute that tells branches apart was renamed": (
        f"<choice><group>{attribute('t', '1')}{optional(E)}</group>\n<group>{attribute('t', '2')}{F}</group></choice>",
        f"<choice><group>{attribute('tt', '1')}{optional(E)}</group>\n<group>{attribute('t', '2')}{F}</group></choice>",
    ),
    "a branch of two that stood in an element went": (element("z", f"<choice>{E}{F}</choice>"), element("z", E)),
    "a branch of two elements went, one is left": (f"<choice>{E}<group>{F}{element('g')}</group></choice>", E),
    "a branch of a choice by attribute": (
        f"<choice><group>{attribute('t', '1')}{E}</group>\n<group>{attribute('t', '2')}{E}{F}</group></choice>",
        f"<choice><group>{attribute('t', '1')}{E}</group>\n<group>{attribute('t', '2')}{F}</group></choice>",
    ),
}  # fmt: skip


def schema(inner: str, other: str) -> str:
    defines = f'<define name="d">{inner}</define>\n<define name="o">{other}</define>\n<define name="n"><data type="int"/></define>'
    return grammar(element("r", element("x", '<ref name="d"/>'), element("y", '<ref name="o"/>')), defines)


def breaks(old: dict[str, str], new: dict[str, str]) -> list[SchemaChange]:
    loud = [one for one in compare(parsed(old), parsed(new)) if not isinstance(one, (*SILENT, Masked, DefaultChanged))]
    assert all(one.proof for one in loud)
    return loud


@pytest.mark.judge
@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_a_repair_repairs(edit: tuple[str, str], jing: Jing) -> None:
    old, new = ({"main.rng": schema(inner, other)} for inner, other in zip(edit, (OTHER, "<empty/>"), strict=True))
    # where every document is refused for the edit, the other finding is masked until it is repaired
    (first,) = [one for one in breaks(old, new) if not one.subject.startswith("r/y")]
    assert first.repair is not None
    repaired = apply(first.repair, files_of(old), files_of(new))
    assert repaired is not None
    texts = {path: data.decode() for path, data in repaired.items()}
    assert [one.subject for one in breaks(old, texts)] == ["r/y/@other"]
    assert first.proof is not None
    assert jing.schema({path: text.partition("?>")[2].lstrip() for path, text in texts.items()})
    assert jing.validate(first.proof.document)
    assert jing.schema(new)
    assert not jing.validate(first.proof.document)
