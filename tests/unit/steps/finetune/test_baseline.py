"""A student compared with that of an earlier run: over shared tasks, said everywhere, refused where it cannot be."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import orjson
import pytest

from cli.downloads import LocalFile
from cli.results import measured_lines
from local.checkout import ROOT
from shared import names
from shared.contracts.messages import RunRequest
from shared.finetune.measure.report import task_line
from shared.finetune.transitions import State
from shared.runs import paths
from shared.steps.start_run import StartFailedError, start_run
from tests.builders.arms import right, task, wrong
from tests.builders.finetune import FineTuneStack
from tests.builders.pipeline import Pipeline
from tests.builders.report import Page, measured
from tests.unit.steps.finetune.test_evaluate_example import GOOD, SETTINGS, Model, evaluating, report, work

EARLIER = "hub-abcdef0123"
ASKED = "show me order sft/test.jsonl"


async def _earlier(stack: FineTuneStack, exact: list[int], *, first: int = 0, asked: str = ASKED) -> None:
    """A run whose student was measured on test tasks from number `first` on."""
    lines = [
        task_line(
            task(task=f"{asked} {n}", plan=json.loads(GOOD)), {"student": right(n) if good else wrong(n)}
        )
        for n, good in enumerate(exact, start=first)
    ]
    data = b"".join(orjson.dumps(line) + b"\n" for line in lines)
    await stack.store.write(names.DATASETS, paths.answers(EARLIER), data)
    found = {**measured(), "sft_plan": "executable"}
    await stack.store.write(names.DATASETS, paths.evaluation(EARLIER), orjson.dumps(found))


async def _measured_against(stack: FineTuneStack) -> dict[str, Any]:
    await evaluating(stack, baseline_run=EARLIER)
    await work(stack, Model(student=GOOD))
    assert (await stack.run_out()).state == State.COMPLETE
    return await report(stack)


async def test_what_changed_since_is_in_the_evaluation_the_event_the_page_and_the_last_lines(
    tmp_path: Any,
) -> None:
    stack = FineTuneStack(settings=SETTINGS)
    await _earlier(stack, [1, 0, 0, 1, 0, 0, 0, 0])
    found = await _measured_against(stack)
    since = found["baseline_run"]
    assert (since["run_id"], since["tasks"], since["left_out"]) == (EARLIER, 8, 2)
    assert since["counts"] == {"fixed": 6, "broken": 0, "same": 2}
    assert since["metrics"]["exact_plan"]["before"] == 0.25 and since["metrics"]["exact_plan"]["after"] == 1.0
    assert since["usd_per_1000_plans"]["before"] == measured()["arms"][0]["cost"]["usd_per_1000_plans"]
    event = next(
        body for queue, body, _ in stack.queue.sent if body.get("type") == "plansmith.evaluation.completed"
    )["data"]["baseline_run"]
    assert event["counts"]["fixed"] == 6 and "metrics" not in event
    text = Page((await stack.text(names.DATASETS, "report.html")).encode()).text
    assert f"Against the earlier run {EARLIER}" in text and "6 fixed, 0 broken" in text
    assert "Before, the student answered with what is executed of a plan; now with whole plans." in text
    file = tmp_path / "evaluation.json"
    await asyncio.to_thread(file.write_text, json.dumps(found))
    told = "\n".join(measured_lines([LocalFile(file, None, 1)]))
    assert f"against {EARLIER}: Over 8 tasks" in told


async def test_without_a_baseline_nothing_is_said_of_one() -> None:
    stack = await evaluating()
    await work(stack, Model(student=GOOD))
    await stack.run_out()
    assert "baseline_run" not in await report(stack)
    assert "earlier run" not in await stack.text(names.DATASETS, "report.html")


async def test_a_baseline_that_is_gone_when_it_is_wanted_is_said_and_fails_nothing() -> None:
    stack = FineTuneStack(settings=SETTINGS)
    await _earlier(stack, [1, 0])
    await evaluating(stack, baseline_run=EARLIER)
    await stack.store.delete(names.DATASETS, paths.answers(EARLIER))
    await work(stack, Model(student=GOOD))
    assert (await stack.run_out()).state == State.COMPLETE
    assert (await report(stack))["baseline_run"] == {"run_id": EARLIER, "why": "its evaluation is gone"}
    assert "Not compared: its evaluation is gone." in await stack.text(names.DATASETS, "report.html")


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (None, f"{EARLIER} cannot be the baseline: it has no measured student"),
        ("another task", "none of its 2 tasks is among the 10 test tasks of this run"),
    ],
)
async def test_a_baseline_that_cannot_be_fails_the_job_before_anything_is_uploaded(
    asked: str | None, why: str
) -> None:
    stack = FineTuneStack(settings=SETTINGS)
    if asked:
        await _earlier(stack, [1, 0], asked=asked)
    await stack.publish(evaluate={"enabled": True, "arms": ["student"], "baseline_run": EARLIER})
    await stack.start()
    job = await stack.run_out()
    assert job.state == State.FAILED and job.error is not None and job.error.code == "bad_baseline"
    assert why in job.error.message
    assert stack.service.uploads == 0


@pytest.mark.parametrize(
    ("finetune", "why"),
    [
        (
            {"enabled": True, "evaluate": {"enabled": True, "baseline_run": EARLIER}},
            "it has no measured student",
        ),
        (
            {"enabled": True, "evaluate": {"baseline_run": EARLIER}},
            "needs finetune.enabled, finetune.evaluate.enabled",
        ),
        ({"evaluate": {"enabled": True, "baseline_run": EARLIER}}, "needs finetune.enabled"),
    ],
)
async def test_a_run_with_a_baseline_that_cannot_be_is_refused_before_the_teacher_is_asked(
    finetune: dict[str, Any], why: str
) -> None:
    pipeline = Pipeline()
    data = b'{"apis": [{"name": "a", "method": "GET", "path": "/a"}]}'
    await pipeline.storage.write(names.CATALOGS, "x.json", data)
    with pytest.raises(StartFailedError, match=why) as caught:
        await start_run(RunRequest("catalogs/x.json", options={"finetune": finetune}), pipeline.app.deps)
    assert caught.value.code == "bad_baseline"


async def test_the_page_of_events_names_all_that_a_completed_evaluation_tells() -> None:
    stack = await evaluating()
    await work(stack, Model(student=GOOD))
    await stack.run_out()
    data = next(
        body["data"]
        for _, body, _ in stack.queue.sent
        if body.get("type") == "plansmith.evaluation.completed"
    )
    page = await asyncio.to_thread((ROOT / "docs/events.md").read_text)
    row = next(line for line in page.splitlines() if line.startswith("| `plansmith.evaluation.completed`"))
    assert [name for name in data if f"`{name}`" not in row] == []
    assert data["baseline_run"] is None
