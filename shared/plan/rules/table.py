"""Every rule of sense, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from shared.plan.codes import Finding
from shared.plan.grounding.rules import value_origins
from shared.plan.rules.arguments import deprecated_argument, echo_reference, excluded_argument
from shared.plan.rules.case import Case
from shared.plan.rules.constants import spoken_constant
from shared.plan.rules.guards import guard_findings
from shared.plan.rules.limits import retries_break_limit
from shared.plan.rules.pagination import token_from_nowhere
from shared.plan.rules.twins import twin_confuser
from shared.plan.rules.undoing import nothing_there_yet, undone_step
from shared.plan.rules.wording import skipped_but_needed, template_in_task

Rule = Callable[[Case], Iterator[Finding]]

STEP_RULES: tuple[Rule, ...] = (
    excluded_argument,
    deprecated_argument,
    token_from_nowhere,
    undone_step,
    nothing_there_yet,
    retries_break_limit,
    skipped_but_needed,
    guard_findings,
    echo_reference,
)
"""Rules that need the plan and its catalog alone."""

RECORD_RULES: tuple[Rule, ...] = (template_in_task, twin_confuser, spoken_constant, value_origins)
"""Rules that need the task as well."""
