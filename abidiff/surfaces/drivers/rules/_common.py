"""What the examples of the rules of driver support share: the table of a driver, and a second driver."""

from __future__ import annotations

_STRUCT = "struct _virShipDriver {\n    virDrvShipSail shipSail;\n    virDrvShipMoor shipMoor;\n};\n"
BOAT = "static virShipDriver boatDriver = {\n    .shipSail = b, /* 1.0.0 */\n};\n"


def table(*lines: str) -> dict[str, str]:
    """Return a release whose one driver has these lines in its table."""
    body = "".join(f"    {line}\n" for line in lines)
    return {"driver-ship.h": _STRUCT, "ship_driver.c": f"static virShipDriver shipDriver = {{\n{body}}};\n"}
