"""A run's trained model: train it, try it, compare it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from cli.gates import Gate
from cli.shared_options import (
    FILE,
    Connection,
    arm_option,
    assignments_option,
    baseline_option,
    connected,
    json_option,
    run_argument,
    tell,
)


@click.command(name="try", cls=Gate)
@run_argument
@click.argument("tasks", nargs=-1, metavar="[TASK]...")
@arm_option
@click.option("--file", "file", type=FILE, help="Tasks, one a line, or JSON Lines with `task`.")
@json_option
@connected
def try_(
    run_id: str, tasks: tuple[str, ...], arm: str, file: Path | None, as_json: bool, connection: Connection
) -> None:
    """Let a run's student plan tasks in your own words.

    The plans are checked. Exit status 0 when every plan is executable on paper, 2 when one is not, 1 an error.
    """
    from cli import try_command

    asked = try_command.tasks(tasks, file)
    if not asked:
        raise click.UsageError("Name a task, or --file with tasks.")
    with connection.client() as client:
        sys.exit(0 if try_command.execute(run_id, asked, client, arm=arm, as_json=as_json) else 2)


@click.command(cls=Gate)
@click.argument("before", metavar="RUN")
@click.argument("after", metavar="RUN")
@arm_option
@click.option("--shared", is_flag=True, help="Compare over the tasks that both were asked, if others differ.")
@click.option("--broken", is_flag=True, help="List only the tasks that were exact before and are not now.")
@click.option("--min", "least", multiple=True, metavar="METRIC=VALUE", help="Least mean; may be repeated.")
@click.option(
    "--max-drop", type=click.FloatRange(0, 1), metavar="SHARE", help="How much lower exact_plan may be."
)
@click.option("--page", type=click.Path(dir_okay=False, path_type=Path), help="Write a page for a browser.")
@json_option
@connected
def compare(before: str, after: str, least: tuple[str, ...], connection: Connection, **chosen: Any) -> None:
    """Show what the second run's student fixed and broke.

    Task by task; RUN is a run, or the folder of a downloaded one. RUN@2 is the newest student that was trained on
    revision 2 of the run's dataset.

    Exit status 0 passed, 2 a threshold of --min or --max-drop was missed, 1 an error.
    """
    from cli import compare as comparing

    try:
        wanted = comparing.thresholds(least)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="'--min'") from error
    with connection.client() as client:
        sys.exit(comparing.execute(before, after, client, least=wanted, **chosen))


@click.command()
@run_argument
@click.option("--again", is_flag=True, help="Another job, where one has ended; the old one is kept.")
@click.option("--revision", type=click.IntRange(min=0), metavar="N", help="On this reviewed revision.")
@assignments_option("An option of the fine-tuning (n_epochs=2, deploy.enabled=false); may be repeated.")
@baseline_option
@json_option
@connected
def finetune(
    run_id: str,
    again: bool,
    revision: int | None,
    options: dict[str, Any],
    baseline: str | None,
    as_json: bool,
    connection: Connection,
) -> None:
    """Fine-tune the student on a published run, and measure it."""
    from cli import run_options

    wanted = run_options.with_baseline({"finetune": options}, baseline)
    asked = run_options.with_finetune(wanted)["finetune"]
    asked |= {"again": True} if again else {}
    asked |= {"revision": revision} if revision is not None else {}
    with connection.client() as client:
        state = client.finetune(run_id, asked)
    tell(state, f"{run_id}: fine-tuning is asked for; see plansmith status {run_id} --watch", as_json)
