"""How a run's indices are cut into waves and segments; pure."""

from __future__ import annotations

from typing import NamedTuple

import orjson
from msgspec import Struct, field

from shared import stored
from shared.names import SEGMENT_SIZE


class Wave(Struct, frozen=True):
    """Indices planned together: the first wave is the samples asked for, later ones top it up.

    Attributes:
        first: first index.
        count: number of indices.
        lacking: weight of each API that coverage still lacks, empty for the first wave.
        accepted_before: records accepted before this wave.
    """

    first: int
    count: int
    lacking: dict[str, float] = field(default_factory=dict)
    accepted_before: int = 0

    @property
    def segments(self) -> int:
        """How many segments hold the wave."""
        return -(-self.count // SEGMENT_SIZE)


class Segment(NamedTuple):
    """Indices whose outcomes are in one log; none spans two waves.

    Attributes:
        number: in the run.
        indices: at most `SEGMENT_SIZE`.
        wave_number: of the wave that holds it.
        wave: that wave.
    """

    number: int
    indices: range
    wave_number: int
    wave: Wave


class RunPlan(Struct, frozen=True):
    """All waves of a run so far; segments are numbered through."""

    waves: tuple[Wave, ...]

    @property
    def planned(self) -> int:
        """How many indices are planned so far."""
        return sum(wave.count for wave in self.waves)

    @property
    def segments(self) -> int:
        """How many segments there are so far."""
        return sum(wave.segments for wave in self.waves)

    def segment(self, number: int) -> Segment | None:
        """A segment, None if the plan has none of that number."""
        before = 0
        for place, wave in enumerate(self.waves):
            count = -(-wave.count // SEGMENT_SIZE)
            if number < before + count:
                first = wave.first + (number - before) * SEGMENT_SIZE
                return Segment(
                    number, range(first, min(first + SEGMENT_SIZE, wave.first + wave.count)), place, wave
                )
            before += count
        return None

    def indices(self, segment: int) -> range | None:
        """The indices of a segment; None if the plan has no such segment."""
        found = self.segment(segment)
        return found.indices if found else None

    def to_json(self) -> bytes:
        """The plan as stored."""
        return orjson.dumps(stored.plain(self))

    @classmethod
    def from_json(cls, data: bytes) -> RunPlan:
        """The plan that `to_json` wrote, in this version or another. PermanentError `unreadable`."""
        return stored.read(cls, data, "a run's plan.json")
