"""A few measured tasks with the plans that student, base model and dataset make of them, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from shared.finetune.evaluation import ExampleOutcome
from shared.plan.json_text import read_object
from shared.report.markup import Html, clipped, joined, share, tag

_MOST_STEPS = 12
_MOST_ARGUMENTS = 20
_MOST_VALUE = 160
_MOST_TASK = 2_000
_MOST_RAW = 1_500


@dataclass(frozen=True, slots=True)
class Answer:
    """What one deployment made of a task; `reason` is the first fault's code, "" for none."""

    text: str
    scores: Mapping[str, float]
    reason: str
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A measured task.

    Attributes:
        why: what it was chosen for.
        task: as the models were asked.
        reference: the dataset's plan as JSON text.
        student: the fine-tuned model's answer.
        base: the base model's, None without a baseline.
    """

    why: str
    task: str
    reference: str
    student: Answer
    base: Answer | None


def choose(
    student: Mapping[int, ExampleOutcome], base: Mapping[int, ExampleOutcome] | None
) -> list[tuple[int, str]]:
    """At most four indices with the reason for each; the same for the same outcomes.

    The best and the worst of the student's answers, and with a baseline where it gains and loses most.
    """
    if not student:
        return []
    ours = {index: sum(outcome.scores.values()) for index, outcome in student.items()}
    wishes = [
        (max(ours, key=lambda index: (ours[index], -index)), "the student's best answer"),
        (min(ours, key=lambda index: (ours[index], index)), "the student's worst answer"),
    ]
    both = (
        {index: ours[index] - sum(base[index].scores.values()) for index in ours if index in base}
        if base
        else {}
    )
    if both:
        most, least = max(both, key=lambda i: (both[i], -i)), min(both, key=lambda i: (both[i], i))
        wishes = [
            *([(most, "the largest gain over the base model")] if both[most] > 0 else []),
            *([(least, "the largest loss against the base model")] if both[least] < 0 else []),
            *wishes,
        ]
    found: dict[int, str] = {}
    for index, why in wishes:
        found[index] = f"{found[index]}; {why}" if index in found else why
    return list(found.items())


def build(
    rows: Sequence[bytes],
    student: Mapping[int, ExampleOutcome],
    base: Mapping[int, ExampleOutcome] | None,
) -> list[Example]:
    """The chosen examples; `rows` are the measured validation rows in the order of their indices."""
    found = []
    for index, why in choose(student, base):
        if index < len(rows):
            messages = orjson.loads(rows[index])["messages"]
            found.append(
                Example(
                    why=why,
                    task=str(messages[-2]["content"]),
                    reference=str(messages[-1]["content"]),
                    student=_answer(student[index]),
                    base=_answer(base[index]) if base and index in base else None,
                )
            )
    return found


def _answer(outcome: ExampleOutcome) -> Answer:
    return Answer(outcome.answer, outcome.scores, outcome.reason, outcome.status == "answered")


def render(found: Sequence[Example]) -> Html:
    """The examples as cards, the first one unfolded: the task, then the plans beside one another."""
    return joined(_card(example, is_open=number == 0) for number, example in enumerate(found))


def _card(example: Example, *, is_open: bool) -> Html:
    task = example.task.rsplit("\n\nInput: ", 1)[-1]
    columns = [
        _column("Dataset (reference)", _plan(example.reference)),
        _column("Student", _answered(example.student), _verdict(example.student)),
    ]
    if example.base:
        columns.append(_column("Base model", _answered(example.base), _verdict(example.base)))
    return tag(
        "details",
        tag(
            "summary",
            tag("span", example.why, class_="why"),
            " ",
            tag("span", clipped(task, _MOST_TASK), dir="auto"),
        ),
        tag("div", *columns, class_="plans"),
        class_="example",
        open="" if is_open else None,
    )


def _column(title: str, body: Html, verdict: Html | None = None) -> Html:
    return tag("section", tag("h4", title), verdict or "", body)


def _verdict(answer: Answer) -> Html:
    """Its scores in a line, and its first fault."""
    if not answer.is_answered:
        return tag("p", f"no answer ({answer.reason or 'unknown reason'})", class_="verdict bad")
    scores = answer.scores
    parts = [
        "same calls" if scores.get("exact_sequence") else "other calls",
        f"API F1 {share(scores.get('api_f1', 0.0))}",
        f"argument F1 {share(scores.get('argument_f1', 0.0))}",
        answer.reason or "valid",
    ]
    good = scores.get("exact_sequence") and not answer.reason
    return tag("p", " · ".join(parts), class_="verdict good" if good else "verdict bad")


def _answered(answer: Answer) -> Html:
    return _plan(answer.text) if answer.is_answered else Html("")


def _plan(text: str) -> Html:
    """The steps of a plan in JSON; text that is none as it stands."""
    plan, _ = read_object(text, tolerant=True)
    steps = plan.get("steps") if plan else None
    if not isinstance(steps, list):
        return tag("pre", clipped(text, _MOST_RAW), dir="auto")
    shown = [tag("li", _step(step)) for step in steps[:_MOST_STEPS] if isinstance(step, Mapping)]
    more = len(steps) - _MOST_STEPS
    return joined([tag("ol", *shown), tag("p", f"and {more} more steps") if more > 0 else ""])


def _step(step: Mapping[str, Any]) -> Html:
    arguments = step.get("arguments")
    pairs = list(arguments.items()) if isinstance(arguments, Mapping) else []
    lines = [
        tag(
            "div",
            tag("span", clipped(str(name), _MOST_VALUE)),
            " ",
            tag("code", _value(value)),
            class_="argument",
        )
        for name, value in pairs[:_MOST_ARGUMENTS]
    ]
    if len(pairs) > _MOST_ARGUMENTS:
        lines.append(tag("div", f"and {len(pairs) - _MOST_ARGUMENTS} more", class_="argument"))
    return joined([tag("b", clipped(str(step.get("api")), _MOST_VALUE)), *lines])


def _value(value: object) -> str:
    return clipped(value if isinstance(value, str) else orjson.dumps(value).decode(), _MOST_VALUE)
