"""One log line when a storage service goes away and one when it is back, however many callers notice."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

_log = logging.getLogger(__name__)


_HICCUP_S = 1.0
"""Shorter failures are not worth a line: the next try succeeds."""


class Outage:
    """The state of one storage service as this host sees it.

    Attributes:
        service: its address, for the log.
    """

    def __init__(self, service: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.service = service
        self._clock = clock
        self._since: float | None = None
        self._told = False

    def begin(self, reason: object) -> None:
        """A call failed and will be tried again."""
        if self._since is None:
            self._since = self._clock()
        elif not self._told and self._clock() - self._since >= _HICCUP_S:
            self._told = True
            _log.warning("%s is away, trying again until it is back: %s", self.service, reason)

    def end(self) -> None:
        """A call succeeded."""
        if self._told and self._since is not None:
            _log.warning("%s is back after %.1f s", self.service, self._clock() - self._since)
        self._since, self._told = None, False
