"""``abi-diff policy``."""

from __future__ import annotations

import click

from abidiff.cli.options import OUTPUT, configuration, own_limits


@click.command("policy")
@click.argument("release", required=False, type=click.Path())
@click.option(
    "--profile", default="", metavar="NAME|FILE", help="Profile to show [default: that of RELEASE, or libvirt]."
)
@click.option("--config", "config_file", type=click.Path(dir_okay=False), help="Configuration.")
@click.option("--no-config", is_flag=True, help="Use no configuration.")
@click.option("-f", "--format", "format_name", type=click.Choice(["text", "markdown", "json"]), default="text")
@click.option("-o", "--output", type=OUTPUT, metavar="FILE", help="Write to a file.")
@own_limits
def command(
    release: str | None, profile: str, config_file: str | None, no_config: bool, format_name: str, output: str | None
) -> None:
    """Show what is promised for what: tiers, their clauses, and the severities they change.

    With RELEASE, list what of it falls under each tier.
    """
    from abidiff.cli.output import emit
    from abidiff.cli.promises import render, tiers_of

    config = configuration(config_file, no_config)
    emit(render(tiers_of(release, profile or config.profile, config), format_name), output)
