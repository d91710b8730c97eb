"""Lets one arm of an evaluation plan one test task and keeps how good the plan is."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared import names, stored
from shared.contracts.messages import Evaluate
from shared.errors import ConfigurationError, PermanentError, PlansmithError, TransientError
from shared.finetune import evaluation
from shared.finetune.job import Job, moment
from shared.finetune.measure.answer import answered, unanswered
from shared.finetune.measure.arms import WITH_CATALOG
from shared.finetune.measure.outcome import folded
from shared.finetune.measured_tasks import MeasuredTask
from shared.finetune.request import job_path
from shared.finetune.settings import FineTuneSettings
from shared.finetune.transitions import State
from shared.ports.clock import Clock
from shared.ports.storage import Queue, RecordLog, RunStore
from shared.ports.teacher import Teacher, TeacherRequest
from shared.runs.store import Runs

if TYPE_CHECKING:
    from shared.runs.store import RunContext

_RETRY_S = 30.0
_MAX_DEFERRAL_S = 3600.0
_CACHED_RUNS = 4


@dataclass
class Examples:
    """The measured tasks of runs, read once a process; a run has at most a few hundred."""

    store: RunStore
    _rows: OrderedDict[str, list[bytes]] = field(default_factory=OrderedDict)

    async def task(self, run_id: str, index: int) -> MeasuredTask:
        """The task with that number. PermanentError `unknown_example`."""
        if run_id not in self._rows:
            blob = await self.store.read(names.RUNS, evaluation.tasks_path(run_id))
            self._rows[run_id] = blob.data.splitlines() if blob else []
            while len(self._rows) > _CACHED_RUNS:
                self._rows.popitem(last=False)
        rows = self._rows[run_id]
        if index >= len(rows):
            self._rows.pop(run_id)
            raise PermanentError(f"run {run_id} has no example {index}", code="unknown_example")
        return stored.read(MeasuredTask, rows[index], "a test task")


@dataclass(frozen=True, slots=True)
class EvaluatePorts:
    """What the step works with."""

    store: RunStore
    runs: Runs
    log: RecordLog
    queue: Queue
    teacher: Teacher
    clock: Clock
    examples: Examples
    settings: FineTuneSettings


async def evaluate_example(message: Evaluate, *, ports: EvaluatePorts) -> None:
    """Append the task's outcome, or send the message back to the queue when the service is busy.

    A repetition looks into the log first, so that no answer is paid twice; a message of an evaluation
    that is over is dropped.

    Raises PermanentError for a job, a task or a log that does not exist.
    """
    blob = await ports.store.read(names.RUNS, job_path(message.run_id))
    job = Job.from_json(blob.data) if blob else None
    if job is None:
        raise PermanentError(f"run {message.run_id} has no fine-tune to evaluate", code="unknown_job")
    if job.state != State.EVALUATING or not message.arm:
        return
    path = evaluation.log_path(message.run_id, message.arm, message.segment)
    if message.index in folded(await ports.log.read(path)):
        return
    task = await ports.examples.task(message.run_id, message.index)
    context = await ports.runs.context(message.run_id)
    try:
        reply = await ports.teacher.complete(asked(message.arm, message.deployment, task, context))
    except PlansmithError as error:
        wait_s = _wait_s(error, job, ports.clock.now(), ports.settings)
        if wait_s is not None:
            await _send_back(message, wait_s, ports.queue)
            return
        outcome = unanswered(message.index, error.code, task.plan)
    else:
        outcome = answered(
            message.index,
            reply.text,
            task.plan,
            context.validator,
            tokens=reply.tokens,
            model=reply.model,
            latency_ms=reply.latency_ms,
        )
    await ports.log.append(path, outcome.to_line())


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


def _wait_s(error: PlansmithError, job: Job, now: datetime, settings: FineTuneSettings) -> float | None:
    """Seconds until the task is tried again, None if that cannot help.

    A finished deployment may stay unknown to the inference endpoint for minutes.
    """
    if isinstance(error, TransientError):
        return min(max(error.retry_after_s or _RETRY_S, 1.0), _MAX_DEFERRAL_S)
    if isinstance(error, ConfigurationError) and error.code == "deployment_not_found":
        ready_at = job.deployment.ready_at if job.deployment else ""
        since = moment(ready_at or job.state_since)
        return _RETRY_S if (now - since).total_seconds() < settings.deployment_settle_s else None
    return None


async def _send_back(message: Evaluate, wait_s: float, queue: Queue) -> None:
    body = {
        "run_id": message.run_id,
        "arm": message.arm,
        "deployment": message.deployment,
        "segment": message.segment,
        "index": message.index,
    }
    await queue.send(names.EVALUATE, body, delay_s=wait_s)
