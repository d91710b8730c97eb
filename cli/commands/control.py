"""Changes to a run: its end, going on, and its deletion."""

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
    with connection.client() as client:
        state = client.cancel(run_id)
    tell(state, f"{run_id}: {state.get('status') or 'cancelling'}", as_json)


@click.command()
@run_argument
@json_option
@connected
def resume(run_id: str, as_json: bool, connection: Connection) -> None:
    """Let a paused run go on where it stopped; nothing is paid twice."""
    with connection.client() as client:
        state = client.resume(run_id)
    tell(state, f"{run_id}: {state.get('status') or 'generating'}", as_json)


@click.command()
@run_argument
@yes_option
@json_option
@connected
def delete(run_id: str, yes: bool, as_json: bool, connection: Connection) -> None:
    """Delete a run that has ended with all that is stored of it; tells first what goes and what stays, and asks."""
    from cli.questions import ask

    with connection.client() as client:
        found = client.what_goes(run_id)
        if not as_json:
            click.echo(_inventory(found), err=True)
        told = {name: found.get(name) for name in ("deletes", "keeps")}
        ask(f"Delete {run_id} for good?", yes=yes, otherwise=f"{run_id} was not deleted", **told)
        done = client.delete(run_id)
    tell(done, f"{run_id}: deleted", as_json)


def _inventory(found: dict[str, Any]) -> str:
    from cli.tables import size, table

    rows = [
        (str(one["place"]), str(one["blobs"]), size(int(one["bytes"]))) for one in found.get("deletes") or []
    ]
    lines = [table(("DELETES", "BLOBS", "SIZE"), rows)]
    return "\n".join(lines + [f"keeps {kept}" for kept in found.get("keeps") or []])
