"""``abi-diff gate --against REF``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from abidiff.cli.options import (
    configuration,
    deliver,
    destinations,
    glob_options,
    input_options,
    pipeline_options,
    report_options,
)


def _complete_ref(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from abidiff.errors import AbidiffError
    from abidiff.sources.git import references

    del param
    try:
        names = references(Path(ctx.params.get("repository") or "."))
    except (AbidiffError, OSError):
        names = []
    return [name for name in ("latest-release", *names) if name.startswith(incomplete)]


@click.command("gate")
@click.option(
    "--against",
    "--baseline",
    "against",
    multiple=True,
    metavar="REF|FILE|tag:GLOB|latest-release",
    shell_complete=_complete_ref,
    help="A branch (its merge base with HEAD counts), a tarball, a snapshot, tag:v* for the newest "
    "release tag of that form, or latest-release for the newest of all; several may be given, the first "
    "is the base [default: [gate] against].",
)
@click.option("--worktree", is_flag=True, help="Judge the files of the work tree.")
@click.option("--index", is_flag=True, help="Judge what is staged (for a pre-commit hook).")
@click.option("--head", is_flag=True, help="Judge the commit HEAD [default].")
@click.option(
    "-C",
    "--repository",
    default=".",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False),
    help="Work tree [.].",
)
@input_options
@glob_options
@report_options
@click.pass_context
def command(ctx: click.Context, /, against: tuple[str, ...], repository: str, **given: Any) -> None:
    """Judge what a change in a git work tree introduces.

    \b
    abi-diff gate --against origin/master
    abi-diff gate --against origin/master --against 'tag:v*' -f sarif=abi.sarif -f text
    abi-diff gate --against HEAD --index
    """
    from abidiff.cli.progress import progress
    from abidiff.gate import NO_COMMIT, gate

    chosen = [name for name in ("worktree", "index", "head") if given.pop(name)]
    if len(chosen) > 1:
        raise click.UsageError(f"--{chosen[0]} and --{chosen[1]} are two proposals: give one of them")
    destinations(given["format_names"], given["output"])
    config = configuration(given["config_file"], given["no_config"], Path(repository))
    with progress() as show:
        options = pipeline_options(given, config, progress=show)
        if config.gate_surfaces and not options.surfaces:
            from msgspec.structs import replace

            options = replace(options, surfaces=config.gate_surfaces)
        report = gate(Path(repository), against or config.against, chosen[0] if chosen else "head", options)
    if NO_COMMIT in report.notes:
        click.echo(f"note: {NO_COMMIT}", err=True)
    ctx.exit(deliver(report, given))
