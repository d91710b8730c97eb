"""The CloudEvents that other systems receive from the queue `run-events`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from shared import names
from shared.contracts.messages import Message


class RunEvent(Message, frozen=True):
    """A CloudEvents 1.0 event about a run."""

    queue: ClassVar[str] = names.RUN_EVENTS
    specversion: str
    type: str
    source: str
    id: str
    subject: str
    time: str
    datacontenttype: str
    data: dict[str, Any]


def run_event(kind: str, run_id: str, data: Mapping[str, Any], now: datetime, *, part: str = "") -> RunEvent:
    """An event of type `plansmith.<kind>` about a run, or about a `part` of it.

    Its id depends on run, kind and part alone, so that a receiver can tell a repetition.
    """
    return RunEvent(
        specversion="1.0",
        type=f"plansmith.{kind}",
        source="/plansmith",
        id=f"{run_id}/{kind}/{part}" if part else f"{run_id}/{kind}",
        subject=run_id,
        time=now.isoformat(timespec="seconds").replace("+00:00", "Z"),
        datacontenttype="application/json",
        data=dict(data),
    )
