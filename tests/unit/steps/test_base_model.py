"""The base model's own wrong answers as non-preferred ones: asked once, counted, told, and never in the way."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from shared import names
from shared.contracts.messages import RunRequest
from shared.errors import ConfigurationError, RefusedFieldError, ThrottledError
from shared.ports.teacher import TeacherReply, TeacherRequest
from shared.steps.start_run import StartFailedError, start_run
from shared.tokens import Tokens
from tests.builders.pipeline import Pipeline
from tests.builders.teachers import PlanningTeacher

BASE = "small-base"
WRONG = orjson.dumps(
    {"steps": [{"api": "made_up", "arguments": {}, "depends_on": [], "outputs": []}]}
).decode()


class WithBase(PlanningTeacher):
    """A good teacher, beside a base model that answers what the test says, by the number of its call."""

    def __init__(self, *answers: str | Exception) -> None:
        super().__init__()
        self.answers = answers
        self.asked: list[TeacherRequest] = []

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        if request.model != BASE:
            return await super().complete(request)
        self.asked.append(request)
        answer = self.answers[(len(self.asked) - 1) % len(self.answers)]
        if isinstance(answer, Exception):
            raise answer
        return TeacherReply(answer, "stop", tokens=Tokens(70, 0, 30), model="small-1", latency_ms=5)


async def published(teacher: WithBase, samples: int = 12, **options: Any) -> tuple[Pipeline, str]:
    pipeline = Pipeline(teacher)
    run = await pipeline.start(samples=samples, formats=["chat", "dpo"], dpo_base_model=BASE, **options)
    await pipeline.drain()
    return pipeline, run


def rows(pipeline: Pipeline, run: str) -> list[dict[str, Any]]:
    files = pipeline.published(run)
    return [
        orjson.loads(line)
        for name in ("train", "validation")
        for line in files[f"sft/dpo-{name}.jsonl"].splitlines()
    ]


def faults(pipeline: Pipeline, run: str) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in pipeline.published(run)["sft/dpo-faults.jsonl"].splitlines()]


async def test_a_wrong_answer_of_the_base_model_is_the_non_preferred_one_word_by_word() -> None:
    teacher = WithBase(WRONG, "I would call the shop.")
    pipeline, run = await published(teacher)
    assert {found["fault"] for found in faults(pipeline, run)} == {"base_model"}
    assert {code for found in faults(pipeline, run) for code in found["codes"]} >= {"unknown_api", "not_json"}
    said = {row["non_preferred_output"][0]["content"] for row in rows(pipeline, run)}
    assert said == {WRONG, "I would call the shop."}
    assert len(teacher.asked) == 12


async def test_the_base_model_is_asked_as_a_student_is() -> None:
    teacher = WithBase(WRONG)
    pipeline, run = await published(teacher)
    chat = [orjson.loads(line) for line in pipeline.published(run)["sft/train.jsonl"].splitlines()]
    asked = [list(request.messages) for request in teacher.asked]
    assert all(row["messages"][:2] in asked for row in chat)
    assert all(request.response_format is None for request in teacher.asked)


async def test_its_tokens_count_and_the_card_and_the_manifest_tell() -> None:
    with_base, run = await published(WithBase(WRONG))
    manifest = orjson.loads(with_base.published(run)["manifest.json"])
    assert manifest["base_model"] == {"wrong": 12}
    assert manifest["tokens_by_model"]["small-1"]["prompt"] == 12 * 70
    assert "small-1" not in manifest["teacher"]["models"]
    assert manifest["tokens"]["completion"] == sum(
        used["completion"] for used in manifest["tokens_by_model"].values()
    )
    card = with_base.published(run)["README.md"].decode()
    assert f"The base model `{BASE}` was put 12 of the accepted tasks" in card
    assert "| `base_model` |" in card


async def test_an_answer_that_is_right_is_no_pair() -> None:
    plain = Pipeline(PlanningTeacher())
    first = await plain.start(samples=12)
    await plain.drain()
    plans = {record["task_nl"]: orjson.dumps(record["plan"]).decode() for record in plain.dataset(first)}

    class Right(WithBase):
        async def complete(self, request: TeacherRequest) -> TeacherReply:
            task = str(request.messages[1]["content"]).rpartition("Input: ")[2]
            self.answers = (plans.get(task, ""),)
            return await super().complete(request)

    pipeline, run = await published(Right(""))
    assert orjson.loads(pipeline.published(run)["manifest.json"])["base_model"] == {"right": 12}
    assert "base_model" not in {found["fault"] for found in faults(pipeline, run)}


async def test_what_nobody_may_see_is_neither_kept_nor_shown() -> None:
    secret = '{"steps": "mail ann.miller@company-mail.com"}'
    pipeline, run = await published(WithBase(secret))
    assert orjson.loads(pipeline.published(run)["manifest.json"])["base_model"] == {"unanswered": 12}
    assert all(
        line["base"]["reason"] == "private" and not line["base"]["text"] for line in pipeline.outcomes(run)
    )


@pytest.mark.parametrize(
    "error", [ThrottledError("slow down", retry_after_s=9), RefusedFieldError("no", field="temperature")]
)
async def test_a_base_model_that_does_not_answer_costs_no_record(error: Exception) -> None:
    pipeline, run = await published(WithBase(error, WRONG))
    assert len(pipeline.dataset(run)) == 12
    assert {line["base"]["result"] for line in pipeline.outcomes(run)} >= {"wrong"}
    assert "base_model" in {found["fault"] for found in faults(pipeline, run)}


async def test_a_base_model_that_is_not_there_pauses_the_run_and_keeps_what_is_paid() -> None:
    teacher = WithBase(ConfigurationError("no such deployment", code="deployment_not_found"))
    pipeline, run = await published(teacher)
    view = await pipeline.app.api.reader.status(run)
    assert view is not None and view["status"] == "paused"
    assert BASE in view["waiting"]["last_error"]["message"]
    assert view["counts"]["accepted"] >= 1
    assert len(teacher.asked) == 1


async def test_the_budget_counts_the_base_model() -> None:
    free, run = await published(WithBase(WRONG))
    all_of_it = orjson.loads(free.published(run)["manifest.json"])["tokens"]
    bound = (all_of_it["prompt"] + all_of_it["completion"]) // 2
    bounded, again = await published(WithBase(WRONG), max_total_tokens=bound, top_up=False)
    manifest = orjson.loads(bounded.published(again)["manifest.json"])
    assert manifest["tokens"]["prompt"] + manifest["tokens"]["completion"] <= bound
    assert manifest["counts"]["by_reason"].get("budget", 0) > 0


async def test_the_option_wants_preference_rows() -> None:
    pipeline = Pipeline(WithBase(WRONG))
    await pipeline.storage.write(names.CATALOGS, "shop.json", b'{"apis": [{"name": "buy"}]}')
    request = RunRequest(catalog="catalogs/shop.json", options={"dpo_base_model": BASE})
    with pytest.raises(StartFailedError, match="needs 'dpo'"):
        await start_run(request, pipeline.app.deps)
