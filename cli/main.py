"""The `plansmith` command."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import click

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _connection(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of every command that talks to an installation."""
    url = click.option(
        "--url", envvar="PLANSMITH_URL", help="Address of the installation; default: the local stack."
    )
    key = click.option(
        "--key", envvar="PLANSMITH_KEY", default="", help="Function key, where one is asked for."
    )
    return url(key(command))


def _need_checkout(command: str) -> None:
    """Raise for a command that needs what only a checkout has: emulators, the functions host, sample catalogs."""
    if find_spec("local") is None:
        message = f"`plansmith {command}` runs the app on this machine and needs a checkout of Plansmith"
        raise click.ClickException(f"{message}; name an installation with --url instead.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def cli() -> None:
    """From an API catalog to a small model that plans calls to exactly those APIs."""


@cli.command()
@click.option("--port", default=7071, show_default=True, help="Port of the HTTP API; 0 takes a free one.")
@click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), help="Folder for all data and logs."
)
@click.option(
    "--azurite-ports", metavar="B,Q,T", help="Ports of blobs, queues and tables; default: free ones."
)
@click.option("--openai-port", type=int, help="Port of the model emulator; default: a free one.")
@click.option("--openai", metavar="URL", help="Use this model service instead of the emulator.")
@click.option("--emulator", is_flag=True, help="Use the emulator even if the settings name another service.")
@click.option(
    "--emulator-arg", "emulator_args", multiple=True, metavar="ARG", help="Passed on to the emulator."
)
@click.option(
    "--hosts", type=click.IntRange(1, 16), default=1, show_default=True, help="Functions hosts to run."
)
@click.option(
    "--host",
    type=click.Choice(["local", "func"]),
    default="local",
    show_default=True,
    help="What runs the functions: this project's host, or Azure Functions Core Tools.",
)
@click.option(
    "--queue-lock-s",
    type=click.FloatRange(1, 600),
    default=30.0,
    show_default=True,
    help="Seconds until the messages of a host that died come back.",
)
@click.option("--verbose", is_flag=True, help="Show the hosts' log here instead of writing it to a file.")
@click.option("--temporary", is_flag=True, hidden=True, help="End when standard input does.")
def up(data: Path | None, azurite_ports: str | None, temporary: bool, **options: Any) -> None:
    """Run the local stack in the foreground until Ctrl-C."""
    _need_checkout("up")
    from local.checkout import DATA
    from local.stack import StackOptions, serve

    if options["openai"] and options["emulator"]:
        raise click.UsageError("--openai and --emulator exclude each other.")
    ports = _three_ports(azurite_ports)
    folder = (data or DATA).resolve()
    _end_on_signals(status=0)  # stopping it is no failure
    if temporary:
        _end_with_input()
    else:
        click.echo(f"Starting the local stack; data and logs are in {folder}", err=True)
    stack = StackOptions(data=folder, azurite_ports=ports, temporary=temporary, **options)
    serve(stack, lambda text: click.echo(text))


