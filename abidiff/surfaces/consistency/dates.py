"""Since when the functions behind procedures are there, by the nodes of the release's own symbol maps."""

from __future__ import annotations

from collections.abc import Mapping

from abidiff.surfaces.consistency.settings import Settings
from abidiff.surfaces.symbols.model import SymbolMaps
from abidiff.surfaces.symbols.versions import node_version
from abidiff.surfaces.xdr.model import Protocols


def function_versions(options: Settings, protocols: Protocols, maps: SymbolMaps) -> Mapping[tuple[str, str], str]:
    """Return (protocol, procedure) → the version whose node first exported the procedure's function."""
    found: dict[tuple[str, str], str] = {}
    for rpc in options.rpc:
        nodes: dict[str, str] = {}
        for where in (m for m in maps.maps if m.public and m.version_prefix):
            for (language, name), places in where.places.items():
                node = next(iter(places))
                version = node_version(node, where) if node.startswith(where.version_prefix or "") else ""
                if language == "C" and version and rpc.only.match(name):
                    nodes.setdefault(rpc.function_key(name), version)
        for protocol in (p for p in protocols.protocols if p.name == rpc.protocol):
            for program in protocol.programs:
                for procedure in (p for v in program.versions for p in v.procedures):
                    key = rpc.procedure_key(procedure.name)
                    if key in nodes and procedure.name.startswith(rpc.procedures):
                        found[protocol.name, procedure.name] = nodes[key]
    return found
