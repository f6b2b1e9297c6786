"""``abi-diff since NAME...``."""

from __future__ import annotations

import click

from abidiff.cli.options import OUTPUT, own_limits
from abidiff.errors import EXIT_UNDECIDED


@click.command("since")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option(
    "--history",
    default="libvirt",
    show_default=True,
    metavar="FILE|NAME",
    help="The history to ask: a file, or one that is shipped.",
)
@click.option("--driver", default="", metavar="NAME", help="Only what this driver implements.")
@click.option("-f", "--format", "name", type=click.Choice(["text", "json"]), default="text")
@click.option("-o", "--output", type=OUTPUT, metavar="FILE", help="Write to a file, whole or not at all.")
@own_limits
def command(names: tuple[str, ...], history: str, driver: str, name: str, output: str | None) -> int:
    """Tell since when something is there, until when, and what broke it in between.

    A NAME is a function, type, constant, macro, procedure or symbol, a path of a schema (domain/devices/tpm,
    domain/devices/tpm/@model, 'domain/devices/tpm/@model=tpm-crb'; the end of one is enough), or a pattern
    ('virDomain*').
    Beside what the releases show stands what the project's own tags say, and where the two contradict.

    Exit code: 0 when every name is known, 3 when one is not.
    """
    from abidiff.cli.output import emit
    from abidiff.history.lives import opened
    from abidiff.history.since import ask
    from abidiff.reports.since import render

    with opened(history) as found:
        answers = [(given, ask(found, given, driver)) for given in names]
        releases = found.releases
    about = f"{len(releases)}, {releases[0].version} to {releases[-1].version}" if releases else "0"
    emit(render(name, answers, about), output)
    return 0 if all(several for _, several in answers) else EXIT_UNDECIDED
