"""Trains a student in a process of its own: `python -m local.openai_emulator.student.training CONFIG`.

Prints one JSON line an event; `pause` and `resume` on standard input do what they say, its end stops the process.
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from local.openai_emulator.models import KEPT_CHECKPOINTS
from local.openai_emulator.student.decisions import decisions_of
from local.openai_emulator.student.examples import Example, read_examples
from local.openai_emulator.student.memory import notes_of
from local.openai_emulator.student.model import Batch, Optimizer, Student, new_student

BASE_RATE = 0.12
"""AdaGrad step for the service's default multiplier of the model; the multiplier asked for scales it."""
_VALIDATION_EVERY = 10
_VALIDATION_ROWS = 16
_MAX_CACHED_INDICES = 24_000_000
MISSING = -1


@dataclass(frozen=True, slots=True)
class Plan:
    """What to train.

    Attributes:
        rate: factor on `BASE_RATE`.
        start: folder of the student to go on from, None for a new one.
        step_s: least time of a step.
    """

    train: Path
    validation: Path | None
    out: Path
    n_epochs: int
    batch_size: int
    rate: float
    seed: int
    start: Path | None = None
    step_s: float = 0.0

    @classmethod
    def read(cls, path: Path) -> Plan:
        """The plan in a JSON file."""
        data = orjson.loads(path.read_bytes())
        for key in ("train", "validation", "out", "start"):
            data[key] = Path(data[key]) if data.get(key) else None
        return cls(**data)


class Rows:
    """The rows of one file as batches, kept in memory up to a bound and made anew beyond it."""

    def __init__(self, student: Student, examples: Sequence[Example]) -> None:
        self._student = student
        self._examples = examples
        self._kept: dict[int, Batch] = {}
        self._room = _MAX_CACHED_INDICES
        self._known = {api: noted["names"] for api, noted in student.memory["apis"].items()}

    def __len__(self) -> int:
        return len(self._examples)

    def batch(self, position: int) -> Batch | None:
        """The decisions of a row; None for a row that asks for nothing."""
        if position in self._kept:
            return self._kept[position]
        decisions = list(decisions_of(self._examples[position], self._known))
        if not decisions:
            return None
        batch = self._student.batch(decisions)
        if self._room >= len(batch.indices):
            self._room -= len(batch.indices)
            self._kept[position] = batch
        return batch

    def measure(self, positions: Sequence[int]) -> tuple[float, float]:
        """Mean loss and accuracy over rows."""
        loss, right, total = 0.0, 0, 0
        for position in positions:
            batch = self.batch(position)
            if batch is not None:
                one_loss, one_right = self._student.measure(batch)
                loss, right, total = loss + one_loss, right + one_right, total + batch.size
        return (loss / total, right / total) if total else (0.0, 0.0)


def prepare(plan: Plan) -> tuple[Student, list[Example], list[Example]]:
    """The student to train and the rows of both files."""
    examples = list(read_examples(plan.train))
    validation = list(read_examples(plan.validation)) if plan.validation else []
    notes = notes_of(examples)
    known = {api: noted["names"] for api, noted in notes["apis"].items()}
    student = new_student(examples, (d for e in examples for d in decisions_of(e, known)), notes)
    if plan.start is not None:
        earlier = Student.load(plan.start)
        student.weights = earlier.weights
        for slot, names in earlier.slots.items():
            mine = student.slots.get(slot, [])
            student.slots[slot] = [*mine, *(name for name in names if name not in mine)]
        student.memory["apis"] = {**earlier.memory["apis"], **student.memory["apis"]}
    return student, examples, validation


