"""Which outcomes are published, and on which side of the split: the state between the two passes."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any, NamedTuple

from shared.dataset import decontaminate, split, split_sizes
from shared.dataset.duplicates import DEFAULT_THRESHOLD, NearDuplicates

SIDES = {
    split.TRAIN: "train",
    split.VALIDATION: "validation",
    split.TEST: "test",
    split.LEFT_OUT: "left_out",
}
DEFAULT_FRACTION = 0.1
"""Of validation and of test."""

_LOST, _REPEATED, _KEPT, _COPIED = 0, 1, 2, 3
_DIFFICULTY = "difficulty "
"""Starts the label of a difficulty; no API's name holds a space."""
_MAX_LABEL = 65_535


class Verdict(NamedTuple):
    """What becomes of one index.

    Attributes:
        accepted: its record is published.
        repeats: index of the record that its own repeats, None if it repeats none.
        copies: whether it repeats an example that the teacher was shown.
        side: `train`, `validation`, `test` or `left_out` of a published record once the split is made, else "".
    """

    accepted: bool
    repeats: int | None = None
    copies: bool = False
    side: str = ""

    @property
    def is_duplicate(self) -> bool:
        """Whether it repeats something."""
        return self.repeats is not None or self.copies


def _repeats(state: int, link: int) -> tuple[int | None, bool]:
    return (link if state == _REPEATED else None), state == _COPIED


