"""`plansmith run`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cli.shared_options import FILE, FOLDER, Connection, baseline_option, connected, json_option, yes_option
from cli.signals import end_on_signals


@click.command()
@click.argument("catalogs", nargs=-1, required=True, type=FILE, metavar="CATALOG...")
@click.option("--samples", type=click.IntRange(min=1), help="Records to plan.")
@click.option(
    "--seed-task", "seed_tasks", multiple=True, metavar="TASK", help="A task to vary; may be repeated."
)
@click.option(
    "--option",
    "assignments",
    multiple=True,
    metavar="NAME=VALUE",
    help="Any run option, inner ones with dots (finetune.n_epochs=2); may be repeated.",
)
@click.option("--finetune", is_flag=True, help="Fine-tune the student on the dataset, and measure it.")
@baseline_option
@click.option("--wait", is_flag=True, help="Wait for the end and download the result.")
@click.option(
    "--out",
    type=FOLDER,
    help="Where results go, default out/; implies --wait.",
)
@click.option(
    "--timeout", "timeout_s", type=click.FloatRange(min=1), metavar="SECONDS", help="Wait no longer."
)
@yes_option
@json_option
@connected
def run(
    catalogs: tuple[Path, ...],
    samples: int | None,
    seed_tasks: tuple[str, ...],
    assignments: tuple[str, ...],
    finetune: bool,
    baseline: str | None,
    wait: bool,
    out: Path | None,
    timeout_s: float | None,
    yes: bool,
    as_json: bool,
    connection: Connection,
) -> None:
    """Upload catalog files and start a run over them.

    Tells first what it will probably take, and asks before money is spent; without a terminal to ask at, --yes must
    have said so. Without a running stack, --wait starts one for the length of the command.
    """
    from cli import run_options
    from cli.run_command import Order, execute

    try:
        options = run_options.parse(assignments)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--option") from error
    typed: dict[str, Any] = {"samples": samples} if samples else {}
    typed |= {"seed_tasks": list(seed_tasks)} if seed_tasks else {}
    if finetune:
        options = run_options.with_finetune(options)
    if baseline and not run_options.asks_for_finetune(options):
        raise click.UsageError("--baseline compares students: it needs --finetune.")
    options = run_options.with_baseline(options, baseline)
    waits = wait or out is not None
    chosen = run_options.merged(options, typed)
    order = Order(catalogs, chosen, waits, out or Path("out"), timeout_s, yes=yes, as_json=as_json)
    end_on_signals()
    execute(order, url=connection.url, key=connection.key)
