"""``abi-diff waive FINGERPRINT``."""

from __future__ import annotations

from pathlib import Path

import click

from abidiff.cli.explain import complete_rule

_MAX_REPORT = 16 << 20


def _complete_fingerprint(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Offer the findings of the JSON reports in this folder."""
    import json

    from abidiff.given import content

    del ctx, param
    found: dict[str, None] = {}
    for path in sorted(Path().glob("*.json"))[:20]:
        try:
            report = json.loads(content(path)) if path.stat().st_size <= _MAX_REPORT else {}
            found.update((entry["fingerprint"], None) for entry in report["findings"] if not entry["waiver"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            continue
    return [name for name in found if isinstance(name, str) and name.startswith(incomplete)]


@click.command("waive")
@click.argument("fingerprint", default="", shell_complete=_complete_fingerprint)
@click.option("--rule", default="", shell_complete=complete_rule, help="Instead of FINGERPRINT: a rule, and …")
@click.option("--subject", default="", metavar="NAME|GLOB", help="… what it is about.")
@click.option("--unit", default="", help="In this library, protocol or schema only.")
@click.option("--at-most", type=click.IntRange(min=1), help="How many findings it may cover; needed for a GLOB.")
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
    fingerprint: str,
    rule: str,
    subject: str,
    unit: str,
    at_most: int | None,
    reason: str,
    expires: str,
    note: str,
    report: str | None,
    config_file: str | None,
) -> None:
    """Accept a finding: write a waiver with a reason into the configuration.

    FINGERPRINT stands below every finding of a report; --rule and --subject name several at
    once, which are bounded: a waiver that covers more than --at-most waives nothing.
    Nothing is hidden: a waived finding is still reported as waived, and the waiver is reported once it covers nothing.
    """
    from abidiff import config, waivers
    from abidiff.cli.output import write_file
    from abidiff.cli.reported import fields_of
    from abidiff.toml import text_of

    if bool(fingerprint) == bool(rule or subject or unit):
        raise click.UsageError("give a FINGERPRINT, or --rule and --subject")
    if (rule or subject) and not (rule and subject):
        raise click.UsageError("--rule and --subject belong together")
    if any(c in subject for c in "*?[") and at_most is None:
        raise click.UsageError("a pattern needs --at-most: how many findings it may cover")
    path = Path(config_file) if config_file else config.find(Path.cwd()) or Path("abidiff.toml")
    before = text_of(path, config.WHAT) if path.exists() else ""
    known = config.parse(before, path)
    if fingerprint and any(waiver.fingerprint == fingerprint for waiver in known.waivers):
        raise click.UsageError(f"{path} waives {fingerprint} already")
    fields = {"rule": rule, "subject": subject, "unit": unit}
    after = waivers.written(
        before,
        in_pyproject=path.name == "pyproject.toml",
        fingerprint=fingerprint,
        reason=reason,
        expires=expires,
        note=note,
        at_most=at_most,
        **(fields_of(report, fingerprint) if report and fingerprint else fields),
    )
    config.parse(after, path)
    write_file(path, after.encode("utf-8", "backslashreplace"))
    click.echo(f"waived in {path}", err=True)
