"""The record of one named thing."""

from __future__ import annotations

import msgspec


class Item(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One named thing of a release.

    ``kind``        what it is: ``function``, ``procedure``, ``attribute`` ...; ``unit`` the library, protocol, schema
                    or driver that has it; ``name`` how it is asked for.
    ``shape``       what it is in this release, as text; another text is a change.
    ``since``       the release that its own tag says brought it, or empty.
    ``deprecated``  whether it is marked so.
    """

    kind: str
    unit: str
    name: str
    shape: str = ""
    since: str = ""
    deprecated: bool = False