def train(plan: Plan) -> Iterator[dict[str, Any]]:
    """Train and yield what happens: `started`, a `step` each, a `checkpoint` an epoch, `done`."""
    student, examples, validation = prepare(plan)
    rows, held_out = Rows(student, examples), Rows(student, validation)
    steps_an_epoch = -(-len(rows) // plan.batch_size)
    total = steps_an_epoch * plan.n_epochs
    tokens = sum(example.tokens for example in examples) * plan.n_epochs
    yield {"kind": "started", "steps": total, "rows": len(rows), "tokens": tokens}
    optimizer = Optimizer(student, BASE_RATE * plan.rate)
    draw = np.random.default_rng(plan.seed)
    folders: list[Path] = []
    step = 0
    for epoch in range(1, plan.n_epochs + 1):
        order = draw.permutation(len(rows))
        for start in range(0, len(rows), plan.batch_size):
            step += 1
            began = time.monotonic()
            chosen = [rows.batch(int(place)) for place in order[start : start + plan.batch_size]]
            loss, right, decisions = optimizer.step([batch for batch in chosen if batch is not None])
            event = _step_event(step, loss, right, decisions)
            if len(held_out) and (step % _VALIDATION_EVERY == 0 or step == total):
                sample = draw.choice(len(held_out), min(_VALIDATION_ROWS, len(held_out)), replace=False)
                event["valid_loss"], event["valid_mean_token_accuracy"] = held_out.measure(
                    sorted(map(int, sample))
                )
            if step == epoch * steps_an_epoch and len(held_out):
                full = held_out.measure(range(len(held_out)))
                event["full_valid_loss"], event["full_valid_mean_token_accuracy"] = full
            yield event
            if plan.step_s:
                time.sleep(max(0.0, plan.step_s - (time.monotonic() - began)))
        yield _checkpoint(plan, student, examples, event, epoch, folders)
    yield {"kind": "done", "steps": step, "tokens": tokens}


def _step_event(step: int, loss: float, right: int, decisions: int) -> dict[str, Any]:
    return {
        "kind": "step",
        "step": step,
        "train_loss": loss / decisions if decisions else 0.0,
        "train_mean_token_accuracy": right / decisions if decisions else 0.0,
        "valid_loss": MISSING,
        "valid_mean_token_accuracy": MISSING,
        "full_valid_loss": MISSING,
        "full_valid_mean_token_accuracy": MISSING,
    }


def _checkpoint(
    plan: Plan,
    student: Student,
    examples: Sequence[Example],
    event: dict[str, Any],
    epoch: int,
    folders: list[Path],
) -> dict[str, Any]:
    folder = plan.out / f"ckpt-step-{event['step']}"
    student.save(folder)
    folders.append(folder)
    if len(folders) > KEPT_CHECKPOINTS:
        shutil.rmtree(folders.pop(0), ignore_errors=True)
    found = {key: value for key, value in event.items() if key != "kind"}
    checkpoint = {"kind": "checkpoint", "epoch": epoch, "folder": folder.name, "metrics": found}
    pairs = [example for example in examples if example.worse is not None]
    if pairs:
        checkpoint["preference_margin"] = _margin(student, pairs)
    return checkpoint


def _margin(student: Student, pairs: Sequence[Example]) -> float:
    """How much likelier the preferred answers are than the others, in nats for each decision."""
    better = Rows(student, pairs).measure(range(len(pairs)))[0]
    worse = Rows(student, [pair.worse for pair in pairs if pair.worse]).measure(range(len(pairs)))[0]
    return worse - better


def _listen(running: threading.Event) -> None:
    for line in sys.stdin:
        if line.strip() == "pause":
            running.clear()
        elif line.strip() == "resume":
            running.set()
    # Nobody is left who would want the result.
    os._exit(3)


def main() -> None:
    """Train by the plan in the file named on the command line."""
    running = threading.Event()
    running.set()
    threading.Thread(target=_listen, args=(running,), daemon=True).start()
    for event in train(Plan.read(Path(sys.argv[1]))):
        sys.stdout.write(orjson.dumps(event, option=orjson.OPT_SERIALIZE_NUMPY).decode() + "\n")
        sys.stdout.flush()
        running.wait()
    # The listening thread blocks on standard input; leaving by the front door would wait for it.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
