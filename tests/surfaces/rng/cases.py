"""Cases by section of the RELAX NG specification, written for this project."""

# ruff: noqa: E501

from __future__ import annotations

from typing import NamedTuple

from tests.surfaces.rng.support import RNG, XSD

Text = str | dict[str, str]


class Case(NamedTuple):
    section: str
    schema: Text
    valid: tuple[str, ...] = ()
    invalid: tuple[str, ...] = ()
    correct: bool = True


def ok(section: str, schema: Text, valid: str = "", invalid: str = "") -> Case:
    """A correct schema; documents are separated by `` ; ``."""
    return Case(
        section, schema, tuple(valid.split(" ; ")) if valid else (), tuple(invalid.split(" ; ")) if invalid else ()
    )


def bad(section: str, schema: Text) -> Case:
    return Case(section, schema, correct=False)


def e(body: str, name: str = "a", **attributes: str) -> str:
    """An element pattern."""
    more = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f'<element name="{name}"{more}>{body}</element>'


def g(start: str, *defines: str) -> str:
    """A grammar."""
    return f"<grammar><start>{start}</start>{''.join(defines)}</grammar>"


def d(name: str, body: str, combine: str = "") -> str:
    """A define."""
    return f'<define name="{name}"{f" combine={combine!r}" if combine else ""}>{body}</define>'


def ref(name: str) -> str:
    return f'<ref name="{name}"/>'


def xsd(kind: str, body: str = "") -> str:
    return f'<data type="{kind}" datatypeLibrary="{XSD}">{body}</data>'


def param(name: str, text: str) -> str:
    return f'<param name="{name}">{text}</param>'


B, C, D = e("<empty/>", "b"), e("<empty/>", "c"), e("<empty/>", "d")
NS = "urn:x"

SYNTAX = (
    ok(
        "3",
        e("<empty/>"),
        "<a/> ; <a> </a> ; <a><!-- c --></a> ; <a><?p?></a>",
        "<b/> ; <a>x</a> ; <a b='1'/> ; <a><a/></a>",
    ),
    ok("3", e("<text/>"), "<a/> ; <a>x</a> ; <a><![CDATA[<]]></a>", "<a><b/></a>"),
    ok("3", e("<notAllowed/>"), "", "<a/> ; <b/>"),
    ok("3", e(B), "<a><b/></a> ; <a> <b/> </a>", "<a/> ; <a><b/><b/></a> ; <a>x<b/></a>"),
    ok("3", f'<r:element name="a" xmlns:r="{RNG}"><r:empty/></r:element>', "<a/>", "<b/>"),
    bad("3", "<start><empty/></start>"),
    bad("3", "<pattern/>"),
    bad("3", e("")),
    bad("3", "<element><empty/></element>"),
    bad("3", "<element name=''><empty/></element>"),
    bad("3", "<element name='1'><empty/></element>"),
    bad("3", "<element name='a b'><empty/></element>"),
    bad("3", "<element name='a:b'><empty/></element>"),
    bad("3", e("<empty/>x")),
    bad("3", e("<empty>x</empty>")),
    bad("3", e("<group/>")),
    bad("3", e("<choice/>")),
    bad("3", e("<interleave></interleave>")),
    bad("3", e("<oneOrMore/>")),
    bad("3", e("<zeroOrMore/>")),
    bad("3", e("<optional/>")),
    bad("3", e("<mixed/>")),
    bad("3", e("<list/>")),
    bad("3", e("<ref/>")),
    bad("3", e("<value><b/></value>")),
    bad("3", e("<data/>")),
    bad("3", e("<data type='token'><text/></data>")),
    bad("3", e("<data type='token'><except/></data>")),
    bad("3", e("<data type='token'><except><value>a</value></except><param name='x'>1</param></data>")),
    bad("3", e("<param name='x'>1</param>")),
    bad("3", e("<except><value>x</value></except>")),
    bad("3", e("<start><empty/></start>")),
    bad("3", e("<attribute name='b'><text/><text/></attribute>")),
    bad("3", e("<attribute/>")),
    bad("3", e("<externalRef/>")),
    bad("3", "<element><choice/><empty/></element>"),
    bad("3", "<element><anyName><name>a</name></anyName><empty/></element>"),
    bad("3", "<element><name>a</name><name>b</name><empty/></element>"),
    bad("3", "<element name='a'><name>b</name><empty/></element>"),
    bad("3", "<grammar/>"),
    bad("3", "<grammar><start/></grammar>"),
    bad("3", f"<grammar><start>{B}{C}</start></grammar>"),
    bad("3", f"<grammar>{B}</grammar>"),
    bad("3", f"<grammar><start>{B}</start><define>{B}</define></grammar>"),
    bad("3", f"<grammar><start>{B}</start><define name='x'/></grammar>"),
    bad("3", f"<grammar><start name='x'>{B}</start></grammar>"),
    bad("3", f"<grammar><start combine='group'>{B}</start></grammar>"),
    bad("3", f"<grammar><start>{B}</start><include/></grammar>"),
    bad("3", f"<grammar><start>{B}</start><div name='x'/></grammar>"),
    bad("3", f"<grammar><start>{B}</start>text</grammar>"),
)

