"""Changes to a run: its end, going on, its model's deployment, and its deletion."""

from __future__ import annotations

from typing import Any

import click

from cli.shared_options import Connection, connected, json_option, run_argument, tell, yes_option


@click.command()
@run_argument
@json_option
@connected
def cancel(run_id: str, as_json: bool, connection: Connection) -> None:
    """End a run early; what is done stays."""
    state = _change(run_id, "cancel", connection)
    tell(state, f"{run_id}: {state.get('status') or 'cancelling'}", as_json)


@click.command()
@run_argument
@json_option
@connected
def resume(run_id: str, as_json: bool, connection: Connection) -> None:
    """Let a paused run go on where it stopped.

    Nothing is paid twice.
    """
    state = _change(run_id, "resume", connection)
    tell(state, f"{run_id}: {state.get('status') or 'generating'}", as_json)


@click.command()
@run_argument
@json_option
@connected
def deploy(run_id: str, as_json: bool, connection: Connection) -> None:
    """Deploy a run's trained model again.

    A deployment costs by the hour.
    """
    state = _change(run_id, "deploy", connection)
    tell(state, f"{run_id}: its model is being deployed; see plansmith status {run_id}", as_json)


@click.command()
@run_argument
@json_option
@connected
def undeploy(run_id: str, as_json: bool, connection: Connection) -> None:
    """Remove the deployment of a run's model; the model stays."""
    state = _change(run_id, "undeploy", connection)
    tell(state, f"{run_id}: its deployment is being removed; the model stays", as_json)


@click.command()
@run_argument
@yes_option
@json_option
@connected
def delete(run_id: str, yes: bool, as_json: bool, connection: Connection) -> None:
    """Delete a run that has ended, with all that is stored of it.

    Tells first what goes and what stays, and asks.
    """
    from cli.questions import ask

    with connection.client() as client:
        found = client.what_goes(run_id)
        if not as_json:
            click.echo(_inventory(found), err=True)
        more = {name: found.get(name) for name in ("deletes", "keeps")}
        ask(f"Delete {run_id} for good?", yes=yes, otherwise=f"{run_id} was not deleted", **more)
        done = client.delete(run_id)
    tell(done, f"{run_id}: deleted", as_json)


def _change(run_id: str, change: str, connection: Connection) -> dict[str, Any]:
    with connection.client() as client:
        return client.change(run_id, change)


def _inventory(found: dict[str, Any]) -> str:
    from cli.tables import table
    from cli.wording import bytes_of

    rows = [
        (str(one["place"]), str(one["blobs"]), bytes_of(int(one["bytes"])))
        for one in found.get("deletes") or []
    ]
    lines = [table(("DELETES", "BLOBS", "SIZE"), rows)]
    return "\n".join(lines + [f"keeps {kept}" for kept in found.get("keeps") or []])
