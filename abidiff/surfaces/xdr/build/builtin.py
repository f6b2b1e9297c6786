"""What protocol files use and none defines: the types, structs and constants of RFC 4506, RFC 5531 and <rpc/*.h>."""

from __future__ import annotations

from collections.abc import Mapping

from abidiff.location import Location
from abidiff.surfaces.xdr.model import Array, Member, Opaque, Simple, Size, String, Struct, Type

BUILTIN: Mapping[str, Type] = {
    **dict.fromkeys(("u_int", "uint", "uint32_t", "u_int32_t", "u_long", "ulong", "rpcprog_t", "rpcvers_t", "rpcproc_t",
                     "rpcprot_t", "rpcport_t"), Simple("unsigned int")),
    **dict.fromkeys(("int32_t", "long", "int"), Simple("int")),
    **dict.fromkeys(("quad_t", "int64_t", "longlong_t", "hyper"), Simple("hyper")),
    **dict.fromkeys(("u_quad_t", "uint64_t", "u_int64_t", "u_longlong_t"), Simple("unsigned hyper")),
    **dict.fromkeys(("u_short", "ushort", "uint16_t", "u_int16_t"), Simple("unsigned short")),
    "int16_t": Simple("short"),
    **dict.fromkeys(("u_char", "uint8_t", "u_int8_t"), Simple("unsigned char")),
    "int8_t": Simple("char"),
    "bool_t": Simple("bool"),
    "quadruple": Simple("quadruple"),
    "netobj": Opaque(Size(1024), False),
    "des_block": Opaque(Size(8), True),
}  # fmt: skip
"""Types that no protocol file defines: RFC 4506, and what <rpc/types.h> and <rpc/xdr.h> bring."""

WELL_KNOWN: Mapping[str, int] = {
    "AUTH_NONE": 0, "AUTH_NULL": 0, "AUTH_SYS": 1, "AUTH_UNIX": 1, "AUTH_SHORT": 2, "AUTH_DH": 3, "AUTH_DES": 3,
    "AUTH_KERB": 4, "RPCSEC_GSS": 6, "MAX_AUTH_BYTES": 400, "MAXNETNAMELEN": 255, "MAX_NETOBJ_SZ": 1024,
}  # fmt: skip
"""Constants that <rpc/rpc.h> brings: RFC 5531 section 8.2 and its neighbours."""

_UINT = Simple("unsigned int")


def _struct(name: str, *members: tuple[str, Type]) -> Struct:
    return Struct(name, tuple(Member(label, kind, Location("")) for label, kind in members), Location(""))


def _parms(name: str) -> Struct:
    """RFC 5531 appendix A."""
    return _struct(
        name, ("stamp", _UINT), ("machinename", String(Size(255))), ("uid", _UINT), ("gid", _UINT),
        ("gids", Array(_UINT, Size(16), False)),
    )  # fmt: skip


STRUCTS: Mapping[str, Struct] = {
    "netbuf": _struct("netbuf", ("maxlen", _UINT), ("buf", Opaque(Size(), False))),
    "opaque_auth": _struct("opaque_auth", ("flavor", Simple("int")), ("body", Opaque(Size(400), False))),
    "authsys_parms": _parms("authsys_parms"),
    "authunix_parms": _parms("authunix_parms"),
}
"""Structs that the library of rpcgen has encoders for: <rpc/types.h>, and RFC 5531 section 8.2 and appendix A."""
