"""What Python's bindings of libvirt call the functions of the C library."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from abidiff.requires.catalogue import Catalogue

MODULES = frozenset(("libvirt", "libvirt_qemu", "libvirt_lxc", "libvirtmod"))
CLASSES = (
    "DomainCheckpoint",
    "DomainSnapshot",
    "StoragePool",
    "StorageVol",
    "NetworkPort",
    "NodeDevice",
    "NWFilterBinding",
    "NWFilter",
    "Interface",
    "Connect",
    "Network",
    "Domain",
    "Secret",
    "Stream",
    "Node",
)
"""The types whose names the bindings leave out of methods; a longer name stands before its beginning."""

RENAMED = {
    "listAllDevices": "virConnectListAllNodeDevices",
    "listDomainsID": "virConnectListDomains",
    "newStream": "virStreamNew",
}
"""Methods of the bindings whose names are no part of their functions' ones → these."""

OWN = frozenset(
    (
        *("libvirtError", "registerErrorHandler", "openAuth", "virEventAddHandle", "virEventAddTimeout"),
        *("virEventInvokeFreeCallback", "connect", "domain", "network", "getConnect", "getDomain", "c_pointer"),
        *("sendAll", "recvAll", "sparseSendAll", "sparseRecvAll", "listAllChildren", "getTime", "setTime"),
    )
)
"""What the bindings have beside the functions of C (``libvirt-override*.py`` of libvirt-python)."""

ACRONYMS = re.compile(r"\A([A-Z]+?)(?=[A-Z][a-z]|\Z)")
KEPT = frozenset(("ID", "UUID", "UUIDString", "OSType", "XMLDesc", "MACString"))


def methods(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Return method or function of the bindings → the C functions that it may stand for."""
    found: dict[str, list[str]] = {}
    for name, entry in sorted(catalogue.entries.items()):
        if entry.kind in ("function", "symbol") and name.startswith("vir"):
            for method in _called(name):
                found.setdefault(method, []).append(name)
    for method, name in RENAMED.items():
        if name in catalogue.entries:
            found.setdefault(method, []).append(name)
    return {method: tuple(names) for method, names in found.items()}


def _called(name: str) -> set[str]:
    """Return what a C function may be called: without ``vir``, without its type, without ``Get``."""
    bare = name.removeprefix("vir")
    out = {f"nwfilter{bare.removeprefix('NWFilter')}"} if bare.startswith("NWFilter") else set()
    for prefix in ("", *(each for each in CLASSES if bare.startswith(each))):
        rest = bare[len(prefix) :]
        for short in (rest, rest.removeprefix("Get")):
            if short and not short[0].isdigit():
                out |= _lowered(short)
                if prefix and ACRONYMS.match(short) and short[:2].isupper():
                    out.add(short)
    return out


def _lowered(name: str) -> set[str]:
    """Return a name with a small first letter: fsFreeze, nwfilterLookupByName, XMLDesc."""
    if name in KEPT:
        return {name}
    found = {name[0].lower() + name[1:]}
    if (acronym := ACRONYMS.match(name)) and len(acronym[1]) > 1:
        found.add(acronym[1].lower() + name[acronym.end() :])
    return found


def is_own(name: str, called: Mapping[str, tuple[str, ...]]) -> bool:
    """Tell whether the bindings may have a name that no function of C is called by: their own, or in other letters."""
    return name.startswith("_") or name in MODULES or name in OWN or name.lower() in _folded(tuple(called))


@cache
def _folded(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name.lower() for name in names)
