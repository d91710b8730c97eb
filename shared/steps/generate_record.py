"""Produces the one outcome of one index and appends it to the segment's log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from shared import names, telemetry
from shared.contracts.messages import GenerateRecord
from shared.dataset.outcome import Outcome
from shared.errors import ConfigurationError, PermanentError, TransientError
from shared.ports.clock import Clock
from shared.ports.storage import Queue, RecordLog
from shared.ports.teacher import Teacher
from shared.runs.answers import ever_answered
from shared.runs.budget import REASON as BUDGET
from shared.runs.budget import UNKNOWN_PRICE, no_price
from shared.runs.comebacks import Comeback, Patience
from shared.runs.plan import RunPlan
from shared.runs.spending import Room, Spending
from shared.runs.store import RunContext, Runs
from shared.runs.waits import reason
from shared.steps.asking import Asking, ask_teacher, begun_before, keep_begun, wanted
from shared.steps.run_failure import fail_run
from shared.steps.segment_full import SegmentFull
from shared.teacher.begun import Begun, GivenUp, Interrupted, Refused

_MOST_SPENT = 20
_ROLES_AGAIN_S = 30.0


@dataclass(frozen=True, slots=True)
class GenerateRecordPorts:
    """What the step works with.

    Attributes:
        roles_spread_s: age of a run up to which refused credentials (401) are waited for, because a role that
            was just assigned takes its time to be known.
        timeout_s: deadline of one call.
        token_characters: characters taken for one token of a call whose answer nobody saw.
        patience: how often and how long an index comes back.
    """

    runs: Runs
    log: RecordLog
    queue: Queue
    teacher: Teacher
    clock: Clock
    full: SegmentFull
    spending: Spending
    roles_spread_s: float = 0.0
    timeout_s: float = 300.0
    token_characters: float = 4.0
    patience: Patience = field(default_factory=Patience)


async def generate_record(
    message: GenerateRecord, *, ports: GenerateRecordPorts, repeated: bool = False
) -> None:
    """Append one outcome for the index; or send the message back to the queue when the service cannot be asked now.

    A repetition looks into the log first, so that no answer is paid twice. The message of a paused run is dropped:
    what it has paid is kept, and whoever resumes the run sends it anew.

    Raises PermanentError for a run, segment or index that does not exist.
    """
    plan = await ports.runs.plan(message.run_id, segment=message.segment)
    indices = await ports.runs.indices(message.run_id, message.segment)
    if message.index not in indices:
        raise PermanentError(f"segment {message.segment} has no index {message.index}", code="unknown_index")
    path = names.log_path(message.run_id, message.segment)
    known = (repeated or message.recheck) and await _done(message, indices, path, ports)
    if known or await _end(message, plan, path, ports):
        await ports.full.notice(message.run_id, message.segment, len(indices))


async def _done(message: GenerateRecord, indices: range, path: str, ports: GenerateRecordPorts) -> bool:
    from shared.dataset.fold import fold

    return message.index not in fold(await ports.log.read(path), indices).missing


async def _end(message: GenerateRecord, plan: RunPlan, path: str, ports: GenerateRecordPorts) -> bool:
    """Append the outcome; False if there is none yet."""
    run, runs = message.run_id, ports.runs
    context = await runs.context(run)
    async with ports.spending.room(context, wanted(run, runs)) as room:
        if room is None and await runs.is_wanted(run):
            await _stop_for_budget(context, ports)
        outcome = await _outcome(message, context, plan, room, ports)
        if outcome is None:
            return False
        await ports.log.append(path, outcome.to_line())
        telemetry.outcome(run, outcome)
        if room is not None:
            room.spent(outcome)
    await runs.waits.over(run, message.index)
    return True


async def _outcome(
    message: GenerateRecord, context: RunContext, plan: RunPlan, room: Room | None, ports: GenerateRecordPorts
) -> Outcome | None:
    """The outcome, or None when there is none to write: sent back, or kept for a run that is paused or has failed."""
    run, runs = message.run_id, ports.runs
    begun = await begun_before(message, context.spec.options["max_attempts"], runs)
    asking = Asking(runs, ports.teacher, ports.timeout_s, ports.token_characters)
    try:
        async with runs.openings.of(run).entered():
            if not await runs.is_wanted(run):
                return await _unasked(message, begun, ports)
            with runs.waits.watched(run, message.index):
                outcome = await ask_teacher(message, context, plan, begun, asking)
            await _heed_refusal(outcome, context, ports)
            return outcome
    except GivenUp as error:
        return await _unasked(message, error.begun, ports)
    except Interrupted as error:
        return await _come_back(message, error.begun, error.cause, room, ports)
    except ConfigurationError as error:
        begun = error.begun if isinstance(error, Refused) else begun
        if error.code == "unauthorized" and context.spec.age_s(ports.clock.now()) < ports.roles_spread_s:
            await _send_back(message, begun, Comeback(_roles_again_s(message), 0.0, message.faults), ports)
        else:
            await _installation_failed(message, begun, error, context, ports)
    return None


async def _unasked(message: GenerateRecord, begun: Begun, ports: GenerateRecordPorts) -> Outcome | None:
    """A `skipped` outcome for a run that was stopped; None for one that is paused."""
    runs = ports.runs
    stopped = await runs.stop_reason(message.run_id)
    if stopped is None:
        if not await runs.pauses.is_paused_now(message.run_id):
            await _send_back(message, begun, Comeback(1.0, message.since, message.faults), ports)
        await keep_begun(message.run_id, message.index, begun, runs)
        return None
    return Outcome(
        message.index,
        "skipped",
        stopped,
        attempts=begun.attempts,
        deferrals=message.deferrals,
        finished_at=runs.now(),
    )


async def _heed_refusal(outcome: Outcome, context: RunContext, ports: GenerateRecordPorts) -> None:
    """Let a run fail that got nothing but refusals of one kind, before it makes all its calls in vain."""
    run = context.spec.run_id
    if any(attempt.tokens.total for attempt in outcome.attempts) or outcome.status == "accepted":
        return
    enough = await ports.runs.openings.of(run).was_refused(outcome.reason)
    if enough and not await ever_answered(run, ports.runs.store, ports.log):
        said = outcome.errors[0]["message"] if outcome.errors else outcome.reason
        error = ConfigurationError(
            f"the model service takes no call of this run: {said}", code=outcome.reason
        )
        await _fail(error, context, ports)


async def _installation_failed(
    message: GenerateRecord,
    begun: Begun,
    error: ConfigurationError,
    context: RunContext,
    ports: GenerateRecordPorts,
) -> None:
    """A run that never got an answer fails; any other is paused, for what is paid stays."""
    run, runs = message.run_id, ports.runs
    answered = runs.openings.of(run).answered or bool(begun.attempts)
    if answered or await ever_answered(run, runs.store, ports.log):
        await keep_begun(run, message.index, begun, runs)
        if await runs.pauses.pause(run, error.code, error.message):
            telemetry.paused(run, error.code)
    else:
        await _fail(error, context, ports)


async def _fail(error: ConfigurationError, context: RunContext, ports: GenerateRecordPorts) -> None:
    run, name = context.spec.run_id, context.spec.name
    await fail_run(run, error, runs=ports.runs, queue=ports.queue, clock=ports.clock, name=name)


async def _stop_for_budget(context: RunContext, ports: GenerateRecordPorts) -> None:
    run = context.spec.run_id
    if model := ports.spending.priceless(context):
        await ports.runs.stop(run, UNKNOWN_PRICE, no_price(model))
    else:
        await ports.runs.stop(run, BUDGET, "the run's budget is used up; what is accepted is published")


def _roles_again_s(message: GenerateRecord) -> float:
    return float(min(2.0**message.deferrals, _ROLES_AGAIN_S))


async def _come_back(
    message: GenerateRecord,
    begun: Begun,
    error: TransientError,
    room: Room | None,
    ports: GenerateRecordPorts,
) -> Outcome | None:
    """Let the message come again later, or reject its index where that was done often or long enough."""
    run, runs = message.run_id, ports.runs
    since = 0.0 if len(begun.attempts) > len(message.spent) else message.since
    now = ports.clock.now().timestamp()
    visit = ports.patience.after(
        error, since=since, faults=message.faults, deferrals=message.deferrals, now=now
    )
    if visit is None:
        errors = ({"code": reason(error), "step": None, "path": "", "message": error.message},)
        return Outcome(
            message.index,
            "rejected",
            reason(error),
            attempts=begun.attempts,
            errors=errors,
            deferrals=message.deferrals,
            finished_at=runs.now(),
        )
    if room is not None:
        room.owes(message.index, begun.attempts)
    await runs.waits.tell(run, message.index, error, visit.delay_s)
    await _send_back(message, begun, visit, ports)
    return None


async def _send_back(
    message: GenerateRecord, begun: Begun, visit: Comeback, ports: GenerateRecordPorts
) -> None:
    """As a new message, so that no try is burnt; what is paid is kept before it is sent."""
    await keep_begun(message.run_id, message.index, begun, ports.runs)
    spent = [attempt.tokens.listed() for attempt in begun.attempts]
    body: dict[str, Any] = {
        "run_id": message.run_id,
        "segment": message.segment,
        "index": message.index,
        "recheck": True,
        "deferrals": message.deferrals + 1,
        "spent": spent[-_MOST_SPENT:],
        "since": visit.since,
        "faults": visit.faults,
    }
    await ports.queue.send(names.GENERATE_RECORDS, body, delay_s=visit.delay_s)
