"""Processes that share one deployment's quota, simulated call by call on a clock that nobody waits for."""

from __future__ import annotations

import heapq
import itertools
import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.openai_emulator.limiter import Limiter
from local.openai_emulator.switches import Switches
from shared.pacing.pace import Call, Pace
from shared.ports.teacher import RateLimits

_NETWORK_S = 0.02
_OVERSLEEP_S = 0.002
_BATCH = 32


@dataclass
class Measured:
    """What a simulated run came to.

    Attributes:
        span_s: from the first call's arrival to the last one's.
        answered, refused: calls.
        tokens: counted by the service for the answered ones.
    """

    span_s: float = 0.0
    answered: int = 0
    refused: int = 0
    tokens: float = 0.0

    @property
    def refused_share(self) -> float:
        """Calls answered 429, of all calls."""
        return self.refused / (self.answered + self.refused)


@dataclass
class SharedQuota:
    """`processes` with up to `in_flight` messages each work off `records` against one limiter.

    Attributes:
        switches: the limiter's, as the emulator knows them.
        retry_after_s: what a refusal asks to wait; 0 for the time until the window opens, in whole seconds.
        told: whether answers carry quota headers.
        call_tokens: least and most tokens of a call.
        believed_share: what a process takes a call's tokens for, as a share of what the service counts.
        storm_share: calls refused at random for `storm_wait_s`, whatever the quota.
    """

    switches: Mapping[str, Any]
    processes: int = 1
    records: int = 400
    in_flight: int = 100
    latency_s: float = 0.2
    retry_after_s: float = 1.0
    told: bool = True
    call_tokens: tuple[int, int] = (6000, 6400)
    believed_share: float = 1.0
    storm_share: float = 0.0
    storm_wait_s: float = 1.0
    seed: int = 0
    _events: list[tuple[float, int, str, tuple[Any, ...]]] = field(default_factory=list)

    def run(self) -> Measured:
        """Work everything off."""
        self._random = random.Random(self.seed)
        self._switches = Switches()
        self._switches.update(self.switches)
        self._now = 1000 + self._random.random() * 60
        self._limiter = Limiter(lambda: self._now)
        self._paces = [Pace() for _ in range(self.processes)]
        self._held: list[list[int]] = [[] for _ in self._paces]
        self._messages = [0] * self.processes
        self._timers = [0] * self.processes
        self._left = self.records
        self._ids = itertools.count(1)
        self._first = self._last = math.nan
        measured = Measured()
        for process in range(self.processes):
            self._push(self._now, "go", process)
        while self._events:
            self._now, _, kind, arguments = heapq.heappop(self._events)
            getattr(self, f"_{kind}")(measured, *arguments)
        measured.span_s = self._last - self._first
        return measured

    def _push(self, at: float, kind: str, *arguments: Any) -> None:
        heapq.heappush(self._events, (at, next(self._ids), kind, arguments))

    def _go(self, measured: Measured, process: int) -> None:
        self._receive(process)
        pace, held = self._paces[process], self._held[process]
        while held:
            wait_s = pace.wait_s(self._now)
            if wait_s > 1e-9:
                self._timers[process] = next(self._ids)
                wakes_at = self._now + wait_s + self._random.expovariate(1 / _OVERSLEEP_S)
                self._push(wakes_at, "wake", process, self._timers[process])
                return
            tokens = held.pop(0)
            call = pace.start(tokens * self.believed_share, self._now)
            self._push(self._now + self._random.random() * _NETWORK_S, "arrive", process, tokens, call)

    def _receive(self, process: int) -> None:
        while self._left and self._messages[process] <= self.in_flight - _BATCH:
            count = min(_BATCH, self._left)
            self._left -= count
            self._messages[process] += count
            self._held[process] += [self._random.randint(*self.call_tokens) for _ in range(count)]

    def _wake(self, measured: Measured, process: int, timer: int) -> None:
        if self._timers[process] == timer:
            self._go(measured, process)

    def _arrive(self, measured: Measured, process: int, tokens: int, call: Call) -> None:
        if math.isnan(self._first):
            self._first = self._now
        self._last = self._now
        decision = self._limiter.admit(tokens, self._switches)
        stormy = decision.allowed and self._random.random() < self.storm_share
        if decision.allowed and not stormy:
            measured.answered += 1
            measured.tokens += tokens
            limits = _limits(decision.headers) if self.told else RateLimits()
            answered_at = self._now + self.latency_s * self._random.uniform(1, 1.2)
            self._push(answered_at + self._random.random() * _NETWORK_S, "answer", process, call, limits)
        else:
            measured.refused += 1
            wait_s = self.retry_after_s or max(1, math.ceil(decision.wait_s))
            wait_s = self.storm_wait_s if stormy else wait_s
            refused_at = self._now + self._random.random() * _NETWORK_S
            self._push(refused_at, "refuse", process, tokens, call, wait_s)

    def _answer(self, measured: Measured, process: int, call: Call, limits: RateLimits) -> None:
        self._paces[process].answered(call, limits, self._now)
        self._messages[process] -= 1
        self._go(measured, process)

    def _refuse(self, measured: Measured, process: int, tokens: int, call: Call, wait_s: float) -> None:
        self._paces[process].throttled(call, wait_s, self._now)
        self._push(self._now + wait_s, "again", process, tokens)
        self._go(measured, process)

    def _again(self, measured: Measured, process: int, tokens: int) -> None:
        self._held[process].append(tokens)
        self._go(measured, process)


def _limits(headers: Mapping[str, str]) -> RateLimits:
    def whole(name: str) -> int | None:
        return int(headers[name]) if name in headers else None

    return RateLimits(
        limit_requests=whole("x-ratelimit-limit-requests"),
        limit_tokens=whole("x-ratelimit-limit-tokens"),
        remaining_requests=whole("x-ratelimit-remaining-requests"),
        remaining_tokens=whole("x-ratelimit-remaining-tokens"),
    )
