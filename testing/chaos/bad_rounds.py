"""Bad messages thrown at a running stack, and an account of each."""

from __future__ import annotations

import hashlib
import re
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from shared import names
from shared.contracts import messages
from shared.errors import BadRequestError
from testing.chaos.stack import CATALOG_BLOB, Chaos

_DELIVERY = re.compile(r'{"run_id":"hub-[0-9a-f]{10}","event":"dataset\.published"}')


@dataclass(frozen=True)
class Account:
    """What became of the messages.

    Attributes:
        sent: messages.
        refused: those kept with a reason, by code.
        failed_runs: requests that became a failed run, which says why.
        ignored: well-formed messages that ask for nothing: events of other things than uploads that start a run, and
            events to deliver of a run that is not there, as after its deletion.
        unaccounted: queue and body of those that left no trace.
        seconds: until no queue held any of them.
    """

    sent: int
    refused: Counter[str]
    failed_runs: int
    ignored: int
    unaccounted: list[tuple[str, str]]
    seconds: float


def flood(chaos: Chaos, bad: Iterable[tuple[str, str]], *, within_s: float = 300) -> Account:
    """Send them all, wait until every queue is empty, and look what was kept of each."""
    failed_before = len(_failed_runs(chaos))
    started = time.monotonic()
    sent = list(bad)
    for queue, body in sent:
        chaos.send(queue, body)
    chaos.wait_idle(within_s)
    seconds = time.monotonic() - started
    kept = set(chaos.paths(names.RUNS, "_poison/"))
    failed = len(_failed_runs(chaos)) - failed_before
    missing = [(queue, body) for queue, body in sent if not notes_of(queue, body) & kept]
    ignored = [pair for pair in missing if starts_nothing(*pair)]
    # A request for a catalog that is there, with options that are not accepted, is a failed run.
    requests = [pair for pair in missing if pair[0] == names.RUN_REQUESTS]
    unaccounted = [pair for pair in missing if pair not in ignored and pair not in requests] + requests[
        failed:
    ]
    codes = Counter(note["code"] for note in chaos.notes())
    return Account(len(sent), codes, failed, len(ignored), unaccounted, seconds)


def notes_of(queue: str, body: str) -> set[str]:
    """Where a note of the message, or of the blob that an event speaks of, would be."""
    told = [body] if queue != names.CATALOG_EVENTS else [body, _blob_of(body) or body]
    digests = [hashlib.sha256(text.encode()).hexdigest()[:16] for text in told]
    return {f"_poison/{queue.removesuffix('-poison')}/{digest}.json" for digest in digests}


def starts_nothing(queue: str, body: str) -> bool:
    """Whether it is a well-formed event of another thing, of the catalog, which says `start=false`, or of no run."""
    if queue == names.DELIVER_EVENTS:
        return _DELIVERY.fullmatch(body) is not None
    return queue == names.CATALOG_EVENTS and _blob_of(body) in (None, CATALOG_BLOB.split("/")[1])


def _blob_of(body: str) -> str | None:
    try:
        return messages.blob_of_event(body)
    except BadRequestError:
        return ""


def _failed_runs(chaos: Chaos) -> list[str]:
    return [path for path in chaos.paths(names.RUNS, "hub-") if path.endswith("/failure.json")]
