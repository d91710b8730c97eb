"""The rows of a run, filtered, in the terminal."""

from __future__ import annotations

from typing import Any

import click

from cli.shared_options import COUNT, Command, Connection, connected, json_option, run_argument, tell

_FILTERS = (
    ("operation", "Rows whose plan calls it."),
    ("q", "Rows whose task has these words."),
    ("verdict", "approved, rejected, edited, own, or none."),
    ("touched", "Rows that a person decided about: yes or no."),
    ("status", "accepted, rejected, failed or skipped."),
    ("reason", "Why a row was not accepted."),
    ("finding", "A code of what was wrong."),
    ("split", "train, validation, test or left_out."),
    ("difficulty", "XS, S, M, L or XL."),
    ("shape", "Shape of the plan."),
    ("variation", "What the assignment varied."),
    ("persona", "Who asks."),
    ("source", "synthetic, mixed or human."),
    ("author", "Who decided last."),
)


def filtered(command: Command) -> Command:
    """Give a command an option for each filter of rows; they come as keywords."""
    for name, words in reversed(_FILTERS):
        command = click.option(f"--{name}", metavar="TEXT", help=words)(command)
    return command


def given(filters: dict[str, str | None]) -> dict[str, str]:
    """The filters that were given."""
    return {name: value for name, value in filters.items() if value}


@click.command()
@run_argument
@filtered
@click.option("--revision", type=click.IntRange(min=0), metavar="N", help="As this revision has them.")
@click.option("--limit", type=COUNT, default=50, metavar="N", help="Rows at most.")
@json_option
@connected
def rows(
    run_id: str,
    revision: int | None,
    limit: int,
    as_json: bool,
    connection: Connection,
    **filters: str | None,
) -> None:
    """List the rows of a run as reviewed, also while it goes on."""
    from cli.row_lists import rows_of, rows_table

    wanted: dict[str, Any] = {**given(filters), **({} if revision is None else {"revision": str(revision)})}
    with connection.client() as client:
        found = rows_of(client, run_id, wanted, limit)
    tell(found, rows_table(found), as_json)
