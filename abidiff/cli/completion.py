"""``abi-diff completion SHELL``."""

from __future__ import annotations

import click


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script for a shell.

    \b
    bash:  abi-diff completion bash > ~/.local/share/bash-completion/completions/abi-diff
    zsh:   abi-diff completion zsh  > "${fpath[1]}/_abi-diff"
    fish:  abi-diff completion fish > ~/.config/fish/completions/abi-diff.fish
    """
    from click.shell_completion import get_completion_class

    from abidiff.cli.main import cli

    found = get_completion_class(shell)
    if found is None:  # pragma: no cover - click knows the three of them
        raise click.UsageError(f"no completion for {shell}")
    click.echo(_source(found(cli, {}, "abi-diff", "_ABI_DIFF_COMPLETE")))


def _source(completion: object) -> str:
    """Return the script; without click's check of the version of bash, which runs bash."""
    template: str = completion.source_template  # type: ignore[attr-defined]
    variables: dict[str, str] = completion.source_vars()  # type: ignore[attr-defined]
    return template % variables
