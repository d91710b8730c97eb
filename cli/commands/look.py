"""What runs are doing and what they have published."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from cli.shared_options import (
    COUNT,
    Connection,
    connected,
    json_option,
    out_option,
    run_argument,
    tell,
    timeout_option,
)
from cli.signals import end_on_signals


@click.command()
@click.argument("run_id", metavar="[RUN]", required=False)
@click.option("--watch", is_flag=True, help="Follow the run to its end; a failed one is a failure.")
@timeout_option("Follow the run, and no longer than this.")
@json_option
@connected
def status(
    run_id: str | None, watch: bool, timeout_s: float | None, as_json: bool, connection: Connection
) -> None:
    """Show all runs, or one in detail."""
    from cli import progress, tables

    follows = watch or timeout_s is not None
    if not run_id and follows:
        raise click.UsageError("--watch and --timeout want a RUN.")
    end_on_signals()
    with connection.client() as client:
        if run_id and follows:
            answer, end = progress.watch(client, run_id, as_json=as_json, timeout_s=timeout_s)
            if end.failure:
                raise progress.failed(run_id, end)
        else:
            answer = client.run(run_id) if run_id else client.runs()
    tell(answer, tables.run_detail(answer) if run_id else tables.runs(answer), as_json)


@click.command()
@run_argument
@out_option
@click.option("--revision", type=COUNT, metavar="N", help="Of this reviewed revision.")
@json_option
@connected
def download(run_id: str, out: Path, revision: int | None, as_json: bool, connection: Connection) -> None:
    """Download what a run has published.

    Each file is checked against its sha256; a download that broke off goes on where it was.
    """
    from cli import results
    from cli.downloads import as_told, download_run, of_revision

    started = time.monotonic()
    with connection.client() as client:
        state = client.run(run_id)
        if revision is not None:
            state = of_revision(client, state, revision)
        files = download_run(client, state, out)
    tell(as_told(run_id, files, out), results.written(state, files, time.monotonic() - started), as_json)


@click.command()
@run_argument
@out_option
@click.option("--open/--no-open", "opens", default=True, help="Open it in a browser, if this is a terminal.")
@json_option
@connected
def report(run_id: str, out: Path, opens: bool, as_json: bool, connection: Connection) -> None:
    """Fetch and open the page with a run's curves and evaluation."""
    from cli.downloads import download_file

    with connection.client() as client:
        page = download_file(client, client.run(run_id), "report.html", out)
    tell({"run_id": run_id, "path": str(page)}, str(page), as_json)
    if opens and not as_json and sys.stdout.isatty():
        click.launch(str(page))
