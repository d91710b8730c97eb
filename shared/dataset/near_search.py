"""Exact search for near-duplicates of texts that are all known beforehand.

Two sets whose Jaccard similarity is at least t share at least t of the pieces of either. Whatever order pieces are put
in, the first `n - ceil(t n) + 1` of the one and of the other then have a piece in common, n being the pieces of each
(Chaudhuri, Ganti, Kaushik 2006; Bayardo, Ma, Srikant 2007). With rare pieces first these lead to few candidates, also
where all texts are of one mould. Pieces are told apart by the bucket that they hash to: those that meet in one make
more candidates, and every candidate is compared by its exact pieces in the end.
"""

from __future__ import annotations

import functools
import itertools
import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from zlib import crc32

from shared.dataset import wording
from shared.dataset.texts import Texts

_BUCKETS, _LISTS = 64, 8
"""Buckets that pieces are counted in, and lists of texts by a rare piece, for each text that is searched."""
_MANY = 255
"""Texts up to which it is counted in how many a piece occurs."""
_OPENED = 256
"""Texts whose pieces stay unpacked: the ones that many others resemble."""
_ONES = tuple(1 << bit for bit in range(64))


class NearSearch:
    """Finds every near-duplicate of a text among some others.

    Args:
        texts: packed wordings.
        among: positions of those that are searched, ascending.
        threshold: similarity from which two texts are near-duplicates.

    Memory: under 500 bytes a text that is searched. Time grows with the texts that share a rare piece.
    """

    def __init__(self, texts: Texts, among: Sequence[int], threshold: float) -> None:
        self._texts, self._among, self._threshold = texts, among, threshold
        self._mask = _power_of_two(_BUCKETS * len(among)) - 1
        self._said = functools.lru_cache(maxsize=_OPENED)(lambda position: wording.said(texts[position]))
        self._counts = bytearray(self._mask + 1)
        self._sizes, self._parities = array("I"), array("Q")
        every = self._counted()
        self._rarest, self._ends = array("I"), array("I", [0])
        for end, size in zip(itertools.accumulate(self._sizes), self._sizes, strict=True):
            self._rarest.extend(self._first(every[end - size : end]))
            self._ends.append(len(self._rarest))
        self._lists = _Lists(self._rarest, self._ends)

    def _counted(self) -> array[int]:
        """The buckets of all texts, one after the other, once it is counted how many texts have each."""
        every, counts = array("I"), self._counts
        for position in self._among:
            buckets = self._buckets(wording.said(self._texts[position]))
            self._sizes.append(len(buckets))
            self._parities.append(_parities(buckets))
            every.extend(buckets)
            for bucket in buckets:
                if counts[bucket] < _MANY:
                    counts[bucket] += 1
        return every

    def pairs(self) -> Iterator[tuple[int, int, float]]:
        """Texts of those searched that may be near-duplicates: two positions, and how alike they are.

        Every pair at or above the threshold is among them, once.
        """
        for place, position in enumerate(self._among):
            rarest = self._rarest[self._ends[place] : self._ends[place + 1]]
            near = self._near(rarest, self._sizes[place], self._parities[place])
            for other in sorted(other for other in near if other < place):
                alike = wording.similarity(self._said(position), self._said(self._among[other]))
                yield position, self._among[other], alike

    def near(self, packed: str) -> Iterator[tuple[int, float]]:
        """Texts of those searched that may be near-duplicates of another one: position, and how alike they are.

        Every one at or above the threshold is among them.
        """
        said = wording.said(packed)
        buckets = self._buckets(said)
        rarest = self._first(buckets)
        near = self._near(rarest, len(buckets), _parities(buckets)) if rarest else ()
        for place in sorted(near):
            yield self._among[place], wording.similarity(said, self._said(self._among[place]))

    def _near(self, rarest: Iterable[int], size: int, parities: int) -> Iterator[int]:
        # Each piece that one text has and the other has not changes one parity, and near-duplicates have few of those.
        most = (1 - self._threshold) / (1 + self._threshold) + 1e-9
        for place in self._lists.places(rarest):
            differing = (parities ^ self._parities[place]).bit_count()
            if differing <= most * (size + self._sizes[place]):
                yield place

    def _first(self, buckets: Sequence[int]) -> list[int]:
        """The rarest buckets, one of which a near-duplicate has, too; without those that no text has."""
        size = len(buckets)
        first = size - math.ceil(self._threshold * size - 1e-9) + 1
        counts = [*map(self._counts.__getitem__, buckets)]
        if counts.count(0) >= first:
            return []
        keys = sorted([count << 32 | bucket for count, bucket in zip(counts, buckets, strict=True)])
        return [key & self._mask for key in keys[:first] if key >> 32]

    def _buckets(self, said: frozenset[str]) -> list[int]:
        """The bucket of each piece, as many as there are pieces."""
        mask = self._mask
        return [hashed & mask for hashed in map(crc32, map(str.encode, said))]


class _Lists:
    """Which texts have a bucket among their rarest, all lists in one array."""

    def __init__(self, rarest: array[int], ends: array[int]) -> None:
        self._mask = _power_of_two(_LISTS * len(ends)) - 1
        counts = array("I", bytes(4 * (self._mask + 2)))
        for bucket in rarest:
            counts[(bucket & self._mask) + 1] += 1
        self._starts = array("I", itertools.accumulate(counts))
        self._places = array("I", bytes(4 * len(rarest)))
        free = self._starts[:]
        for place, (begin, end) in enumerate(itertools.pairwise(ends)):
            for bucket in rarest[begin:end]:
                self._places[free[bucket & self._mask]] = place
                free[bucket & self._mask] += 1

    def places(self, buckets: Iterable[int]) -> set[int]:
        """The texts that have one of the buckets, maybe others too."""
        found: set[int] = set()
        for bucket in buckets:
            number = bucket & self._mask
            found.update(self._places[self._starts[number] : self._starts[number + 1]])
        return found


def _power_of_two(least: int) -> int:
    return 1 << least.bit_length()


def _parities(buckets: Iterable[int]) -> int:
    """64 bits, each of which says whether an odd number of buckets falls on it."""
    bits = 0
    for bucket in buckets:
        bits ^= _ONES[bucket & 63]
    return bits
