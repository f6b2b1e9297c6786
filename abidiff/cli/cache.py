"""``abi-diff cache``."""

from __future__ import annotations

import click


@click.command("cache")
@click.argument("action", type=click.Choice(["show", "clear", "prune", "path"]), default="show")
@click.option("--days", type=click.IntRange(min=0), default=30, help="With prune: what was not used for so long goes.")
def command(action: str, days: int) -> None:
    """Show or empty the cache: models and comparisons by the content of their inputs.

    It lies below XDG_CACHE_HOME, is bounded, and may be deleted at any time.
    """
    from abidiff import cache

    store = cache.default()
    match action:
        case "clear":
            click.echo(f"{store.clear()} entries removed")
        case "prune":
            click.echo(f"{store.prune(older_than=days * 86400.0)} entries removed")
        case "path":
            click.echo(store.info().folder)
        case _:
            info = store.info()
            click.echo(f"{info.folder or 'no cache: neither XDG_CACHE_HOME nor HOME is set'}")
            click.echo(f"{info.entries} entries, {info.bytes / 1e6:.1f} MB of at most {info.limit / 1e6:.0f} MB")
