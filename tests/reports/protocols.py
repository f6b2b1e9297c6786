"""A protocol for the golden sheets."""

from __future__ import annotations

from abidiff.reports.protocol import render
from abidiff.surfaces.xdr.build.parse import parse_text
from abidiff.surfaces.xdr.sheet import GivenUp, Known, Sheet, sheets

TEXT = """\
const SHIP_PROGRAM = 0x20008086;
const SHIP_PROTOCOL_VERSION = 1;
const SHIP_NAME_MAX = 64;
typedef string ship_name<SHIP_NAME_MAX>;
enum ship_kind { SHIP_BOAT = 1, SHIP_FERRY = 2 };
union ship_load switch (ship_kind kind) {
 case SHIP_BOAT: hyper weight;
 case SHIP_FERRY: opaque seats[6];
 default: void;
};
struct ship_launch_args { ship_name name; unsigned int flags; ship_load loads<>; };
struct ship_launch_ret { int id; };
struct ship_event_sunk_msg { ship_name name; };
struct ship_error { int code; ship_name *text; };
enum ship_procedure {
    /**
     * @generate: both
     * @priority: high
     * @acl: ship:read
     * @acl: ship:write::flags:1
     * @aclfilter: ship:getattr
     */
    SHIP_PROC_LAUNCH = 1,
    /** @acl: none */
    SHIP_PROC_DOCK = 3, /* since 1.3.0 */
    /** @generate: none */
    SHIP_PROC_EVENT_SUNK = 4,
    SHIP_PROC_SAIL = 8
};
"""


def sample(known: bool = True) -> list[Sheet]:
    model = parse_text("ship_protocol.x", TEXT.encode())
    told = Known(
        seen={("ship_protocol", "SHIP_PROC_SAIL"): "2.0.0"},
        functions={("ship_protocol", "SHIP_PROC_LAUNCH"): "1.0.0"},
        gone={"ship_protocol": [GivenUp(2, "SHIP_PROC_TOW", "1.4.0"), GivenUp(9, "SHIP_PROC_ROW", "2.1.0")]},
    )
    return sheets(model, told if known else Known(), ["1.0.0", "1.3.0", "1.4.0", "2.0.0", "2.1.0"] if known else [])


def golden() -> dict[str, str]:
    """Return file name → what it should hold."""
    problem = "ship_protocol.x:1:1: error: something <b>is</b> wrong\n  line\n  ^"
    return {
        "protocol.txt": render("text", sample(), "ship 2.1", [problem]),
        "protocol.json": render("json", sample(), "ship 2.1", [problem]),
        "protocol.html": render("html", sample(), "ship 2.1", [problem]),
    }
