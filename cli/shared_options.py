"""Arguments and options that several commands share, and how a command tells its result."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from cli import profiles, run_options
from cli.errors import CommandError

if TYPE_CHECKING:
    from cli.client import Client

type Command = Callable[..., Any]

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
COUNT = click.IntRange(min=1)


@dataclass
class Output:
    """How the command that runs tells its result; the object of click's root context."""

    as_json: bool = False


def _note_json(context: click.Context, _: click.Parameter, value: bool) -> bool:
    if value and isinstance(output := context.find_root().obj, Output):
        output.as_json = True  # a failure is told as JSON, too
    return value


def _parsed(_: click.Context, option: click.Parameter, assignments: Sequence[str]) -> dict[str, Any]:
    try:
        return run_options.parse(assignments)
    except ValueError as error:
        raise click.BadParameter(str(error), param=option) from error


run_argument = click.argument("run_id", metavar="RUN")
json_option = click.option(
    "--json",
    "as_json",
    is_flag=True,
    is_eager=True,
    callback=_note_json,
    help="For programs: the result, or the failure, as JSON.",
)
baseline_option = click.option(
    "--baseline",
    metavar="RUN",
    help="An earlier run over the same tasks, whose student this one is compared with.",
)
yes_option = click.option("--yes", "-y", is_flag=True, help="Do not ask.")
out_option = click.option(
    "--out",
    type=FOLDER,
    default=Path("out"),
    help="Folder of downloads; each run has a folder of its name in it.",
)
arm_option = click.option(
    "--arm",
    type=click.Choice(["student", "base", "base_with_catalog", "teacher_with_catalog"]),
    default="student",
    help="Whose plans.",
)


def timeout_option(text: str) -> Callable[[Command], Command]:
    """`--timeout SECONDS`, as `timeout_s`, with this help."""
    return click.option("--timeout", "timeout_s", type=click.FloatRange(min=1), metavar="SECONDS", help=text)


def assignments_option(text: str) -> Callable[[Command], Command]:
    """`--option NAME=VALUE`, repeated, as one object `options`, with this help."""
    return click.option(
        "--option", "options", multiple=True, metavar="NAME=VALUE", callback=_parsed, help=text
    )


def tell(result: object, text: str, as_json: bool) -> None:
    """Write a command's result to standard output: as JSON, or in words."""
    click.echo(json.dumps(result, indent=2, ensure_ascii=False) if as_json else text)


@dataclass(frozen=True)
class Connection:
    """Which installation a command talks to.

    Attributes:
        url: its address, None for the local stack.
        key: function key, "" where none is asked for.
    """

    url: str | None
    key: str = field(repr=False)

    def client(self) -> Client:
        """A client of the installation, to be closed by `with`."""
        from cli.run_command import connect

        return connect(self.url, self.key)


def connected(command: Command) -> Command:
    """Give a command `--url`, `--key` and `--profile`, and hand it what they come to as `connection`."""

    @functools.wraps(command)
    def with_connection(
        *arguments: Any, url: str | None, key: str | None, profile: str | None, **named: Any
    ) -> Any:
        return command(*arguments, connection=_connection(url, key, profile), **named)

    options = (
        click.option(
            "--url",
            envvar="PLANSMITH_URL",
            show_envvar=True,
            metavar="URL",
            help="Address of the installation; without one, that of the profile, else the local stack.",
        ),
        click.option(
            "--key",
            envvar="PLANSMITH_KEY",
            show_envvar=True,
            metavar="KEY",
            help="Function key, where one is asked for.",
        ),
        click.option(
            "--profile",
            envvar="PLANSMITH_PROFILE",
            show_envvar=True,
            metavar="NAME",
            help="Installation by name.",
        ),
    )
    decorated: Command = with_connection
    for option in reversed(options):
        decorated = option(decorated)
    return decorated


def _connection(url: str | None, key: str | None, profile: str | None) -> Connection:
    """What was typed beats the environment, which beats the profile. A profile's key goes to its own address alone."""
    context = click.get_current_context()
    typed = {
        name
        for name in ("url", "key", "profile")
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }
    if url and ("url" in typed or "profile" not in typed):
        profiles.check_address(url)
        return Connection(url, key or "")
    known = profiles.load()
    found = known.find(known.default if profile is None else profile)
    if found is None:
        return Connection(None, key or "")
    return Connection(found.url, key if key and ("key" in typed or not found.key) else found.key)


def need_checkout(command: str) -> None:
    """Raise for a command that needs what only a checkout has: emulators, the functions host, sample catalogs."""
    if find_spec("local") is None:
        raise CommandError(
            f"`plansmith {command}` runs the app on this machine and needs a checkout of Plansmith; "
            "name an installation with --url instead",
            code="no_checkout",
        )
