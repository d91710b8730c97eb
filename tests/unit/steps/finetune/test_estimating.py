"""What a fine-tuning costs is said before anything is paid, and a limit is kept."""

from __future__ import annotations

from typing import Any

from shared.adapters.memory.finetune import MemoryFineTune
from shared.errors import TransientError
from shared.finetune.models import Listed
from shared.finetune.transitions import State
from tests.builders.finetune import FineTuneStack


async def asked(**finetune: Any) -> FineTuneStack:
    stack = FineTuneStack()
    await stack.publish(train=400, **{"model": "gpt-4.1-mini", **finetune})
    await stack.start()
    return stack


async def test_the_job_says_what_it_will_cost() -> None:
    stack = await asked(
        n_epochs=2,
        deploy={"enabled": True, "remove_after_evaluation": True},
        evaluate={"enabled": True, "baseline": "student-base"},
    )
    found = (await stack.job()).estimate
    assert found is not None
    assert found["training_usd"] > 0
    assert (found["hosting_hours"], found["hosting_usd"]) == (1, 1.7)
    assert set(found["evaluation_usd"]) == {"student", "base", "base_with_catalog", "teacher_with_catalog"}
    assert found["total_usd"] >= found["training_usd"] + 1.7
    assert found["unknown"] == ["teacher_with_catalog"]


async def test_what_would_go_over_the_limit_is_refused_before_anything_is_paid() -> None:
    stack = await asked(max_cost_usd=0.5, deploy={"enabled": True})
    job = await stack.run_out()
    assert (job.state, job.error.code) == (State.FAILED, "over_budget")
    assert "about $4" in job.error.message
    assert "go over the $0.50 of option finetune.max_cost_usd: about" in job.error.message
    assert stack.service.files == {} and stack.service.jobs == {}


async def test_what_stays_below_it_begins() -> None:
    assert (await (await asked(max_cost_usd=5)).run_out()).state == State.COMPLETE


async def test_what_a_limit_cannot_bound_is_told_before_anything_is_paid() -> None:
    measured = {"enabled": True, "baseline": "student-base"}
    told = {
        one.code: one.message
        for one in (await (await asked(max_cost_usd=50, evaluate=measured)).job()).warnings
    }
    assert (
        "no price is known for teacher with catalog: option finetune.max_cost_usd bounds" in told["unbounded"]
    )
    assert "unbounded" not in {one.code for one in (await (await asked(evaluate=measured)).job()).warnings}


async def test_a_limit_without_a_price_is_refused() -> None:
    job = await (await asked(model="my-own-7b", max_cost_usd=5)).job()
    assert "no price is known for the training" in job.error.message


async def test_what_the_services_own_list_says_of_a_model_beats_the_data() -> None:
    ended = FineTuneStack(service=MemoryFineTune(listed={"gpt-4.1-mini": Listed(training_ends="2025-12-31")}))
    await ended.publish(model="gpt-4.1-mini")
    await ended.start()
    job = await ended.job()
    assert (job.state, job.error.code) == (State.FAILED, "model_retired")


async def test_a_list_that_cannot_be_had_says_nothing() -> None:
    class Silent(MemoryFineTune):
        async def listed_model(self, model: str) -> Any:
            raise TransientError("down")

    stack = FineTuneStack(service=Silent())
    await stack.publish(model="gpt-4.1-mini")
    await stack.start()
    assert (await stack.job()).state == State.REQUESTED
