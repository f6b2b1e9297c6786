"""``abi-diff detail OLD NEW NAME``."""

from __future__ import annotations

from typing import Any

import click

from abidiff.cli.options import OUTPUT, configuration, glob_options, input_options, pipeline_options


@click.command("detail")
@click.argument("old", type=click.Path())
@click.argument("new", type=click.Path())
@click.argument("name")
@input_options
@glob_options
@click.option("-o", "--output", type=OUTPUT, metavar="FILE", help="Write to a file, whole or not at all.")
def command(old: str, new: str, name: str, output: str | None, **given: Any) -> None:
    """Show what changed inside one record of the models: a struct, an enum, a procedure, a type.

    It looks at what abi-diff has understood of both sides, and judges nothing.
    """
    from abidiff.cli.output import emit
    from abidiff.cli.progress import progress
    from abidiff.detail import differences, records
    from abidiff.errors import UsageError
    from abidiff.pipeline import read_side
    from abidiff.reports.escape import printable

    config = configuration(given["config_file"], given["no_config"])
    with progress() as show:
        options = pipeline_options(given, config, progress=show)
        before, after = read_side(old, options), read_side(new, options)
    lines = []
    for surface in before.models:
        was, now = records(before.models[surface], name), records(after.models[surface], name)
        for path in sorted(was.keys() | now.keys()):
            if path not in now or path not in was:
                lines.append(f"{surface}: {path}: only on the {'old' if path in was else 'new'} side")
                continue
            found = differences(was[path], now[path])
            lines.append(f"{surface}: {path}: {'the same' if not found else 'changed'}")
            lines += [f"  {d.path}: {d.old or 'not there'} → {d.new or 'not there'}" for d in found]
    if not lines:
        raise UsageError(f"nothing is called {name!r} on either side")
    emit("".join(f"{printable(line)}\n" for line in lines), output)
