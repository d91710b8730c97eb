"""What `plansmith run` and `plansmith demo` do once their arguments are read."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli import results
from cli.client import Client
from cli.downloads import as_told, download_run
from cli.errors import CommandError
from cli.estimate import agree
from cli.progress import failed, watch
from cli.run_options import asks_for_finetune, with_baseline
from cli.run_view import Ending
from cli.shared_options import tell

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
        yes: start without telling the estimate and asking.
        as_json: tell the result as JSON.
        serve: keep the stack of this command after the end, until a signal.
        first: options of a run that goes before, on the same catalogs, whose student this one is compared with.
    """

    catalogs: tuple[Path, ...]
    options: dict[str, Any]
    wait: bool
    out: Path
    timeout_s: float | None
    yes: bool = False
    as_json: bool = False
    serve: bool = False
    first: dict[str, Any] | None = None


def connect(url: str | None, key: str) -> Client:
    """A client of `url`, or of the local stack that runs on this machine."""
    if url:
        return Client(url, key)
    record = _recorded()
    return Client(record.url if record else DEFAULT_URL, key)


def execute(order: Order, *, url: str | None = None, key: str = "", own_stack: bool = False) -> None:
    """Start the run, and see it through if asked to. CommandError if what was asked for is not there."""
    with _installation(url, key, own_stack=own_stack, wait=order.wait) as client:
        if not order.yes:
            agree(client, order.catalogs, order.options)
        before = _run_first(order, client) if order.first is not None else None
        state = client.start_run(order.catalogs, with_baseline(order.options, before))
        run_id = str(state["run_id"])
        if not order.wait:
            tell(
                state, f"started {run_id}\nsee how it goes: plansmith status {run_id} --watch", order.as_json
            )
            return
        console = f"{client.url}/api/console/runs/{run_id}"
        click.echo(f"run {run_id}\nconsole: {console}", err=order.as_json)
        try:
            _see_through(order, client, run_id)
        finally:
            if own_stack and not order.serve:
                _say("The console ends with this command; --serve keeps it.")
        if order.serve:
            click.echo(f"console: {console} (until Ctrl-C)", err=order.as_json)
            _wait_for_the_end()


def _run_first(order: Order, client: Client) -> str:
    """Start the run that goes before and see it to its end, without a download. CommandError if it fails."""
    assert order.first is not None
    run_id = str(client.start_run(order.catalogs, order.first)["run_id"])
    click.echo(f"run {run_id}: a student of the short form, to compare with", err=order.as_json)
    _, end = watch(client, run_id, as_json=order.as_json, finetune=True, timeout_s=order.timeout_s)
    if end.failure:
        raise failed(run_id, end)
    return run_id


def _see_through(order: Order, client: Client, run_id: str) -> None:
    """Follow the run to its end and download it. CommandError if what was asked for is not there."""
    started = time.monotonic()
    finetune = asks_for_finetune(order.options)
    state, end = watch(client, run_id, as_json=order.as_json, finetune=finetune, timeout_s=order.timeout_s)
    files = download_run(client, state, order.out) if state.get("files") else []
    if not files:
        raise failed(run_id, end if end.failure else Ending("it ended without published files"))
    short = end.failure or results.shortage(state, files)
    if not short or not order.as_json:
        result = {**as_told(run_id, files, order.out), "run": state}
        tell(result, results.written(state, files, time.monotonic() - started), order.as_json)
    if short:
        raise CommandError(f"{run_id}: {short}", code="run_failed" if end.failure else "too_few_records")


def _wait_for_the_end() -> None:
    """Wait for a signal: ending what was to be kept until then is no failure."""
    with contextlib.suppress(KeyboardInterrupt, SystemExit):
        threading.Event().wait()


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
        raise CommandError(
            f"Nothing serves at {DEFAULT_URL}: name an installation with --url", code="unreachable"
        )
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
