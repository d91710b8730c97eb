"""What every group of routes works with."""

from __future__ import annotations

from dataclasses import dataclass

from shared.http.run_list import RunList
from shared.http.status import StatusReader
from shared.steps.deps import Deps


@dataclass
class Routes:
    """A group of the routes below `/api`, one method a route."""

    deps: Deps

    def __post_init__(self) -> None:
        deps = self.deps
        self.reader = StatusReader(deps.store, deps.runs, deps.log)
        self.listed = RunList(deps.store, deps.runs, self.reader, deps.clock)