SIMPLIFICATION = (
    ok(
        "4.1",
        f"<element xmlns='{RNG}' xmlns:x='urn:f' x:note='1' name='a'><x:doc>any <b/></x:doc><empty x:y='z'/></element>",
        "<a/>",
    ),
    ok("4.1", f"<r:element xmlns:r='{RNG}' name='a'><doc/><r:empty/></r:element>", "<a/>", "<b/>"),
    bad("4.1", f"<element xmlns='{RNG}' xmlns:r='{RNG}' r:name='a'><empty/></element>"),
    bad("4.1", e("<empty other='1'/>")),
    ok("4.2", "<element name=' a\n'><empty/></element>", "<a/>"),
    ok("4.2", "<element><name> a </name><empty/></element>", "<a/>"),
    ok("4.2", e("<value type='string'> x </value>"), "<a> x </a>", "<a>x</a>"),
    ok("4.2", g(ref("x"), "<define name=' x '>" + B + "</define>"), "<b/>"),
    ok(
        "4.3",
        f"<element name='a' datatypeLibrary='{XSD}'><data type='int'/></element>",
        "<a>1</a> ; <a> 1 </a>",
        "<a>x</a> ; <a/>",
    ),
    ok(
        "4.3",
        f"<element name='a' datatypeLibrary='{XSD}'><data type='token' datatypeLibrary=''/></element>",
        "<a>x</a>",
    ),
    ok(
        "4.3",
        f"<element name='a' datatypeLibrary='{XSD}'><choice><data type='int'/><value> x </value></choice></element>",
        "<a>1</a> ; <a>x</a>",
        "<a>y</a>",
    ),
    bad("4.3", e("<data type='int'/>")),
    bad("4.3", e("<empty/>", datatypeLibrary="relative")),
    bad("4.3", e("<empty/>", datatypeLibrary=f"{XSD}#x")),
    ok("4.4", e("<value>x</value>"), "<a>x</a> ; <a>  x\n</a>", "<a>y</a> ; <a/> ; <a>x x</a>"),
    ok("4.4", e("<value>x  y</value>"), "<a>x y</a> ; <a> x \n y </a>", "<a>xy</a>"),
    ok(
        "4.4",
        e(f"<value type='integer' datatypeLibrary='{XSD}'>1</value>"),
        "<a>1</a> ; <a>+01</a> ; <a> 1 </a>",
        "<a>2</a> ; <a>1.0</a>",
    ),
    ok("4.5", {"main.rng": e("<externalRef href='b.rng'/>"), "b.rng": B}, "<a><b/></a>", "<a/>"),
    ok("4.5", {"main.rng": e("<externalRef href='s/../b.rng'/>"), "b.rng": B}, "<a><b/></a>"),
    ok(
        "4.5",
        {
            "main.rng": e("<externalRef href='x/b.rng'/>"),
            "x/b.rng": e("<externalRef href='c.rng'/>", "b"),
            "x/c.rng": C,
        },
        "<a><b><c/></b></a>",
    ),
    bad("4.5", {"main.rng": e("<externalRef href='b.rng#x'/>"), "b.rng": B}),
    ok(
        "4.6",
        {"main.rng": e("<externalRef href='b.rng' ns='urn:x'/>"), "b.rng": B},
        "<a><b xmlns='urn:x'/></a>",
        "<a><b/></a>",
    ),
    ok(
        "4.6",
        {"main.rng": e("<externalRef href='b.rng'/>", ns=NS), "b.rng": B},
        "<a xmlns='urn:x'><b/></a>",
        "<a xmlns='urn:x'><b xmlns=''/></a>",
    ),
    ok(
        "4.6",
        {
            "main.rng": e("<externalRef href='b.rng'/>", datatypeLibrary=XSD),
            "b.rng": e("<value type='token'> x</value>", "b"),
        },
        "<a><b>x</b></a>",
    ),
    ok("4.6", {"main.rng": e("<externalRef href='b.rng'/>"), "b.rng": g(ref("c"), d("c", C))}, "<a><c/></a>"),
    bad("4.6", {"main.rng": e("<externalRef href='b.rng'/>"), "b.rng": "<define name='x'><empty/></define>"}),
    bad("4.6", {"main.rng": e("<externalRef href='b.rng'/>"), "b.rng": e("<externalRef href='main.rng'/>", "b")}),
    ok(
        "4.7",
        {"main.rng": "<grammar><include href='b.rng'/></grammar>", "b.rng": g(ref("b"), d("b", B))},
        "<b/>",
        "<c/>",
    ),
    ok(
        "4.7",
        {
            "main.rng": f"<grammar><include href='b.rng'>{d('b', C)}</include></grammar>",
            "b.rng": g(ref("b"), d("b", B)),
        },
        "<c/>",
        "<b/>",
    ),
    ok(
        "4.7",
        {
            "main.rng": f"<grammar><include href='b.rng'><start>{D}</start></include></grammar>",
            "b.rng": g(ref("b"), d("b", B)),
        },
        "<d/>",
        "<b/>",
    ),
    ok(
        "4.7",
        {
            "main.rng": f"<grammar><include href='b.rng'><div><div>{d('b', C)}</div></div></include></grammar>",
            "b.rng": f"<grammar><div><start>{ref('b')}</start><div>{d('b', B)}</div></div></grammar>",
        },
        "<c/>",
        "<b/>",
    ),
    ok(
        "4.7",
        {
            "main.rng": f"<grammar><include href='b.rng'/>{d('b', C, 'choice')}</grammar>",
            "b.rng": g(ref("b"), d("b", B)),
        },
        "<b/> ; <c/>",
        "<d/>",
    ),
    ok(
        "4.7",
        {
            "main.rng": f"<grammar><include href='b.rng'>{d('b', C, 'choice')}{d('b', D, 'choice')}</include></grammar>",
            "b.rng": g(ref("b"), d("b", B)),
        },
        "<c/> ; <d/>",
        "<b/>",
    ),
    ok(
        "4.7",
        {"main.rng": "<grammar ns='urn:x'><include href='b.rng'/></grammar>", "b.rng": g(ref("b"), d("b", B))},
        "<b xmlns='urn:x'/>",
        "<b/>",
    ),
    ok(
        "4.7",
        {
            "main.rng": "<grammar><include href='b.rng' ns='urn:x'/></grammar>",
            "b.rng": g(ref("b"), d("b", e("<empty/>", "b", ns="urn:y"))),
        },
        "<b xmlns='urn:y'/>",
        "<b xmlns='urn:x'/>",
    ),
    ok(
        "4.7",
        {
            "main.rng": f"<grammar><include href='b.rng'>{d('b', C)}</include></grammar>",
            "b.rng": "<grammar><include href='c.rng'/></grammar>",
            "c.rng": g(ref("b"), d("b", B)),
        },
        "<c/>",
    ),
    bad(
        "4.7",
        {
            "main.rng": f"<grammar><include href='b.rng'>{d('x', C)}</include></grammar>",
            "b.rng": g(ref("b"), d("b", B)),
        },
    ),
    bad(
        "4.7",
        {
            "main.rng": f"<grammar><include href='b.rng'><start>{C}</start></include></grammar>",
            "b.rng": f"<grammar>{d('b', B)}</grammar>",
        },
    ),
    bad("4.7", {"main.rng": f"<grammar><include href='b.rng'/>{d('b', C)}</grammar>", "b.rng": g(ref("b"), d("b", B))}),
    bad("4.7", {"main.rng": f"<grammar><start>{B}</start><include href='b.rng'/></grammar>", "b.rng": B}),
    bad(
        "4.7", {"main.rng": "<grammar><include href='b.rng'><include href='b.rng'/></include></grammar>", "b.rng": g(B)}
    ),
    ok(
        "4.8",
        e("<attribute name='b'/>", ns=NS),
        "<x:a xmlns:x='urn:x' b=''/>",
        "<x:a xmlns:x='urn:x' x:b=''/> ; <a b=''/>",
    ),
    ok("4.8", e("<attribute name='b' ns='urn:y'/>"), "<a xmlns:y='urn:y' y:b=''/>", "<a b=''/>"),
    ok(
        "4.8",
        e("<attribute><name>b</name></attribute>", ns=NS),
        "<x:a xmlns:x='urn:x' x:b=''/>",
        "<x:a xmlns:x='urn:x' b=''/>",
    ),
    ok(
        "4.9",
        e("<group ns='urn:y'>" + B + "</group>", ns=NS),
        "<a xmlns='urn:x'><b xmlns='urn:y'/></a>",
        "<a xmlns='urn:x'><b/></a>",
    ),
    ok(
        "4.9",
        e(f"<element ns=''><nsName/><empty/></element>{C}", ns=NS),
        "<a xmlns='urn:x'><z xmlns=''/><c/></a>",
        "<a xmlns='urn:x'><z/><c/></a>",
    ),
    ok(
        "4.9",
        "<element ns='urn:x'><name ns='urn:y'>a</name><empty/></element>",
        "<a xmlns='urn:y'/>",
        "<a xmlns='urn:x'/>",
    ),
    ok(
        "4.10",
        f"<element xmlns='{RNG}' xmlns:p='urn:x' name='p:a' ns='urn:z'><empty/></element>",
        "<a xmlns='urn:x'/>",
        "<a xmlns='urn:z'/> ; <a/>",
    ),
    ok(
        "4.10",
        f"<element xmlns='{RNG}' xmlns:p='urn:x'><name>p:a</name><attribute name='p:b'/></element>",
        "<a xmlns='urn:x' xmlns:q='urn:x' q:b=''/>",
        "<a xmlns='urn:x' b=''/>",
    ),
    ok("4.10", e("<attribute name='xml:lang'/>"), "<a xml:lang='en'/>", "<a/> ; <a lang='en'/>"),
    bad("4.10", "<element name='q:a'><empty/></element>"),
    ok(
        "4.11",
        f"<grammar><div ns='urn:x'><div><start>{ref('b')}</start></div>{d('b', B)}</div></grammar>",
        "<b xmlns='urn:x'/>",
        "<b/>",
    ),
    ok("4.12", e(B + C), "<a><b/><c/></a>", "<a><c/><b/></a> ; <a><b/></a>"),
    ok(
        "4.12",
        g(ref("x"), d("x", "<choice>" + e(ref("y")) + "</choice>"), d("y", B + C)),
        "<a><b/><c/></a>",
        "<a><b/></a>",
    ),
    ok(
        "4.12",
        e(f"<oneOrMore>{B}{C}</oneOrMore>"),
        "<a><b/><c/></a> ; <a><b/><c/><b/><c/></a>",
        "<a/> ; <a><b/><b/><c/><c/></a>",
    ),
    ok(
        "4.12",
        e("<list><value>x</value><value>y</value></list>"),
        "<a>x y</a> ; <a>\nx\ty </a>",
        "<a>x</a> ; <a>y x</a> ; <a>xy</a>",
    ),
    ok(
        "4.12",
        e("<data type='token'><except><value>x</value><value>y</value></except></data>"),
        "<a>z</a> ; <a/>",
        "<a>x</a> ; <a> y </a>",
    ),
    ok("4.12", "<element><choice><name>a</name><name>b</name></choice><empty/></element>", "<a/> ; <b/>", "<c/>"),
    ok("4.13", e(f"<mixed>{B}{C}</mixed>"), "<a>x<b/>y<c/>z</a> ; <a><b/><c/></a>", "<a>x<c/>y<b/></a> ; <a>x</a>"),
    ok("4.14", e(f"<optional>{B}{C}</optional>"), "<a/> ; <a><b/><c/></a>", "<a><b/></a>"),
    ok("4.14", e("<optional><attribute name='b'/></optional>"), "<a/> ; <a b='x'/>", "<a c='x'/>"),
    ok("4.15", e(f"<zeroOrMore>{B}</zeroOrMore>"), "<a/> ; <a><b/></a> ; <a><b/><b/><b/></a>", "<a><c/></a>"),
    bad("4.16", e("<attribute name='xmlns'/>")),
    bad("4.16", e("<attribute name='b' ns='http://www.w3.org/2000/xmlns'/>")),
    bad("4.16", e("<oneOrMore><attribute><nsName ns='http://www.w3.org/2000/xmlns'/></attribute></oneOrMore>")),
    bad("4.16", e("<attribute><choice><name>b</name><name>xmlns</name></choice></attribute>")),
    ok("4.16", e("<attribute name='xmlns' ns='urn:x'/>")),
    ok("4.16", e("<empty/>", "xmlns")),
    bad("4.16", "<element><anyName><except><anyName/></except></anyName><empty/></element>"),
    bad("4.16", "<element><nsName ns='x'><except><nsName ns='y'/></except></nsName><empty/></element>"),
    bad("4.16", "<element><nsName ns='x'><except><anyName/></except></nsName><empty/></element>"),
    bad(
        "4.16",
        "<element><anyName><except><nsName ns='x'><except><nsName ns='y'/></except></nsName></except></anyName><empty/></element>",
    ),
    bad("4.16", e("<data type='unknown'/>")),
    bad("4.16", e("<data type='string' datatypeLibrary='urn:unknown'/>")),
    bad("4.16", e("<data type='token'><param name='pattern'>x</param></data>")),
    bad("4.16", e(xsd("int", param("nonsense", "1")))),
    bad("4.16", e(xsd("string", param("pattern", "(")))),
    bad("4.16", e(f"<value type='nonsense' datatypeLibrary='{XSD}'>x</value>")),
    ok("4.17", g(ref("x"), d("x", B, "choice"), d("x", C)), "<b/> ; <c/>", "<d/>"),
    ok(
        "4.17",
        f"<grammar><start combine='choice'>{B}</start><start combine='choice'>{C}</start></grammar>",
        "<b/> ; <c/>",
    ),
    ok(
        "4.17",
        g(e(ref("x")), d("x", B, "interleave"), d("x", C, "interleave")),
        "<a><b/><c/></a> ; <a><c/><b/></a>",
        "<a><b/></a>",
    ),
    ok(
        "4.17",
        g(e(ref("x")), d("x", "<attribute name='p'/>", "interleave"), d("x", "<attribute name='q'/>", "interleave")),
        "<a p='' q=''/>",
        "<a p=''/>",
    ),
    bad("4.17", g(ref("x"), d("x", B), d("x", C))),
    bad("4.17", g(ref("x"), d("x", B, "choice"), d("x", C), d("x", D))),
    bad("4.17", g(e(ref("x")), d("x", B, "choice"), d("x", C, "interleave"))),
    bad("4.17", f"<grammar><start>{B}</start><start>{C}</start></grammar>"),
    ok("4.18", g(e(g(ref("x"), d("x", C))), d("x", B)), "<a><c/></a>", "<a><b/></a>"),
    ok("4.18", g(e(g("<parentRef name='x'/>", d("x", C))), d("x", B)), "<a><b/></a>", "<a><c/></a>"),
    ok(
        "4.18",
        g(e(g(e(g("<parentRef name='y'/>"), "m"), d("y", C))), d("y", B)),
        "<a><m><c/></m></a>",
        "<a><m><b/></m></a>",
    ),
    ok(
        "4.18",
        {
            "main.rng": g(e("<grammar><include href='b.rng'/></grammar>"), d("x", B)),
            "b.rng": g("<parentRef name='x'/>", d("x", C)),
        },
        "<a><b/></a>",
        "<a><c/></a>",
    ),
    ok(
        "4.18",
        g("<choice>" + e(g("<parentRef name='x'/>")) + e(g("<parentRef name='x'/>"), "q") + "</choice>", d("x", B)),
        "<a><b/></a> ; <q><b/></q>",
    ),
    bad("4.18", g(ref("x"))),
    bad("4.18", g(B, d("unused", ref("x")))),
    bad("4.18", e(ref("x"))),
    bad("4.18", e("<parentRef name='x'/>")),
    bad("4.18", g(e("<parentRef name='x'/>"), d("x", B))),
    bad("4.18", g(e(g("<parentRef name='x'/>")))),
    bad("4.18", f"<grammar>{d('x', B)}</grammar>"),
    bad("4.18", g(e(f"<grammar>{d('x', B)}</grammar>"))),
    ok(
        "4.19",
        g(ref("x"), d("x", e("<optional>" + ref("x") + "</optional>"))),
        "<a/> ; <a><a><a/></a></a>",
        "<a><a/><a/></a>",
    ),
    ok(
        "4.19",
        g(ref("x"), d("x", e("<optional>" + ref("y") + "</optional>")), d("y", e(ref("x"), "b"))),
        "<a/> ; <a><b><a/></b></a>",
        "<a><b/></a>",
    ),
    ok("4.19", g(B, d("x", ref("x"))), "<b/>"),
    bad("4.19", g(ref("x"), d("x", ref("x")))),
    bad("4.19", g(ref("x"), d("x", ref("y")), d("y", "<choice>" + B + ref("x") + "</choice>"))),
    bad(
        "4.19",
        g(
            e("<attribute name='b'>" + ref("x") + "</attribute>"),
            d("x", f"<choice><value>x</value>{ref('x')}</choice>"),
        ),
    ),
    bad("4.19", g(e("<optional>" + ref("x") + "</optional>"), d("x", f"<oneOrMore>{ref('x')}</oneOrMore>"))),
    ok("4.20", e("<choice><notAllowed/><empty/></choice>"), "<a/>"),
    ok("4.20", e(f"<optional>{B}<notAllowed/></optional>"), "<a/>", "<a><b/></a>"),
    ok("4.20", e("<optional><attribute name='b'><notAllowed/></attribute></optional>"), "<a/>", "<a b=''/>"),
    ok("4.20", e("<data type='token'><except><notAllowed/></except></data>"), "<a>x</a>"),
    ok("4.20", e("<choice><list><notAllowed/></list><value>x</value></choice>"), "<a>x</a>", "<a/>"),
    ok("4.20", g(e("<optional>" + ref("x") + "</optional>"), d("x", e("<notAllowed/>", "b"))), "<a/>", "<a><b/></a>"),
    ok("4.21", e("<group><empty/><empty/></group>"), "<a/>"),
    ok("4.21", e(f"<choice>{B}<empty/></choice>"), "<a/> ; <a><b/></a>"),
    ok("4.21", e("<oneOrMore><empty/></oneOrMore>"), "<a/>", "<a>x</a>"),
    ok("4.21", e("<interleave><empty/>" + B + "</interleave>"), "<a><b/></a>"),
)

