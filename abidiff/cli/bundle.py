"""``abi-diff bundle OLD NEW -o FILE``."""

from __future__ import annotations

from typing import Any

import click

from abidiff.cli.options import OUTPUT, configuration, glob_options, input_options, pipeline_options

_FEW = 60


def listed(sizes: dict[str, int]) -> list[tuple[str, int]]:
    """Return what is packed with its sizes in bytes: each file, or each folder when there are many files."""
    if len(sizes) <= _FEW:
        return sorted(sizes.items())
    folders: dict[str, list[int]] = {}
    for path, size in sizes.items():
        folders.setdefault(path.rpartition("/")[0], []).append(size)
    return [(f"{folder}/ ({len(found)} files)", sum(found)) for folder, found in sorted(folders.items())]


@click.command("bundle")
@click.argument("old", type=click.Path())
@click.argument("new", type=click.Path())
@input_options
@glob_options
@click.option("--finding", default="", metavar="FINGERPRINT", help="Keep only the files that this finding needs.")
@click.option("--yes", is_flag=True, help="Write it without asking.")
@click.option("-o", "--output", required=True, type=OUTPUT, metavar="FILE", help="Where to write it, as .tar.gz.")
def command(old: str, new: str, finding: str, yes: bool, output: str, **given: Any) -> None:
    """Pack the input of a verdict that you think is wrong, to report it.

    Lists what would be packed (the interface files of both sides, nothing else of them) and asks before
    it writes.  With --finding, files that the finding does not need are left out.

    \b
    abi-diff bundle old.tar.xz new.tar.xz --finding 8f3c2a9d1b7e6045 -o bundle.tar.gz
    """
    import sys

    from abidiff import bundle
    from abidiff.cli.output import emit_bytes
    from abidiff.cli.progress import progress
    from abidiff.errors import UsageError
    from abidiff.reports import Style, render
    from abidiff.reports.escape import printable

    config = configuration(given["config_file"], given["no_config"])
    with progress() as show:
        show("look for the files that show it")
        options = pipeline_options(given, config)
        found = bundle.bundle(old, new, finding, options)
    report = render("text", found.report, Style(width=100))
    files = found.files()
    for path, size in listed({path: len(data) for path, data in files.items()}):
        click.echo(f"{size:>10}  {printable(path)}", err=True)
    click.echo(f"{sum(map(len, files.values())):>10}  bytes in {len(files)} files, README.txt and report.txt", err=True)
    if not found.repeats:
        click.echo("abi-diff: these files alone do not give the same findings; all are packed", err=True)
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("nothing is packed without a yes", hint="look at the list, then add --yes")
        click.confirm("Pack these?", abort=True, err=True)
    emit_bytes(bundle.packed(found, report), output)
