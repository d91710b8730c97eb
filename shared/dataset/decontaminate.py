"""Proof that no validation task is nearly a training task: an independent search across the split."""

from __future__ import annotations

import functools
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from shared.dataset import wording
from shared.dataset.sketch import Sketcher
from shared.dataset.slots import Slots
from shared.dataset.split import TRAIN, VALIDATION
from shared.dataset.texts import Texts

_BANDS = 8
_RECALL = 0.995
_SEED = 11
"""Other bands than the ones that found the duplicates, so that one search checks the other."""


@dataclass(slots=True)
class Report:
    """What the search across the split found.

    Attributes:
        threshold: similarity from which a pair would be a leak.
        compared: pairs that were alike enough to be compared word by word.
        highest_similarity: of all compared pairs.
        moved_to_train: validation records moved because their family leaked.
        pairs_above_threshold: leaks that are left.
    """

    threshold: float
    compared: int = 0
    highest_similarity: float = 0.0
    moved_to_train: int = 0
    pairs_above_threshold: int = 0


def separate(texts: Texts, families: Sequence[int], assigned: bytearray, threshold: float) -> Report:
    """Move to train, in `assigned`, every validation family with a near-duplicate in train, until none is left."""
    report = Report(threshold=threshold)
    while True:
        found = _Search(texts, assigned, threshold)
        report.compared = found.compared
        report.highest_similarity = round(found.highest, 4)
        report.pairs_above_threshold = len(found.leaks)
        if not found.leaks:
            return report
        leaking = {families[record] for record in found.leaks}
        for record, root in enumerate(families):
            if root in leaking and assigned[record] == VALIDATION:
                assigned[record] = TRAIN
                report.moved_to_train += 1


class _Search:
    """Looks every training task up among the validation tasks."""

    def __init__(self, texts: Texts, assigned: bytearray, threshold: float) -> None:
        self.compared, self.highest, self.leaks = 0, 0.0, set[int]()
        self._sketcher = Sketcher.tuned(threshold, bands=_BANDS, recall=_RECALL, seed=_SEED)
        self._slots = Slots(max(1, assigned.count(VALIDATION)) * _BANDS)
        self._held, self._bits = array("I"), array("Q")
        self._said = functools.lru_cache(maxsize=256)(lambda record: wording.said(texts[record]))
        for record, text in enumerate(texts):
            if assigned[record] == VALIDATION:
                self._hold(record, text)
        for record, text in enumerate(texts if self._held else ()):
            if assigned[record] == TRAIN:
                self._look_up(text, threshold)

    def _hold(self, record: int, text: str) -> None:
        sketch = self._sketcher.sketch(wording.said(text))
        for key in sketch.keys:
            self._slots.add(key, len(self._held))
        self._held.append(record)
        self._bits.append(sketch.bits)

    def _look_up(self, text: str, threshold: float) -> None:
        said = wording.said(text)
        sketch = self._sketcher.sketch(said)
        for place in self._slots.gather(sketch.keys):
            if not self._sketcher.may_match(self._bits[place], sketch.bits):
                continue
            record = self._held[place]
            alike = wording.similarity(said, self._said(record))
            self.compared += 1
            self.highest = max(self.highest, alike)
            if alike >= threshold:
                self.leaks.add(record)
