"""`plansmith status --watch`: follows a run from outside to the end that it was asked for."""

from __future__ import annotations

import sys
from typing import Any

from cli.api_error import ApiError
from cli.client import Client
from cli.progress import display, follow


def watched(run: str, client: Client, *, as_json: bool, timeout_s: float | None) -> dict[str, Any]:
    """The run's state at its end. ApiError if it ended otherwise than well, or the time is over."""
    with display(sys.stderr if as_json else sys.stdout) as shown:
        _, end = follow(client, run, shown, timeout_s=timeout_s)
    if end.failure:
        raise ApiError(f"{run}: {end.failure}", code="run_failed")
    return client.run(run)  # what came in while the end was being seen belongs to it
