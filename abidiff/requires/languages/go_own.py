"""What Go's two clients of libvirt have beside the functions, constants and procedures of the library.

A name that a client made itself asks nothing of the library; any other that no release has is not known.  Held against
the sources of ``libvirt.org/go/libvirt`` 1.12003, ``libvirt-go`` 7.4.0 and ``digitalocean/go-libvirt``.
"""

from __future__ import annotations

import re

CONSTANT = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
"""How the bindings write constants of C: without ``VIR_``."""

COUNTS = re.compile(r"(?:_(?:LAST|NR)|StatNr)\Z")
"""Ends what only says how many there are."""

FUNCTIONS = frozenset(("CloseRawPtr", "NewAdmConnect"))
"""Functions of the bindings that call none of C by a name like theirs."""

FUNCTION = re.compile(r"(?:New|Open|Get|Set|Event[A-Z]\w*Impl)")
"""Begins the name of a function of the bindings; what else is called is a type, and the call makes a value of it."""

METHODS = frozenset(("RawPtr", "String", "Error"))
OLDER = re.compile(r"(?:New)?Vir[A-Z]")
"""How ``github.com/rgbkrk/libvirt-go`` calls types, and functions that make them."""

CLIENT_METHODS = frozenset(
    (
        *("Capabilities", "Connect", "ConnectToURI", "DefineXML", "Destroy", "Disconnect", "Disconnected", "Domains"),
        *("DomainState", "Events", "GetBlockIOTune", "Hypervisor", "IsConnected", "LifecycleEvents", "Migrate"),
        *("MigrateSetMaxSpeed", "NetworkUpdateCompat", "Reboot", "Reset", "Route", "Run", "Secrets", "SetBlockIOTune"),
        *("Shutdown", "StoragePool", "StoragePools", "SubscribeEvents", "SubscribeQEMUEvents", "Undefine"),
        *("UnsubscribeQEMUEvents", "Version", "XML"),
    )
)
"""Methods of the protocol's client that send procedures by other names, or none."""

CLIENT_EVENTS = re.compile(r"(?:Connect|Domain|Network|NodeDevice|Secret|StoragePool|QEMUDomainMonitor)Event")
"""Begins the methods that stand for messages of the server."""

CLIENT_VALUES = frozenset(
    (
        *("Deprecated", "ErrEventsNotSupported", "ErrInterrupted", "ErrUnsupported", "ExportVar", "QEMUSession"),
        *("QEMUSystem", "TestDefault", "XenSystem"),
    )
)
CLIENT_TEXTS = "DomainJobOperationStr"
"""Begins texts for the kinds of a job, which libvirt has as macros with a text."""


def is_own_method(name: str) -> bool:
    """Tell whether a method of a type of the bindings may be one that they made themselves."""
    return name in METHODS


def is_own_client_method(name: str) -> bool:
    """Tell whether a method of the protocol's client may be one that is no procedure of the server's."""
    return name in CLIENT_METHODS or bool(CLIENT_EVENTS.match(name))


def is_foreign(name: str, *, client: bool, called: bool) -> bool:
    """Tell whether a value of a client's package is one that should stand for something of the library."""
    if COUNTS.search(name):
        return False
    if client:
        return not called and name not in CLIENT_VALUES and not name.startswith(CLIENT_TEXTS)
    if called:
        return bool(FUNCTION.match(name)) and name not in FUNCTIONS and not OLDER.match(name)
    return bool(CONSTANT.fullmatch(name))
