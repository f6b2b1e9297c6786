"""``abi-diff configurations RELEASE``: which configurations of the headers are examined, and what none enters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from abidiff.cli.options import OUTPUT, configuration, limit_option, pipeline_options
from abidiff.surface_names import HEADERS

if TYPE_CHECKING:
    from abidiff.surfaces.headers.model import Library


@click.command("configurations")
@click.argument("release", type=click.Path())
@click.option("-o", "--output", type=OUTPUT, metavar="FILE", help="Write to a file, whole or not at all.")
@click.option("--profile", default="", metavar="NAME|FILE", help="Profile of the project [default: recognised].")
@click.option("--no-cache", is_flag=True, help="Neither read nor write the cache.")
@limit_option
@click.pass_context
def command(ctx: click.Context, /, release: str, **given: Any) -> None:
    """Show in which configurations of macros the headers are examined, and which code none of them enters.

    RELEASE is whatever `compare` takes.  Exit code 3 when headers could not be read.

    \b
    abi-diff configurations libship-dev_1.0_amd64.deb
    """
    from abidiff.cli.output import emit
    from abidiff.pipeline import read_side

    options = pipeline_options({**given, "surfaces": (HEADERS,)}, configuration(None, no_config=True))
    model = read_side(release, options).models[HEADERS]
    emit("".join(f"{line}\n" for library in model.libraries for line in _lines(library)), given["output"])
    ctx.exit(3 if model.problems else 0)


def _lines(library: Library) -> list[str]:
    """Return what a person reads of one library."""
    out = [f"{library.name}: {1 + sum(not view.failed for view in library.views)} configurations", "  default"]
    for view in library.views:
        defines = f"on {view.target}" if view.target else " ".join(f"{name}={value}" for name, value in view.defines)
        out.append(f"  {defines}{'  (could not be read)' if view.failed else ''}")
    if library.blocks:
        out.append(f"  not looked at: {len(library.blocks)} blocks")
    out += [f"    {b.path}:{b.line}  {b.kind}  #if {b.condition}" for b in library.blocks]
    return out
