"""The list of runs: what a look at it costs, and that it is true all the same."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest

from shared import names
from shared.adapters.memory.storage import MemoryLog
from shared.bootstrap import App
from shared.contracts.messages import Delivery
from shared.http.api import Api
from shared.http.uploads import Sent
from shared.runs import paths
from tests.builders.counting_store import CountingStore
from tests.builders.pipeline import Pipeline
from tests.builders.slow_log import SlowLog

_RUNS = 12


class Watched:
    """A process of a pipeline that is only looked at, and what its looks cost."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.store = CountingStore(pipeline.storage)
        self.log = SlowLog(MemoryLog(pipeline.storage))
        self.app: App = pipeline.new_process(store=self.store, log=self.log)

    @property
    def api(self) -> Api:
        return self.app.api

    async def listed(self, limit: str | None = None) -> list[dict[str, Any]]:
        """The runs as listed; afterwards `reads` and `log_reads` are those of this look."""
        self.store.asked.clear()
        self.log.reads = 0
        answer = await self.api.list_runs({"limit": limit} if limit else {})
        runs: list[dict[str, Any]] = orjson.loads(answer.body)["runs"]
        return runs

    @property
    def reads(self) -> list[str]:
        return [path for method, _, path in self.store.asked if method != "list"]


async def _published(pipeline: Pipeline, count: int = _RUNS) -> list[str]:
    runs = [await pipeline.start(run_id=f"shop-{n:010x}", samples=1) for n in range(count)]
    await pipeline.drain()
    return runs


async def _begun(pipeline: Pipeline, **options: Any) -> tuple[str, list[dict[str, Any]]]:
    run = await pipeline.start(**options)
    await pipeline.deliver(names.FAN_OUT, pipeline.queue.take(names.FAN_OUT)[0])
    return run, pipeline.queue.take(names.GENERATE_RECORDS)


async def test_a_finished_run_is_read_once() -> None:
    pipeline = Pipeline()
    runs = await _published(pipeline)
    watched = Watched(pipeline)
    first = await watched.listed()
    assert {run["run_id"] for run in first} == set(runs)
    assert await watched.listed() == first
    assert (watched.reads, watched.log.reads) == ([], 0)


async def test_a_run_that_generates_costs_one_read_and_its_numbers_are_true() -> None:
    pipeline = Pipeline()
    await _published(pipeline)
    run, messages = await _begun(pipeline, samples=9)
    watched = Watched(pipeline)
    await watched.listed()
    for done in range(1, 10):
        await pipeline.deliver(names.GENERATE_RECORDS, messages[done - 1])
        listed = {row["run_id"]: row for row in await watched.listed()}
        assert (watched.reads, watched.log.reads) == ([], 1)
        assert listed[run]["counts"]["done"] == done
        assert listed[run]["tokens"]["total"] == done * 120
    await pipeline.drain()
    assert {row["status"] for row in await watched.listed()} == {"published"}


async def test_a_run_of_many_segments_costs_one_read_a_look_and_is_right_in_the_end() -> None:
    pipeline = Pipeline()
    run, messages = await _begun(pipeline, samples=600)
    await pipeline.deliver(names.FAN_OUT, {"run_id": run, "segment": 1})
    messages += pipeline.queue.take(names.GENERATE_RECORDS)
    watched = Watched(pipeline)
    await watched.listed()
    for message in messages[:5] + messages[300:305]:
        await pipeline.deliver(names.GENERATE_RECORDS, message)
    seen = []
    for _ in range(4):
        seen.append((await watched.listed())[0]["counts"]["done"])
        assert watched.log.reads == 1
    assert seen[-1] == 10
    assert seen == sorted(seen)
    whole = await watched.api.reader.status(run)
    assert whole is not None and whole["counts"]["done"] == 10


async def test_lists_at_the_same_time_share_their_reads() -> None:
    pipeline = Pipeline()
    await _published(pipeline)
    watched = Watched(pipeline)
    watched.store.asked.clear()
    await asyncio.gather(*(watched.api.list_runs({}) for _ in range(5)))
    assert len(watched.reads) == len(set(watched.reads))


