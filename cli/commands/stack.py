"""The app on this machine: the local stack, and the whole way on a sample catalog."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from cli.errors import CommandError
from cli.shared_options import COUNT, FOLDER, json_option, need_checkout, out_option
from cli.signals import end_on_signals, end_with_input

_PORT = click.IntRange(0, 65535)


@click.command()
@click.option(
    "--port", type=_PORT, default=7071, metavar="N", help="Port of the HTTP API; 0 takes a free one."
)
@click.option("--data", type=FOLDER, show_default=".local/stack", help="Folder for all data and logs.")
@click.option(
    "--azurite-ports",
    metavar="B,Q,T",
    callback=lambda _, option, text: _three_ports(option, text),
    show_default="free ones",
    help="Ports of blobs, queues and tables.",
)
@click.option(
    "--openai-port", type=_PORT, metavar="N", show_default="a free one", help="Port of the model emulator."
)
@click.option("--openai", metavar="URL", help="Use this model service instead of the emulator.")
@click.option("--emulator", is_flag=True, help="Use the emulator even if the settings name another service.")
@click.option(
    "--emulator-arg", "emulator_args", multiple=True, metavar="ARG", help="Passed on to the emulator."
)
@click.option("--hosts", type=click.IntRange(1, 16), default=1, metavar="N", help="Functions hosts to run.")
@click.option(
    "--host",
    type=click.Choice(["local", "func"]),
    default="local",
    help="What runs the functions: this project's host, or Azure Functions Core Tools.",
)
@click.option(
    "--queue-lock-s",
    type=click.FloatRange(1, 600),
    default=30.0,
    metavar="SECONDS",
    help="Time until the messages of a host that died come back.",
)
@click.option("--verbose", is_flag=True, help="Show the hosts' log here instead of writing it to a file.")
@json_option
@click.option("--temporary", is_flag=True, hidden=True, help="End when standard input does.")
def up(data: Path | None, temporary: bool, as_json: bool, **options: Any) -> None:
    """Run the local stack in the foreground until Ctrl-C."""
    need_checkout("up")
    from local.checkout import DATA
    from local.stack import serve
    from local.stack_options import StackOptions

    if options["openai"] and options["emulator"]:
        raise click.UsageError("--openai and --emulator exclude each other.")
    folder = (data or DATA).resolve()
    end_on_signals(status=0)  # stopping it is no failure
    if temporary:
        end_with_input()
    else:
        click.echo(f"Starting the local stack; data and logs are in {folder}", err=True)
    stack = StackOptions(data=folder, temporary=temporary, **options)
    serve(stack, _say_as_json if as_json else click.echo)


@click.command()
@click.option("--samples", type=COUNT, default=500, metavar="N", help="Accepted records to make.")
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Seed of the training; the dataset stays the same.",
)
@out_option
@click.option("--one-form", is_flag=True, help="Teach one student alone, which answers with whole plans.")
@click.option("--serve", is_flag=True, help="Keep the stack and its console until Ctrl-C.")
@json_option
def demo(samples: int, seed: int, out: Path, one_form: bool, serve: bool, as_json: bool) -> None:
    """Go the whole way on a sample catalog.

    Dataset, fine-tune job, student measured against its base model and the teacher. Before it a first student is
    taught the short form of plans, which holds what is executed alone; the report compares both in quality and
    price.
    """
    need_checkout("demo")
    from cli.run_command import Order, execute
    from local.checkout import DEMO_CATALOG

    evaluate = {"enabled": True, "baseline": "student-base"}
    options = {"samples": samples, "finetune": {"enabled": True, "seed": seed, "evaluate": evaluate}}
    alone = {"enabled": True, "arms": ["student"]}
    short = {"sft_plan": "executable", "finetune": {"enabled": True, "seed": seed, "evaluate": alone}}
    first = None if one_form else {"samples": samples, **short}
    if not DEMO_CATALOG.is_file():
        raise CommandError(f"the sample catalog {DEMO_CATALOG} is missing: restore it with git")
    end_on_signals()
    order = Order(
        (DEMO_CATALOG,), options, True, out, None, yes=True, as_json=as_json, serve=serve, first=first
    )
    execute(order, own_stack=True)


def _say_as_json(text: str) -> None:
    """What a program is told of the stack: its address once it serves; the rest is for people."""
    address = text.removeprefix("ready: ")
    click.echo(text if address == text else json.dumps({"url": address}), err=address == text)


def _three_ports(option: click.Parameter, text: str | None) -> tuple[int, int, int] | None:
    if text is None:
        return None
    try:
        blob, queue, table = (int(_PORT.convert(int(part), option, None)) for part in text.split(","))
    except (ValueError, click.BadParameter) as error:
        raise click.BadParameter(
            f"'{text}' is not three ports from 0 to 65535: blobs, queues, tables", param=option
        ) from error
    return blob, queue, table
