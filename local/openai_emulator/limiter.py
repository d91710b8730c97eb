"""Request and token quotas of one deployment."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from local.openai_emulator.switches import Switches


@dataclass(slots=True)
class Quota:
    """How much of one quantity may be used in a window of time.

    `take` is exact for the three window kinds: `fixed` windows start at whole multiples of their length,
    a `sliding` window looks back one length, a `bucket` refills steadily and holds one window's amount.
    """

    clock: Callable[[], float]
    used: float = 0.0
    window_start: float = -1.0
    history: deque[tuple[float, float]] = field(default_factory=deque)

    def left(self, per_minute: float, window_s: float, kind: str) -> float:
        """What may still be used now."""
        capacity = max(1.0, per_minute * window_s / 60)
        now = self.clock()
        if kind == "sliding":
            while self.history and self.history[0][0] <= now - window_s:
                self.used -= self.history.popleft()[1]
        elif kind == "bucket":
            if self.window_start >= 0:
                self.used = max(0.0, self.used - (now - self.window_start) * capacity / window_s)
            self.window_start = now
        else:
            start = math.floor(now / window_s) * window_s
            if start != self.window_start:
                self.window_start, self.used = start, 0.0
        return capacity - self.used

    def take(self, amount: float, kind: str) -> None:
        """Use `amount`; call `left` just before."""
        self.used += amount
        if kind == "sliding":
            self.history.append((self.clock(), amount))

    def opens_in_s(self, amount: float, per_minute: float, window_s: float, kind: str) -> float:
        """Seconds until `amount` can be had."""
        now = self.clock()
        if kind == "fixed":
            return self.window_start + window_s - now
        capacity = max(1.0, per_minute * window_s / 60)
        missing = amount - (capacity - self.used)
        if missing <= 0:
            return 0.0
        if kind == "bucket":
            return missing * window_s / capacity
        for at, used in self.history:
            missing -= used
            if missing <= 0:
                return max(0.0, at + window_s - now)
        return window_s


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a call may go on, the quota headers of its answer, and how long to wait if not."""

    allowed: bool
    headers: dict[str, str]
    wait_s: float = 0.0
    what: str = ""


class Limiter:
    """Both quotas of one deployment."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._requests = Quota(clock)
        self._tokens = Quota(clock)

    def admit(self, tokens: int, switches: Switches) -> Decision:
        """Count a call that is estimated at `tokens`; a refused one uses no request but, as in the service, tokens."""
        if not switches.rpm and not switches.tpm:
            return Decision(True, {})
        kind = switches.window
        requests_left = tokens_left = math.inf
        if switches.rpm:
            requests_left = self._requests.left(switches.rpm, switches.rpm_window_s, kind)
        if switches.tpm:
            tokens_left = self._tokens.left(switches.tpm, switches.tpm_window_s, kind)
        # A call larger than a whole window may start on an untouched one, else it could never run.
        fits = tokens_left >= tokens or self._tokens.used <= 0
        allowed = requests_left >= 1 and fits
        if allowed and switches.rpm:
            self._requests.take(1, kind)
        if switches.tpm and (allowed or (switches.rejected_tokens_count and kind == "fixed")):
            self._tokens.take(tokens, kind)
        headers = self._headers(tokens, switches)
        if allowed:
            return Decision(True, headers)
        if requests_left < 1:
            wait_s = self._requests.opens_in_s(1, switches.rpm, switches.rpm_window_s, kind)
            return Decision(False, headers, wait_s, "call")
        wait_s = self._tokens.opens_in_s(tokens, switches.tpm, switches.tpm_window_s, kind)
        return Decision(False, headers, wait_s, "token")

    def _headers(self, tokens: int, switches: Switches) -> dict[str, str]:
        headers = {}
        for name, quota, rate, window_s, amount in (
            ("requests", self._requests, switches.rpm, switches.rpm_window_s, 1),
            ("tokens", self._tokens, switches.tpm, switches.tpm_window_s, tokens),
        ):
            if rate:
                left = quota.left(rate, window_s, switches.window)
                headers[f"x-ratelimit-limit-{name}"] = str(rate)
                headers[f"x-ratelimit-remaining-{name}"] = str(max(0, int(left)))
                reset_s = quota.opens_in_s(amount, rate, window_s, switches.window)
                headers[f"x-ratelimit-reset-{name}"] = str(math.ceil(max(0.0, reset_s)))
        return headers