SEMANTICS = (
    ok("6.1", "<element><anyName/><empty/></element>", "<a/> ; <b xmlns='urn:x'/>", "<a><b/></a>"),
    ok(
        "6.1",
        "<element><anyName><except><name>a</name><nsName ns='urn:x'/></except></anyName><empty/></element>",
        "<b/> ; <a xmlns='urn:y'/>",
        "<a/> ; <b xmlns='urn:x'/>",
    ),
    ok(
        "6.1",
        "<element><nsName ns='urn:x'><except><name ns='urn:x'>a</name></except></nsName><empty/></element>",
        "<b xmlns='urn:x'/>",
        "<a xmlns='urn:x'/> ; <b/>",
    ),
    ok(
        "6.1",
        "<element><anyName><except><nsName ns=''><except><name>a</name></except></nsName></except></anyName><empty/></element>",
        "<a/> ; <z xmlns='urn:x'/>",
        "<z/>",
    ),
    ok("6.2.1", e(f"<choice>{B}{C}</choice>"), "<a><b/></a> ; <a><c/></a>", "<a><b/><c/></a> ; <a/>"),
    ok(
        "6.2.1",
        e(f"<choice><group>{B}{C}</group><group>{B}{D}</group></choice>"),
        "<a><b/><c/></a> ; <a><b/><d/></a>",
        "<a><b/></a> ; <a><c/><d/></a>",
    ),
    ok("6.2.2", e(f"<zeroOrMore>{B}</zeroOrMore>{B}"), "<a><b/></a> ; <a><b/><b/></a>", "<a/>"),
    ok("6.2.3", e("<empty/>"), "<a>\n\t</a>", "<a>&#160;</a>"),
    ok("6.2.4", e("<text/>" + B), "<a>x<b/></a> ; <a><b/></a>", "<a><b/>x</a>"),
    ok("6.2.5", e(f"<oneOrMore><choice>{B}{C}</choice></oneOrMore>"), "<a><b/><c/><b/></a>", "<a/> ; <a><d/></a>"),
    ok(
        "6.2.5",
        e(f"<oneOrMore><interleave>{B}{C}</interleave></oneOrMore>"),
        "<a><c/><b/><b/><c/></a>",
        "<a><c/></a> ; <a><b/><b/><c/><c/></a>",
    ),
    ok(
        "6.2.6",
        e(f"<interleave>{B}{C}{D}</interleave>"),
        "<a><d/><b/><c/></a> ; <a><b/><c/><d/></a>",
        "<a><b/><c/></a> ; <a><b/><c/><d/><b/></a>",
    ),
    ok(
        "6.2.6",
        e(f"<interleave><group>{B}{C}</group>{D}</interleave>"),
        "<a><b/><d/><c/></a> ; <a><d/><b/><c/></a>",
        "<a><c/><b/><d/></a>",
    ),
    ok(
        "6.2.6",
        e(f"<interleave><zeroOrMore>{B}</zeroOrMore><text/></interleave>"),
        "<a>x<b/>y<b/></a> ; <a/>",
        "<a><c/></a>",
    ),
    ok("6.2.7", e("<attribute name='b'/>"), "<a b=''/> ; <a b='x y'/>", "<a/> ; <a c=''/> ; <a b='' c=''/>"),
    ok("6.2.7", e("<attribute name='b'><empty/></attribute>"), "<a b=''/> ; <a b=' '/>", "<a b='x'/>"),
    ok(
        "6.2.7",
        e("<attribute name='b'><value>x</value></attribute><attribute name='c'/>"),
        "<a c='' b='x'/> ; <a b=' x ' c=''/>",
        "<a b='y' c=''/> ; <a b='x'/>",
    ),
    ok(
        "6.2.7",
        e("<choice><attribute name='b'/><attribute name='c'/></choice>"),
        "<a b=''/> ; <a c=''/>",
        "<a/> ; <a b='' c=''/>",
    ),
    ok(
        "6.2.7",
        e(
            "<choice><group><attribute name='b'><value>1</value></attribute>"
            + B
            + "</group><group><attribute name='b'><value>2</value></attribute>"
            + C
            + "</group></choice>"
        ),
        "<a b='1'><b/></a> ; <a b='2'><c/></a>",
        "<a b='1'><c/></a> ; <a b='2'/>",
    ),
    ok("6.2.7", e(B + "<attribute name='p'/>"), "<a p=''><b/></a>", "<a><b/></a>"),
    ok("6.2.7", e("<zeroOrMore><attribute><anyName/></attribute></zeroOrMore>"), "<a/> ; <a x='' y='' xml:lang=''/>"),
    ok(
        "6.2.7",
        e("<oneOrMore><attribute><nsName ns='urn:x'/></attribute></oneOrMore>"),
        "<a xmlns:p='urn:x' p:q='' p:r=''/>",
        "<a/> ; <a q=''/>",
    ),
    ok(
        "6.2.7",
        e(
            "<attribute name='b'><text/></attribute><zeroOrMore><attribute><anyName><except><name>b</name></except></anyName><value>1</value></attribute></zeroOrMore>"
        ),
        "<a b='z' c='1'/>",
        "<a b='z' c='2'/> ; <a c='1'/>",
    ),
    ok("6.2.8", e("<data type='string'/>"), "<a/> ; <a> x </a>", "<a><b/></a>"),
    ok("6.2.8", e("<value type='string'></value>"), "<a/>", "<a>x</a>"),
    ok("6.2.8", e("<value></value>"), "<a/> ; <a> </a>", "<a>x</a>"),
    ok(
        "6.2.9",
        e("<data type='string'><except><value type='string'>x</value></except></data>"),
        "<a> x</a> ; <a/>",
        "<a>x</a>",
    ),
    ok(
        "6.2.9",
        e(
            xsd(
                "integer",
                f"<except><value type='integer'>5</value>{xsd('integer', param('minInclusive', '10'))}</except>",
            )
        ),
        "<a>4</a> ; <a>9</a>",
        "<a>05</a> ; <a>10</a> ; <a>x</a>",
    ),
    ok(
        "6.2.10",
        e("<list><zeroOrMore><value>x</value></zeroOrMore></list>"),
        "<a/> ; <a>  </a> ; <a>x</a> ; <a>x x  x</a>",
        "<a>x,x</a>",
    ),
    ok("6.2.10", e(f"<list><oneOrMore>{xsd('int')}</oneOrMore></list>"), "<a>1 2 3</a>", "<a/> ; <a>1 b</a>"),
    ok(
        "6.2.10",
        e(
            "<attribute name='b'><list><choice><value>x</value><group><value>y</value><value>z</value></group></choice></list></attribute>"
        ),
        "<a b='x'/> ; <a b='y z'/>",
        "<a b='y'/> ; <a b='x z'/>",
    ),
    ok("6.2.10", e("<list><empty/></list>"), "<a/> ; <a> </a>", "<a>x</a>"),
    ok(
        "6.2.10",
        e("<list><data type='token'/><optional><data type='string'/></optional></list>"),
        "<a>x</a> ; <a> x y </a>",
        "<a/> ; <a>x y z</a>",
    ),
    ok("6.3", e(xsd("string", param("length", "2"))), "<a>xy</a> ; <a>  </a>", "<a>x</a>"),
    ok("6.3", e(xsd("token", param("maxLength", "1"))), "<a> x </a> ; <a/>", "<a>xy</a>"),
    ok(
        "6.3",
        e(xsd("string", param("pattern", "[a-c]+") + param("pattern", ".{2}"))),
        "<a>ab</a>",
        "<a>a</a> ; <a>xy</a>",
    ),
    ok("6.3", e(xsd("unsignedByte")), "<a>255</a> ; <a>0</a> ; <a>007</a>", "<a>256</a> ; <a>-1</a>"),
    ok(
        "6.3",
        e(xsd("decimal", param("maxExclusive", "1.5"))),
        "<a>1.49</a> ; <a>-9</a> ; <a>+1.</a>",
        "<a>1.5</a> ; <a>1.50</a> ; <a>1e0</a>",
    ),
    ok("6.3", e(xsd("boolean")), "<a>true</a> ; <a>0</a>", "<a>TRUE</a> ; <a>2</a>"),
    ok("6.3", e(xsd("dateTime")), "<a>2001-02-03T04:05:06Z</a>", "<a>2001-02-30T04:05:06Z</a> ; <a>2001-02-03</a>"),
    ok("6.3", e(xsd("NCName")), "<a>x-1</a> ; <a> x </a>", "<a>1x</a> ; <a>x:y</a> ; <a/>"),
    ok("6.3", e(xsd("hexBinary", param("length", "2"))), "<a>00fF</a>", "<a>00f</a> ; <a>00</a>"),
    ok("6.3", e(f"<value type='boolean' datatypeLibrary='{XSD}'>true</value>"), "<a>1</a> ; <a>true</a>", "<a>0</a>"),
    ok(
        "6.3",
        e(f"<value type='QName' datatypeLibrary='{XSD}' ns='urn:x'>n</value>"),
        "<a xmlns:p='urn:x'>p:n</a>",
        "<a>n</a> ; <a xmlns:p='urn:y'>p:n</a> ; <a>p:n</a>",
    ),
)

