"""How fast one process may call one deployment: learned from quota headers and from refusals; pure.

Several processes share one deployment's quota without talking to each other. Each spaces its starts evenly
at a rate of its own: at most the quota itself; raised while the answers' headers show that some of the
quota goes unused; cut when a call is refused. The window in which the service counts (1, 10 or 60 seconds;
fixed, sliding or a bucket) need not be known.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from shared.ports import RateLimits

_PROBE_EVERY_S = 0.25
"""Before the first answer nothing is known of the quota: starts are this far apart."""
_FIRST_SHARE = 0.5
"""Share of the quota taken at first; others may be at work."""
_CATCH_UP_S = 0.1
"""A start that comes late by up to this much is made up for by the next ones."""
_LOOK_BACK_S = 1.2
"""How long what an answer said of the remaining quota is believed."""
_SPARE = 0.04
"""Share of the quota that processes which share it leave unused, so that they do not run into refusals."""
_CUT, _SOFT_CUT = 0.6, 0.97
_FORGET_S = 60.0
"""A rate guessed from refusals alone is given up when nothing was refused for so long."""
_GAIN = 0.4
_LOSS = 0.0
_FLOOR = 0.02
"""Smallest share of the known quota that a process keeps for itself."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was started: its number in the process, its time and its tokens."""

    number: int
    at: float
    tokens: float
    requests_before: float
    tokens_before: float


@dataclass(slots=True)
class Flow:
    """Even spacing of one quantity (calls or tokens) at a learned rate. Times and rates in seconds.

    Attributes:
        limit: the quota, units a second; None while no header told it.
        rate: units a second that this process takes; infinite while nothing bounds it.
        used: units started so far.
    """

    limit: float | None = None
    rate: float = math.inf
    used: float = 0.0
    _next_at: float = 0.0
    _grown_at: float = 0.0
    _knee: float = math.inf
    _cut_at: float = -math.inf
    _capacity: float = 0.0
    _seen: deque[tuple[float, float]] = field(default_factory=deque)
    _previous: tuple[float, float] | None = None
    _own: float = 0.0
    _all: float = 0.0

    def wait_s(self, now: float) -> float:
        """Seconds until the next start."""
        return max(0.0, self._next_at - now) if self.rate < math.inf else 0.0

    def start(self, amount: float, now: float) -> None:
        """Take `amount`; call after `wait_s` is over."""
        self.used += amount
        if self.rate == math.inf:
            return
        self._grow(now)
        self._next_at = max(self._next_at, now - _CATCH_UP_S) + amount / self.rate

    def learn(
        self, per_minute: int | None, remaining: int | None, used_before: float, now: float
    ) -> None:
        """An answer's headers; `used_before` is `used` when its call started."""
        if not per_minute or per_minute < 0:
            return
        limit = per_minute / 60
        if self.limit is None:
            self.limit = limit
            if self.rate == math.inf:
                self.rate, self._grown_at, self._next_at = limit * _FIRST_SHARE, now, now
        self.limit = limit
        self.rate = min(self.rate, limit)
        if remaining is None:
            return
        self._capacity = max(self._capacity, remaining)
        self._compare(remaining, used_before)
        self._seen.append((now, remaining))

    def _compare(self, remaining: float, used_before: float) -> None:
        """How much of what was used since the answer before was our own."""
        if self._previous is not None:
            own, fall = used_before - self._previous[0], self._previous[1] - remaining
            if own > 0 and fall > 0:
                self._own = self._own * 0.9 + own
                self._all = self._all * 0.9 + max(own, fall)
        if self._previous is None or used_before > self._previous[0]:
            self._previous = (used_before, remaining)

    @property
    def _alone(self) -> bool:
        """Whether nobody else seems to use the quota, as far as this was ever tried."""
        return self._knee == math.inf and self._all > 0 and self._own >= 0.85 * self._all

    def _slack(self, now: float) -> float | None:
        """The smallest share of the quota lately seen unused; None if no answer told."""
        while self._seen and self._seen[0][0] < now - _LOOK_BACK_S:
            self._seen.popleft()
        if not self._seen or self._capacity <= 0:
            return None
        if now - self._cut_at < _LOOK_BACK_S:
            return 0.0
        return min(left for _, left in self._seen) / self._capacity

    def _grow(self, now: float) -> None:
        passed = min(0.25, now - self._grown_at)
        self._grown_at = max(now, self._grown_at)
        if passed <= 0:
            return
        slack = self._slack(now)
        if self.limit is None:
            self.rate += self._knee * (0.2 if self.rate < 0.9 * self._knee else 0.05) * passed
        elif self._alone:
            self.rate += 2 * self.limit * passed
        elif slack is None:
            self.rate += 0.03 * self.limit * passed
        else:
            self.rate += self.limit * passed * _GAIN * max(slack - _SPARE, _LOSS)
        top = self.limit if self.limit is not None else math.inf
        self.rate = max(min(self.rate, top), _FLOOR * (self.limit or 0))

    def cut(self, factor: float, reopens_at: float, recent: float) -> None:
        """Slow down after a refusal; `recent` is the rate at which was started lately."""
        if self.rate == math.inf:
            self.rate = max(0.5, recent)
        self._knee = self.rate
        self.rate = max(self.rate * factor, _FLOOR * (self.limit or 1))
        self._cut_at = reopens_at

    def forget(self) -> None:
        """Nothing bounds the flow any more."""
        if self.limit is None:
            self.rate = self._knee = math.inf


