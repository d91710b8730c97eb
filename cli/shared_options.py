"""Arguments and options that several commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from cli.client import Client

type Command = Callable[..., Any]

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)

run_argument = click.argument("run_id", metavar="RUN")
json_option = click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
out_option = click.option(
    "--out",
    type=FOLDER,
    default=Path("out"),
    show_default=True,
    help="The files go to a folder of the run's name in here.",
)


@dataclass(frozen=True)
class Connection:
    """Which installation a command talks to.

    Attributes:
        url: its address, None for the local stack.
        key: function key, "" where none is asked for.
    """

    url: str | None
    key: str

    def client(self) -> Client:
        """A client of the installation, to be closed by `with`."""
        from cli.run_command import connect

        return connect(self.url, self.key)


def connected(command: Command) -> Command:
    """Give a command `--url` and `--key`, and hand it what they come to as `connection`."""

    @functools.wraps(command)
    def with_connection(*arguments: Any, url: str | None, key: str, **named: Any) -> Any:
        return command(*arguments, connection=Connection(url, key), **named)

    options = (
        click.option(
            "--url", envvar="PLANSMITH_URL", help="Address of the installation; default: the local stack."
        ),
        click.option(
            "--key", envvar="PLANSMITH_KEY", default="", help="Function key, where one is asked for."
        ),
    )
    decorated: Command = with_connection
    for option in reversed(options):
        decorated = option(decorated)
    return decorated


def need_checkout(command: str) -> None:
    """Raise for a command that needs what only a checkout has: emulators, the functions host, sample catalogs."""
    if find_spec("local") is None:
        message = f"`plansmith {command}` runs the app on this machine and needs a checkout of Plansmith"
        raise click.ClickException(f"{message}; name an installation with --url instead.")
