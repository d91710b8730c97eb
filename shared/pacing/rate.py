"""How fast one quantity, calls or tokens, may flow to a deployment, learned from quota headers and refusals; pure."""

from __future__ import annotations

import math
from collections import deque

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
_FULL_SHARE = 0.9
"""From this share of the quota on, a process alone would use up whatever does not refill while it is used."""
_STEADY_SHARE = 0.35
"""A quota that refills steadily shows remainders that differ by less than this share of what was used meanwhile."""
_RESERVE_SHARE = 0.15
"""This share of such a bucket is left in it, for what our own count of time and the service's differ by."""
_STEADY_S = 0.6
"""For so long they must."""
_CUT_IN_A_ROW, _CUT, _CUT_FIRST, _CUT_ALONE = 0.85, 0.95, 0.75, 0.98
"""What a refusal leaves of the rate: the second in a row, any other, the very first, one met alone."""
_UNTOLD = 20
"""A quota that so many answers in a row say nothing of does not hold any more."""
_NEAR = (0.9, 1.2)
"""Where the last refusal was met, as shares of its rate; growth is slow between them."""
_GROWTH_BELOW, _GROWTH_NEAR, _GROWTH_BEYOND = 0.2, 0.05, 0.5
"""Growth a second, as a share of the rate, where no header tells a quota."""
_GROWTH_NOISY = 0.3
"""Growth a second, as a share of the rate, where no header tells a quota and refusals are noise."""


