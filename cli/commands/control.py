"""Changes to a run: its end, going on, its model's deployment, and its deletion."""

from __future__ import annotations

from typing import Any

import click

from cli.shared_options import Connection, connected, json_option, run_argument, tell, yes_option


def _changing(change: str, text: str, told: str) -> click.Command:
    """The command that changes a run in one way; `told` is said of it then, with its `status`."""

    @click.command(name=change, help=text)
    @run_argument
    @json_option
    @connected
    def command(run_id: str, as_json: bool, connection: Connection) -> None:
        with connection.client() as client:
            state = client.change(run_id, change)
        status = state.get("status") or change
        tell(state, f"{run_id}: {told.format(run=run_id, status=status)}", as_json)

    return command


cancel = _changing("cancel", "End a run early; what is done stays.", "{status}")
resume = _changing("resume", "Let a paused run go on where it stopped.\n\nNothing is paid twice.", "{status}")
deploy = _changing(
    "deploy",
    "Deploy a run's trained model again.\n\nA deployment costs by the hour.",
    "its model is being deployed; see plansmith status {run}",
)
undeploy = _changing(
    "undeploy",
    "Remove the deployment of a run's model; the model stays.",
    "its deployment is being removed; the model stays",
)


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


def _inventory(found: dict[str, Any]) -> str:
    from cli.tables import table
    from cli.wording import bytes_of

    rows = [
        (str(one["place"]), str(one["blobs"]), bytes_of(int(one["bytes"])))
        for one in found.get("deletes") or []
    ]
    lines = [table(("DELETES", "BLOBS", "SIZE"), rows)]
    return "\n".join(lines + [f"keeps {kept}" for kept in found.get("keeps") or []])
