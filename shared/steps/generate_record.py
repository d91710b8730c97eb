"""Produces the one outcome of one index and appends it to the segment's log."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from copy import replace
from dataclasses import dataclass
from typing import Any

from shared import names, telemetry
from shared.contracts.messages import GenerateRecord
from shared.dataset.outcome import Attempt, Outcome
from shared.errors import ConfigurationError, PermanentError
from shared.ports.clock import Clock
from shared.ports.storage import Queue, RecordLog
from shared.ports.teacher import Teacher
from shared.runs.budget import REASON as BUDGET
from shared.runs.plan import RunPlan
from shared.runs.spending import Spending
from shared.runs.store import RunContext, Runs
from shared.steps.run_failure import fail_run
from shared.steps.segment_full import SegmentFull
from shared.teacher.attempt import AskOptions, GivenUp, Interrupted, Refused, make_record
from shared.teacher.response_format import next_mode
from shared.tokens import Tokens

_MAX_DEFERRAL_S = 3600.0
_LONGEST_BACKOFF_S = 256.0


@dataclass(frozen=True, slots=True)
class GenerateRecordPorts:
    """What the step works with.

    Attributes:
        roles_spread_s: age of a run up to which refused credentials (401) are waited for, because a role that
            was just assigned takes its time to be known.
    """

    runs: Runs
    log: RecordLog
    queue: Queue
    teacher: Teacher
    clock: Clock
    full: SegmentFull
    spending: Spending
    roles_spread_s: float = 0.0


async def generate_record(
    message: GenerateRecord, *, ports: GenerateRecordPorts, repeated: bool = False
) -> None:
    """Append one outcome for the index, or send the message back to the queue when throttled.

    A repetition looks into the log first, so that no answer is paid twice.

    Raises PermanentError for a run, segment or index that does not exist.
    """
    plan = await ports.runs.plan(message.run_id, segment=message.segment)
    indices = await ports.runs.indices(message.run_id, message.segment)
    if message.index not in indices:
        raise PermanentError(f"segment {message.segment} has no index {message.index}", code="unknown_index")
    path = names.log_path(message.run_id, message.segment)
    if not ((repeated or message.recheck) and await _done(message, indices, path, ports)):
        context = await ports.runs.context(message.run_id)
        async with ports.spending.room(context, _wanted(message.run_id, ports)) as room:
            if room is None:
                await _stop_for_budget(context, ports)
            outcome = await _outcome(message, context, plan, ports)
            if outcome is None:
                return
            await ports.log.append(path, outcome.to_line())
            telemetry.outcome(message.run_id, outcome)
            if room is not None:
                room.spent(outcome)
    await ports.full.notice(message.run_id, message.segment, len(indices))


async def _done(message: GenerateRecord, indices: range, path: str, ports: GenerateRecordPorts) -> bool:
    from shared.dataset.fold import fold

    return message.index not in fold(await ports.log.read(path), indices).missing


async def _outcome(
    message: GenerateRecord, context: RunContext, plan: RunPlan, ports: GenerateRecordPorts
) -> Outcome | None:
    """The outcome, or None when there is none to write: sent back, or the run has failed."""
    if await ports.runs.stop_reason(message.run_id) is not None:
        return await _skipped(message, _prior(message), ports)
    try:
        return await _ask(message, context, plan, ports)
    except GivenUp as error:
        return await _skipped(message, error.attempts, ports)
    except Interrupted as error:
        await _send_back(message, error.attempts, error.retry_after_s, ports)
    except ConfigurationError as error:
        if error.code == "unauthorized" and context.spec.age_s(ports.clock.now()) < ports.roles_spread_s:
            paid = error.attempts if isinstance(error, Refused) else _prior(message)
            await _send_back(message, paid, None, ports)
        else:
            name = context.spec.name
            await fail_run(
                message.run_id, error, runs=ports.runs, queue=ports.queue, clock=ports.clock, name=name
            )
    return None


async def _skipped(
    message: GenerateRecord, attempts: tuple[Attempt, ...], ports: GenerateRecordPorts
) -> Outcome:
    reason = await ports.runs.stop_reason(message.run_id) or ""
    return Outcome(
        message.index,
        "skipped",
        reason,
        attempts=attempts,
        deferrals=message.deferrals,
        finished_at=ports.runs.now(),
    )


async def _ask(
    message: GenerateRecord, context: RunContext, plan: RunPlan, ports: GenerateRecordPorts
) -> Outcome:
    blueprint = context.blueprint(plan, message.index)
    spec = context.spec
    mode = await ports.runs.response_mode(message.run_id)
    while True:
        try:
            outcome = await make_record(
                blueprint=blueprint,
                apis=context.apis_of_slice(blueprint.slice),
                validator=context.validator,
                teacher=ports.teacher,
                options=_ask_options(context, mode, ports),
                task_id=f"{names.slug(spec.name)}-{message.index:06d}",
                created_at=spec.created_at,
                now=ports.runs.now,
                prior=_prior(message, spec.options["max_attempts"]),
            )
        except PermanentError as error:
            following = next_mode(mode) if error.code == "unsupported_response_format" else None
            if following is None:
                if error.code == "unsupported_response_format":
                    # Left as it is, the index would have no outcome and the run no end.
                    raise ConfigurationError(error.message, code=error.code) from error
                raise
            mode = await ports.runs.settle_response_mode(message.run_id, following)
        else:
            return replace(outcome, deferrals=message.deferrals)


def _ask_options(context: RunContext, mode: str, ports: GenerateRecordPorts) -> AskOptions:
    options = context.spec.options
    return AskOptions(
        model=context.spec.teacher,
        max_attempts=options["max_attempts"],
        judge=options["judge"],
        response_mode=mode,
        seed=options["seed"],
        wanted=_wanted(context.spec.run_id, ports),
    )


def _wanted(run: str, ports: GenerateRecordPorts) -> Callable[[], Awaitable[bool]]:
    """Whether calls may still be made for a run."""

    async def wanted() -> bool:
        return await ports.runs.stop_reason(run) is None

    return wanted


def _prior(message: GenerateRecord, max_attempts: int = 0) -> tuple[Attempt, ...]:
    """The calls paid for before the message went back; they count towards `max_attempts`.

    One call is always left, because only a message with calls left goes back.
    """
    spent = [Attempt("earlier", Tokens.of(tokens)) for tokens in message.spent]
    beyond = max(0, len(spent) - max(0, max_attempts - 1))
    return tuple(replace(a, result="interrupted") if n < beyond else a for n, a in enumerate(spent))


async def _stop_for_budget(context: RunContext, ports: GenerateRecordPorts) -> None:
    run = context.spec.run_id
    if await ports.runs.stop_reason(run) is None:
        message = "the run's budget is used up; what is accepted is published"
        await ports.runs.stop(run, BUDGET, message)


async def _send_back(
    message: GenerateRecord, attempts: tuple[Attempt, ...], wait_s: float | None, ports: GenerateRecordPorts
) -> None:
    """Let the message come again later; as a new message, so that no try is burnt."""
    if wait_s is None:
        wait_s = _LONGEST_BACKOFF_S if message.deferrals > 8 else 2.0**message.deferrals
    body: dict[str, Any] = {
        "run_id": message.run_id,
        "segment": message.segment,
        "index": message.index,
        "recheck": True,
        "deferrals": message.deferrals + 1,
        "spent": [list(attempt.tokens.kinds().values()) for attempt in attempts][-20:],
    }
    await ports.queue.send(names.GENERATE_RECORDS, body, delay_s=min(max(wait_s, 1.0), _MAX_DEFERRAL_S))
