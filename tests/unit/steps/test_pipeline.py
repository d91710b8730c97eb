"""From fan-out to publish over the memory adapters: nothing lost, nothing twice, whatever happens."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.pipeline import Pipeline
from tests.builders.teachers import PlanningTeacher


async def _undisturbed(**options: Any) -> dict[str, bytes]:
    pipeline = Pipeline()
    run = await pipeline.start(**options)
    await pipeline.drain()
    return pipeline.published(run)


@pytest.mark.parametrize("seed", range(8))
async def test_order_and_repetition_of_messages_change_no_published_byte(seed: int) -> None:
    pipeline = Pipeline(seed=seed)
    run = await pipeline.start(samples=12)
    await pipeline.drain(shuffle=True, duplicate=0.4)
    expected = await _undisturbed(samples=12)
    assert pipeline.published(run)["dataset.jsonl"] == expected["dataset.jsonl"]
    assert pipeline.published(run)["sft/train.jsonl"] == expected["sft/train.jsonl"]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("effects", range(60))
async def test_a_crash_at_any_side_effect_loses_nothing_and_changes_nothing(
    effects: int, after: bool
) -> None:
    teacher = PlanningTeacher()
    pipeline = Pipeline(teacher)
    run = await pipeline.start(samples=4)
    pipeline.fuse.left, pipeline.fuse.after = effects, after
    await pipeline.drain()
    pipeline.fuse.left = None
    await pipeline.reconcile()
    await pipeline.drain()
    assert pipeline.published(run)["dataset.jsonl"] == (await _undisturbed(samples=4))["dataset.jsonl"]
    assert sum(teacher.calls.values()) <= 5, "at most the one call in flight is paid twice"
    assert await pipeline.app.deps.runs.open_runs() == []
