"""Turns a message that the host gave up on into a visible failure of its run."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson

from shared import messages, names, telemetry
from shared.dataset.outcome import Outcome
from shared.errors import BadRequestError, PermanentError
from shared.events import cloud_event
from shared.ports import Clock, Queue, RecordLog, RunStore
from shared.runs import Runs
from shared.steps.segment_full import SegmentFull

_KEPT_BYTES = 4096


async def record_poison(
    queue_name: str,
    body: bytes,
    *,
    store: RunStore,
    runs: Runs,
    log: RecordLog,
    queue: Queue,
    clock: Clock,
    full: SegmentFull,
) -> None:
    """Account for a message of `queue_name` that failed too often.

    A record becomes a `failed` outcome, so that its run can still end; any other step fails its run;
    what belongs to no run is kept under `_poison/` with the reason.
    """
    try:
        if queue_name == names.GENERATE_RECORDS:
            await _fail_record(messages.GenerateRecord.decode(body), runs=runs, log=log, full=full)
            return
        run = await _run_of(body, runs)
    except PermanentError as error:
        await refuse(queue_name, body, error, store=store, runs=runs)
        return
    reason = PermanentError(f"a message of {queue_name} failed too often; see the app's log", code="poison")
    if queue_name in (names.FAN_OUT, names.AGGREGATE, names.PUBLISH) and await runs.fail(run, reason):
        data = {"code": reason.code, "message": reason.message}
        await queue.send(names.RUN_EVENTS, cloud_event("run.failed", run, data, clock.now()))
    await refuse(queue_name, body, reason, store=store, runs=runs)


async def _fail_record(
    message: messages.GenerateRecord, *, runs: Runs, log: RecordLog, full: SegmentFull
) -> None:
    from shared.dataset.fold import fold

    indices = await runs.indices(message.run_id, message.segment)
    if message.index not in indices:
        raise PermanentError(f"segment {message.segment} has no index {message.index}", code="unknown_index")
    path = names.log_path(message.run_id, message.segment)
    await log.create(path)
    if message.index in fold(await log.read(path), indices).missing:
        outcome = Outcome(message.index, "failed", "poison", finished_at=runs.now())
        await log.append(path, outcome.to_line())
        telemetry.outcome(message.run_id, outcome)
    await full.notice(message.run_id, message.segment, len(indices))


async def _run_of(body: bytes, runs: Runs) -> str:
    run = messages.decode(body).get("run_id")
    if not isinstance(run, str) or not names.is_run_id(run):
        raise BadRequestError("the message failed too often and belongs to no run", code="poison")
    if await runs.spec(run) is None:
        raise PermanentError(f"there is no run {run}", code="unknown_run")
    return run


async def refuse(queue_name: str, body: bytes, error: PermanentError, *, store: RunStore, runs: Runs) -> None:
    """Keep a message that cannot be acted on, with the reason, where `status` shows it.

    The text is cut and scrubbed; a repetition of the same message overwrites its first note.
    """
    from shared.catalog.scrub import scrub_text

    digest = hashlib.sha256(body).hexdigest()[:16]
    note: dict[str, Any] = {
        "queue": queue_name,
        "code": error.code,
        "message": error.message,
        "body": scrub_text(body[:_KEPT_BYTES].decode(errors="replace")),
        "bytes": len(body),
        "at": runs.now(),
    }
    await store.write(names.RUNS, f"_poison/{queue_name}/{digest}.json", orjson.dumps(note))
