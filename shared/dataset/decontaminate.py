"""Proof that no held-out task is nearly one that is trained or chosen on: an independent search across the split."""

from __future__ import annotations

import functools
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.dataset import wording
from shared.dataset.position_index import PositionIndex
from shared.dataset.sketch import Sketcher
from shared.dataset.split import TEST, TRAIN, VALIDATION
from shared.dataset.texts import Texts

_BANDS = 8
_RECALL = 0.995
_SEED = 11
"""Other bands than the ones that found the duplicates, so that one search checks the other."""
_HELD_OUT = frozenset({VALIDATION, TEST})


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
    pairs = list(_Search(texts, families, assigned, report).pairs())
    report.moved_to_train = _move(pairs, families, assigned, held=_HELD_OUT, into=TRAIN)
    report.moved_to_validation = _move(pairs, families, assigned, held=frozenset({TEST}), into=VALIDATION)
    report.pairs_above_threshold = sum(assigned[one] != assigned[other] for one, other in pairs)
    report.highest_similarity = round(report.highest_similarity, 4)
    return report


def _move(
    pairs: Sequence[tuple[int, int]],
    families: Sequence[int],
    assigned: bytearray,
    *,
    held: frozenset[int],
    into: int,
) -> int:
    """Move families from `held` to `into` until no pair leaks; how many records were moved."""
    total = 0
    while leaking := {
        families[record]
        for pair in pairs
        for record, other in (pair, pair[::-1])
        if assigned[record] in held and assigned[other] == into
    }:
        moved = [r for r, root in enumerate(families) if root in leaking and assigned[r] in held]
        for record in moved:
            assigned[record] = into
        total += len(moved)
    return total


class _Search:
    """Finds near-duplicates of held-out tasks, each task read and sketched once."""

    def __init__(self, texts: Texts, families: Sequence[int], assigned: bytearray, report: Report) -> None:
        self._texts, self._families, self._assigned, self._report = texts, families, assigned, report
        self._sketcher = Sketcher.tuned(report.threshold, bands=_BANDS, recall=_RECALL, seed=_SEED)
        self._index = PositionIndex(sum(map(assigned.count, _HELD_OUT)) * _BANDS)
        self._held, self._bits = array("I"), array("Q")
        self._said = functools.lru_cache(maxsize=256)(lambda record: wording.said(texts[record]))

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Near-duplicates of which one at least is held out.

        Pairs of one side count, too, for either of them may be moved; but not those of one family, which moves whole.
        """
        for record, packed in enumerate(self._texts):
            if self._assigned[record] in _HELD_OUT:
                yield from self._look_up(record, packed, keep=True)
        for record, packed in enumerate(self._texts) if self._held else ():
            if self._assigned[record] == TRAIN:
                yield from self._look_up(record, packed, keep=False)

    def _look_up(self, record: int, packed: str, *, keep: bool) -> Iterator[tuple[int, int]]:
        """Pairs of a record with those kept before it."""
        said = wording.said(packed)
        sketch = self._sketcher.sketch(said)
        for place in self._index.gather(sketch.keys):
            other = self._held[place]
            is_across = self._assigned[other] != self._assigned[record]
            is_kin = self._families[other] == self._families[record]
            if (is_kin and not is_across) or not self._sketcher.may_match(self._bits[place], sketch.bits):
                continue
            alike = wording.similarity(said, self._said(other))
            self._report.compared += is_across
            if alike >= self._report.threshold:
                yield record, other
            elif is_across:
                self._report.highest_similarity = max(self._report.highest_similarity, alike)
        if keep:
            self._index.add(sketch.keys, len(self._held))
            self._held.append(record)
            self._bits.append(sketch.bits)
