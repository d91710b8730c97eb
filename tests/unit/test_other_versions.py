"""A new version goes on where 0.1.0 stopped, and an old one where the next has written more."""

from __future__ import annotations

from typing import Any, get_type_hints

import msgspec
import orjson
import pytest

from shared import names
from shared.bootstrap import MESSAGES
from shared.catalog.model import Catalog
from shared.contracts import messages
from shared.contracts.messages import Delivery
from shared.dataset.manifest import Manifest
from shared.dataset.outcome import Outcome
from shared.errors import PermanentError, PlansmithError
from shared.finetune.evaluation import Summary
from shared.finetune.job import Job
from shared.finetune.measure.outcome import ArmOutcome
from shared.finetune.measured_tasks import MeasuredTask
from shared.finetune.settings import FineTuneSettings
from shared.ports.teacher import TeacherReply, TeacherRequest
from shared.runs import paths
from shared.runs.notes import Failure, OpenMark, Published, SegmentCount, Stop
from shared.runs.plan import RunPlan
from shared.runs.spec import RunSpec
from shared.steps.deps import StepSettings
from shared.stored import read, read_line
from shared.tokens import Tokens
from tests.builders.other_versions import Change, as_it_is, restored, stored, with_later_fields
from tests.builders.pipeline import Pipeline

DOCUMENTS = (
    Catalog,
    RunSpec,
    RunPlan,
    Job,
    Manifest,
    Outcome,
    ArmOutcome,
    MeasuredTask,
    Summary,
    Stop,
    Failure,
    Published,
    OpenMark,
    SegmentCount,
)
CHANGES = pytest.mark.parametrize("change", [as_it_is, with_later_fields])


class Student:
    """Answers every task with an empty plan."""

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        return TeacherReply('{"steps": []}', "stop", tokens=Tokens(10, 0, 5), model="student")


def _run(pipeline: Pipeline, prefix: str = "shop-") -> str:
    marks = [path for _, path in pipeline.storage._blobs if path.startswith(f"{paths.STARTED}{prefix}")]
    return marks[0].removeprefix(paths.STARTED)


async def _view(pipeline: Pipeline, run: str) -> dict[str, Any]:
    view: dict[str, Any] = orjson.loads((await pipeline.app.api.run(run)).body)
    listed = {row["run_id"]: row for row in orjson.loads((await pipeline.app.api.list_runs({})).body)["runs"]}
    assert listed[run] == view
    return view


async def _refused(pipeline: Pipeline) -> list[str]:
    return [info.path async for info in pipeline.storage.list(names.RUNS, paths.POISON)]


def test_the_documents_are_those_of_0_1_0() -> None:
    assert {stored(state)["version"] for state in ("generating", "evaluating", "ended")} == {"0.1.0"}


@CHANGES
async def test_a_run_that_generates_goes_on_and_is_published(change: Change) -> None:
    pipeline = restored("generating", change)
    run = _run(pipeline)
    before = await _view(pipeline, run)
    assert (before["status"], before["counts"]["done"], before["tokens"]["total"]) == ("generating", 6, 960)
    await pipeline.drain()
    assert await _refused(pipeline) == []
    after = await _view(pipeline, run)
    assert (after["status"], after["counts"]["total"], after["counts"]["rejected"]) == ("published", 10, 1)
    manifest = orjson.loads(pipeline.published(run)["manifest.json"])
    # Indices 2 and 3 were asked twice, and so is index 5, whose first answer came before its message went back.
    assert manifest["attempts"]["total"] == 10 + 3


@CHANGES
async def test_a_fine_tune_that_is_measured_goes_on_to_its_end(change: Change) -> None:
    pipeline = restored("evaluating", change)
    run = _run(pipeline)
    assert (await _view(pipeline, run))["status"] == "evaluating"
    settings = FineTuneSettings(student_model="gpt-4.1-nano", model_is_deployment=True)
    pipeline.app = pipeline.new_process(
        teacher=Student(), settings=StepSettings(teacher="teacher", finetune=settings)
    )
    for _ in range(6):
        # Its messages name no arm: they are dropped, and the evaluation is opened anew.
        for body in pipeline.queue.take(names.EVALUATE):
            await pipeline.app.receive(Delivery(names.EVALUATE, orjson.dumps(body)))
        await pipeline.clock.sleep(3600)
        await pipeline.app.advance_finetunes()
    view = await _view(pipeline, run)
    assert (view["status"], view["evaluation"]["tasks"]) == ("complete", 2)
    events = {body["type"] for body in pipeline.queue.take(names.RUN_EVENTS)}
    assert events == {"plansmith.evaluation.completed"}


