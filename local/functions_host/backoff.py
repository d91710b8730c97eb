"""How long to wait when there is nothing to do or the storage is away, and waiting that an event ends."""

from __future__ import annotations

import asyncio
import random

_STEP_S = 0.1
_SPREAD = 0.2


class RandomizedBackoff:
    """Waits that double from 100 ms to a maximum and stay there, each spread by up to 20 % so that hosts do not
    poll in step.

    The shape is that of the Functions host's polling strategy.
    """

    def __init__(self, max_s: float) -> None:
        self._max_s = max_s
        self._round = 0
        self._at_max = False

    def reset(self) -> None:
        """Start again with the shortest wait."""
        self._round = 0
        self._at_max = False

    def next_s(self) -> float:
        """The next wait in seconds; once it was the maximum, the maximum."""
        if self._at_max:
            return self._max_s
        if self._round == 0:
            self._round = 1
            return min(_STEP_S, self._max_s)
        spread = random.uniform(1 - _SPREAD, 1 + _SPREAD)
        wait = _STEP_S + spread * _STEP_S * 2.0 ** (self._round - 1)
        self._round += 1
        self._at_max = wait >= self._max_s
        return min(wait, self._max_s)


async def happens(event: asyncio.Event, within_s: float) -> bool:
    """Whether an event is set within so many seconds; returns as soon as it is."""
    try:
        async with asyncio.timeout(within_s):
            await event.wait()
    except TimeoutError:
        return False
    return True
