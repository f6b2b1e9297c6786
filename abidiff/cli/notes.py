"""``abi-diff notes OLD NEW``."""

from __future__ import annotations

from typing import Any

import click

from abidiff.cli.options import OUTPUT, configuration, glob_options, input_options, pipeline_options


@click.command("notes")
@click.argument("old", type=click.Path())
@click.argument("new", type=click.Path())
@input_options
@glob_options
@click.option("-f", "--format", "format_name", type=click.Choice(["rst", "markdown"]), default="rst")
@click.option("--witness", is_flag=True, help="Say of each breakage whom it breaks, what shows it, and where.")
@click.option("--all", "everything", is_flag=True, help="Name everything that is new, however much it is.")
@click.option("-o", "--output", type=OUTPUT, metavar="FILE", help="Write the notes to a file, whole or not at all.")
def command(
    old: str, new: str, format_name: str, witness: bool, everything: bool, output: str | None, **given: Any
) -> None:
    """Write release notes from two releases: breakage first, then what is new.

    The sections are those of libvirt's NEWS; paste them and edit. The release notes of waivers
    are included. It succeeds whatever the verdict: compare and gate judge.
    """
    from abidiff.cli.output import emit
    from abidiff.cli.progress import progress
    from abidiff.notes import notes
    from abidiff.pipeline import compare
    from abidiff.reports.release_notes import render

    config = configuration(given["config_file"], given["no_config"])
    with progress() as show:
        report = compare(old, new, pipeline_options(given, config, progress=show))
    emit(render(notes(report, config, witness=witness, everything=everything), format_name), output)
