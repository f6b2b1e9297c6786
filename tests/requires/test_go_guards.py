"""Uses in Go programs that only look guarded, those behind checks of the same kinds, and uses by other ways."""

from __future__ import annotations

import pytest

from abidiff.requires.catalogue import Catalogue
from tests.requires.test_go import NAME, USE, program
from tests.requires.test_requires import asked, told

pytest.importorskip("tree_sitter_go")

GET = "v, _ := conn.GetLibVersion()\n"
NO = "errors.Is(e, libvirt.ERR_NO_SUPPORT)"
GUARDED = {
    "own constant": f"const min = 8000000\n{GET}if v >= min {{ {USE} }}",
    "own variable": f"min := uint32(8000000)\n{GET}if v >= min {{ {USE} }}",
    "declared before": f"var v uint32\nif x() {{ v, _ = conn.GetLibVersion() }}\nif v >= oldest {{ {USE} }}",
    "truth before": f"ok := false\nif v, e := conn.GetLibVersion(); e == nil {{ ok = v >= oldest }}\nif ok {{ {USE} }}",
    "one of two variables": f"{GET}func() {{ v := 9000000; _ = v }}()\nif v >= oldest {{ {USE} }}",
    "in a closure": f"{GET}go func() {{ if v >= oldest {{ {USE} }} }}()",
    "the same variable again": f"{GET}func() {{ v := v\nif v >= oldest {{ {USE} }} }}()",
    "a loop": f"{GET}L:\nfor {{ if v < oldest {{ continue L }}\n{USE} }}",
    "a label": f"{GET}if v < oldest {{ return nil }}\nL:\nfor {{ {USE}\nbreak L }}",
    "a logger that ends": f"{GET}if v < oldest {{ log.Fatalf(x) }}\n{USE}",
    "an initializer": f"switch v, _ := conn.GetLibVersion(); {{\ncase v >= oldest:\n{USE}\n}}",
    "a fallback": f"e := {USE}\nif {NO} {{ return legacy(dom) }}",
    "a fallback and other errors": f"e := {USE}\nif {NO} {{ e = legacy(dom) }}\nif e != nil {{ return e }}",
    "other errors": f"e := {USE}\nif e != nil {{\nif {NO} {{ y() }} else {{ return e }} }}",
    "not supported last": f"e := {USE}\nif e != nil && !{NO} {{ return e }}\ny()",
    "nothing": f"if e := {USE}; {NO} {{ return nil }}\nif e := z(); e != nil {{ return e }}",
    "in a call": f"e := retry(func() error {{ return {USE} }})\nif {NO} {{ y() }}",
    "errors.As": f"e := {USE}\nif l := (X{{}}); errors.As(e, &l) && l.Code == libvirt.ERR_NO_SUPPORT {{ y() }}",
    "a case for the error": f"e := {USE}\nswitch {{\ncase {NO}:\ny()\ncase e != nil:\nreturn e\n}}",
    "a case that returns": f"e := {USE}\nswitch {{\ncase {NO}:\nreturn nil\n}}\nreturn e",
    "a switch with the use": f"switch e := {USE}; {{\ncase {NO}:\ny()\ndefault:\nreturn e\n}}",
    "a switch of codes": f"e := {USE}\nif l, ok := e.(libvirt.Error); ok {{\nswitch l.Code {{\n"
    "case libvirt.ERR_NO_DOMAIN, libvirt.ERR_NO_SUPPORT:\nreturn nil\ndefault:\nreturn e\n}\n}\nreturn e",
    "a switch of a code": f"e := {USE}\nswitch code(e) {{\ncase libvirt.ERR_NO_SUPPORT:\ny()\ndefault:\nreturn e\n}}",
    "a switch of types": f"e := {USE}\nswitch l := e.(type) {{\ncase nil:\ncase libvirt.Error:\n"
    "if l.Code == libvirt.ERR_NO_SUPPORT { return nil }\nreturn e\n}",
    "a field that holds a check": f"{GET}g := &own{{new: v >= oldest}}\nif g.new {{ {USE} }}",
    "a field that is given a check": f"g := own{{}}\n{GET}g.given = v >= oldest\nif !g.given {{ return nil }}\n{USE}",
    "a longer function": f"if longer(conn) {{ {USE} }}",
}
HELPERS = """
func longer(c *libvirt.Connect) bool {
	var v uint32
	for i := 0; i < 3; i++ {
		if x() { return false }
		v, _ = c.GetLibVersion()
	}
	return v >= oldest
}
func jump(c *libvirt.Connect) bool {
	v, _ := c.GetLibVersion()
	if x() { return true } else { y() }
	return v >= oldest
}
func loop(c *libvirt.Connect) bool {
	v, _ := c.GetLibVersion()
	for { if x() { return true } }
	return v >= oldest
}
func result(c *libvirt.Connect) (ok bool) {
	defer func() { ok = true }()
	v, _ := c.GetLibVersion()
	return v >= oldest
}
func changed(v uint32) bool { v += 9; return v >= oldest }
func limit(c *libvirt.Connect, min uint32) bool { min = 0; v, _ := c.GetLibVersion(); return v >= min }
func sometimes(c *libvirt.Connect) uint32 { if x() { return 9999999 }; v, _ := c.GetLibVersion(); return v }
func old(x any) error { return fmt.Errorf("old: %v", x) }
func die(e error) { y(e); os.Exit(1) }
type own struct { new, given, more, list, More bool }
var initial uint32 = 8000000
func init() { initial = 0 }
var handed uint32 = 8000000
func flags() { flag(&handed) }
var counted uint32 = 8000000
func count() { counted-- }
"""
HELD = "v, _ := conn.GetLibVersion()\n{}\nif v >= {} {{ {} }}"
UNGUARDED = {
    "the error by another name": f"e := {USE}\nif {NO} {{ return e }}",
    "the error with text": f'e := {USE}\nif {NO} {{ return fmt.Errorf("old: %w", e) }}',
    "an own error": f"e := {USE}\nif {NO} {{ return TooOld }}",
    "panic": f'e := {USE}\nif {NO} {{ panic("old") }}',
    "log.Fatal": f'e := {USE}\nif {NO} {{ log.Fatal("old") }}',
    "os.Exit": f"e := {USE}\nif {NO} {{ y()\nos.Exit(1) }}",
    "an own end": f"e := {USE}\nif {NO} {{ die(e) }}",
    "an own function for an error": f"e := {USE}\nif {NO} {{ return old(x) }}",
    "an own method of the name": f"if given.GetLibVersion() >= oldest {{ {USE} }}",
    "in the start of if": f'if e := {USE}; {NO} {{ panic("old") }}',
    "handed on after": f"e := {USE}\nif {NO} {{ y() }}\nif e != nil {{ return e }}",
    "handed on below": f"e := {USE}\nif e != nil {{\nif {NO} {{ y() }}\nreturn e }}",
    "handed on outside": f"var e error\nif x() {{\ne = {USE}\nif {NO} {{ y() }}\n}}\nreturn e",
    "a case that hands on": f"e := {USE}\nswitch {{\ncase {NO}:\nreturn e\n}}",
    "handed on in a case before": f"e := {USE}\nswitch {{\ncase e != nil:\nreturn e\ncase {NO}:\ny()\n}}",
    "handed on after a case": f"e := {USE}\nswitch {{\ncase {NO}:\ny()\n}}\nreturn e",
    "a case that falls through": f"e := {USE}\nswitch {{\ncase {NO}:\nfallthrough\ncase x():\nreturn e\n}}",
    "the opposite case": f"e := {USE}\nswitch {{\ncase !{NO}:\ny()\ndefault:\nreturn e\n}}",
    "a code of another error": f"e := {USE}\nswitch code(f) {{\ncase libvirt.ERR_NO_SUPPORT:\ny()\n}}\nreturn e",
    "another code": f"e := {USE}\nswitch code(e) {{\ncase libvirt.ERR_NO_DOMAIN:\ny()\ndefault:\nreturn e\n}}",
    "a code that ends": f"e := {USE}\nswitch code(e) {{\ncase libvirt.ERR_NO_SUPPORT:\npanic(e)\n}}",
    "a field that holds more": f"{GET}g := &own{{more: v >= oldest}}\n"
    f"if x() {{ g.more = true }}\nif g.more {{ {USE} }}",
    "a field of a list": f"{GET}g := &own{{list: v >= oldest}}\nh := []own{{{{list: true}}}}\nif h[0].list {{ {USE} }}",
    "a field of a list by its place": f"{GET}g := &own{{new: v >= oldest}}\n"
    f"h := []own{{{{true, x}}}}\nif h[0].new {{ {USE} }}",
    "a field by its address": f"{GET}g := &own{{more: v >= oldest}}\nset(&g.more)\nif g.more {{ {USE} }}",
    "a field that is not": f"{GET}g := &own{{more: v < oldest}}\nif !g.more {{ {USE} }}",
    "a field of others": f"{GET}g := &own{{More: v >= oldest}}\nif g.More {{ {USE} }}",
    "another error": f"e := {USE}\nif errors.Is(f, libvirt.ERR_NO_SUPPORT) {{ y() }}",
    "another branch": f"e := {USE}\nif !{NO} {{ y() }} else {{ return e }}",
    "run later": f"e := func() error {{ return {USE} }}\nif {NO} {{ y() }}",
    "a shadowed constant": HELD.format("oldest := uint32(0)", "oldest", USE),
    "a constant of an inner block": f"{GET}if x() {{ oldest := uint32(0)\nif v >= oldest {{ {USE} }} }}",
    "a variable of init": HELD.format("", "initial", USE),
    "a variable that is handed out": HELD.format("", "handed", USE),
    "a variable that counts": HELD.format("", "counted", USE),
    "an own variable set again": HELD.format("m := uint32(8000000)\nif x() { m = 0 }", "m", USE),
    "a field": HELD.format("", "h.oldest", USE),
    "a version by its address": f"{GET}p := &v\n*p = 9999999\nif v >= oldest {{ {USE} }}",
    "a version that grows": f"{GET}v += 9000000\nif v >= oldest {{ {USE} }}",
    "a version that counts": f"{GET}v++\nif v >= oldest {{ {USE} }}",
    "a version set below": f"{GET}for {{ if v >= oldest {{ {USE} }}\nv = 9999999 }}",
    "a version set in a closure": f"{GET}func() {{ v = 9999999 }}()\nif v >= oldest {{ {USE} }}",
    "a version of range": f"{GET}for _, v := range all {{ if v >= oldest {{ {USE} }} }}",
    "a parameter of a closure": f"{GET}func(v uint32) {{ if v >= oldest {{ {USE} }} }}(9999999)",
    "a truth set again": f"{GET}ok := v >= oldest\nok = true\nif ok {{ {USE} }}",
    "a truth by its address": f"{GET}ok := v >= oldest\nset(&ok)\nif ok {{ {USE} }}",
    "goto": f"{GET}if x() {{ goto L }}\nif v < oldest {{ return nil }}\nL:\n{USE}",
    "fallthrough": f"{GET}switch {{\ncase v < oldest:\nfallthrough\ncase x():\n{USE}\n}}",
    "an own function for the end": f"{GET}if v < oldest {{ ui.Exit() }}\n{USE}",
    "an own function by the name": f"atLeast := func(...any) bool {{ return x }}\nif atLeast(conn, 8, 0) {{ {USE} }}",
    "a shadowed package": f"func(libvirt fake) {{ if v, _ := libvirt.GetVersion(); v >= 8000000 {{ {USE} }} }}(x)",
    "another way out": f"if jump(conn) {{ {USE} }}",
    "a way out of a loop": f"if loop(conn) {{ {USE} }}",
    "a result that is changed": f"if result(conn) {{ {USE} }}",
    "a parameter that is changed": f"{GET}if changed(v) {{ {USE} }}",
    "a limit that is changed": f"if limit(conn, 8000000) {{ {USE} }}",
    "another version": f"if sometimes(conn) >= oldest {{ {USE} }}",
}


