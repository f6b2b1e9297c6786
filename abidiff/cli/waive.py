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
    once, which are bounded: a waiver that covers more than --at-most waives nothing.  A waiver of FINGERPRINT that
    has expired is replaced.
    Nothing is hidden: a waived finding is still reported as waived, and the waiver is reported once it covers nothing.
    """
    from abidiff import config, waivers
    from abidiff.cli.output import write_file
    from abidiff.cli.reported import reported
    from abidiff.errors import UsageError
    from abidiff.policy import today
    from abidiff.toml import text_of

    if bool(fingerprint) == bool(rule or subject or unit):
        raise click.UsageError("give a FINGERPRINT, or --rule and --subject")
    if (rule or subject) and not (rule and subject):
        raise click.UsageError("--rule and --subject belong together")
    if any(c in subject for c in "*?[") and at_most is None:
        raise click.UsageError("a pattern needs --at-most: how many findings it may cover")
    path = Path(config_file) if config_file else config.find(Path.cwd()) or Path("abidiff.toml")
    before = text_of(path, config.WHAT) if path.exists() else ""
    found = reported(report) if report else None
    version = found.version if found else ""
    fields = {"rule": rule, "subject": subject, "unit": unit}
    if found and fingerprint:
        fields = found.fields_of(fingerprint)
    renewed = False
    while old := next(
        (w for w in config.parse(before, path).waivers if fingerprint and w.fingerprint == fingerprint), None
    ):
        if not waivers.over(old, today(), version):
            until = f", until {old.expires}" if old.expires else ""
            raise UsageError(f"{path} waives {fingerprint} already{until}", hint=f"change it at {old.place}")
        before, renewed = waivers.without(before, old, path), True
    after = waivers.written(
        before,
        in_pyproject=path.name == "pyproject.toml",
        fingerprint=fingerprint,
        reason=reason,
        expires=expires,
        note=note,
        at_most=at_most,
        **fields,
    )
    new = config.parse(after, path).waivers[-1]
    if waivers.over(new, today(), version):
        of_release = isinstance(new.expires, str)
        later = f"a release after {version}, which the report is of" if of_release else f"{today()} or a later day"
        raise UsageError(f"--expires {expires}: the waiver would have expired already", hint=f"give {later}")
    if found and not fingerprint and not found.held_by(new):
        raise UsageError(f"{report} holds no finding of {rule} about {subject}{f' in {unit}' if unit else ''}")
    write_file(path, after.encode("utf-8", "backslashreplace"))
    if found is None:
        what = fingerprint or f"{rule} {subject}"
        click.echo(f"note: {what} was not checked against a report; --report FILE does that", err=True)
    click.echo(f"{'renewed' if renewed else 'waived'} in {path}", err=True)
