"""Budgets while a run is going, with several processes over one storage."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from copy import replace

import orjson
import pytest

from shared import names
from shared.adapters.memory.storage import MemoryLog
from shared.bootstrap import App
from shared.contracts.messages import Delivery
from shared.dataset.prices import TeacherPrice
from shared.errors import ConfigurationError, TransientError, UnwantedError
from shared.ports.storage import BlobInfo
from shared.ports.teacher import TeacherReply, TeacherRequest
from shared.runs.budget import Budget
from shared.runs.context import RunContext
from shared.runs.spending import Account, Spending, Spent
from shared.tokens import Tokens
from tests.builders.pipeline import Pipeline
from tests.builders.teachers import PlanningTeacher

_ONE = 120
"""Tokens of one answer of the test teacher."""


async def _always() -> bool:
    return True


async def _records(pipeline: Pipeline) -> list[dict[str, object]]:
    await pipeline.deliver(names.FAN_OUT, pipeline.queue.take(names.FAN_OUT)[0])
    return pipeline.queue.take(names.GENERATE_RECORDS)


async def test_a_run_ends_within_its_budget_and_publishes_what_is_accepted() -> None:
    teacher = PlanningTeacher()
    pipeline = Pipeline(teacher)
    run = await pipeline.start(samples=40, max_total_tokens=20 * _ONE + 1900)
    await pipeline.drain()
    spent = sum(teacher.calls.values()) * _ONE
    assert 10 * _ONE <= spent <= 20 * _ONE + 1900
    rejected = [orjson.loads(line) for line in pipeline.published(run)["rejected.jsonl"].splitlines()]
    assert {row["reason"] for row in rejected} - {"duplicate"} == {"budget"}
    assert len(pipeline.dataset(run)) + len(rejected) == 40
    view = await pipeline.app.api.reader.status(run)
    assert view is not None
    assert view["stopped"]["reason"] == "budget"


async def test_what_other_processes_spent_counts() -> None:
    teacher = PlanningTeacher()
    pipeline = Pipeline(teacher)
    await pipeline.start(samples=60, max_total_tokens=30 * _ONE + 1900)
    messages = await _records(pipeline)
    apps = [pipeline.app, pipeline.new_process(), pipeline.new_process()]
    for number, message in enumerate(messages):
        pipeline.app = apps[number % 3]
        await pipeline.deliver(names.GENERATE_RECORDS, message)
        await pipeline.clock.sleep(20)
    assert sum(teacher.calls.values()) * _ONE <= 30 * _ONE + 1900


async def test_a_new_process_knows_what_was_spent_before_it() -> None:
    teacher = PlanningTeacher()
    pipeline = Pipeline(teacher)
    await pipeline.start(samples=60, max_total_tokens=20 * _ONE + 1900)
    messages = await _records(pipeline)
    for message in messages:
        pipeline.app = pipeline.new_process()
        await pipeline.deliver(names.GENERATE_RECORDS, message)
    assert sum(teacher.calls.values()) * _ONE <= 20 * _ONE + 1900


async def test_a_budget_in_dollars_is_kept() -> None:
    teacher = PlanningTeacher()
    pipeline = Pipeline(teacher)
    run = await pipeline.start(samples=40, max_cost_usd=0.02, teacher="gpt-4.1")
    await pipeline.drain()
    spent = sum(teacher.calls.values()) * (50 * 2.0 + 50 * 0.5 + 20 * 8.0) / 1e6
    assert 0 < spent <= 0.02
    assert (await pipeline.app.api.reader.status(run))["status"] == "published"


async def test_a_run_that_fits_its_budget_is_not_touched_by_it() -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=12, max_total_tokens=10**9)
    await pipeline.drain()
    assert len(pipeline.dataset(run)) == 12


async def test_without_a_budget_no_log_is_read_for_it() -> None:
    pipeline = Pipeline()
    await pipeline.start(samples=6)
    messages = await _records(pipeline)
    reads: list[str] = []
    log = pipeline.app.deps.log
    original = log.read

    async def read(path: str, *, offset: int = 0) -> bytes:
        reads.append(path)
        return await original(path, offset=offset)

    log.read = read  # type: ignore[method-assign]
    for message in messages:
        await pipeline.deliver(names.GENERATE_RECORDS, message)
    assert reads == []


def _unauthorized(until: int) -> PlanningTeacher:
    def fault(index: int, calls: int) -> None:
        if calls <= until:
            raise ConfigurationError("refused", code="unauthorized")

    return PlanningTeacher(fault)


async def test_refused_credentials_are_waited_for_while_roles_spread() -> None:
    pipeline = Pipeline(_unauthorized(until=2))
    await pipeline.clock.sleep(0)
    run = await pipeline.start(samples=3)
    await pipeline.drain()
    assert len(pipeline.dataset(run)) == 3
    assert {line["deferrals"] for line in pipeline.outcomes(run)} == {2}


async def test_what_was_paid_before_credentials_were_refused_is_not_lost() -> None:
    class _RefusedLater(PlanningTeacher):
        async def complete(self, request: TeacherRequest) -> TeacherReply:
            if len(request.messages) > 2:
                raise ConfigurationError("refused", code="unauthorized")
            return replace(await super().complete(request), text="{}")

    pipeline = Pipeline(_RefusedLater())
    run = await pipeline.start(samples=3)
    await _records(pipeline)
    message = {"run_id": run, "segment": 0, "index": 1}
    await pipeline.deliver(names.GENERATE_RECORDS, message)
    (back,) = pipeline.queue.take(names.GENERATE_RECORDS)
    assert [sum((spent[0], spent[2])) for spent in back["spent"]] == [_ONE]


async def test_credentials_that_stay_refused_fail_the_run_when_roles_have_had_their_time() -> None:
    pipeline = Pipeline(_unauthorized(until=10**9))
    run = await pipeline.start(samples=3)
    await pipeline.clock.sleep(1801)
    await pipeline.drain()
    view = await pipeline.app.api.reader.status(run)
    assert view is not None
    assert (view["status"], view["error"]["code"]) == ("failed", "unauthorized")


@pytest.mark.parametrize(("deferrals", "delay_s"), [(0, 1), (1, 2), (6, 64), (8, 256), (40, 256)])
async def test_an_outage_sends_messages_back_with_growing_delays(deferrals: int, delay_s: float) -> None:
    def fault(index: int, calls: int) -> None:
        raise TransientError("away", code="connection")

    pipeline = Pipeline(PlanningTeacher(fault))
    run = await pipeline.start(samples=3)
    await _records(pipeline)
    message = {"run_id": run, "segment": 0, "index": 1, "deferrals": deferrals}
    await pipeline.deliver(names.GENERATE_RECORDS, message)
    back = [
        (body["deferrals"], delay)
        for name, body, delay in pipeline.queue.sent
        if name == names.GENERATE_RECORDS
    ]
    assert back == [(deferrals + 1, delay_s)]


class _SlowTeacher(PlanningTeacher):
    """Lets other records begin before it answers."""

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        for _ in range(5):
            await asyncio.sleep(0)
        return await super().complete(request)


async def test_a_reservation_that_was_too_large_is_waited_for_and_not_taken_for_spent() -> None:
    teacher = _SlowTeacher()
    pipeline = Pipeline(teacher)
    run = await pipeline.start(samples=6, max_total_tokens=5000)
    await pipeline.deliver(names.FAN_OUT, pipeline.queue.take(names.FAN_OUT)[0])
    messages = pipeline.queue.take(names.GENERATE_RECORDS)
    await asyncio.gather(*(pipeline.deliver(names.GENERATE_RECORDS, message) for message in messages))
    assert [line["status"] for line in pipeline.outcomes(run)] == ["accepted"] * 6


@pytest.mark.parametrize("processes", [2, 3, 4])
async def test_processes_that_begin_together_keep_a_small_budget(processes: int) -> None:
    teacher = _SlowTeacher()
    pipeline = Pipeline(teacher)
    budget = 20 * 1900
    await pipeline.start(samples=240, max_total_tokens=budget)
    messages = await _records(pipeline)
    apps = [pipeline.new_process() for _ in range(processes)]

    async def work(app: App, share: list[dict[str, object]]) -> None:
        for at_once in range(0, len(share), 40):
            bodies = [orjson.dumps(message) for message in share[at_once : at_once + 40]]
            await asyncio.gather(*(app.receive(Delivery(names.GENERATE_RECORDS, body)) for body in bodies))

    await asyncio.gather(*(work(app, messages[n::processes]) for n, app in enumerate(apps)))
    assert sum(teacher.calls.values()) * _ONE <= budget + processes * _ONE


async def test_an_account_with_records_in_flight_is_not_forgotten_for_others() -> None:
    pipeline = Pipeline()
    spending = Spending(pipeline.storage, MemoryLog(pipeline.storage), pipeline.clock)
    run = await pipeline.start(samples=3, max_total_tokens=10**6)
    context = await pipeline.app.deps.runs.context(run)
    others = [RunContext(replace(context.spec, run_id=f"shop-{n:010x}"), context.catalog) for n in range(30)]
    async with spending.room(context, _always) as room:
        for other in others:
            async with spending.room(other, _always):
                pass
        assert room is not None
        assert spending._account(context) is room.account
    assert len(spending._accounts) <= 10


async def test_messages_of_a_stopped_run_cause_no_look_into_the_logs() -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=6, max_total_tokens=10**6)
    messages = await _records(pipeline)
    await pipeline.app.deps.runs.standing(run).stop("cancelled", "cancelled by request")
    looks: list[str] = []
    original = pipeline.storage.list

    def listed(container: str, prefix: str = "") -> AsyncIterator[BlobInfo]:
        looks.append(prefix)
        return original(container, prefix)

    pipeline.storage.list = listed  # type: ignore[method-assign]
    for message in messages:
        await pipeline.deliver(names.GENERATE_RECORDS, message)
    assert {line["reason"] for line in pipeline.outcomes(run)} == {"cancelled"}
    assert looks == []


async def test_who_waits_for_room_gives_up_when_the_run_is_stopped() -> None:
    pipeline = Pipeline()
    spending = Spending(pipeline.storage, MemoryLog(pipeline.storage), pipeline.clock)
    run = await pipeline.start(samples=3, max_total_tokens=4000)
    context = await pipeline.app.deps.runs.context(run)
    stopped = False

    async def wanted() -> bool:
        return not stopped

    async def wait() -> bool:
        async with spending.room(context, wanted) as room:
            return room is not None

    async with spending.room(context, wanted) as room:
        waiting = asyncio.create_task(wait())
        await asyncio.sleep(0)
        assert room is not None
        assert not room.account.fits_one_more()
        stopped = True
    assert not await waiting


async def test_a_run_stopped_while_calls_wait_makes_none_of_them() -> None:
    teacher = _SlowTeacher()
    pipeline = Pipeline(teacher)
    run = await pipeline.start(samples=3, max_attempts=3)
    await _records(pipeline)
    context = await pipeline.app.deps.runs.context(run)
    asked: list[bool] = []

    class _Stopping(PlanningTeacher):
        async def complete(self, request: TeacherRequest) -> TeacherReply:
            await pipeline.app.deps.runs.standing(run).stop("cancelled", "cancelled by request")
            assert request.wanted is not None
            asked.append(await request.wanted())
            raise UnwantedError("no longer wanted", code="unwanted")

    pipeline.app = pipeline.new_process(teacher=_Stopping())
    message = {"run_id": run, "segment": 0, "index": 1, "spent": [[10, 0, 5]]}
    await pipeline.deliver(names.GENERATE_RECORDS, message)
    assert asked == [False]
    (outcome,) = pipeline.outcomes(context.spec.run_id)
    assert (outcome["status"], outcome["reason"], len(outcome["attempts"])) == ("skipped", "cancelled", 1)


async def test_a_run_that_gets_faster_than_at_the_last_look_is_looked_at_in_time() -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=3)
    await _records(pipeline)
    account = Account(Budget(100_000, None, TeacherPrice.of({}, "teacher")), Tokens(100, 0, 20))
    storage, clock = pipeline.storage, pipeline.clock
    await account.look(run, storage, MemoryLog(storage), clock)
    now = clock.now().timestamp()
    assert not account.is_stale(now + 0.9)
    account.unseen += Spent(Tokens(10_000, 0, 3_000), 30)
    assert not account.is_stale(now + 0.1)
    assert account.is_stale(now + 0.3)


async def test_a_bound_in_dollars_works_for_a_deployment_whose_answers_name_a_priced_model() -> None:
    teacher = PlanningTeacher(model="gpt-4.1-2025-04-14")
    pipeline = Pipeline(teacher)
    run = await pipeline.start(samples=40, max_cost_usd=0.02, teacher="blue")
    await pipeline.drain()
    spent = sum(teacher.calls.values()) * (50 * 2.0 + 50 * 0.5 + 20 * 8.0) / 1e6
    assert 0.01 < spent <= 0.02
    manifest = orjson.loads(pipeline.published(run)["manifest.json"])
    assert manifest["cost_usd"] == pytest.approx(spent)


async def test_a_model_without_a_price_stops_a_run_bounded_in_dollars_after_its_first_answer() -> None:
    teacher = PlanningTeacher(model="my-own")
    pipeline = Pipeline(teacher)
    run = await pipeline.start(samples=12, max_cost_usd=5.0, teacher="blue")
    await pipeline.drain()
    assert sum(teacher.calls.values()) == 1
    rejected = [orjson.loads(line) for line in pipeline.published(run)["rejected.jsonl"].splitlines()]
    assert {row["reason"] for row in rejected} == {"unknown_price"}
    status = await pipeline.app.api.reader.status(run)
    assert status is not None
    assert "teacher_price" in status["stopped"]["message"]
