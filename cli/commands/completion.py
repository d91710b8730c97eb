"""`plansmith completion`: scripts that let a shell complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from cli.shared_options import json_option, tell

_VARIABLE = "_PLANSMITH_COMPLETE"
_WHERE = {
    "bash": 'eval "$(plansmith completion bash)" in ~/.bashrc',
    "zsh": 'eval "$(plansmith completion zsh)" in ~/.zshrc',
    "fish": "plansmith completion fish > ~/.config/fish/completions/plansmith.fish",
}


@click.command(
    help="Write the script by which SHELL completes commands.\n\n\b\n" + "\n".join(_WHERE.values())
)
@click.argument("shell", type=click.Choice(list(_WHERE)))
@json_option
def completion(shell: str, as_json: bool) -> None:
    kind = get_completion_class(shell)
    assert kind is not None
    root = click.get_current_context().find_root().command
    made = kind(root, {}, "plansmith", _VARIABLE)
    script = made.source_template % made.source_vars()  # source() would ask the shell for its version first
    tell({"shell": shell, "script": script}, script.strip(), as_json)
