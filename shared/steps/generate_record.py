"""Produces the one outcome of one index and appends it to the segment's log."""

from __future__ import annotations

from copy import replace
from functools import partial

from shared import names, telemetry
from shared.contracts.messages import GenerateRecord
from shared.dataset.outcome import Outcome
from shared.errors import ConfigurationError, PermanentError, TransientError
from shared.runs import paths
from shared.runs.answers import ever_answered
from shared.runs.budget import REASON as BUDGET
from shared.runs.budget import UNKNOWN_PRICE, no_price
from shared.runs.comebacks import Comeback, sent_back
from shared.runs.context import RunContext
from shared.runs.plan import Segment
from shared.runs.spending import Reservation
from shared.runs.waits import reason
from shared.steps.asking import ask_teacher, begun_before, keep_begun
from shared.steps.asking_base import with_base_answer
from shared.steps.deps import Deps
from shared.steps.run_failure import fail_run
from shared.teacher.begun import Begun, GivenUp, Interrupted, Refused

_MOST_SPENT = 20
_ROLES_AGAIN_S = 30.0


async def generate_record(message: GenerateRecord, deps: Deps) -> None:
    """Append one outcome for the index; or send the message back to the queue when the service cannot be asked now.

    A repetition looks into the log first, so that no answer is paid twice. The message of a paused run is dropped:
    what it has paid is kept, and whoever resumes the run sends it anew.

    Raises PermanentError for a run, segment or index that does not exist.
    """
    segment, place = (message.run_id, message.segment), message.index % names.SEGMENT_SIZE
    async with deps.in_work.entered(segment, place) as begun:
        await _generate(replace(message, repeated=True) if begun else message, deps)


async def _generate(message: GenerateRecord, deps: Deps) -> None:
    segment = await deps.runs.segment(message.run_id, message.segment)
    if message.index not in segment.indices:
        raise PermanentError(f"segment {message.segment} has no index {message.index}", code="unknown_index")
    path = paths.log(message.run_id, message.segment)
    known = (message.repeated or message.recheck) and await _done(message, segment.indices, path, deps)
    if known or await _end(message, segment, path, deps):
        await deps.full.notice(message.run_id, message.segment, len(segment.indices))


async def _done(message: GenerateRecord, indices: range, path: str, deps: Deps) -> bool:
    from shared.dataset.fold import fold

    return message.index not in fold(await deps.log.read(path), indices).missing


async def _end(message: GenerateRecord, segment: Segment, path: str, deps: Deps) -> bool:
    """Append the outcome; False if there is none yet."""
    run, runs = message.run_id, deps.runs
    context = await runs.context(run)
    is_wanted = partial(runs.halts.is_wanted, run)
    async with deps.spending.room(context, is_wanted) as room:
        if room is None and await is_wanted():
            await _stop_for_budget(context, deps)
        outcome = await _outcome(message, context, segment, room, deps)
        if outcome is None:
            return False
        await deps.log.append(path, outcome.to_line())
        telemetry.outcome(run, outcome)
        if room is not None:
            room.spent(outcome)
    await runs.waits.over(run, message.index)
    return True


async def _outcome(
    message: GenerateRecord, context: RunContext, segment: Segment, room: Reservation | None, deps: Deps
) -> Outcome | None:
    """The outcome, or None when there is none to write: sent back, or kept for a run that is paused or has failed."""
    run, runs = message.run_id, deps.runs
    begun = await begun_before(message, context.spec.options["max_attempts"], runs)
    try:
        async with runs.openings.entered(run) as opening:
            if not await runs.halts.is_wanted(run):
                return await _unasked(message, begun, deps)
            with runs.waits.watched(run, message.index):
                outcome = await ask_teacher(message, context, segment, begun, opening, deps)
                outcome = await with_base_answer(outcome, message, context, deps)
            await _heed_refusal(outcome, context, deps)
            return outcome
    except GivenUp as error:
        return await _unasked(message, error.begun, deps)
    except Interrupted as error:
        return await _come_back(message, error.begun, error.cause, room, deps)
    except ConfigurationError as error:
        begun = error.begun if isinstance(error, Refused) else begun
        if (
            error.code == "unauthorized"
            and context.spec.age_s(deps.clock.now()) < deps.settings.roles_spread_s
        ):
            await _send_back(message, begun, Comeback(_roles_again_s(message), 0.0, message.faults), deps)
        else:
            await _installation_failed(message, begun, error, context, deps)
    return None


