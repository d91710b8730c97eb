"""Facts of a run and its fine-tune job, as the report's renderer takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import replace
from html.parser import HTMLParser
from typing import Any

from shared.contracts import options
from shared.dataset.plan_prices import plan_cost
from shared.finetune.job import Job
from shared.finetune.measure.arms import Arm
from shared.finetune.measure.metrics import METRICS
from shared.finetune.measure.outcome import ArmOutcome
from shared.finetune.measure.report import Measured, evaluation
from shared.finetune.transitions import State
from shared.report.curves import read_curves
from shared.report.examples import Answer, Example
from shared.report.page import Facts
from tests.builders.arms import right, task, wrong
from tests.builders.finetune import RUN, job

MANIFEST: dict[str, Any] = {
    "catalog": {"name": "Shop", "apis": 4},
    "teacher": {"deployment": "teacher", "models": ["gpt-5.1"], "emulator": False},
    "counts": {"planned": 60, "accepted": 50, "rejected": 10, "by_reason": {"duplicate": 7, "schema": 3}},
    "tokens": {"prompt": 10_000, "cached": 4_000, "completion": 2_000, "total": 12_000},
    "cost_usd": 1.25,
    "durations": {"elapsed_s": 185.0},
    "split": {"train": 40, "validation": 10},
}
COVERAGE = {"operations": {"total": 4, "taught": 3}, "required_parameters": {"total": 8, "taught": 8}}
HEADER = "step,train_loss,train_mean_token_accuracy,valid_loss,valid_mean_token_accuracy,full_valid_loss,full_valid_mean_token_accuracy"
PLAN = '{"steps": [{"index": 1, "api": "get_order", "arguments": {"id": "A-1"}}]}'


def metrics(steps: int = 120, *, validation: bool = True) -> bytes:
    """A `metrics.csv` whose loss falls from 2 towards 0.5."""
    lines = [HEADER]
    for step in range(1, steps + 1):
        loss = 0.5 + 1.5 / step
        valid = f"{loss + 0.1:.4f},0.7" if validation and step % 10 == 0 else ","
        full = f"{loss + 0.2:.4f},0.65" if validation and step % 40 == 0 else ","
        lines.append(f"{step},{loss:.4f},{1 - loss / 4:.4f},{valid},{full}")
    return ("\n".join(lines) + "\n").encode()


def trained(state: State = State.COMPLETE, **changes: Any) -> Job:
    """A job whose model is there and was to be measured."""
    fields: dict[str, Any] = {
        "model": "gpt-4.1-nano-2025-04-14",
        "options": options.resolve({"finetune": {"evaluate": {"enabled": True}}})["finetune"],
        "hyperparameters": {"n_epochs": 3, "batch_size": 1, "learning_rate_multiplier": 0.1},
        "job_id": "ftjob-1",
        "fine_tuned_model": "gpt-4.1-nano-2025-04-14.ft-1",
        "trained_tokens": 1_944_000,
        "finished_at": "2026-01-01T01:42:00.000Z",
        "history": (
            {"at": "2026-01-01T00:00:00.000Z", "state": "requested"},
            {"at": "2026-01-01T00:10:00.000Z", "state": "running"},
            {"at": "2026-01-01T01:42:00.000Z", "state": "succeeded"},
        ),
    }
    return job(state, **(fields | changes))


def measured(
    *,
    student: Sequence[ArmOutcome] | None = None,
    base: Sequence[ArmOutcome] | None = (),
    teacher: Sequence[ArmOutcome] | None = (),
    missing: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """An `evaluation.json`: the student better than the base model and beside a teacher; None leaves an arm out."""
    ours = student or [wrong(n) if n == 3 else right(n) for n in range(6)]
    count = len(ours)
    arms = [Measured(Arm.STUDENT, "student", dict(enumerate(ours)), 1.7)]
    if base is not None:
        found = base or [wrong(n) for n in range(count)]
        arms.append(Measured(Arm.BASE, "base", dict(enumerate(found))))
    if teacher is not None:
        found = teacher or [right(n, model="gpt-5.1-2025-11-13") for n in range(count)]
        arms.append(Measured(Arm.TEACHER_WITH_CATALOG, "teacher", dict(enumerate(found))))
    return evaluation(
        run_id=RUN,
        model="gpt-4.1-nano-2025-04-14.ft-1",
        sft_plan="full",
        tasks=[task(n) for n in range(count)],
        measured=arms,
        missing=missing,
        cost=plan_cost,
        finished_at="2026-01-01T02:00:00.000Z",
    )


def an_answer(text: str = PLAN, **changes: Any) -> Answer:
    """A right answer of the student."""
    return replace(Answer("student", text, dict.fromkeys(METRICS, 1.0), "", True), **changes)


def an_example(**changes: Any) -> Example:
    """A task that only the student solves."""
    base = an_answer("no plan", arm="base", reason="not_json", scores=dict.fromkeys(METRICS, 0.0))
    example = Example("only the student is right", "show me order A-1", PLAN, [an_answer(), base])
    return replace(example, **changes)


def facts(**changes: Any) -> Facts:
    """Everything a run can have."""
    event = {"id": "e", "created_at": 1_800_000_000, "level": "info", "type": "message", "data": {}}
    found = Facts(
        job=trained(),
        manifest=MANIFEST,
        coverage=COVERAGE,
        curves=read_curves(metrics()),
        checkpoints=[
            {"id": "c", "model": "m:ckpt-step-40", "step_number": 40, "metrics": {"full_valid_loss": 0.75}}
        ],
        events=[{**event, "message": "Step 10: training loss=0.65"}, {**event, "message": "Job succeeded."}],
        evaluation=measured(),
        examples=[an_example()],
    )
    return replace(found, **changes)


class Page(HTMLParser):
    """A page as a browser reads it: elements with their attributes, and the text of each kind."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.feed(page.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        if data.strip() and "style" not in self.open:
            self.texts.append(data.strip())

    @property
    def text(self) -> str:
        """All text that is shown, one line an element."""
        return "\n".join(self.texts)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        """Attributes of every element of that name."""
        return [attributes for name, attributes in self.elements if name == tag]
