"""``abi-diff waive FINGERPRINT``."""

from __future__ import annotations

import click


@click.command("waive")
@click.argument("fingerprint")
@click.option("--reason", required=True, help="Why the break is accepted; shown in every report.")
@click.option("--expires", default="", metavar="DATE|RELEASE", help="2026-12-31, or 12.0.0: until then it counts.")
@click.option("--note", default="", help="A sentence for the release notes.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False),
    help="A JSON report that holds the finding: its rule and subject are written as well.",
)
@click.option(
    "--config",
    "config_file",
    type=click.Path(dir_okay=False),
    help="File to write to [default: the nearest configuration, else ./abidiff.toml].",
)
def command(
    fingerprint: str, reason: str, expires: str, note: str, report: str | None, config_file: str | None
) -> None:
    """Accept one finding: write a waiver with a reason into the configuration.

    FINGERPRINT stands below every finding of a report. Nothing is hidden: a waived finding is
    still reported as waived, and the waiver is reported once it covers nothing.
    """
    from pathlib import Path

    from abidiff import config, waivers
    from abidiff.cli.output import write_file
    from abidiff.cli.reported import fields_of

    path = Path(config_file) if config_file else config.find(Path.cwd()) or Path("abidiff.toml")
    before = config.text_of(path) if path.exists() else ""
    known = config.parse(before, path)
    if any(waiver.fingerprint == fingerprint for waiver in known.waivers):
        raise click.UsageError(f"{path} waives {fingerprint} already")
    after = waivers.written(
        before,
        in_pyproject=path.name == "pyproject.toml",
        fingerprint=fingerprint,
        reason=reason,
        expires=expires,
        note=note,
        **(fields_of(report, fingerprint) if report else {}),
    )
    config.parse(after, path)
    write_file(path, after.encode("utf-8", "backslashreplace"))
    click.echo(f"waived in {path}", err=True)
