"""What one arm made of one test task: a line of an evaluation's log."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter

import orjson
from msgspec import Struct, field

from shared import stored
from shared.tokens import Tokens

MAX_ANSWER = 16_000
"""Characters of an answer that are kept."""


class ArmOutcome(Struct, frozen=True):
    """What one arm made of one test task.

    Attributes:
        index: of the task among those measured.
        status: `answered` or `failed` (no answer could be had).
        reason: stable code of why no answer came, or of the answer's first fault; "" for a good answer.
        scores: by metric; None where the task has nothing to measure.
        counts: for the metrics of other benchmarks: agreeing, answered and expected items.
        codes: codes of all faults found in the answer, each once.
        answer: the answer's text, at most `MAX_ANSWER` characters.
        tokens: as billed.
        model: the model's own name.
        latency_ms: of the call.
    """

    index: int
    status: str = "failed"
    reason: str = ""
    scores: Mapping[str, float | None] = field(default_factory=dict)
    counts: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    codes: tuple[str, ...] = ()
    answer: str = ""
    tokens: Tokens = Tokens()
    model: str = ""
    latency_ms: int = 0

    def to_line(self) -> bytes:
        """The outcome as one line of JSON, newline included."""
        return orjson.dumps(stored.plain(self), option=orjson.OPT_APPEND_NEWLINE)


def folded(lines: bytes) -> dict[int, ArmOutcome]:
    """A log's outcomes by index, in order; the first of each index counts, unreadable lines do not."""
    found = stored.read_lines(ArmOutcome, lines)
    return stored.first_of_each(found, attrgetter("index")).outcomes
