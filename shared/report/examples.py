"""A few measured tasks with the plans that the dataset and each arm make of them, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from shared.finetune.measure.arms import RIVALS
from shared.plan.json_text import read_object
from shared.report.figures import clipped, share
from shared.report.measures import ARMS
from shared.report.templating import part

if TYPE_CHECKING:
    from markupsafe import Markup

_MOST_STEPS = 12
_MOST_ARGUMENTS = 20
_MOST_VALUE = 160
_MOST_TASK = 2_000
_MOST_RAW = 1_500


@dataclass(frozen=True, slots=True)
class Answer:
    """What one arm made of a task; `reason` is the first fault's code, "" for none."""

    arm: str
    text: str
    scores: Mapping[str, float | None]
    reason: str
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A measured task.

    Attributes:
        why: what it was chosen for.
        task: in a user's words.
        reference: the dataset's plan as JSON text.
        answers: of each arm, the student's first.
    """

    why: str
    task: str
    reference: str
    answers: Sequence[Answer]


_MOST_OF_A_KIND = 2


def choose(tasks: Sequence[Mapping[str, Any]]) -> list[tuple[int, str]]:
    """A few numbers of tasks with the reason for each; the same for the same lines of `tasks.jsonl`.

    Plans that only the student or only its strongest rival has exact, then the student's best and worst answer.
    """
    student = {n: task["arms"]["student"] for n, task in enumerate(tasks) if "student" in task["arms"]}
    if not student:
        return []
    rival = next((arm for arm in RIVALS if any(arm in task["arms"] for task in tasks)), None)
    wishes: list[tuple[int, str]] = []
    if rival is not None:
        both = [n for n in student if rival in tasks[n]["arms"]]
        name = ARMS[rival].lower()
        fixed = [n for n in both if _exact(student[n]) > _exact(tasks[n]["arms"][rival])]
        broken = [n for n in both if _exact(student[n]) < _exact(tasks[n]["arms"][rival])]
        wishes += [(n, f"only the student is right, not the {name}") for n in fixed[:_MOST_OF_A_KIND]]
        wishes += [(n, f"only the {name} is right, not the student") for n in broken[:_MOST_OF_A_KIND]]
    total = {n: sum(filter(None, answer["scores"].values())) for n, answer in student.items()}
    wishes += [
        (max(total, key=lambda n: (total[n], -n)), "the student's best answer"),
        (min(total, key=lambda n: (total[n], n)), "the student's worst answer"),
    ]
    found: dict[int, str] = {}
    for number, why in wishes:
        found[number] = f"{found[number]}; {why}" if number in found else why
    return list(found.items())


def _exact(answer: Mapping[str, Any]) -> float:
    return float(answer["scores"].get("exact_plan") or 0.0)


def build(tasks: Sequence[Mapping[str, Any]]) -> list[Example]:
    """The chosen examples of an evaluation's `tasks.jsonl`."""
    return [_example(why, tasks[number]) for number, why in choose(tasks)]


def _example(why: str, task: Mapping[str, Any]) -> Example:
    return Example(
        why=why,
        task=str(task["task"]),
        reference=orjson.dumps(task["reference"]).decode(),
        answers=[
            Answer(
                arm=arm,
                text=str(answer["answer"]),
                scores=answer["scores"],
                reason=str(answer["reason"]),
                is_answered=answer["status"] == "answered",
            )
            for arm, answer in task["arms"].items()
        ],
    )


def render(found: Sequence[Example]) -> Markup:
    """The examples as cards, the first one unfolded: the task, then the plans beside one another."""
    return part("examples.html", examples=[_card(example) for example in found])


def _card(example: Example) -> dict[str, Any]:
    return {
        "why": example.why,
        "task": clipped(example.task, _MOST_TASK),
        "columns": [
            {
                "title": "Dataset (reference)",
                "plan": plan_steps(example.reference),
                "verdict": "",
                "kind": "",
            },
            *map(_column, example.answers),
        ],
    }


def _column(answer: Answer) -> dict[str, Any]:
    """An arm's plan, its scores in a line, and its first fault."""
    title = ARMS.get(answer.arm, answer.arm)
    if not answer.is_answered:
        why = f"no answer ({answer.reason or 'unknown reason'})"
        return {"title": title, "plan": "", "verdict": why, "kind": "bad"}
    scores = answer.scores
    parts = [
        "exact" if scores.get("exact_plan") else "another plan",
        f"API F1 {share(scores.get('api_f1'))}",
        f"values {share(scores.get('argument_value_accuracy'))}",
        answer.reason or "executable on paper",
    ]
    good = scores.get("exact_plan") and not answer.reason
    plan = plan_steps(answer.text)
    return {"title": title, "plan": plan, "verdict": " · ".join(parts), "kind": "good" if good else "bad"}


def plan_steps(text: str) -> Markup:
    """The steps of a JSON plan; other text unchanged."""
    plan, _ = read_object(text, tolerant=True)
    steps = plan.get("steps") if plan else None
    if not isinstance(steps, list):
        return part("plan_steps.html", steps=None, text=clipped(text, _MOST_RAW))
    shown = [_step(step) for step in steps[:_MOST_STEPS] if isinstance(step, Mapping)]
    return part("plan_steps.html", steps=shown, more=len(steps) - _MOST_STEPS)


def _step(step: Mapping[str, Any]) -> dict[str, Any]:
    arguments = step.get("arguments")
    pairs = list(arguments.items()) if isinstance(arguments, Mapping) else []
    return {
        "api": clipped(str(step.get("api")), _MOST_VALUE),
        "arguments": [
            (clipped(str(name), _MOST_VALUE), _value(value)) for name, value in pairs[:_MOST_ARGUMENTS]
        ],
        "more": len(pairs) - _MOST_ARGUMENTS,
    }


def _value(value: object) -> str:
    return clipped(value if isinstance(value, str) else orjson.dumps(value).decode(), _MOST_VALUE)
