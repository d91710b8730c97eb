"""What every group of routes works with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shared.errors import PlansmithError
from shared.http.answers import no_run
from shared.http.run_list import RunList
from shared.http.status import StatusReader
from shared.runs.plan import RunPlan
from shared.steps.deps import Deps
from shared.steps.review.rows import run_rows


@dataclass
class Routes:
    """A group of the routes below `/api`, one method a route."""

    deps: Deps

    def __post_init__(self) -> None:
        deps = self.deps
        self.reader = StatusReader(deps.store, deps.runs, deps.log)
        self.listed = RunList(deps.store, deps.runs, self.reader, deps.clock)

    async def beside(self, error: PlansmithError, *asked: object) -> dict[str, Any]:
        """What a problem tells besides the error itself; `asked` is what the route was given."""
        return {}

    async def view_of(self, run: str) -> dict[str, Any]:
        """The run as `GET /api/runs/{run}` shows it, read now. BadRequestError `unknown_run`."""
        view = await self.reader.status(run)
        if view is None:
            raise no_run(run)
        return view

    async def plan_of(self, run: str) -> RunPlan:
        """How the run's indices are cut. BadRequestError `unknown_run`."""
        plan = await run_rows(self.deps).plan(run)
        if plan is None:
            raise no_run(run)
        return plan
