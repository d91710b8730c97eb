"""`plansmith push`: a published dataset to the Hugging Face Hub."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click

from cli.errors import CommandError
from cli.shared_options import (
    Connection,
    connected,
    json_option,
    out_option,
    run_argument,
    tell,
    yes_option,
)

_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*")


@click.command()
@run_argument
@click.option("--to", "repository", required=True, metavar="OWNER/NAME", help="The dataset's repository.")
@out_option
@click.option("--public", is_flag=True, help="Make a new repository public; without it, it is private.")
@click.option(
    "--run", "runs", is_flag=True, help="Upload it, after a question; without it the command is shown."
)
@yes_option
@json_option
@connected
def push(
    run_id: str,
    repository: str,
    out: Path,
    public: bool,
    runs: bool,
    yes: bool,
    as_json: bool,
    connection: Connection,
) -> None:
    """Show or run the command that uploads a dataset to the Hub.

    The Hub is Hugging Face's. The dataset is downloaded first, unless it lies in the folder of downloads. Name its
    licence in README.md before.
    """
    from cli.questions import ask

    if not _REPOSITORY.fullmatch(repository):
        raise click.BadParameter(f"'{repository}' is not OWNER/NAME", param_hint="'--to'")
    folder = _downloaded(run_id, out, connection)
    command = ["hf", "upload", repository, str(folder), ".", "--repo-type", "dataset"]
    command += [] if public else ["--private"]
    result = {"run_id": run_id, "folder": str(folder), "command": command, "uploaded": runs}
    if runs:
        ask(f"Upload {folder} to {repository}?", yes=yes, otherwise="nothing was uploaded", command=command)
        _run(command)
    tell(result, f"uploaded to {repository}" if runs else shlex.join(command), as_json)


def _downloaded(run_id: str, out: Path, connection: Connection) -> Path:
    from cli.downloads import download_run
    from shared.names import is_run_id

    if not is_run_id(run_id):
        raise CommandError(f"'{run_id}' is no run's id", code="bad_run_id")
    folder = out / run_id
    if not (folder / "manifest.json").is_file():  # the manifest is downloaded last
        with connection.client() as client:
            download_run(client, client.run(run_id), out)
    return folder


def _run(command: list[str]) -> None:
    program = shutil.which(command[0])
    if program is None:
        raise CommandError("there is no `hf` on the PATH: pip install huggingface_hub, then hf auth login")
    done = subprocess.run([program, *command[1:]], check=False, stdout=subprocess.DEVNULL)
    if done.returncode:
        raise CommandError(f"hf ended with status {done.returncode}: nothing or not all was uploaded")
