"""Changes to a run: its end, and going on."""

from __future__ import annotations

import click

from cli.shared_options import Connection, connected, run_argument


@click.command()
@run_argument
@connected
def cancel(run_id: str, connection: Connection) -> None:
    """End a run early; what is done stays."""
    with connection.client() as client:
        state = client.cancel(run_id)
    click.echo(f"{run_id}: {state.get('status') or 'cancelling'}")


@click.command()
@run_argument
@connected
def resume(run_id: str, connection: Connection) -> None:
    """Let a paused run go on where it stopped; nothing is paid twice."""
    with connection.client() as client:
        state = client.resume(run_id)
    click.echo(f"{run_id}: {state.get('status') or 'generating'}")
