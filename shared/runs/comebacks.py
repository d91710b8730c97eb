"""How often and how long a message comes back to its queue before what it asks for is given up; pure."""

from __future__ import annotations

from copy import replace
from dataclasses import dataclass

from shared.contracts.messages import Evaluate, GenerateRecord
from shared.errors import TransientError
from shared.pacing.paced import IN_LINE

_LONGEST_BACKOFF_S = 256.0
_LONGEST_DELAY_S = 3600.0


@dataclass(frozen=True, slots=True)
class Comeback:
    """The next visit of a message.

    Attributes:
        delay_s: until then.
        since: when it first came back without an answer in between, Unix seconds; 0 for not yet.
        faults: times it came back because it alone failed.
    """

    delay_s: float
    since: float
    faults: int


def sent_back[M: (GenerateRecord, Evaluate)](message: M, visit: Comeback) -> M:
    """The message for its next visit: a new one, so that no try is burnt."""
    return replace(
        message,
        repeated=False,
        deferrals=message.deferrals + 1,
        since=visit.since,
        faults=visit.faults,
    )


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how often an installation lets a message come back.

    Attributes:
        outage_s: how long a message comes back while the whole service throttles or is away.
        request_tries: how often it comes back when it alone fails.
    """

    outage_s: float = 86_400.0
    request_tries: int = 20

    def after(
        self, error: TransientError, *, since: float, faults: int, deferrals: int, now: float
    ) -> Comeback | None:
        """The next visit after `error`; None when the bound is reached.

        A message that only had others before it waits for nothing that could be out of order.
        """
        wished = error.retry_after_s
        delay_s = min(2.0 ** min(deferrals, 8), _LONGEST_BACKOFF_S) if wished is None else wished
        delay_s = min(max(delay_s, 1.0), _LONGEST_DELAY_S)
        if error.code == IN_LINE:
            return Comeback(delay_s, 0.0, faults)
        if error.is_of_request and error.code != "throttled":
            return Comeback(delay_s, since, faults + 1) if faults < self.request_tries else None
        since = since or now
        return Comeback(delay_s, since, faults) if now - since < self.outage_s else None
