"""How far a training is and how well it goes, as its newest events and its result file tell."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from shared.finetune.job import Job
from shared.finetune.service import JobEvent

FIGURES = ("step", "total_steps", "train_loss", "valid_loss", "train_token_accuracy")
"""Fields of the job that this module knows the newest value of."""

NEWEST_ROWS = 1000
"""A validation is measured more often than this."""

_STEP = re.compile(r"Step (\d{1,9})(?:/(\d{1,9}))?\b")
_LOSS = re.compile(r"\b(training|validation) loss=(\d{1,9}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?)")
_LOSSES = {"training": "train_loss", "validation": "valid_loss"}
_NAMES = {
    "step": "step",
    "total_steps": "total_steps",
    "train_loss": "train_loss",
    "valid_loss": "valid_loss",
    "validation_loss": "valid_loss",
    "train_token_accuracy": "train_token_accuracy",
    "train_mean_token_accuracy": "train_token_accuracy",
    "train_accuracy": "train_token_accuracy",
}
"""Names in events' data and of columns of `metrics.csv`."""

Figures = Mapping[str, int | float]


def is_step(message: str) -> bool:
    """Whether an event's message is about a single step."""
    return _STEP.match(message) is not None


def from_events(newest_first: Iterable[JobEvent]) -> Figures:
    """The newest value of every figure that the events name, in their data or in the service's wording."""
    found: dict[str, int | float] = {}
    for event in newest_first:
        for name, value in (*_in_data(event.data), *_in_message(event.message)):
            found.setdefault(name, value)
    return found


def told(event: Mapping[str, Any]) -> Figures:
    """Every figure that one event, as kept in `events.jsonl`, names."""
    data, message = event.get("data"), str(event.get("message") or "")
    return dict([*_in_data(data if isinstance(data, Mapping) else {}), *_in_message(message)])


def from_metrics(metrics: bytes) -> Figures:
    """The last value of every figure in a `metrics.csv`, as far as its last thousand steps tell."""
    found: dict[str, int | float] = {}
    for row in csv.DictReader(io.StringIO(newest_rows(metrics).decode(errors="replace"))):
        found |= dict(_in_data({name: _read(text) for name, text in row.items()}))
    return found


def newest_rows(table: bytes) -> bytes:
    """The header and the last `NEWEST_ROWS` rows of a CSV file, found without reading the others."""
    header, _, rows = table.partition(b"\n")
    start = len(rows.rstrip(b"\n"))
    for _ in range(NEWEST_ROWS):
        start = rows.rfind(b"\n", 0, start)
        if start < 0:
            return table
    return header + rows[start:]


def planned_steps(job: Job) -> Figures:
    """`total_steps` by rows, epochs and batch size; nothing while the service has not told them."""
    epochs, batch = (job.hyperparameters.get(name) for name in ("n_epochs", "batch_size"))
    train = job.files.get("train")
    if not train or not isinstance(epochs, int) or not isinstance(batch, int) or epochs < 1 or batch < 1:
        return {}
    return {"total_steps": epochs * -(-train.rows // batch)}


def _in_data(data: Mapping[str, Any]) -> list[tuple[str, int | float]]:
    found = []
    for key, name in _NAMES.items():
        value = data.get(key)
        if (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and math.isfinite(value)
            and value >= 0
        ):
            found.append((name, int(value) if name in ("step", "total_steps") else value))
    return found


def _in_message(message: str) -> list[tuple[str, int | float]]:
    step = _STEP.match(message)
    if step is None:
        return []
    found: list[tuple[str, int | float]] = [("step", int(step[1]))]
    if step[2]:
        found.append(("total_steps", int(step[2])))
    return [*found, *((_LOSSES[match[1]], float(match[2])) for match in _LOSS.finditer(message))]


def _read(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
