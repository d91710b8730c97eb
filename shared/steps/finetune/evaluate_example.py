"""Lets one arm of an evaluation plan one test task and keeps how good the plan is."""

from __future__ import annotations

from copy import replace
from typing import TYPE_CHECKING, Any

from shared import names
from shared.contracts.messages import Evaluate
from shared.errors import (
    ConfigurationError,
    PermanentError,
    PlansmithError,
    RefusedFieldError,
    TransientError,
)
from shared.finetune.job import Job
from shared.finetune.measure.answer import answered, unanswered
from shared.finetune.measure.arms import WITH_CATALOG
from shared.finetune.measure.outcome import folded
from shared.finetune.measured_tasks import MeasuredTask
from shared.ports.storage import Queue
from shared.ports.teacher import TeacherReply, TeacherRequest
from shared.runs import paths
from shared.runs.comebacks import Comeback, sent_back
from shared.runs.waits import reason
from shared.steps.deps import Deps
from shared.steps.finetune.stored_job import read_job
from shared.teacher.conversation import MOST_TIME_OUTS
from shared.teacher.estimate import unseen_answer
from shared.teacher.reasoning import answer_tokens
from shared.tokens import Tokens

if TYPE_CHECKING:
    from shared.runs.context import RunContext

_SETTLE_S = 30.0
_FIRST_BACKOFF = 5
"""As a power of 2 in seconds: nobody waits for one task."""


async def evaluate_example(message: Evaluate, deps: Deps) -> None:
    """Append the task's outcome, or send the message back to the queue when the service is busy.

    A repetition looks into the log first, so that no answer is paid twice; a message of an evaluation
    that is over is dropped.

    Raises PermanentError for a job, a task or a log that does not exist.
    """
    group, place = (message.run_id, message.arm, message.segment), message.index % names.SEGMENT_SIZE
    async with deps.at_work.alone(group, place):
        await _evaluate(message, deps)


async def _evaluate(message: Evaluate, deps: Deps) -> None:
    job = await read_job(message.run_id, deps.store)
    if job is None:
        raise PermanentError(f"run {message.run_id} has no fine-tune to evaluate", code="unknown_job")
    if not message.arm or not job.is_evaluating(message.begun_at):
        return
    attempt = job.evaluation.attempt if job.evaluation else 1
    path = paths.evaluation_log(message.run_id, message.arm, message.segment, attempt)
    if message.index in folded(await deps.log.read(path)):
        return
    task = await deps.examples.task(message.run_id, message.index, begun_at=job.state_since)
    context = await deps.runs.context(message.run_id)
    spent = Tokens.of(message.spent)
    try:
        reply = await _answer(message, job, asked(message.arm, message.deployment, task, context), deps)
    except PlansmithError as error:
        spent += error.tokens if isinstance(error, _Paid) else Tokens()
        visit = _visit(error, message, job, deps)
        if visit is not None:
            await _send_back(message, isinstance(error, _Paid), spent, visit, deps.queue)
            return
        outcome = replace(unanswered(message.index, reason(error), task.plan), tokens=spent)
    else:
        outcome = answered(
            message.index,
            reply.text,
            task.plan,
            context.validator,
            tokens=reply.tokens + spent,
            model=reply.model,
            latency_ms=reply.latency_ms,
        )
    await deps.log.append(path, outcome.to_line())


async def _answer(message: Evaluate, job: Job, request: TeacherRequest, deps: Deps) -> TeacherReply:
    """The deployment's answer, asked for without what its service refuses.

    Raises PlansmithError, `_Paid` for a call that was paid and has nothing to show for it.
    """
    run, deployment = message.run_id, message.deployment
    standing = deps.runs.standing(run)
    way = await standing.way(deployment)
    room = answer_tokens(None, deployment, job.model)
    while True:
        call = replace(
            request, max_completion_tokens=room, timeout_s=deps.settings.timeout_s, without=way.without
        )
        try:
            reply = await deps.teacher.complete(call)
        except RefusedFieldError as error:
            following = await standing.learn_way(deployment, way, error.field)
            if following is None:
                raise
            way = following
        except TransientError as error:
            if not error.may_be_paid:
                raise
            code = "timed_out" if error.code == "timeout" else "broken_off"
            raise _Paid(error.message, code, unseen_answer(call)) from error
        else:
            if reply.fault:
                raise _Paid(reply.said, reply.fault, reply.tokens)
            return reply


class _Paid(PlansmithError):
    """A call that was, or may have been, paid for nothing that can be read."""

    def __init__(self, message: str, code: str, tokens: Tokens) -> None:
        super().__init__(message, code=code)
        self.tokens = tokens


def asked(arm: str, deployment: str, task: MeasuredTask, context: RunContext) -> TeacherRequest:
    """What an arm is asked: the row without its answer, or rules, catalog and task.

    No response format, as fine-tuned models need none and others may know none.
    """
    if arm in WITH_CATALOG:
        from shared.teacher.plan_prompt import plan_messages, shown

        apis = {api.name: api for api in context.catalog.apis}
        part = shown(apis, context.slices, task.operations)
        sft_plan = context.spec.options.get("sft_plan") or "full"
        turns: list[dict[str, Any]] = plan_messages(part, task.task, sft_plan=sft_plan)
    else:
        turns = [dict(turn) for turn in task.messages]
    return TeacherRequest(
        model=deployment, messages=tuple(turns), cache_key=f"{context.spec.run_id[-10:]}-{arm}", seed=0
    )


def _visit(error: PlansmithError, message: Evaluate, job: Job, deps: Deps) -> Comeback | None:
    """When the task is tried again, None if that cannot help or was done often enough.

    A finished deployment may stay unknown to the inference endpoint for minutes.
    """
    now = deps.clock.now()
    if isinstance(error, TransientError):
        return deps.settings.patience.after(
            error,
            since=message.since,
            faults=message.faults,
            deferrals=message.deferrals + _FIRST_BACKOFF,
            now=now.timestamp(),
        )
    if isinstance(error, _Paid):
        again = message.paid + 1 < MOST_TIME_OUTS
        return Comeback(1.0, 0.0, message.faults) if again else None
    if isinstance(error, ConfigurationError) and error.code == "deployment_not_found":
        settling = job.age_s(now) < deps.settings.finetune.deployment_settle_s
        return Comeback(_SETTLE_S, message.since, message.faults) if settling else None
    return None


async def _send_back(message: Evaluate, paid: bool, spent: Tokens, visit: Comeback, queue: Queue) -> None:
    later = replace(sent_back(message, visit), paid=message.paid + paid, spent=spent.listed())
    await queue.send(later, delay_s=visit.delay_s)
