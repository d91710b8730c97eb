"""The CloudEvents that other systems receive from the queue `run-events`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any


def cloud_event(kind: str, run_id: str, data: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A CloudEvents 1.0 event of type `plansmith.<kind>` about a run.

    Its id depends on run and kind alone, so that a receiver can tell a repetition.
    """
    return {
        "specversion": "1.0",
        "type": f"plansmith.{kind}",
        "source": "/plansmith",
        "id": f"{run_id}/{kind}",
        "subject": run_id,
        "time": now.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "data": dict(data),
    }
