"""Which records train and which validate: whole families, balanced by operation and difficulty.

Error diffusion: families go by in a seeded order, big ones first, and each goes to validation when that
brings the shares of its operations, its difficulties and the whole nearer to the wanted fraction.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

TRAIN, VALIDATION, LEFT_OUT = 1, 2, 3

_OVERALL_WEIGHT = 2.0
"""The whole counts as much as two labels: the fraction is what users ask for."""


@dataclass(slots=True)
class Records:
    """What splitting needs to know of the accepted records, one entry each, in index order.

    Attributes:
        families: position of the first record of the same family; families are never divided.
        labels: operations and difficulty of each record, as small numbers, record after record.
        ends: where each record's labels end in `labels`.
    """

    families: array[int] = field(default_factory=lambda: array("I"))
    labels: array[int] = field(default_factory=lambda: array("H"))
    ends: array[int] = field(default_factory=lambda: array("I"))

    def __len__(self) -> int:
        return len(self.ends)

    def add(self, labels: Iterable[int]) -> None:
        """Append the labels of the next record; its family is appended by whoever owns `families`."""
        self.labels.extend(labels)
        self.ends.append(len(self.labels))

    def labels_of(self, record: int) -> array[int]:
        """Labels of one record."""
        return self.labels[self.ends[record - 1] if record else 0 : self.ends[record]]


def assign(
    records: Records,
    *,
    required: Collection[int],
    seed: int,
    fraction: float,
    validation_rows: int | None = None,
) -> bytearray:
    """TRAIN or VALIDATION for each record, by whole families.

    `required` labels (the operations) that occur at all occur in train. The fraction, lowered so far that
    `validation_rows` may hold, is met as nearly as families allow; validation is empty when one family holds
    everything. Depends on the data and the seed only.
    """
    total = len(records)
    if validation_rows is not None and total:
        fraction = min(fraction, validation_rows / total)
    families = _Families(records)
    chosen = families.diffuse(seed, fraction) if fraction > 0 else set()
    families.cover(chosen, frozenset(required), fraction)
    return bytearray(VALIDATION if root in chosen else TRAIN for root in records.families)


def cap(
    records: Records,
    assigned: bytearray,
    side: int,
    rows: int | None,
    *,
    seed: int,
    required: Collection[int],
) -> None:
    """Mark records of `side` beyond `rows` as LEFT_OUT, in the seeded order; `required` labels stay if they fit."""
    if rows is None or assigned.count(side) <= rows:
        return
    order = sorted((r for r, mine in enumerate(assigned) if mine == side), key=lambda r: (mixed(seed, r), r))
    uncovered, first = set(required), set()
    for record in order:
        labels = records.labels_of(record)
        if not uncovered.isdisjoint(labels):
            uncovered.difference_update(labels)
            first.add(record)
    order.sort(key=lambda record: record not in first)
    for record in order[rows:]:
        assigned[record] = LEFT_OUT


def mixed(seed: int, value: int) -> int:
    """A 32-bit hash of two numbers (the finaliser of SplitMix64): the seeded order."""
    z = (value * 0x9E3779B97F4A7C15 + seed * 0xD1B54A32D192ED03 + 0x632BE59BD9B4E019) & 0xFFFFFFFFFFFFFFFF
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
    return z >> 32


class _Families:
    """The families with their sizes and members, in arrays."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.sizes = array("I", bytes(4 * len(records)))
        self.next = array("I", bytes(4 * len(records)))
        last = array("I", range(len(records)))
        for record, root in enumerate(records.families):
            self.sizes[root] += 1
            if record != root:
                self.next[last[root]] = record
                last[root] = record

    def members(self, root: int) -> Iterator[int]:
        """Records of the family, ascending."""
        yield root
        record = self.next[root]
        while record:
            yield record
            record = self.next[record]

    def counts(self, root: int) -> dict[int, int]:
        """How often each label occurs in the family."""
        counts: dict[int, int] = {}
        for record in self.members(root):
            for label in self.records.labels_of(record):
                counts[label] = counts.get(label, 0) + 1
        return counts

    def in_order(self, seed: int) -> list[int]:
        """Roots, big families first, equal ones in the seeded order."""
        packed = [
            (0xFFFFFFFF - size) << 64 | mixed(seed, root) << 32 | root
            for root, size in enumerate(self.sizes)
            if size
        ]
        packed.sort()
        for position, key in enumerate(packed):
            packed[position] = key & 0xFFFFFFFF
        return packed

    def diffuse(self, seed: int, fraction: float) -> set[int]:
        """Roots of the families that validate."""
        labels = max(self.records.labels, default=0) + 1
        owed = [0.0] * labels
        owed_overall = 0.0
        chosen: set[int] = set()
        for root in self.in_order(seed):
            size = self.sizes[root]
            counts = self.counts(root)
            owed_overall += fraction * size
            gain = _OVERALL_WEIGHT * size * (size - 2 * owed_overall)
            for label, count in counts.items():
                owed[label] += fraction * count
                gain += count * (count - 2 * owed[label])
            if gain < 0:
                chosen.add(root)
                owed_overall -= size
                for label, count in counts.items():
                    owed[label] -= count
        return chosen

    def cover(self, chosen: set[int], required: frozenset[int], fraction: float) -> None:
        """Give train every required label, and validation one family where that is possible at all."""
        in_train = self._label_counts(chosen)
        for root in sorted(chosen, key=lambda root: (self.sizes[root], root)):
            mine = self.counts(root)
            if any(label in required and not in_train.get(label) for label in mine):
                chosen.remove(root)
                for label, count in mine.items():
                    in_train[label] = in_train.get(label, 0) + count
        if chosen or fraction <= 0 or len(self.records) < 2:
            return
        smallest = min(filter(None, self.sizes))
        for root in (root for root, size in enumerate(self.sizes) if size == smallest):
            mine = self.counts(root)
            spare = all(in_train[label] > count for label, count in mine.items() if label in required)
            if spare and self.sizes[root] < len(self.records) / 2:
                chosen.add(root)
                return

    def _label_counts(self, chosen: set[int]) -> dict[int, int]:
        counts: dict[int, int] = {}
        for record, root in enumerate(self.records.families):
            if root not in chosen:
                for label in self.records.labels_of(record):
                    counts[label] = counts.get(label, 0) + 1
        return counts
