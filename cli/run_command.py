"""What `plansmith run` and `plansmith demo` do once their arguments are read."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli import tables as report
from cli.client import ApiError, Client
from cli.downloads import download_run
from cli.progress import display, follow
from cli.run_options import asks_for_finetune

if TYPE_CHECKING:
    from local.stack_record import StackRecord

DEFAULT_URL = "http://127.0.0.1:7071"


@dataclass(frozen=True)
class Order:
    """A run as it was asked for.

    Attributes:
        catalogs: files to upload.
        options: run options.
        wait: whether to stay until the end and download.
        out: where downloads go, each run to a folder of its name.
        timeout_s: how long to wait, None for as long as it takes.
    """

    catalogs: tuple[Path, ...]
    options: dict[str, Any]
    wait: bool
    out: Path
    timeout_s: float | None


def connect(url: str | None, key: str) -> Client:
    """A client of `url`, or of the local stack that runs on this machine."""
    if url:
        return Client(url, key)
    record = _recorded()
    return Client(record.url if record else DEFAULT_URL, key)


def execute(order: Order, *, url: str | None = None, key: str = "", own_stack: bool = False) -> None:
    """Start the run, and see it through if asked to. Raises if the asked is not there."""
    started = time.monotonic()
    with _installation(url, key, own_stack=own_stack, wait=order.wait) as client:
        run_id = str(client.start_run(order.catalogs, order.options)["run_id"])
        if not order.wait:
            report.show(f"started {run_id}\nsee how it goes: plansmith status {run_id}")
            return
        report.show(f"run {run_id}")
        finetune = asks_for_finetune(order.options)
        with display() as shown:
            _, end = follow(client, run_id, shown, finetune=finetune, timeout_s=order.timeout_s)
        state = client.run(run_id)  # what came in while the end was being seen belongs to it
        files = download_run(client, state, order.out) if state.get("files") else []
        if files:
            report.show(report.written(state, files, time.monotonic() - started))
        if end.failure:
            raise ApiError(f"{run_id}: {end.failure}")
        if not files:
            raise ApiError(f"{run_id} ended without published files")
        if few := report.shortage(state, files):
            raise ApiError(f"{run_id}: {few}")


@contextlib.contextmanager
def _installation(url: str | None, key: str, *, own_stack: bool, wait: bool) -> Iterator[Client]:
    """The asked or running installation, else a stack for the length of this command."""
    if url:
        with Client(url, key) as client:
            yield client
        return
    if not own_stack and (client_found := _running(key)):
        with client_found:
            yield client_found
        return
    if not wait:
        raise click.UsageError(
            f"No local stack runs (looked at {DEFAULT_URL}): start one with `make start` or `plansmith up`, "
            "name another installation with --url, or add --wait to run a stack for this command alone."
        )
    if find_spec("local") is None:
        raise ApiError(f"Nothing serves at {DEFAULT_URL}: name an installation with --url.")
    from local.temporary_stack import temporary_stack

    _say("Starting a local stack for this command ...")
    with temporary_stack(_say, emulator=own_stack) as address, Client(address, key) as client:
        yield client


def _running(key: str) -> Client | None:
    """The lasting stack of this machine: the recorded one, or whatever serves at the default address."""
    record = _recorded()
    if record and not record.temporary:
        return Client(record.url, key)
    client = Client(DEFAULT_URL, key)
    if client.is_serving():
        return client
    client.__exit__()
    return None


def _recorded() -> StackRecord | None:
    """The stack that runs on this machine; None where there is no checkout to run one."""
    if find_spec("local") is None:
        return None
    from local.stack_record import running_stack

    return running_stack()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
