"""Retry policies declared on a function. The host honours them for timers; queues and blobs have their own tries."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from local.functions_host.backoff import happens
from local.functions_host.host_json import parse_span
from local.functions_host.worker import Outcome


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how long after a failure to try again. Delays double from `first_s` to `longest_s`.

    Attributes:
        max_count: retries after the first try, -1 without end.
    """

    max_count: int = 0
    first_s: float = 0.0
    longest_s: float = 0.0

    def delay_s(self, retry: int) -> float:
        """Seconds before retry number `retry`, counted from 1."""
        return min(self.first_s * 2.0 ** min(retry - 1, 32), self.longest_s)

    async def run(self, attempt: Callable[[int], Awaitable[Outcome]], stopping: asyncio.Event) -> Outcome:
        """Call `attempt` with the count of retries so far until it succeeds or the policy ends."""
        retry = 0
        while True:
            outcome = await attempt(retry)
            if outcome.ok or stopping.is_set() or retry == self.max_count:
                return outcome
            retry += 1
            if await happens(stopping, self.delay_s(retry)):
                return outcome


def parse_retry(settings: Mapping[str, object]) -> RetryPolicy:
    """The policy in a function's settings as the worker library gives them; none at all if they are empty."""
    if not settings:
        return RetryPolicy()
    count = int(str(settings.get("max_retry_count", 0)))
    if settings.get("strategy") == "fixed_delay":
        delay = parse_span(str(settings.get("delay_interval") or "")) or 0.0
        return RetryPolicy(count, delay, delay)
    first = parse_span(str(settings.get("minimum_interval") or "")) or 0.0
    longest = parse_span(str(settings.get("maximum_interval") or "")) or float(2**31 - 1)
    return RetryPolicy(count, first, longest)