RESTRICTIONS = (
    bad("7.1.1", e("<attribute name='b'><attribute name='c'/></attribute>")),
    bad("7.1.1", e(f"<attribute name='b'><choice><text/>{B}</choice></attribute>")),
    bad("7.1.1", g(e("<attribute name='b'>" + ref("x") + "</attribute>"), d("x", B))),
    bad("7.1.2", e("<oneOrMore><group><attribute name='b'/>" + C + "</group></oneOrMore>")),
    bad("7.1.2", e("<zeroOrMore><interleave><attribute name='b'/>" + C + "</interleave></zeroOrMore>")),
    ok("7.1.2", e("<oneOrMore><attribute name='b'/></oneOrMore>"), "<a b=''/>", "<a/>"),
    ok(
        "7.1.2",
        e("<oneOrMore><choice><attribute name='b'/><attribute name='c'/></choice></oneOrMore>"),
        "<a b='' c=''/> ; <a c=''/>",
        "<a/>",
    ),
    bad("7.1.3", e("<list><text/></list>")),
    bad("7.1.3", e("<list><list><value>x</value></list></list>")),
    bad("7.1.3", e("<list><attribute name='b'/></list>")),
    bad("7.1.3", e(f"<list>{B}</list>")),
    bad("7.1.3", e("<list><interleave><value>x</value><value>y</value></interleave></list>")),
    bad("7.1.3", e("<list><mixed><value>x</value></mixed></list>")),
    bad("7.1.4", e("<data type='token'><except><text/></except></data>")),
    bad("7.1.4", e("<data type='token'><except><empty/></except></data>")),
    bad("7.1.4", e("<data type='token'><except><list><value>x</value></list></except></data>")),
    bad("7.1.4", e("<data type='token'><except><oneOrMore><value>x</value></oneOrMore></except></data>")),
    bad("7.1.4", e(f"<data type='token'><except>{B}</except></data>")),
    ok(
        "7.1.4",
        e(
            "<data type='token'><except><choice><value>x</value><data type='token'><except><value>y</value></except></data></choice></except></data>"
        ),
        "<a>y</a>",
        "<a>x</a> ; <a>z</a>",
    ),
    bad("7.1.5", g("<attribute name='b'/>")),
    bad("7.1.5", g("<text/>")),
    bad("7.1.5", g("<empty/>")),
    bad("7.1.5", g("<value>x</value>")),
    bad("7.1.5", g("<data type='token'/>")),
    bad("7.1.5", g(f"<group>{B}{C}</group>")),
    bad("7.1.5", g(f"<interleave>{B}{C}</interleave>")),
    bad("7.1.5", g(f"<oneOrMore>{B}</oneOrMore>")),
    bad("7.1.5", g(f"<optional>{B}</optional>")),
    bad("7.1.5", "<text/>"),
    ok("7.1.5", "<notAllowed/>", "", "<a/>"),
    ok("7.1.5", g(f"<choice>{B}<choice>{C}<notAllowed/></choice></choice>"), "<b/> ; <c/>", "<d/>"),
    bad("7.2", e("<data type='token'/><data type='token'/>")),
    bad("7.2", e(f"<value>x</value>{B}")),
    bad("7.2", e("<value>x</value><text/>")),
    bad("7.2", e("<oneOrMore><value>x</value></oneOrMore>")),
    bad("7.2", e("<list><value>x</value></list><value>y</value>")),
    bad("7.2", e("<interleave><data type='token'/><value>x</value></interleave>")),
    bad("7.2", e("<attribute name='b'><group><value>x</value><value>y</value></group></attribute>")),
    ok("7.2", e("<attribute name='b'/><value>x</value>"), "<a b=''>x</a>", "<a>x</a>"),
    ok("7.2", e("<group><empty/><value>x</value></group>"), "<a>x</a>"),
    ok("7.2", e(f"<choice><value>x</value>{B}</choice>"), "<a>x</a> ; <a><b/></a>", "<a>x<b/></a>"),
    ok("7.2", e("<oneOrMore><text/></oneOrMore>"), "<a>x</a>"),
    bad("7.3", e("<attribute name='b'/><attribute name='b'/>")),
    bad("7.3", e("<attribute name='b'/><optional><attribute name='b'/></optional>")),
    bad(
        "7.3",
        e(
            "<interleave><attribute name='b'/><attribute><choice><name>c</name><name>b</name></choice></attribute></interleave>"
        ),
    ),
    bad("7.3", e("<attribute name='b'/><oneOrMore><attribute><anyName/></attribute></oneOrMore>")),
    bad(
        "7.3",
        e(
            "<oneOrMore><attribute><nsName ns='x'/></attribute></oneOrMore><oneOrMore><attribute><anyName><except><nsName ns='y'/></except></anyName></attribute></oneOrMore>"
        ),
    ),
    bad("7.3", e("<attribute><anyName/></attribute>")),
    bad("7.3", e("<optional><attribute><nsName ns='x'/></attribute></optional>")),
    ok(
        "7.3",
        e("<choice><attribute name='b'/><attribute name='b'><value>x</value></attribute></choice>"),
        "<a b='y'/>",
        "<a/>",
    ),
    ok("7.3", e("<attribute name='b'/><attribute name='b' ns='urn:x'/>"), "<a b='' xmlns:x='urn:x' x:b=''/>"),
    ok(
        "7.3",
        e(
            "<oneOrMore><attribute><nsName ns='x'/></attribute></oneOrMore><oneOrMore><attribute><anyName><except><nsName ns='x'/></except></anyName></attribute></oneOrMore>"
        ),
        "<a xmlns:x='x' x:q='' r=''/>",
        "<a r=''/>",
    ),
    bad("7.4", e(f"<interleave>{B}{B}</interleave>")),
    bad("7.4", e(f"<interleave><zeroOrMore>{B}</zeroOrMore><choice>{C}{B}</choice></interleave>")),
    bad("7.4", e("<interleave><text/><text/></interleave>")),
    bad("7.4", e(f"<mixed><mixed>{B}</mixed></mixed>")),
    bad("7.4", e(f"<interleave>{B}<element><anyName/><empty/></element></interleave>")),
    bad("7.4", g(e(f"<interleave>{ref('x')}{ref('y')}</interleave>"), d("x", B), d("y", e("<text/>", "b")))),
    ok(
        "7.4",
        e("<interleave>" + B + e("<empty/>", "b", ns="urn:x") + "</interleave>"),
        "<a><b xmlns='urn:x'/><b/></a>",
        "<a><b/><b/></a>",
    ),
    ok(
        "7.4",
        e(f"<interleave>{B}<element><anyName><except><name>b</name></except></anyName><empty/></element></interleave>"),
        "<a><z/><b/></a>",
        "<a><b/><b/></a>",
    ),
    ok("7.4", e("<interleave><text/>" + e("<text/>", "b") + "</interleave>"), "<a>x<b>y</b>z</a>", "<a>x</a>"),
    ok(
        "7.4",
        g(e(f"<interleave>{B}<optional>{C}<notAllowed/></optional></interleave>")),
        "<a><b/></a>",
        "<a><b/><c/></a>",
    ),
)

CASES = SYNTAX + SIMPLIFICATION + SEMANTICS + RESTRICTIONS
