"""How fast one process may call one deployment, learned from quota headers and from refusals; pure.

Several processes share one deployment's quota without talking to each other. Each spaces its starts evenly
at a rate of its own: never above the quota; raised while the answers' headers show that some of the quota
goes unused; cut when a call is refused. The window in which the service counts (1, 10 or 60 seconds; fixed,
sliding or a bucket) need not be known. The constants were chosen by simulating one and three processes on
each of these windows, for calls and for tokens; `tests/property/teacher/test_pacing.py` holds the bounds.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from shared.ports import RateLimits

_PROBE_EVERY_S = 0.25
"""Before the first answer nothing is known of the quota: starts are this far apart."""
_FIRST_SHARE = 0.5
"""Share of the quota taken at first, as others may be at work."""
_TOP_SHARE = 0.99
"""Share of the quota at most: exactly even starts would meet a window's end with their jitter."""
_LEAST_SHARE = 0.02
_CATCH_UP_S = 0.1
"""A start that comes late by up to this much is made up for by the next ones."""
_LOOK_BACK_S = 1.2
"""How long an answer's word on the remaining quota counts; a little more than the shortest window."""
_UNUSED_SHARE = 0.04
"""Unused quota up to this share is left alone, so that sharing processes do not run into refusals."""
_GROWTH = 0.4
"""Growth a second, as a share of the unused quota."""
_BLIND_GROWTH = 0.03
"""Growth a second, as a share of the quota, where headers do not tell what remains."""
_GROWTH_ALONE = 2.0
"""Growth a second while all use of the quota is this process's own and nothing was refused yet."""
_ALONE = 0.85
"""Share of the quota's use that must be our own to be called alone."""
_CUT_IN_A_ROW, _CUT, _CUT_FIRST, _CUT_ALONE = 0.85, 0.95, 0.75, 0.98
"""What a refusal leaves of the rate: the second in a row, any other, the very first, one met alone."""
_CLOSING_STREAK = 3
"""Refusals in a row that make the whole process wait as long as the service said."""
_SHORT_WAIT_S = 2.0
"""A longer wait closes at the first refusal: the window is used up for everybody."""
_UNSAID_WAIT_S = 1.0
_FORGET_S = 60.0
"""A rate known from refusals alone is given up when nothing was refused for so long."""


@dataclass(frozen=True, slots=True)
class Call:
    """A started call: its number, its time, and how much the process had used before it."""

    number: int
    at: float
    requests_before: float
    tokens_before: float


