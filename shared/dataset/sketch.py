"""MinHash sketches of piece sets: keys under which alike sets meet, and 64 bits that tell most others apart."""

from __future__ import annotations

import math
import sys
from array import array
from collections.abc import Collection
from dataclasses import dataclass
from itertools import batched, repeat
from typing import NamedTuple

from rensa import RMinHash

PERMUTATIONS = 64
_DEVIATIONS = 4.0
"""How far below its expectation the count of equal bits may lie: at four a pair is lost once in 30,000."""

_LOW = 0 if sys.byteorder == "little" else array("I").itemsize - 1
_PARITY = bytes(b"01"[byte & 1] for byte in range(256))
"""Turns each byte into the digit of its lowest bit."""


class Sketch(NamedTuple):
    """A set's keys, one a band, and the lowest bit of each of its 64 minimal hashes."""

    keys: list[int]
    bits: int


@dataclass(frozen=True, slots=True)
class Sketcher:
    """Sketches in which sets share a key with the probability 1 - (1 - similarity^rows)^bands.

    Attributes:
        bands: keys of a sketch; `bands * rows` is at most 64.
        rows: minimal hashes that a key is made of.
        seed: sketchers of another seed are independent.
        least_equal: equal bits that sets at the threshold practically always have.
    """

    bands: int
    rows: int
    seed: int
    least_equal: int

    @classmethod
    def tuned(cls, threshold: float, *, bands: int, recall: float, seed: int) -> Sketcher:
        """The most selective sketcher of `bands` bands with at least `recall` at `threshold`, as far as 64 hashes go.

        A bit is equal when the hash is, and half of the time when it is not: the mean is 64 * (1 + threshold) / 2.
        """
        rows = 1
        while (rows + 1) * bands <= PERMUTATIONS and 1 - (1 - threshold ** (rows + 1)) ** bands >= recall:
            rows += 1
        equal = (1 + threshold) / 2
        spread = math.sqrt(PERMUTATIONS * equal * (1 - equal))
        return cls(bands, rows, seed, math.floor(PERMUTATIONS * equal - _DEVIATIONS * spread))

    def sketch(self, pieces: Collection[str], salt: int = 0) -> Sketch:
        """The sketch of a set; the keys of sets with different `salt` never meet."""
        hashed = RMinHash(PERMUTATIONS, self.seed)
        hashed.update(list(pieces))
        digest = hashed.digest()
        bands = zip(repeat(salt), range(self.bands), batched(digest, self.rows, strict=False), strict=False)
        return Sketch(
            keys=[*map(hash, bands)],
            bits=int(array("I", digest).tobytes()[_LOW :: array("I").itemsize].translate(_PARITY), 2),
        )

    def may_match(self, one: int, other: int) -> bool:
        """Whether the bits of two sketches leave open that the sets are as alike as the threshold."""
        return PERMUTATIONS - (one ^ other).bit_count() >= self.least_equal
