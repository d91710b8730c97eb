"""The kept events of a job: `events.jsonl`, oldest first, each event once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import orjson
from msgspec import Struct

from shared import stored
from shared.finetune.service import JobEvent


class _Kept(Struct, frozen=True):
    id: str = ""


def merged(kept: bytes, newest_first: Sequence[JobEvent]) -> bytes:
    """`kept` lines with the events that are not among them added at the end, oldest first.

    Reading the same events again, in any overlap, changes nothing.
    """
    known = {event.id for event in stored.read_lines(_Kept, kept)}
    lines = [kept]
    for event in reversed(newest_first):
        if event.id not in known:
            known.add(event.id)
            lines.append(orjson.dumps(asdict(event), option=orjson.OPT_APPEND_NEWLINE))
    return b"".join(lines)