class Flow:
    """Even spacing of one quantity, calls or tokens. Rates are units a second.

    Attributes:
        limit: the quota; None while no header told it.
        rate: what this process takes; infinite while nothing bounds it.
        used: units started so far.
    """

    def __init__(self) -> None:
        self.limit: float | None = None
        self.rate = math.inf
        self.used = 0.0
        self._next_at = 0.0
        self._grown_at = 0.0
        self._refused_rate = math.inf
        self._settling_until = -math.inf
        self._most_remaining = 0.0
        self._remaining: deque[tuple[float, float]] = deque()
        self._last_told: tuple[float, float] | None = None
        self._own_use = self._all_use = 0.0

    @property
    def alone(self) -> bool:
        """Whether nobody else seems to use the quota."""
        return self._all_use > 0 and self._own_use >= _ALONE * self._all_use

    def wait_s(self, now: float) -> float:
        """Seconds until the next start."""
        return 0.0 if self.rate == math.inf else max(0.0, self._next_at - now)

    def start(self, amount: float, now: float) -> None:
        """Take `amount`; call when `wait_s` is over."""
        self.used += amount
        if self.rate < math.inf:
            self._grow(now)
            self._next_at = max(self._next_at, now - _CATCH_UP_S) + amount / self.rate

    def learn(self, per_minute: int | None, remaining: int | None, used_before: float, now: float) -> None:
        """Take in an answer's headers; `used_before` is `used` when its call started."""
        if not per_minute or per_minute < 0:
            return
        self.limit = per_minute / 60
        if self.rate == math.inf:
            self.rate, self._grown_at, self._next_at = self.limit * _FIRST_SHARE, now, now
        self.rate = min(self.rate, self.limit)
        if remaining is not None:
            self._most_remaining = max(self._most_remaining, remaining)
            self._remaining.append((now, remaining))
            self._compare(remaining, used_before)

    def _compare(self, remaining: float, used_before: float) -> None:
        """How much of what went since the last answer was our own; a window's renewal tells nothing."""
        if self._last_told is not None:
            own, gone = used_before - self._last_told[0], self._last_told[1] - remaining
            if own > 0 and gone > 0:
                self._own_use = self._own_use * 0.9 + own
                self._all_use = self._all_use * 0.9 + max(own, gone)
        if self._last_told is None or used_before > self._last_told[0]:
            self._last_told = (used_before, remaining)

    def _grow(self, now: float) -> None:
        passed_s = min(0.25, max(0.0, now - self._grown_at))
        self._grown_at = now
        if self.limit is None:
            share = 0.2 if self.rate < 0.9 * self._refused_rate else 0.05
            self.rate += self._refused_rate * share * passed_s
            return
        self.rate += self.limit * self._growth(now) * passed_s
        self.rate = max(min(self.rate, _TOP_SHARE * self.limit), _LEAST_SHARE * self.limit)

    def _growth(self, now: float) -> float:
        """Growth a second, as a share of the quota."""
        if self.alone and self._refused_rate == math.inf:
            return _GROWTH_ALONE
        while self._remaining and self._remaining[0][0] < now - _LOOK_BACK_S:
            self._remaining.popleft()
        if not self._remaining or not self._most_remaining:
            return _BLIND_GROWTH
        if now < self._settling_until:
            return 0.0
        unused = min(left for _, left in self._remaining) / self._most_remaining
        return _GROWTH * max(0.0, unused - _UNUSED_SHARE)

    def cut(self, *, in_a_row: bool, reopens_at: float, recent_rate: float) -> None:
        """Slow down after a refusal; `recent_rate` is how fast calls were started of late."""
        factor = _CUT_IN_A_ROW if in_a_row else _CUT
        if self.rate == math.inf:
            self.rate, self._next_at, self._grown_at = recent_rate, reopens_at, reopens_at
        elif self.alone:
            factor = _CUT_ALONE
        elif self._refused_rate == math.inf:
            factor = _CUT_FIRST
        self._refused_rate = self.rate
        self.rate = max(self.rate * factor, _LEAST_SHARE * (self.limit or 1))
        self._settling_until = reopens_at + _LOOK_BACK_S

    def forget(self) -> None:
        """Nothing bounds the flow any more, unless a header did."""
        if self.limit is None:
            self.rate = self._refused_rate = math.inf


class Pace:
    """When the next call to one deployment may start. Times are seconds on any one steady clock."""

    def __init__(self) -> None:
        self.requests = Flow()
        self.tokens = Flow()
        self._answered = False
        self._last_start = -math.inf
        self._recent: deque[float] = deque(maxlen=64)
        self._started = 0
        self._closed_until = -math.inf
        self._cut_at = self._refused_at = -math.inf
        self._refused_number = -1
        self._streak = 0

    @property
    def spacing_s(self) -> float:
        """Seconds between two starts at today's rate of calls."""
        return 1 / self.requests.rate

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

    def answered(self, call: Call, limits: RateLimits, now: float) -> None:
        """A call was answered, whatever the answer is worth."""
        self._answered = True
        self.requests.learn(limits.limit_requests, limits.remaining_requests, call.requests_before, now)
        self.tokens.learn(limits.limit_tokens, limits.remaining_tokens, call.tokens_before, now)
        if now - self._refused_at > _FORGET_S:
            self.requests.forget()
            self.tokens.forget()

    def throttled(self, call: Call, retry_after_s: float | None, now: float) -> None:
        """A call was refused. A stray refusal slows down; several in a row, or a long wait, close for all."""
        self._answered = True
        wait_s = _UNSAID_WAIT_S if retry_after_s is None else retry_after_s
        self._streak = self._streak + 1 if call.number <= self._refused_number + 1 else 1
        self._refused_number = max(self._refused_number, call.number)
        self._refused_at = now
        if self._streak >= _CLOSING_STREAK or wait_s > _SHORT_WAIT_S:
            self.pause(wait_s, now)
        if call.at >= self._cut_at:
            self._cut(now)

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