@cli.command()
@click.argument("catalogs", nargs=-1, required=True, type=_FILE, metavar="CATALOG...")
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
@click.option("--wait", is_flag=True, help="Wait for the end and download the result.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where results go, default out/; implies --wait.",
)
@click.option(
    "--timeout", "timeout_s", type=click.FloatRange(min=1), metavar="SECONDS", help="Wait no longer."
)
@_connection
def run(
    catalogs: tuple[Path, ...],
    samples: int | None,
    seed_tasks: tuple[str, ...],
    assignments: tuple[str, ...],
    finetune: bool,
    wait: bool,
    out: Path | None,
    timeout_s: float | None,
    url: str | None,
    key: str,
) -> None:
    """Upload catalog files and start a run over them.

    Without a running stack, --wait starts one for the length of the command.
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
    waits = wait or out is not None
    order = Order(catalogs, run_options.merged(options, typed), waits, out or Path("out"), timeout_s)
    _end_on_signals()
    execute(order, url=url, key=key)


@cli.command()
@click.argument("run_id", metavar="[RUN]", required=False)
@click.option("--json", "as_json", is_flag=True, help="The API's answer as it is.")
@_connection
def status(run_id: str | None, as_json: bool, url: str | None, key: str) -> None:
    """All runs, or one in detail."""
    from cli import tables as report

    with _client(url, key) as client:
        answer = client.run(run_id) if run_id else client.runs()
    if as_json:
        report.show(json.dumps(answer, indent=2, ensure_ascii=False))
    else:
        report.show(report.run_detail(answer) if run_id else report.runs(answer))


@cli.command()
@click.argument("run_id", metavar="RUN")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("out"),
    show_default=True,
    help="The files go to a folder of the run's name in here.",
)
@_connection
def download(run_id: str, out: Path, url: str | None, key: str) -> None:
    """Download what a run has published, each file checked against its sha256."""
    from cli import tables as report
    from cli.downloads import download_run

    started = time.monotonic()
    with _client(url, key) as client:
        state = client.run(run_id)
        files = download_run(client, state, out)
    report.show(report.written(state, files, time.monotonic() - started))


@cli.command()
@click.argument("run_id", metavar="RUN")
@_connection
def cancel(run_id: str, url: str | None, key: str) -> None:
    """End a run early; what is done stays."""
    with _client(url, key) as client:
        state = client.cancel(run_id)
    click.echo(f"{run_id}: {state.get('status') or 'cancelling'}")


@cli.command(name="try")
@click.argument("run_id", metavar="RUN")
@click.argument("tasks", nargs=-1, metavar="[TASK]...")
@click.option(
    "--arm",
    type=click.Choice(["student", "base", "base_with_catalog", "teacher_with_catalog"]),
    default="student",
    show_default=True,
    help="Who plans.",
)
@click.option("--file", "file", type=_FILE, help="Tasks, one a line, or JSON Lines with `task`.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a task, for programs.")
@_connection
def try_(
    run_id: str, tasks: tuple[str, ...], arm: str, file: Path | None, as_json: bool, url: str | None, key: str
) -> None:
    """Let a run's student plan tasks in your own words, and check the plans.

    Exit status 0 when every plan is executable on paper, 2 when one is not.
    """
    from cli import try_command

    asked = try_command.tasks(tasks, file)
    if not asked:
        raise click.UsageError("Name a task, or --file with tasks.")
    with _client(url, key) as client:
        sys.exit(0 if try_command.execute(run_id, asked, client, arm=arm, as_json=as_json) else 2)


@cli.command()
@click.argument("before", metavar="RUN")
@click.argument("after", metavar="RUN")
@click.option("--arm", default="student", show_default=True, help="Whose plans are compared.")
@click.option("--shared", is_flag=True, help="Compare over the tasks that both were asked, if others differ.")
@click.option("--broken", is_flag=True, help="List only the tasks that were exact before and are not now.")
@click.option("--min", "least", multiple=True, metavar="METRIC=VALUE", help="Least mean; may be repeated.")
@click.option("--max-drop", type=click.FloatRange(0, 1), help="How much lower exact_plan may be.")
@click.option("--page", type=click.Path(dir_okay=False, path_type=Path), help="Write a page for a browser.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@_connection
def compare(
    before: str, after: str, least: tuple[str, ...], url: str | None, key: str, **chosen: Any
) -> None:
    """What the second run fixed and broke against the first, task by task; runs or their downloaded folders.

    Exit status 0 passed, 2 a threshold of --min or --max-drop was missed, 1 an error.
    """
    from cli import compare as comparing

    try:
        wanted = comparing.thresholds(least)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--min") from error
    with _client(url, key) as client:
        sys.exit(comparing.execute(before, after, client, least=wanted, **chosen))


@cli.command()
@click.argument("run_id", metavar="RUN")
@_connection
def deploy(run_id: str, url: str | None, key: str) -> None:
    """Deploy a run's trained model again; a deployment costs by the hour."""
    with _client(url, key) as client:
        client.wish(run_id, "deploy")
    click.echo(f"{run_id}: its model is being deployed; see plansmith status {run_id}")


@cli.command()
@click.argument("run_id", metavar="RUN")
@_connection
def undeploy(run_id: str, url: str | None, key: str) -> None:
    """Remove the deployment of a run's trained model; the model stays."""
    with _client(url, key) as client:
        client.wish(run_id, "undeploy")
    click.echo(f"{run_id}: its deployment is being removed; the model stays")


@cli.command()
@click.argument("run_id", metavar="RUN")
@_connection
def resume(run_id: str, url: str | None, key: str) -> None:
    """Let a paused run go on where it stopped; nothing is paid twice."""
    with _client(url, key) as client:
        state = client.resume(run_id)
    click.echo(f"{run_id}: {state.get('status') or 'generating'}")


