"""Parts of pages: what a row's page shows, escaped, and only what the API itself tells."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson

from shared import names
from shared.finetune.transitions import State
from shared.plan.record import record
from shared.runs import paths
from tests.builders.answers import assert_problem
from tests.builders.outcomes import accepted
from tests.builders.pipeline import Pipeline
from tests.builders.records import blueprint, decoded
from tests.builders.report import Page, trained
from tests.builders.students import add_student


async def _published() -> tuple[Pipeline, str]:
    pipeline = Pipeline()
    run = await pipeline.start(samples=6)
    await pipeline.drain()
    return pipeline, run


async def test_a_row_shows_task_graph_origins_and_attempts() -> None:
    pipeline, run = await _published()
    told: dict[str, Any] = (await _json(pipeline, run, 0))["record"]
    answer = await pipeline.app.api.row_part(run, "0")
    page = Page(answer.body)
    assert (answer.status, answer.content_type) == (200, "text/html")
    assert (page.unbalanced, page.open) == ([], [])
    assert "".join(told["task_nl"].split()) in "".join(page.text.split())
    assert len(page.named("rect")) == len(told["plan"]["steps"])
    heads = {part.split(" ", 1)[-1] for part in page.texts}
    assert {step["api"] for step in told["plan"]["steps"]} <= heads
    assert "Attempts" in page.text and "comes from" in page.text
    assert (await pipeline.app.api.row_part(run, "0", answer.headers["ETag"])).status == 304


async def _json(pipeline: Pipeline, run: str, index: int) -> dict[str, Any]:
    return dict(orjson.loads((await pipeline.app.api.row(run, str(index))).body))


async def test_hostile_rows_are_text() -> None:
    evil = '<img src=x onerror=alert(1)>"&\u202e'
    pipeline = Pipeline()
    run = await pipeline.start(samples=1)
    made = record("t", decoded(task_nl=f"Please {evil} do it"), blueprint(), "2026-01-01T00:00:00Z", evil)
    made["plan"]["steps"][0]["arguments"][evil] = evil
    line = accepted(0, record=made).to_line()
    await pipeline.storage.write(names.RUNS, paths.segment(run, 0), line)
    page = Page((await pipeline.app.api.row_part(run, "0")).body)
    assert page.named("img") == []
    assert (page.unbalanced, page.open) == ([], [])
    assert "<img src=x onerror=alert(1)>" in page.text and "\u202e" not in page.text


async def test_the_student_has_curves_checkpoints_costs_by_the_hour_arms_and_verdict() -> None:
    pipeline, run = await _published()
    await add_student(pipeline, run)
    hours = (pipeline.clock.now() - datetime(2026, 1, 1, tzinfo=UTC)).total_seconds() / 3600
    answer = await pipeline.app.api.student_part(run)
    page = Page(answer.body)
    assert (page.unbalanced, page.open) == ([], [])
    assert not any("style" in attributes for _, attributes in page.elements)
    for expected in (
        *("Loss by training step", "m:ckpt-step-40", "$1.70 an hour", "On 6 unseen tasks the student"),
        *("Executable on paper", "Job succeeded.", f"${round(hours * 1.7, 2):,.2f}"),
    ):
        assert expected in page.text
    assert (await pipeline.app.api.student_part(run, answer.headers["ETag"])).status == 304


async def test_a_training_that_goes_on_is_drawn_from_its_events() -> None:
    pipeline, run = await _published()
    job = trained(State.RUNNING, run_id=run, step=3, total_steps=9, fine_tuned_model="", finished_at="")
    await pipeline.storage.write(names.RUNS, paths.job(run), job.to_json())
    told = [
        {"created_at": 1, "level": "info", "message": f"Step {n}: training loss={1 / n:.3f}"}
        for n in (1, 2, 3)
    ]
    lines = b"".join(orjson.dumps(event) + b"\n" for event in told)
    await pipeline.storage.write(names.RUNS, paths.finetune(run, "events.jsonl"), lines)
    text = Page((await pipeline.app.api.student_part(run)).body).text
    assert "step 3 of 9" in text and "Training 0.333" in text and "Deployment" in text


async def test_a_run_without_a_student_has_an_empty_part() -> None:
    pipeline, run = await _published()
    assert Page((await pipeline.app.api.student_part(run)).body).text == ""
    assert_problem(await pipeline.app.api.student_part("shop-9999999999"), 404, "unknown_run")


async def test_what_is_not_there_is_a_problem() -> None:
    pipeline, run = await _published()
    assert_problem(await pipeline.app.api.row_part(run, "9999"), 404, "no_such_row")
    assert_problem(await pipeline.app.api.row_part("shop-9999999999", "0"), 404, "unknown_run")
    assert_problem(await pipeline.app.api.row_page(run, "<b>"), 404, "no_such_row")
