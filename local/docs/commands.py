"""docs/commands.md, from the command line itself."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from cli.exit_codes import MEANINGS
from cli.main import cli

_INTRO = """# Command line

`plansmith` talks to an installation: the local stack, or the one that `--url` or a profile names. In a checkout it is
`.venv/bin/plansmith` after `make setup`; `pip install .` gives the command alone. This page is written by `python -m
local.docs`.

## Which installation

What is typed beats the environment (`PLANSMITH_URL`, `PLANSMITH_KEY`, `PLANSMITH_PROFILE`), which beats the default
profile; without any of them it is the local stack. A profile keeps an address and its function key under a name, in
`plansmith/profiles.json` of your own folder of configurations, readable for you alone; a key is asked for or read
from standard input, never an argument that others can see, never shown, and goes to its profile's own address only.

```
plansmith profile set prod --url https://<app>.azurewebsites.net     # asks for the key
plansmith status --profile prod
plansmith profile use prod                                           # from now on without --profile
```

## For programs

With `--json` standard output holds the result as JSON and nothing else; progress and questions go to standard error.
A failure is `{"error": {"code", "message"}}`, with the code of the problem document where an installation refused.
Nothing is ever asked where standard input is no terminal: what would ask then ends with status 3, unless `--yes` has
said yes.

## Money

`run` looks at the catalog first and tells operations, tokens, dollars and minutes; where the model service may charge
for it, it asks. `--yes` starts at once. A model service on the app's own machine (the emulator, llama.cpp, Ollama)
costs nothing, and nothing is asked. `max_cost_usd` (`--option max_cost_usd=5`) bounds what a run may spend.

## Completion

`plansmith completion SHELL` writes the script for `bash`, `zsh` or `fish`; its help says where it goes.
"""


_COMMON = ("as_json", "url", "key", "profile")


def commands(group: click.Group, prefix: str = "plansmith") -> Iterator[tuple[str, click.Command]]:
    """Every command with its whole name, in order."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command


def page() -> str:
    """The page."""
    statuses = ["## Exit status", "", "| status | means |", "|---|---|"]
    statuses += [f"| {status} | {meaning} |" for status, meaning in MEANINGS.items()]
    sections = [_section(name, command) for name, command in commands(cli)]
    shared = {one.name: one for one in cli.commands["status"].params if isinstance(one, click.Option)}
    common = ["## Options of most commands", "", "| option | meaning |", "|---|---|"]
    common += [_row(shared[name], cli) for name in _COMMON]
    return "\n".join([_INTRO, *statuses, "", *common, "", "## Commands", "", *sections])


def _section(name: str, command: click.Command) -> str:
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    used = " ".join([name, *(one.make_metavar(click.Context(command)) for one in arguments), "[OPTIONS]"])
    told = inspect.cleandoc(command.help or "").replace("\b\n", "")
    lines = [f"### {name}", "", f"`{used}`", "", told, "", "| option | meaning |", "|---|---|"]
    options = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
    common = [one for one in options if one.name in _COMMON]
    own = [_row(one, command) for one in options if one.name not in _COMMON]
    lines = [*lines, *own] if own else lines[:-3]
    besides = ", ".join(f"`{one.opts[0]}`" for one in common)
    return "\n".join([*lines, "", *([f"Besides: {besides}.", ""] if besides else [])])


def _row(option: click.Option, command: click.Command) -> str:
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    takes = "" if option.is_flag else f" {option.metavar or _kind(option)}"
    notes = [(option.help or "").replace("|", "\\|")]
    extra = option.get_help_extra(click.Context(command, show_default=True))
    if default := extra.get("default", ""):
        notes.append(f"Default {default[1:-1] if default.startswith('(') else f'`{default}`'}.")
    if option.envvar:
        notes.append(f"Environment: `{option.envvar}`.")
    return f"| {names}{takes} | {' '.join(notes)} |"


def _kind(option: click.Option) -> str:
    if isinstance(option.type, click.Choice):
        return " or ".join(f"`{one}`" for one in option.type.choices)
    return option.type.name.upper().removesuffix(" RANGE")
