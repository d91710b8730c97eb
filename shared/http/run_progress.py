"""How far runs that still generate are, read from their growing logs."""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from typing import Any

from shared.dataset.outcome import Counted
from shared.ports.storage import RecordLog
from shared.runs import paths
from shared.runs.counted import CountedRun
from shared.runs.plan import RunPlan
from shared.runs.tail import Tail
from shared.tokens import Tokens

_MAX_OPEN_LOGS = 64
_REMEMBERED_RUNS = 64


@dataclass
class Tally:
    """Counts of outcomes, why some were not accepted, and their tokens; `model` is one that answered."""

    done: int = 0
    accepted: int = 0
    tokens: Tokens = Tokens()
    model: str = ""
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, done: int, accepted: int, tokens: Tokens, model: str = "") -> None:
        """Count more in."""
        self.done += done
        self.accepted += accepted
        self.tokens += tokens
        self.model = self.model or model


class _OpenSegment:
    """What the log of a segment that still grows has told so far."""

    def __init__(self, run: str, segment: int) -> None:
        self.tail = Tail(paths.log(run, segment), Counted, self._take)
        self.tally = Tally()
        self._seen: set[int] = set()

    def _take(self, outcome: Counted) -> None:
        if outcome.index not in self._seen:
            self._seen.add(outcome.index)
            is_accepted = outcome.status == "accepted"
            self.tally.add(1, is_accepted, outcome.tokens, outcome.model or "")
            if not is_accepted:
                self.tally.reasons[outcome.reason or "unknown"] += 1


class RunProgress:
    """One run's counted segments, and the logs of those that still grow, as far as they were read."""

    def __init__(self, run: str) -> None:
        self._run = run
        self._counted = CountedRun(run)
        self._open: dict[int, _OpenSegment] = {}
        self._turn = 0

    async def read_all(self, plan: RunPlan, log: RecordLog) -> None:
        """Read on in every log."""
        await self._counted.tail.read_on(log)
        for part in self._open_segments(plan).values():
            await part.tail.read_on(log)

    async def read_one(self, plan: RunPlan, log: RecordLog) -> None:
        """Read on in one of the logs, each in its turn; where all outcomes are in, in the one of the counts."""
        tails: list[Tail[Any]] = [
            part.tail
            for segment, part in self._open_segments(plan).items()
            if part.tally.done < len(plan.indices(segment) or ())
        ]
        if len(tails) != 1:
            tails.append(self._counted.tail)
        self._turn += 1
        await tails[self._turn % len(tails)].read_on(log)

    def _open_segments(self, plan: RunPlan) -> dict[int, _OpenSegment]:
        counted = self._counted.segments
        still = [n for n in range(plan.segments) if n not in counted][:_MAX_OPEN_LOGS]
        self._open = {n: self._open.get(n) or _OpenSegment(self._run, n) for n in still}
        return self._open

    def is_in(self, plan: RunPlan) -> bool:
        """Whether every segment is counted."""
        return len(self._counted.segments) >= plan.segments

    def tally(self, plan: RunPlan) -> Tally:
        """What was read adds up to."""
        found = Tally()
        for line in self._counted.segments.values():
            found.add(line.done, line.counts.accepted, line.tokens)
            found.reasons.update(line.reasons)
        for part in self._open_segments(plan).values():
            found.add(part.tally.done, part.tally.accepted, part.tally.tokens, part.tally.model)
            found.reasons.update(part.tally.reasons)
        return found


class Progresses:
    """The progress of the runs that were looked at lately."""

    def __init__(self) -> None:
        self._runs: OrderedDict[str, RunProgress] = OrderedDict()

    def of(self, run: str) -> RunProgress:
        """The run's progress as far as this process has read it."""
        known = self._runs.setdefault(run, RunProgress(run))
        self._runs.move_to_end(run)
        while len(self._runs) > _REMEMBERED_RUNS:
            self._runs.popitem(last=False)
        return known
