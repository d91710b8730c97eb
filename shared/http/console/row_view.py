"""One row as its page shows it: the task with what the plan takes from it, and where each value comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from shared import stored
from shared.dataset.row_index import RowEntry
from shared.http.console.plan_graph import graph
from shared.plan.case import leaves
from shared.plan.codes import CODES, Finding
from shared.plan.grounding.trace import Traced, spans, trace
from shared.plan.validate import PlanValidator

SOURCES = (
    ("task", "the task says it"),
    ("output", "an earlier step yields it"),
    ("catalog", "the catalog has it"),
    ("assumption", "an assumption"),
    ("nowhere", "nowhere"),
)
_ORIGINS = {"task": "task", "catalog": "catalog", "assumption": "assumption", "nowhere": "nowhere"}
_ARGUMENT = re.compile(r"plan\.steps\[(\d+)\]\.arguments\.(.+)")


def row_values(
    entry: RowEntry,
    record: Mapping[str, Any] | None,
    errors: Sequence[Finding],
    calls: Sequence[Mapping[str, Any]],
    validator: PlanValidator,
) -> dict[str, Any]:
    """What the template `parts/row.html` shows; `errors` are those of the last attempt where nothing was accepted."""
    found = list(errors) if record is None else validator.findings(record)
    kind = " · ".join(filter(None, (entry.shape, entry.difficulty)))
    shown = plan_values(record, found, validator) if record else {"record": None}
    return {
        "row": stored.plain(entry),
        "tags": [
            text for text in (kind, entry.variation.replace("_", " "), entry.persona, entry.split) if text
        ],
        "findings": found,
        "meanings": CODES,
        "calls": calls,
        "tokens": sum(
            call["tokens"].get("prompt", 0) + call["tokens"].get("completion", 0) for call in calls
        ),
        **shown,
    }


def plan_values(
    record: Mapping[str, Any], found: Sequence[Finding], validator: PlanValidator
) -> dict[str, Any]:
    """The task, the drawing of the plan and the steps with the origin of each value."""
    case = validator.case(record)
    traced = trace(case) if case else _untraced(record)
    at = _by_place(found)
    return {
        "record": record,
        "task": list(_pieces(record["task_nl"], spans(record["task_nl"], traced))),
        "sources": SOURCES,
        "graph": graph(record["plan"]["steps"]),
        "wrong": {item["step"] for item in found if item["severity"] == "error" and item["step"]},
        "steps": [
            {
                **step,
                "outputs": step.get("outputs") or [],
                "failure_modes": step.get("failure_modes") or [],
                "traced": [_value(one, position, at) for one in traced if one.step == step["index"]],
            }
            for position, step in enumerate(record["plan"]["steps"])
        ],
    }


def _untraced(record: Mapping[str, Any]) -> list[Traced]:
    """The values of a plan whose steps are not sound enough to follow them."""
    return [
        Traced(step["index"], ".".join(map(str, where)), leaf, "nowhere")
        for step in record["plan"]["steps"]
        for name, value in step["arguments"].items()
        for where, leaf in leaves(value, (name,))
    ]


def _value(one: Traced, position: int, at: Mapping[tuple[int, str], list[Finding]]) -> dict[str, Any]:
    text = one.value if isinstance(one.value, str) else orjson.dumps(one.value).decode()
    steps = " and ".join(str(number) for number in one.producers)
    origin = f"step {steps}" if one.source == "output" else _ORIGINS[one.source]
    findings = at.get((position, one.path), [])
    return {"path": one.path, "text": text, "source": one.source, "origin": origin, "findings": findings}


def _by_place(found: Sequence[Finding]) -> dict[tuple[int, str], list[Finding]]:
    places: dict[tuple[int, str], list[Finding]] = {}
    for item in found:
        if match := _ARGUMENT.fullmatch(item.get("path") or ""):
            places.setdefault((int(match[1]), match[2]), []).append(item)
    return places


def _pieces(text: str, marked: Sequence[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it is marked."""
    end = 0
    for first, last in marked:
        if first > end:
            yield text[end:first], False
        yield text[first:last], True
        end = last
    if end < len(text):
        yield text[end:], False
