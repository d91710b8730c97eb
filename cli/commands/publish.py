"""Publish what was decided about a run's rows."""

from __future__ import annotations

import click

from cli.commands.review import author_option
from cli.shared_options import Connection, connected, json_option, run_argument, tell, timeout_option


@click.command()
@run_argument
@click.option("--note", default="", show_default=False, help="Why, in a few words; stands in the manifest.")
@author_option
@click.option("--wait/--no-wait", default=True, help="Wait until it is there.")
@timeout_option("Wait no longer.")
@json_option
@connected
def publish(
    run_id: str,
    note: str,
    author: str | None,
    wait: bool,
    timeout_s: float | None,
    as_json: bool,
    connection: Connection,
) -> None:
    """Publish a revision of a run's dataset.

    Its rows with all that was decided about them; the first dataset stays as it is. A run that is still open is not
    published yet: `plansmith cancel RUN` publishes what is accepted so far, and this command then waits for it.
    """
    from cli.publishing import publish_revision, told
    from cli.review_import import author_name

    with connection.client() as client:
        made = publish_revision(client, run_id, author_name(author), note, wait=wait, timeout_s=timeout_s)
    tell(made, told(made), as_json)
