"""Which requests go wrong and how; by hash of the request, so that a run can be repeated."""

from __future__ import annotations

import random
from collections import OrderedDict

from local.openai_emulator.planning.assignment import digest
from local.openai_emulator.switches import FAULTS, Switches

_MAX_REMEMBERED = 200_000
_WORTH_ASKING_AGAIN = frozenset({"refusal", "content_filter", "length"})


class Dice:
    """Throws for one request; the same request, attempt and seed throw the same."""

    def __init__(self, switches: Switches, request: int, attempt: int) -> None:
        self._switches = switches
        self._request = request
        self._attempt = attempt

    def share(self, kind: str) -> float:
        """A number from 0 to 1 for `kind`, another one at each attempt of the request."""
        if not self._switches.deterministic:
            return random.random()
        return digest(self._switches.seed, kind, self._request, self._attempt) / 2**64

    def hits(self, kind: str, share: float) -> bool:
        """Whether the fault `kind`, which strikes `share` of all requests, strikes this one."""
        return share > 0 and self.share(kind) < share

    def fault(self, *, is_repair: bool) -> str:
        """The class of fault that spoils the answer, or "".

        It depends on the messages alone, so that an answer asked for again is the same; only a refusal, a
        filtered or a cut-off answer, for which there is nothing to say in a repair turn, may fare better.
        """
        switches = self._switches
        if not switches.malformed_share or (is_repair and switches.malformed_only_first):
            return ""
        found = self._fault(0)
        return self._fault(self._attempt) if found in _WORTH_ASKING_AGAIN and self._attempt > 1 else found

    def _fault(self, attempt: int) -> str:
        switches = self._switches
        throw = (
            digest(switches.seed, self._request, attempt)
            if switches.deterministic
            else random.getrandbits(64)
        )
        if throw / 2**64 >= switches.malformed_share:
            return ""
        classes = switches.malformed_classes or FAULTS
        return classes[digest("class", throw) % len(classes)]

    def latency_s(self) -> float:
        """How long the answer takes."""
        switches = self._switches
        if self.hits("tail", switches.tail_share):
            return switches.tail_s
        jitter = switches.latency_jitter_s * self.share("jitter") if switches.latency_jitter_s else 0.0
        return switches.latency_s + jitter


class Attempts:
    """Counts how often each request was seen, so that a retry of a failed one can fare better."""

    def __init__(self) -> None:
        self._seen: OrderedDict[int, int] = OrderedDict()

    def next(self, request: int) -> int:
        """1 for the first time, 2 for the second …; the oldest of 200,000 requests is forgotten first."""
        attempt = self._seen.pop(request, 0) + 1
        self._seen[request] = attempt
        if len(self._seen) > _MAX_REMEMBERED:
            self._seen.popitem(last=False)
        return attempt
