"""What runs are doing and what they have published."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click

from cli.shared_options import Connection, connected, out_option, run_argument


@click.command()
@click.argument("run_id", metavar="[RUN]", required=False)
@click.option("--json", "as_json", is_flag=True, help="The API's answer as it is.")
@connected
def status(run_id: str | None, as_json: bool, connection: Connection) -> None:
    """All runs, or one in detail."""
    from cli import tables as report

    with connection.client() as client:
        answer = client.run(run_id) if run_id else client.runs()
    if as_json:
        report.show(json.dumps(answer, indent=2, ensure_ascii=False))
    else:
        report.show(report.run_detail(answer) if run_id else report.runs(answer))


@click.command()
@run_argument
@out_option
@connected
def download(run_id: str, out: Path, connection: Connection) -> None:
    """Download what a run has published, each file checked against its sha256."""
    from cli import tables as report
    from cli.downloads import download_run

    started = time.monotonic()
    with connection.client() as client:
        state = client.run(run_id)
        files = download_run(client, state, out)
    report.show(report.written(state, files, time.monotonic() - started))
