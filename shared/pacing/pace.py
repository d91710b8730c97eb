"""How fast one process may call one deployment, learned from quota headers and from refusals; pure.

Several processes share one deployment's quota without talking to each other. Each spaces its starts evenly
at a rate of its own: never above the quota; raised while the answers' headers show that some of the quota
goes unused; cut when a call is refused. The window in which the service counts (1, 10 or 60 seconds; fixed,
sliding or a bucket) need not be known. Refusals that go on although calls start slower and slower, and that no
header explains by a used-up quota, are noise: a process then slows down for their share alone. The constants,
here and in `flow.py`, were chosen by simulating one and three processes on each of these windows, for calls and
for tokens; `tests/property/pacing/test_pace.py` holds the bounds.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from shared.pacing.rate import Rate
from shared.ports.teacher import RateLimits

_PROBE_EVERY_S = 0.25
"""Before the first answer nothing is known of the quota: starts are this far apart."""
_CLOSING_STREAK = 3
"""Refusals in a row that make the whole process wait as long as the service said."""
_SHORT_WAIT_S = 2.0
"""A longer wait closes at the first refusal: the window is used up for everybody."""
_UNSAID_WAIT_S = 1.0
_FORGET_S = 60.0
"""A rate known from refusals alone is given up when nothing was refused for so long."""
_SAMPLE_CALLS = 10
"""Consecutive calls whose refused share is taken; the next sample starts when all of them have ended."""
_SAMPLES, _NOISE_SHARE = 3, 0.15
"""Refusals are noise when so many samples in a row had more than this share."""


@dataclass(frozen=True, slots=True)
class Call:
    """A started call: its number, its time, and how much the process had used before it."""

    number: int
    at: float
    requests_before: float
    tokens_before: float


@dataclass(slots=True)
class _Sample:
    """How `_SAMPLE_CALLS` consecutive calls from number `first` on have ended."""

    first: int = 0
    ended: int = 0
    refused: int = 0

    @property
    def share(self) -> float:
        return self.refused / _SAMPLE_CALLS

    def is_complete_with(self, call: Call, *, refused: bool) -> bool:
        """Count a call that has ended; whether it was the last one of the sample."""
        if not self.first <= call.number < self.first + _SAMPLE_CALLS:
            return False
        self.ended += 1
        self.refused += refused
        return self.ended == _SAMPLE_CALLS


class Pace:
    """When the next call to one deployment may start. Times are seconds on any one steady clock."""

    def __init__(self) -> None:
        self.requests = Rate()
        self.tokens = Rate(estimated=True)
        self._answered = False
        self._last_start = -math.inf
        self._recent: deque[float] = deque(maxlen=64)
        self._started = 0
        self._closed_until = -math.inf
        self._cut_at = self._refused_at = -math.inf
        self._refused_number = -1
        self._streak = 0
        self._sample = _Sample()
        self._noisy_samples = 0

    def spacing_s(self, tokens: float) -> float:
        """Seconds between two starts of calls of so many `tokens`, at today's rates of calls and tokens."""
        return max(1 / self.requests.rate, tokens * self.tokens.scale / self.tokens.rate)

    def closed_s(self, now: float) -> float:
        """Seconds for which the service asked everybody in this process to wait."""
        return max(0.0, self._closed_until - now)

    def wait_s(self, now: float) -> float:
        """Seconds until a call may start; 0 for at once."""
        probe_s = 0.0 if self._answered else self._last_start + _PROBE_EVERY_S - now
        return max(0.0, self.closed_s(now), probe_s, self.requests.wait_s(now), self.tokens.wait_s(now))

    def start(self, tokens: float, now: float) -> Call:
        """A call starts that the service will count as `tokens`."""
        call = Call(self._started, now, self.requests.used, self.tokens.used)
        self._started += 1
        self._last_start = now
        self._recent.append(now)
        self.requests.start(1, now)
        self.tokens.start(tokens, now)
        return call

    def answered(self, call: Call, limits: RateLimits | None, now: float) -> None:
        """A call was answered, whatever the answer is worth; `limits` None where its headers are not known."""
        self._answered = True
        if limits is not None:
            self.requests.learn(limits.limit_requests, limits.remaining_requests, call.requests_before, now)
            self.tokens.learn(limits.limit_tokens, limits.remaining_tokens, call.tokens_before, now)
        if now - self._refused_at > _FORGET_S:
            self.requests.forget()
            self.tokens.forget()
        self.ended(call)

    @property
    def noisy(self) -> bool:
        """Whether calls are refused no matter how slowly they start."""
        return self._noisy_samples >= _SAMPLES

    def ended(self, call: Call, *, refused: bool = False) -> None:
        """A call has ended, however; `refused` when the quota does not explain its refusal."""
        sample = self._sample
        if not sample.is_complete_with(call, refused=refused):
            return
        self._sample = _Sample(self._started)
        self._noisy_samples = self._noisy_samples + 1 if sample.share > _NOISE_SHARE else 0
        for flow in (self.requests, self.tokens):
            flow.noisy = self.noisy
            if self.noisy:
                flow.ease(sample.share)

    def throttled(self, call: Call, retry_after_s: float | None, now: float) -> None:
        """A call was refused. A stray refusal slows down; several in a row, or a long wait, close for all."""
        self._answered = True
        wait_s = _UNSAID_WAIT_S if retry_after_s is None else retry_after_s
        self._streak = self._streak + 1 if call.number <= self._refused_number + 1 else 1
        self._refused_number = max(self._refused_number, call.number)
        self._refused_at = now
        explained = any(flow.is_used_up(now) for flow in (self.requests, self.tokens))
        heeded = explained or not self.noisy
        if (self._streak >= _CLOSING_STREAK and heeded) or wait_s > _SHORT_WAIT_S:
            self.pause(wait_s, now)
        if call.at >= self._cut_at and heeded:
            self._cut(now)
        self.ended(call, refused=not explained)

    def pause(self, wait_s: float, now: float) -> None:
        """Nobody starts for `wait_s`."""
        self._closed_until = max(self._closed_until, now + wait_s)

    def _cut(self, now: float) -> None:
        """Once for all calls in flight: those started before a cut say nothing of the rate after it."""
        self._cut_at = now
        recent_rate = max(0.5, sum(at > now - 1.0 for at in self._recent) / 2)
        known = [flow for flow in (self.requests, self.tokens) if flow.limit is not None]
        for flow in known or [self.requests]:
            flow.cut(
                in_a_row=self._streak > 1, reopens_at=max(now, self._closed_until), recent_rate=recent_rate
            )
