"""What Go's two clients of libvirt call its functions, constants and procedures.

``libvirt.org/go/libvirt`` calls the C library: ``virDomainLookupByName`` is ``Connect.LookupDomainByName``, so words
change their places and the type of the receiver is left out.  ``github.com/digitalocean/go-libvirt`` speaks the remote
protocol: ``REMOTE_PROC_DOMAIN_GET_XML_DESC`` is ``DomainGetXMLDesc``, ``VIR_DOMAIN_RUNNING`` is ``DomainRunning``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from abidiff.requires.catalogue import Catalogue

BINDINGS = (
    "libvirt.org/go/libvirt",
    "libvirt.org/libvirt-go",
    "github.com/libvirt/libvirt-go",
    "github.com/rgbkrk/libvirt-go",
)
CLIENTS = ("github.com/digitalocean/go-libvirt",)
VENDORED = tuple(f"vendor/{path}/" for path in (*BINDINGS, *CLIENTS))
TYPES = (
    "DomainCheckpoint",
    "DomainSnapshot",
    "NWFilterBinding",
    "NetworkPort",
    "StoragePool",
    "StorageVol",
    "NodeDevice",
    "Interface",
    "NWFilter",
    "Connect",
    "Network",
    "Domain",
    "Secret",
    "Stream",
)
PROCEDURES = ("REMOTE_PROC_", "QEMU_PROC_", "LXC_PROC_")
PROGRAMS = {"QEMU": "QEMU_PROC_", "LXC": "LXC_PROC_"}
"""Begin the names of methods of the protocol's client → the procedures of a program of its own."""

CONSTANTS = {
    "DOMAIN_CAPABILITIES_": "VIR_CONNECT_GET_DOMAIN_CAPABILITIES_",
    "MIGRATE_MAX_SPEED_": "VIR_DOMAIN_MIGRATE_MAX_SPEED_",
    "VERSION_NUMBER": "LIBVIR_VERSION_NUMBER",
}
"""Begin the names of constants that leave out more than ``VIR_`` → what they stand for."""

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+")
EVENT = re.compile(r"\A(Domain|Network|NodeDevice|StoragePool|Secret)Event(\w+)Register\Z")
LISTS = re.compile(r"\AListAll(\w+?)s\Z")
OWN = {
    "NewConnect": "virConnectOpen",
    "NewConnectReadOnly": "virConnectOpenReadOnly",
    "NewConnectWithAuth": "virConnectOpenAuth",
    "NewConnectWithAuthDefault": "virConnectOpenAuth",
    "DomainQemuEventDeregister": "virConnectDomainQemuMonitorEventDeregister",
    "ListAllInterfaceAddresses": "virDomainInterfaceAddresses",
    "LookupPoolByVolume": "virStoragePoolLookupByVolume",
    "Detach": "virNodeDeviceDettach",
}
OPENS = frozenset(name for name in OWN if name.startswith("NewConnect"))


class Names:
    """Finds what a name of a Go client stands for in a library; ``knows`` whether that is the clients' library."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.knows = any(name.startswith("vir") for name in catalogue.entries)
        self.functions: dict[tuple[str, ...], list[str]] = {}
        self.folded: dict[str, list[str]] = {}
        self.procedures: dict[str, list[str]] = {}
        for name, entry in sorted(catalogue.entries.items()):
            if entry.kind in ("function", "symbol"):
                self.functions.setdefault(_words(name.removeprefix("vir")), []).append(name)
            elif entry.kind == "procedure":
                prefix = next((each for each in PROCEDURES if name.startswith(each)), "")
                self.procedures.setdefault(_folded(name.removeprefix(prefix)), []).append(name)
                for program, own in PROGRAMS.items():
                    if prefix == own:
                        self.procedures.setdefault(_folded(program + name.removeprefix(own)), []).append(name)
            else:
                self.folded.setdefault(_folded(re.sub(r"\A(?:VIR_|vir)", "", name)), []).append(name)

    def method(self, receiver: str, name: str) -> tuple[str, ...]:
        """Return what a method of the bindings stands for; ``receiver``: its type, or nothing."""
        if (event := EVENT.match(name)) and receiver in ("", "Connect"):
            kind = _upper(event[1])
            several = (f"VIR_{kind}_EVENT_ID_{words}" for words in (_upper(event[2]), _upper_apart(event[2])))
            return next(((wanted,) for wanted in several if self.catalogue.get(wanted)), ())
        if name in OWN:
            return (OWN[name],) if self.catalogue.get(OWN[name]) else ()
        for called in _candidates(receiver, name):
            if found := self.functions.get(_words(called)):
                return tuple(found)
        return ()

    def anywhere(self, name: str) -> tuple[str, ...]:
        """Return the functions that a method of an object of unknown type may stand for."""
        found = [each for receiver in ("", *TYPES) for each in self.method(receiver, name)]
        return tuple(dict.fromkeys(found))

    def procedure(self, name: str) -> tuple[str, ...]:
        """Return the procedures that a method of the client sends."""
        return tuple(self.procedures.get(_folded(name), ()))

    def member(self, name: str, *, client: bool) -> tuple[str, ...]:
        """Return what a name of the package, not of one of its types, stands for: a constant, a type, a function."""
        if client:
            return tuple(self.folded.get(_folded(name), ()))
        full = (of + name.removeprefix(short) for short, of in CONSTANTS.items() if name.startswith(short))
        exact = [each for each in (f"VIR_{name}", f"vir{name}", name, *full) if self.catalogue.get(each)]
        return tuple(exact[:1]) or self.method("", name)

    def result(self, receiver: str, name: str) -> str:
        """Return the type of the library that a call gives, or the type of the elements that it lists, or nothing."""
        if name in OPENS:
            return "Connect"
        if (listed := LISTS.match(name)) is not None:
            word = listed[1].replace("Volume", "Vol")
            return next((each for each in (word, f"Domain{word}", f"Node{word}") if each in TYPES), "")
        entry = self.catalogue.earliest(self.method(receiver, name))
        return (
            entry.result.removeprefix("vir") if entry is not None and entry.result.removeprefix("vir") in TYPES else ""
        )


def _candidates(receiver: str, name: str) -> Iterator[str]:
    """Yield the functions of C, without ``vir``, that a method may be, the most probable first."""
    bare = name.replace("Storage", "", 1) if receiver == "StoragePool" else name
    if name.endswith("EventDeregister"):
        yield f"{receiver}{name}Any"
    yield receiver + bare
    yield name
    if receiver in ("", "Connect"):
        yield f"Node{name}"
        yield name.replace("Device", "NodeDevice", 1)
    yield f"{receiver}Get{name}"
    yield receiver + name.replace("Get", "", 1)
    if receiver == "DomainSnapshot":
        yield f"Domain{name}"


def _words(name: str) -> tuple[str, ...]:
    return tuple(sorted(word.lower() for word in WORD.findall(name)))


def _folded(name: str) -> str:
    return name.replace("_", "").lower()


def _upper_apart(name: str) -> str:
    """Return the same where acronyms are no words of their own: PMWakeup → PMWAKEUP, NICMACChange → NIC_MAC_CHANGE."""
    return "_".join(re.findall(r"PM[A-Z][a-z]+|NIC|[A-Z]+(?![a-z])|[A-Z][a-z]*|\d+", name)).upper()


def _upper(name: str) -> str:
    """Return the words of a Go name as C's constants have them: DiskChange → DISK_CHANGE, BlockJob2 → BLOCK_JOB_2."""
    return "_".join(re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]*|\d+", name)).upper()
