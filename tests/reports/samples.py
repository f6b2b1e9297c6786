"""Reports made by hand, for the golden files and the checks of every format."""

from __future__ import annotations

from abidiff.finding import (
    Confirmation,
    Finding,
    LibraryNames,
    Problem,
    Report,
    Severity,
    Side,
    SurfaceSummary,
    Witness,
)
from abidiff.location import Location

OLD = Side("harbour-1.0.0", "1.0.0", "harbour-1.0.0.tar.xz", "2024-03-01")
NEW = Side("harbour-1.1.0", "1.1.0", "harbour-1.1.0.tar.xz", "2024-06-01")

PROGRAM = """#include <harbour.h>

int main(void)
{
    harbourShip ship;
    ship.berth = 3;
    return harbourMoor(&ship, 0);
}
"""

HEADERS = SurfaceSummary(
    "headers",
    "C headers",
    ("harbour", "harbour-admin"),
    {"functions": 12, "enumerators": 30},
    {"functions": 13, "enumerators": 31},
    linked=True,
    libraries=(LibraryNames("libharbour.so.1", "libharbour.so.1", "libharbour.so.1.0.0", "libharbour.so.1.1.0"),),
)
XDR = SurfaceSummary("xdr", "XDR protocols", ("harbour_protocol",), {"procedures": 9}, {"procedures": 10})
RNG = SurfaceSummary("rng", "RELAX NG schemas", ("ship.rng",), {"elements": 40}, {"elements": 44}, decided=False)

STRUCT = Finding(
    rule="headers/struct-layout-changed",
    severity=Severity.BREAKING,
    unit="harbour",
    subject="harbourShip.berth",
    message="field moved from offset 8 to offset 16, the struct grew from 16 to 24 bytes",
    breaks="programs built against the old headers write the berth where the new library keeps the name",
    old=Location("include/harbour/harbour.h", 41, 9),
    new=Location("include/harbour/harbour.h", 42, 9),
    affects=("binary",),
    targets=("x86_64", "aarch64"),
    details=(("layout", "offset  old    new\n     0  int    int\n     8  berth  name"),),
    tier="libharbour.so",
    clause="docs/support: structs never change",
    witness=Witness(
        "c-program",
        "compiled against the old headers it writes at offset 8",
        PROGRAM,
        (("witness.c", PROGRAM.encode()),),
    ),
    confirmation=Confirmation.CONFIRMED,
    confirmation_note="gcc 12",
)
MESSAGE = Finding(
    rule="xdr/message-bound-lowered",
    severity=Severity.BREAKING,
    unit="harbour_protocol",
    subject="harbour_list_ships_args.names<>",
    message="at most 1024 names are accepted, it was 4096",
    breaks="old clients that send more than 1024 names are rejected by new servers",
    old=Location("src/harbour_protocol.x", 80),
    new=Location("src/harbour_protocol.x", 84),
    affects=("old client → new server",),
    reaches=("HARBOUR_PROC_LIST_SHIPS", "HARBOUR_PROC_LIST_BERTHS"),
    witness=Witness(
        "message",
        "the shortest message that only the old side decodes",
        "00000401 00000001 61000000 …",
        (("message.bin", b"\0\0\4\1\xff"),),
    ),
)
OPEN = Finding(
    rule="rng/inclusion-undecided",
    severity=Severity.UNDECIDED,
    unit="ship.rng",
    subject="/ship/cargo",
    message="the bound of 200000 states was reached before the search ended",
    breaks="unknown: documents valid before may be invalid now",
    old=Location("schemas/ship.rng", 10),
    new=Location("schemas/ship.rng", 10),
)
DEPRECATED = Finding(
    rule="headers/deprecated-added",
    severity=Severity.NOTICE,
    unit="harbour",
    subject="harbourOldMoor",
    message="is now marked deprecated",
    breaks="nobody; builds with -Werror=deprecated-declarations",
    old=Location("include/harbour/harbour.h", 60),
    new=Location("include/harbour/harbour.h", 63),
)
WAIVED = Finding(
    rule="headers/constant-value-changed",
    severity=Severity.BREAKING,
    unit="harbour-admin",
    subject="HARBOUR_MAX",
    message="was 100, is 200",
    breaks="programs that sized arrays by it",
    old=Location("include/harbour/harbour-admin.h", 5),
    new=Location("include/harbour/harbour-admin.h", 5),
    waiver="documented as a limit that may grow",
)
EXPIRED = Finding(
    rule="policy/waiver-expired",
    severity=Severity.WARNING,
    unit="",
    subject="headers/function-removed harbourGone",
    message="waiver: it expired on 2024-05-01",
    details=(("where", "abidiff.toml:3:1"), ("reason", "nobody used it")),
)
ADDED = tuple(
    Finding(
        rule="headers/function-added",
        severity=Severity.EXTENSION,
        unit="harbour",
        subject=name,
        message="new function",
        new=Location("include/harbour/harbour.h", line),
    )
    for name, line in (("harbourUnmoor", 90), ("harbourSalute", 97))
)
PROBLEM = Problem(
    surface="rng",
    message="element <attribut> is not of RELAX NG",
    location=Location("schemas/ship.rng", 7, 5),
    side="new",
    hint="did you mean <attribute>?",
    rendered="schemas/ship.rng:7:5: element <attribut> is not of RELAX NG\n  "
    "    <attribut name='x'/>\n      ^\n  hint: did you mean <attribute>?",
    unit="ship.rng",
)


