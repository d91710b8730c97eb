"""Proof that no held-out task is nearly one that is trained or chosen on: an independent search across the split."""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.dataset.near_search import NearSearch
from shared.dataset.split import TEST, TRAIN, VALIDATION
from shared.dataset.texts import Texts

_HELD_OUT = frozenset({VALIDATION, TEST})


@dataclass(slots=True)
class Report:
    """What the search across the split found.

    Attributes:
        threshold: similarity from which a pair would be a leak.
        compared: pairs that had to be compared word by word.
        highest_similarity: of those that are no leak.
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
    pairs = list(_leaks(texts, families, assigned, report))
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


def _leaks(
    texts: Texts, families: Sequence[int], assigned: bytearray, report: Report
) -> Iterator[tuple[int, int]]:
    """Near-duplicates of which one at least is held out.

    Pairs of one side count, too, for either of them may be moved; but not those of one family, which moves whole.
    """
    held = array("I", (record for record, side in enumerate(assigned) if side in _HELD_OUT))
    if not held:
        return
    search = NearSearch(texts, held, report.threshold)
    trained = (
        (record, other, alike)
        for record, packed in enumerate(texts)
        if assigned[record] == TRAIN
        for other, alike in search.near(packed)
    )
    for record, other, alike in itertools.chain(search.pairs(), trained):
        is_across = assigned[record] != assigned[other]
        report.compared += is_across
        if alike < report.threshold and is_across:
            report.highest_similarity = max(report.highest_similarity, alike)
        elif alike >= report.threshold and (is_across or families[record] != families[other]):
            yield record, other
