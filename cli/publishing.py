"""Asks for a revision and waits until it is there."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from cli.api_error import ApiError
from cli.client import Client, run_route

_LOOK_EVERY_S = 0.5


def publish_revision(
    client: Client, run: str, author: str, note: str, *, wait: bool, timeout_s: float | None
) -> dict[str, Any]:
    """The revision as `GET …/revisions/{n}` shows it, published unless it is not waited for.

    Of a run that was cancelled, and about which nothing was decided, its first publication, as revision 0.

    ApiError: nothing new, not published yet, it failed, or took longer than `timeout_s` seconds.
    """
    until = time.monotonic() + (timeout_s or float("inf"))
    body = {"author": author, "note": note}
    key = {"Idempotency-Key": uuid4().hex}
    try:
        asked = client.call("POST", f"{run_route(run)}/revisions", json=body, headers=key)
    except ApiError as error:
        if error.code in ("not_published", "nothing_new") and _was_stopped(client.run(run)):
            return _first(client, run, until if wait else 0.0)
        if error.code == "not_published":
            message = f"{error.message}; `plansmith cancel {run}` publishes what is accepted so far"
            raise ApiError(message, code=error.code, status=error.status) from error
        raise
    number = asked["revision"]
    while True:
        found = client.call("GET", f"{run_route(run)}/revisions/{number}")
        if not wait or found["status"] == "published":
            return found
        if found["status"] == "failed":
            raise ApiError(f"revision {number} could not be written; see the app's log", code="failed")
        if time.monotonic() > until:
            raise ApiError(f"revision {number} is not there after {timeout_s:g} s", code="timeout")
        time.sleep(_LOOK_EVERY_S)


def _was_stopped(view: Mapping[str, Any]) -> bool:
    """Whether the run was cancelled: what is accepted is published without being asked again."""
    return (view.get("stopped") or {}).get("reason") == "cancelled"


def _first(client: Client, run: str, until: float) -> dict[str, Any]:
    """The first publication of a run that was cancelled, once it is there."""
    while True:
        view = client.run(run)
        if view["files"] or view["status"] == "failed" or time.monotonic() > until:
            break
        time.sleep(_LOOK_EVERY_S)
    if not view["files"]:
        raise ApiError(f"{run} is {view['status']} and has published nothing yet", code="not_published")
    counts = {name: view["counts"][name] for name in ("accepted", "rejected")}
    return {"run_id": run, "revision": 0, "status": "published", "counts": counts, "changes": {}}


def told(made: Mapping[str, Any]) -> str:
    """The revision in a few lines."""
    run, number, counts = made["run_id"], made["revision"], made["counts"]
    if counts is None:
        return f"{run}: revision {number} is asked for; see plansmith rows {run} --revision {number}"
    if number == 0:
        return (
            f"{run}: what was accepted is published, {counts['accepted']} records\nplansmith download {run}"
        )
    changes = ", ".join(f"{count} {name}" for name, count in made["changes"].items() if count)
    return "\n".join(
        [
            f"{run}: revision {number} is published, {counts['accepted']} records ({changes or 'as they were'})",
            f"plansmith download {run} --revision {number}",
            f"plansmith finetune {run} --revision {number}",
        ]
    )