def incompatible() -> Report:
    """Everything that a report can hold."""
    findings = (STRUCT, DEPRECATED, WAIVED, MESSAGE, OPEN, EXPIRED, *ADDED)
    notes = ("harbour-1.1.0: a link out of the archive was ignored: docs/latest",)
    return Report(OLD, NEW, "generic", (HEADERS, XDR, RNG), findings, (PROBLEM,), notes)


def compatible() -> Report:
    """Additions and nothing else."""
    return Report(OLD, NEW, "generic", (HEADERS,), ADDED, ())


def let_through() -> Report:
    """An open question that --allow-undecided let through."""
    notes = ("let through by --allow-undecided: rng/inclusion-undecided ship.rng /ship/cargo",)
    return Report(OLD, NEW, "generic", (RNG,), (OPEN,), (), notes, allowed_undecided=True)


def unread() -> Report:
    """Nothing to compare, only a problem."""
    return Report(OLD, NEW, "generic", (), (), (PROBLEM, Problem("", "nothing was looked at")))


def checked() -> Report:
    """One release alone."""
    finding = Finding(
        rule="consistency/not-exported",
        severity=Severity.BREAKING,
        unit="harbour",
        subject="harbourLost",
        message="declared in the headers, in no symbol map",
        breaks="programs that call it do not link",
        new=Location("include/harbour/harbour.h", 12),
    )
    summary = SurfaceSummary("consistency", "consistency", (), {}, {"functions": 13})
    return Report(None, NEW, "generic", (summary,), (finding,), ())


EVIL = (
    "\x1b[31mred\x1b[0m </script><script>alert(1)</script> <b>&amp;\"' | `code` *x* _y_ ]]> @user \\ "
    "\u202eevil\u2066 \udcff \x00 \n::error::pwned %0A, .. raw:: html \u2028 --> ${x} {{ y }}"
)


def hostile() -> Report:
    """Names and messages that try to act on the reader, everywhere."""
    where = Location(f"include/{EVIL}.h", 1, 1)
    finding = Finding(
        rule="headers/function-removed",
        severity=Severity.BREAKING,
        unit=EVIL,
        subject=EVIL,
        message=EVIL,
        breaks=EVIL,
        key=EVIL,
        old=where,
        new=where,
        affects=(EVIL,),
        targets=(EVIL,),
        details=((EVIL, EVIL), ("many lines", f"a\n{EVIL}\n\n```\n</pre>")),
        reaches=(EVIL,),
        tier=EVIL,
        clause=EVIL,
        witness=Witness("c-program", EVIL, f"{EVIL}\n```\n</pre></details>\n", ((f"../../{EVIL}", b"\xff\0"),)),
        confirmation=Confirmation.DISPUTED,
        confirmation_note=EVIL,
    )
    findings = (
        *(finding.with_(severity=severity, key=str(n)) for n, severity in enumerate(Severity)),
        finding.with_(waiver=EVIL, key="waived"),
    )
    summary = SurfaceSummary(
        "headers", EVIL, (EVIL,), {EVIL: 1}, {EVIL: 2}, linked=True, libraries=(LibraryNames(EVIL, "b", EVIL),)
    )
    side = Side(EVIL, EVIL, EVIL, "")
    problem = Problem("headers", EVIL, where, "new", EVIL, EVIL, EVIL)
    return Report(side, side, EVIL, (summary,), findings, (problem,), (EVIL,))


SAMPLES = {
    "incompatible": incompatible,
    "compatible": compatible,
    "let_through": let_through,
    "unread": unread,
    "checked": checked,
    "hostile": hostile,
}
