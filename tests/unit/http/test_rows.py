"""Rows of a run: the same while it goes on and afterwards, filtered, in pages, one with its attempts."""

from __future__ import annotations

from typing import Any

import pytest

from shared import names
from shared.runs import paths
from tests.builders.answers import assert_problem, read
from tests.builders.pipeline import Pipeline


async def _all(pipeline: Pipeline, run: str, **asked: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    cursor = ""
    while True:
        body = read(await pipeline.app.api.rows(run, {**asked, "cursor": cursor}))
        rows += body["rows"]
        if body["next"] is None:
            return rows
        cursor = body["next"]


@pytest.fixture(scope="module")
def published() -> tuple[Pipeline, str]:
    import asyncio

    async def made() -> tuple[Pipeline, str]:
        pipeline = Pipeline()
        run = await pipeline.start(samples=300)
        await pipeline.deliver(names.FAN_OUT, {"run_id": run, "segment": 1})
        await pipeline.drain()
        return pipeline, run

    return asyncio.run(made())


async def test_a_published_run_has_every_index_once(published: tuple[Pipeline, str]) -> None:
    pipeline, run = published
    rows = await _all(pipeline, run, limit="70")
    view = read(await pipeline.app.api.run(run))
    assert [row["index"] for row in rows] == list(range(view["counts"]["total"]))
    assert sum(row["status"] == "accepted" for row in rows) == view["counts"]["accepted"]
    tasks = [row["task"] for row in rows if row["status"] == "accepted"]
    assert tasks == [record["task_nl"][:600] for record in pipeline.dataset(run)]


async def test_splits_are_those_of_the_published_files(published: tuple[Pipeline, str]) -> None:
    pipeline, run = published
    for split in ("train", "validation", "test"):
        rows = await _all(pipeline, run, split=split)
        assert len(rows) == pipeline.published(run)[f"sft/{split}.jsonl"].count(b"\n")
        assert {row["split"] for row in rows} <= {split}


@pytest.mark.parametrize("name", ["difficulty", "variation", "shape", "persona", "status", "split"])
async def test_a_filter_takes_what_has_the_value_and_leaves_the_rest(
    published: tuple[Pipeline, str], name: str
) -> None:
    pipeline, run = published
    every = await _all(pipeline, run)
    for value in sorted({row[name] for row in every if row[name]})[:4]:
        wanted = [row for row in every if row[name] == value]
        assert await _all(pipeline, run, limit="9", **{name: value}) == wanted != []


async def test_rows_are_found_by_operation_and_by_words(published: tuple[Pipeline, str]) -> None:
    pipeline, run = published
    every = await _all(pipeline, run)
    operation = every[0]["operations"][0]
    assert await _all(pipeline, run, operation=operation) == [
        row for row in every if operation in row["operations"]
    ]
    word = every[3]["task"][5:25].upper()
    assert every[3] in await _all(pipeline, run, q=word)
    assert await _all(pipeline, run, q="no task has this") == []


async def test_rows_are_seen_while_the_run_goes_on() -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=9)
    await pipeline.deliver(names.FAN_OUT, pipeline.queue.take(names.FAN_OUT)[0])
    assert await _all(pipeline, run) == []
    messages = pipeline.queue.take(names.GENERATE_RECORDS)
    for message in (messages[4], messages[1]):
        await pipeline.deliver(names.GENERATE_RECORDS, message)
    rows = await _all(pipeline, run)
    assert [row["index"] for row in rows] == [messages[1]["index"], messages[4]["index"]]
    assert all(row["split"] == "" and row["task"] for row in rows)
    tag = (await pipeline.app.api.rows(run, {})).headers["ETag"]
    assert (await pipeline.app.api.rows(run, {}, tag)).status == 304
    await pipeline.deliver(names.GENERATE_RECORDS, messages[0])
    assert (await pipeline.app.api.rows(run, {}, tag)).status == 200


async def test_a_run_of_an_earlier_version_has_its_rows_without_splits(
    published: tuple[Pipeline, str],
) -> None:
    pipeline, run = published
    with_splits = await _all(pipeline, run)
    kept = await pipeline.storage.read(names.RUNS, paths.rows(run))
    assert kept is not None
    await pipeline.storage.delete(names.RUNS, paths.rows(run))
    try:
        without = await _all(pipeline, run)
    finally:
        await pipeline.storage.write(names.RUNS, paths.rows(run), kept.data)
    own = [row for row in with_splits if row["reason"] != "duplicate"]
    assert [row for row in without if row["index"] in {o["index"] for o in own}] == [
        {**row, "split": ""} for row in own
    ]


async def test_one_row_has_its_record_and_attempts_but_no_refused_plan(
    published: tuple[Pipeline, str],
) -> None:
    pipeline, run = published
    row = read(await pipeline.app.api.row(run, "0"))
    assert row["record"] in pipeline.dataset(run) and row["split"]
    assert len(row["calls"]) == row["attempts"] >= 1
    assert all(set(call) == {"result", "tokens", "latency_ms", "errors"} for call in row["calls"])
    for index in ("300000", "-1", "x", "1e3"):
        assert_problem(await pipeline.app.api.row(run, index), 404, "no_such_row")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"cursor": "x"}, "bad_cursor"),
        ({"limit": "0"}, "bad_filter"),
        ({"limit": "all"}, "bad_filter"),
        ({"colour": "red"}, "bad_filter"),
    ],
)
async def test_what_is_no_filter_is_refused(
    published: tuple[Pipeline, str], asked: dict[str, str], code: str
) -> None:
    pipeline, run = published
    assert_problem(await pipeline.app.api.rows(run, asked), 400, code)


@pytest.mark.parametrize("run", ["none-0123456789", "../x", "_open"])
async def test_an_unknown_run_has_no_rows(run: str) -> None:
    api = Pipeline().app.api
    assert_problem(await api.rows(run, {}), 404, "unknown_run")
    assert_problem(await api.row(run, "0"), 404, "unknown_run")
