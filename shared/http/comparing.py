"""Routes that compare two measured students over the tasks that both were asked."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from shared import names
from shared.errors import BadRequestError
from shared.finetune.measure.arms import Arm
from shared.finetune.measure.runs import DifferentTasksError, compare, summary
from shared.http.answers import Answer, json_answer, tagged
from shared.http.problems_of import with_problems
from shared.http.routes import Routes
from shared.runs import paths
from shared.steps.finetune.archive import job_on
from shared.steps.finetune.published import read_answers

_PLACE = re.compile(r"([a-z0-9-]{1,80})(?::([1-9]\d{0,3})|@(\d{1,6}))?")


class CompareRoutes(Routes):
    """`/api/compare`."""

    @with_problems
    async def compare(self, asked: Mapping[str, str], if_none_match: str | None = None) -> Answer:
        """What the student of `b` has fixed and broken against that of `a`, task by task."""
        found = await self.compared(asked)
        return tagged(json_answer(200, {**found, "summary": summary(found)}), if_none_match)

    async def compared(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """The comparison over the tasks that both were asked.

        BadRequestError: `bad_request`, `no_evaluation` where one has none, `other_tasks` where they share no task.
        """
        before, after, arm = asked.get("a", ""), asked.get("b", ""), asked.get("arm") or str(Arm.STUDENT)
        if arm not in list(Arm):
            raise BadRequestError(f"there is no arm '{arm[:40]}'; arms are {', '.join(Arm)}", code="bad_arm")
        old, new = await asyncio.gather(self._tasks(before), self._tasks(after))
        try:
            found = await asyncio.to_thread(compare, old, new, arm=arm, shared_only=True)
        except DifferentTasksError as error:
            raise BadRequestError(str(error), code="other_tasks") from error
        return {"a": before, "b": after, **found}

    async def _tasks(self, place: str) -> list[dict[str, Any]]:
        match = _PLACE.fullmatch(place)
        if match is None or not names.is_run_id(match[1]):
            message = (
                "'a' and 'b' each name a run, with :1, :2 … an earlier fine-tune job of one, or with @1, @2 … its "
                "newest job on that revision"
            )
            raise BadRequestError(message, code="bad_request")
        run, number = match[1], match[2]
        if match[3] is not None:
            number = await job_on(run, int(match[3]), self.deps.store)
        path = paths.answers(run) if not number else paths.finetune(run, f"{number}/evaluation/tasks.jsonl")
        found = await read_answers(path, self.deps.store)
        if found is None:
            raise BadRequestError(f"{place} has no evaluation to compare", code="no_evaluation")
        return found
