"""Which records train, validate and test: whole families, balanced by operation and difficulty.

Error diffusion: families go by in a seeded order, big ones first, and each is held out when that brings the
shares of its operations, its difficulties and the whole nearer to the wanted ones. Test is chosen first.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from shared.dataset.split_sizes import Sizes

TRAIN, VALIDATION, LEFT_OUT, TEST = 1, 2, 3, 4

_OVERALL_WEIGHT = 2.0
"""The whole counts as much as two labels: the fraction is what users ask for."""

_FEW = 2
"""Rows of an operation that may all be held out: from so few nothing much is learnt, and a large catalog whose
operations occur once each would have nothing to be measured on."""


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
        return self.labels[self.ends[record - 1] if record else 0 : self.ends[record]]


def assign(records: Records, *, required: Collection[int], seed: int, sizes: Sizes) -> bytearray:
    """TRAIN, VALIDATION or TEST for each record, by whole families.

    Both held-out sides have the rows of `sizes` as nearly as families allow, and together never more than
    leaves train its least. `required` labels (the operations) that occur at all occur in train, but for those
    of at most `_FEW` records, as far as these are needed. A side is empty when it is to have no
    rows, or when train can spare no family. Depends on the data and the seed only.
    """
    assigned = bytearray([TRAIN]) * len(records)
    families = _Families(records, frozenset(required))
    for side, rows in ((TEST, sizes.test), (VALIDATION, sizes.validation)):
        most = len(records) - sizes.least_train - families.held
        for root in families.hold_out(seed + side - TEST, rows, most) if rows else ():
            for record in families.members(root):
                assigned[record] = side
    return assigned


def stay(families: Sequence[int], sides: Sequence[int], fixed: int) -> bytearray:
    """The side of each record where the first `fixed` ones stay on theirs.

    A later one goes where its family is; the first of a new family to the side that it had (0 for none), else to train.
    """
    assigned = bytearray(len(families))
    for record, root in enumerate(families):
        if record >= fixed and root != record:
            assigned[record] = assigned[root]
        else:
            assigned[record] = sides[record] or TRAIN
    return assigned


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
    """The families with their sizes and members, in arrays; `held` rows are on a side by now."""

    def __init__(self, records: Records, required: frozenset[int]) -> None:
        self.records = records
        self.required = required
        self.held = 0
        self.sizes = array("I", bytes(4 * len(records)))
        self.next = array("I", bytes(4 * len(records)))
        self._taken: set[int] = set()
        self._in_train: dict[int, int] = {}
        for label in records.labels:
            self._in_train[label] = self._in_train.get(label, 0) + 1
        self._in_all = dict(self._in_train)
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

    def hold_out(self, seed: int, rows: int, most: int) -> set[int]:
        """Roots of families that leave train for one side: about `rows` records, never over `most`.

        Families that train can spare come first: chosen by diffusion, then whatever fits. Where they do not
        make up the rows, others do whose operations occur next to nowhere else.
        """
        order = [root for root in self._in_order(seed) if root not in self._taken]
        wanted = min(rows, most)
        chosen = self._diffuse(order, wanted, most)
        smallest = min((self.sizes[root] for root in order), default=0)
        alone = smallest if smallest <= most and smallest < (len(self.records) - self.held) / 2 else 0
        for is_spare in (True, False):
            held = sum(self.sizes[root] for root in chosen)
            for root in order:
                size = self.sizes[root]
                fits = size <= wanted - held or (not chosen and size == alone)
                if root not in chosen and fits and self._is_spare(root, rare=not is_spare):
                    self._take(root)
                    chosen.add(root)
                    held += size
        return chosen

    def _diffuse(self, order: list[int], wanted: int, most: int) -> set[int]:
        """Spare families whose choice brings all shares nearer to the wanted fraction."""
        rest = sum(self.sizes[root] for root in order)
        fraction = wanted / rest if rest else 0.0
        owed = [0.0] * (max(self.records.labels, default=0) + 1)
        owed_overall = 0.0
        chosen: set[int] = set()
        held = 0
        for root in order:
            size, counts = self.sizes[root], self._counts(root)
            owed_overall += fraction * size
            gain = _OVERALL_WEIGHT * size * (size - 2 * owed_overall)
            for label, count in counts.items():
                owed[label] += fraction * count
                gain += count * (count - 2 * owed[label])
            if gain < 0 and held + size <= most and self._is_spare(root):
                self._take(root)
                chosen.add(root)
                held += size
                owed_overall -= size
                for label, count in counts.items():
                    owed[label] -= count
        return chosen

    def _in_order(self, seed: int) -> list[int]:
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

    def _counts(self, root: int) -> dict[int, int]:
        """How often each label occurs in the family."""
        counts: dict[int, int] = {}
        for record in self.members(root):
            for label in self.records.labels_of(record):
                counts[label] = counts.get(label, 0) + 1
        return counts

    def _is_spare(self, root: int, *, rare: bool = False) -> bool:
        """Whether train has every operation of the family from others, too; `rare` ones it may lose."""
        counts = self._counts(root)
        return all(
            self._in_train[label] > count or (rare and self._in_all[label] <= _FEW)
            for label, count in counts.items()
            if label in self.required
        )

    def _take(self, root: int) -> None:
        self._taken.add(root)
        self.held += self.sizes[root]
        for label, count in self._counts(root).items():
            self._in_train[label] -= count
