"""``abi-diff rules``."""

from __future__ import annotations

import click

from abidiff.cli.options import OUTPUT
from abidiff.surface_names import NAMES


@click.command("rules")
@click.option(
    "--surface",
    "surfaces",
    multiple=True,
    type=click.Choice((*NAMES, "history", "requires", "policy")),
    help="Only these.",
)
@click.option("-f", "--format", "format_name", type=click.Choice(["text", "json"]), default="text")
@click.option("-o", "--output", type=OUTPUT, metavar="FILE", help="Write to a file.")
def command(surfaces: tuple[str, ...], format_name: str, output: str | None) -> None:
    """List the rules: name, severity under the full promise, summary."""
    from abidiff.cli.listing import as_json, as_text, listed
    from abidiff.cli.output import emit

    rules = [rule for rule in listed() if not surfaces or rule["surface"] in surfaces]
    emit(as_json(rules) if format_name == "json" else as_text(rules), output)
