"""``abi-diff explain RULE``."""

from __future__ import annotations

from typing import Any

import click

from abidiff.cli.options import OUTPUT


def complete_rule(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
    """Offer the names of rules."""
    from click.shell_completion import CompletionItem

    from abidiff.cli.listing import listed

    del ctx, param
    return [CompletionItem(r["id"], help=r["summary"]) for r in listed() if incomplete in r["id"]]


@click.command("explain")
@click.argument("rule", shell_complete=complete_rule)
@click.option("-o", "--output", type=OUTPUT, metavar="FILE", help="Write to a file.")
def command(rule: str, output: str | None) -> None:
    """Explain a rule: what it says, whom it concerns, and its examples.

    RULE is a name as `abi-diff rules` lists them; its second half is enough where it is clear.
    """
    from abidiff.cli.manual import explained, find
    from abidiff.cli.output import emit

    emit(explained(find(rule)), output)