@pytest.mark.parametrize("ends", [False, True])
async def test_what_happens_to_a_finished_run_is_seen(ends: bool) -> None:
    pipeline = Pipeline()
    (run,) = await _published(pipeline, 1)
    watched = Watched(pipeline)
    assert (await watched.listed())[0]["status"] == "published"
    await pipeline.deliver(names.FINE_TUNE, {"run_id": run})
    if ends:  # between two looks, too few examples end the job at once
        await pipeline.app.advance_finetunes()
    assert (await watched.listed())[0]["finetune"]["state"] == "failed"
    assert await pipeline.storage.read(names.RUNS, paths.job(run)) is not None
    assert (await pipeline.storage.read(names.RUNS, paths.finetune_mark(run)) is None) is ends


async def test_a_change_of_a_published_run_costs_its_spec_its_job_and_its_evaluation() -> None:
    pipeline = Pipeline()
    (run,) = await _published(pipeline, 1)
    watched = Watched(pipeline)
    await watched.listed()
    await pipeline.deliver(names.FINE_TUNE, {"run_id": run})
    assert (await watched.listed())[0]["finetune"] is not None
    assert set(watched.reads) <= {
        paths.spec(run),
        paths.job(run),
        paths.evaluation(run),
        paths.finetune_mark(run),
    }


async def test_a_failed_run_is_seen() -> None:
    pipeline = Pipeline()
    run, _ = await _begun(pipeline, samples=9)
    watched = Watched(pipeline)
    assert (await watched.listed())[0]["status"] == "generating"
    await pipeline.app.deps.runs.standing(run).stop("cancelled", "enough")
    assert (await watched.listed())[0]["stopped"]["reason"] == "cancelled"


async def test_looks_leave_what_the_work_needs_where_it_is() -> None:
    pipeline = Pipeline()
    await _published(pipeline)
    run, _ = await _begun(pipeline, samples=9)
    watched = Watched(pipeline)
    await watched.app.deps.runs.context(run)
    await watched.app.deps.runs.plan(run)
    await watched.listed()
    for row in await watched.listed():
        await watched.api.run(row["run_id"])
    watched.store.asked.clear()
    await watched.app.deps.runs.context(run)
    await watched.app.deps.runs.plan(run)
    assert watched.reads == []


async def test_no_look_reads_a_catalog() -> None:
    pipeline = Pipeline()
    (run,) = await _published(pipeline, 1)
    watched = Watched(pipeline)
    await watched.listed()
    await watched.api.run(run)
    assert not [path for path in watched.reads if path.endswith("catalog.json")]


async def test_answers_carry_the_number_of_diagnostics() -> None:
    pipeline = Pipeline()
    odd = b'{"apis": [{"name": "a", "method": "GET", "path": "/a", "odd": 1}, 7]}'
    answer = await pipeline.app.api.start(Sent(options_text='{"samples": 1}', files=[("odd.json", odd)]))
    run = orjson.loads(answer.body)["run_id"]
    known = (await pipeline.app.deps.runs.context(run)).catalog.diagnostics
    assert known
    assert orjson.loads((await pipeline.app.api.run(run)).body)["diagnostics"] == len(known)
    assert (await Watched(pipeline).listed())[0]["diagnostics"] == len(known)


async def test_a_refused_message_is_read_once() -> None:
    pipeline = Pipeline()
    for number in range(3):
        await pipeline.app.receive(Delivery(names.FAN_OUT, b"nonsense %d" % number))
    watched = Watched(pipeline)
    answers = [await watched.api.list_runs({}) for _ in range(2)]
    assert [len(orjson.loads(answer.body)["poison"]) for answer in answers] == [3, 3]
    await watched.listed()
    assert watched.reads == []


async def test_a_look_between_a_fine_tunes_mark_and_its_job_hides_nothing() -> None:
    pipeline = Pipeline()
    (run,) = await _published(pipeline, 1)
    watched = Watched(pipeline)
    await pipeline.storage.write(names.RUNS, paths.finetune_mark(run), b"{}")
    assert (await watched.listed())[0]["finetune"] is None
    await pipeline.deliver(names.FINE_TUNE, {"run_id": run})
    assert (await watched.listed())[0]["finetune"] is not None


