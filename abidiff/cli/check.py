"""``abi-diff check RELEASE``."""

from __future__ import annotations

from typing import Any

import click

from abidiff.cli.options import (
    configuration,
    deliver,
    destinations,
    input_options,
    pipeline_options,
    report_options,
)


@click.command("check")
@click.argument("release", type=click.Path())
@input_options
@report_options
@click.pass_context
def command(ctx: click.Context, /, release: str, **given: Any) -> None:
    """Check that one release says the same everywhere.

    Declared and exported, function and procedure, symbol version and Since tag.
    """
    from abidiff.cli.progress import progress
    from abidiff.pipeline import check

    destinations(given["format_names"], given["output"])
    config = configuration(given["config_file"], given["no_config"])
    with progress() as show:
        report = check(release, pipeline_options(given, config, progress=show))
    ctx.exit(deliver(report, given))