async def _unasked(message: GenerateRecord, begun: Begun, deps: Deps) -> Outcome | None:
    """A `skipped` outcome for a run that was stopped; None for one that is paused."""
    runs = deps.runs
    stopped = await runs.halts.stop_reason(message.run_id)
    if stopped is None:
        if not await runs.halts.is_paused_now(message.run_id):
            await _send_back(message, begun, Comeback(1.0, message.since, message.faults), deps)
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


async def _heed_refusal(outcome: Outcome, context: RunContext, deps: Deps) -> None:
    """Let a run fail that got nothing but refusals of one kind, before it makes all its calls in vain."""
    run = context.spec.run_id
    if outcome.status == "accepted" or outcome.tokens.total:
        return
    enough = await deps.runs.openings.of(run).was_refused(outcome.reason)
    if enough and not await ever_answered(run, deps.runs.store, deps.log):
        said = outcome.errors[0]["message"] if outcome.errors else outcome.reason
        error = ConfigurationError(
            f"the model service takes no call of this run: {said}", code=outcome.reason
        )
        await _fail(error, context, deps)


async def _installation_failed(
    message: GenerateRecord, begun: Begun, error: ConfigurationError, context: RunContext, deps: Deps
) -> None:
    """A run that never got an answer fails; any other is paused, for what is paid stays."""
    run, runs = message.run_id, deps.runs
    answered = runs.openings.of(run).answered or bool(begun.attempts)
    if answered or await ever_answered(run, runs.store, deps.log):
        await keep_begun(run, message.index, begun, runs)
        if await runs.halts.pause(run, error.code, error.message):
            telemetry.paused(run, error.code)
    else:
        await _fail(error, context, deps)


async def _fail(error: ConfigurationError, context: RunContext, deps: Deps) -> None:
    run, name = context.spec.run_id, context.spec.name
    await fail_run(run, error, deps, name=name)


async def _stop_for_budget(context: RunContext, deps: Deps) -> None:
    run = context.spec.run_id
    if model := deps.spending.priceless(context):
        await deps.runs.halts.stop(run, UNKNOWN_PRICE, no_price(model))
    else:
        await deps.runs.halts.stop(run, BUDGET, "the run's budget is used up; what is accepted is published")


def _roles_again_s(message: GenerateRecord) -> float:
    return float(min(2.0**message.deferrals, _ROLES_AGAIN_S))


async def _come_back(
    message: GenerateRecord, begun: Begun, error: TransientError, room: Reservation | None, deps: Deps
) -> Outcome | None:
    """Let the message come again later, or reject its index where that was done often or long enough."""
    run, runs = message.run_id, deps.runs
    since = 0.0 if len(begun.attempts) > len(message.spent) else message.since
    now = deps.clock.now().timestamp()
    visit = deps.settings.patience.after(
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
    await _send_back(message, begun, visit, deps)
    return None


async def _send_back(message: GenerateRecord, begun: Begun, visit: Comeback, deps: Deps) -> None:
    """Send the message for its next visit; what is paid is kept before that."""
    await keep_begun(message.run_id, message.index, begun, deps.runs)
    spent = [attempt.tokens.listed() for attempt in begun.attempts]
    later = replace(sent_back(message, visit), recheck=True, spent=spent[-_MOST_SPENT:])
    await deps.queue.send(later, delay_s=visit.delay_s)
