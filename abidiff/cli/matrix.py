"""``abi-diff matrix``."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from abidiff.cli.options import OUTPUT

if TYPE_CHECKING:
    from abidiff.requires.distributions import Row


def day_of(text: str) -> datetime.date:
    """Return the day that ``--on`` names; today where it names none."""
    from abidiff.errors import UsageError
    from abidiff.policy import today

    try:
        return datetime.date.fromisoformat(text) if text else today()
    except ValueError:
        raise UsageError(f"{text[:40]!r} is no date", hint="give it as 2026-04-23") from None


def must_know(rows: Iterable[Row], library: str) -> None:
    """Raise UsageError when no row says which release of a library is shipped."""
    from abidiff.errors import UsageError
    from abidiff.wording import listed

    known = sorted({each for row in rows for each in row.versions})
    if library not in known:
        hint = f"they know of {listed(known, 12)}; --distributions FILE takes rows of your own"
        raise UsageError(f"no distribution's row knows of {library[:80]!r}", hint=hint)


@click.command("matrix")
@click.option("--library", default="libvirt", show_default=True, metavar="NAME", help="Only rows that know of it.")
@click.option("--on", "day", default="", metavar="DATE", help="As it stands on that day [default: today].")
@click.option("--all", "everything", is_flag=True, help="What is no longer supported as well.")
@click.option("--distributions", "path", metavar="FILE", help="Rows of your own, instead of those that are shipped.")
@click.option("-f", "--format", "name", type=click.Choice(["text", "json", "markdown"]), default="text")
@click.option("-o", "--output", type=OUTPUT, metavar="FILE", help="Write to a file, whole or not at all.")
def command(library: str, day: str, everything: bool, path: str | None, name: str, output: str | None) -> None:
    """Show which distribution ships which release of a library, since when and until when it is supported.

    JSON has the sources of each row, and the day it was read.
    """
    from pathlib import Path

    from abidiff.cli.output import emit
    from abidiff.reports.distributions import render
    from abidiff.requires.distributions import read, shipped

    on = day_of(day)
    rows = read(Path(path)) if path else shipped()
    must_know(rows, library)
    kept = [row for row in rows if row.ships(library) and (everything or row.supported(on))]
    others = sorted({each for row in kept for each in row.versions} - {library})
    emit(render(name, kept, [library, *others], on), output)