@CHANGES
async def test_a_published_run_can_be_fine_tuned(change: Change) -> None:
    pipeline = restored("evaluating", change)
    run = _run(pipeline)
    await pipeline.storage.delete(names.RUNS, paths.job(run))
    await pipeline.deliver(names.FINE_TUNE, {"run_id": run, "options": {"model": "gpt-4.1-nano"}})
    assert (await pipeline.storage.read(names.RUNS, paths.job(run))) is not None
    assert await _refused(pipeline) == []


@CHANGES
async def test_runs_that_have_ended_are_shown_and_published(change: Change) -> None:
    pipeline = restored("ended", change)
    run, failed = _run(pipeline), _run(pipeline, "bad-")
    assert (await _view(pipeline, failed))["error"]["code"] == "not_a_catalog"
    assert (await _view(pipeline, run))["stopped"]["reason"] == "cancelled"
    await pipeline.drain()
    assert (await _view(pipeline, run))["status"] == "cancelled"
    await pipeline.reconcile()
    assert await pipeline.app.deps.runs.open_runs() == []
    assert len(orjson.loads((await pipeline.app.api.list_runs({})).body)["poison"]) == 1


async def test_a_run_whose_service_another_version_knows_better_is_asked_in_the_strictest_way() -> None:
    pipeline = restored("ended")
    run = _run(pipeline)
    known = b'{"response_mode": "grammar", "without": ["seed"], "later": 1}'
    await pipeline.storage.write(names.RUNS, f"{run}/ways/teacher.json", known)
    way = await pipeline.app.deps.runs.standing(run).way("teacher")
    assert (way.response_mode, way.without) == ("json_schema", {"seed"})


@pytest.mark.parametrize("kind", [kind for kind in MESSAGES.values() if kind is not messages.RunRequest])
def test_messages_of_the_next_version_are_read(kind: type[messages.Message]) -> None:
    from shared.contracts import schema

    example = schema(kind.queue)["examples"][0]
    assert kind.decode(orjson.dumps({**example, "a_later_field": {"of": 1}})) == kind.decode(
        orjson.dumps(example)
    )


def test_tokens_in_a_message_may_have_more_or_fewer_kinds() -> None:
    body = b'{"run_id": "x-0123456789", "segment": 0, "index": 1, "spent": [[1, 2, 3, 4], [5]]}'
    spent = messages.GenerateRecord.decode(body).spent
    assert [Tokens.of(counts) for counts in spent] == [Tokens(1, 2, 3), Tokens(5)]


def _least(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """The document with nothing but what it cannot do without."""
    samples = {str: "requested", int: 3, "State": "requested"}
    hints = get_type_hints(kind)
    return {
        field.name: samples.get(hints[field.name], "requested" if field.name == "state" else ())
        for field in msgspec.structs.fields(kind)
        if field.required
    }


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_document_that_lacks_all_it_can_lack_has_its_defaults(kind: type[msgspec.Struct]) -> None:
    least = _least(kind)
    found = read(kind, orjson.dumps({**least, "a_later_field": [1]}), "it")
    assert found == kind(**{key: tuple(v) if isinstance(v, list) else v for key, v in least.items()})


@pytest.mark.parametrize("kind", DOCUMENTS)
@pytest.mark.parametrize(
    "data", [b"", b"no json", b"[]", b'"x"', b"\xff", b'{"index": "x", "waves": 1', b"[" * 5000]
)
def test_anything_else_is_one_error(kind: type[msgspec.Struct], data: bytes) -> None:
    with pytest.raises(PermanentError) as caught:
        read(kind, data, "runs/x/it.json")
    assert caught.value.code == "unreadable"
    assert "runs/x/it.json" in caught.value.message
    assert read_line(kind, data) is None


_BROKEN = (
    "spec.json",
    "plan.json",
    "catalog.json",
    "stop.json",
    "failure.json",
    "published.json",
    "job.json",
)


@pytest.mark.parametrize("state", ["generating", "evaluating", "ended"])
@pytest.mark.parametrize("broken", _BROKEN)
async def test_a_document_that_cannot_be_read_is_one_error_where_its_sender_sees_it(
    state: str, broken: str
) -> None:
    pipeline = restored(state)
    for container, path in list(pipeline.storage._blobs):
        if path.endswith(f"/{broken}"):
            await pipeline.storage.write(container, path, b"[]")
    if state == "evaluating":
        pipeline.app = pipeline.new_process(teacher=Student())
    for queue, body, _ in list(pipeline.queue.sent):
        try:
            await pipeline.app.receive(Delivery(queue, orjson.dumps(body)))
        except PlansmithError as error:
            pytest.fail(f"{queue}: {error}")
    answer = await pipeline.app.api.list_runs({})
    assert answer.status == 200
    for row in orjson.loads(answer.body)["runs"]:
        assert row["status"]
        if row["error"] and row["error"]["code"] == "unreadable":
            assert broken in row["error"]["message"]
