"""``abi-diff compare OLD NEW``."""

from __future__ import annotations

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


@click.command("compare")
@click.argument("old", type=click.Path())
@click.argument("new", type=click.Path())
@input_options
@glob_options
@report_options
@click.pass_context
def command(ctx: click.Context, /, old: str, new: str, **given: Any) -> None:
    """Compare two releases: what breaks, for whom, with proof.

    OLD and NEW are tarballs (.tar.xz, .tar.gz, .tar.bz2, .tar.zst, .zip), directories, git
    revisions (REPO@REV), snapshots, or single files (.h, .x, .rng, .syms).

    \b
    abi-diff compare libvirt-9.0.0.tar.xz libvirt-11.3.0.tar.xz
    abi-diff compare .@v11.0.0 . --surface headers --surface symbols
    abi-diff compare old.x new.x --format json
    """
    from abidiff.cli.progress import progress
    from abidiff.pipeline import compare

    destinations(given["format_names"], given["output"])
    config = configuration(given["config_file"], given["no_config"])
    with progress() as show:
        report = compare(old, new, pipeline_options(given, config, progress=show))
    ctx.exit(deliver(report, given))
