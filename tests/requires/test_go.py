"""Go programs: the names of both clients, each kind of check around a use and beside it, and bad input."""

from __future__ import annotations

import pytest

from abidiff.requires.catalogue import Catalogue
from abidiff.requires.languages.go_names import Names
from tests.requires.test_requires import asked, told

pytest.importorskip("tree_sitter_go")

USE = "dom.SetLaunchSecurityState(nil, 0)"
NAME = "virDomainSetLaunchSecurityState"
HEAD = """package app

import (
	"errors"
	"libvirt.org/go/libvirt"
)

const oldest = 8_000_000

type host struct{ version uint32 }

func (h *host) connect(conn *libvirt.Connect) { h.version, _ = conn.GetLibVersion() }
func (h *host) modern() bool                  { return h.version >= oldest }
func number(major, minor, micro uint32) uint32 { return major*1000000 + minor*1000 + micro }
func atLeast(conn *libvirt.Connect, major, minor uint32) bool {
	found, err := conn.GetLibVersion()
	if err != nil {
		return false
	}
	return found >= number(major, minor, 0)
}
func tooOld(found uint32) bool { return found < 8*1000*1000 }

"""
CHECKS = (
    "if v, _ := libvirt.GetVersion(); v >= 8000000 {{ {} }}",
    "v, err := conn.GetLibVersion()\nif err == nil && v > 7999999 {{ {} }}",
    "v, _ := conn.GetLibVersion()\nif v < oldest {{ return }}\n{}",
    "v, _ := conn.GetLibVersion()\nif v < oldest {{ panic(v) }}\n{}",
    "v, _ := conn.GetLibVersion()\nif v < oldest {{ x() }} else {{ {} }}",
    "v, _ := conn.GetLibVersion()\nok := v >= oldest\nif ok {{ {} }}",
    "v, _ := conn.GetLibVersion()\nif !tooOld(v) {{ {} }}",
    "v, _ := conn.GetLibVersion()\nswitch {{\ncase v >= oldest:\n{}\ndefault:\n}}",
    "v, _ := conn.GetLibVersion()\nswitch {{\ncase v < oldest:\ncase x():\n{}\n}}",
    "if h.modern() {{ {} }}",
    "if h.version >= 8000000 {{ go func() {{ {} }}() }}",
    "if atLeast(conn, 8, 0) {{ {} }}",
    "if !atLeast(conn, 8, 0) {{ return }}\n{}",
    "use := atLeast(conn, 8, 0) && {} == nil\n_ = use",
    "err := {}\nif errors.Is(err, libvirt.ERR_NO_SUPPORT) {{ y() }}",
    "if err := {}; err != nil {{ if l, ok := err.(libvirt.Error); ok && l.Code == libvirt.ERR_NO_SUPPORT {{ y() }} }}",
)


def program(body: str) -> str:
    return f"{HEAD}func use(conn *libvirt.Connect, dom *libvirt.Domain, h *host) {{\n{body}\n}}\n"


@pytest.mark.parametrize("check", CHECKS)
def test_checks(libvirt: Catalogue, check: str) -> None:
    inside = asked(libvirt, {"a.go": program(check.format(USE))})
    assert not inside.problems
    assert told(inside, "optional-feature") == [NAME]
    assert told(inside, "weak-check") == []
    outside = asked(libvirt, {"a.go": program(f"{USE}\n{check.format('z()')}")})
    assert told(outside, "sets-floor") == [NAME]


@pytest.mark.parametrize(
    "check",
    [
        "v, _ := conn.GetVersion()\nif v >= 8000000 {{ {} }}",
        "v, _ := conn.GetLibVersion()\nif v < oldest {{ x() }}\n{}",
        "if atLeast(conn, 8, 0) || x() {{ {} }}",
        "if number(8, 0, 0) >= 3 {{ {} }}",
        "err := {}\nif errors.Is(err, libvirt.ERR_NO_SUPPORT) {{ return err }}",
        "v, _ := conn.GetLibVersion()\nv = 9000000\nif v >= oldest {{ {} }}",
        "defer recover()\n{}",
    ],
)
def test_what_is_no_check(libvirt: Catalogue, check: str) -> None:
    assert told(asked(libvirt, {"a.go": program(check.format(USE))}), "sets-floor") == [NAME]


@pytest.mark.parametrize("check", ["if atLeast(conn, 7, 9) {{ {} }}", "if h.version >= 7009000 {{ {} }}"])
def test_a_weak_check(libvirt: Catalogue, check: str) -> None:
    assert told(asked(libvirt, {"a.go": program(check.format(USE))}), "weak-check") == [NAME]


def test_functions_that_call_each_other_end(libvirt: Catalogue) -> None:
    loops = "func a(v uint32) bool { x := b(v); return x || a(v) }\nfunc b(v uint32) bool { return a(v) && b(v) }\n"
    found = asked(libvirt, {"a.go": program(f"v, _ := conn.GetLibVersion()\nif a(v) {{ {USE} }}") + loops})
    assert told(found, "sets-floor") == [NAME]