def written(body: str) -> str:
    return program(body).replace("h *host) {", "h *host) error {") + HELPERS


@pytest.mark.parametrize("name", GUARDED)
def test_what_is_a_check(libvirt: Catalogue, name: str) -> None:
    found = asked(libvirt, {"a.go": written(GUARDED[name])})
    assert not found.problems
    assert told(found, "optional-feature") == [NAME]
    assert told(found, "weak-check") == []


@pytest.mark.parametrize("name", UNGUARDED)
def test_what_is_no_check(libvirt: Catalogue, name: str) -> None:
    own = "func (g given) GetLibVersion() uint32 { return 99999999 }\n" if "given." in UNGUARDED[name] else ""
    found = asked(libvirt, {"a.go": written(UNGUARDED[name]) + own})
    assert not found.problems
    assert told(found, "sets-floor") == [NAME]


IMPORTED = """package app
import (
	"libvirt.org/go/libvirt"
	"example.org/app/cfg"
)
func f(conn *libvirt.Connect, dom *libvirt.Domain) {{ if v, _ := conn.GetLibVersion(); {} {{ {} }} }}
"""
OTHER = """package other
import "libvirt.org/go/libvirt"
const Min = 8000000
func Modern(v uint32) bool { return v >= Min }
var c libvirt.Connect
"""


