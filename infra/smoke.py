"""Tries an installation: health, a small run to its end, and the run removed again.

Needs Python's own library alone, and `az` to remove. PLANSMITH_URL and PLANSMITH_KEY say where and with which function
key; PLANSMITH_TOKEN is a bearer token, where sign-in is on. A pipeline does it in three steps, each with a sign-in that
is young enough: `--health`, then the run with `--run-file`, then `--remove` with that file.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
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


def ask(method: str, path: str, body: bytes | None = None, content_type: str = "application/json") -> Any:
    """The JSON answer of a route below `/api`. SmokeError for anything but a success."""
    headers = {"x-functions-key": os.environ.get("PLANSMITH_KEY", ""), "content-type": content_type}
    if token := os.environ.get("PLANSMITH_TOKEN"):
        headers["authorization"] = f"Bearer {token}"
    url = f"{os.environ['PLANSMITH_URL'].rstrip('/')}/api/{path}"
    request = urllib.request.Request(url, data=body, method=method, headers=headers)  # noqa: S310  our own address
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
    name = f"smoke-{int(time.time())}.json"
    parts = [
        f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="catalog"; filename="{name}"\r\n'
        f"content-type: application/json\r\n\r\n{json.dumps(CATALOG)}\r\n",
        f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="options"\r\n\r\n'
        f"{json.dumps({'samples': records})}\r\n",
        f"--{BOUNDARY}--\r\n",
    ]
    answer = ask("POST", "runs", "".join(parts).encode(), f"multipart/form-data; boundary={BOUNDARY}")
    print("started:", answer["run_id"])
    return str(answer["run_id"])


def wait_until_ended(run: str, within_s: float) -> dict[str, Any]:
    """The run's last view. SmokeError if it fails or does not end in time."""
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
    return view


def remove(run: str, account: str) -> None:
    """Delete what the run has left behind, by the identity that `az` has signed in. SmokeError if `az` cannot."""
    slug = run.rsplit("-", 1)[0]
    places = [
        ("datasets", f"{run}/*"),
        ("runs", f"{run}/*"),
        ("runs", f"_*/{run}"),
        ("catalogs", f"*{slug}*"),
    ]
    for container, pattern in places:
        command = ["az", "storage", "blob", "delete-batch", "--auth-mode", "login", "--account-name", account]
        command += ["--source", container, "--pattern", pattern, "--only-show-errors"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SmokeError(f"removing {container}/{pattern}: {done.stderr.strip()[-500:]}")
    print("removed:", run)


def try_run(parsed: argparse.Namespace) -> int:
    """Run and, with an account, remove: 0 if both went well. What fails second never hides what failed first."""
    wait_until_healthy(parsed.within_s)
    run = start(parsed.records)
    if parsed.run_file:
        parsed.run_file.write_text(run)
    status = 0
    for step in [
        lambda: wait_until_ended(run, parsed.within_s),
        *([lambda: remove(run, parsed.storage_account)] if parsed.storage_account else []),
    ]:
        try:
            step()
        except SmokeError as error:
            print(f"smoke: {error}", file=sys.stderr)
            status = 1
    return status


def main() -> int:
    """0 if everything did what it should."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--records", type=int, default=12, help="records to ask for (default 12)")
    parser.add_argument(
        "--storage-account", help="account of the data, to remove the run; without it nothing is removed"
    )
    parser.add_argument("--within-s", type=float, default=900, help="how long the run may take (default 900)")
    parser.add_argument("--run-file", type=Path, help="file that keeps the run's id")
    parser.add_argument("--health", action="store_true", help="only wait until the app serves")
    parser.add_argument(
        "--remove", action="store_true", help="only remove the run of --run-file, if there is one"
    )
    parsed = parser.parse_args()
    if parsed.remove and not (parsed.run_file and parsed.storage_account):
        parser.error("--remove needs --run-file and --storage-account")
    try:
        if parsed.health:
            wait_until_healthy(parsed.within_s)
        elif not parsed.remove:
            return try_run(parsed)
        elif parsed.run_file.exists():
            remove(parsed.run_file.read_text().strip(), parsed.storage_account)
    except SmokeError as error:
        print(f"smoke: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
