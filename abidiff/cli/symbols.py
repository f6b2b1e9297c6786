"""``abi-diff symbols RELEASE``."""

from __future__ import annotations

import click

from abidiff.cli.options import OUTPUT, own_limits


@click.command("symbols")
@click.argument("release", type=click.Path())
@click.option(
    "--known",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False),
    help="The symbols file of the last version.",
)
@click.option("--version", "version", default="", help="Version of the package that new symbols are there since.")
@click.option("--package", default="", help="Name of the package, for a library that the file does not hold.")
@click.option("--provides", is_flag=True, help="List what an RPM package of these libraries provides instead.")
@click.option("-o", "--output", type=OUTPUT, metavar="FILE", help="Write to a file.")
@own_limits
@click.pass_context
def command(
    ctx: click.Context, release: str, known: str | None, version: str, package: str, provides: bool, output: str | None
) -> None:
    """Bring a Debian symbols file up to date with the libraries of a package.

    RELEASE is a package, an archive, a folder or a library. What dpkg-gensymbols would complain about goes to
    standard error; exit code 1 when a symbol or a library is gone, 3 when a pattern or a library was not read.

    \b
    abi-diff symbols libship1_2.0_amd64.deb --known debian/libship1.symbols --version 2.0
    abi-diff symbols libship.so.1 --version 1.0 --package libship1
    abi-diff symbols libship-2.0.rpm --provides
    """
    from abidiff import exported
    from abidiff.cli.main import say
    from abidiff.cli.output import emit

    if not provides and not version:
        raise click.UsageError("--version says since when new symbols are there: give that of the package")
    found = exported.provided(release) if provides else exported.updated(release, known, version, package)
    for line in found.said:
        say(line)
    emit(found.text, output)
    ctx.exit(found.exit_code)
