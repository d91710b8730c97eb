"""An answer's text as an outcome: read, validated against the whole catalog, compared with the accepted plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from shared.finetune.measure.metrics import measured, no_answer
from shared.finetune.measure.outcome import MAX_ANSWER, ArmOutcome
from shared.finetune.measured_tasks import whole
from shared.plan.codes import Finding
from shared.plan.json_text import read_object
from shared.plan.record import schema_findings
from shared.tokens import Tokens

_ANY_TASK = "a task"


class Validator(Protocol):
    """Finds what is wrong with a plan of the record's shape, dry run included."""

    def plan_errors(self, plan: Mapping[str, Any]) -> list[Finding]:
        """The findings, empty if there are none."""


def read_plan(text: str, validator: Validator) -> tuple[dict[str, Any] | None, bool, list[Finding]]:
    """The answer's plan (None if the answer is not a JSON object), whether it has a plan's shape, and all findings.

    The short form of a plan is completed before it is looked at.
    """
    found, findings = read_object(text, tolerant=True)
    if found is None:
        return None, False, findings
    plan = whole(found)
    findings = schema_findings({"task_nl": _ANY_TASK, "plan": plan}, whole=False)
    shape = not findings
    return plan, shape, findings or validator.plan_errors(plan)


def answered(
    index: int,
    text: str,
    reference: Mapping[str, Any],
    validator: Validator,
    *,
    tokens: Tokens,
    model: str = "",
    latency_ms: int = 0,
) -> ArmOutcome:
    """The outcome of an answer."""
    plan, shape, findings = read_plan(text, validator)
    scores, counts = measured(plan, reference, shape=shape, executable=not findings)
    codes = tuple(dict.fromkeys(finding["code"] for finding in findings))
    return ArmOutcome(
        index=index,
        status="answered",
        reason=codes[0] if codes else "",
        scores=scores,
        counts=counts,
        codes=codes,
        answer=text[:MAX_ANSWER],
        tokens=tokens,
        model=model,
        latency_ms=latency_ms,
    )


def unanswered(index: int, reason: str, reference: Mapping[str, Any]) -> ArmOutcome:
    """The outcome of a task that got no answer."""
    scores, counts = no_answer(reference)
    return ArmOutcome(index, "failed", reason, scores, counts)
