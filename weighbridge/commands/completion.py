"""``weighbridge completion``: what a shell needs to complete our commands and options."""

from __future__ import annotations

import click


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash  weighbridge completion bash > ~/.local/share/bash-completion/completions/weighbridge
    zsh   weighbridge completion zsh > "${fpath[1]}/_weighbridge"
    fish  weighbridge completion fish > ~/.config/fish/completions/weighbridge.fish
    """
    from click.shell_completion import get_completion_class  # noqa: PLC0415

    from weighbridge.cli import cli  # noqa: PLC0415 - the list of commands imports this module

    script = get_completion_class(shell)
    if script is None:
        raise click.UsageError(f"no completion for {shell}")
    click.echo(script(cli, {}, "weighbridge", "_WEIGHBRIDGE_COMPLETE").source())
