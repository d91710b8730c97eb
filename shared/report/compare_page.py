"""Two runs over the same tasks on one page: what was fixed and broken, and every metric before and after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.finetune.measure.runs import summary
from shared.report.examples import plan_steps
from shared.report.markup import Html, clipped, joined, share, signed, table, tag, whole
from shared.report.measures import ARMS, NAMES
from shared.report.page import document

_MOST_TASKS = 200
_KINDS = {"broken": "bad", "fixed": "good", "same": "unsure"}


def render(found: Mapping[str, Any], *, before: str, after: str) -> bytes:
    """The page in UTF-8; `before` and `after` name the runs."""
    counts = found["counts"]
    title = f"{before} and {after}: what changed"
    head = tag("header", tag("h1", "What changed"), tag("p", tag("code", before), " → ", tag("code", after)))
    tiles = [
        tag(
            "li", tag("span", kind), tag("b", whole(counts[kind]), class_=_KINDS[kind]), tag("small", "tasks")
        )
        for kind in ("fixed", "broken", "same")
    ]
    rows = [_metric(title_, found["metrics"][name]) for name, (title_, _) in NAMES.items()]
    tasks = [row for kind in ("broken", "fixed") for row in found["tasks"] if row["change"] == kind]
    more = len(tasks) - _MOST_TASKS
    body = [
        head,
        tag("p", tag("strong", summary(found)), class_="verdict-box"),
        tag("ul", *tiles, class_="tiles"),
        tag("h2", f"Metrics of the {ARMS.get(found['arm'], found['arm']).lower()}"),
        table(
            ["Measure", "Before", "After", "Difference, points"],
            rows,
            numbers=frozenset({1, 2, 3}),
            label="Metrics",
        ),
        tag("h2", "Tasks that changed"),
        joined(map(_task, tasks[:_MOST_TASKS])) if tasks else tag("p", "None did.", class_="axis"),
        tag("p", f"and {more} more", class_="axis") if more > 0 else "",
    ]
    return document(title, joined(body))


def _metric(title: str, found: Mapping[str, Any]) -> list[object]:
    if found["value"] is None:
        return [tag("b", title), "–", "–", "–"]
    sure = "" if found["verdict"] != "cannot_tell" else "cannot be told apart"
    between = f"{signed(found['low'])} … {signed(found['high'])}"
    gain = joined(
        [tag("b", signed(found["value"])), tag("small", between), tag("small", sure) if sure else ""]
    )
    return [tag("b", title), share(found["before"]), share(found["after"]), gain]


def _task(row: Mapping[str, Any]) -> Html:
    columns = [
        tag("section", tag("h3", name), _codes(row["codes"][when]), plan_steps(row["answers"][when]))
        for when, name in (("before", "Before"), ("after", "After"))
    ]
    head = tag(
        "summary",
        tag("span", row["change"], class_=f"why {_KINDS[row['change']]}"),
        " ",
        clipped(row["task"], 2000),
    )
    return tag("details", head, tag("div", *columns, class_="plans"), class_="example")


def _codes(codes: list[str]) -> Html:
    return tag("p", ", ".join(codes) or "executable on paper", class_="verdict")
