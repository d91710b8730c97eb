"""The installation: whether it answers, takes the key, reaches its storage, is of this version, and has the time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx2

from cli.api_error import ApiError
from cli.client import Client
from cli.doctor.finding import Finding, error, ok, warning
from shared.version import VERSION

_CLOCK_S = 300.0
"""Storage and Entra refuse signatures that are a quarter of an hour off; five minutes tell in time."""


def installation_findings(client: Client, now: datetime, *, is_named: bool) -> Iterator[Finding]:
    """What there is to say about an installation.

    Args:
        client: of the installation.
        now: this machine's time.
        is_named: whether a person named it; a local stack need not run.
    """
    try:
        answer = client.health()
    except httpx2.HTTPError as wrong:
        text = f"nothing answers at {client.url} ({type(wrong).__name__})"
        if is_named:
            yield error("not_reached", text, "check the address (--url, the profile) and the network")
        else:
            yield warning("no_stack", f"no local stack runs: {text}", "plansmith up, or --url, or a profile")
        return
    yield from _clock(answer.headers.get("date", ""), now)
    yield from _health(answer, client.url)
    if answer.status_code == 200:
        yield from _key(client)


def _health(answer: httpx2.Response, url: str) -> Iterator[Finding]:
    try:
        told = answer.json()
    except ValueError:
        told = None
    if not isinstance(told, dict) or not ("version" in told or "code" in told):
        do = "check the address: it is that of the Functions app, without a path"
        yield error(
            "not_plansmith", f"what answers at {url} is not Plansmith (HTTP {answer.status_code})", do
        )
    elif answer.status_code != 200:
        text = f"the installation does not reach its storage: {told.get('detail', answer.status_code)}"
        do = "check PLANSMITH_STORAGE, the account's network, and the roles Storage Blob and Queue Data Contributor"
        yield error("storage", text, do)
    elif told["version"] != VERSION:
        text = f"{url} has version {told['version']}, this command {VERSION}"
        yield warning("version", text, "bring both to one version: azd deploy, or git pull and make setup")
    else:
        yield ok("installation", f"{url} answers, version {VERSION}, and reaches its storage")


def _key(client: Client) -> Iterator[Finding]:
    try:
        client.runs()
    except ApiError as wrong:
        if wrong.status in (401, 403):
            do = "az functionapp keys list --name APP --resource-group GROUP; then plansmith profile set, or --key"
            yield error("key_refused", "the installation refuses the function key", do)
        else:
            yield error(
                "runs", f"the runs cannot be listed: {wrong}", "see the app's log (docs/operations.md)"
            )
    else:
        yield ok("key", "the installation takes the key, or asks for none")


def _clock(date: str, now: datetime) -> Iterator[Finding]:
    try:
        off = (now - parsedate_to_datetime(date)).total_seconds()
    except (TypeError, ValueError):
        return
    if abs(off) > _CLOCK_S:
        text = f"this machine's clock is {abs(off) / 60:.0f} minutes {'ahead' if off > 0 else 'behind'}"
        yield error(
            "clock",
            text,
            "set it by the network (timedatectl set-ntp true): tokens and signatures are refused",
        )
    else:
        yield ok("clock", "this machine's clock agrees with the installation's")
