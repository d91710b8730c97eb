"""Review rows in one's own editor: out as JSON Lines, back with validation."""

from __future__ import annotations

import json
import sys
from contextlib import AbstractContextManager, nullcontext
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

import click

from cli.commands.rows import filtered, given
from cli.exit_codes import FAILED
from cli.shared_options import FILE, Connection, connected, json_option, run_argument, tell

author_option = click.option(
    "--author",
    envvar="PLANSMITH_AUTHOR",
    show_envvar=True,
    metavar="NAME",
    help="Who decides; without one, the name that you are logged in by.",
)


@click.group()
def review() -> None:
    """Decide about the rows of a run in your own editor."""


@review.command()
@run_argument
@filtered
@click.option(
    "--out",
    type=click.Path(dir_okay=False),
    show_default="RUN-review.jsonl",
    help="The file; - is standard output.",
)
@json_option
@connected
def export(
    run_id: str, out: str | None, as_json: bool, connection: Connection, **filters: str | None
) -> None:
    """Write rows to a file, a line of JSON each, to edit.

    A line has task, assumptions, plan, verdict and reason. Set "verdict" to "approved" or "rejected" (with a
    "reason"), or "" for none; change task, assumptions, plan or negatives; add lines of your own without a task_id.
    `plansmith review import` takes the file back.
    """
    from cli.client import run_route

    place = out or f"{run_id}-review.jsonl"
    rows = 0
    with connection.client() as client, _target(place) as file:
        for line in client.lines(f"{run_route(run_id)}/export", {**given(filters), "form": "review"}):
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            rows += 1
    if place != "-":
        tell({"run_id": run_id, "path": place, "rows": rows}, f"{place}: {rows} rows", as_json)


def _target(place: str) -> AbstractContextManager[TextIO]:
    """What the rows are written to, in UTF-8: standard output, a file that is whole, or a device or pipe as it is."""
    from cli.whole_file import whole_file

    if place == "-":
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")
        return nullcontext(sys.stdout)
    path = Path(place)
    return whole_file(path) if path.is_file() or not path.exists() else path.open("w", encoding="utf-8")


@review.command(name="import")
@run_argument
@click.argument("file", type=FILE)
@author_option
@click.option("--dry-run", is_flag=True, help="Only check the file.")
@json_option
@connected
def import_(
    run_id: str, file: Path, author: str | None, dry_run: bool, as_json: bool, connection: Connection
) -> None:
    """Take back the file that `review export` wrote.

    Decisions, edits and own examples are taken from it. Every line is validated first; with an error in one of them
    nothing is stored, and each is told. A row that somebody else has changed since is left as it is, and told.
    """
    from cli.lines import json_object, lines_of
    from cli.review_import import Importing, author_name, report

    lines = [(number, json_object(file, number, line)) for number, line in lines_of(file)]
    with connection.client() as client:
        done = Importing(client, run_id, author_name(author)).bring(lines, dry_run=dry_run)
    tell(done, report(done), as_json)
    if done["errors"] or done["changed"]:
        sys.exit(FAILED)