class Rate:
    """Even spacing of one quantity, calls or tokens. Rates are units a second.

    Attributes:
        limit: the quota; None while no header told it.
        rate: what this process takes; infinite while nothing bounds it.
        used: units started so far.
        noisy: whether refusals go on no matter how slowly calls start.
    """

    def __init__(self, *, estimated: bool = False) -> None:
        """`estimated` where an amount is what we take it for and the service may count otherwise."""
        self._estimated = estimated
        self.limit: float | None = None
        self.rate = math.inf
        self.used = 0.0
        self.noisy = False
        self._untold = 0
        self._next_at = 0.0
        self._grown_at = 0.0
        self._refused_rate = math.inf
        self._settling_until = -math.inf
        self._most_remaining = 0.0
        self._remaining: deque[tuple[float, float]] = deque()
        self._last_told: tuple[float, float] | None = None
        self._own_use = self._all_use = self._gone = 0.0
        self._full_since = math.inf
        self._reserve = 0.0

    @property
    def alone(self) -> bool:
        """Whether nobody else seems to use the quota."""
        return self._all_use > 0 and self._own_use >= _ALONE * self._all_use

    def wait_s(self, now: float) -> float:
        """Seconds until the next start."""
        return 0.0 if self.rate == math.inf or self._reserve > 0 else max(0.0, self._next_at - now)

    @property
    def scale(self) -> float:
        """What the service counts for one unit of ours, as the headers show it while we are alone."""
        return max(1.0, self._gone / self._own_use) if self._estimated and self.alone else 1.0

    def start(self, amount: float, now: float) -> None:
        """Take `amount`; call when `wait_s` is over."""
        self.used += amount
        if self.rate < math.inf:
            self._grow(now)
            self._take_reserve(now)
            if self._reserve > 0:
                self._reserve -= amount * self.scale
            else:
                self._next_at = max(self._next_at, now - _CATCH_UP_S) + amount * self.scale / self.rate

    def learn(self, per_minute: int | None, remaining: int | None, used_before: float, now: float) -> None:
        """Take in an answer's headers; `used_before` is `used` when its call started."""
        if not per_minute or per_minute < 0:
            self._untold += 1
            if self._untold >= _UNTOLD and self.limit is not None:
                self.limit = None
                self._forget_remaining()
                self.forget()
            return
        self._untold = 0
        if self.limit != per_minute / 60:
            self.limit = per_minute / 60
            self._forget_remaining()
        if self.rate == math.inf:
            self.rate, self._grown_at, self._next_at = self.limit * _FIRST_SHARE, now, now
        self.rate = min(self.rate, self.limit)
        if remaining is not None:
            self._most_remaining = max(self._most_remaining, remaining)
            self._remaining.append((now, remaining))
            while self._remaining[0][0] < now - _LOOK_BACK_S:
                self._remaining.popleft()
            self._compare(remaining, used_before)

    def _forget_remaining(self) -> None:
        """What remained of another quota says nothing of this one."""
        self._remaining.clear()
        self._most_remaining = 0.0
        self._last_told = None

    def _compare(self, remaining: float, used_before: float) -> None:
        """How much of what went since the last answer was our own; a window's renewal tells nothing."""
        if self._last_told is not None:
            own, gone = used_before - self._last_told[0], self._last_told[1] - remaining
            if own > 0 and gone > 0:
                self._own_use = self._own_use * 0.9 + own
                self._all_use = self._all_use * 0.9 + max(own, gone)
                self._gone = self._gone * 0.9 + gone
        if self._last_told is None or used_before > self._last_told[0]:
            self._last_told = (used_before, remaining)

    def _grow(self, now: float) -> None:
        passed_s = max(0.0, now - self._grown_at)
        self._grown_at = now
        if self.limit is None:
            self.rate *= 1 + self._untold_growth() * min(1.0, passed_s)
            return
        self.rate += self.limit * self._told_growth(now) * min(0.25, passed_s)
        self.rate = max(min(self.rate, _TOP_SHARE * self.limit), _LEAST_SHARE * self.limit)

    def _take_reserve(self, now: float) -> None:
        """Take at once what lies unused in a bucket that refills as fast as we, alone, take from it.

        A window that is counted anew, or slides, shows remainders that fall all along, or is empty.
        """
        at_full = self.limit is not None and self.rate >= _FULL_SHARE * self.limit
        if not (at_full and self.alone and self._refused_rate == math.inf):
            self._full_since = math.inf
            return
        self._full_since = min(self._full_since, now)
        if now - self._full_since < _STEADY_S:
            return
        left = [remaining for at, remaining in self._remaining if at >= self._full_since]
        self._full_since = now
        used = self.rate * _STEADY_S
        reserve = min(left, default=0.0) - _RESERVE_SHARE * self._most_remaining
        if len(left) > 2 and reserve > 0 and max(left) - min(left) <= _STEADY_SHARE * used:
            self._reserve = min(reserve, used)

    def _untold_growth(self) -> float:
        """Growth a second, as a share of the rate: slow where the last refusal was met, fast well beyond that."""
        if self.noisy:
            return _GROWTH_NOISY
        if self.rate < _NEAR[0] * self._refused_rate:
            return _GROWTH_BELOW
        return _GROWTH_NEAR if self.rate < _NEAR[1] * self._refused_rate else _GROWTH_BEYOND

    def _told_growth(self, now: float) -> float:
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

    def is_used_up(self, now: float) -> bool:
        """Whether an answer of late said that hardly anything of the quota was left."""
        recent = [left for at, left in self._remaining if at >= now - _LOOK_BACK_S]
        return bool(recent) and min(recent) <= _UNUSED_SHARE * self._most_remaining

    def ease(self, share: float) -> None:
        """Slow down for a sample of calls of which `share` were refused although slower ones had fared no better.

        Three samples together leave the rate of what was answered, so that a quota that nobody tells of is met
        again from below.
        """
        left = (1 - min(share, 0.9)) ** (1 / 3)
        self.rate = max(self.rate * left, _LEAST_SHARE * (self.limit or 1))

    def cut(self, *, in_a_row: bool, reopens_at: float, recent_rate: float) -> None:
        """Slow down after a refusal; `recent_rate` is how fast calls were started of late."""
        factor = _CUT_IN_A_ROW if in_a_row else _CUT
        if self.rate == math.inf:
            self.rate, self._next_at, self._grown_at = recent_rate, reopens_at, reopens_at
        elif self.alone:
            factor = _CUT_ALONE
        elif self._refused_rate == math.inf:
            factor = _CUT_FIRST
        self._reserve = 0.0
        self._refused_rate = self.rate
        self.rate = max(self.rate * factor, _LEAST_SHARE * (self.limit or 1))
        self._settling_until = reopens_at + _LOOK_BACK_S

    def forget(self) -> None:
        """Nothing bounds the flow any more, unless a header did."""
        if self.limit is None:
            self.rate = self._refused_rate = math.inf
