"""``abi-diff drivers RELEASE``: the support matrix."""

from __future__ import annotations

from typing import Any

import click

from abidiff.cli.options import OUTPUT, configuration, limit_option, pipeline_options
from abidiff.surface_names import DRIVERS, SYMBOLS


@click.command("drivers")
@click.argument("release", type=click.Path())
@click.option("--driver", "names", multiple=True, metavar="NAME", help="Show this driver only; may be repeated.")
@click.option("-f", "--format", "format_name", type=click.Choice(["text", "json", "html"]), default="text")
@click.option("-o", "--output", type=OUTPUT, metavar="FILE", help="Write to a file, whole or not at all.")
@click.option("--profile", default="", metavar="NAME|FILE", help="Profile of the project [default: recognised].")
@click.option("--no-cache", is_flag=True, help="Neither read nor write the cache.")
@limit_option
@click.pass_context
def command(ctx: click.Context, /, release: str, names: tuple[str, ...], **given: Any) -> None:
    """Show which driver implements which function, since when and until when.

    RELEASE is whatever `compare` takes.  Exit code 3 when tables could not be read.

    \b
    abi-diff drivers libvirt-11.3.0.tar.xz --driver qemu
    abi-diff drivers .@v11.3.0 --format html -o support.html
    """
    from abidiff.cli.output import emit
    from abidiff.errors import SourceError, UsageError
    from abidiff.pipeline import read_side
    from abidiff.reports.support import render
    from abidiff.surfaces.drivers.matrix import matrix, only

    options = pipeline_options({**given, "surfaces": (SYMBOLS, DRIVERS)}, configuration(None, no_config=True))
    found = read_side(release, options)
    model, maps = found.models[DRIVERS], found.models[SYMBOLS]
    groups = matrix(model, maps)
    known = sorted({name for group in groups for name in group.drivers})
    if not known:
        raise SourceError(f"{release}: no driver tables were found", hint="a source tree has them; a package does not")
    for name in names:
        if name not in known:
            raise UsageError(f"no driver {name!r}", hint=f"known: {', '.join(known)}")
    problems = [problem.rendered or problem.message for problem in model.problems]
    title = found.side.label or release
    emit(render(given["format_name"], only(groups, names), title, problems), given["output"])
    ctx.exit(3 if problems else 0)
