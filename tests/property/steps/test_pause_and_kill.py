"""A quota that ends in the middle, and processes that die, change no published byte and pay nothing twice."""

from __future__ import annotations

import random
from collections.abc import Awaitable
from copy import replace
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest

from shared.errors import ConfigurationError
from shared.ports.teacher import TeacherReply, TeacherRequest
from testing.timeless import timeless
from tests.builders.lengths import cases
from tests.builders.pipeline import Crash, Pipeline
from tests.builders.teachers import PlanningTeacher, assignment

_RECORDS = 60
_PLACES = cases(8, 100)
_PARTS = 4


@dataclass
class Credit:
    """A teacher that answers so many calls, until it is topped up; each fourth record needs a correction.

    Attributes:
        paid: answers by index and whether it was a correction.
    """

    calls: int
    topped_up: bool = False
    paid: dict[tuple[int, bool], int] = field(default_factory=dict)
    _planning: PlanningTeacher = field(default_factory=PlanningTeacher)

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        """See Teacher."""
        if not self.topped_up and sum(self.paid.values()) >= self.calls:
            raise ConfigurationError("the credit is used up", code="insufficient_quota")
        index, corrects = int(assignment(request)["index"]), len(request.messages) > 2
        self.paid[index, corrects] = self.paid.get((index, corrects), 0) + 1
        reply = await self._planning.complete(request)
        if index % 4 == 0 and not corrects:
            return replace(reply, text=reply.text.replace('"action"', '"deed"'))
        return reply

    @property
    def paid_twice(self) -> int:
        """Records of which an answer was paid that had been paid before."""
        return sum(
            max(times - 1 for (index, _), times in self.paid.items() if index == record)
            for record in {index for index, _ in self.paid}
        )


def rows(published: dict[str, bytes]) -> dict[str, bytes]:
    """Everything but what tells when, and after how many waits, it was made."""
    return timeless(published)


@cache
def _undisturbed() -> list[dict[str, bytes]]:
    return []


async def undisturbed() -> dict[str, bytes]:
    if not _undisturbed():
        pipeline = Pipeline(Credit(10**6))
        run = await pipeline.start(samples=_RECORDS)
        await pipeline.drain()
        _undisturbed().append(rows(pipeline.published(run)))
    return _undisturbed()[0]


async def view(pipeline: Pipeline, run: str) -> dict[str, Any]:
    found = await pipeline.app.api.reader.status(run)
    assert found is not None
    return found


async def dying(pipeline: Pipeline, work: Awaitable[Any]) -> None:
    """Do something that the process may die of."""
    try:
        await work
    except (Crash, BaseExceptionGroup):
        pipeline.crashes += 1
        pipeline.app = pipeline.new_process()


@pytest.mark.parametrize("part", range(_PARTS))
async def test_after_a_resume_the_dataset_is_that_of_an_undisturbed_run(part: int) -> None:
    for place in range(part * _PLACES // _PARTS, (part + 1) * _PLACES // _PARTS):
        draw = random.Random(place)
        teacher = Credit(draw.randint(12, 20))
        pipeline = Pipeline(teacher, seed=place)
        run = await pipeline.start(samples=_RECORDS)
        kills = 0
        for _ in range(60):
            if kills < 4 and draw.random() < 0.7:
                pipeline.fuse.left, pipeline.fuse.after = draw.randrange(1, 60), draw.random() < 0.5
            before = pipeline.app
            await pipeline.drain(shuffle=True)
            status = (await view(pipeline, run))["status"]
            if status == "published":
                break
            if status == "paused":
                teacher.topped_up = draw.random() < 0.7
                await dying(pipeline, pipeline.app.api.resume(run))
            else:
                await dying(pipeline, pipeline.reconcile())
            kills += pipeline.app is not before
        assert (await view(pipeline, run))["status"] == "published", place
        assert rows(pipeline.published(run)) == await undisturbed(), place
        assert teacher.paid_twice <= pipeline.crashes, place
