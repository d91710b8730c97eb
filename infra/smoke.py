"""Tries an installation: health, a small run to its end, and the run deleted again.

Needs Python's own library alone. PLANSMITH_URL and PLANSMITH_KEY say where and with which function key; PLANSMITH_TOKEN
is a bearer token, where sign-in is on. A run that does not do what it should stays, to be looked at.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

CATALOG = {
    "name": "smoke",
    "apis": [
        {
            "name": "list_rooms",
            "description": "List the meeting rooms of a building.",
            "method": "GET",
            "path": "/rooms",
            "parameters": [{"name": "building", "location": "query", "type": "string", "required": True}],
        },
        {
            "name": "book_room",
            "description": "Book a meeting room for an hour.",
            "method": "POST",
            "path": "/bookings",
            "parameters": [
                {"name": "room_id", "location": "body", "type": "string", "required": True},
                {"name": "starts_at", "location": "body", "type": "string", "required": True},
            ],
        },
    ],
}
BOUNDARY = "plansmith-smoke"
ENDED = {"published", "complete", "failed", "cancelled"}


class SmokeError(Exception):
    """The installation does not do what it should."""


def ask(method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Any:
    """The JSON answer of a route below `/api`. SmokeError for anything but a success."""
    sent = {"x-functions-key": os.environ.get("PLANSMITH_KEY", ""), **(headers or {})}
    if token := os.environ.get("PLANSMITH_TOKEN"):
        sent["authorization"] = f"Bearer {token}"
    url = f"{os.environ['PLANSMITH_URL'].rstrip('/')}/api/{path}"
    request = urllib.request.Request(url, data=body, method=method, headers=sent)  # noqa: S310  our own address
    try:
        with _OPENER.open(request, timeout=60) as answer:
            return json.load(answer)
    except (urllib.error.URLError, TimeoutError, ValueError) as error:
        detail = (
            error.read().decode(errors="replace")[:500] if isinstance(error, urllib.error.HTTPError) else ""
        )
        raise SmokeError(f"{method} /api/{path}: {error} {detail}".rstrip()) from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is the login page: an answer that says so beats its HTML."""

    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)


def wait_until_healthy(within_s: float) -> None:
    """Wait until the app serves; a new one takes a while."""
    deadline = time.monotonic() + within_s
    while True:
        try:
            print("health:", ask("GET", "health"))
            return
        except SmokeError:
            if time.monotonic() > deadline:
                raise
            time.sleep(5)


def start(records: int) -> str:
    """Start a run over CATALOG and return its id."""
    parts = [
        f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="catalog"; filename="smoke.json"\r\n'
        f"content-type: application/json\r\n\r\n{json.dumps(CATALOG)}\r\n",
        f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="options"\r\n\r\n'
        f"{json.dumps({'samples': records})}\r\n",
        f"--{BOUNDARY}--\r\n",
    ]
    headers = {
        "content-type": f"multipart/form-data; boundary={BOUNDARY}",
        "idempotency-key": f"smoke-{time.time_ns()}",  # the catalog is always the same, the run is not
    }
    answer = ask("POST", "runs", "".join(parts).encode(), headers)
    print("started:", answer["run_id"])
    return str(answer["run_id"])


def wait_until_ended(run: str, within_s: float) -> None:
    """Wait for the run's end. SmokeError if it fails or does not end in time."""
    deadline = time.monotonic() + within_s
    while True:
        view: dict[str, Any] = ask("GET", f"runs/{run}")
        if view["status"] in ENDED:
            break
        if time.monotonic() > deadline:
            raise SmokeError(f"{run} is still {view['status']} after {within_s:.0f} s: {view['counts']}")
        time.sleep(2)
    print("ended:", view["status"], view["counts"])
    counts = view["counts"]
    if counts["accepted"] + counts["rejected"] != counts["total"]:
        raise SmokeError(f"{run} has lost records: {counts}")
    if view["status"] not in ("published", "complete") or counts["accepted"] == 0:
        raise SmokeError(f"{run} is {view['status']} with {view['counts']}: {view['error']}")


def delete(run: str) -> None:
    """Delete the run with all that is stored of it; its catalog stays, one small blob for all such runs.

    A run that has just ended is refused (409) for the moment in which the last is written: asked again for a minute.
    """
    deadline = time.monotonic() + 60
    while True:
        try:
            ask("DELETE", f"runs/{run}?confirm={run}")
            break
        except SmokeError as error:
            if getattr(error.__cause__, "code", None) != 409 or time.monotonic() > deadline:
                raise
            time.sleep(1)
    print("deleted:", run)


def main() -> int:
    """0 if everything did what it should."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--records", type=int, default=12, help="records to ask for (default 12)")
    parser.add_argument("--within-s", type=float, default=900, help="how long the run may take (default 900)")
    parser.add_argument("--health", action="store_true", help="only wait until the app serves")
    parsed = parser.parse_args()
    try:
        wait_until_healthy(parsed.within_s)
        if not parsed.health:
            run = start(parsed.records)
            wait_until_ended(run, parsed.within_s)
            delete(run)
    except SmokeError as error:
        print(f"smoke: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