@pytest.mark.parametrize(
    ("receiver", "method", "name"),
    [
        ("Connect", "LookupDomainByName", "virDomainLookupByName"),
        ("Connect", "DomainDefineXML", "virDomainDefineXML"),
        ("Connect", "GetNodeInfo", "virNodeGetInfo"),
        ("Connect", "GetCPUMap", "virNodeGetCPUMap"),
        ("Connect", "ListAllDomains", "virConnectListAllDomains"),
        ("Connect", "LookupDeviceByName", "virNodeDeviceLookupByName"),
        ("Connect", "DomainEventBlockJob2Register", "VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2"),
        ("Connect", "SecretEventDeregister", "virConnectSecretEventDeregisterAny"),
        ("StoragePool", "ListAllStorageVolumes", "virStoragePoolListAllVolumes"),
        ("StorageVol", "LookupPoolByVolume", "virStoragePoolLookupByVolume"),
        ("DomainSnapshot", "RevertToSnapshot", "virDomainRevertToSnapshot"),
        ("Domain", "GetXMLDesc", "virDomainGetXMLDesc"),
        ("Domain", "FSFreeze", "virDomainFSFreeze"),
        ("NodeDevice", "Detach", "virNodeDeviceDettach"),
        ("", "NewConnect", "virConnectOpen"),
    ],
)
def test_methods_of_the_bindings(libvirt: Catalogue, receiver: str, method: str, name: str) -> None:
    assert Names(libvirt).method(receiver, method) == (name,)


def test_types_follow_variables_fields_results_and_lists(libvirt: Catalogue) -> None:
    text = """package app
import lv "libvirt.org/go/libvirt"
type keeper struct { *lv.Connect; found lv.Domain }
type guest interface { GetHostname(flags uint32) (string, error) }
func find(conn *lv.Connect) (*lv.Domain, error) { return conn.LookupDomainByName("a") }
func f(k *keeper, other *chat.Room, g guest) {
	dom, _ := find(k.Connect)
	dom.AuthorizedSSHKeysGet("u", 0)
	all, _ := k.Connect.ListAllDomains(0)
	for _, one := range all {
		one.GetMessages(0)
	}
	k.found.SetAutostart(true)
	other.StartDirtyRateCalc(1, 0)
	lv.NewConnect("")
	_ = lv.DOMAIN_UNDEFINE_KEEP_TPM
}
"""
    found = asked(libvirt, {"a.go": text})
    assert told(found, "sets-floor") == ["VIR_DOMAIN_UNDEFINE_KEEP_TPM"]
    older = asked(libvirt, {"a.go": text.replace("DOMAIN_UNDEFINE_KEEP_TPM", "DOMAIN_RUNNING")})
    assert told(older, "sets-floor") == ["virDomainGetMessages"]
    oldest = asked(libvirt, {"a.go": text.replace("DOMAIN_UNDEFINE_KEEP_TPM", "A").replace("one.GetMessages(0)", "")})
    assert told(oldest, "sets-floor") == ["virDomainAuthorizedSSHKeysGet"]


def test_the_client_of_the_protocol(libvirt: Catalogue) -> None:
    text = """package app
import "github.com/digitalocean/go-libvirt"
func f(l *libvirt.Libvirt, d libvirt.Domain) {
	l.DomainGetXMLDesc(d, libvirt.DomainXMLSecure)
	l.DomainSetLaunchSecurityState(d, nil, 0)
	if v, err := l.ConnectGetLibVersion(); err == nil && v >= 11002000 {
		l.DomainGetGuestInfo(d, uint32(libvirt.DomainGuestInfoLoad), 0)
	}
}
"""
    found = asked(libvirt, {"a.go": text})
    assert told(found, "sets-floor") == ["REMOTE_PROC_DOMAIN_SET_LAUNCH_SECURITY_STATE"]
    assert told(found, "optional-feature") == ["VIR_DOMAIN_GUEST_INFO_LOAD"]


def test_names_of_c(libvirt: Catalogue) -> None:
    text = f'package app\n// #include <libvirt/libvirt.h>\nimport "C"\nfunc f() {{ C.{NAME}(nil) }}\n'
    assert told(asked(libvirt, {"a.go": text}), "sets-floor") == [NAME]


def test_what_is_no_use(libvirt: Catalogue) -> None:
    own = program("k.SetLaunchSecurityState(1)") + "type k struct{}\nfunc (k) SetLaunchSecurityState(int) {}\n"
    files = {
        "own.go": own,
        "vendor/libvirt.org/go/libvirt/domain.go": f'package libvirt\nimport "C"\nfunc f() {{ C.{NAME}(nil) }}\n',
        "vendor/libvirt.org/go/libvirt/domain.h": f"void f(virDomainPtr d) {{ {NAME}(d, 0, 0, 0); }}\n",
        "a_test.go": program(USE),
        "b.go": f'package b\nimport "libvirt.org/go/libvirt"\n// {USE}\nvar x = "{USE}"\nvar d *libvirt.Domain\n',
    }
    assert told(asked(libvirt, files), "sets-floor") == ["virConnectGetLibVersion"]


def test_bad_input_is_named(libvirt: Catalogue) -> None:
    broken = 'package a\nimport "libvirt.org/go/libvirt"\nfunc f( {\n'
    deep = program("x := " + "(" * 5000 + "1" + ")" * 5000)
    found = asked(libvirt, {"a.go": broken, "b.go": deep, "c.go": "\x00\xff libvirt"})
    assert {problem.location.path for problem in found.problems if problem.location} >= {"a.go", "b.go", "c.go"}
    assert found.exit_code == 3


def test_only_what_is_about_the_library_is_read(libvirt: Catalogue) -> None:
    broken = "package a\nfunc ( {\n"
    files = {
        "use.go": program(f"v, _ := conn.GetLibVersion()\nif v >= newest {{ {USE} }}"),
        "versions.go": "package app\nconst newest = 8_000_000\n",
        "other/a.go": broken,
        "vendor/x/c.go": f'package x\nimport "C"\nfunc f() {{ C.close(1) }}\n{broken}',
        "vendor/y/one.go": 'package y\nimport "libvirt.org/go/libvirt"\n',
        "vendor/y/two.go": broken,
    }
    found = asked(libvirt, files)
    assert not found.problems
    assert told(found, "optional-feature") == [NAME]