@pytest.mark.parametrize("test", ["v >= cfg.Min", "cfg.Modern(v)"])
def test_names_of_packages(libvirt: Catalogue, test: str) -> None:
    text = IMPORTED.format(test, USE)
    assert told(asked(libvirt, {"a.go": text, "other/b.go": OTHER}), "sets-floor") == [NAME]
    assert told(asked(libvirt, {"a.go": text, "cfg/b.go": OTHER}), "optional-feature") == [NAME]
    changed = text + "func g() { cfg.Min = 0 }\n"
    there = OTHER.replace("const", "var")
    assert told(asked(libvirt, {"a.go": changed, "cfg/b.go": there}), "sets-floor") == [NAME]


def test_a_field_that_is_set_to_more(libvirt: Catalogue) -> None:
    check = f"if h.version >= oldest {{ {USE} }}"
    for other in (
        "h.version = 9999999",
        "h.version++",
        "p := &h.version; *p = 1",
        "h = &host{version: 9999999}",
        "h = &host{9999999}",
    ):
        text = program(f"{check}\n{other}")
        assert told(asked(libvirt, {"a.go": text}), "sets-floor") == [NAME]


WAYS = {
    "a method value": "g := dom.SetLaunchSecurityState\n_ = g",
    "a method expression": "f := (*libvirt.Domain).SetLaunchSecurityState\n_ = f",
    "an argument": "try(dom.SetLaunchSecurityState)",
    "an alias": "var d *Dom\nd.SetLaunchSecurityState(nil, 0)",
    "an own alias": "type own = libvirt.Domain\nvar d own\nd.SetLaunchSecurityState(nil, 0)",
    "a method expression of an alias": "f := (*Dom).SetLaunchSecurityState\n_ = f",
    "an embedded type": "e := &inner{}\ne.SetLaunchSecurityState(nil, 0)",
    "embedded twice": "var e outer\ne.SetLaunchSecurityState(nil, 0)",
    "a method value of an embedded type": "var e outer\nx(e.SetLaunchSecurityState)",
    "new": "e := new(inner)\ne.SetLaunchSecurityState(nil, 0)",
    "a list": "var all doms\nfor _, one := range all { one.SetLaunchSecurityState(nil, 0) }",
}
TYPES = (
    "type Dom = libvirt.Domain\ntype inner struct{ *libvirt.Domain }\ntype outer struct{ inner; z int }\n"
    "type doms []libvirt.Domain\ntype own struct{ *libvirt.Domain }\nfunc (o own) SetLaunchSecurityState(a, b any) {}\n"
)


