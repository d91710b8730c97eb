"""Routes about runs: pages and filters of the list, answers that have not changed, deletion."""

from __future__ import annotations

from copy import replace

import pytest

from shared import names
from shared.finetune.job import Job
from shared.http.uploads import Sent
from shared.runs import paths
from tests.builders.answers import assert_problem, read
from tests.builders.catalogs import shop
from tests.builders.pipeline import Crash, Pipeline
from tests.builders.simple_form import simple_document


async def _started(pipeline: Pipeline, count: int) -> list[str]:
    """Runs in the order of their start."""
    runs = []
    for n in range(count):
        runs.append(await pipeline.start(run_id=f"shop-{n:010x}", samples=1))
        if n % 3:  # some begin in the same moment
            await pipeline.clock.sleep(1)
    return runs


async def _paged(pipeline: Pipeline, limit: str, **filters: str) -> list[list[str]]:
    pages, cursor = [], ""
    while True:
        body = read(await pipeline.app.api.list_runs({"limit": limit, "cursor": cursor, **filters}))
        pages.append([run["run_id"] for run in body["runs"]])
        cursor = body["next"]
        if cursor is None:
            return pages


@pytest.mark.parametrize("limit", ["1", "3", "7", "10", "50"])
async def test_pages_have_every_run_once_in_the_order_of_one_page(limit: str) -> None:
    pipeline = Pipeline()
    runs = await _started(pipeline, 10)
    whole = [run["run_id"] for run in read(await pipeline.app.api.list_runs({}))["runs"]]
    pages = await _paged(pipeline, limit)
    assert [run for page in pages for run in page] == whole
    assert sorted(whole) == sorted(runs)
    assert all(len(page) <= int(limit) for page in pages)


async def test_a_run_that_starts_between_two_pages_moves_nothing() -> None:
    pipeline = Pipeline()
    await _started(pipeline, 6)
    first = read(await pipeline.app.api.list_runs({"limit": "3"}))
    await pipeline.clock.sleep(5)
    await pipeline.start(run_id="shop-00000000ff", samples=1)
    second = read(await pipeline.app.api.list_runs({"limit": "3", "cursor": first["next"]}))
    listed = [run["run_id"] for run in first["runs"] + second["runs"]]
    assert len(set(listed)) == 6 and "shop-00000000ff" not in listed


async def test_filters_by_status_and_text_page_as_well() -> None:
    pipeline = Pipeline()
    runs = await _started(pipeline, 8)
    await pipeline.drain()
    for run in runs[::2]:
        await pipeline.app.deps.store.delete(names.DATASETS, paths.manifest(run))
    pages = await _paged(pipeline, "2", status="published")
    assert sorted(run for page in pages for run in page) == runs[1::2]
    assert await _paged(pipeline, "5", q="0007") == [[runs[7]]]


@pytest.mark.parametrize(
    ("filters", "code"),
    [
        ({"cursor": "x"}, "bad_cursor"),
        ({"cursor": "1_../x"}, "bad_cursor"),
        ({"status": "done"}, "bad_filter"),
        ({"limit": "0"}, "bad_filter"),
        ({"limit": "9" * 5000}, "bad_filter"),
    ],
)
async def test_a_cursor_or_filter_that_is_none_is_refused(filters: dict[str, str], code: str) -> None:
    assert_problem(await Pipeline().app.api.list_runs(filters), 400, code)


async def test_an_answer_that_has_not_changed_is_not_sent_again() -> None:
    pipeline = Pipeline()
    (run,) = await _started(pipeline, 1)
    api = pipeline.app.api
    for ask in (lambda tag: api.run(run, tag), lambda tag: api.list_runs({}, tag)):
        tag = (await ask(None)).headers["ETag"]
        for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = await ask(given)
            assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
        assert (await ask('"other"')).status == 200
    seen = (await api.run(run)).headers["ETag"]
    await pipeline.drain()
    changed = await api.run(run, seen)
    assert (changed.status, read(changed)["status"]) == (200, "published")


async def _ended(pipeline: Pipeline) -> str:
    body = simple_document(shop())
    answer = await pipeline.app.api.start(Sent(files=[("shop.json", body)], options_text='{"samples": 3}'))
    await pipeline.drain()
    run: str = read(answer)["run_id"]
    return run


async def _left(pipeline: Pipeline, run: str) -> list[str]:
    found = [info.path async for info in pipeline.storage.list(names.DATASETS, run)]
    return found + [info.path async for info in pipeline.storage.list(names.RUNS) if run in info.path]


