"""Events are kept once, oldest first."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from shared.finetune.event_log import merged
from shared.finetune.service import JobEvent


def events(numbers: list[int]) -> list[JobEvent]:
    return [JobEvent(f"e{number}", number, "info", f"message {number}") for number in numbers]


def ids(data: bytes) -> list[str]:
    return [json.loads(line)["id"] for line in data.splitlines()]


def test_new_events_follow_the_kept_ones() -> None:
    kept = merged(b"", events([2, 1]))
    assert ids(merged(kept, events([4, 3]))) == ["e1", "e2", "e3", "e4"]


@given(st.lists(st.integers(1, 30), max_size=8))
def test_reading_in_any_overlap_changes_nothing(reads: list[int]) -> None:
    kept = b""
    for newest in sorted(reads):
        kept = merged(kept, events(list(range(newest, 0, -1))))
        assert merged(kept, events(list(range(newest, newest // 2, -1)))) == kept
    assert ids(kept) == [f"e{number}" for number in range(1, max(reads, default=0) + 1)]