@pytest.mark.parametrize("way", WAYS)
def test_ways_of_uses(libvirt: Catalogue, way: str) -> None:
    text = program(WAYS[way]) + TYPES.partition("type own struct")[0]
    assert told(asked(libvirt, {"a.go": text}), "sets-floor") == [NAME]


def test_own_methods_of_structs_that_embed(libvirt: Catalogue) -> None:
    text = program("var e own\ne.SetLaunchSecurityState(nil, 0)\ne.Domain.GetMessages(0)") + TYPES
    assert told(asked(libvirt, {"a.go": text}), "sets-floor") == ["virDomainGetMessages"]


def test_names_without_their_package(libvirt: Catalogue) -> None:
    text = """package app
import . "libvirt.org/go/libvirt"
func f(d *Domain) {
	DomainFree := 1
	_ = DomainFree
	d.UndefineFlags(DOMAIN_UNDEFINE_TPM)
	if v, _ := GetVersion(); v >= 11000000 { d.UndefineFlags(DOMAIN_UNDEFINE_KEEP_TPM) }
}
"""
    assert told(asked(libvirt, {"a.go": text}), "sets-floor") == ["VIR_DOMAIN_UNDEFINE_TPM"]
    method = text.replace("UndefineFlags(DOMAIN_UNDEFINE_TPM)", "FDAssociate(nil, 0)")
    assert told(asked(libvirt, {"a.go": method}), "sets-floor") == ["virDomainFDAssociate"]


PREAMBLE = f"""#include <libvirt/libvirt.h>
#if LIBVIR_VERSION_NUMBER >= 11002000
int h(void) {{ return VIR_DOMAIN_GUEST_INFO_LOAD; }}
#endif
int g(virDomainPtr d) {{ return {NAME}(d, 0, 0, 0); }}
"""


@pytest.mark.parametrize("comment", ["/*\n{}*/", "// {}"])
def test_the_preamble(libvirt: Catalogue, comment: str) -> None:
    code = PREAMBLE if comment.startswith("/*") else PREAMBLE.rstrip("\n").replace("\n", "\n// ")
    text = f'package app\n\n// virDomainFDAssociate()\n\n{comment.format(code)}\nimport "C"\nfunc f() {{ C.g(nil) }}\n'
    found = asked(libvirt, {"a.go": text})
    assert not found.problems
    assert told(found, "sets-floor") == [NAME]
    lines = text.split("\n")
    place = next(each for each in found.findings if each.rule == "requires/sets-floor").new
    assert place is not None
    assert place.line is not None
    assert NAME in lines[place.line - 1]
