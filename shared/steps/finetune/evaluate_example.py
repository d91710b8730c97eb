"""Asks one deployment to plan one validation task and keeps how good the answer is."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from shared import names
from shared.contracts.messages import Evaluate
from shared.errors import ConfigurationError, PermanentError, PlansmithError, TransientError
from shared.finetune import evaluation
from shared.finetune.evaluation import MAX_ANSWER, ExampleOutcome
from shared.finetune.job import Job, moment
from shared.finetune.metrics import score
from shared.finetune.request import job_path
from shared.finetune.settings import FineTuneSettings
from shared.finetune.transitions import State
from shared.plan.json_text import read_object
from shared.plan.record import schema_findings
from shared.plan.validate import PlanValidator
from shared.ports.clock import Clock
from shared.ports.storage import Queue, RecordLog, RunStore
from shared.ports.teacher import Teacher, TeacherReply, TeacherRequest
from shared.runs.store import Runs

_RETRY_S = 30.0
_MAX_DEFERRAL_S = 3600.0
_CACHED_RUNS = 4
_ANY_TASK = "a task"


@dataclass
class Examples:
    """The measured rows of runs, read once a process; a run has at most a few hundred."""

    store: RunStore
    _rows: OrderedDict[str, list[bytes]] = field(default_factory=OrderedDict)

    async def messages(self, run_id: str, index: int) -> list[dict[str, Any]]:
        """The chat messages of an example, the reference last. PermanentError `unknown_example`."""
        if run_id not in self._rows:
            blob = await self.store.read(names.RUNS, evaluation.rows_path(run_id))
            self._rows[run_id] = blob.data.splitlines() if blob else []
            while len(self._rows) > _CACHED_RUNS:
                self._rows.popitem(last=False)
        rows = self._rows[run_id]
        if index >= len(rows):
            self._rows.pop(run_id)
            raise PermanentError(f"run {run_id} has no example {index}", code="unknown_example")
        found: list[dict[str, Any]] = orjson.loads(rows[index])["messages"]
        return found


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
    """Append the example's outcome, or send the message back to the queue when the service is busy.

    A repetition looks into the log first, so that no answer is paid twice; a message of an evaluation
    that is over is dropped.

    Raises PermanentError for a job, an example or a log that does not exist.
    """
    blob = await ports.store.read(names.RUNS, job_path(message.run_id))
    job = Job.from_json(blob.data) if blob else None
    if job is None:
        raise PermanentError(f"run {message.run_id} has no fine-tune to evaluate", code="unknown_job")
    if job.state != State.EVALUATING:
        return
    path = evaluation.log_path(message.run_id, message.deployment, message.segment)
    if message.index in evaluation.folded(await ports.log.read(path)):
        return
    messages = await ports.examples.messages(message.run_id, message.index)
    try:
        reply = await ports.teacher.complete(_request(message, messages))
    except PlansmithError as error:
        wait_s = _wait_s(error, job, ports.clock.now(), ports.settings)
        if wait_s is not None:
            await _send_back(message, wait_s, ports.queue)
            return
        outcome = ExampleOutcome(message.index, "failed", error.code)
    else:
        context = await ports.runs.context(message.run_id)
        outcome = scored(message.index, reply, messages[-1]["content"], context.validator)
    await ports.log.append(path, outcome.to_line())


def scored(index: int, reply: TeacherReply, reference: str, validator: PlanValidator) -> ExampleOutcome:
    """The outcome of an answer; the reference is a plan as JSON text."""
    plan, findings = read_object(reply.text, tolerant=True)
    schema_valid = clean = False
    if plan is not None:
        findings = schema_findings({"task_nl": _ANY_TASK, "plan": plan}, whole=False)
        schema_valid = not findings
        findings = findings or validator.plan_errors(plan)
        clean = not findings
    scores = score(plan, orjson.loads(reference), schema_valid=schema_valid, clean=clean)
    return ExampleOutcome(
        index=index,
        status="answered",
        reason=findings[0]["code"] if findings else "",
        scores=scores.to_json(),
        answer=reply.text[:MAX_ANSWER],
        tokens=reply.tokens.total,
        latency_ms=reply.latency_ms,
    )


def _request(message: Evaluate, messages: list[dict[str, Any]]) -> TeacherRequest:
    """The row without its answer; no response format, as fine-tuned models need none and others may know none."""
    return TeacherRequest(
        model=message.deployment,
        messages=tuple(messages[:-1]),
        cache_key=f"{message.run_id[-10:]}-evaluation",
        seed=0,
    )


def _wait_s(error: PlansmithError, job: Job, now: datetime, settings: FineTuneSettings) -> float | None:
    """Seconds until the example is tried again, None if that cannot help.

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
        "deployment": message.deployment,
        "segment": message.segment,
        "index": message.index,
    }
    await queue.send(names.EVALUATE, body, delay_s=wait_s)
