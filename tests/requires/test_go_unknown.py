"""Names of Go's clients of libvirt that no release has, and names that the clients made themselves."""

from __future__ import annotations

import pytest

from abidiff.requires.catalogue import Catalogue
from abidiff.requires.languages.go_names import Names
from tests.requires.test_requires import asked, told

pytest.importorskip("tree_sitter_go")

HEAD = """package app
import "libvirt.org/go/libvirt"
type box struct{ dom *libvirt.Domain; other Thing }
type list []libvirt.Domain
func (l list) SinkAll() []string { return nil }
func find(c *libvirt.Connect) *libvirt.Domain { return nil }
type both struct { *libvirt.Connect; *Thing }
func f(c *libvirt.Connect, b *box, l list, x Thing, d *libvirt.Domain, e libvirt.Error, two both) {
"""


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("_ = libvirt.DOMAIN_SINKS", "DOMAIN_SINKS"),
        ("_ = uint32(libvirt.DOMAIN_RUNNING | libvirt.DOMAIN_SINKS)", "DOMAIN_SINKS"),
        ("switch e.Code { case libvirt.ERR_SUNK: }", "ERR_SUNK"),
        ('libvirt.NewShip("")', "NewShip"),
        ("d.Sink(0)", "Domain.Sink"),
        ("run(d.Sink)", "Domain.Sink"),
        ("b.dom.Sink()", "Domain.Sink"),
        ("find(c).Sink()", "Domain.Sink"),
        ("all, _ := c.ListAllDomains(0)\nfor _, one := range all { one.Sink() }", "Domain.Sink"),
        ("if c := x.Get(); c != nil { c.Float() }\nc.Sink()", "Connect.Sink"),
    ],
)
def test_a_name_that_no_release_has(libvirt: Catalogue, statement: str, name: str) -> None:
    found = asked(libvirt, {"a.go": f"{HEAD}{statement}\n}}\n"})
    assert told(found, "unknown-name") == [name]
    assert found.exit_code == 3


@pytest.mark.parametrize(
    "statement",
    [
        "l.SinkAll()",
        "x.Sink()",
        "b.other.Sink()",
        "two.Sink()",
        "if c := x.Get(); c != nil { c.Sink() }",
        "select { case d := <-x.many: d.Sink() }",
        "switch d := x.any.(type) { case *Thing: d.Sink() }",
        "func(d *Thing) { d.Sink() }(nil)",
        "for _, d := range x.all { d.Sink() }",
        "_ = e.Error()",
        "_ = libvirt.DomainEventSinkFlags(0)",
        "_ = libvirt.DOMAIN_MEMORY_STAT_LAST",
        "_ = new(libvirt.DomainStatsSink)",
        "c.RawPtr()",
        "libvirt.CloseRawPtr(0)",
        "d.Free()\nd.Ref()\nc.Close()",
        "libvirt.EventRegisterDefaultImpl()\nlibvirt.EventRunDefaultImpl()",
        "c.DomainEventPMWakeupRegister(nil, nil)",
        "_ = libvirt.MIGRATE_MAX_SPEED_POSTCOPY",
        "v, _ := c.GetLibVersion()\nif v >= 99000000 { d.Sink() }",
    ],
)
def test_what_may_be_there(libvirt: Catalogue, statement: str) -> None:
    assert told(asked(libvirt, {"a.go": f"{HEAD}{statement}\n}}\n"}), "unknown-name") == []


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("l.DomainSink(d)", ["Libvirt.DomainSink"]),
        ("l.DomainGetXMLDesc(d, libvirt.DomainXMLSinks)", ["DomainXMLSinks"]),
        ("l.ConnectToURI(libvirt.QEMUSystem)\nl.Disconnect()", []),
        ("l.QEMUDomainMonitorCommand(d, nil, 0)", []),
        ("_ = new(libvirt.DomainSinkRet)\n_ = libvirt.UUID(x)", []),
        ("other.DomainSink(d)", []),
    ],
)
def test_the_client_of_the_protocol(libvirt: Catalogue, statement: str, names: list[str]) -> None:
    head = 'package app\nimport "github.com/digitalocean/go-libvirt"\n'
    text = f"{head}func f(l *libvirt.Libvirt, d libvirt.Domain, x [16]byte, other thing) {{\n{statement}\n}}\n"
    assert told(asked(libvirt, {"a.go": text}), "unknown-name") == names


def test_procedures_of_other_programs(libvirt: Catalogue) -> None:
    assert Names(libvirt).procedure("QEMUDomainMonitorCommand") == ("QEMU_PROC_DOMAIN_MONITOR_COMMAND",)


@pytest.mark.parametrize(
    ("receiver", "method", "name"),
    [
        ("Connect", "DomainEventPMSuspendDiskRegister", "VIR_DOMAIN_EVENT_ID_PMSUSPEND_DISK"),
        ("Connect", "DomainEventNICMACChangeRegister", "VIR_DOMAIN_EVENT_ID_NIC_MAC_CHANGE"),
    ],
)
def test_acronyms_of_events(libvirt: Catalogue, receiver: str, method: str, name: str) -> None:
    assert Names(libvirt).method(receiver, method) == (name,)
