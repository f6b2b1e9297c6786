"""libvirt's convention for programs: an enum of procedures, constants, and types tied by name.

``REMOTE_PROC_DOMAIN_FOO = n`` goes with ``remote_domain_foo_args``, ``_ret`` and, for events, ``_msg``;
``REMOTE_PROGRAM`` and ``REMOTE_PROTOCOL_VERSION`` (or ``_PROGRAM_VERSION``) number the program.
"""

from __future__ import annotations

import re

from abidiff.surfaces.xdr.build.resolve import Part, Resolver
from abidiff.surfaces.xdr.model import VOID, Named, Procedure, Program, Type, Version
from abidiff.surfaces.xdr.read import comments, syntax

_PROCEDURE = re.compile(r"(?P<prefix>[A-Za-z0-9_]+?)_PROC_(?P<rest>\w+)$")
_VERSIONS = ("_PROTOCOL_VERSION", "_PROGRAM_VERSION", "_VERSION")


def define_programs(resolver: Resolver) -> None:
    """Read ``program`` blocks and libvirt's enums of procedures."""
    for part in resolver.parts:
        for item in part.items:
            if item.kind == "program":
                resolver.enter(part.source, item.base)
                resolver.program(item.body)
        resolver.programs += libvirt_programs(resolver, part)


def libvirt_programs(resolver: Resolver, part: Part) -> list[Program]:
    """Return the programs that a file defines by an enum of procedures."""
    found = []
    for item in part.items:
        if item.kind == "enum" and (prefix := _prefix(resolver, item)):
            resolver.enter(part.source, item.base)
            resolver.procedure_enums.add(str(item.name))
            found.append(_program(resolver, part, item, prefix))
    return found


def _prefix(resolver: Resolver, item: syntax.Item) -> str:
    """Return the common prefix when an enum numbers procedures, else an empty text."""
    prefixes = set()
    for node in item.body:
        match = _PROCEDURE.match(str(node.name))
        if match is None:
            return ""
        prefixes.add(match["prefix"])
    if len(prefixes) != 1:
        return ""
    prefix = prefixes.pop()
    named = str(item.name).lower().endswith(("procedure", "procedures", "proc"))
    return prefix if named or f"{prefix}_PROGRAM" in resolver.constants else ""


def _program(resolver: Resolver, part: Part, item: syntax.Item, prefix: str) -> Program:
    version_name = next((prefix + s for s in _VERSIONS if prefix + s in resolver.constants), "")
    number = resolver.constants.get(f"{prefix}_PROGRAM")
    version = resolver.constants.get(version_name)
    place = resolver.place(item.name)
    procedures, unsure = resolver.numbered(_procedures(resolver, part, item, prefix), item.body)
    unnumbered = [str(node.name) for node in item.body if resolver.own_constant(str(node.name)) is None]
    return Program(
        f"{prefix}_PROGRAM",
        number.value if number else None,
        (
            Version(
                version_name or str(item.name),
                version.value if version else None,
                procedures,
                place,
                (*unnumbered, *unsure),
            ),
        ),
        number.location if number else place,
        True,
    )


def _procedures(resolver: Resolver, part: Part, item: syntax.Item, prefix: str) -> list[Procedure]:
    types = {_plain(name): name for name in resolver.types}
    found = []
    before = item.base + item.name.end_pos
    for node in item.body:
        number = resolver.own_constant(str(node.name))
        if number is None:
            continue
        last = node.value if node.value is not None else node.name
        end = item.base + last.end_pos
        notes = comments.around(part.source, before, item.base + node.name.start_pos, end)
        before = end
        stem = _plain(prefix + str(node.name)[len(prefix) + len("_PROC_") :])
        message = types.get(stem + "msg")
        arguments: tuple[Type, ...] = (Named(types[stem + "args"]),) if stem + "args" in types else ()
        answer = message or types.get(stem + "ret")
        place = resolver.place(node.name)
        result: Type = Named(answer) if answer else VOID
        found.append(Procedure(str(node.name), number, arguments, result, place, message is not None, *notes))
    return found


def _plain(name: str) -> str:
    return name.replace("_", "").lower()