@cli.command()
@click.option(
    "--samples", type=click.IntRange(min=1), default=500, show_default=True, help="Records to plan."
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, help="Seed of the training; the dataset stays."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("out"),
    show_default=True,
    help="The files go to a folder of the run's name in here.",
)
def demo(samples: int, seed: int, out: Path) -> None:
    """The whole way on a sample catalog: dataset, fine-tune job, student measured against its base."""
    _need_checkout("demo")
    from cli.run_command import Order, execute
    from local.checkout import DEMO_CATALOG

    options = {
        "samples": samples,
        "finetune": {
            "enabled": True,
            "seed": seed,
            "evaluate": {"enabled": True, "baseline": "student-base"},
        },
    }
    if not DEMO_CATALOG.is_file():
        raise click.ClickException(f"the sample catalog {DEMO_CATALOG} is missing: restore it with git")
    _end_on_signals()
    execute(Order((DEMO_CATALOG,), options, True, out, None), own_stack=True)


@cli.group()
def catalog() -> None:
    """Look at catalogs without running anything."""


@catalog.command()
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@click.option(
    "--assignments", type=click.IntRange(1), metavar="N", help="The first N assignments of a run, in words."
)
@click.option(
    "--prompts",
    type=click.IntRange(1),
    metavar="N",
    help="What the teacher would be sent for them, as JSONL.",
)
@click.option("--seed", default=0, show_default=True, help="Seed of the run.")
@click.option("--samples", default=500, show_default=True, help="Of how many samples the price is told.")
def inspect(
    files: tuple[Path, ...],
    as_json: bool,
    assignments: int | None,
    prompts: int | None,
    seed: int,
    samples: int,
) -> None:
    """What Plansmith reads out of catalog files: APIs, parameters, oddities; and what a run would teach."""
    from cli.inspect_catalog import inspect as inspect_files

    text, code = inspect_files(
        [str(path) for path in files],
        as_json,
        assignments=assignments or 0,
        prompts=prompts or 0,
        seed=seed,
        samples=samples,
    )
    click.echo(text)
    sys.exit(code)


@cli.command()
@click.argument("file", type=_FILE)
@click.option(
    "--catalog", "catalogs", multiple=True, required=True, type=_FILE, help="Catalog file; may be repeated."
)
@click.option("--strict", is_flag=True, help="Fail on warnings as well as on errors.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@click.option(
    "--answers",
    is_flag=True,
    help='The file holds a teacher\'s answers: lines {"index", "answer"} in wire form.',
)
def validate(file: Path, catalogs: tuple[Path, ...], strict: bool, as_json: bool, answers: bool) -> None:
    """Check every record of a dataset file against the record schema and its catalog."""
    from cli.validate_dataset import validate as validate_file
    from cli.validate_dataset import validate_answers

    check = validate_answers if answers else validate_file
    text, code = check(str(file), [str(path) for path in catalogs], as_json, strict=strict)
    click.echo(text)
    sys.exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; every error that is meant for the user ends as one line and status 1."""
    try:
        cli.main(arguments, prog_name="plansmith", standalone_mode=False)
    except click.exceptions.Abort:
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 1
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        return 130
    except Exception as error:
        if not _is_for_the_user(error):
            raise
        click.echo(f"plansmith: {error}", err=True)
        return 1
    return 0


def _is_for_the_user(error: Exception) -> bool:
    # Loaded already if one of them was raised; importing them first would slow every command down.
    kinds = [
        ("cli.client", "ApiError"),
        ("local.stack_record", "StackError"),
        ("shared.errors", "PlansmithError"),
    ]
    loaded = [getattr(sys.modules[module], name) for module, name in kinds if module in sys.modules]
    return isinstance(error, tuple(loaded))


def _client(url: str | None, key: str) -> Any:
    from cli.run_command import connect

    return connect(url, key)


def _three_ports(text: str | None) -> tuple[int, int, int] | None:
    if text is None:
        return None
    try:
        blob, queue, table = (int(part) for part in text.split(","))
    except ValueError as error:
        raise click.BadParameter(
            "give three ports: blob,queue,table", param_hint="--azurite-ports"
        ) from error
    return blob, queue, table


def _end_on_signals(status: int | None = None) -> None:
    """Make SIGTERM and SIGHUP end the command as orderly as Ctrl-C does; `status`: with that exit status."""

    def leave(number: int, _: FrameType | None) -> NoReturn:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)  # the order of stopping is not to be disturbed
        raise SystemExit(128 + number if status is None else status)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)


def _end_with_input() -> None:
    """End this process once its standard input is closed, that is when the command that started it is gone."""
    import os
    import threading

    def wait() -> None:
        while os.read(0, 4096):  # not sys.stdin, whose lock would stop the interpreter's own end
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    sys.exit(main())
