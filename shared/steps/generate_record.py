"""Produces the one outcome of one index and appends it to the segment's log."""

from __future__ import annotations

from copy import replace
from functools import partial

from shared import telemetry
from shared.contracts.messages import GenerateRecord
from shared.dataset.outcome import Outcome
from shared.errors import ConfigurationError
from shared.runs.at_work import Work
from shared.runs.spending import Reservation
from shared.runs.standing import Turn
from shared.steps.asking_base import with_base_answer
from shared.steps.deps import Deps
from shared.steps.unanswered import (
    begun_before,
    come_back,
    heed_refusal,
    installation_refused,
    stop_for_budget,
    unasked,
)
from shared.teacher.ask_options import AskOptions, Way
from shared.teacher.attempt import make_record
from shared.teacher.begun import Begun, GivenUp, Interrupted, NotTaken, Refused
from shared.times import stamp


async def generate_record(message: GenerateRecord, deps: Deps) -> None:
    """Append one outcome for the index; or send the message back to the queue when the service cannot be asked now.

    A repetition looks into the log first, so that no answer is paid twice. The message of a paused run is dropped:
    what it has paid is kept, and whoever resumes the run sends it anew.

    Raises PermanentError for a run, segment or index that does not exist.
    """
    async with deps.at_work.on(message) as work:
        if (work.is_repeated and await _is_done(work, deps)) or await _end(work, deps):
            size = len(work.segment.indices)
            await deps.full.notice(message.run_id, message.segment, size, log=work.log)


async def _is_done(work: Work, deps: Deps) -> bool:
    from shared.dataset.fold import fold

    return work.message.index not in fold(await deps.log.read(work.log), work.segment.indices).missing


async def _end(work: Work, deps: Deps) -> bool:
    """Append the outcome, within the run's budget; False if there is none yet."""
    if work.context.budget is None:
        return await _append(work, None, deps)
    async with deps.spending.room(work.context, work.standing.is_wanted) as room:
        if room is None and await work.standing.is_wanted():
            await stop_for_budget(work, deps)
        return await _append(work, room, deps)


async def _append(work: Work, room: Reservation | None, deps: Deps) -> bool:
    outcome = await _outcome(work, room, deps)
    if outcome is None:
        return False
    await deps.log.append(work.log, outcome.to_line())
    telemetry.outcome(work.message.run_id, outcome)
    if room is not None:
        room.spent(outcome)
    await deps.runs.waits.over(work.message.run_id, outcome.index)
    return True


async def _outcome(work: Work, room: Reservation | None, deps: Deps) -> Outcome | None:
    """The outcome, or None when there is none to write: sent back, or kept for a run that is paused or has failed."""
    message, begun = work.message, Begun()
    if message.recheck or message.spent:
        begun = await begun_before(work, deps.runs)
    try:
        async with work.standing.asking(deps.teacher, work.context.spec.teacher, message.index) as turn:
            if turn is None:
                return await unasked(begun, work, deps)
            outcome = await _asked(work, begun, turn, deps)
            finished_at = stamp(deps.clock.now())
            outcome = replace(outcome, deferrals=message.deferrals, finished_at=finished_at)
            if outcome.status == "accepted" and work.context.base_model:
                outcome = await with_base_answer(outcome, work, deps)
            if outcome.status != "accepted":
                await heed_refusal(outcome, work, deps)
            return outcome
    except GivenUp as error:
        return await unasked(error.begun, work, deps)
    except Interrupted as error:
        return await come_back(error.begun, error.cause, room, work, deps)
    except ConfigurationError as error:
        begun = error.begun if isinstance(error, Refused) else begun
        await installation_refused(begun, error, work, deps)
    return None


async def _asked(work: Work, begun: Begun, turn: Turn, deps: Deps) -> Outcome:
    """What the teacher makes of the index. What the service refuses is left out, for the rest of the run.

    Raises what `make_record` raises but NotTaken.
    """
    context, way = work.context, turn.way
    assignment = context.assignment(work.segment, work.message.index)
    while True:
        try:
            options = _options(work, way, deps)
            return await make_record(assignment, begun, context.validator, turn.teacher, options)
        except NotTaken as error:
            begun = error.begun
            following = await work.standing.learn_way(context.spec.teacher, way, error.field)
            if following is None:
                # Left as it is, the index would have no outcome and the run no end.
                raise Refused(begun, ConfigurationError(error.message, code=error.code)) from error
            way = following


def _options(work: Work, way: Way, deps: Deps) -> AskOptions:
    return replace(
        work.context.ask_options,
        way=way,
        timeout_s=deps.settings.timeout_s,
        token_characters=deps.settings.token_characters,
        wanted=work.standing.is_wanted,
        told=partial(deps.runs.waits.tell, work.message.run_id, work.message.index),
    )
