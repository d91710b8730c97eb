"""Whatever mix of odd habits a service has, a run ends, every index in one outcome and every token counted."""

from __future__ import annotations

import random
from typing import Any

import orjson
import pytest

from shared import names
from tests.builders.lengths import cases
from tests.builders.odd_service import HABITS, OddService
from tests.builders.pipeline import Pipeline

_RECORDS = 10
_MIXES = cases(100, 2_000)
_PARTS = 10
_MOST_STEPS = 20_000
_ENDED = ("published", "cancelled", "failed")


def mix(seed: int) -> tuple[OddService, dict[str, Any]]:
    """A service with a few habits, and the options of a run."""
    draw = random.Random(seed)
    habits = draw.sample(HABITS, draw.randint(1, 6))
    weights = {habit: draw.random() + 0.05 for habit in habits}
    if draw.random() < 0.85:
        weights["good"] = 1.0
    service = OddService(
        weights,
        refused_fields=frozenset(
            draw.sample(["seed", "prompt_cache_key", "max_completion_tokens"], draw.randrange(3))
        ),
        gone_after=draw.randrange(1, 15) if draw.random() < 0.3 else None,
        seed=seed,
    )
    options: dict[str, Any] = {"samples": _RECORDS, "seed": seed, "max_attempts": draw.randint(1, 5)}
    if draw.random() < 0.3:
        options["max_total_tokens"] = draw.randint(300, 3000)
    return service, options


async def see_through(pipeline: Pipeline, run: str, service: OddService) -> dict[str, Any]:
    """Deliver all, resume what is paused; while nothing but delayed messages are left, `waiting` says why."""
    for _ in range(_MOST_STEPS):
        work = [entry for entry in pipeline.queue.sent if entry[0] == names.GENERATE_RECORDS]
        others = [
            entry
            for entry in pipeline.queue.sent
            if entry[0] in (names.FAN_OUT, names.AGGREGATE, names.PUBLISH)
        ]
        if not work and not others:
            view = await status(pipeline, run)
            if view["status"] != "paused":
                return view
            assert view["waiting"]["what"] == "paused"
            service.mended = True
            await pipeline.app.api.resume(run)
        elif work and not others and min(delay for _, _, delay in work) > 0:
            view = await status(pipeline, run)
            assert view["status"] != "generating" or view["waiting"], "the run waits and does not say why"
        await pipeline.drain_once()
    raise AssertionError("the run does not end")


async def status(pipeline: Pipeline, run: str) -> dict[str, Any]:
    found = await pipeline.app.api.reader.status(run)
    assert found is not None
    return found


@pytest.mark.parametrize("part", range(_PARTS))
async def test_every_run_ends_with_every_index_and_every_token_accounted_for(part: int) -> None:
    for seed in range(part * _MIXES // _PARTS, (part + 1) * _MIXES // _PARTS):
        service, options = mix(seed)
        pipeline = Pipeline(service)
        run = await pipeline.start(**options)
        view = await see_through(pipeline, run, service)
        assert view["status"] in _ENDED, seed
        lines = [line for segment in range(40) for line in pipeline.outcomes(run, segment)]
        indices = [line["index"] for line in lines]
        assert len(indices) == len(set(indices)), seed
        tokens = [attempt["tokens"] for line in lines for attempt in line["attempts"]]
        counted = sum(part["prompt"] + part["completion"] for part in tokens)
        if service.unseen:
            assert any(part.get("estimated") for part in tokens), seed
        else:
            assert counted == service.billed, seed
        published = pipeline.published(run)
        if "manifest.json" in published:
            manifest = orjson.loads(published["manifest.json"])
            assert sorted(indices) == list(range(manifest["counts"]["planned"])), seed
            assert manifest["tokens"]["total"] == counted, seed
            assert manifest["tokens"].get("estimated", False) is service.unseen, seed
        budget = options.get("max_total_tokens")
        if budget is not None:
            # One record is in flight at a time here, with as many calls as its attempts allow.
            in_flight = options["max_attempts"] * max(service.largest, 700)
            assert service.billed <= budget + in_flight, seed
