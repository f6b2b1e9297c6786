"""``abi-diff timeline``."""

from __future__ import annotations

from pathlib import Path

import click

from abidiff.cli.options import OUTPUT, own_limits


@click.command("timeline")
@click.option(
    "--history",
    default="libvirt",
    show_default=True,
    metavar="FILE|NAME",
    help="The history to show: a file, or one that is shipped.",
)
@click.option("-o", "--output", type=OUTPUT, metavar="FILE", help="Write to a file, whole or not at all.")
@own_limits
def command(history: str, output: str | None) -> None:
    """Show a whole history as one HTML page.

    Growth of each surface, what came and went with each release, breaks, and the lives of names with a search. The
    page needs no network, and no JavaScript but for the search.
    """
    from abidiff.cli.output import emit
    from abidiff.history.lives import opened
    from abidiff.history.timeline import timeline
    from abidiff.reports.timeline import render

    with opened(history) as found:
        page = render(timeline(found), Path(history).name.removesuffix(".db"))
    emit(page, output)
