"""Asks the teacher for one index, in the way that its service takes, from where the index stopped."""

from __future__ import annotations

from copy import replace
from functools import partial

from shared import names
from shared.contracts.messages import GenerateRecord
from shared.dataset.outcome import Attempt, Outcome
from shared.errors import ConfigurationError
from shared.runs import paths
from shared.runs.context import RunContext
from shared.runs.openings import Opening
from shared.runs.plan import Segment
from shared.runs.store import Runs
from shared.steps.deps import Deps
from shared.teacher.ask_options import AskOptions
from shared.teacher.attempt import make_record
from shared.teacher.begun import Begun, NotTaken, Refused
from shared.teacher.way import Way
from shared.times import stamp
from shared.tokens import Tokens


async def ask_teacher(
    message: GenerateRecord,
    context: RunContext,
    segment: Segment,
    begun: Begun,
    opening: Opening,
    deps: Deps,
) -> Outcome:
    """The outcome of the message's index. What the service refuses is left out, for the rest of the run.

    Raises what `make_record` raises but NotTaken.
    """
    task_id, blueprint, briefing = context.assignment(segment, message.index)
    examples = context.examples_for(blueprint)
    spec, runs = context.spec, deps.runs
    way = await runs.ways.of(message.run_id, spec.teacher)
    while True:
        try:
            outcome = await make_record(
                blueprint=blueprint,
                briefing=briefing,
                examples=examples,
                validator=context.validator,
                teacher=opening.listening_to(deps.teacher),
                options=_options(context, message.index, way, deps),
                task_id=task_id,
                created_at=spec.created_at,
                prior=begun.attempts,
                last_text=begun.text,
                model=begun.model,
            )
        except NotTaken as error:
            begun = error.begun
            following = await runs.ways.learn(message.run_id, spec.teacher, way, error.field)
            if following is None:
                # Left as it is, the index would have no outcome and the run no end.
                raise Refused(begun, ConfigurationError(error.message, code=error.code)) from error
            way = following
        else:
            return replace(outcome, deferrals=message.deferrals, finished_at=stamp(deps.clock.now()))


def _options(context: RunContext, index: int, way: Way, deps: Deps) -> AskOptions:
    run = context.spec.run_id
    return replace(
        context.ask_options,
        way=way,
        timeout_s=deps.settings.timeout_s,
        token_characters=deps.settings.token_characters,
        wanted=partial(deps.runs.halts.is_wanted, run),
        told=partial(deps.runs.waits.tell, run, index),
    )


async def begun_before(message: GenerateRecord, max_attempts: int, runs: Runs) -> Begun:
    """Where the index stopped: the calls paid for before the message went back count towards `max_attempts`.

    One call is always left, because only a message with calls left goes back.
    """
    if message.recheck:
        blob = await runs.store.read(names.RUNS, paths.begun(message.run_id, message.index))
        if blob is not None:
            return Begun.from_json(blob.data)
    spent = [Attempt("earlier", Tokens.of(tokens)) for tokens in message.spent]
    beyond = max(0, len(spent) - max(0, max_attempts - 1))
    return Begun(tuple(replace(a, result="interrupted") if n < beyond else a for n, a in enumerate(spent)))


async def keep_begun(run: str, index: int, begun: Begun, runs: Runs) -> None:
    """Keep what is paid of an index that is not ended, for whoever goes on with it."""
    if begun.attempts:
        await runs.store.write(names.RUNS, paths.begun(run, index), begun.to_json())
