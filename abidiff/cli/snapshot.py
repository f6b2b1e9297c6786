"""``abi-diff snapshot RELEASE -o FILE``."""

from __future__ import annotations

from typing import Any

import click

from abidiff.cli.options import OUTPUT, configuration, input_options, pipeline_options


@click.command("snapshot")
@click.argument("release", type=click.Path())
@input_options
@click.option(
    "-o", "--output", required=True, type=OUTPUT, metavar="FILE", help="Where to write it; - is standard output."
)
def command(release: str, output: str, **given: Any) -> None:
    """Write the models of a release to one file, usable wherever a release is.

    The file is text (JSON), versioned, and does not depend on where it was made.
    """
    from msgspec.structs import replace

    from abidiff import snapshot
    from abidiff.cli.output import emit_bytes
    from abidiff.cli.progress import progress
    from abidiff.pipeline.reading import blanks, models_with_included, opened
    from abidiff.reports.escape import lines

    config = configuration(given["config_file"], given["no_config"])
    with progress() as show:
        request = pipeline_options(given, config).request(release)
        opened_release, profile, project = opened(request)
        opened_release, models = models_with_included(opened_release, project, request, show)
        opened_release = replace(opened_release, blank=blanks(opened_release, profile, project, models))
        data = snapshot.render(opened_release, project, models)
    emit_bytes(data, output)
    problems = [problem for model in models.values() for problem in model.problems]
    if problems:
        told = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
        click.echo(f"abi-diff: the snapshot carries {told} along; the first:", err=True)
        click.echo("\n".join(lines(problems[0].rendered or problems[0].message)), err=True)
