"""Near-duplicates among tasks and plans, found while records come by, in memory that stays small.

Two records are duplicates when their tasks say nearly the same (Jaccard similarity of words and word pairs
at or above the threshold), or when their plans have one signature and their tasks say nearly the same once
values are masked: a plan with only the values changed. Candidates come from MinHash bands, and every
candidate is verified on the exact sets, so that what is reported as a duplicate is one.
"""

from __future__ import annotations

import functools
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from shared.dataset.position_index import PositionIndex
from shared.dataset.sketch import Sketcher
from shared.dataset.texts import Texts
from shared.dataset.wording import Wording, similarity
from shared.plan.references import signature

DEFAULT_THRESHOLD = 0.85
SAID_BANDS = 8
MEANT_BANDS = 4
KEYS = SAID_BANDS + MEANT_BANDS + 2
"""Entries a kept record takes in the index: its bands, its exact words, its signature."""
SAID_RECALL = 0.99
"""Share of the pairs right at the threshold that share a band of what is said."""
MEANT_RECALL = 0.95
"""Lower, as a pair that slips through has one signature and so stays on one side of the split anyway."""
_OPENED = 256
"""Kept records whose wording stays unpacked: the ones that many others resemble."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A record that repeats a kept one: its position among the kept, and how alike the tasks are (0 to 1)."""

    position: int
    similarity: float


class NearDuplicates:
    """Keeps records that do not repeat an earlier one; depends on the records and their order only.

    Args:
        threshold: similarity from which two tasks count as one, above 0, at most 1.
        expected: records likely to be kept; only sizes the index.

    Memory: about 240 bytes a kept record. Time a record: bounded, as a key leads to at most 32 candidates;
    a pair may be missed with the probabilities above, or when over 32 unlike tasks share each of its bands.
    Equal tasks are never missed.
    """

    def __init__(self, threshold: float = DEFAULT_THRESHOLD, *, expected: int = 500) -> None:
        self.threshold = threshold
        self.texts = Texts()
        self.signatures = array("Q")
        self.families = array("I")
        """For each kept record the position of the first kept one with its signature."""
        self._index: PositionIndex | None = PositionIndex(expected * KEYS)
        self._said_bits = array("Q")
        self._meant_bits = array("Q")
        self._said = Sketcher.tuned(threshold, bands=SAID_BANDS, recall=SAID_RECALL, seed=1)
        self._meant = Sketcher.tuned(threshold, bands=MEANT_BANDS, recall=MEANT_RECALL, seed=2)
        self._opened = functools.lru_cache(maxsize=_OPENED)(self._unpack)

    def __len__(self) -> int:
        return len(self.signatures)

    def add(self, task: str, plan: Mapping[str, Any]) -> Repeat | None:
        """Keep the record and return None, or say which kept record it repeats: the first that is alike enough.

        `plan` has `steps` with `index`, `api` and `arguments`. RuntimeError after `close`.
        """
        asked = self._ask(task, plan)
        repeat = next(self._matches(asked), None)
        if repeat is None:
            self._keep(asked)
        return repeat

    def matches(self, task: str, plan: Mapping[str, Any]) -> Iterator[Repeat]:
        """The kept records that are alike enough, without keeping this one. RuntimeError after `close`."""
        return self._matches(self._ask(task, plan))

    def keep(self, task: str, plan: Mapping[str, Any]) -> None:
        """Keep the record, whatever it repeats. RuntimeError after `close`."""
        self._keep(self._ask(task, plan))

    def _ask(self, task: str, plan: Mapping[str, Any]) -> _Asked:
        if self._index is None:
            raise RuntimeError("closed: no record can be added")
        family = int(signature(plan)[:16], 16)
        of_family = (p for p in self._index.gather((family,)) if self.signatures[p] == family)
        first = min(of_family, default=None)
        if first is not None and not self._meant_bits[first]:
            self._sketch_meant(first, family, self._index)
        meant = None if first is None else self._meant
        return _Asked(Wording.of(task, plan), family, first, self._said, meant)

    def _sketch_meant(self, first: int, family: int, index: PositionIndex) -> None:
        """Sketch what the first of a family means, now that there is a second one to compare it with."""
        sketch = self._meant.sketch(self._opened(first).meant, salt=family)
        self._meant_bits[first] = sketch.bits
        index.add(sketch.keys, first)

    def _matches(self, asked: _Asked) -> Iterator[Repeat]:
        assert self._index is not None
        for position in sorted(self._index.gather(asked.keys)):
            alike = self._alike(position, asked)
            if alike is not None:
                yield Repeat(position, alike)

    def close(self) -> None:
        """Forget what only `add` needs; texts, signatures and families stay."""
        self._index = None
        self._said_bits = self._meant_bits = array("Q")
        self._opened.cache_clear()

    def _alike(self, position: int, asked: _Asked) -> float | None:
        same_family = self.signatures[position] == asked.family
        as_said = self._said.may_match(self._said_bits[position], asked.said.bits)
        as_meant = same_family and self._meant.may_match(self._meant_bits[position], asked.meant_bits)
        if not (as_said or as_meant):
            return None
        kept = self._opened(position)
        for pieces, kept_pieces in ((asked.wording.said, kept.said), (asked.wording.meant, kept.meant)):
            alike = similarity(pieces, kept_pieces)
            if alike >= self.threshold:
                return alike
            if not same_family:
                break
        return None

    def _keep(self, asked: _Asked) -> None:
        assert self._index is not None
        position = len(self.signatures)
        self._index.add([asked.family, *asked.keys] if asked.first is None else asked.keys, position)
        self.signatures.append(asked.family)
        self.families.append(position if asked.first is None else asked.first)
        self._said_bits.append(asked.said.bits)
        self._meant_bits.append(asked.meant_bits)
        self.texts.append(asked.wording.pack())

    def _unpack(self, position: int) -> Wording:
        return Wording.unpack(self.texts[position])


class _Asked:
    """A record on its way in: its wording, signature, sketches and all keys that lead to what it may repeat.

    `first` is the first kept record of its family; without one what it means is not sketched, `meant` is None.
    """

    __slots__ = ("family", "first", "keys", "meant_bits", "said", "wording")

    def __init__(
        self, wording: Wording, family: int, first: int | None, said: Sketcher, meant: Sketcher | None
    ) -> None:
        self.wording = wording
        self.family = family
        self.first = first
        self.said = said.sketch(wording.said)
        self.keys = [_exact(wording), *self.said.keys]
        self.meant_bits = 0
        if meant is not None:
            sketch = meant.sketch(wording.meant, salt=family)
            self.keys += sketch.keys
            self.meant_bits = sketch.bits


def _exact(wording: Wording) -> int:
    text = " ".join(wording.words).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest())
