"""``abi-diff history build|add|check|list|export``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from abidiff.cli.options import (
    OUTPUT,
    configuration,
    input_options,
    limit_option,
    own_limits,
    pipeline_options,
    report_options,
)
from abidiff.errors import EXIT_UNDECIDED, EXIT_USAGE

if TYPE_CHECKING:
    from abidiff.history.build import Built

LONG = "Deprecated for so long is long enough to go:"
FILE = click.Path(dir_okay=False, path_type=Path)


@click.group("history")
def command() -> None:
    """Keep all releases of a library in one file.

    HISTORY.db@VERSION then stands wherever a release does, and abi-diff since tells since when something is there.
    """


def _build_options(function: Any) -> Any:
    for option in (
        click.option("--prereleases", is_flag=True, help="With REPO@GLOB: release candidates as well."),
        click.option(
            "--jobs", type=click.IntRange(min=1), help="Read in so many processes [default: one for each core]."
        ),
        click.option(
            "--scheduler", metavar="ADDRESS", help="Read on the Dask cluster of this scheduler; it sees the same paths."
        ),
        click.option("--no-compare", is_flag=True, help="Do not compare neighbouring releases."),
    ):
        function = option(function)
    return function


@command.command("build")
@click.argument("releases", nargs=-1, required=True, metavar="RELEASE...")
@click.option("-o", "--output", type=FILE, required=True, metavar="HISTORY.db", help="The file; it may exist.")
@_build_options
@input_options
def build(releases: tuple[str, ...], output: Path, **given: Any) -> int:
    """Make a history of releases, or go on with one.

    A RELEASE is what compare takes, or REPO@GLOB for all tags that match: 'libvirt@v*'.  What the file has already
    is not read again.
    """
    return _add(output, releases, given, new=True)


@command.command("add")
@click.argument("file", type=FILE, metavar="HISTORY.db")
@click.argument("releases", nargs=-1, required=True, metavar="RELEASE...")
@_build_options
@input_options
def add(file: Path, releases: tuple[str, ...], **given: Any) -> int:
    """Add releases to a history."""
    return _add(file, releases, given, new=False)


def _add(path: Path, releases: tuple[str, ...], given: dict[str, Any], *, new: bool) -> int:
    from abidiff.cli.progress import progress
    from abidiff.history.build import build
    from abidiff.history.order import expanded
    from abidiff.history.spread import cluster, processes
    from abidiff.history.store import writing

    config = configuration(given["config_file"], given["no_config"])
    arguments = expanded(releases, prereleases=given["prereleases"])
    with progress() as show, writing(path, new=new) as store:
        options = pipeline_options(given, config, progress=show)
        jobs = given["jobs"] or (1 if given["serial"] else _cores())
        spread = cluster(given["scheduler"]) if given["scheduler"] else processes(jobs) if jobs > 1 else None
        done = build(store, arguments, options, spread, compare=not given["no_compare"])
    return _told(done)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _told(done: Built) -> int:
    from abidiff.cli.main import say

    pairs = "1 pair" if done.compared == 1 else f"{done.compared} pairs"
    click.echo(f"{len(done.added)} added, {len(done.known)} there already, {pairs} compared")
    for argument, error in done.failed:
        say(f"not added: {argument}: {error.render()}")
    if all(error.exit_code == EXIT_USAGE for _, error in done.failed):
        return EXIT_USAGE if done.failed else 0
    return EXIT_UNDECIDED


@command.command("check")
@click.argument("history", metavar="FILE|NAME")
@click.option("--releases", type=click.IntRange(min=1), default=2, show_default=True, help=f"{LONG} releases.")
@click.option("--months", type=click.IntRange(min=0), default=0, show_default=True, help=f"{LONG} months.")
@report_options
@limit_option
def check(history: str, releases: int, months: int, **given: Any) -> int:
    """Say what a whole history shows and no two neighbours do.

    What went and came back, tags that the releases refute, what is deprecated for long, and breaks between releases
    further apart that no neighbours between them show.
    """
    from abidiff.cli.options import deliver
    from abidiff.cli.progress import progress
    from abidiff.history.lives import opened
    from abidiff.history.report import report

    with progress() as show, opened(history) as found:
        options = pipeline_options(given, configuration(None, True), progress=show)
        judged = report(found, Path(history).name, options, releases=releases, months=months)
    return deliver(judged, given)


@command.command("list")
@click.argument("history", metavar="FILE|NAME")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@own_limits
def listing(history: str, as_json: bool) -> None:
    """List the releases of a history."""
    from abidiff.cli.output import emit
    from abidiff.history.listing import listed, render

    emit(render(listed(history), as_json=as_json), None)


@command.command("export")
@click.argument("history", metavar="FILE|NAME")
@click.option("-o", "--output", type=OUTPUT, metavar="FILE", help="Write to a file, whole or not at all.")
@own_limits
def export(history: str, output: str | None) -> None:
    """Write a history as text: releases, items with their lifetimes, findings; one JSON object a line.

    The text is the same for the same releases, however the history was built.
    """
    from abidiff.cli.output import emit
    from abidiff.history.export import export

    emit("".join(export(history)), output)
