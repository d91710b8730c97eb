"""The student: a log-linear model over decisions, its weights in one hashed table.

The score of class c of slot s is the sum of w[hash(feature, s, c)] over the decision's features; a softmax over
the slot's classes gives probabilities. Training is AdaGrad (Duchi et al., 2011) on the negative log-likelihood.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from local.openai_emulator.student.decisions import NO, OTHER, YES, Decision
from local.openai_emulator.student.examples import Example

TABLE_BITS = 21
_MASK = np.uint64((1 << TABLE_BITS) - 1)
_MIX_FEATURE, _MIX_CLASS = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_SHIFT = np.uint64(29)
_MAX_WORDS = 300
_MAX_VALUES = 60
_EPSILON = 1e-8

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Batch:
    """The decisions of one example, flat: runs of table indices per (decision, class), runs of classes per decision.

    Attributes:
        indices: table index of every (decision, class, feature), in this order.
        runs: features of each (decision, class); `run_starts` where each begins.
        classes: classes of each decision; `class_starts` where each begins among the (decision, class) pairs.
        targets: position of each decision's right class among the pairs.
        known: whether the right class was seen in training; an unseen one cannot be predicted.
    """

    indices: Indices
    runs: Indices
    run_starts: Indices
    classes: Indices
    class_starts: Indices
    targets: Indices
    known: NDArray[np.bool_]
    scale: Floats

    @property
    def size(self) -> int:
        return len(self.targets)


@dataclass(slots=True)
class Student:
    """Weights and what was noted down while reading the training file.

    Attributes:
        slots: classes of each slot, most frequent first.
        memory: per API the argument names, types and texts; how answers were written.
    """

    weights: Floats
    slots: dict[str, list[str]]
    memory: dict[str, Any] = field(default_factory=dict)
    _hashed: dict[str, NDArray[np.uint64]] = field(default_factory=dict)

    def batch(self, decisions: Sequence[Decision]) -> Batch:
        """The decisions as arrays."""
        runs: list[int] = []
        classes: list[int] = []
        targets: list[int] = []
        known: list[bool] = []
        pieces: list[NDArray[np.uint64]] = []
        scales: list[float] = []
        for decision in decisions:
            names = self._classes(decision.slot)
            features = hashes(decision.features)
            pieces.append(table_indices(features, self._class_hashes(decision.slot, names)).ravel())
            is_known = decision.target in names
            target = names.index(decision.target if is_known else OTHER)
            targets.append(sum(classes) + target)
            known.append(is_known)
            classes.append(len(names))
            runs.extend([len(features)] * len(names))
            scales.extend([len(features) ** -0.5] * len(names))
        run_lengths, class_counts = np.array(runs, np.int64), np.array(classes, np.int64)
        return Batch(
            np.concatenate(pieces).astype(np.int64),
            run_lengths,
            np.concatenate(([0], np.cumsum(run_lengths)[:-1])),
            class_counts,
            np.concatenate(([0], np.cumsum(class_counts)[:-1])),
            np.array(targets, np.int64),
            np.array(known, np.bool_),
            np.array(scales, np.float32),
        )

    def _classes(self, slot: str) -> list[str]:
        return self.slots.get(slot) or ([YES, NO, OTHER] if slot.startswith("arg:") else [OTHER])

    def _class_hashes(self, slot: str, names: Sequence[str]) -> NDArray[np.uint64]:
        known = self._hashed.get(slot)
        if known is None or len(known) != len(names):
            known = self._hashed[slot] = hashes([f"{slot}\n{name}" for name in names])
        return known

    def probabilities(self, batch: Batch) -> Floats:
        """Probability of every (decision, class) pair."""
        scores = np.add.reduceat(self.weights[batch.indices], batch.run_starts) * batch.scale
        tops = np.maximum.reduceat(scores, batch.class_starts)
        powers = np.exp(scores - np.repeat(tops, batch.classes))
        sums = np.add.reduceat(powers, batch.class_starts)
        result: Floats = powers / np.repeat(sums, batch.classes)
        return result

    def measure(self, batch: Batch) -> tuple[float, int]:
        """Summed negative log-likelihood and number of decisions that the model gets right."""
        return _measure(batch, self.probabilities(batch))

    def rank(self, slot: str, features: Sequence[str]) -> list[str]:
        """The slot's classes, most probable first."""
        names = self._classes(slot)
        indices = table_indices(hashes(features), self._class_hashes(slot, names))
        scores = self.weights[indices.astype(np.int64)].sum(axis=1)
        return [names[i] for i in np.argsort(-scores, kind="stable")]

    def save(self, folder: Path) -> None:
        """Write the student; only weights that are not zero take space."""
        folder.mkdir(parents=True, exist_ok=True)
        used = np.flatnonzero(self.weights)
        np.savez(folder / "weights.npz", places=used.astype(np.int32), values=self.weights[used])
        (folder / "student.json").write_bytes(orjson.dumps({"slots": self.slots, "memory": self.memory}))

    @classmethod
    def load(cls, folder: Path) -> Student:
        """The student that `save` wrote."""
        stored = np.load(folder / "weights.npz")
        weights = np.zeros(1 << TABLE_BITS, np.float32)
        weights[stored["places"]] = stored["values"]
        noted = orjson.loads((folder / "student.json").read_bytes())
        return cls(weights, noted["slots"], noted["memory"])


