"""Counts what the emulator was asked and how it answered."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Meter:
    """Counters of chat calls since the start or the last reset; times are Unix seconds."""

    chat_calls: int = 0
    other_calls: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    deployments: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    first_call_at: float | None = None
    last_call_at: float | None = None
    last_answer_at: float | None = None
    in_flight: int = 0
    in_flight_max: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0

    def start_chat(self) -> None:
        now = time.time()
        self.chat_calls += 1
        self.first_call_at = self.first_call_at or now
        self.last_call_at = now
        self.in_flight += 1
        self.in_flight_max = max(self.in_flight_max, self.in_flight)

    def end_chat(self, status: str) -> None:
        """A chat call was answered with `status` (`dropped` without one)."""
        self.in_flight -= 1
        self.statuses[status] += 1
        self.last_answer_at = time.time()

    def reset(self) -> None:
        """Back to zero, but for the calls in flight."""
        in_flight = self.in_flight
        for name, value in vars_of(Meter()).items():
            setattr(self, name, value)
        self.in_flight = self.in_flight_max = in_flight

    def as_dict(self) -> dict[str, Any]:
        return {name: dict(v) if isinstance(v, Counter) else v for name, v in vars_of(self).items()}


def vars_of(meter: Meter) -> dict[str, Any]:
    """Fields of a meter by name."""
    return {name: getattr(meter, name) for name in Meter.__slots__}