class Looked(Watched):
    """What looks at one run cost."""

    async def look(self, run: str) -> dict[str, Any]:
        """The run; afterwards `operations` is what this look took."""
        self.store.asked.clear()
        self.log.reads = 0
        found: dict[str, Any] = orjson.loads((await self.api.run(run)).body)
        return found

    @property
    def operations(self) -> int:
        return len(self.store.asked) + self.log.reads


async def test_a_look_at_a_run_takes_five_operations_at_most() -> None:
    pipeline = Pipeline()
    run, messages = await _begun(pipeline, samples=9)
    looked = Looked(pipeline)
    await looked.look(run)
    for done in range(1, 10):
        await pipeline.deliver(names.GENERATE_RECORDS, messages[done - 1])
        assert (await looked.look(run))["counts"]["done"] == done
        assert looked.operations <= 5
    await pipeline.drain()
    assert (await looked.look(run))["status"] == "published"  # its end was noted: it is read as a whole, once
    assert (await looked.look(run))["status"] == "published"
    assert looked.operations <= 5


async def test_what_is_asked_of_a_run_shows_at_the_next_look() -> None:
    pipeline = Pipeline()
    run, _ = await _begun(pipeline, samples=9)
    looked = Looked(pipeline)
    await looked.look(run)
    await pipeline.app.api.cancel(run)
    assert (await looked.look(run))["stopped"]["reason"] == "cancelled"


async def test_what_a_run_waits_for_shows_at_the_next_look() -> None:
    pipeline = Pipeline()
    run, _ = await _begun(pipeline, samples=9)
    looked = Looked(pipeline)
    assert (await looked.look(run))["waiting"] is None
    now = pipeline.clock.now().isoformat()
    note = {"what": "throttled", "since": now, "at": now, "indices": 3}
    await pipeline.storage.write(names.RUNS, paths.waiting(run), orjson.dumps(note))
    assert (await looked.look(run))["waiting"]["what"] == "throttled"
    assert looked.operations <= 5


async def test_many_open_pages_share_what_a_look_reads() -> None:
    pipeline = Pipeline()
    run, _ = await _begun(pipeline, samples=9)
    looked = Looked(pipeline)
    await looked.look(run)
    looked.store.asked.clear()
    looked.log.reads = 0
    answers = await asyncio.gather(*(looked.api.run(run) for _ in range(200)))
    assert {answer.status for answer in answers} == {200}
    assert looked.operations <= 10


async def test_who_asks_after_a_crowd_waits_for_a_look_of_its_own_time() -> None:
    pipeline = Pipeline()
    run, messages = await _begun(pipeline, samples=9)
    looked = Looked(pipeline)
    await asyncio.gather(*(looked.api.run(run) for _ in range(3)))
    await pipeline.deliver(names.GENERATE_RECORDS, messages[0])
    assert (await looked.look(run))["counts"]["done"] == 1
    assert looked.operations <= 5


async def test_a_run_that_ended_is_read_as_a_whole_once_a_minute() -> None:
    pipeline = Pipeline()
    run = (await _published(pipeline, 1))[0]
    looked = Looked(pipeline)
    await looked.look(run)
    await pipeline.storage.write(names.DATASETS, paths.dataset(run, "report.html"), b"x")
    assert "report.html" not in [file["path"] for file in (await looked.look(run))["files"]]
    await pipeline.clock.sleep(61)
    assert "report.html" in [file["path"] for file in (await looked.look(run))["files"]]


async def test_a_run_that_was_deleted_after_a_look_is_seen_no_more() -> None:
    pipeline = Pipeline()
    (run,) = await _published(pipeline, 1)
    looked = Looked(pipeline)
    assert (await looked.look(run))["status"] == "published"
    assert (await pipeline.app.api.delete(run, run)).status == 200
    assert (await looked.api.run(run)).status == 404
    assert await looked.listed() == []
