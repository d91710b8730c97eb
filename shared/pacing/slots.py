"""How many calls one process may have open to one deployment, learned from how long answers take; pure.

A server with one slot answers its calls one after another: with n open, each takes n times as long. Whether a slow
answer means that, or just a slow model, cannot be told from outside, so the worst is assumed: that an answer would take
as much longer as more calls are open. Where even that stays well below the deadline, as with every hosted service,
nothing is held back.
"""

from __future__ import annotations

from dataclasses import dataclass

MOST = 100
"""Calls open at once. The host holds more messages than that, so that those whose outcome is being written down do not
leave the teacher idle."""
_FIRST = 5
"""Calls open before the first answer: a service that refuses all is asked no more often in vain."""
_DEADLINE_SHARE = 0.5
"""An answer is to take at most this share of its deadline."""
_SHRINK = 0.3
"""How far one slow answer takes the bound towards what it suggests."""


@dataclass(frozen=True, slots=True)
class Open:
    """A call under way.

    Attributes:
        at: when it started, seconds on any one steady clock.
        beside: calls open then, itself included.
        answers_before: answers that the process had had.
    """

    at: float
    beside: int
    answers_before: int


class Slots:
    """The bound of open calls, and how many are open.

    Attributes:
        limit: the bound, 1 or more; its whole part counts.
    """

    def __init__(self) -> None:
        self.limit = float(_FIRST)
        self.open = 0
        self.answers = 0
        self.answered_at: float | None = None
        self._cut_at = float("-inf")
        self._usual_s = 0.0

    @property
    def is_free(self) -> bool:
        """Whether one more call may be opened."""
        return self.open < int(self.limit)

    def turn_s(self, waiting: int) -> float:
        """Seconds until `waiting` calls have had their turn, by how long answers took of late."""
        return waiting * self._usual_s / int(self.limit)

    def start(self, now: float) -> Open:
        """A call is opened."""
        self.open += 1
        return Open(now, self.open, self.answers)

    def end(self) -> None:
        """A call has ended, however."""
        self.open -= 1

    def answered(self, call: Open, now: float, deadline_s: float) -> None:
        """A call was answered."""
        took_s = max(now - call.at, 1e-6)
        self.answers += 1
        self.answered_at = now
        self._usual_s += (took_s - self._usual_s) / min(self.answers, 10)
        bearable = call.beside * _DEADLINE_SHARE * deadline_s / took_s
        if bearable < self.limit and self.answers > 1:
            bearable = self.limit + _SHRINK * (bearable - self.limit)
        self.limit = min(max(bearable, 1.0), float(MOST))

    def timed_out(self, call: Open, now: float) -> None:
        """A call was not answered in time: no more are opened than half of those answered meanwhile, by Little's law.

        Calls that were open when the bound was lowered say nothing of the new one.
        """
        self._usual_s = max(self._usual_s, now - call.at)
        if call.at < self._cut_at:
            return
        self._cut_at = now
        self.limit = max(1.0, min(self.limit, (self.answers - call.answers_before) / 2))