@pytest.mark.parametrize("confirm", [None, "", "yes", "shop-0000000000"])
async def test_deleting_is_asked_twice_and_told_in_full(confirm: str | None) -> None:
    pipeline = Pipeline()
    run = await _ended(pipeline)
    before = await _left(pipeline, run)
    told = assert_problem(await pipeline.app.api.delete(run, confirm), 409, "not_confirmed")
    assert sum(place["blobs"] for place in told["deletes"]) == len(before)
    assert any("uploads/" in kept for kept in told["keeps"])
    assert await _left(pipeline, run) == before


async def test_a_confirmed_run_goes_with_all_that_is_stored_of_it() -> None:
    pipeline = Pipeline()
    run = await _ended(pipeline)
    other = await pipeline.start(run_id=f"{run[:-10]}0000000000", samples=1)
    await pipeline.drain()
    others = await _left(pipeline, other)
    assert (await pipeline.app.api.delete(run, run)).status == 200
    assert await _left(pipeline, run) == [paths.deleted_mark(run)]
    assert await _left(pipeline, other) == others
    assert_problem(await pipeline.app.api.run(run), 404, "unknown_run")
    assert_problem(await pipeline.app.api.delete(run, run), 404, "unknown_run")


async def test_a_run_that_goes_on_is_never_deleted() -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=3)
    before = await _left(pipeline, run)
    assert_problem(await pipeline.app.api.delete(run, run), 409, "run_open")
    assert await _left(pipeline, run) == before


async def test_a_run_whose_last_files_are_being_written_is_told_to_end_in_a_moment() -> None:
    pipeline = Pipeline()
    run = await _ended(pipeline)
    await pipeline.storage.write(names.RUNS, paths.open_mark(run), b"{}")
    told = assert_problem(await pipeline.app.api.delete(run, run), 409, "run_open")
    assert "takes a moment" in told["detail"] and "cancel" not in told["detail"]


async def test_a_deletion_cut_short_anywhere_can_be_repeated() -> None:
    for at in range(60):
        pipeline = Pipeline()
        run = await pipeline.start(samples=1)
        await pipeline.drain()
        pipeline.fuse.left = at
        try:
            await pipeline.app.api.delete(run, run)
        except Crash:
            pipeline.app = pipeline.new_process()
            assert (await pipeline.app.api.delete(run, run)).status in (200, 404)
        else:
            return
        finally:
            pipeline.fuse.left = None
        assert await _left(pipeline, run) == [paths.deleted_mark(run)], at
    raise AssertionError("the fuse was always reached")


async def test_a_deleted_run_is_not_the_answer_to_the_same_request() -> None:
    pipeline = Pipeline()
    await pipeline.storage.write(names.CATALOGS, "shop.json", simple_document(shop()))
    body = b'{"catalog": "catalogs/shop.json", "options": {"samples": 1}, "request_key": "a"'
    run = read(await pipeline.app.api.start(Sent(body + b"}")))["run_id"]
    await pipeline.drain()
    await pipeline.app.api.delete(run, run)
    assert_problem(await pipeline.app.api.start(Sent(body + b"}")), 409, "run_deleted")
    another = read(await pipeline.app.api.start(Sent(body + b', "again": true}')))["run_id"]
    assert another != run
    await pipeline.drain()
    assert read(await pipeline.app.api.run(another))["status"] == "published"


async def test_a_fine_tune_that_has_not_begun_is_cancelled_a_moment_later() -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=1, finetune={"enabled": True})
    await pipeline.drain()
    await pipeline.storage.delete(names.RUNS, paths.job(run))
    told = assert_problem(await pipeline.app.api.cancel(run), 409, "too_late")
    assert told["detail"] == "the fine-tune has not begun yet; try again in a moment"


async def test_a_training_that_was_given_up_is_followed_on_by_resuming_the_run() -> None:
    pipeline = Pipeline()
    run = await _ended(pipeline)
    await pipeline.deliver(names.FINE_TUNE, {"run_id": run})
    job = Job.from_json((await pipeline.storage.read(names.RUNS, paths.job(run))).data)
    api = pipeline.app.api
    assert_problem(await api.resume(run), 409, "not_paused")
    given_up = replace(job, job_id="ftjob-1", status="running")
    await pipeline.storage.write(names.RUNS, paths.job(run), given_up.to_json())
    assert read(await api.resume(run))["status"] == "fine_tuning"
