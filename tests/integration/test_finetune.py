"""The whole way of a fine-tune job on the emulator's service: upload, train, deploy, measure."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from shared import names
from shared.adapters.arm.deployments import ArmAccount, AzureArmDeployments
from shared.adapters.openai.finetune import AzureOpenAIFineTune
from shared.adapters.openai.teacher import AzureOpenAITeacher
from shared.adapters.system_clock import SystemClock
from shared.contracts.messages import Evaluate, FineTune
from shared.errors import PermanentError
from shared.finetune.job import Job
from shared.finetune.settings import FineTuneSettings
from shared.finetune.transitions import State
from shared.steps.deps import Deps
from shared.steps.finetune.advance_finetunes import advance_finetunes
from shared.steps.finetune.evaluate_example import evaluate_example
from shared.steps.finetune.start_finetune import start_finetune
from tests.builders.beside import MODEL_SERVICE
from tests.builders.finetune import RUN, FineTuneStack
from tests.builders.openai_service import serving, settings_for
from tests.builders.recording import Recorded, body_findings, parameter_findings, recording, template_of
from tests.builders.report import Page
from tests.contract.finetune_contract import request_of, until


async def worked_off(stack: FineTuneStack, deps: Deps) -> Job:
    """The job once nothing is open, with timer and queue served in turn."""
    async with asyncio.timeout(60):
        while await stack.is_open():
            await advance_finetunes(deps)
            for body in stack.queue.take(names.EVALUATE):
                await evaluate_example(Evaluate.decode(orjson.dumps(body)), deps)
            await asyncio.sleep(0.02)
    return await stack.job()


@pytest.mark.parametrize("by_name", [False, True])
async def test_a_dataset_becomes_a_measured_model(by_name: bool) -> None:
    async with serving(deployment_not_found_calls=0) as server:
        settings = settings_for(server.url)
        service, teacher = AzureOpenAIFineTune(settings), AzureOpenAITeacher(settings)
        arm = AzureArmDeployments(ArmAccount("s", "g", "a", endpoint=server.url, token="fake-key"))
        chosen = FineTuneSettings(
            poll_s=0.05, poll_max_s=0.1, max_evaluation_rows=4, model_is_deployment=by_name
        )
        stack = FineTuneStack(settings=chosen)
        await stack.publish(
            n_epochs=2, deploy={"enabled": True}, evaluate={"enabled": True, "baseline": "student-base"}
        )
        await stack.start()
        deps = stack.deps(
            service=service, deployments=None if by_name else arm, teacher=teacher, clock=SystemClock()
        )
        job = await worked_off(stack, deps)
        state = server.emulator.state()
        await asyncio.gather(service.close(), teacher.close(), arm.close())
    assert (job.state, job.error) == (State.COMPLETE, None)
    assert len(state["jobs"]) == 1
    assert state["files"] <= 1  # the service's own result file
    metrics = (await stack.text(names.DATASETS, "finetune/metrics.csv")).splitlines()
    assert metrics[0].startswith("step,train_loss,")
    assert len(metrics) > 2
    events = [
        json.loads(line) for line in (await stack.text(names.DATASETS, "finetune/events.jsonl")).splitlines()
    ]
    assert len({event["id"] for event in events}) == len(events)
    assert "enqueued" in events[0]["message"]
    found = json.loads(await stack.text(names.DATASETS, "evaluation.json"))
    assert [part["arm"] for part in found["arms"]] == [
        "student",
        "base",
        "base_with_catalog",
        "teacher_with_catalog",
    ]
    assert [part["counts"]["answered"] for part in found["arms"]] == [4, 4, 4, 4]
    assert stack.events() == ["plansmith.finetune.succeeded", "plansmith.evaluation.completed"]
    assert (job.step, job.total_steps) == (80, 80)
    assert job.train_loss is not None and job.valid_loss is not None and job.train_token_accuracy is not None
    page = Page((await stack.text(names.DATASETS, "report.html")).encode())
    for expected in (
        "trained by the emulator",
        "The model service was an emulator.",
        "Student minus base with catalog",
        "Example tasks",
    ):
        assert expected in page.text
    assert page.unbalanced == []


JOB = "/fine_tuning/jobs/{fine_tuning_job_id}"
CALLS = {
    ("GET", "/models/{model}"), ("GET", "/files"), ("POST", "/files"), ("GET", "/files/{file_id}"), ("DELETE", "/files/{file_id}"),
    ("GET", "/files/{file_id}/content"), ("GET", "/fine_tuning/jobs"), ("POST", "/fine_tuning/jobs"), ("GET", JOB), ("GET", f"{JOB}/events"),
    ("GET", f"{JOB}/checkpoints"), ("POST", "/chat/completions"),
}  # fmt: skip
"""What a run asks of the model service, from the look at its list of models to the last answer of an evaluation."""


@pytest.mark.parametrize("path", MODEL_SERVICE, ids=lambda path: path.stem)
async def test_every_request_of_a_whole_run_keeps_the_specification(path: Path) -> None:
    spec = orjson.loads(path.read_bytes())
    async with serving() as server, recording(server.url) as relay:
        settings = settings_for(relay.url)
        service, teacher = AzureOpenAIFineTune(settings), AzureOpenAITeacher(settings)
        stack = FineTuneStack(
            settings=FineTuneSettings(
                poll_s=0.05, poll_max_s=0.1, max_evaluation_rows=2, model_is_deployment=True
            )
        )
        await stack.publish(
            n_epochs=1, deploy={"enabled": True}, evaluate={"enabled": True, "baseline": "student-base"}
        )
        deps = stack.deps(service=service, teacher=teacher, clock=SystemClock())
        await start_finetune(FineTune(RUN), deps)
        job = await worked_off(stack, deps)
        await asyncio.gather(service.close(), teacher.close())
    assert (job.state, job.error) == (State.COMPLETE, None)
    _assert_kept(spec, relay, CALLS)


@pytest.mark.parametrize("path", MODEL_SERVICE, ids=lambda path: path.stem)
async def test_pausing_resuming_and_cancelling_keep_the_specification(path: Path) -> None:
    spec = orjson.loads(path.read_bytes())
    async with serving(job_step_s=0.1) as server, recording(server.url) as relay:
        service = AzureOpenAIFineTune(settings_for(relay.url))
        job = await service.create_job(await request_of(service))
        await until(
            lambda: service.get_job(job.id), lambda found: found is not None and found.status == "running"
        )
        await until(lambda: _paused(service, job.id), bool)
        await until(
            lambda: service.get_job(job.id), lambda found: found is not None and found.status == "paused"
        )
        await service.resume_job(job.id)
        await service.cancel_job(job.id)
        await service.close()
    _assert_kept(spec, relay, {("POST", f"{JOB}/{action}") for action in ("pause", "resume", "cancel")})


async def _paused(service: AzureOpenAIFineTune, job_id: str) -> bool:
    """Whether the service has taken the wish to pause: it does once a step is made."""
    try:
        await service.pause_job(job_id)
    except PermanentError:
        return False
    return True


def _assert_kept(spec: dict[str, Any], relay: Recorded, calls: set[tuple[str, str]]) -> None:
    """Every request has its place in the specification, with a body, query and form that fit; `calls` are among them."""
    seen, found = set(), []
    for (method, at, body), (asked, form) in zip(relay.requests, relay.fields, strict=True):
        template = template_of(spec, method, at)
        if template is None:
            found.append(f"{method} {at} is not in the specification")
            continue
        seen.add((method, template))
        found += parameter_findings(spec, method, template, asked, form)
        if body is not None:
            found += body_findings(spec, template, body)
    assert sorted(set(found)) == []
    assert calls - seen == set()