class Selection:
    """Takes records in index order, keeps what repeats nothing, then divides it.

    Args:
        options: of the run.
        sides: for a revision the side (of `SIDES`) on which its parent has an index, 0 for none. What comes in the
            first round stays there; what comes in the second is new or was changed.
        examples: records that the teacher was shown: what repeats one of them is a duplicate.

    Memory: 9 bytes an index, and about 260 a kept record.
    """

    def __init__(
        self,
        options: Mapping[str, Any],
        *,
        sides: Callable[[int], int] | None = None,
        examples: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        self._options = options
        self._sides = sides
        self._last, self._round, self._fixed = -1, 1, 0
        self._threshold = options.get("near_duplicate_threshold") or DEFAULT_THRESHOLD
        self._near = NearDuplicates(self._threshold, expected=options.get("samples") or 500)
        self._shown = NearDuplicates(self._threshold, expected=64)
        for example in examples:
            self._shown.keep(example["task_nl"], example["plan"])
        self._records = split.Records(families=self._near.families)
        self._labels: dict[str, int] = {}
        self._indices = array("I")
        self._states = bytearray()
        self._links = array("I")
        self._kept = array("I")
        self._assigned: bytearray | None = None
        self._sizes = split_sizes.Sizes(0, 0, 0)
        self.decontamination = decontaminate.Report(threshold=self._threshold)

    def __len__(self) -> int:
        return len(self._indices)

    @property
    def accepted(self) -> int:
        return len(self._kept)

    @property
    def families(self) -> int:
        """Distinct plan signatures among the kept records."""
        return sum(1 for record, root in enumerate(self._near.families) if record == root)

    @property
    def largest_family(self) -> int:
        """Kept records of the most frequent plan signature."""
        return max(Counter(self._near.families).values(), default=0) if self._kept else 0

    def add(self, index: int, record: Mapping[str, Any] | None) -> Verdict:
        """Take in the next index and its record, None if it has none. ValueError unless indices ascend."""
        if index <= self._last:
            raise ValueError(f"index {index} after {self._last}: outcomes come in index order, once each")
        self._last = index
        state, link = self._judge(index, record) if record is not None else (_LOST, 0)
        self._indices.append(index)
        self._states.append(state)
        self._links.append(link)
        return Verdict(state == _KEPT, *_repeats(state, link))

    def begin_again(self) -> None:
        """A second round, again in index order: what is new against the parent, or was changed since."""
        self._last, self._round, self._fixed = -1, 2, len(self._kept)

    def divide(self) -> None:
        """Make the split; no index can be added afterwards."""
        self._near.close()
        if self._round == 2:
            self._sort()
        options, seed = self._options, self._options.get("seed") or 0
        operations = [number for name, number in self._labels.items() if not name.startswith(_DIFFICULTY)]
        rows = {split.TRAIN: options.get("train_rows"), split.VALIDATION: options.get("validation_rows")}
        self._sizes = split_sizes.sizes(
            len(self._kept),
            validation_fraction=self._fraction("validation_fraction"),
            test_fraction=self._fraction("test_fraction"),
            validation_rows=rows[split.VALIDATION],
        )
        if self._sides is None:
            assigned = split.assign(self._records, required=operations, seed=seed, sizes=self._sizes)
        else:
            assigned = split.stay(self._near.families, [*map(self._sides, self._kept)], self._fixed)
        self.decontamination = decontaminate.separate(
            self._near.texts, self._near.families, assigned, self._threshold
        )
        for side, most in rows.items() if self._sides is None else ():
            split.cap(self._records, assigned, side, most, seed=seed, required=operations)
        self._assigned = assigned

    def verdict(self, index: int) -> Verdict:
        """What `add` and `divide` settled for `index`. ValueError for an index that was not added."""
        place = bisect_left(self._indices, index)
        if place == len(self._indices) or self._indices[place] != index:
            raise ValueError(f"index {index} was not observed")
        state, link = self._states[place], self._links[place]
        if state == _KEPT:
            return Verdict(True, side=SIDES[self._assigned[link]] if self._assigned is not None else "")
        return Verdict(False, *_repeats(state, link))

    def repeated(self) -> array[int]:
        """Indices whose record repeats another one or an example, ascending."""
        pairs = zip(self._indices, self._states, strict=True)
        return array("I", (index for index, state in pairs if state in (_REPEATED, _COPIED)))

    def rows(self) -> dict[str, int]:
        """Kept records by side."""
        assigned = self._assigned or b""
        return {name: assigned.count(side) for side, name in SIDES.items()}

    def train_by_operation(self) -> dict[str, int]:
        """Training rows by the operations they call."""
        counts: Counter[int] = Counter()
        for record, side in enumerate(self._assigned or b""):
            if side == split.TRAIN:
                counts.update(self._records.labels_of(record))
        return {name: counts[number] for name, number in self._labels.items()}

    def report(self) -> dict[str, Any]:
        """How the split was made and came out."""
        rows = self.rows()
        used = rows["train"] + rows["validation"] + rows["test"]
        sides = {name: rows[name] for name in ("train", "validation", "test")}
        return {
            **rows,
            "fraction_wanted": self._fraction("validation_fraction"),
            "fraction": round(rows["validation"] / used, 6) if used else 0.0,
            "test_fraction_wanted": self._fraction("test_fraction"),
            "test_fraction": round(rows["test"] / used, 6) if used else 0.0,
            "notes": split_sizes.shortfalls(
                self._sizes,
                **sides,
                test_fraction=self._fraction("test_fraction"),
                validation_fraction=self._fraction("validation_fraction"),
                validation_rows=self._options.get("validation_rows"),
            ),
            "seed": self._options.get("seed") or 0,
            "families": self.families,
            "largest_family": self.largest_family,
            "decontamination": asdict(self.decontamination),
        }

    def _sort(self) -> None:
        """Put what came in two rounds in index order."""
        order = sorted(range(len(self._indices)), key=self._indices.__getitem__)
        self._indices = array("I", (self._indices[place] for place in order))
        self._states = bytearray(self._states[place] for place in order)
        self._links = array("I", (self._links[place] for place in order))

    def _judge(self, index: int, record: Mapping[str, Any]) -> tuple[int, int]:
        if len(self._shown) and next(self._shown.matches(record["task_nl"], record["plan"]), None):
            return _COPIED, 0
        repeat = self._near.add(record["task_nl"], record["plan"])
        if repeat is not None:
            return _REPEATED, self._kept[repeat.position]
        names = sorted({step["api"] for step in record["plan"]["steps"]})
        self._records.add(map(self._label, [*names, _DIFFICULTY + str(record["metadata"].get("difficulty"))]))
        self._kept.append(index)
        return _KEPT, len(self._kept) - 1

    def _fraction(self, option: str) -> float:
        wanted = self._options.get(option)
        return DEFAULT_FRACTION if wanted is None else float(wanted)

    def _label(self, name: str) -> int:
        return self._labels.setdefault(name, min(len(self._labels), _MAX_LABEL))
