"""A run with everything that a record needs, computed once a process."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from shared.runs.plan import RunPlan
from shared.runs.spec import RunSpec

if TYPE_CHECKING:
    from shared.catalog.model import Api, Catalog
    from shared.curriculum.blueprint import Blueprint
    from shared.curriculum.coverage import CoveragePlan
    from shared.curriculum.slices import Slice
    from shared.plan.validate import PlanValidator


class RunContext:
    """A run with everything that a record needs, computed once a process."""

    def __init__(self, spec: RunSpec, catalog: Catalog) -> None:
        self.spec = spec
        self.catalog = catalog
        self._plans: dict[int, CoveragePlan] = {}

    @cached_property
    def slices(self) -> tuple[Slice, ...]:
        """The catalog cut to the prompt's size."""
        from shared.curriculum.slices import cut
        from shared.teacher.prompt import prompt_cost

        return cut(self.catalog, cost=prompt_cost)

    @cached_property
    def validator(self) -> PlanValidator:
        """Checks plans against the whole catalog."""
        from shared.plan.validate import PlanValidator

        return PlanValidator(self.catalog)

    @cached_property
    def _apis(self) -> dict[str, Api]:
        return {api.name: api for api in self.catalog.apis}

    def apis_of_slice(self, number: int) -> tuple[Api, ...]:
        """The APIs that the teacher sees for a slice."""
        return tuple(self._apis[name] for name in self.slices[number].apis)

    def blueprint(self, plan: RunPlan, index: int) -> Blueprint:
        """What `index` is asked to teach."""
        from shared.curriculum.coverage import CoveragePlan

        wave = plan.wave_of(index)
        if wave not in self._plans:
            chosen = self.spec.options
            self._plans[wave] = CoveragePlan(
                self.catalog,
                self.slices,
                seed=chosen["seed"] + wave,
                seed_tasks=chosen["seed_tasks"],
                lacking=plan.waves[wave].lacking or None,
            )
        return self._plans[wave].blueprint(index)
