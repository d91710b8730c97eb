"""Notices while a person writes that a row would repeat another one; publishing finds whatever is missed here."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared import names
from shared.dataset.duplicates import DEFAULT_THRESHOLD, NearDuplicates
from shared.dataset.review.content import content_hash
from shared.dataset.review.decisions import REJECTED
from shared.dataset.review.state import Review
from shared.runs import paths
from shared.runs.plan import RunPlan
from shared.steps.dataset_files import segment_outcomes
from shared.steps.deps import Deps

MOST_ROWS = 5_000
"""Rows of a run that are compared as somebody writes; of a larger run nothing is said before it is published."""
_REMEMBERED_RUNS = 2


@dataclass
class _Known:
    """The rows of one run: `places` has index, content hash and task id of each kept one."""

    near: NearDuplicates
    places: list[tuple[int, str, str]] = field(default_factory=list)
    hashes: set[str] = field(default_factory=set)

    def keep(self, index: int, record: Mapping[str, Any]) -> None:
        found = content_hash(record)
        if found not in self.hashes:
            self.near.keep(record["task_nl"], record["plan"])
            self.places.append((index, found, record["task_id"]))
            self.hashes.add(found)


@dataclass
class Repeats:
    """Looks a task and its plan up among the rows of a published run."""

    deps: Deps
    _runs: OrderedDict[str, _Known] = field(default_factory=OrderedDict)
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def find(
        self, run: str, plan: RunPlan, review: Review, record: Mapping[str, Any], index: int | None
    ) -> dict[str, Any] | None:
        """`{task_id, similarity}` of the row that the record repeats; `index` is its own, None for a new one."""
        if plan.planned > MOST_ROWS:
            return None
        async with self._reading:
            known = await self._known(run, plan)
            if known is None:
                return None
            return await asyncio.to_thread(_look, known, review, record, index)

    async def _known(self, run: str, plan: RunPlan) -> _Known | None:
        if run not in self._runs:
            if await self.deps.store.properties(names.DATASETS, paths.manifest(run)) is None:
                return None
            self._runs[run] = await self._read(run, plan)
            while len(self._runs) > _REMEMBERED_RUNS:
                self._runs.popitem(last=False)
        self._runs.move_to_end(run)
        return self._runs[run]

    async def _read(self, run: str, plan: RunPlan) -> _Known:
        options = (await self.deps.runs.context(run)).spec.options
        threshold = options.get("near_duplicate_threshold") or DEFAULT_THRESHOLD
        known = _Known(NearDuplicates(threshold, expected=plan.planned))
        for segment in range(plan.segments):
            outcomes = [one async for one in segment_outcomes(run, segment, self.deps.store)]
            await asyncio.to_thread(_keep_all, known, outcomes)
        return known


def _keep_all(known: _Known, outcomes: Iterable[Mapping[str, Any]]) -> None:
    for outcome in outcomes:
        if outcome["status"] == "accepted":
            known.keep(outcome["index"], outcome["record"])


def _look(
    known: _Known, review: Review, record: Mapping[str, Any], index: int | None
) -> dict[str, Any] | None:
    for row in list(review.rows.values()):
        if row.now.record is not None:
            known.keep(row.index, row.now.record)
    for repeat in known.near.matches(record["task_nl"], record["plan"]):
        other, content, task_id = known.places[repeat.position]
        decided = review.rows.get(other)
        is_there = decided is None or (decided.now.hash == content and decided.now.verdict != REJECTED)
        if other != index and is_there:
            return {"task_id": task_id, "similarity": round(repeat.similarity, 3)}
    return None
