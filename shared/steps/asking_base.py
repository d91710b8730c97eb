"""Asks the base model once, as a student would be asked, to do a task that was accepted."""

from __future__ import annotations

from copy import replace

from shared.dataset.outcome import BaseAnswer, Outcome
from shared.errors import ConfigurationError, PlansmithError, RefusedFieldError
from shared.ports.teacher import TeacherReply, TeacherRequest
from shared.runs.at_work import Work
from shared.runs.standing import Standing
from shared.steps.deps import Deps
from shared.teacher.base_model import base_answer, base_request
from shared.teacher.estimate import unseen_answer
from shared.teacher.worth import is_paid
from shared.tokens import Tokens


async def with_base_answer(outcome: Outcome, work: Work, deps: Deps) -> Outcome:
    """The accepted outcome with what the run's base model answers to its task.

    The accepted record stays whatever becomes of this call; a deployment that is not there pauses the run, so that
    not every record goes without it.
    """
    context, deployment = work.context, work.context.base_model
    if outcome.record is None:
        return outcome
    if not await work.standing.is_wanted():
        return replace(outcome, base=BaseAnswer(reason="not_asked"))
    request = replace(
        base_request(deployment, outcome.record["task_nl"], context.catalog, context.spec.options),
        timeout_s=deps.settings.timeout_s,
        seed=context.spec.options["seed"],
    )
    try:
        reply = await _ask(request, work.standing, deps)
    except PlansmithError as error:
        if isinstance(error, ConfigurationError):
            said = f"the base model '{deployment}' cannot be asked: {error.message}"
            await work.standing.pause(error.code, said)
        is_spent = is_paid(error)
        tokens = unseen_answer(request, deps.settings.token_characters) if is_spent else Tokens()
        return replace(outcome, base=BaseAnswer(reason=error.code, tokens=tokens))
    return replace(outcome, base=base_answer(reply, context.validator))


async def _ask(request: TeacherRequest, standing: Standing, deps: Deps) -> TeacherReply:
    """The deployment's answer, asked for without what its service refuses."""
    way = await standing.way(request.model)
    while True:
        try:
            return await deps.teacher.complete(replace(request, without=way.without))
        except RefusedFieldError as error:
            following = await standing.learn_way(request.model, way, error.field)
            if following is None:
                raise
            way = following
