"""Proof that no held-out task is nearly one that is trained or chosen on: an independent search across the split."""

from __future__ import annotations

import functools
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from shared.dataset import wording
from shared.dataset.sketch import Sketcher
from shared.dataset.slots import Slots
from shared.dataset.split import TEST, TRAIN, VALIDATION
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
        highest_similarity: of the compared pairs that are no leak.
        moved_to_train: held-out records moved because their family leaked into train.
        moved_to_validation: test records moved because their family leaked into validation.
        pairs_above_threshold: leaks that are left.
    """

    threshold: float
    compared: int = 0
    highest_similarity: float = 0.0
    moved_to_train: int = 0
    moved_to_validation: int = 0
    pairs_above_threshold: int = 0


def separate(texts: Texts, families: Sequence[int], assigned: bytearray, threshold: float) -> Report:
    """Move every leaking family, in `assigned`, until no side has a near-duplicate on another one.

    A held-out family that leaks into train trains; a test family that leaks into validation validates.
    """
    report = Report(threshold=threshold)
    held_out = frozenset({VALIDATION, TEST})
    report.moved_to_train = _separate(texts, families, assigned, report, held=held_out, into=TRAIN)
    test = frozenset({TEST})
    report.moved_to_validation = _separate(texts, families, assigned, report, held=test, into=VALIDATION)
    report.highest_similarity = round(report.highest_similarity, 4)
    return report


def _separate(
    texts: Texts,
    families: Sequence[int],
    assigned: bytearray,
    report: Report,
    *,
    held: frozenset[int],
    into: int,
) -> int:
    """Move families from `held` to `into` until none leaks; how many records were moved."""
    search = _Search(texts, assigned, report, held)
    leaking = {families[r] for r in search.leaks(r for r, side in enumerate(assigned) if side == into)}
    total = 0
    while leaking:
        moved = [r for r, root in enumerate(families) if root in leaking and assigned[r] in held]
        for record in moved:
            assigned[record] = into
        total += len(moved)
        # What was moved is on the other side now, so it must not resemble what is left.
        leaking = {families[r] for r in search.leaks(moved)}
    return total


class _Search:
    """Looks tasks of one side up among those that are `held` on another."""

    def __init__(self, texts: Texts, assigned: bytearray, report: Report, held: frozenset[int]) -> None:
        self._texts, self._assigned, self._report, self._sides = texts, assigned, report, held
        self._sketcher = Sketcher.tuned(report.threshold, bands=_BANDS, recall=_RECALL, seed=_SEED)
        self._slots = Slots(max(1, sum(map(assigned.count, held))) * _BANDS)
        self._held, self._bits = array("I"), array("Q")
        self._said = functools.lru_cache(maxsize=256)(lambda record: wording.said(texts[record]))
        for record, side in enumerate(assigned):
            if side in held:
                self._hold(record)

    def leaks(self, records: Iterable[int]) -> set[int]:
        """Held records that are near-duplicates of one of `records`."""
        found: set[int] = set()
        for record in records if self._held else ():
            found.update(self._leaks_of(record))
        return found

    def _hold(self, record: int) -> None:
        sketch = self._sketcher.sketch(wording.said(self._texts[record]))
        for key in sketch.keys:
            self._slots.add(key, len(self._held))
        self._held.append(record)
        self._bits.append(sketch.bits)

    def _leaks_of(self, record: int) -> Iterator[int]:
        said = wording.said(self._texts[record])
        sketch = self._sketcher.sketch(said)
        for place in self._slots.gather(sketch.keys):
            other = self._held[place]
            is_held = self._assigned[other] in self._sides
            if not is_held or not self._sketcher.may_match(self._bits[place], sketch.bits):
                continue
            alike = wording.similarity(said, self._said(other))
            self._report.compared += 1
            if alike >= self._report.threshold:
                yield other
            else:
                self._report.highest_similarity = max(self._report.highest_similarity, alike)
