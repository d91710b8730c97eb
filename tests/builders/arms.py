"""Outcomes of arms for the tests of evaluations: valid by default, each part open to change."""

from __future__ import annotations

from typing import Any

from shared.finetune.measure.metrics import METRICS, measured, no_answer
from shared.finetune.measure.outcome import ArmOutcome
from shared.finetune.measured_tasks import MeasuredTask
from shared.tokens import Tokens
from tests.builders.plan_steps import plan, step

REFERENCE = plan(step("orders.get", id="A-1"), step("payments.create", needs=[1], order="${steps.1.id}"))
WRONG = plan(step("orders.list", limit=1))


def task(number: int = 0, **changes: Any) -> MeasuredTask:
    """A test task whose plan is REFERENCE."""
    base: dict[str, Any] = {
        "task": f"Pay for order A-1, please, as I asked in letter {number}.",
        "messages": (
            {"role": "system", "content": "You plan."},
            {"role": "user", "content": f"Input: {number}"},
        ),
        "plan": REFERENCE,
        "difficulty": "S",
        "shape": "chain",
        "operations": ("orders.get", "payments.create"),
        "taught": 4,
    }
    return MeasuredTask(**{**base, **changes})


def right(index: int, **changes: Any) -> ArmOutcome:
    """An answer that is the reference."""
    scores, counts = measured(REFERENCE, REFERENCE, shape=True, executable=True)
    return _answer(index, scores=scores, counts=counts, answer="{}", **changes)


def wrong(index: int, *, shape: bool = True, **changes: Any) -> ArmOutcome:
    """An answer that calls another API; without `shape` it is no plan."""
    scores, counts = measured(WRONG, REFERENCE, shape=shape, executable=False)
    return _answer(
        index, scores=scores, counts=counts, reason="unknown_api", codes=("unknown_api",), **changes
    )


def failed(index: int, reason: str = "content_filter") -> ArmOutcome:
    """No answer could be had."""
    scores, counts = no_answer(REFERENCE)
    return ArmOutcome(index, "failed", reason, scores, counts)


def _answer(index: int, **changes: Any) -> ArmOutcome:
    base: dict[str, Any] = {
        "status": "answered",
        "tokens": Tokens(200, 100, 50),
        "model": "gpt-4.1-nano-2025-04-14",
        "latency_ms": 400 + index,
    }
    return ArmOutcome(index, **{**base, **changes})


__all__ = ["METRICS", "REFERENCE", "WRONG", "failed", "right", "task", "wrong"]
