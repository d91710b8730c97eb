"""A run with everything that a record needs, computed once a process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from shared.names import slug
from shared.runs.plan import Segment
from shared.runs.spec import RunSpec

if TYPE_CHECKING:
    from shared.catalog.model import Api, Catalog
    from shared.curriculum.blueprint import Blueprint
    from shared.curriculum.coverage import CoveragePlan
    from shared.curriculum.slices import Slice
    from shared.plan.validate import PlanValidator
    from shared.runs.budget import Budget
    from shared.runs.standing import Standing
    from shared.teacher.ask_options import AskOptions
    from shared.teacher.assignment import Assignment
    from shared.teacher.prompt import Briefing


@dataclass(frozen=True, slots=True)
class SegmentContext:
    """A segment with everything that its records need.

    Attributes:
        log: path of the segment's log.
        run: the run that it is of.
        standing: how that run stands.
    """

    segment: Segment
    log: str
    run: RunContext
    standing: Standing


class RunContext:
    """A run with everything that a record needs, computed once a process.

    Attributes:
        examples: records that the teacher may be shown.
        segments: those that this process works on, by number.
        base_model: the deployment whose wrong answers become non-preferred answers; "" if no base model is asked.
    """

    def __init__(self, spec: RunSpec, catalog: Catalog, examples: Sequence[Mapping[str, Any]] = ()) -> None:
        self.spec = spec
        self.catalog = catalog
        self.examples = examples
        self.segments: dict[int, SegmentContext] = {}
        self.base_model = (
            (spec.options.get("dpo_base_model") or "") if "dpo" in spec.options["formats"] else ""
        )
        self._task_prefix = slug(spec.name)
        self._plans: dict[int, CoveragePlan] = {}
        self._briefings: dict[int, Briefing] = {}

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

    @cached_property
    def ask_options(self) -> AskOptions:
        """How the teacher is asked for every record, as far as the run's options say."""
        from shared.teacher.ask_options import AskOptions
        from shared.teacher.reasoning import answer_tokens, reasons

        chosen = self.spec.options
        known_as = (self.spec.teacher, chosen.get("teacher_model") or "")
        return AskOptions(
            model=self.spec.teacher,
            max_attempts=chosen["max_attempts"],
            judge=chosen["judge"],
            judge_sample=chosen["judge_sample"],
            max_completion_tokens=answer_tokens(chosen.get("max_completion_tokens"), *known_as),
            longer_answers=chosen.get("longer_answers", 2),
            reasons=reasons(*known_as),
            reasoning_effort=chosen.get("reasoning_effort") or "",
            seed=chosen["seed"],
        )

    @cached_property
    def budget(self) -> Budget | None:
        """What the run may spend, None if it has no bound."""
        from shared.runs.budget import Budget

        return Budget.of(self.spec.options, self.spec.teacher)

    def assignment(self, segment: Segment, index: int) -> Assignment:
        """What the teacher is asked for at an index of a segment."""
        from shared.teacher.assignment import Assignment

        blueprint = self._coverage(segment).blueprint(index)
        return Assignment(
            task_id=f"{self._task_prefix}-{index:06d}",
            created_at=self.spec.created_at,
            blueprint=blueprint,
            briefing=self._briefing(blueprint.slice),
            examples=self._shown(blueprint) if self.examples else "",
        )

    def _shown(self, blueprint: Blueprint) -> str:
        from shared.teacher.shown import examples_message, fitting

        return examples_message(fitting(self.examples, blueprint, self.slices[blueprint.slice].apis))

    def _briefing(self, number: int) -> Briefing:
        from shared.teacher.prompt import briefing

        if number not in self._briefings:
            self._briefings[number] = briefing([self._apis[name] for name in self.slices[number].apis])
        return self._briefings[number]

    def _coverage(self, segment: Segment) -> CoveragePlan:
        from shared.curriculum.coverage import CoveragePlan

        wave = segment.wave_number
        if wave not in self._plans:
            chosen = self.spec.options
            self._plans[wave] = CoveragePlan(
                self.catalog,
                self.slices,
                seed=chosen["seed"] + wave,
                seed_tasks=chosen["seed_tasks"],
                lacking=segment.wave.lacking or None,
            )
        return self._plans[wave]
