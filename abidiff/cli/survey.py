"""``abi-diff survey PAIRS``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from abidiff.cli.options import own_limits


@click.command("survey")
@click.argument("given", nargs=-1, required=True, type=click.Path(exists=True), metavar="TABLE | OLD NEW")
@click.option("-o", "--output", "folder", required=True, type=click.Path(file_okay=False), help="Where results go.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Processes [default: one a core].")
@click.option("--scheduler", metavar="ADDRESS", help="Use the Dask cluster of this scheduler; it sees the same paths.")
@click.option(
    "--with", "others", multiple=True, type=click.Path(), metavar="PACKAGE|DIR", help="Headers of other projects."
)
@click.option("--only", default="*-dev", metavar="GLOB", help="Of two lists, the packages of these names [*-dev].")
@click.option("--parquet", is_flag=True, help="Write results.parquet as well.")
@click.option("--profile", default="", metavar="NAME|FILE", help="Profile of all of them [default: recognised].")
@click.option("--seconds", default=600, type=click.IntRange(1), help="CPU seconds a pair may take [600].")
@click.option("--memory", default=4096, type=click.IntRange(16), help="MiB of address space a pair may take [4096].")
@own_limits
@click.pass_context
def command(
    ctx: click.Context, given: tuple[str, ...], folder: str, jobs: int | None, scheduler: str | None,
    others: tuple[str, ...], only: str, parquet: bool, profile: str, seconds: int, memory: int,
) -> None:  # fmt: skip
    """Compare many pairs of releases: one that fails stops no other, and a run that was stopped goes on.

    TABLE has a pair a line: `OLD NEW` or `NAME OLD NEW` with tabs between. Two folders are paired
    by the names of the packages in them, two lists of packages of Debian's suites (Packages, also
    packed) by what they name; the files lie in the archive around the lists or beside them. DIR gets
    results.jsonl, index.html, and a report for each pair.

    \b
    abi-diff survey pairs.tsv -o survey
    abi-diff survey bookworm trixie -o survey --jobs 4
    abi-diff survey dists/bookworm/main/binary-amd64/Packages.xz dists/trixie/main/binary-amd64/Packages.xz -o survey
    """
    from abidiff import limits
    from abidiff.cli.main import say
    from abidiff.cli.output import write_file
    from abidiff.cli.progress import progress
    from abidiff.errors import EXIT_UNDECIDED
    from abidiff.survey import columns
    from abidiff.survey.lists import is_list, of_lists
    from abidiff.survey.one import Task
    from abidiff.survey.page import render
    from abidiff.survey.pairs import Pair, of_folders, of_table
    from abidiff.survey.run import cluster, processes, survey
    from abidiff.wording import plural

    paths = [Path(name) for name in given]
    if len(paths) == 2 and all(path.is_dir() for path in paths):
        pairs, alone = of_folders(*paths)
    elif len(paths) == 2 and all(is_list(path) for path in paths):
        pairs, alone = of_lists(paths[0], paths[1], only)
    elif len(paths) == 1 and paths[0].is_file():
        pairs, alone = of_table(paths[0]), ()
    else:
        raise click.UsageError("give a table of pairs, two folders of packages, or two lists of packages (Packages)")
    if not pairs:
        raise click.UsageError("there is no pair to compare")
    for line in alone:
        say(line)
    if parquet:
        columns.required()
    how = Task(Pair("", "", ""), "", "", others, profile, seconds, memory << 20, limits.given())
    spread = cluster(scheduler) if scheduler else processes(jobs or len(os.sched_getaffinity(0)))
    with progress() as show:
        done = survey(pairs, Path(folder), how, spread, show)
    rows = [found.row for found in done]
    write_file(Path(folder) / "index.html", render(rows).encode("utf-8", "backslashreplace"))
    if parquet:
        columns.write(rows, Path(folder) / "results.parquet")
    for row in rows:
        if row.failed:
            say(f"{row.name}: {row.failed}")
    verdicts = {name: sum(row.verdict == name for row in rows) for name in ("compatible", "incompatible", "undecided")}
    failed = sum(bool(row.failed) for row in rows)
    told = ", ".join(f"{count} {name}" for name, count in {**verdicts, "failed": failed}.items() if count)
    click.echo(f"{plural(len(rows), 'pair')}: {told}")
    ctx.exit(EXIT_UNDECIDED if failed else 0)