def _measure(batch: Batch, probabilities: Floats) -> tuple[float, int]:
    right = probabilities[batch.targets]
    tops = np.maximum.reduceat(probabilities, batch.class_starts)
    correct = (right >= tops) & batch.known
    return float(-np.log(np.maximum(right, 1e-12)).sum()), int(correct.sum())


class Optimizer:
    """AdaGrad over the weights of one student."""

    def __init__(self, student: Student, rate: float) -> None:
        self._student = student
        self._rate = rate
        self._squares = np.zeros_like(student.weights)

    def step(self, batches: Sequence[Batch]) -> tuple[float, int, int]:
        """One update on the mean gradient of the examples: (summed loss, right, decisions), measured before it."""
        loss, right, total = 0.0, 0, 0
        updates = []
        for batch in batches:
            probabilities = self._student.probabilities(batch)
            one_loss, one_right = _measure(batch, probabilities)
            loss, right, total = loss + one_loss, right + one_right, total + batch.size
            errors = probabilities
            errors[batch.targets] -= 1
            errors *= batch.scale
            updates.append((batch.indices, np.repeat(errors, batch.runs) / len(batches)))
        for indices, gradient in updates:
            np.add.at(self._squares, indices, gradient * gradient)
        for indices, gradient in updates:
            change = self._rate * gradient / np.sqrt(self._squares[indices] + _EPSILON)
            np.subtract.at(self._student.weights, indices, change.astype(np.float32))
        return loss, right, total


def hashes(texts: Iterable[str]) -> NDArray[np.uint64]:
    """A stable 32-bit hash of each text."""
    return np.array([zlib.crc32(text.encode("utf-8", "surrogatepass")) for text in texts], np.uint64)


def table_indices(features: NDArray[np.uint64], classes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Table index of every (class, feature), classes as rows."""
    mixed = classes[:, None] * _MIX_CLASS + features[None, :] * _MIX_FEATURE
    folded: NDArray[np.uint64] = (mixed ^ (mixed >> _SHIFT)) & _MASK
    return folded


def new_student(
    examples: Sequence[Example], decisions: Iterable[Decision], memory: dict[str, Any]
) -> Student:
    """A student that knows the classes of the training decisions and nothing else."""
    counts: dict[str, Counter[str]] = {}
    for decision in decisions:
        counts.setdefault(decision.slot, Counter())[decision.target] += 1
    slots = {}
    for slot, counter in counts.items():
        most = _MAX_WORDS if slot == "word" else _MAX_VALUES if slot.startswith("val:") else None
        ranked = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
        if slot.startswith("val:"):
            # A constant seen once is that example's own value, which nothing lets one predict.
            ranked = [item for item in ranked if item[1] > 1 or not item[0].startswith("const:")]
        names = [name for name, _ in ranked[:most] if name != OTHER]
        slots[slot] = [*names, OTHER]
    return Student(np.zeros(1 << TABLE_BITS, np.float32), slots, memory)
