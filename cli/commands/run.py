"""`plansmith run`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cli.shared_options import (
    COUNT,
    FILE,
    FOLDER,
    Connection,
    assignments_option,
    baseline_option,
    connected,
    json_option,
    timeout_option,
    yes_option,
)
from cli.signals import end_on_signals


@click.command()
@click.argument("catalogs", nargs=-1, required=True, type=FILE, metavar="CATALOG...")
@click.option(
    "--samples", type=COUNT, metavar="N", help="Accepted records to make. The app's default is 500."
)
@click.option(
    "--seed-task", "seed_tasks", multiple=True, metavar="TASK", help="A task to vary; may be repeated."
)
@assignments_option("Any run option, inner ones with dots (finetune.n_epochs=2); may be repeated.")
@click.option("--finetune", is_flag=True, help="Fine-tune the student on the dataset, and measure it.")
@baseline_option
@click.option("--wait", is_flag=True, help="Wait for the end and download the result.")
@click.option(
    "--out",
    type=FOLDER,
    show_default="out, with --wait",
    help="Folder of downloads; implies --wait.",
)
@timeout_option("Wait no longer.")
@yes_option
@json_option
@connected
def run(
    catalogs: tuple[Path, ...],
    samples: int | None,
    seed_tasks: tuple[str, ...],
    options: dict[str, Any],
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

    It tells first what the run will probably take, and asks before money is spent; where there is no terminal to ask
    at, --yes has to say so. Where no stack runs, --wait starts one for the length of the command.
    """
    from cli import run_options
    from cli.run_command import Order, execute

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
