"""Lets an arm plan any task, and says what the validator and a dry run make of the plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shared.dataset.formats import Rows, user_text
from shared.dataset.plan_prices import plan_cost
from shared.errors import BadRequestError, ConfigurationError
from shared.finetune import evaluation, hosting, words
from shared.finetune.job import Job
from shared.finetune.measure.answer import read_plan
from shared.finetune.measure.arms import WITH_CATALOG, Arm
from shared.finetune.measured_tasks import MeasuredTask
from shared.finetune.settings import FineTuneSettings
from shared.plan.codes import Finding
from shared.ports.teacher import TeacherReply
from shared.steps.deps import Deps
from shared.steps.finetune.evaluate_example import asked
from shared.steps.finetune.evaluation import serving
from shared.steps.finetune.stored_job import change_job, read_job

if TYPE_CHECKING:
    from shared.runs.context import RunContext

MAX_TASK = 4_000
"""Characters of a task."""

_GUESSED = 8


async def try_plan(run_id: str, task: str, arm: str, deps: Deps) -> dict[str, Any]:
    """What the arm makes of the task: plan, findings, warnings, dry run step by step, tokens and price.

    Raises:
        BadRequestError: no such run, arm or task (`bad_task`, `bad_arm`), or nothing that serves the arm
            (`not_deployed`, `deployment_gone`), with what to do about it.
        TransientError: the service is busy.
    """
    text = " ".join(task.split())
    if not 3 <= len(text) <= MAX_TASK:
        raise BadRequestError(f"a task has 3 to {MAX_TASK} characters", code="bad_task")
    if arm not in list(Arm):
        raise BadRequestError(f"there is no arm '{arm[:40]}'; arms are {', '.join(Arm)}", code="bad_arm")
    context = await deps.runs.context(run_id)
    job = await read_job(run_id, deps.store)
    deployment = _deployment(job, Arm(arm), context, deps.settings.finetune)
    request = asked(arm, deployment, _as_task(text, context), context)
    try:
        reply = await deps.teacher.complete(request)
    except ConfigurationError as error:
        if (
            error.code != "deployment_not_found"
            or arm != Arm.STUDENT
            or job is None
            or job.deployment is None
        ):
            raise
        job = await _note_gone(job, deps)
        raise BadRequestError(words.not_served(job), code="deployment_gone") from error
    return {
        "run_id": run_id,
        "arm": arm,
        "deployment": deployment,
        "task": text,
        **told(reply, text, context),
    }


def told(reply: TeacherReply, task: str, context: RunContext) -> dict[str, Any]:
    """What an answer to `task` is worth; `warnings` are values that come from nowhere, executable or not."""
    plan, shape, findings = read_plan(reply.text, context.validator)
    strangers = context.validator.strangers(task, plan) if plan is not None and shape else []
    wrong = {finding["path"] for finding in findings}
    usd = plan_cost(reply.tokens, reply.model) if reply.model else None
    return {
        "model": reply.model,
        "answer": reply.text,
        "plan": plan,
        "valid": plan is not None and not findings,
        "findings": [dict(finding) for finding in findings],
        "warnings": [dict(one) for one in strangers if one["path"] not in wrong],
        "dry_run": _dry_run(plan, findings, context) if plan is not None and shape else [],
        "tokens": reply.tokens.kinds(),
        "latency_ms": reply.latency_ms,
        "usd": usd,
    }


def _dry_run(plan: dict[str, Any], findings: Sequence[Finding], context: RunContext) -> list[dict[str, Any]]:
    """Each step as it would be called, references replaced by fake responses, up to the one that cannot be, and why.

    A call with a finding in its name or arguments is one that the API would refuse, though the dry run goes through it.
    """
    steps = plan["steps"]
    run = context.validator.acted_steps(plan)
    shown = [
        {"step": step["index"], "api": api, "arguments": arguments, "problem": ""}
        for step, (api, arguments) in zip(steps, run.calls, strict=False)
    ]
    for finding in run.findings:
        step = next(step for step in steps if step["index"] == finding["step"])
        entry = next((one for one in shown if one["step"] == step["index"]), None)
        if entry is None:
            entry = {"step": step["index"], "api": step["api"], "arguments": {}, "problem": ""}
            shown.append(entry)
        entry["problem"] = finding["message"]
    for entry in shown:
        own = [one["message"] for one in findings if one["step"] == entry["step"] and _is_of_call(one)]
        if own and not entry["problem"]:
            entry["problem"] = f"would be refused: {'; '.join(own)}"
    return shown


def _is_of_call(found: Finding) -> bool:
    return ".arguments" in found["path"] or found["path"].endswith(".api")


def _as_task(text: str, context: RunContext) -> MeasuredTask:
    """The task as the student's rows ask it, with the operations that share most words with it."""
    rows = Rows(context.catalog, context.spec.options.get("system_prompt"), _form(context))
    user = user_text(rows.instruction, text)
    turns = ({"role": "system", "content": rows.system}, {"role": "user", "content": user})
    words = set(text.lower().split())

    def alike(number: int) -> tuple[int, int]:
        api = context.catalog.apis[number]
        said = f"{api.name} {api.description}".lower().replace("_", " ").replace(".", " ")
        return len(words.intersection(said.split())), -number

    order = sorted(range(len(context.catalog.apis)), key=alike, reverse=True)[:_GUESSED]
    return MeasuredTask(
        task=text, messages=turns, operations=tuple(context.catalog.apis[n].name for n in order)
    )


def _form(context: RunContext) -> str:
    return str(context.spec.options.get("sft_plan") or "full")


def _deployment(job: Job | None, arm: Arm, context: RunContext, settings: FineTuneSettings) -> str:
    options = job.options["evaluate"] if job else context.spec.options["finetune"]["evaluate"]
    student = serving(job, settings) if job else ""
    chosen = evaluation.choose({**options, "arms": [str(arm)]}, student=student, teacher=context.spec.teacher)
    if arm in chosen.deployments:
        return chosen.deployments[arm]
    if arm == Arm.STUDENT and job is not None and job.fine_tuned_model:
        raise BadRequestError(words.not_served(job), code="not_deployed")
    if arm == Arm.STUDENT:
        state = f"its fine-tune is {job.state}" if job else "it has no fine-tune"
        raise BadRequestError(
            f"the run has no trained student: {state}; --arm {'|'.join(sorted(WITH_CATALOG))} asks another model",
            code="not_deployed",
        )
    raise BadRequestError(chosen.missing[0]["why"], code="not_deployed")


async def _note_gone(seen: Job, deps: Deps) -> Job:
    """Note that the service has the deployment no more, unless another one has been asked for since it was `seen`."""
    now = deps.clock.now()

    def noted(job: Job) -> Job | None:
        return hosting.gone(job, now) if job.deployment == seen.deployment else None

    return await change_job(seen.run_id, noted, deps.store) or hosting.gone(seen, now)
