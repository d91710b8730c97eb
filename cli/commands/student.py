"""A run's trained model: try it, compare it, deploy it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from cli.gates import Gate
from cli.shared_options import (
    FILE,
    Connection,
    baseline_option,
    connected,
    json_option,
    run_argument,
    tell,
)


@click.command(name="try", cls=Gate)
@run_argument
@click.argument("tasks", nargs=-1, metavar="[TASK]...")
@click.option(
    "--arm",
    type=click.Choice(["student", "base", "base_with_catalog", "teacher_with_catalog"]),
    default="student",
    show_default=True,
    help="Who plans.",
)
@click.option("--file", "file", type=FILE, help="Tasks, one a line, or JSON Lines with `task`.")
@json_option
@connected
def try_(
    run_id: str, tasks: tuple[str, ...], arm: str, file: Path | None, as_json: bool, connection: Connection
) -> None:
    """Let a run's student plan tasks in your own words, and check the plans.

    Exit status 0 when every plan is executable on paper, 2 when one is not, 1 an error.
    """
    from cli import try_command

    try:
        asked = try_command.tasks(tasks, file)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if not asked:
        raise click.UsageError("Name a task, or --file with tasks.")
    with connection.client() as client:
        sys.exit(0 if try_command.execute(run_id, asked, client, arm=arm, as_json=as_json) else 2)


@click.command(cls=Gate)
@click.argument("before", metavar="RUN")
@click.argument("after", metavar="RUN")
@click.option("--arm", default="student", show_default=True, help="Whose plans are compared.")
@click.option("--shared", is_flag=True, help="Compare over the tasks that both were asked, if others differ.")
@click.option("--broken", is_flag=True, help="List only the tasks that were exact before and are not now.")
@click.option("--min", "least", multiple=True, metavar="METRIC=VALUE", help="Least mean; may be repeated.")
@click.option("--max-drop", type=click.FloatRange(0, 1), help="How much lower exact_plan may be.")
@click.option("--page", type=click.Path(dir_okay=False, path_type=Path), help="Write a page for a browser.")
@json_option
@connected
def compare(before: str, after: str, least: tuple[str, ...], connection: Connection, **chosen: Any) -> None:
    """What the second run fixed and broke against the first, task by task; runs or their downloaded folders.

    RUN@2 is the newest student that was trained on revision 2 of the run's dataset.

    Exit status 0 passed, 2 a threshold of --min or --max-drop was missed, 1 an error.
    """
    from cli import compare as comparing

    try:
        wanted = comparing.thresholds(least)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--min") from error
    with connection.client() as client:
        sys.exit(comparing.execute(before, after, client, least=wanted, **chosen))


@click.command()
@run_argument
@click.option("--again", is_flag=True, help="Another job, where one has ended; the old one is kept.")
@click.option("--revision", type=click.IntRange(min=0), metavar="N", help="On this reviewed revision.")
@click.option(
    "--option",
    "assignments",
    multiple=True,
    metavar="NAME=VALUE",
    help="An option of the fine-tuning (n_epochs=2, deploy.enabled=false); may be repeated.",
)
@baseline_option
@json_option
@connected
def finetune(
    run_id: str,
    again: bool,
    revision: int | None,
    assignments: tuple[str, ...],
    baseline: str | None,
    as_json: bool,
    connection: Connection,
) -> None:
    """Fine-tune the student on a published run, and measure it."""
    from cli import run_options

    try:
        given = run_options.parse(assignments)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--option") from error
    wanted = run_options.with_baseline({"finetune": given}, baseline)
    asked = run_options.with_finetune(wanted)["finetune"]
    asked |= {"again": True} if again else {}
    asked |= {"revision": revision} if revision is not None else {}
    with connection.client() as client:
        state = client.finetune(run_id, asked)
    tell(state, f"{run_id}: fine-tuning is asked for; see plansmith status {run_id} --watch", as_json)


@click.command()
@run_argument
@json_option
@connected
def deploy(run_id: str, as_json: bool, connection: Connection) -> None:
    """Deploy a run's trained model again; a deployment costs by the hour."""
    with connection.client() as client:
        state = client.wish(run_id, "deploy")
    tell(state, f"{run_id}: its model is being deployed; see plansmith status {run_id}", as_json)


@click.command()
@run_argument
@json_option
@connected
def undeploy(run_id: str, as_json: bool, connection: Connection) -> None:
    """Remove the deployment of a run's trained model; the model stays."""
    with connection.client() as client:
        state = client.wish(run_id, "undeploy")
    tell(state, f"{run_id}: its deployment is being removed; the model stays", as_json)
