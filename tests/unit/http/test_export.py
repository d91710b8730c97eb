"""Rows as JSON Lines, at any time: what is accepted so far as it stands, and lines to review elsewhere."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from shared import names
from shared.http import export
from shared.http.answers import Answer
from tests.builders.answers import assert_problem
from tests.builders.pipeline import Pipeline
from tests.builders.reviews import asked, decide, on, own_example, published, row, rows


async def _all(pipeline: Pipeline, run: str, **wanted: str) -> tuple[list[dict[str, Any]], int]:
    """Every line, and how many answers they came in."""
    found: list[dict[str, Any]] = []
    cursor, answers = "0", 0
    while True:
        answer: Answer = await pipeline.app.api.export(run, {**wanted, "cursor": cursor})
        assert (answer.status, answer.content_type) == (200, "application/jsonl")
        found += [orjson.loads(line) for line in answer.body.splitlines()]
        answers += 1
        if export.NEXT not in answer.headers:
            return found, answers
        cursor = answer.headers[export.NEXT]


async def test_records_are_the_dataset_as_reviewed() -> None:
    pipeline, run = await published(24)
    records, _ = await _all(pipeline, run)
    assert records == pipeline.dataset(run)
    one, two, *_ = await rows(pipeline, run, status="accepted")
    example = own_example(records[2], "For my aunt in spring:")
    await pipeline.app.api.add_examples(run, asked({"examples": [example]}))
    await decide(pipeline, run, on(one, "reject"), on(two, "edit", task=f"{two['task']} Please."))
    now, _ = await _all(pipeline, run)
    assert [r["task_id"] for r in now[:-1]] == [
        r["task_id"] for r in records if r["task_id"] != one["task_id"]
    ]
    assert next(r for r in now if r["task_id"] == two["task_id"])["task_nl"].endswith("Please.")
    assert now[-1]["task_nl"] == example["task"]


async def test_what_is_accepted_so_far_is_had_while_the_run_goes_on() -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=6)
    assert await _all(pipeline, run) == ([], 1)
    await pipeline.deliver(names.FAN_OUT, pipeline.queue.take(names.FAN_OUT)[0])
    for message in pipeline.queue.take(names.GENERATE_RECORDS)[:3]:
        await pipeline.deliver(names.GENERATE_RECORDS, message)
    records, _ = await _all(pipeline, run)
    assert len(records) == 3


async def test_lines_to_review_have_what_a_decision_needs() -> None:
    pipeline, run = await published(12)
    one = (await rows(pipeline, run, status="accepted"))[0]
    await decide(pipeline, run, on(one, "reject"))
    lines, _ = await _all(pipeline, run, form="review", verdict="rejected")
    (line,) = lines
    assert list(line) == ["task_id", "hash", "verdict", "reason", "task", "assumptions", "plan", "negatives"]
    assert (line["hash"], line["verdict"]) == (one["hash"], "rejected")
    assert line["plan"] == (await row(pipeline, run, one["index"]))["record"]["plan"]


async def test_long_exports_come_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "_PIECE", 4_000)
    monkeypatch.setattr(export, "_AT_ONCE", 3)
    pipeline, run = await published(24)
    records, answers = await _all(pipeline, run)
    assert records == pipeline.dataset(run) and answers > 2


@pytest.mark.parametrize(
    ("wanted", "code"),
    [({"form": "xml"}, "bad_filter"), ({"cursor": "x"}, "bad_cursor"), ({"colour": "red"}, "bad_filter")],
)
async def test_what_is_no_export_is_refused(wanted: dict[str, str], code: str) -> None:
    pipeline, run = await published(2)
    assert_problem(await pipeline.app.api.export(run, wanted), 400, code)