class Pace:
    """When the next call to one deployment may start. Times are seconds on any one clock."""

    def __init__(self) -> None:
        self.requests = Flow()
        self.tokens = Flow()
        self._answered = False
        self._probe_at = -math.inf
        self._closed_until = -math.inf
        self._number = 0
        self._cut_at = -math.inf
        self._refused_at = -math.inf
        self._starts: deque[float] = deque(maxlen=64)

    def closed_s(self, now: float) -> float:
        """Seconds for which the service asked everybody in this process to wait."""
        return max(0.0, self._closed_until - now)

    def wait_s(self, tokens: float, now: float) -> float:
        """Seconds until a call of `tokens` may start; 0 for at once."""
        probe = 0.0 if self._answered else max(0.0, self._probe_at + _PROBE_EVERY_S - now)
        return max(self.closed_s(now), probe, self.requests.wait_s(now), self.tokens.wait_s(now))

    def start(self, tokens: float, now: float) -> Call:
        """A call of `tokens` starts."""
        self._probe_at = now
        self._number += 1
        self._starts.append(now)
        call = Call(self._number, now, tokens, self.requests.used, self.tokens.used)
        self.requests.start(1, now)
        self.tokens.start(tokens, now)
        return call

    def answered(self, call: Call, limits: RateLimits, now: float) -> None:
        """A call was answered, whatever the answer is worth."""
        self._answered = True
        self._learn(call, limits, now)
        if now - self._refused_at > _FORGET_S:
            self.requests.forget()
            self.tokens.forget()

    def _learn(self, call: Call, limits: RateLimits, now: float) -> None:
        self.requests.learn(limits.limit_requests, limits.remaining_requests, call.requests_before, now)
        self.tokens.learn(limits.limit_tokens, limits.remaining_tokens, call.tokens_before, now)

    def throttled(self, call: Call, retry_after_s: float | None, limits: RateLimits, now: float) -> None:
        """A call was refused; nobody starts before the service said so, if this is more than one stray refusal."""
        self._answered = True
        self._learn(call, limits, now)
        wait_s = retry_after_s if retry_after_s is not None else 1.0
        stray = now - self._refused_at > max(1.0, wait_s) and wait_s <= 2.0
        if stray:
            spacing = 1 / self.requests.rate if self.requests.rate else 1.0
            self._closed_until = max(self._closed_until, now + min(wait_s, 1.0 * spacing, 1.0))
        else:
            self._closed_until = max(self._closed_until, now + wait_s)
        if call.at >= self._cut_at:
            self._cut(now, _SOFT_CUT if stray else _CUT)
        self._refused_at = now

    def _cut(self, now: float, factor: float) -> None:
        recent = sum(1 for at in self._starts if at > now - 1.0) / 2
        known = [f for f in (self.requests, self.tokens) if f.limit is not None] or [self.requests]
        for flow in known:
            flow.cut(factor, self._closed_until, recent)
        self._cut_at = now
