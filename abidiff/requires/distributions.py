"""Which distribution ships which release of a library, since when and until when: files of TOML, each row with sources.

name = "Debian"
[[release]]
version = "12"                      # of the distribution
codename = "bookworm"
released = 2023-06-10
ends = 2026-07-11                   # the last day of its general support
extended = 2028-06-30               # the last day of what is offered beyond that
versions = { libvirt = "9.0.0" }
sources = ["where each of this was read"]
read = 2026-11-29                   # the day it was read
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from abidiff.requires.model import Version, parsed
from abidiff.resources import bundled
from abidiff.toml import Table, text_of

FOLDER = "distributions"
STALE = datetime.timedelta(days=366)


class Row(msgspec.Struct, frozen=True):
    """A release of a distribution.

    ``ends``     the last day of its general support; None where none is known or it has none.
    ``rolling``  it has no releases: what it ships changes all the time.
    """

    distribution: str
    version: str
    codename: str
    released: datetime.date | None
    ends: datetime.date | None
    extended: datetime.date | None
    rolling: bool
    versions: dict[str, str]
    sources: tuple[str, ...]
    read: datetime.date
    note: str = ""

    @property
    def name(self) -> str:
        """The distribution and its release: ``Debian 12``."""
        return self.distribution if self.version == "rolling" else f"{self.distribution} {self.version}"

    def supported(self, day: datetime.date) -> bool:
        """Tell whether the release is out, and its general support has not ended."""
        return (self.released is None or self.released <= day) and (self.ends is None or day <= self.ends)

    def stale(self, day: datetime.date) -> bool:
        """Tell whether the row was read more than a year before."""
        return day - self.read > STALE

    def ships(self, library: str) -> Version:
        """Return the release of a library that is shipped; empty where that is not known."""
        return parsed(self.versions.get(library, ""))


def shipped() -> tuple[Row, ...]:
    """Return the rows that come with the package."""
    return tuple(row for _, path in sorted(bundled(FOLDER).items()) for row in read(path))


def read(path: Path) -> tuple[Row, ...]:
    """Read one file.  Raises PolicyError with the place of what is wrong."""
    top = Table.of(text_of(path, "list of distributions"), path.name)
    name = top.text("name", required=True)
    rows = tuple(_row(name, table) for table in top.tables("release"))
    top.done()
    if not rows:
        top.fail("no [[release]]")
    return rows


def _row(distribution: str, table: Table) -> Row:
    found = Row(
        distribution,
        table.text("version", required=True),
        table.text("codename"),
        table.take("released", datetime.date),
        table.take("ends", datetime.date),
        table.take("extended", datetime.date),
        table.take("rolling", bool, False),
        table.mapping("versions"),
        table.texts("sources"),
        table.take("read", datetime.date, required=True),
        table.text("note"),
    )
    table.done()
    if not found.versions:
        table.fail("names no library", "versions")
    for library, version in found.versions.items():
        if not parsed(version):
            table.fail(f"{version!r} is no version", "versions", library)
    if not any(source.strip() for source in found.sources):
        table.fail("every row says where it was read", "sources")
    if found.released is None and not found.rolling:
        table.fail("is missing", "released")
    if found.released and found.ends and found.ends < found.released:
        table.fail("is before its release", "ends")
    return found


def served(rows: Iterable[Row], library: str, day: datetime.date) -> list[Row]:
    """Return what is supported on a day and ships a known release of a library, the oldest release first.

    What rolls is left out: it holds nobody back.
    """
    found = [row for row in rows if row.supported(day) and row.ships(library) and not row.rolling]
    return sorted(found, key=lambda row: (row.ships(library), row.name))


class Step(msgspec.Struct, frozen=True):
    """The release that can be asked for from a day on without leaving anybody behind.

    ``after``  the distribution whose support has ended the day before; empty for the first step.
    ``holds``  those that keep it from being a newer one.
    """

    day: datetime.date
    version: Version
    after: tuple[str, ...]
    holds: tuple[str, ...]


def steps(rows: Sequence[Row], library: str, day: datetime.date) -> list[Step]:
    """Return how far the oldest release may be raised, now and whenever the support of a distribution ends.

    Releases of distributions that are to come are not known, so a step is right as long as none is older.
    """
    out: list[Step] = []
    here = served(rows, library, day)
    now = day
    after: tuple[str, ...] = ()
    while here:
        version = here[0].ships(library)
        holds = [row for row in here if row.ships(library) == version]
        if not out or version > out[-1].version:
            out.append(Step(now, version, after, tuple(row.name for row in holds)))
        ends = [row.ends for row in holds if row.ends is not None]
        if len(ends) < len(holds):
            break
        now = max(ends) + datetime.timedelta(days=1)
        after = tuple(row.name for row in holds if row.ends == max(ends))
        here = [row for row in here if row.supported(now)]
    return out
