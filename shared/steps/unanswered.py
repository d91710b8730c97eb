"""What becomes of an index that gets no good answer now: it comes back, waits for a person, or is given up."""

from __future__ import annotations

from copy import replace

from shared import names, telemetry
from shared.contracts.messages import GenerateRecord
from shared.dataset.outcome import Attempt, Outcome
from shared.errors import ConfigurationError, TransientError
from shared.runs import paths
from shared.runs.answers import ever_answered
from shared.runs.at_work import Work
from shared.runs.budget import REASON as BUDGET
from shared.runs.budget import UNKNOWN_PRICE, no_price
from shared.runs.comebacks import Comeback, sent_back
from shared.runs.spending import Reservation
from shared.runs.store import Runs
from shared.runs.waits import reason
from shared.steps.deps import Deps
from shared.steps.run_failure import fail_run
from shared.teacher.begun import Begun
from shared.tokens import Tokens

_MOST_SPENT = 20
_ROLES_AGAIN_S = 30.0


async def begun_before(work: Work, runs: Runs) -> Begun:
    """Where an index stopped: the calls paid for before the message went back count towards `max_attempts`.

    One call is always left, because only a message with calls left goes back.
    """
    message, max_attempts = work.message, work.context.spec.options["max_attempts"]
    if message.recheck:
        blob = await runs.store.read(names.RUNS, paths.begun(message.run_id, message.index))
        if blob is not None:
            return Begun.from_json(blob.data)
    spent = [Attempt("earlier", Tokens.of(tokens)) for tokens in message.spent]
    beyond = max(0, len(spent) - max(0, max_attempts - 1))
    return Begun(tuple(replace(a, result="interrupted") if n < beyond else a for n, a in enumerate(spent)))


async def _keep(message: GenerateRecord, begun: Begun, runs: Runs) -> None:
    """Keep what is paid of an index that is not ended, for whoever goes on with it."""
    if begun.attempts:
        await runs.store.write(names.RUNS, paths.begun(message.run_id, message.index), begun.to_json())


async def unasked(begun: Begun, work: Work, deps: Deps) -> Outcome | None:
    """A `skipped` outcome for a run that was stopped; None for one that is paused."""
    message = work.message
    stopped = await work.standing.stop_reason()
    if stopped is None:
        if not await work.standing.is_paused_now():
            await _send_back(message, begun, Comeback(1.0, message.since, message.faults), deps)
        await _keep(message, begun, deps.runs)
        return None
    return Outcome(
        message.index,
        "skipped",
        stopped,
        attempts=begun.attempts,
        deferrals=message.deferrals,
        finished_at=deps.runs.now(),
    )


async def heed_refusal(outcome: Outcome, work: Work, deps: Deps) -> None:
    """Let a run fail that got nothing but refusals of one kind, before it makes all its calls in vain."""
    if outcome.tokens.total:
        return
    enough = await work.standing.was_refused(outcome.reason)
    if enough and not await ever_answered(work.message.run_id, deps.store, deps.log):
        said = outcome.errors[0]["message"] if outcome.errors else outcome.reason
        error = ConfigurationError(
            f"the model service takes no call of this run: {said}", code=outcome.reason
        )
        await fail_run(work.message.run_id, error, deps, name=work.context.spec.name)


async def installation_refused(begun: Begun, error: ConfigurationError, work: Work, deps: Deps) -> None:
    """The installation does not let the service be asked: credentials of a young run are waited for.

    Later a run that never got an answer fails; any other is paused, for what is paid stays.
    """
    message, spec = work.message, work.context.spec
    if error.code == "unauthorized" and spec.age_s(deps.clock.now()) < deps.settings.roles_spread_s:
        again_s = float(min(2.0**message.deferrals, _ROLES_AGAIN_S))
        await _send_back(message, begun, Comeback(again_s, 0.0, message.faults), deps)
        return
    answered = work.standing.answered or bool(begun.attempts)
    if answered or await ever_answered(work.message.run_id, deps.store, deps.log):
        await _keep(message, begun, deps.runs)
        if await work.standing.pause(error.code, error.message):
            telemetry.paused(work.message.run_id, error.code)
    else:
        await fail_run(work.message.run_id, error, deps, name=spec.name)


async def stop_for_budget(work: Work, deps: Deps) -> None:
    """Make no more calls for a run whose budget is used up, or cannot be reckoned."""
    if model := deps.spending.priceless(work.context):
        await work.standing.stop(UNKNOWN_PRICE, no_price(model))
    else:
        await work.standing.stop(BUDGET, "the run's budget is used up; what is accepted is published")


async def come_back(
    begun: Begun, error: TransientError, room: Reservation | None, work: Work, deps: Deps
) -> Outcome | None:
    """Let the message come again later, or reject its index where that was done often or long enough."""
    message, runs = work.message, deps.runs
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
    await runs.waits.tell(message.run_id, message.index, error, visit.delay_s)
    await _send_back(message, begun, visit, deps)
    return None


async def _send_back(message: GenerateRecord, begun: Begun, visit: Comeback, deps: Deps) -> None:
    """Send the message for its next visit; what is paid is kept before that."""
    await _keep(message, begun, deps.runs)
    spent = [attempt.tokens.listed() for attempt in begun.attempts]
    later = replace(sent_back(message, visit), recheck=True, spent=spent[-_MOST_SPENT:])
    await deps.queue.send(later, delay_s=visit.delay_s)
