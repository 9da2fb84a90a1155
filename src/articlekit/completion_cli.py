"""`articlekit completion`: what makes a shell complete the command's words."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command(short_help="Print what makes bash, zsh or fish complete commands and flags.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print a script that makes the shell complete commands, flags, values and files.

    In ~/.bashrc: source <(articlekit completion bash)

    In ~/.zshrc, behind compinit: source <(articlekit completion zsh)

    Fish: articlekit completion fish > ~/.config/fish/completions/articlekit.fish

    Example: source <(articlekit completion bash)
    """
    kind = get_completion_class(shell)
    assert kind is not None  # click has all three
    script = kind(context.find_root().command, {}, "articlekit", "_ARTICLEKIT_COMPLETE")
    click.echo(script.source())
