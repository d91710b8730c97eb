"""Near-duplicates among tasks and plans, found while records come by, in memory that stays small.

Two records are duplicates when their tasks say nearly the same (Jaccard similarity of words and word pairs
at or above the threshold), or when their plans have one signature and their tasks say nearly the same once
values are masked: a plan with only the values changed. Candidates come from MinHash bands, and every
candidate is verified on the exact sets, so that what is reported as a duplicate is one.
"""

from __future__ import annotations

import functools
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from rensa import RMinHash

from shared.dataset.slots import Slots
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
"""Kept records whose pieces stay unpacked: the ones that many others resemble."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A record that repeats a kept one: its position among the kept, and how alike the tasks are (0 to 1)."""

    position: int
    similarity: float


@dataclass(frozen=True, slots=True)
class Sketcher:
    """Band keys of piece sets; alike sets share a key with the probability 1 - (1 - similarity^rows)^bands."""

    bands: int
    rows: int
    seed: int

    @classmethod
    def tuned(cls, threshold: float, *, bands: int, recall: float, seed: int) -> Sketcher:
        """The most selective sketch of `bands` bands with at least `recall` at `threshold`."""
        rows = 1
        while rows < 16 and 1 - (1 - threshold ** (rows + 1)) ** bands >= recall:
            rows += 1
        return cls(bands=bands, rows=rows, seed=seed)

    def keys(self, pieces: Iterable[str], salt: int = 0) -> list[int]:
        """One key a band; sets with different `salt` never meet."""
        sketch = RMinHash(self.bands * self.rows, self.seed)
        sketch.update(list(pieces))
        digest, rows = sketch.digest(), self.rows
        return [hash((salt, band, *digest[band * rows : (band + 1) * rows])) for band in range(self.bands)]


class NearDuplicates:
    """Keeps the records that repeat none before them; depends on the records and their order only.

    Args:
        threshold: similarity from which two tasks count as one, above 0, at most 1.
        expected: records likely to be kept; only sizes the index.

    Memory: about 200 bytes a kept record. Time a record: bounded, as a key leads to at most 32 candidates;
    a pair may be missed with the probabilities above, or when over 32 unlike tasks share each of its bands.
    Equal tasks are never missed.
    """

    def __init__(self, threshold: float = DEFAULT_THRESHOLD, *, expected: int = 500) -> None:
        self.threshold = threshold
        self.texts = Texts()
        self.signatures = array("Q")
        self.families = array("I")
        """For each kept record the position of the first kept one with its signature."""
        self._slots: Slots | None = Slots(expected * KEYS)
        self._said = Sketcher.tuned(threshold, bands=SAID_BANDS, recall=SAID_RECALL, seed=1)
        self._meant = Sketcher.tuned(threshold, bands=MEANT_BANDS, recall=MEANT_RECALL, seed=2)
        self._pieces = functools.lru_cache(maxsize=_OPENED)(self._unpack)

    def __len__(self) -> int:
        return len(self.signatures)

    def add(self, task: str, plan: Mapping[str, Any]) -> Repeat | None:
        """Keep the record and return None, or say which kept record it repeats: the first that is alike enough.

        `plan` has `steps` with `index`, `api` and `arguments`. RuntimeError after `close`.
        """
        if self._slots is None:
            raise RuntimeError("closed: no record can be added")
        wording = Wording.of(task, plan)
        said, meant = wording.said, wording.meant
        family = int(signature(plan)[:16], 16)
        keys = [_exact(wording), *self._said.keys(said), *self._meant.keys(meant, salt=family)]
        for position in sorted(self._slots.gather(keys)):
            alike = self._alike(position, said, meant, family)
            if alike is not None:
                return Repeat(position, alike)
        self._keep(wording, family, keys)
        return None

    def close(self) -> None:
        """Forget what only `add` needs; texts, signatures and families stay."""
        self._slots = None
        self._pieces.cache_clear()

    def _alike(self, position: int, said: frozenset[str], meant: frozenset[str], family: int) -> float | None:
        kept_said, kept_meant = self._pieces(position)
        as_said = similarity(said, kept_said)
        if as_said >= self.threshold:
            return as_said
        if self.signatures[position] == family:
            as_meant = similarity(meant, kept_meant)
            if as_meant >= self.threshold:
                return as_meant
        return None

    def _keep(self, wording: Wording, family: int, keys: list[int]) -> None:
        assert self._slots is not None
        position = len(self.signatures)
        first = next((p for p in self._slots.get(family) if self.signatures[p] == family), None)
        if first is None:
            self._slots.add(family, position)
        for key in keys:
            self._slots.add(key, position)
        self.signatures.append(family)
        self.families.append(position if first is None else first)
        self.texts.append(wording.pack())

    def _unpack(self, position: int) -> tuple[frozenset[str], frozenset[str]]:
        wording = Wording.unpack(self.texts[position])
        return wording.said, wording.meant


def _exact(wording: Wording) -> int:
    text = " ".join(wording.words).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest())
