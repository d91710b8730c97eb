"""Review rows in one's own editor: out as JSON Lines, back with validation."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cli.commands.rows import filtered, given
from cli.exit_codes import FAILED
from cli.shared_options import FILE, Command, Connection, connected, json_option, run_argument, tell


def by_option(command: Command) -> Command:
    """Give a command `--author`: who decides."""
    made: Command = click.option(
        "--author",
        envvar="PLANSMITH_AUTHOR",
        help="Who decides; default: the name that you are logged in by. Environment: PLANSMITH_AUTHOR.",
    )(command)
    return made


@click.group()
def review() -> None:
    """Decide about the rows of a run in your own editor."""


@review.command()
@run_argument
@filtered
@click.option(
    "--out",
    type=click.Path(dir_okay=False),
    help="The file; - is standard output. [default: RUN-review.jsonl]",
)
@json_option
@connected
def export(
    run_id: str, out: str | None, as_json: bool, connection: Connection, **filters: str | None
) -> None:
    """Write rows to a file: one JSON line each, with task, assumptions, plan, verdict and reason to edit.

    Set "verdict" to "approved" or "rejected" (with a "reason"), or "" for none; change task, assumptions, plan or
    negatives; add lines of your own without a task_id. `plansmith review import` takes the file back.
    """
    from cli.review_file import written

    place = out or f"{run_id}-review.jsonl"
    with connection.client() as client:
        lines = client.lines(f"runs/{run_id}/export", {**given(filters), "form": "review"})
        rows = written(lines, place)
    if place != "-":
        tell({"run_id": run_id, "path": place, "rows": rows}, f"{place}: {rows} rows", as_json)


@review.command(name="import")
@run_argument
@click.argument("file", type=FILE)
@by_option
@click.option("--dry-run", is_flag=True, help="Only check the file.")
@json_option
@connected
def import_(
    run_id: str, file: Path, author: str | None, dry_run: bool, as_json: bool, connection: Connection
) -> None:
    """Take decisions, edits and own examples from a file that `review export` wrote.

    Every line is validated first; with an error in one of them nothing is stored, and each is told. A row that
    somebody else has changed since is left as it is, and told.
    """
    from cli.review_file import read_lines
    from cli.review_import import Importing, author_name, report

    lines = read_lines(file)
    with connection.client() as client:
        told = Importing(client, run_id, author_name(author)).bring(lines, dry_run=dry_run)
    tell(told, report(told), as_json)
    if told["errors"] or told["changed"]:
        sys.exit(FAILED)
